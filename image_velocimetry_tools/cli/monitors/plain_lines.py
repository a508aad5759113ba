"""A batch as lines, for logs and pipes: one for each change, and where it stands now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ...batch.events import (
    AnyEvent,
    BatchCancelling,
    BatchFailed,
    BatchNotice,
    BatchPausing,
    CommandApplied,
    JobAdopted,
    JobEnded,
    JobInterrupted,
    JobProgressed,
    JobRetried,
    JobsAdded,
    JobSkipped,
    JobStarted,
)
from ...batch.following.picture import BatchPicture, JobRow
from ...batch.following.picture_words import attempt_words, count_words, display_units, end_words, summary_words, word
from ...batch.models import BatchStatus
from ...batch.store.records import BatchRecord, JobRecord, StoredEvent

if TYPE_CHECKING:
    from ..terminal import TerminalView

SUMMARY_EVERY_S = 30.0


class PlainLines:
    """Prints changes through the view of the command; stages only to those who asked for details.

    Parameters
    ----------
    clock
        Seconds, only ever growing.
    """

    def __init__(self, view: TerminalView, clock: Callable[[], float] = time.monotonic) -> None:
        self._view, self._clock = view, clock
        self._picture: BatchPicture | None = None
        self._next_summary_s = clock() + SUMMARY_EVERY_S

    def begin(self, batch: BatchRecord, jobs: Sequence[JobRecord]) -> None:
        """Say which batch it is and how it stands."""
        self._picture = BatchPicture(batch, jobs)
        self._next_summary_s = self._clock() + SUMMARY_EVERY_S
        self._view.say(f"{batch.name}: {len(jobs)} jobs ({count_words(self._picture)})")

    def event(self, stored: StoredEvent, jobs: Sequence[JobRecord]) -> None:
        """Say what happened, and every half minute how the batch stands."""
        picture = self._picture
        if picture is None:
            return
        stage_before = _stage(picture, stored.event)
        picture.bring_forward(stored.event, jobs)
        self._say(picture, stored.event, stage_before)
        if picture.status is BatchStatus.RUNNING and self._clock() >= self._next_summary_s:
            self._next_summary_s = self._clock() + SUMMARY_EVERY_S
            self._view.say(summary_words(picture))

    def close(self) -> None:
        """Nothing: every line has been printed."""

    def _say(self, picture: BatchPicture, event: AnyEvent, stage_before: str) -> None:
        if isinstance(event, BatchNotice) and event.is_warning:
            self._view.warn(event.text)
        elif isinstance(event, JobProgressed):
            if event.stage != stage_before:
                self._view.detail(f"{event.job_id} {event.stage}")
        elif (line := event_words(picture, event)) is not None:
            self._view.say(line)


def event_words(picture: BatchPicture, event: AnyEvent) -> str | None:
    """A change in one line; None for what is no news to people.

    Parameters
    ----------
    picture
        The batch after the event.
    """
    if isinstance(event, BatchNotice):
        return event.text
    if isinstance(event, JobsAdded):
        return f"{len(event.job_ids)} jobs added: {', '.join(event.job_ids)}"
    if isinstance(event, CommandApplied):
        return f"{event.command} was refused: {event.refusal}" if event.refusal else None
    if event.batch_change is not None:
        return _batch_words(picture, event)
    row = picture.rows.get(getattr(event, "job_id", ""))
    return _job_words(picture, event, row) if row is not None else None


def _batch_words(picture: BatchPicture, event: AnyEvent) -> str:
    said = f"batch {word(picture.status)}"
    reason = event.reason if isinstance(event, BatchPausing | BatchCancelling | BatchFailed) else ""
    running = len(picture.running())
    if isinstance(event, BatchPausing) and running:
        what = "ends, to go on later" if event.ends_running else "finishes"
        several = "end, to go on later" if event.ends_running else "finish"
        said += f", {running} running {f'job {what}' if running == 1 else f'jobs {several}'}"
    return f"{said}: {reason}" if reason else said


def _job_words(picture: BatchPicture, event: AnyEvent, row: JobRow) -> str | None:
    if isinstance(event, JobStarted):
        attempt = attempt_words(row, picture.max_retries)
        return f"{row.job_id} started, {attempt}" if attempt else f"{row.job_id} started"
    if isinstance(event, JobEnded | JobSkipped | JobAdopted):
        return f"{end_words(row, display_units(picture))} ({picture.over} of {picture.total})"
    if isinstance(event, JobInterrupted):
        return f"{row.job_id} interrupted"
    if isinstance(event, JobRetried):
        attempt = f" for {attempt_words(row, picture.max_retries)}" if row.retries else ""
        when = f", not before {event.not_before.astimezone():%H:%M:%S}" if event.not_before is not None else ""
        return f"{row.job_id} waits again{attempt}{when}: {event.reason}".removesuffix(": ")
    return f"{row.job_id} waits again" if event.type == "job_reopened" else None


def _stage(picture: BatchPicture, event: AnyEvent) -> str:
    row = picture.rows.get(event.job_id) if isinstance(event, JobProgressed) else None
    return row.stage if row is not None else ""
