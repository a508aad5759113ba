"""Brings files that have a URL to the machine that needs them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from ....domain.errors import Cancelled, IvyError

CHUNK_BYTES = 4 * 1024**2
_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def is_url(text: str) -> bool:
    """Whether a text names a file by URL and not by path; ``C:\\`` is a path."""
    return _URL.match(text) is not None


def fetch(
    url: str, folder: Path, progress: Callable[[float], None], is_cancelled: Callable[[], bool] = lambda: False
) -> Path:
    """Copy the file at a URL into a folder; everything that fsspec has a file system for will do.

    Parameters
    ----------
    progress
        Told the fraction that has arrived, where the size is known.

    Raises
    ------
    IvyError
        If it cannot be had: unknown kind of URL, missing library, no such file, no connection, no space.
    Cancelled
        If ``is_cancelled`` said so; the file is then incomplete.
    """
    target = folder / (PurePosixPath(unquote(urlsplit(url).path)).name or "file")
    try:
        _copy(url, target, progress, is_cancelled)
    except (Cancelled, MemoryError):
        raise
    except ImportError as error:
        remedy = "Install it on every worker"
        raise IvyError(f"a library for this kind of URL is missing ({error})", where=url, remedy=remedy) from error
    except Exception as error:  # every file system of fsspec raises errors of its own
        remedy = "Check the URL, and that the worker may read it"
        raise IvyError(f"it cannot be fetched ({_words(error)})", where=url, remedy=remedy) from error
    return target


def _copy(url: str, target: Path, progress: Callable[[float], None], is_cancelled: Callable[[], bool]) -> None:
    import fsspec

    # its local file system alone takes names as they are
    address = unquote(url) if urlsplit(url).scheme.lower() == "file" else url
    with fsspec.open(address, "rb") as source, target.open("wb") as copy:
        size_bytes, arrived_bytes = getattr(source, "size", None), 0
        while chunk := source.read(CHUNK_BYTES):
            if is_cancelled():
                raise Cancelled
            copy.write(chunk)
            arrived_bytes += len(chunk)
            if size_bytes:
                progress(min(1.0, arrived_bytes / size_bytes))


def _words(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")
