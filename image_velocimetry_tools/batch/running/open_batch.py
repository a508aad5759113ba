"""A batch in hand: the owner's lock held, its store open, its rows in agreement with its folders.

Whoever creates a batch or takes one up again does it here; what follows, a run or a single command, differs.
"""

from __future__ import annotations

import contextlib
import getpass
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...domain.errors import IvyError, Problem
from ..config import ProcessingResult, RunSettings, ScaffoldConfig
from ..engine.feasibility import expectation, state_remarks
from ..events import JobSkipped
from ..faults import Fault, fault_point
from ..folders.identity import FileStamp, is_same_file, stamp
from ..folders.output_folder import prepare_output_directory
from ..folders.owner_lock import OwnerLock
from ..folders.state_folder import StateFolder, find_state
from ..job.velocimetry_choice import velocimetry_choice
from ..labels import LONGEST_NAME, BatchLabels
from ..models import BatchJob, JobStatus, PlannedJob
from ..plan.job_records import job_record
from ..plan.planner import JobPlanner
from ..plan.scaffold_loader import ScaffoldLoader
from ..store import BatchStore
from ..store.records import BatchRecord
from .recovery import changed_results, reconcile, reopened

UP_TO_DATE = "up to date"


@dataclass(frozen=True, slots=True, eq=False)
class OpenBatch:
    """A batch that this process owns, until the block that opened it ends."""

    store: BatchStore
    state: StateFolder
    batch_id: str
    planner: JobPlanner
    notices: tuple[str, ...] = field(default=())

    @property
    def batch(self) -> BatchRecord:
        """The batch as it stands."""
        return self.store.batch(self.batch_id)


@contextmanager
def created_batch(
    scaffold: ScaffoldConfig,
    jobs: Sequence[PlannedJob],
    state: StateFolder,
    settings: RunSettings,
    labels: BatchLabels,
    warnings: Sequence[str] = (),
    watched: Mapping[str, Any] | None = None,
) -> Iterator[OpenBatch]:
    """Write a batch down; jobs whose result is up to date are skipped, with that result, unless ``force`` is set.

    Parameters
    ----------
    watched
        The settings of a folder that the batch watches, as :meth:`BatchFile.given` has them, for when it is resumed.

    Raises
    ------
    OutputError
        If the output folder cannot be used.
    OwnedElsewhere
        If a living process runs a batch into the same folder.
    IvyError
        If the name, the priority or the velocimetry method will not do, or the database cannot be used.
    """
    prepare_output_directory(state.output_directory)
    state.prepare()
    with _owned(state):
        try:
            with BatchStore.open(state.database_url) as store:
                yield written_batch(store, scaffold, jobs, state, settings, labels, warnings, watched)
        finally:
            # only the owner can know that nobody else is about to write a batch down here
            state.forget_if_unused()


def written_batch(
    store: BatchStore,
    scaffold: ScaffoldConfig,
    jobs: Sequence[PlannedJob],
    state: StateFolder,
    settings: RunSettings,
    labels: BatchLabels,
    warnings: Sequence[str] = (),
    watched: Mapping[str, Any] | None = None,
) -> OpenBatch:
    """As :func:`created_batch`, into a store that is open; for an engine that carries out several batches."""
    named = (labels if labels.name.strip() else replace(labels, name=_default_name(state))).checked()
    planner = JobPlanner(scaffold, settings, velocimetry_choice(settings), state.output_directory / "jobs")
    current = {} if settings.force else _up_to_date(jobs, planner)
    _require_feasible([one for one in jobs if one.job.job_id not in current], settings, state)
    remarks = state_remarks(state.state_directory or state.output_directory, state.database_url)
    batch_id = store.next_batch_id()
    record = BatchRecord(
        batch_id=batch_id,
        name=named.name.strip(),
        output_directory=state.output_directory,
        scaffold_path=scaffold.scaffold_path.absolute(),
        settings=settings,
        description=named.description,
        priority=named.priority,
        owner=named.owner or _user(),
        display_units=str(scaffold.display_units),
        inputs=_scaffold_inputs(scaffold) | ({"watched": dict(watched)} if watched else {}),
        warnings=(*warnings, *remarks),
    )
    store.create_batch(record, [job_record(planner, batch_id, i, one) for i, one in enumerate(jobs)])
    state.point_to(batch_id)
    fault_point(Fault.BATCH_CREATED)
    _skip(store, batch_id, current)
    return OpenBatch(store, state, batch_id, planner, tuple(remarks))


@contextmanager
def taken_up_batch(
    output_directory: Path,
    *,
    database_url: str | None = None,
    changes: Mapping[str, Any] | None = None,
    strict: bool = False,
    loader: ScaffoldLoader | None = None,
    checks_inputs: bool = True,
) -> Iterator[OpenBatch]:
    """Take up the batch of a folder: rows and folders are brought into agreement before anything else.

    Parameters
    ----------
    changes
        Settings that are different from now on, by name.
    strict
        Refuse to go on where inputs changed since; otherwise jobs whose result no longer holds run again.
    checks_inputs
        Look for changed inputs at all.

    Raises
    ------
    IvyError
        If the folder holds no batch, its scaffold or all of its videos are gone, or ``strict`` finds a change.
    OwnedElsewhere
        If a living process runs the batch.
    """
    state, batch_id = find_state(output_directory, database_url=database_url)
    state.prepare()
    with _owned(state), BatchStore.open(state.database_url) as store:
        batch = store.batch(batch_id)
        settings = _changed_settings(store, batch, changes or {})
        scaffold = (loader or ScaffoldLoader()).load(_present_scaffold(batch))
        planner = JobPlanner(scaffold, settings, velocimetry_choice(settings), state.output_directory / "jobs")
        batch = reconcile(store, batch, planner)
        if not settings.force:
            _skip_what_was_up_to_date(store, batch_id, planner)
        notices = _inputs_checked(store, batch, planner, strict) if checks_inputs else []
        yield OpenBatch(store, state, batch_id, planner, tuple(notices))


@contextmanager
def owned_output(state: StateFolder) -> Iterator[None]:
    """The right to write into an output folder, which is made if it is not there.

    Raises
    ------
    OutputError
        If the folder cannot be used.
    OwnedElsewhere
        If a living process runs a batch into it.
    """
    prepare_output_directory(state.output_directory)
    state.prepare()
    with OwnerLock(state.own):
        yield


@contextmanager
def _owned(state: StateFolder) -> Iterator[None]:
    with ExitStack() as locks:
        locks.enter_context(OwnerLock(state.own))
        if state.shared_lock is not None:
            locks.enter_context(OwnerLock(state.shared_lock))
        yield


def _up_to_date(jobs: Sequence[PlannedJob], planner: JobPlanner) -> dict[str, ProcessingResult]:
    found = ((one.job.job_id, planner.up_to_date_result(one)) for one in jobs)
    return {job_id: result for job_id, result in found if result is not None}


def _skip(store: BatchStore, batch_id: str, current: Mapping[str, ProcessingResult]) -> None:
    store.record_all(
        [
            JobSkipped(batch_id=batch_id, job_id=job_id, reason=UP_TO_DATE, result=result)
            for job_id, result in current.items()
        ]
    )


def _skip_what_was_up_to_date(store: BatchStore, batch_id: str, planner: JobPlanner) -> None:
    """Skip what would have been skipped, had the batch not been cut off while it was written down."""
    untried = [job for job in store.jobs(batch_id, (JobStatus.PENDING,)) if job.attempt == 0]
    planned = []
    for job in untried:
        with contextlib.suppress(IvyError):
            # one that no longer fits its site says so when it runs
            planned.append(planner.planned(job.job))
    _skip(store, batch_id, _up_to_date(planned, planner))


def _require_feasible(jobs: Sequence[PlannedJob], settings: RunSettings, state: StateFolder) -> None:
    """Refuse what can never run on this machine; what runs elsewhere is judged there."""
    if settings.executor != "local" or not jobs:
        return
    problems = expectation(jobs, settings, state.output_directory).problems
    if problems:
        raise IvyError.from_problems(problems)


def _inputs_checked(store: BatchStore, batch: BatchRecord, planner: JobPlanner, strict: bool) -> list[str]:
    jobs = store.jobs(batch.batch_id)
    _require_some_videos([job.job for job in jobs if not job.status.is_final], batch)
    changed = changed_results(jobs, planner)
    notices = _scaffold_changes(batch)
    if strict and (changed or notices):
        problems = [Problem(text, remedy="Run without --strict to go on") for text in notices]
        problems += [
            Problem(f"job {one}: {why}", remedy="Run without --strict to redo it") for one, why in changed.items()
        ]
        raise IvyError.from_problems(problems)
    store.record_all(reopened(batch.batch_id, changed))
    return notices + [f"job {job_id} runs again: {reason}" for job_id, reason in changed.items()]


def _scaffold_changes(batch: BatchRecord) -> list[str]:
    before = batch.inputs.get("scaffold")
    if before is None or is_same_file(FileStamp.model_validate(before), batch.scaffold_path):
        return []
    return [f"the scaffold {batch.scaffold_path} has changed since the batch began"]


def _require_some_videos(jobs: Sequence[BatchJob], batch: BatchRecord) -> None:
    if not jobs or any(job.video_url is not None or job.video_path.exists() for job in jobs):
        return
    raise IvyError(
        f"none of the {len(jobs)} videos that are still to be measured is there",
        where=f"{batch.name}, the first is {jobs[0].video_path}",
        remedy="On another machine run the batch again into the same folder with a jobs CSV that has the paths of this "
        "machine; finished jobs are then skipped as up to date",
    )


def _present_scaffold(batch: BatchRecord) -> Path:
    if batch.scaffold_path.exists():
        return batch.scaffold_path
    raise IvyError(
        "the scaffold of the batch is not there any more",
        where=str(batch.scaffold_path),
        remedy="Put it back, or run the batch again into the same folder with the scaffold's new path",
    )


def _changed_settings(store: BatchStore, batch: BatchRecord, changes: Mapping[str, Any]) -> RunSettings:
    if not changes:
        return batch.settings
    settings = RunSettings.model_validate(batch.settings.model_dump() | dict(changes))
    if settings != batch.settings:
        store.update_settings(batch.batch_id, settings)
    return settings


def _scaffold_inputs(scaffold: ScaffoldConfig) -> dict[str, Any]:
    from ..folders.identity import sha256_of

    found = stamp(scaffold.scaffold_path.absolute())
    if found is None:
        return {}
    return {"scaffold": found.model_copy(update={"sha256": sha256_of(scaffold.scaffold_path)}).model_dump()}


def _default_name(state: StateFolder) -> str:
    return state.output_directory.name[:LONGEST_NAME] or "batch"


def _user() -> str:
    with contextlib.suppress(OSError, KeyError):
        return getpass.getuser()
    return ""
