"""New discharges for a whole batch from its stored velocities: in place, or as a batch of its own in another folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from statistics import fmean

from ...domain.errors import IvyError, OutputError, Problem
from ...domain.units import UnitSystem
from ..config import ProcessingResult
from ..events import AnyEvent, BatchCompleted, BatchNotice, BatchStarted, JobAdopted, JobRecomputed
from ..folders.output_folder import prepare_output_directory
from ..folders.owner_lock import OwnerLock
from ..folders.recomputation_record import KEY as RECOMPUTED
from ..folders.state_folder import FOLDER_NAME, POINTER_NAME, StateFolder, state_folder
from ..job.job_json import job_json
from ..labels import LONGEST_NAME
from ..models import BatchStatus, JobStatus
from ..plan.scaffold_loader import ScaffoldLoader
from ..results.stored_batch import job_results
from ..results.summary import SummaryFiles
from ..running.open_batch import OpenBatch, taken_up_batch
from ..store import BatchStore
from ..store.records import JobRecord
from .one_job import JobRecomputer, RecomputedJob, write_recomputed
from .wishes import RecomputeWishes, read_replaced_section

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class JobChange:
    """The discharge of a job before and after; ``leaves_project`` if its saved project was left out."""

    job_id: str
    before_m3s: float
    after_m3s: float
    verdict: str
    leaves_project: bool

    @property
    def change_percent(self) -> float | None:
        """The change relative to what it was; None where there was no flow."""
        return 100.0 * (self.after_m3s / self.before_m3s - 1.0) if self.before_m3s else None


@dataclass(frozen=True, slots=True)
class RecomputeReport:
    """What a recomputation of ``chosen`` jobs did; those with problems were left as they were."""

    chosen: int
    changes: tuple[JobChange, ...]
    problems: tuple[Problem, ...]
    units: UnitSystem
    output_directory: Path
    is_new_batch: bool
    seconds: float
    notices: tuple[str, ...] = ()

    @property
    def mean_before_m3s(self) -> float:
        """Mean of the discharges before."""
        return fmean(change.before_m3s for change in self.changes)

    @property
    def mean_after_m3s(self) -> float:
        """Mean of the discharges after."""
        return fmean(change.after_m3s for change in self.changes)


def recompute_batch(
    output_directory: Path,
    wishes: RecomputeWishes,
    job_ids: Sequence[str] = (),
    *,
    new_directory: Path | None = None,
    plots: bool = True,
    dry_run: bool = False,
    database_url: str | None = None,
    loader: ScaffoldLoader | None = None,
    progress: Progress = lambda job_id, fraction: None,
) -> RecomputeReport:
    """Make the discharges of a batch anew.

    Parameters
    ----------
    job_ids
        Jobs to recompute; all that have a result if empty.
    new_directory
        Folder for a batch of its own with the new results; in place if None.
    dry_run
        Compute and compare, write no result.

    Raises
    ------
    IvyError
        If a wish makes no sense, the batch or the jobs named have no result, or the folder cannot be used.
    OwnedElsewhere
        If a living process runs the batch.
    """
    wishes.checked()
    if new_directory is not None:
        _require_no_batch(new_directory)
    with taken_up_batch(output_directory, database_url=database_url, loader=loader, checks_inputs=False) as opened:
        chosen = _chosen(opened.store.jobs(opened.batch_id), job_ids, output_directory)
        site = opened.planner.scaffold
        section = None
        if wishes.section_path is not None:
            section = read_replaced_section(wishes.section_path, site.display_units)
        recomputer = JobRecomputer(opened.planner, wishes, section, plots=plots)
        target = _target(opened, new_directory, database_url, plots=plots, dry_run=dry_run)
        return _carried_out(recomputer, chosen, target, opened, progress)


class _Target:
    """Where new results go; this one goes nowhere."""

    is_new_batch = False

    def __init__(self, opened: OpenBatch) -> None:
        self.opened = opened
        self.output_directory = opened.state.output_directory

    def take(self, one: RecomputedJob, record: JobRecord) -> None:
        """Keep a new result."""

    def finish(self) -> tuple[str, ...]:
        """Everything is there; answers what should be said."""
        return ()


class _InPlace(_Target):
    """New results take the places of the old ones; where nothing changes, everything stays."""

    def take(self, one: RecomputedJob, record: JobRecord) -> None:
        if not one.is_changed and _row_agrees(record, one):
            return
        result = write_recomputed(one, self.opened.planner.jobs_directory)
        event = JobRecomputed(
            batch_id=self.opened.batch_id,
            job_id=record.job_id,
            result=result.model_copy(update={"status": record.status}),
            job=job_json(one.job),
            inputs=one.inputs,
        )
        self.opened.store.record(event)

    def finish(self) -> tuple[str, ...]:
        return _summarised(
            self.opened.store, self.opened.state, self.opened.batch_id, self.opened.planner.scaffold.units
        )


class _NewBatch(_Target):
    """New results become a batch of their own, which is written down when all of them are there."""

    is_new_batch = True

    def __init__(self, opened: OpenBatch, directory: Path, database_url: str | None, *, plots: bool) -> None:
        super().__init__(opened)
        self.output_directory = prepare_output_directory(directory)
        self._state = state_folder(self.output_directory, database_url=database_url)
        self._plots = plots
        self._kept: list[tuple[JobRecord, ProcessingResult]] = []

    def take(self, one: RecomputedJob, record: JobRecord) -> None:
        result = write_recomputed(one, self.output_directory / "jobs")
        self._kept.append((JobRecord("", one.job, len(self._kept), inputs=one.inputs), result))

    def finish(self) -> tuple[str, ...]:
        if not self._kept:
            return ()
        self._state.prepare()
        with OwnerLock(self._state.own), BatchStore.open(self._state.database_url) as store:
            batch_id = store.next_batch_id()
            self._write_down(store, batch_id)
            self._state.point_to(batch_id)
            return _summarised(store, self._state, batch_id, self.opened.planner.scaffold.units)

    def _write_down(self, store: BatchStore, batch_id: str) -> None:
        before = self.opened.batch
        settings = before.settings.model_copy(
            update={"plots": before.settings.plots and self._plots, "save_projects": False, "force": False}
        )
        record = replace(
            before,
            batch_id=batch_id,
            name=f"{before.name[: LONGEST_NAME - 11]} recomputed",
            output_directory=self.output_directory,
            settings=settings,
            status=BatchStatus.CREATED,
            created=None,
            started=None,
            finished=None,
        )
        store.create_batch(record, [replace(job, batch_id=batch_id) for job, _ in self._kept])
        origin = f"recomputed from the stored velocities of {before.name} in {before.output_directory}"
        news: list[AnyEvent] = [
            BatchNotice(batch_id=batch_id, text=origin, is_warning=False),
            BatchStarted(batch_id=batch_id),
        ]
        news += [JobAdopted(batch_id=batch_id, job_id=job.job_id, result=result) for job, result in self._kept]
        store.record_all([*news, BatchCompleted(batch_id=batch_id)])


def _target(
    opened: OpenBatch, new_directory: Path | None, database_url: str | None, *, plots: bool, dry_run: bool
) -> _Target:
    if dry_run:
        return _Target(opened)
    if new_directory is None:
        return _InPlace(opened)
    return _NewBatch(opened, new_directory, database_url, plots=plots)


def _carried_out(
    recomputer: JobRecomputer, chosen: Sequence[JobRecord], target: _Target, opened: OpenBatch, progress: Progress
) -> RecomputeReport:
    started = time.perf_counter()
    changes: list[JobChange] = []
    problems: list[Problem] = []
    for number, record in enumerate(chosen, start=1):
        try:
            one = recomputer.recomputed(record)
            target.take(one, record)
        except OutputError as error:
            # a full disk does not get better with the next job; what is done stays done
            problems += _of_job(record, error)
            break
        except IvyError as error:
            problems += _of_job(record, error)
            continue
        changes.append(_change(one))
        progress(record.job_id, number / len(chosen))
    notices = target.finish()
    seconds = time.perf_counter() - started
    return RecomputeReport(
        len(chosen),
        tuple(changes),
        tuple(problems),
        opened.planner.scaffold.units,
        target.output_directory,
        target.is_new_batch,
        seconds,
        notices,
    )


def _row_agrees(record: JobRecord, one: RecomputedJob) -> bool:
    """Whether the row of a job says what its folder does; after a power cut it may still tell of the result before."""
    known_m3s = None if record.result is None else record.result.total_discharge
    is_noted = (RECOMPUTED in record.inputs) == (one.after.provenance.recomputed is not None)
    return is_noted and record.job.alpha == one.job.alpha and known_m3s == one.after.discharge_m3s


def _change(one: RecomputedJob) -> JobChange:
    before, after = one.before.discharge_m3s, one.after.discharge_m3s
    return JobChange(one.job.job_id, before, after, one.after.quality.verdict, one.leaves_project and one.is_changed)


def _of_job(record: JobRecord, error: IvyError) -> list[Problem]:
    where = f"job {record.job_id}"
    return [replace(one, where=f"{where}, {one.where}" if one.where else where) for one in error.problems]


def _chosen(jobs: Sequence[JobRecord], job_ids: Sequence[str], output_directory: Path) -> list[JobRecord]:
    known = {job.job_id: job for job in jobs}
    problems = [_unknown(job_id, known) for job_id in job_ids if job_id not in known]
    named = [known[job_id] for job_id in dict.fromkeys(job_ids) if job_id in known]
    problems += [
        Problem(f"job {job.job_id} is {job.status} and has no result", remedy="Name jobs that are completed")
        for job in named
        if not _has_result(job)
    ]
    if problems:
        raise IvyError.from_problems(problems)
    chosen = named or [job for job in jobs if _has_result(job)]
    if not chosen:
        what = "no job of the batch has a result yet"
        raise IvyError(what, where=str(output_directory), remedy="Run it first, with: ivytools-batch resume")
    return sorted(chosen, key=lambda job: job.position)


def _unknown(job_id: str, known: dict[str, JobRecord]) -> Problem:
    close = get_close_matches(job_id, known, n=1)
    return Problem(f"there is no job {job_id!r}", remedy=f"Did you mean {close[0]!r}" if close else "See 'status'")


def _has_result(job: JobRecord) -> bool:
    return job.status in (JobStatus.COMPLETED, JobStatus.SKIPPED) and job.result is not None and job.result.success


def _require_no_batch(directory: Path) -> None:
    if (directory.expanduser() / FOLDER_NAME / POINTER_NAME).exists():
        remedy = "Choose another folder, or leave --output out to recompute in place"
        raise IvyError("the folder holds a batch already", where=str(directory), remedy=remedy)


def _summarised(store: BatchStore, state: StateFolder, batch_id: str, units: UnitSystem) -> tuple[str, ...]:
    """Bring the files about the whole batch up to date; answers what stood in the way."""
    jobs = store.jobs(batch_id)
    files = SummaryFiles(state.output_directory, units)
    files.write([job.job for job in jobs], job_results(jobs, state))
    return () if files.problem is None else (str(files.problem),)
