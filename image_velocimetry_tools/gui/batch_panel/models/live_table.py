"""The jobs of a batch as rows of texts: what they were asked for, and how they stand."""

from __future__ import annotations

from datetime import datetime

from ....batch.models import BatchJob, JobStatus
from ....batch.picture import BatchPicture, JobRow
from ....batch.picture_words import attempt_words, time_words, word
from ....batch.result_rows import figure
from ....domain.units import UnitSystem
from ....formats.clip_times import format_clip_time
from ..shown import Cells, Column


def live_columns(units: UnitSystem) -> tuple[Column, ...]:
    """The columns of :func:`live_cells`."""
    return (
        Column("job_id", "Job", width=110),
        Column("video", "Video", width=140),
        Column("level", f"Level ({units.length_label})", "number", 80),
        Column("status", "Status", "status", 85),
        Column("stage", "Stage", width=85),
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
        word(row.status),
        row.stage if row.status is JobStatus.RUNNING or row.status.is_failure else "",
        f"{row.job_fraction:.3f}" if is_begun else "",
        figure(row.discharge_m3s, units.discharge),
        row.quality,
        " ".join(row.message.split()),
        attempt_words(row, picture.max_retries),
        time_words(row.elapsed_s(now)) if is_begun else "",
        f"{job.alpha:g}",
        _clip(job),
    )


def _clip(job: BatchJob) -> str:
    clip = job.clip
    if clip.start_s is None and clip.end_s is None:
        return "whole video"
    end = "the end" if clip.end_s is None else format_clip_time(clip.end_s, 1)
    return f"{format_clip_time(clip.start_s or 0.0, 1)} to {end}"
