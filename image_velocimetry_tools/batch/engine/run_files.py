"""The files about a whole batch while an engine runs it: brought up to date now and then, and whenever it rests."""

from __future__ import annotations

import time

from ..faults import Fault, fault_point
from ..results.summary import SummaryFiles
from .batch_run import BatchRun

_EVERY_S = 2.0


class RunFiles:
    """Keeps ``batch_summary.csv`` and ``errors.log`` of a run."""

    def __init__(self, run: BatchRun) -> None:
        self._run = run
        self._files = SummaryFiles(run.state.output_directory, run.planner.scaffold.units)
        self._is_stale = True
        self._next_s = 0.0
        self._told = ""

    @property
    def problems(self) -> tuple[str, ...]:
        """What stood in the way when the files were last written."""
        return (self._told,) if self._told else ()

    def touch(self) -> None:
        """Something changed that the files say."""
        self._is_stale = True

    def refresh(self) -> None:
        """Write if something changed and the last time was a while ago: it costs time that grows with the batch."""
        if self._is_stale and time.monotonic() >= self._next_s:
            self.bring_up_to_date()

    def bring_up_to_date(self) -> None:
        """Write now; a file that cannot be written is tried again with the next change."""
        fault_point(Fault.BEFORE_SUMMARY)
        self._files.write([job.job for job in self._run.ordered()], self._run.results())
        problem = str(self._files.problem or "")
        if problem and problem != self._told:
            self._run.notice(problem)
        self._told, self._is_stale = problem, bool(problem)
        self._next_s = time.monotonic() + _EVERY_S
        fault_point(Fault.SUMMARY_WRITTEN)
