"""What a batch looks like at a moment: read from its rows once, then brought forward event by event.

Views of any kind draw it. An event costs the same whether the batch has ten jobs or ten thousand. Not safe for use by
several threads at a time.
"""

from __future__ import annotations

import bisect
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import nlargest
from itertools import islice
from typing import Any, Self

from ..config import ProcessingResult
from ..events import AnyEvent, BatchNotice, BatchSampled, JobEvent
from ..lifecycle import InvalidTransition, JobChange
from ..models import BatchStatus, JobProgress, JobStatus
from ..store.event_effects import JobState, batch_effects, is_late, job_effects
from ..store.records import BatchRecord, JobRecord

_REMEMBERED_ENDS, _REMEMBERED_NOTICES = 20, 20
_ACTIVE = (BatchStatus.RUNNING, BatchStatus.PAUSING, BatchStatus.CANCELLING)
# columns of a job's row in the store that the picture shows under the same name
_SAME = ("status", "stage", "fraction", "attempt", "retries", "not_before", "started", "finished")


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as it is shown.

    ``fraction`` is the share of its stage that is done, ``retries`` the number of automatic retries, ``message`` why it
    is as it is. Without a title of its own a job is called like its video.
    """

    job_id: str
    position: int
    title: str
    priority: int = 5
    status: JobStatus = JobStatus.PENDING
    stage: str = ""
    fraction: float = 0.0
    attempt: int = 0
    retries: int = 0
    not_before: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None
    message: str = ""
    discharge_m3s: float | None = None
    quality: str = ""
    quality_reasons: tuple[str, ...] = ()

    @classmethod
    def of_record(cls, record: JobRecord) -> Self:
        """The row of a job as the store has it."""
        return cls(
            job_id=record.job_id,
            position=record.position,
            title=record.job.title or record.job.video_path.name,
            priority=record.priority,
            message=record.reason,
            **{name: getattr(record, name) for name in _SAME},
            **_figures(record.result),
        )

    @property
    def job_fraction(self) -> float:
        """Share of the job that is done, 0 to 1."""
        return JobProgress(self.job_id, 1, 1, self.status, self.stage, self.fraction).job_fraction

    def elapsed_s(self, now: datetime) -> float | None:
        """How long its last attempt took, or has taken up to now; None if it did not run."""
        if self.started is None:
            return None
        return max(0.0, ((self.finished or now) - self.started).total_seconds())

    def after(self, event: JobEvent, values: Mapping[str, Any]) -> Self:
        """The row after an event; ``values`` are the new values of the columns in the store."""
        changes = {name: values[name] for name in _SAME if name in values}
        if "status" in changes:
            changes["status"] = JobStatus(changes["status"])
        if "reason" in values:
            changes["message"] = values["reason"]
        if "result" in values:
            changes |= _figures(getattr(event, "result", None))
        return replace(self, **changes)


def _figures(result: ProcessingResult | None) -> dict[str, Any]:
    if result is None:
        return {"discharge_m3s": None, "quality": "", "quality_reasons": ()}
    figures = {"discharge_m3s": result.total_discharge, "quality": result.quality}
    return figures | {"quality_reasons": result.quality_reasons}


class BatchPicture:
    """A batch with all its jobs, kept up to date by :meth:`bring_forward`.

    Parameters
    ----------
    batch, jobs
        The batch as it stands. Of the events that led there the last may still be brought: they change nothing.
    """

    def __init__(self, batch: BatchRecord, jobs: Iterable[JobRecord]) -> None:
        self.batch = batch
        self.rows: dict[str, JobRow] = {}
        self.counts: Counter[JobStatus] = Counter()
        self.sample: BatchSampled | None = None
        self.reason = ""
        self.notices: deque[str] = deque(batch.warnings, maxlen=_REMEMBERED_NOTICES)
        self._running: dict[str, None] = {}
        self._waiting: list[tuple[int, int, str]] = []
        self._ends: deque[str] = deque(maxlen=_REMEMBERED_ENDS)
        for record in jobs:
            self._add(record)
        self._running = dict.fromkeys(sorted(self._running, key=lambda job_id: _moment(self.rows[job_id].started)))
        ended = (row for row in self.rows.values() if _is_news(row))
        last = nlargest(_REMEMBERED_ENDS, ended, key=lambda row: (_moment(row.finished), row.position))
        self._ends = deque((row.job_id for row in reversed(last)), maxlen=_REMEMBERED_ENDS)

    @property
    def status(self) -> BatchStatus:
        """How the batch stands."""
        return self.batch.status

    @property
    def max_retries(self) -> int:
        """How often a job is retried by itself."""
        return self.batch.settings.max_retries

    @property
    def total(self) -> int:
        """Number of jobs."""
        return len(self.rows)

    @property
    def over(self) -> int:
        """Number of jobs that nothing more happens to."""
        return sum(count for status, count in self.counts.items() if status.is_final)

    @property
    def failed(self) -> int:
        """Number of jobs that ran and have no result."""
        return sum(count for status, count in self.counts.items() if status.is_failure)

    @property
    def fraction(self) -> float:
        """Share of the batch that is done, 0 to 1, every job counting the same."""
        if not self.rows:
            return 1.0
        return (self.over + sum(row.job_fraction for row in self.running())) / len(self.rows)

    def running(self) -> list[JobRow]:
        """Jobs that run, the one that started first before the others."""
        return [self.rows[job_id] for job_id in self._running]

    def waiting(self, most: int) -> list[JobRow]:
        """The jobs that come next, in their order."""
        return [self.rows[job_id] for _, _, job_id in islice(self._waiting, most)]

    def last_ended(self, most: int) -> list[JobRow]:
        """Jobs that ran and are over, the last one first."""
        return [self.rows[job_id] for job_id in islice(reversed(self._ends), most)]

    def elapsed_s(self, now: datetime) -> float | None:
        """How long the batch took, or has taken up to now; None before its first start, and while it is paused."""
        if self.batch.started is None or (self.batch.finished is None and self.status not in _ACTIVE):
            return None
        return max(0.0, ((self.batch.finished or now) - self.batch.started).total_seconds())

    def bring_forward(self, event: AnyEvent, added: Sequence[JobRecord] = ()) -> None:
        """Take in what happened; ``added`` are jobs that came with it.

        What the picture shows already, since its rows were read after the event, is left out.
        """
        for record in added:
            if record.job_id not in self.rows:
                self._add(record)
        if isinstance(event, JobEvent):
            self._follow_job(event)
        elif isinstance(event, BatchSampled):
            self.sample = event if self.status in _ACTIVE else None
        elif isinstance(event, BatchNotice):
            self.notices.append(event.text)
        else:
            self._follow_batch(event)

    def _follow_batch(self, event: AnyEvent) -> None:
        try:
            values = batch_effects(event, self.status, is_first_start=self.batch.started is None)
        except InvalidTransition:
            return
        if not values:
            return
        self.batch = replace(self.batch, **{**values, "status": BatchStatus(values["status"])})
        self.reason = getattr(event, "reason", "")
        if self.status not in _ACTIVE:
            self.sample = None

    def _follow_job(self, event: JobEvent) -> None:
        row = self.rows.get(event.job_id)
        if row is None or _led_there(event, row):
            return
        state = JobState(row.status, row.attempt, row.retries)
        if is_late(event, state):
            return
        try:
            values = job_effects(event, state)
        except InvalidTransition:
            return
        after = row.after(event, values)
        if after.status is row.status:
            self.rows[row.job_id] = after
        else:
            self._leave(row)
            self._enter(after)

    def _add(self, record: JobRecord) -> None:
        self._enter(JobRow.of_record(record))

    def _enter(self, row: JobRow) -> None:
        self.rows[row.job_id] = row
        self.counts[row.status] += 1
        if row.status is JobStatus.RUNNING:
            self._running[row.job_id] = None
        elif row.status is JobStatus.PENDING:
            bisect.insort(self._waiting, _place(row))
        elif _is_news(row):
            self._ends.append(row.job_id)

    def _leave(self, row: JobRow) -> None:
        self.counts[row.status] -= 1
        if row.status is JobStatus.RUNNING:
            del self._running[row.job_id]
        elif row.status is JobStatus.PENDING:
            del self._waiting[bisect.bisect_left(self._waiting, _place(row))]
        elif row.job_id in self._ends:
            self._ends.remove(row.job_id)


def _moment(when: datetime | None) -> float:
    return when.timestamp() if when is not None else 0.0


def _led_there(event: JobEvent, row: JobRow) -> bool:
    """Whether a job waited again before it came to the end that its row has; the lifecycle tells in all other cases."""
    if event.job_change not in (JobChange.RETRY, JobChange.REOPEN) or row.finished is None:
        return False
    return event.at < row.finished


def _is_news(row: JobRow) -> bool:
    return row.status.is_final and row.status is not JobStatus.SKIPPED


def _place(row: JobRow) -> tuple[int, int, str]:
    """Order in which jobs start: the higher priority first, then as they were given."""
    return -row.priority, row.position, row.job_id
