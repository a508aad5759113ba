"""One job carried out: whatever happens in it becomes a result, never an exception of the batch."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ...domain.errors import Cancelled
from ...domain.scaffold import Scaffold
from ..config import ProcessingResult
from ..failures import failed_result, outcome
from ..models import BatchJob, JobProgress, JobStatus, PlannedJob
from .video_fetching import video_at_hand

if TYPE_CHECKING:
    from .result import JobResult

_log = logging.getLogger(__name__)

StageProgress = Callable[[str, float], None]
ProgressListener = Callable[[JobProgress], None]
CancelCheck = Callable[[], bool]
_STALE = "the folder of the job still holds the result of an earlier run"


class JobRunner(Protocol):
    """What measures one video: :class:`JobExecutor`, or a stand-in of the same form."""

    def execute(
        self,
        job: BatchJob,
        scaffold: Scaffold,
        jobs_directory: Path,
        *,
        plots: bool = True,
        save_project: bool = False,
        attempt: int = 1,
        progress: StageProgress | None = None,
        cancel: CancelCheck | None = None,
    ) -> JobResult:
        """Measure, and leave the result in ``jobs_directory/<job_id>/<job_id>.json`` or nothing at all."""
        ...


class StageTracker:
    """Passes progress on and remembers the stage, for errors that do not know their own.

    A listener that raises cannot fail the job: it is told nothing more.
    """

    def __init__(self, listener: StageProgress | None) -> None:
        self.stage = ""
        self._listener = listener

    def __call__(self, stage: str, fraction: float) -> None:
        self.stage = stage
        if self._listener is None:
            return
        try:
            self._listener(stage, fraction)
        except Exception:
            _log.exception("the progress callback raised and is not called again")
            self._listener = None


def result_path(jobs_directory: Path, job_id: str) -> Path:
    """Where the result file of a job lies."""
    return jobs_directory / job_id / f"{job_id}.json"


def run_job(
    runner: JobRunner,
    planned: PlannedJob,
    jobs_directory: Path,
    *,
    plots: bool = True,
    save_project: bool = False,
    attempt: int = 1,
    progress: StageProgress | None = None,
    cancel: CancelCheck | None = None,
    scratch_folder: Path | None = None,
) -> tuple[ProcessingResult, Exception | None]:
    """Carry out one job.

    Parameters
    ----------
    scratch_folder
        Takes a video that must be fetched; ``jobs_directory`` if None.

    Returns
    -------
    ProcessingResult
        Completed, failed or cancelled.
    Exception or None
        What the job raised, for a caller that must know more (a full disk ends the batch).
    """
    job, started, tracker = planned.job, time.perf_counter(), StageTracker(progress)
    try:
        with video_at_hand(job, scratch_folder or jobs_directory, tracker, cancel or (lambda: False)) as at_hand:
            measured = runner.execute(
                at_hand,
                planned.scaffold,
                jobs_directory,
                plots=plots,
                save_project=save_project,
                attempt=attempt,
                progress=tracker,
                cancel=cancel,
            )
    except Cancelled as error:
        return outcome(job, JobStatus.CANCELLED, "cancelled while it ran", tracker.stage), error
    except Exception as error:
        result = failed_result(job, error, tracker.stage, time.perf_counter() - started)
        stale = result_path(jobs_directory, job.job_id).exists()
        return (result.model_copy(update={"note": _STALE}) if stale else result), error
    seconds = time.perf_counter() - started
    return completed_result(job, measured, result_path(jobs_directory, job.job_id), seconds), None


def completed_result(job: BatchJob, measured: JobResult, path: Path, seconds: float) -> ProcessingResult:
    """The figures of a measurement that the batch reports."""
    return outcome(job, JobStatus.COMPLETED).model_copy(
        update={
            "total_discharge": measured.discharge_m3s,
            "area_m2": measured.area_m2,
            "mean_velocity_mps": measured.mean_velocity_mps,
            "max_surface_velocity_mps": measured.max_surface_velocity_mps,
            "measured_discharge_fraction": measured.measured_discharge_fraction,
            "uncertainty_iso_95pct": measured.uncertainty.iso_u95,
            "uncertainty_ive_95pct": measured.uncertainty.ive_u95,
            "quality": str(measured.quality.verdict),
            "quality_reasons": tuple(str(reason) for reason in measured.quality.reasons),
            "quality_remarks": measured.quality.remarks,
            "processing_time_s": seconds,
            "result_path": path,
        }
    )
