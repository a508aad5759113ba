"""The engine in a process of its own, which goes on when the window closes or dies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ....domain.errors import IvyError, Problem, output_error
from .set_up import FOLDER_NAME, LOG_NAME, make_folder

_MODULE = "image_velocimetry_tools.cli.main"
_ERROR = "error: "
_CRASH = "Traceback (most recent call last)"
_MOST_LINES = 20
_LONGEST_LOG_BYTES = 64 * 1024
_BAD_INPUT = 2


class EngineProcess:
    """One ``ivytools-batch`` that was started from the window.

    Parameters
    ----------
    output_directory
        The folder of its batch.
    arguments
        Command and options.

    Raises
    ------
    OutputError
        If its log cannot be written.
    """

    def __init__(self, output_directory: Path, *arguments: str) -> None:
        self.output_directory = output_directory
        self._log = output_directory / FOLDER_NAME / LOG_NAME
        make_folder(self._log.parent)
        try:
            with self._log.open("ab") as log:
                self._begin = log.tell()
                self._process = _start_detached([sys.executable, "-m", _MODULE, *arguments], log)
        except OSError as error:
            raise output_error(self._log, error) from error

    @classmethod
    def run(cls, output_directory: Path, settings: Path) -> EngineProcess:
        """Begin a new batch."""
        return cls(output_directory, "run", "--config", str(settings))

    @classmethod
    def resume(cls, output_directory: Path) -> EngineProcess:
        """Go on with a batch that nobody runs."""
        return cls(output_directory, "resume", str(output_directory))

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def has_ended(self) -> bool:
        """Whether it runs no more."""
        return self._process.poll() is not None

    def failure(self) -> IvyError | None:
        """Why nothing was run, in the engine's own words; None if it runs, or the batch itself says how it ended."""
        code = self._process.poll()
        if code is None or code == 0:
            return None
        lines = self._lines()
        sentences = [line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR)]
        if any(line.startswith(_CRASH) for line in lines):
            what = f"the batch stopped by a fault of the program ({lines[-1]})"
            return IvyError(
                what,
                where=str(self._log),
                remedy="Resume the batch; if it stops again, report this to the authors of the program with that file",
            )
        if code == _BAD_INPUT or (sentences and sentences[-1].startswith("an unexpected error")):
            told = sentences[-_MOST_LINES:] or ["the batch could not be begun, and no reason was given"]
            return IvyError.from_problems(Problem(one.rstrip(". ")) for one in told)
        if code < 0 and not sentences:
            remedy = f"Resume the batch; {self._log} has what it printed"
            return IvyError(f"the process of the batch was ended from outside (signal {-code})", remedy=remedy)
        return None

    def wait(self, timeout_s: float) -> None:
        """Wait for its end."""
        self._process.wait(timeout_s)

    def _lines(self) -> list[str]:
        try:
            with self._log.open("rb") as log:
                log.seek(self._begin)
                return log.read(_LONGEST_LOG_BYTES).decode("utf-8", "replace").splitlines()
        except OSError:
            return []


def _start_detached(command: list[str], log: Any) -> subprocess.Popen[bytes]:
    """A process that no signal to the window's group and no closed terminal reaches."""
    how: dict[str, Any] = {"start_new_session": True}
    if os.name == "nt":
        flags = ("DETACHED_PROCESS", "CREATE_NEW_PROCESS_GROUP", "CREATE_BREAKAWAY_FROM_JOB")
        how = {"creationflags": sum(getattr(subprocess, flag) for flag in flags)}
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment, **how
    )
