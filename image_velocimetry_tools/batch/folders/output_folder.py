"""The folder into which a batch writes."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...domain.errors import OutputError, output_error

LOG_NAME = "batch.log"
_PACKAGE_LOGGER = "image_velocimetry_tools"
_OTHER_FOLDER = "Choose another output folder"


def prepare_output_directory(path: Path) -> Path:
    """Create the folder and make sure that files can be written there.

    A folder that holds an earlier batch is taken: results of the same job ids are replaced one by one, others stay.

    Returns
    -------
    Path
        The absolute path.

    Raises
    ------
    OutputError
        If the path is a file, cannot be created, or cannot be written.
    """
    folder = path.expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise OutputError("the output folder is a file", where=str(path), remedy=_OTHER_FOLDER, stage="output")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (FileExistsError, NotADirectoryError) as error:
        what = "the output folder lies below a file"
        raise OutputError(what, where=str(path), remedy=_OTHER_FOLDER, stage="output") from error
    except PermissionError as error:
        what = "the output folder is not writable"
        remedy = "Choose a folder that you may write to"
        raise OutputError(what, where=str(path), remedy=remedy, stage="output") from error
    except OSError as error:
        raise output_error(folder, error) from error
    return folder


def remove_if_empty(*folders: Path) -> None:
    """Take away folders in which nothing came to be, innermost first."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


class _QuietFileHandler(logging.FileHandler):
    """A log file that must never harm the batch: what cannot be written (disk full) is dropped."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            super().emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        return


@contextmanager
def log_file(folder: Path, *, level: int = logging.INFO) -> Iterator[Path]:
    """Write what the program logs to ``batch.log`` in a folder, for as long as the block lasts.

    The file is created with its first line and appended to by later runs.
    """
    path = folder / LOG_NAME
    handler = _QuietFileHandler(path, encoding="utf-8", delay=True)
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger(_PACKAGE_LOGGER)
    previous = logger.level
    if logger.getEffectiveLevel() > level:
        logger.setLevel(level)
    logger.addHandler(handler)
    try:
        yield path
    finally:
        logger.removeHandler(handler)
        logger.setLevel(previous)
        handler.close()
