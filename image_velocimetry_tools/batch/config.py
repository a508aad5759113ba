"""What goes into a batch and what comes out, validated: the edge between scripts and the program."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetPydanticSchema
from pydantic_core import core_schema

from ..domain.scaffold import Scaffold
from ..domain.units import DisplayUnits, UnitSystem, unit_system
from ..domain.video_url import is_url
from .models import JobStatus

# A scaffold is checked where it is read. Without this pydantic would build a schema of all its parts, at every start.
_CheckedScaffold = Annotated[
    Scaffold, GetPydanticSchema(lambda source, handler: core_schema.is_instance_schema(Scaffold))
]


class ScaffoldConfig(BaseModel):
    """The settings of a site, as :meth:`ProjectService.load_scaffold_configuration` reads them.

    ``scaffold`` is SI; levels that go in are in ``display_units``. ``warnings`` are sentences for the user.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    scaffold_path: Path
    scaffold: _CheckedScaffold
    display_units: DisplayUnits = DisplayUnits.METRIC
    warnings: tuple[str, ...] = ()

    @property
    def units(self) -> UnitSystem:
        """Factors and labels of the display units."""
        return unit_system(self.display_units)


def _path_unless_url(video: Path | str) -> Path | str:
    return video if is_url(str(video)) else Path(video)


class VideoConfig(BaseModel):
    """One video to measure; the level is in the scaffold's display units and GCP datum.

    ``start_time`` and ``end_time`` are seconds, or text as in the jobs CSV (``ss``, ``mm:ss``, ``hh:mm:ss.s``); None
    is the start or the end of the video. Without a ``job_id`` the name of the video serves. A video may have a URL
    (``https://...``, ``s3://...``), which is a text and no :class:`~pathlib.Path`. Without an ``alpha`` that counts
    which was set in the scaffold's project, else 0.85.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    video_path: Annotated[Path | str, AfterValidator(_path_unless_url)]
    water_surface_elevation: float
    alpha: float | None = None
    start_time: str | float | None = None
    end_time: str | float | None = None
    job_id: str | None = None
    title: str = ""
    measurement_number: int | None = None
    measurement_date: str | None = None
    measurement_time: str | None = None
    gage_height: float | None = None
    comments: str | None = None
    overrides: dict[str, Any] = Field(default_factory=dict)


class BatchVideoConfig(BaseModel):
    """A video together with the site that it shows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scaffold: ScaffoldConfig
    video: VideoConfig


class RunSettings(BaseModel):
    """How a batch is carried out; stored with it, so that it goes on after a crash as it began.

    Every field is an option of the command line and a key of the YAML file. ``jobs`` is the number of jobs at a time,
    ``threads`` the cores of each (None shares them out). Times are seconds; None means no limit.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    plots: bool = True
    save_projects: bool = False
    stop_on_first_failure: bool = False
    force: bool = False
    strict: bool = False
    method: str = "stiv"
    method_settings: dict[str, Any] = Field(default_factory=dict)
    executor: str = "local"
    executor_settings: dict[str, Any] = Field(default_factory=dict)
    hooks: tuple[str, ...] = ()
    hook_settings: dict[str, dict[str, Any]] = Field(default_factory=dict)
    jobs: Annotated[int, Field(ge=1)] | Literal["auto"] = "auto"
    threads: Annotated[int, Field(ge=1)] | None = None
    memory_limit: str | None = None
    job_timeout_s: Annotated[float, Field(gt=0)] | None = None
    no_progress_timeout_s: Annotated[float, Field(gt=0)] | None = 600.0
    batch_timeout_s: Annotated[float, Field(gt=0)] | None = None
    max_retries: Annotated[int, Field(ge=0)] = 3
    retry_delay_s: Annotated[float, Field(ge=0)] = 5.0
    start_at: datetime | None = None


class BatchConfig(BaseModel):
    """A jobs CSV to run on a scaffold, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scaffold_path: Path
    batch_csv_path: Path
    output_dir: Path
    stop_on_first_failure: bool = False
    save_ivy_projects: bool = False
    plots: bool = True
    allow_unknown_columns: bool = False


class ProcessingResult(BaseModel):
    """What came of one job; SI, uncertainties in percent.

    A video with a URL has only the name of its file as ``video_path``.
    ``alpha_source`` says where alpha comes from: ``given``, ``dated``, ``project`` or ``usual``.
    ``stage`` and ``error_message`` say where and why a job failed, ``remedy`` what to do about it; a skipped or
    cancelled job carries its reason in ``error_message``.
    """

    model_config = ConfigDict(frozen=True)

    job_id: str
    video_path: Path
    status: JobStatus
    water_surface_elevation_m: float | None = None
    alpha: float | None = None
    alpha_source: str = ""
    total_discharge: float | None = None
    area_m2: float | None = None
    mean_velocity_mps: float | None = None
    max_surface_velocity_mps: float | None = None
    measured_discharge_fraction: float | None = None
    uncertainty_iso_95pct: float | None = None
    uncertainty_ive_95pct: float | None = None
    quality: str = ""
    quality_reasons: tuple[str, ...] = ()
    quality_remarks: tuple[str, ...] = ()
    processing_time_s: float = 0.0
    stage: str = ""
    error_message: str | None = None
    problems: tuple[str, ...] = ()
    remedy: str = ""
    remedies: tuple[str, ...] = ()
    note: str = ""
    result_path: Path | None = None
    video_url: str | None = None

    @property
    def video_source(self) -> str:
        """Where the video is from: its URL or its path."""
        return self.video_url or str(self.video_path)

    @property
    def success(self) -> bool:
        """Whether the job has a discharge: completed, or up to date and therefore skipped."""
        has_run = self.status in (JobStatus.COMPLETED, JobStatus.SKIPPED)
        return has_run and self.total_discharge is not None

    @property
    def result(self) -> dict[str, Any]:
        """Everything in the result file (points, quality, provenance, ...); empty if the job has none.

        It is read on demand, so that the results of a large batch need little memory.
        """
        if self.result_path is None or not self.success:
            return {}
        content: dict[str, Any] = json.loads(self.result_path.read_text(encoding="utf-8"))
        return content


class BatchResult(BaseModel):
    """What came of a batch; results are in the order in which the jobs were given.

    ``problems`` are sentences about the batch as a whole, e.g. a summary that could not be written.
    """

    model_config = ConfigDict(frozen=True)

    video_results: tuple[ProcessingResult, ...] = ()
    output_directory: Path | None = None
    summary_path: Path | None = None
    errors_path: Path | None = None
    total_time_s: float = 0.0
    problems: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Number of jobs."""
        return len(self.video_results)

    @property
    def successful(self) -> list[ProcessingResult]:
        """Results of the jobs that have a discharge."""
        return [result for result in self.video_results if result.success]

    @property
    def failed(self) -> list[ProcessingResult]:
        """Results of the jobs that failed, timed out or ran out of memory; not of those skipped or cancelled."""
        return [result for result in self.video_results if result.status.is_failure]

    @property
    def success(self) -> bool:
        """Whether every job has a discharge and every file was written."""
        return len(self.successful) == self.total and not self.problems

    def get_discharge_summary(self) -> dict[str, float | int | None]:
        """Statistics of the discharges, m³/s.

        Returns
        -------
        dict
            ``count``, ``mean``, ``median``, ``min``, ``max``, ``std`` (of the sample, 0 for a single
            value); the figures are None when no job succeeded.
        """
        discharges = [r.total_discharge for r in self.successful if r.total_discharge is not None]
        return _statistics(discharges)


def _statistics(values: Sequence[float]) -> dict[str, float | int | None]:
    if not values:
        return {"count": 0, "mean": None, "median": None, "min": None, "max": None, "std": None}
    return {
        "count": len(values),
        "mean": statistics.fmean(values),
        "median": statistics.median(values),
        "min": min(values),
        "max": max(values),
        "std": statistics.stdev(values) if len(values) > 1 else 0.0,
    }
