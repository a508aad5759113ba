"""Jobs one after the other, in the order in which they were given."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .attempt import CancelCheck, JobRunner, run_job
from .config import BatchResult, ProcessingResult
from .failures import is_disk_full, outcome
from .models import BatchStatus, JobProgress, JobStatus, PlannedJob
from .summary import BatchRecord

_log = logging.getLogger(__name__)

ProgressListener = Callable[[JobProgress], None]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How the jobs of a batch are carried out."""

    plots: bool = True
    save_projects: bool = False
    stop_on_first_failure: bool = False


class SequentialRun:
    """One pass through the jobs of a batch.

    Parameters
    ----------
    jobs
        The jobs, with the settings of their sites.
    output_directory
        Exists and can be written; results go to its ``jobs`` folder.
    """

    def __init__(
        self,
        runner: JobRunner,
        jobs: Sequence[PlannedJob],
        output_directory: Path,
        options: RunOptions | None = None,
        *,
        progress: ProgressListener | None = None,
        cancel: CancelCheck | None = None,
    ) -> None:
        self.status = BatchStatus.CREATED
        self._runner, self._jobs, self._options = runner, tuple(jobs), options or RunOptions()
        self._output_directory, self._jobs_directory = output_directory, output_directory / "jobs"
        self._progress, self._cancel = progress, cancel
        self._results = [outcome(planned.job, JobStatus.PENDING) for planned in self._jobs]
        self._record = BatchRecord(output_directory, self._jobs)
        self._started = time.perf_counter()

    def run(self) -> BatchResult:
        """Carry out every job.

        Raises
        ------
        KeyboardInterrupt
            If the user interrupts; the job that ran is then ``cancelled``, the rest ``skipped``, and the files of the
            batch say so. :meth:`result` has what was done until then.
        """
        self.status = BatchStatus.RUNNING
        index = 0
        try:
            self._record.write(self._results)
            for index in range(len(self._jobs)):
                reason = self._carry_out(index)
                if reason:
                    self._skip_from(index + 1, reason)
                    break
        except KeyboardInterrupt:
            self._interrupt(index)
            raise
        self._finish()
        return self.result()

    def result(self) -> BatchResult:
        """What came of the batch up to now."""
        problem = self._record.problem
        return BatchResult(
            video_results=tuple(self._results),
            output_directory=self._output_directory,
            summary_path=self._record.summary_path if self._record.summary_path.exists() else None,
            errors_path=self._record.errors_path if self._record.errors_path.exists() else None,
            total_time_s=time.perf_counter() - self._started,
            problems=tuple(str(p) for p in problem.problems) if problem else (),
        )

    def _carry_out(self, index: int) -> str:
        """Run one job; the answer is why the rest must not run, empty if it may."""
        planned = self._jobs[index]
        if self._cancel is not None and self._cancel():
            self._note(index, outcome(planned.job, JobStatus.SKIPPED, "the batch was cancelled before the job ran"))
            return "the batch was cancelled before the job ran"
        self._results[index] = outcome(planned.job, JobStatus.RUNNING)
        self._report(index, "", 0.0)
        result, error = run_job(
            self._runner,
            planned,
            self._jobs_directory,
            plots=self._options.plots,
            save_project=self._options.save_projects,
            progress=lambda stage, fraction: self._report(index, stage, fraction),
            cancel=self._cancel,
        )
        self._note(index, result)
        self._record.write(self._results)
        return self._reason_to_stop(result, error)

    def _reason_to_stop(self, result: ProcessingResult, error: Exception | None) -> str:
        if result.status is JobStatus.CANCELLED:
            return "the batch was cancelled before the job ran"
        if is_disk_full(error) or is_disk_full(self._record.problem):
            return "the batch stopped because the disk is full"
        if result.status is JobStatus.FAILED and self._options.stop_on_first_failure:
            return f"the batch stopped at its first failure (job {result.job_id})"
        return ""

    def _skip_from(self, first: int, reason: str) -> None:
        for index in range(first, len(self._jobs)):
            self._note(index, outcome(self._jobs[index].job, JobStatus.SKIPPED, reason))

    def _interrupt(self, index: int) -> None:
        self.status = BatchStatus.CANCELLED
        if not self._results[index].status.is_final:
            job, ran = self._jobs[index].job, self._results[index].status is JobStatus.RUNNING
            status = JobStatus.CANCELLED if ran else JobStatus.SKIPPED
            self._results[index] = outcome(job, status, "interrupted by the user")
        for later in range(index + 1, len(self._jobs)):
            reason = "the batch was interrupted before the job ran"
            self._results[later] = outcome(self._jobs[later].job, JobStatus.SKIPPED, reason)
        self._record.write(self._results)

    def _finish(self) -> None:
        self._record.write(self._results)
        statuses = {result.status for result in self._results}
        if JobStatus.CANCELLED in statuses:
            self.status = BatchStatus.CANCELLED
            return
        stopped = self._options.stop_on_first_failure and JobStatus.FAILED in statuses
        nothing_succeeded = bool(self._jobs) and JobStatus.COMPLETED not in statuses
        self.status = BatchStatus.FAILED if stopped or nothing_succeeded else BatchStatus.COMPLETED

    def _note(self, index: int, result: ProcessingResult) -> None:
        self._results[index] = result
        _log.info("job %s %s %s", result.job_id, result.status, result.error_message or "")
        self._report(index, result.stage, 1.0)

    def _report(self, index: int, stage: str, fraction: float) -> None:
        if self._progress is None:
            return
        result = self._results[index]
        event = JobProgress(
            result.job_id,
            index + 1,
            len(self._jobs),
            result.status,
            stage,
            fraction,
            result.error_message or "",
        )
        try:
            self._progress(event)
        except Exception:
            _log.exception("the progress callback raised and is not called again")
            self._progress = None
