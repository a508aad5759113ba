"""The last lines of a log."""

from __future__ import annotations

from pathlib import Path

TAIL_LINES = 20
_TAIL_BYTES = 16_384


def log_tail(path: Path, start_byte: int = 0, lines: int = TAIL_LINES) -> tuple[str, ...]:
    """The last ``lines`` that were written behind ``start_byte``; none if the log cannot be read."""
    try:
        with path.open("rb") as log:
            size = log.seek(0, 2)
            begin = max(start_byte, size - _TAIL_BYTES)
            log.seek(begin)
            text = log.read().decode("utf-8", "replace")
    except OSError:
        return ()
    found = text.splitlines()
    is_cut = begin > start_byte
    return tuple(found[1:][-lines:] if is_cut else found[-lines:])
