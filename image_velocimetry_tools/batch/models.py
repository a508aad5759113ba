"""What a job and a batch are, and how they stand; pure values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from ..domain.alpha import USUAL_ALPHA, AlphaSource
from ..domain.scaffold import Scaffold
from ..domain.video import Clip


class JobStatus(StrEnum):
    """How a job stands."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    SKIPPED = "skipped"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens to the job by itself."""
        return self not in (JobStatus.PENDING, JobStatus.RUNNING, JobStatus.INTERRUPTED)

    @property
    def is_failure(self) -> bool:
        """Whether the job ran and has no result, for a reason that was not the user's wish."""
        return self in (JobStatus.FAILED, JobStatus.TIMED_OUT, JobStatus.OUT_OF_MEMORY)


class BatchStatus(StrEnum):
    """How a batch stands."""

    CREATED = "created"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens to the batch unless somebody asks for it."""
        return self in (BatchStatus.COMPLETED, BatchStatus.FAILED, BatchStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class BatchJob:
    """One video to measure at one water level; SI, times in seconds, the video's path absolute.

    A video with a URL is fetched where the job runs; ``video_path`` is but the name of its file until then.

    Parameters
    ----------
    job_id
        Name of the job, its folder and its result file; safe as a file name.
    clip
        The part of the video; its frame step is that of the scaffold.
    gage_height
        The reading as the user gave it, in display units; it is carried along, never calculated with.
    overrides
        Scaffold parameters that differ for this job, by the name of their column, as text; paths are absolute.
    extra
        Columns that mean nothing to the program and are carried through to the summary.
    line
        Line of the jobs file from which the job came.
    """

    job_id: str
    video_path: Path
    water_surface_elevation_m: float
    alpha: float = USUAL_ALPHA
    clip: Clip = field(default_factory=Clip)
    measurement_number: int | None = None
    measurement_date: str | None = None
    measurement_time: str | None = None
    gage_height: float | None = None
    comments: str | None = None
    title: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
    video_url: str | None = None
    alpha_source: AlphaSource = AlphaSource.GIVEN

    @property
    def video_source(self) -> str:
        """Where the video is from, as the user gave it: its URL or its path."""
        return self.video_url or str(self.video_path)


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job with the settings of its site, its own overrides already applied."""

    job: BatchJob
    scaffold: Scaffold


# Where each stage begins and ends within a job, as a share of its time; only what is shown depends on it.
_STAGE_SPANS = {
    "fetch": (0.0, 0.0),
    "geometry": (0.0, 0.02),
    "decode": (0.02, 0.6),
    "rectify": (0.6, 0.62),
    "velocimetry": (0.62, 0.94),
    "discharge": (0.94, 0.96),
    "output": (0.96, 1.0),
}


@dataclass(frozen=True, slots=True)
class JobProgress:
    """One step forward of a batch.

    ``position`` counts from 1 to ``total``; ``fraction`` is the share of ``stage`` that is done, 0 to 1.
    ``message`` explains a status that is not a success.
    """

    job_id: str
    position: int
    total: int
    status: JobStatus
    stage: str = ""
    fraction: float = 0.0
    message: str = ""

    @property
    def job_fraction(self) -> float:
        """Share of the job that is done, 0 to 1; every stage has its usual share of the time."""
        if self.status.is_final:
            return 1.0
        begin, end = _STAGE_SPANS.get(self.stage, (0.0, 0.0))
        return begin + (end - begin) * self.fraction

    @property
    def batch_fraction(self) -> float:
        """Share of the whole batch that is done, 0 to 1, every job counting the same."""
        return (self.position - 1 + self.job_fraction) / self.total if self.total else 1.0
