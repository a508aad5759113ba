"""Files that appear whole or not at all: written beside their target, flushed to the disk, then renamed."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ..domain.errors import output_error


@contextlib.contextmanager
def replace_file(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a temporary file in the folder of ``path`` that takes its place when the block ends without an error.

    Raises
    ------
    OutputError
        If the folder does not exist, cannot be written or is full. ``path`` is then as it was before.
    """
    target = Path(path)
    temporary = target.with_name(f".{target.name[:40]}.{secrets.token_hex(6)}.partial")
    try:
        stream = temporary.open("xb")
    except OSError as error:
        raise output_error(target, error) from error
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, target)
        flush_folder(target.parent)
    except OSError as error:
        _forget(temporary)
        raise output_error(target, error) from error
    except BaseException:
        _forget(temporary)
        raise


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a whole file atomically; see :func:`replace_file`."""
    with replace_file(path) as stream:
        stream.write(content)


def flush_folder(folder: Path) -> None:
    """Let the names in a folder, such as that of a renamed file, survive a power loss; Windows has no such call."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _forget(temporary: Path) -> None:
    with contextlib.suppress(OSError):
        temporary.unlink()
