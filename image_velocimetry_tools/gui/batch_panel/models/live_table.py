"""The jobs of a batch as rows of texts: what they were asked for, and how they stand."""

from __future__ import annotations

from datetime import datetime

from ....batch.following.picture import BatchPicture, JobRow
from ....batch.following.picture_words import attempt_words, time_words, word
from ....batch.following.result_rows import figure
from ....batch.models import BatchJob, JobStatus
from ....domain.units import UnitSystem
from ....formats.clip_times import format_clip_time
from ..shown import Cells, Column
from .panel_words import panel_words

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
        Column("level", f"Level ({units.length_label})", "number", 80),
        Column("status", "Status", "status", 85),
        Column("stage", "Step", width=125),
        Column("done", "Done", "share", 90),
        Column("discharge", f"Discharge ({units.discharge_label})", "number", 115),
        Column("verdict", "Verdict", width=75),
        Column("message", "Message", width=190),
        Column("attempt", "Attempt", width=75),
        Column("time", "Time", "number", 70),
        Column("alpha", "Alpha", "number", 60),
        Column("clip", "Clip", width=110),
    )


def live_cells(job: BatchJob, row: JobRow, picture: BatchPicture, units: UnitSystem, now: datetime) -> Cells:
    """One job; the share that is done is a number from 0 to 1, blank before it began."""
    is_begun = row.started is not None or row.status.is_final
    return (
        job.job_id,
        row.title,
        f"{job.water_surface_elevation_m * units.length:.7g}",
        status_words(row.status),
        stage_words(row.stage) if row.status is JobStatus.RUNNING or row.status.is_failure else "",
        f"{row.job_fraction:.3f}" if is_begun and not row.status.is_failure else "",
        figure(row.discharge_m3s, units.discharge),
        row.quality,
        _message(job, row),
        attempt_words(row, picture.max_retries),
        time_words(row.elapsed_s(now)) if is_begun else "",
        f"{job.alpha:g}",
        _clip(job),
    )


def status_words(status: JobStatus) -> str:
    """A status as the counts over the table name it."""
    return "waiting" if status is JobStatus.PENDING else word(status)


def stage_words(stage: str) -> str:
    """What a job does, or what it failed in."""
    return _STAGES.get(stage, stage)


def _message(job: BatchJob, row: JobRow) -> str:
    """What the job said, without the video that stands in the same row."""
    said = " ".join(row.message.split()).removeprefix(f"{job.video_path}: ")
    return panel_words(f"{said[:1].upper()}{said[1:]}")


def _clip(job: BatchJob) -> str:
    clip = job.clip
    if clip.start_s is None and clip.end_s is None:
        return "whole video"
    end = "the end" if clip.end_s is None else format_clip_time(clip.end_s, 1)
    return f"{format_clip_time(clip.start_s or 0.0, 1)} to {end}"
