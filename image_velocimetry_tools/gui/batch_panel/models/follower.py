"""A batch followed from outside, look by look; each look costs what has changed since the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ....batch.events import JobEvent, JobsAdded
from ....batch.folders.owner_lock import has_living_owner
from ....batch.folders.state_folder import StateFolder, find_state
from ....batch.following.picture import BatchPicture
from ....batch.following.picture_words import (
    count_words,
    display_units,
    memory_words,
    rate_words,
    rest_words,
    time_words,
)
from ....batch.models import BatchJob, BatchStatus, JobStatus
from ....batch.store import BatchStore
from ....batch.store.records import JobRecord
from ....domain.errors import IvyError
from ....domain.units import UnitSystem
from ..shown import Cells, Column, ShownBatch, ShownSummary
from .live_table import live_cells, live_columns
from .panel_words import panel_words
from .permissions import BatchState

_NOTICES = 5


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen. ``rows`` are those that are new or have changed, by their position; ``columns`` only at first.

    ``statuses`` are those of the same jobs.
    """

    folder: Path
    state: BatchState
    summary: ShownSummary
    rows: Mapping[int, Cells] = field(default_factory=dict)
    statuses: Mapping[int, JobStatus] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()

    @property
    def shown(self) -> ShownBatch:
        """The batch in the list."""
        return ShownBatch(
            str(self.folder),
            self.summary.name,
            self.state.headline,
            self.summary.fraction,
            self.state.ended_with_failures,
        )

    @property
    def is_first(self) -> bool:
        """Whether the rows are all that there are."""
        return bool(self.columns)


class BatchFollower:
    """Follows the batch of a folder. Used by one thread at a time, not always the same.

    Parameters
    ----------
    folder
        Output folder of the batch.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store: BatchStore | None = None
        self._state: StateFolder | None = None
        self._batch_id = ""
        self._picture: BatchPicture | None = None
        self._units: UnitSystem | None = None
        self._jobs: list[BatchJob] = []
        self._index: dict[str, int] = {}
        self._last = 0

    def look(self) -> Look:
        """What there is now.

        Raises
        ------
        IvyError
            If the folder holds no batch, or its database cannot be read.
        """
        try:
            return self._look()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the database go; the next look begins anew."""
        if self._store is not None:
            self._store.close()
        self._store, self._picture = None, None

    def _look(self) -> Look:
        state, batch_id = find_state(self.folder)
        if batch_id != self._batch_id or state != self._state:
            # another batch was begun in the same folder
            self.close()
        if self._store is None:
            self._state, self._batch_id = state, batch_id
            self._store = BatchStore.open(state.database_url, read_only=True)
        # asked before the log is read: what the owner wrote last is read after it
        has_owner = has_living_owner(state.own)
        if self._picture is None:
            changed, is_first = self._begin(self._store), True
        else:
            changed, is_first = self._bring_forward(self._store, self._picture), False
        return self._seen(changed, is_first, has_owner)

    def _begin(self, store: BatchStore) -> list[int]:
        self._last = store.last_event(self._batch_id)
        records = store.jobs(self._batch_id)
        self._picture = BatchPicture(store.batch(self._batch_id), records)
        self._units = display_units(self._picture)
        self._jobs, self._index = [], {}
        self._take(records)
        store.has_changed()
        return list(range(len(self._jobs)))

    def _bring_forward(self, store: BatchStore, picture: BatchPicture) -> list[int]:
        changed: dict[int, None] = {}
        if store.has_changed():
            while page := store.events_after(self._last, self._batch_id):
                for stored in page:
                    event = stored.event
                    added = self._added(store, event) if isinstance(event, JobsAdded) else []
                    picture.bring_forward(event, added)
                    changed |= dict.fromkeys(self._take(added))
                    if isinstance(event, JobEvent) and event.job_id in self._index:
                        changed[self._index[event.job_id]] = None
                self._last = page[-1].number
        changed |= {self._index[row.job_id]: None for row in picture.running()}
        return list(changed)

    def _added(self, store: BatchStore, event: JobsAdded) -> list[JobRecord]:
        return [store.job(self._batch_id, job_id) for job_id in event.job_ids if job_id not in self._index]

    def _take(self, records: list[JobRecord]) -> list[int]:
        taken = []
        for record in records:
            self._index[record.job_id] = len(self._jobs)
            taken.append(len(self._jobs))
            self._jobs.append(record.job)
        return taken

    def _seen(self, changed: list[int], is_first: bool, has_owner: bool) -> Look:
        picture, units, now = self._picture, self._units, datetime.now(UTC)
        assert picture is not None
        assert units is not None
        assert self._state is not None
        ids = [self._jobs[index].job_id for index in changed]
        rows = {
            index: live_cells(self._jobs[index], picture.rows[job_id], picture, units, now)
            for index, job_id in zip(changed, ids, strict=True)
        }
        state = BatchState(picture.status, has_owner, dict(picture.counts))
        return Look(
            folder=self.folder,
            state=state,
            summary=_summary(self._state, state, picture, now),
            rows=rows,
            statuses={index: picture.rows[job_id].status for index, job_id in zip(changed, ids, strict=True)},
            columns=live_columns(units) if is_first else (),
        )


def _summary(place: StateFolder, state: BatchState, picture: BatchPicture, now: datetime) -> ShownSummary:
    sample = picture.sample if state.has_owner else None
    words = state.headline
    if picture.reason and state.status in (BatchStatus.FAILED, BatchStatus.PAUSED, BatchStatus.PAUSING):
        words += f" ({panel_words(picture.reason)})"
    if sample is not None and sample.waiting_for:
        words += f"; waits for {sample.waiting_for}"
    return ShownSummary(
        name=picture.batch.name,
        state=words,
        folder=str(place.output_directory),
        fraction=picture.fraction,
        counts=f"{picture.over} of {picture.total} finished: {count_words(picture)}",
        pace=rate_words(sample),
        rest=rest_words(sample),
        memory=memory_words(sample),
        elapsed=time_words(picture.elapsed_s(now)),
        notices=tuple(map(panel_words, tuple(picture.notices)[-_NOTICES:])),
        is_warning=state.ended_with_failures,
    )


def glance(folder: Path) -> ShownBatch:
    """How a batch stands, at the cost of a few rows; one that cannot be read says why."""
    try:
        state, batch_id = find_state(folder)
        with BatchStore.open(state.database_url, read_only=True) as store:
            batch, counts = store.batch(batch_id), store.counts(batch_id)
    except IvyError as error:
        return ShownBatch(str(folder), folder.name, error.problems[0].what)
    found = BatchState(batch.status, has_living_owner(state.own), counts)
    total = sum(counts.values())
    over = sum(count for status, count in counts.items() if status.is_final)
    fraction = over / total if total else 1.0
    return ShownBatch(str(folder), batch.name, found.headline, fraction, found.ended_with_failures)


def is_run(folder: Path) -> bool:
    """Whether a process runs the batch of a folder."""
    try:
        return has_living_owner(find_state(folder)[0].own)
    except IvyError:
        return False
