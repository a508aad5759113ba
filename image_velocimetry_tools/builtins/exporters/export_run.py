"""One export while it goes on: progress that never falls, a cancel that is looked at often, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from ...batch.job.result import JobResult
from ...domain.errors import Cancelled, OutputError
from ...plugins.exporters import Exported, ExportedJob, ExportProgress, ExportSource


class ExportRun:
    """Progress, cancel and the list of what is missing of one export.

    Parameters
    ----------
    progress, cancel
        As :meth:`Exporter.export` is given them.
    """

    def __init__(self, progress: ExportProgress | None, cancel: Callable[[], bool] | None) -> None:
        self.missing: list[str] = []
        self._progress = progress
        self._cancel = cancel
        self._told = 0.0

    def check(self) -> None:
        """Stop here if that is wanted.

        Raises
        ------
        Cancelled
            If the export was cancelled.
        """
        if self._cancel is not None and self._cancel():
            raise Cancelled

    def tell(self, fraction: float, doing: str) -> None:
        """Tell the finished share, 0 to 1, and what is being done; raises as :meth:`check`."""
        self.check()
        self._told = min(1.0, max(self._told, fraction))
        if self._progress is not None:
            self._progress(self._told, doing)

    def results(self, source: ExportSource) -> Iterator[tuple[ExportedJob, JobResult]]:
        """Jobs with their results, read one at a time, in the order of the batch; what has none is noted as missing."""
        for done, job in enumerate(source.jobs):
            self.tell(done / len(source.jobs), job.job_id)
            result = self.result(job)
            if result is not None:
                yield job, result

    def result(self, job: ExportedJob) -> JobResult | None:
        """The result of a job, or None, which is noted as missing."""
        reason = why_without_result(job)
        if not reason:
            try:
                return JobResult.model_validate(job.result())
            except FileNotFoundError:
                reason = f"its result file {job.result_path} has gone"
            except OSError as error:
                reason = f"its result file cannot be read ({error.strerror or error}): {job.result_path}"
            except (ValueError, ValidationError):
                reason = f"its result file is damaged: {job.result_path}"
        self.missing.append(f"{job.job_id}: {reason}.")
        return None

    def finished(self, *paths: Path) -> Exported:
        """The export is in place; whatever comes now, it is no longer cancelled."""
        if self._progress is not None:
            self._progress(1.0, "finished")
        return Exported(paths, tuple(self.missing))


def why_without_result(job: ExportedJob) -> str:
    """Why a job has no result, without a full stop; empty if it has one."""
    if job.result_path is not None:
        return ""
    status = job.status.replace("_", " ")
    return f"no result, {status}" + (f" ({job.message.rstrip('.')})" if job.message else "")


def nothing_to_export(target: Path) -> OutputError:
    """The error for a batch that has nothing yet to put into an export."""
    return OutputError(
        "there is nothing to export: no job of the batch has a result that can be read",
        where=str(target),
        remedy="Wait until a job is completed, or look into the error log of the batch",
    )
