"""Messages between processes: JSON objects, one a line."""

from __future__ import annotations

import json
from typing import Any

JsonObject = dict[str, Any]


def json_line(message: JsonObject) -> bytes:
    """The message as bytes, with the end of line.

    Raises
    ------
    TypeError, ValueError
        If JSON cannot hold it.
    """
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


class JsonLineBuffer:
    """Puts messages together from the pieces in which they arrive."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> list[JsonObject]:
        """The messages that ``data`` completes, in order."""
        *complete, rest = data.split(b"\n")
        messages: list[JsonObject] = []
        for piece in complete:
            line = b"".join([*self._pieces, piece])
            self._pieces.clear()
            messages.append(json.loads(line))
        if rest:
            self._pieces.append(rest)
        return messages
