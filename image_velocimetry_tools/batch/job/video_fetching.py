"""Brings the video of a job that has a URL to where the job runs, and removes it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from ...domain.errors import Cancelled, FetchError
from ...domain.video_url import file_name_of_url
from ..failures import can_pass
from ..folders.job_folder import PARTIAL, output_error
from ..models import BatchJob

FETCH_STAGE = "fetch"
CHUNK_BYTES = 4 * 1024**2
_FOR_THE_WEB = 'pip install "ivytools[remote]"'
_PASSING_ANSWERS = (408, 429)


@contextmanager
def video_at_hand(
    job: BatchJob, folder: Path, progress: Callable[[str, float], None], is_cancelled: Callable[[], bool]
) -> Iterator[BatchJob]:
    """The job with a video on this machine: itself, or with a copy of what lies at its URL while the block lasts.

    Parameters
    ----------
    folder
        Takes the copy, under a name by which
        :func:`..folders.job_folder.tidy_job_folder` knows what a killed process left.

    Raises
    ------
    FetchError
        See :func:`fetch`.
    OutputError
        If the folder cannot be written.
    """
    if job.video_url is None:
        yield job
        return
    progress(FETCH_STAGE, 0.0)
    with _temporary_folder(folder, f"{job.job_id}{PARTIAL}video-") as place:
        yield replace(
            job, video_path=fetch(job.video_url, Path(place), lambda done: progress(FETCH_STAGE, done), is_cancelled)
        )


def fetch(
    url: str, folder: Path, progress: Callable[[float], None], is_cancelled: Callable[[], bool] = lambda: False
) -> Path:
    """Copy the file at a URL into a folder; everything that fsspec has a file system for will do.

    Parameters
    ----------
    progress
        Told the fraction that has arrived, 0 as long as the size is not known.

    Raises
    ------
    FetchError
        If it cannot be had: unknown kind of URL, missing library, no such file, no connection, no space.
    Cancelled
        If ``is_cancelled`` said so; the file is then incomplete.
    """
    target = folder / file_name_of_url(url)
    try:
        _copy(url, target, progress, is_cancelled)
    except (Cancelled, MemoryError):
        raise
    except ImportError as error:
        what = f"a library for this kind of URL is missing ({_words(error)})"
        raise FetchError(what, where=url, remedy=_install(error), stage=FETCH_STAGE) from error
    except Exception as error:  # every file system of fsspec raises errors of its own
        remedy = "Check the URL, and that the machine where the job runs may read it"
        reason = _reason(error)
        failure = FetchError(f"it cannot be fetched ({_words(reason)})", where=url, remedy=remedy, stage=FETCH_STAGE)
        failure.can_pass = _can_pass(reason)
        raise failure from error
    return target


def _temporary_folder(folder: Path, prefix: str) -> TemporaryDirectory[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return TemporaryDirectory(prefix=prefix, dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        raise output_error(error, folder) from error


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
            progress(min(1.0, arrived_bytes / size_bytes) if size_bytes else 0.0)
    if size_bytes and arrived_bytes < size_bytes:
        raise OSError(f"the connection ended after {arrived_bytes} of {size_bytes} bytes")


def _reason(error: BaseException) -> BaseException:
    """What went wrong; to fsspec a file is not found where a web server does not even answer."""
    while isinstance(error, FileNotFoundError) and error.__cause__ is not None:
        error = error.__cause__
    return error


def _can_pass(error: BaseException) -> bool:
    """Whether another attempt may succeed."""
    status = getattr(error, "status", None)
    if isinstance(status, int):  # of a web server's answer
        return status >= 500 or status in _PASSING_ANSWERS
    if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError | ValueError):
        return False  # fsspec raises them without the number of the error
    return can_pass(error) or type(error).__module__.partition(".")[0] == "aiohttp"


def _install(error: ImportError) -> str:
    """What to install; fsspec names the missing library in the error that caused its own."""
    missing = getattr(error.__cause__, "name", None) or error.name
    of_the_web = missing in (None, "fsspec", "aiohttp", "requests")
    return f"Install it where the job runs: {_FOR_THE_WEB if of_the_web else f'pip install {missing}'}"


def _words(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")
