"""A list of jobs from the first check to the last result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .config import BatchConfig, BatchResult, ProcessingResult, RunSettings, ScaffoldConfig
from .folders.state_folder import StateFolder, state_folder
from .job.attempt import CancelCheck, ProgressListener
from .jobs import BatchCSVParser, JobList
from .labels import BatchLabels
from .models import JobStatus, PlannedJob
from .orchestrator import BatchOrchestrator
from .plan.changed_settings import changed_settings

if TYPE_CHECKING:
    from .engine.batch_run import EventListener, JobFeeder
    from .engine.stop_control import StopControl

JobSource = Callable[[ScaffoldConfig], JobList]
"""Where jobs come from: given the site, the jobs, checked."""


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """Everything that a batch would do, checked; ``warnings`` are sentences for the user."""

    scaffold: ScaffoldConfig
    jobs: tuple[PlannedJob, ...]
    warnings: tuple[str, ...] = ()


class BatchProcessor:
    """Runs jobs on a scaffold.

    Parameters
    ----------
    scaffold_path, batch_csv, output_dir
        The site, the jobs, and where the results go.
    stop_on_first_failure, save_ivy_projects, plots, changes
        Fields of ``settings`` that are different; ``save_ivy_projects`` is ``save_projects`` there.
    allow_unknown_columns
        Carry columns that mean nothing to the program through to the summary, rather than refuse them.
    settings, labels, state
        How the batch is carried out; what it is called; where its state lies, in the output folder by default.
    source
        Gives the jobs in place of ``batch_csv``.
    orchestrator
        What loads the scaffold and measures; a :class:`BatchOrchestrator` of its own if None.
    progress, cancel
        See :meth:`BatchOrchestrator.process_batch`.
    listener, control, feeder
        See :func:`carry_out`.
    """

    def __init__(
        self,
        scaffold_path: Path | str,
        batch_csv: Path | str,
        output_dir: Path | str,
        *,
        stop_on_first_failure: bool | None = None,
        save_ivy_projects: bool | None = None,
        plots: bool | None = None,
        allow_unknown_columns: bool = False,
        settings: RunSettings | None = None,
        labels: BatchLabels | None = None,
        state: StateFolder | None = None,
        source: JobSource | None = None,
        orchestrator: BatchOrchestrator | None = None,
        progress: ProgressListener | None = None,
        cancel: CancelCheck | None = None,
        listener: EventListener | None = None,
        control: StopControl | None = None,
        feeder: JobFeeder | None = None,
        **changes: Any,
    ) -> None:
        given = {"stop_on_first_failure": stop_on_first_failure, "save_projects": save_ivy_projects, "plots": plots}
        given = {name: value for name, value in (given | changes).items() if value is not None}
        self.settings = changed_settings(settings, given)
        self.config = BatchConfig(
            scaffold_path=Path(scaffold_path),
            batch_csv_path=Path(batch_csv),
            output_dir=Path(output_dir),
            stop_on_first_failure=self.settings.stop_on_first_failure,
            save_ivy_projects=self.settings.save_projects,
            plots=self.settings.plots,
            allow_unknown_columns=allow_unknown_columns,
        )
        self.state = state or state_folder(Path(output_dir))
        self._labels, self._source = labels or BatchLabels(), source
        self._orchestrator = orchestrator or BatchOrchestrator()
        self._progress, self._cancel = progress, cancel
        self._listener, self._control, self._feeder = listener, control, feeder
        self._plan: BatchPlan | None = None
        self._result: BatchResult | None = None

    def prepare(self) -> BatchPlan:
        """Load the scaffold and check every job; nothing is written.

        Raises
        ------
        IvyError
            With every problem of the scaffold, or else every problem of every row.
        """
        if self._plan is None:
            scaffold = self._orchestrator.load_scaffold(self.config.scaffold_path)
            found = self._found_jobs(scaffold)
            left_out = tuple(f"left out: {problem}" for problem in found.left_out)
            self._plan = BatchPlan(scaffold, found.jobs, (*scaffold.warnings, *found.warnings, *left_out))
        return self._plan

    def run(self) -> list[ProcessingResult]:
        """Run every job; results are in the order of the jobs.

        Raises
        ------
        IvyError
            If the scaffold, the jobs or the output folder cannot be used; nothing has run then.
        KeyboardInterrupt
            After what ran has been ended; the batch is paused then, and :attr:`result` has what was done.
        """
        from .running.batch_runs import Company, NewBatch, run_new

        plan = self.prepare()
        self._result = None
        new = NewBatch(plan.scaffold, plan.jobs, self.state, self.settings, self._labels, plan.warnings)
        company = Company(
            self._progress,
            self._cancel,
            self._listener,
            self._control,
            self._feeder,
            self._orchestrator.given_executor,
        )
        self._result = run_new(new, company)
        return list(self._result.video_results)

    @property
    def result(self) -> BatchResult:
        """What came of the batch, or of the part of it that ran; empty before it ran."""
        if self._result is not None:
            return self._result
        return self._orchestrator.stored_result(self.config.output_dir)

    def get_progress(self) -> dict[str, float | int]:
        """Number of jobs by status, ``total``, and ``percent_complete``."""
        results = self.result.video_results
        counts: dict[str, float | int] = {
            status.value: sum(result.status is status for result in results) for status in JobStatus
        }
        done = sum(result.status.is_final for result in results)
        return {**counts, "total": len(results), "percent_complete": 100.0 * done / len(results) if results else 0.0}

    def _found_jobs(self, scaffold: ScaffoldConfig) -> JobList:
        if self._source is not None:
            return self._source(scaffold)
        parser = BatchCSVParser(allow_unknown_columns=self.config.allow_unknown_columns)
        return parser.parse(self.config.batch_csv_path, scaffold)
