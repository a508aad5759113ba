"""Whole processes measured from outside: time by the clock, time of the processors, largest resident set."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
# Linux counts resident sets in kilobytes, macOS in bytes.
_BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a process.

    ``cpu_s`` is the time of all its threads and of the processes that it started, ``peak_mb`` the largest resident
    set of any of them (MiB).
    """

    wall_s: float
    cpu_s: float
    peak_mb: float


def python(*arguments: str) -> list[str]:
    """Command line of this interpreter."""
    return [sys.executable, *arguments]


def ivytools_batch(*arguments: str) -> list[str]:
    """Command line of the program in this checkout."""
    return python("-m", "image_velocimetry_tools.cli.main", *arguments)


def measured(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end.

    Memory comes from the kernel's own record, which misses no peak. A process that is started counts what its parent
    held at that moment, so whoever calls this must stay small: import no NumPy there.

    Raises
    ------
    SystemExit
        With the end of its error output, if the command fails.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=_environment(environment or {}), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command[:6])} failed:\n{complaint.decode(errors='replace')[-1500:]}")
    return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _BYTES_PER_UNIT / 2**20)


def interleaved(commands: Mapping[str, Callable[[], Run]], repeats: int) -> dict[str, list[Run]]:
    """Runs of each of several things in turn, so that the load of the machine falls on all of them alike."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            runs[name].append(command())
    return runs


def best(runs: Sequence[Run]) -> Run:
    """The smallest times, since noise only adds to them, and the largest memory."""
    return Run(min(run.wall_s for run in runs), min(run.cpu_s for run in runs), max(run.peak_mb for run in runs))


def _environment(changes: Mapping[str, str]) -> dict[str, str]:
    places = [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places)), **changes}
