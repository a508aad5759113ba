"""The jobs of a batch as rows of texts: what they were asked for, and how they stand."""

from __future__ import annotations

from datetime import datetime

from ....batch.following.picture import BatchPicture, JobRow
from ....batch.following.picture_words import attempt_words, time_words, word
from ....batch.following.result_rows import figure
from ....batch.models import BatchJob, JobStatus
from ....domain.alpha import alpha_words
from ....domain.units import UnitSystem
from ....formats.clip_times import format_clip_time
from ..shown import Cells, Column
from .panel_words import panel_words

UP_TO_DATE = "up to date"
_STAGES = {
    "fetch": "fetching the video",
    "geometry": "preparing",
    "decode": "reading the video",
    "rectify": "rectifying",
    "velocimetry": "velocities",
    "discharge": "discharge",
    "output": "writing",
}


def live_columns(units: UnitSystem) -> tuple[Column, ...]:
    """The columns of :func:`live_cells`."""
    return (
        Column("job_id", "Job", width=110),
        Column("video", "Video", width=140),
        Column("level", f"Water level ({units.length_label})", "number", 110),
        Column("status", "Status", "status", 85),
        Column("stage", "Step", width=125),
        Column("done", "Done", "share", 90),
        Column("discharge", f"Discharge ({units.discharge_label})", "number", 115),
        Column("verdict", "Verdict", width=75, explained_by="message"),
        Column("message", "Message", width=190),
        Column("attempt", "Attempt", width=75),
        Column("time", "Time", "number", 70),
        Column("alpha", "Alpha", width=130),
        Column("clip", "Clip", width=110),
    )


def live_cells(job: BatchJob, row: JobRow, picture: BatchPicture, units: UnitSystem, now: datetime) -> Cells:
    """One job; the share that is done is a number from 0 to 1, blank before it began."""
    is_begun = row.started is not None or row.status.is_final
    return (
        job.job_id,
        row.title,
        f"{job.water_surface_elevation_m * units.length:.7g}",
        UP_TO_DATE if _is_up_to_date(row) else status_words(row.status),
        stage_words(row.stage) if row.status is JobStatus.RUNNING or row.status.is_failure else "",
        f"{row.job_fraction:.3f}" if is_begun and _has_share(row.status) else "",
        figure(row.discharge_m3s, units.discharge),
        row.quality,
        _message(job, row),
        attempt_words(row, picture.max_retries),
        time_words(row.elapsed_s(now)) if is_begun else "",
        alpha_words(job.alpha, job.alpha_source),
        _clip(job),
    )


def status_words(status: JobStatus) -> str:
    """A status as the counts over the table name it."""
    return "waiting" if status is JobStatus.PENDING else word(status)


def stage_words(stage: str) -> str:
    """What a job does, or what it failed in."""
    return _STAGES.get(stage, stage)


def _is_up_to_date(row: JobRow) -> bool:
    return row.status is JobStatus.SKIPPED and row.message.startswith(UP_TO_DATE)


def _has_share(status: JobStatus) -> bool:
    return not status.is_failure and status is not JobStatus.SKIPPED


def _message(job: BatchJob, row: JobRow) -> str:
    """What the job said, without the video that stands in the same row; else what speaks against its measurement."""
    said = " ".join(row.message.split()).removeprefix(f"{job.video_path}: ")
    if row.quality_reasons and (not said or _is_up_to_date(row)):
        said = "; ".join(row.quality_reasons)
    return panel_words(f"{said[:1].upper()}{said[1:]}")


def _clip(job: BatchJob) -> str:
    clip = job.clip
    if clip.start_s is None and clip.end_s is None:
        return "whole video"
    end = "the end" if clip.end_s is None else format_clip_time(clip.end_s, 1)
    return f"{format_clip_time(clip.start_s or 0.0, 1)} to {end}"
