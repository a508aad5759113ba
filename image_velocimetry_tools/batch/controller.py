"""Presenter of the command line: takes commands, runs them, and tells a view what to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..domain.errors import IvyError, Problem
from ..domain.units import UnitSystem, unit_system
from ..domain.video import Clip
from .config import BatchResult, BatchVideoConfig, ProcessingResult, VideoConfig
from .models import JobProgress, PlannedJob
from .orchestrator import BatchOrchestrator
from .planning import INPUT_STAGE
from .video_checks import look_into_videos

if TYPE_CHECKING:
    from .processor import BatchPlan, BatchProcessor

COMPLETED, SOME_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


class BatchView(Protocol):
    """Where a presenter shows things; it never decides what is shown."""

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Labels with their values."""

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows of a table."""

    def say(self, text: str) -> None:
        """A line for everybody."""

    def detail(self, text: str) -> None:
        """A line for those who asked for details."""

    def warn(self, text: str) -> None:
        """Something that does not stop the work."""

    def problem(self, text: str) -> None:
        """Something that went wrong; shown however quiet the user wants it."""

    def progress(self, label: str, fraction: float) -> None:
        """What is being done, and which share of everything is done, 0 to 1."""

    def end_progress(self) -> None:
        """Nothing more is being done."""


class BatchController:
    """One method per command; each answers the exit code.

    Parameters
    ----------
    view
        Where everything is shown.
    orchestrator
        What measures; a :class:`BatchOrchestrator` of its own if None.
    """

    def __init__(self, view: BatchView, orchestrator: BatchOrchestrator | None = None) -> None:
        self._view = view
        self._orchestrator = orchestrator or BatchOrchestrator()

    def process(
        self,
        scaffold_path: Path,
        video: VideoConfig,
        output_directory: Path,
        *,
        plots: bool = True,
        save_project: bool = False,
    ) -> int:
        """Measure one video."""
        return self.guarded(lambda: self._process(scaffold_path, video, output_directory, plots, save_project))

    def run(self, processor: BatchProcessor, *, dry_run: bool = False) -> int:
        """Measure the jobs of a CSV, or only say what would be measured.

        The processor must report its progress to :meth:`on_progress`.
        """
        return self.guarded(lambda: self._dry_run(processor) if dry_run else self._run(processor))

    def processor(
        self,
        scaffold_path: Path,
        batch_csv: Path,
        output_dir: Path,
        *,
        stop_on_first_failure: bool = False,
        save_projects: bool = False,
        plots: bool = True,
        allow_unknown_columns: bool = False,
    ) -> BatchProcessor:
        """A processor whose progress this controller shows."""
        # Reading CSVs is imported here: a single measurement does without.
        from .processor import BatchProcessor

        return BatchProcessor(
            scaffold_path,
            batch_csv,
            output_dir,
            stop_on_first_failure=stop_on_first_failure,
            save_ivy_projects=save_projects,
            plots=plots,
            allow_unknown_columns=allow_unknown_columns,
            orchestrator=self._orchestrator,
            progress=self.on_progress,
        )

    def validate(
        self, scaffold_path: Path, batch_csv: Path | None = None, *, allow_unknown_columns: bool = False
    ) -> int:
        """Check a scaffold, and a jobs CSV with its videos."""
        return self.guarded(lambda: self._validate(scaffold_path, batch_csv, allow_unknown_columns))

    def info(self, scaffold_path: Path) -> int:
        """Show what a scaffold says."""
        return self.guarded(lambda: self._info(scaffold_path))

    def on_progress(self, event: JobProgress) -> None:
        """Show one step of a batch."""
        label = f"{event.job_id} ({event.position} of {event.total})"
        if event.status.is_final:
            self._view.say(f"{label} {event.status}")
        elif event.stage and event.fraction == 0.0:
            self._view.detail(f"{label} {event.stage}")
        self._view.progress(f"{label} {event.stage}".rstrip(), event.batch_fraction)

    def _process(
        self, scaffold_path: Path, video: VideoConfig, output_directory: Path, plots: bool, save_project: bool
    ) -> int:
        scaffold = self._orchestrator.load_scaffold(scaffold_path)
        for warning in scaffold.warnings:
            self._view.warn(warning)
        result = self._orchestrator.process_video(
            config=BatchVideoConfig(scaffold=scaffold, video=video),
            output_directory=output_directory,
            plots=plots,
            save_project=save_project,
            progress=self.on_progress,
        )
        self._view.end_progress()
        if result.success:
            self._view.facts(result_facts(result, scaffold.units))
            return COMPLETED
        for problem in result.problems or (result.error_message or "the job did not finish",):
            self._view.problem(problem)
        return BAD_INPUT if result.stage == INPUT_STAGE else SOME_FAILED

    def _run(self, processor: BatchProcessor) -> int:
        plan = processor.prepare()
        for warning in plan.warnings:
            self._view.warn(warning)
        try:
            processor.run()
        except KeyboardInterrupt:
            self._view.end_progress()
            self._show_batch(plan, processor.result)
            raise
        self._view.end_progress()
        result = processor.result
        self._show_batch(plan, result)
        return COMPLETED if result.success else SOME_FAILED

    def _dry_run(self, processor: BatchProcessor) -> int:
        plan = processor.prepare()
        for warning in plan.warnings:
            self._view.warn(warning)
        problems = look_into_videos(plan.jobs)
        folder = processor.config.output_dir
        rows = [_plan_row(planned, folder) for planned in plan.jobs]
        self._view.table(("job", "video", "level", "alpha", "clip", "what happens"), rows)
        self._view.say(f"{len(plan.jobs)} jobs would run; nothing was written")
        return self._report(problems)

    def _validate(self, scaffold_path: Path, batch_csv: Path | None, allow_unknown_columns: bool) -> int:
        scaffold = self._orchestrator.load_scaffold(scaffold_path)
        for warning in scaffold.warnings:
            self._view.warn(warning)
        self._view.say(f"{scaffold_path}: the scaffold can be used")
        if batch_csv is None:
            return COMPLETED
        from .jobs import BatchCSVParser

        found = BatchCSVParser(allow_unknown_columns=allow_unknown_columns).parse(batch_csv, scaffold)
        for warning in found.warnings:
            self._view.warn(warning)
        problems = look_into_videos(found.jobs)
        if not problems:
            self._view.say(f"{batch_csv}: {len(found.jobs)} jobs can be run")
        return self._report(problems)

    def _info(self, scaffold_path: Path) -> int:
        from .scaffold_facts import scaffold_facts

        scaffold = self._orchestrator.load_scaffold(scaffold_path)
        self._view.facts(scaffold_facts(scaffold))
        for warning in scaffold.warnings:
            self._view.warn(warning)
        return COMPLETED

    def _report(self, problems: Sequence[Problem]) -> int:
        for problem in problems:
            self._view.problem(str(problem))
        return BAD_INPUT if problems else COMPLETED

    def _show_batch(self, plan: BatchPlan, result: BatchResult) -> None:
        units = plan.scaffold.units
        rows = [_result_row(one, units) for one in result.video_results]
        discharge = f"discharge ({units.discharge_label})"
        header = ("job", "status", discharge, "± ISO 95 %", "measured", "quality", "time (s)")
        self._view.table(header, rows)
        for one in result.failed:
            stage = f" in stage {one.stage}" if one.stage else ""
            for problem in one.problems or (one.error_message or "",):
                self._view.problem(f"{one.job_id} failed{stage}: {problem}")
        for problem in result.problems:
            self._view.problem(problem)
        done = f"{len(result.successful)} of {result.total} jobs completed"
        self._view.say(f"{done} in {result.total_time_s:.1f} s; results are in {result.output_directory}")

    def guarded(self, command: Callable[[], int]) -> int:
        """Carry out a command; what the user did wrong becomes lines and an exit code."""
        try:
            return command()
        except IvyError as error:
            self._view.end_progress()
            return self._report(error.problems)
        except KeyboardInterrupt:
            self._view.end_progress()
            self._view.problem("Interrupted; finished results are kept, what was running left nothing behind.")
            return INTERRUPTED


def result_facts(result: ProcessingResult, units: UnitSystem) -> list[tuple[str, str]]:
    """The figures of one measurement for people."""
    iso, ive = _percent(result.uncertainty_iso_95pct), _percent(result.uncertainty_ive_95pct)
    return [
        ("job", result.job_id),
        ("discharge", _figure(result.total_discharge, units.discharge, units.discharge_label)),
        ("uncertainty (95 %)", f"{iso} by ISO 748, {ive} by IVE"),
        ("wetted area", _figure(result.area_m2, units.area, units.area_label)),
        ("mean velocity", _figure(result.mean_velocity_mps, units.velocity, units.velocity_label)),
        ("largest surface velocity", _figure(result.max_surface_velocity_mps, units.velocity, units.velocity_label)),
        ("measured share of discharge", _percent(_times_100(result.measured_discharge_fraction))),
        ("quality", "; ".join((result.quality, *result.quality_reasons))),
        ("result", str(result.result_path)),
    ]


def _result_row(result: ProcessingResult, units: UnitSystem) -> tuple[str, ...]:
    return (
        result.job_id,
        str(result.status),
        _figure(result.total_discharge, units.discharge),
        _percent(result.uncertainty_iso_95pct),
        _percent(_times_100(result.measured_discharge_fraction)),
        result.quality,
        f"{result.processing_time_s:.1f}" if result.processing_time_s else "",
    )


def _plan_row(planned: PlannedJob, output: Path) -> tuple[str, ...]:
    from .attempt import result_path

    job, units = planned.job, unit_system(planned.scaffold.display_units)
    exists = result_path(output / "jobs", job.job_id).exists()
    what = "runs, replaces an earlier result" if exists else "runs"
    level = f"{job.water_surface_elevation_m * units.length:.7g} {units.length_label}"
    return job.job_id, job.video_path.name, level, f"{job.alpha:g}", _span(job.clip), what


def _span(clip: Clip) -> str:
    if clip.start_s is None and clip.end_s is None:
        return "whole video"
    return f"{clip.start_s or 0:g} s to {'the end' if clip.end_s is None else f'{clip.end_s:g} s'}"


def _figure(value_si: float | None, factor: float, label: str = "") -> str:
    return "" if value_si is None else f"{value_si * factor:.4g} {label}".rstrip()


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} %"


def _times_100(value: float | None) -> float | None:
    return None if value is None else 100.0 * value
