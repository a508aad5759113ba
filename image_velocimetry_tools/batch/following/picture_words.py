"""What a picture of a batch shows, in words; the same in the terminal, its status and elsewhere."""

from __future__ import annotations

from ...domain.memory_size import size_text
from ...domain.units import UnitSystem, unit_system
from ..events import BatchSampled
from ..models import BatchStatus, JobStatus
from .picture import BatchPicture, JobRow
from .result_rows import figure


def word(status: JobStatus | BatchStatus) -> str:
    """A status as people read it."""
    return status.value.replace("_", " ")


def display_units(picture: BatchPicture) -> UnitSystem:
    """The units in which the discharges of the batch are shown."""
    return unit_system(picture.batch.display_units)


def time_words(seconds: float | None) -> str:
    """A time to read at a glance.

    Examples
    --------
    >>> time_words(42.4), time_words(125.0), time_words(3725.0)
    ('42 s', '2:05 min', '1:02 h')
    """
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"


def rest_words(sample: BatchSampled | None) -> str:
    """How long it still takes: a range if there is one, nothing before it means something.

    Examples
    --------
    >>> rest_words(BatchSampled(batch_id="b", memory_bytes=0, memory_limit_bytes=0, slots=1, running=1,
    ...                         seconds_to_go_range=(170.0, 320.0)))
    '3 to 5 min left'
    """
    if sample is None:
        return ""
    if sample.seconds_to_go_range is None:
        return f"{_rounded(sample.seconds_to_go)} left" if sample.seconds_to_go is not None else ""
    low_s, high_s = sample.seconds_to_go_range
    low, high = _rounded(low_s), _rounded(high_s)
    if low == high:
        return f"{high} left"
    if low.split()[1] == high.split()[1]:
        low = low.split()[0]
    return f"{low} to {high} left"


def _rounded(seconds: float) -> str:
    if seconds < 90.0:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400.0:
        return f"{round(seconds / 60.0)} min"
    return f"{seconds / 3600.0:.2g} h"


def memory_words(sample: BatchSampled | None) -> str:
    """Memory of the running jobs and their limit."""
    if sample is None:
        return ""
    used = size_text(sample.memory_bytes)
    return f"{used} of {size_text(sample.memory_limit_bytes)}" if sample.memory_limit_bytes else used


def rate_words(sample: BatchSampled | None) -> str:
    """Jobs a minute, or an hour if that is a number one can read."""
    if sample is None or sample.jobs_per_minute is None:
        return ""
    if sample.jobs_per_minute < 0.1:
        return f"{60.0 * sample.jobs_per_minute:.2g} jobs/h"
    return f"{sample.jobs_per_minute:.3g} jobs/min"


def count_words(picture: BatchPicture) -> str:
    """How many jobs stand how.

    Examples
    --------
    ``5 completed, 1 failed, 2 running, 4 waiting``
    """
    counts = picture.counts
    said = [
        (counts[JobStatus.COMPLETED], "completed"),
        (picture.failed, "failed"),
        (counts[JobStatus.SKIPPED], "skipped"),
        (counts[JobStatus.CANCELLED], "cancelled"),
        (counts[JobStatus.INTERRUPTED], "interrupted"),
        (counts[JobStatus.RUNNING], "running"),
        (counts[JobStatus.PENDING], "waiting"),
    ]
    return ", ".join(f"{count} {what}" for count, what in said if count) or "no jobs"


def summary_words(picture: BatchPicture) -> str:
    """The whole batch in one line."""
    sample = picture.sample
    head = f"{picture.over} of {picture.total} jobs over ({100.0 * picture.fraction:.0f} %)"
    parts = (head, count_words(picture), rate_words(sample), rest_words(sample))
    waiting_for = f"waits for {sample.waiting_for}" if sample is not None and sample.waiting_for else ""
    return "; ".join(part for part in (*parts, waiting_for) if part)


def attempt_words(row: JobRow, max_retries: int) -> str:
    """Which attempt this is, if it is not the first."""
    if row.retries:
        return f"retry {row.retries}/{max_retries}"
    return f"attempt {row.attempt}" if row.attempt > 1 else ""


def discharge_words(row: JobRow, units: UnitSystem) -> str:
    """Discharge and verdict; nothing for a job that has none."""
    if row.discharge_m3s is None:
        return ""
    said = figure(row.discharge_m3s, units.discharge, units.discharge_label)
    return f"{said}, {row.quality}" if row.quality else said


def end_words(row: JobRow, units: UnitSystem) -> str:
    """What came of a job that is over: its discharge, or where and why it has none."""
    said = f"{row.job_id} {word(row.status)}"
    if row.status.is_failure and row.stage:
        said += f" in stage {row.stage}"
    figures, reason = discharge_words(row, units), " ".join(row.message.split())
    rest = ", ".join(part for part in (figures, reason) if part)
    return f"{said}: {rest}" if rest else said
