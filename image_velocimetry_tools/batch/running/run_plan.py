"""What a batch would do, before it does anything: which jobs run and why, and what it would take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...domain.alpha import alpha_words
from ...domain.errors import Problem
from ...domain.units import unit_system
from ...domain.video import Clip
from ..engine.feasibility import expectation
from ..job.attempt import result_path
from ..job.velocimetry_choice import velocimetry_choice
from ..models import PlannedJob
from ..plan.planner import JobPlanner
from ..plan.video_checks import look_into_videos
from .batch_runs import NewBatch
from .carrying_out import require_usable
from .open_batch import UP_TO_DATE


@dataclass(frozen=True, slots=True)
class PlanReport:
    """A plan for people: a table of jobs, sentences about the whole, and what stands in the way."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    sentences: Sequence[str]
    problems: Sequence[Problem]


def plan_report(new: NewBatch) -> PlanReport:
    """Look into every video and hold every job against what lies in the output folder; nothing is written.

    Raises
    ------
    IvyError
        If the velocimetry method cannot be used.
    """
    require_usable(new.settings)
    directory = new.state.output_directory / "jobs"
    planner = JobPlanner(new.scaffold, new.settings, velocimetry_choice(new.settings), directory)
    whats = [_what(planned, planner) for planned in new.jobs]
    rows = [_row(planned, what) for planned, what in zip(new.jobs, whats, strict=True)]
    to_run = [planned for planned, what in zip(new.jobs, whats, strict=True) if what != _SKIPPED]
    skipped = len(new.jobs) - len(to_run)
    counted = f"to run: {len(to_run)}" + (f", up to date: {skipped}" if skipped else "")
    needs = expectation(to_run, new.settings, new.state.output_directory)
    return PlanReport(
        header=("job", "video", "level", "alpha", "clip", "what happens"),
        rows=rows,
        sentences=(*([needs.sentence()] if to_run else []), f"{counted}; nothing was written"),
        problems=[*needs.problems, *look_into_videos(to_run)],
    )


_SKIPPED = f"{UP_TO_DATE}, skipped"


def _what(planned: PlannedJob, planner: JobPlanner) -> str:
    if not planner.settings.force and planner.up_to_date_result(planned) is not None:
        return _SKIPPED
    exists = result_path(planner.jobs_directory, planned.job.job_id).exists()
    return "runs, replaces an earlier result" if exists else "runs"


def _row(planned: PlannedJob, what: str) -> tuple[str, ...]:
    job, units = planned.job, unit_system(planned.scaffold.display_units)
    level = f"{job.water_surface_elevation_m * units.length:.7g} {units.length_label}"
    return job.job_id, job.video_path.name, level, alpha_words(job.alpha, job.alpha_source), _span(job.clip), what


def _span(clip: Clip) -> str:
    if clip.start_s is None and clip.end_s is None:
        return "whole video"
    return f"{clip.start_s or 0:g} s to {'the end' if clip.end_s is None else f'{clip.end_s:g} s'}"
