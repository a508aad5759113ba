"""A fingerprint of a film that is taken in milliseconds, however long the film is."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ..domain.errors import VideoError

_END_BYTES = 1 << 20


def fingerprint_of(path: Path) -> tuple[int, str]:
    """Size in bytes of a file, and the SHA-256 of its size, its first MiB and its last.

    Headers, the index of the frames and their first and last ones lie there, so that films differ; two files that
    differ in the middle only would be taken for one.

    Raises
    ------
    VideoError
        If the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            size_bytes = os.fstat(stream.fileno()).st_size
            digest = hashlib.sha256(str(size_bytes).encode("ascii"))
            digest.update(stream.read(_END_BYTES))
            stream.seek(max(_END_BYTES, size_bytes - _END_BYTES))
            digest.update(stream.read(_END_BYTES))
    except OSError as error:
        what = f"the file cannot be read ({error.strerror or error})"
        raise VideoError(what, where=str(path), remedy="Check that it is there and may be read") from error
    return size_bytes, digest.hexdigest()
