"""A jobs CSV from the first check to the last result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .attempt import CancelCheck
from .config import BatchConfig, BatchResult, ProcessingResult, ScaffoldConfig
from .jobs import BatchCSVParser
from .models import JobStatus, PlannedJob
from .orchestrator import BatchOrchestrator
from .sequence import ProgressListener


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """Everything that a batch would do, checked; ``warnings`` are sentences for the user."""

    scaffold: ScaffoldConfig
    jobs: tuple[PlannedJob, ...]
    warnings: tuple[str, ...] = ()


class BatchProcessor:
    """Runs the jobs of a CSV on a scaffold.

    Parameters
    ----------
    scaffold_path, batch_csv, output_dir
        The site, the jobs, and where the results go.
    stop_on_first_failure
        Skip what comes after the first job that fails.
    save_ivy_projects
        Save a project per job that opens in the desktop application.
    plots
        Draw the section and the space-time images of every job.
    allow_unknown_columns
        Carry columns that mean nothing to the program through to the summary, rather than refuse them.
    orchestrator
        What runs the jobs; a :class:`BatchOrchestrator` of its own if None.
    progress, cancel
        See :meth:`BatchOrchestrator.process_batch`.
    """

    def __init__(
        self,
        scaffold_path: Path | str,
        batch_csv: Path | str,
        output_dir: Path | str,
        *,
        stop_on_first_failure: bool = False,
        save_ivy_projects: bool = False,
        plots: bool = True,
        allow_unknown_columns: bool = False,
        orchestrator: BatchOrchestrator | None = None,
        progress: ProgressListener | None = None,
        cancel: CancelCheck | None = None,
    ) -> None:
        self.config = BatchConfig(
            scaffold_path=Path(scaffold_path),
            batch_csv_path=Path(batch_csv),
            output_dir=Path(output_dir),
            stop_on_first_failure=stop_on_first_failure,
            save_ivy_projects=save_ivy_projects,
            plots=plots,
            allow_unknown_columns=allow_unknown_columns,
        )
        self._orchestrator = orchestrator or BatchOrchestrator()
        self._progress, self._cancel = progress, cancel
        self._plan: BatchPlan | None = None
        self._result: BatchResult | None = None

    def prepare(self) -> BatchPlan:
        """Load the scaffold and check every row; nothing is written.

        Raises
        ------
        IvyError
            With every problem of the scaffold, or else every problem of every row.
        """
        if self._plan is None:
            scaffold = self._orchestrator.load_scaffold(self.config.scaffold_path)
            parser = BatchCSVParser(allow_unknown_columns=self.config.allow_unknown_columns)
            found = parser.parse(self.config.batch_csv_path, scaffold)
            self._plan = BatchPlan(scaffold, found.jobs, (*scaffold.warnings, *found.warnings))
        return self._plan

    def run(self) -> list[ProcessingResult]:
        """Run every job; results are in the order of the CSV.

        Raises
        ------
        IvyError
            If the scaffold, the CSV or the output folder cannot be used; nothing has run then.
        KeyboardInterrupt
            After the running job was cancelled and the files of the batch brought up to date; see :attr:`result`.
        """
        plan = self.prepare()
        self._result = None
        self._result = self._orchestrator.process_batch(
            videos=plan.jobs,
            output_directory=self.config.output_dir,
            stop_on_first_failure=self.config.stop_on_first_failure,
            plots=self.config.plots,
            save_projects=self.config.save_ivy_projects,
            progress=self._progress,
            cancel=self._cancel,
        )
        return list(self._result.video_results)

    @property
    def result(self) -> BatchResult:
        """What came of the batch, or of the part of it that ran; empty before it ran."""
        if self._result is not None:
            return self._result
        run = self._orchestrator.last_run
        return run.result() if run is not None else BatchResult()

    def get_progress(self) -> dict[str, float | int]:
        """Number of jobs by status, ``total``, and ``percent_complete``."""
        results = self.result.video_results
        counts: dict[str, float | int] = {
            status.value: sum(result.status is status for result in results) for status in JobStatus
        }
        done = sum(result.status.is_final for result in results)
        return {**counts, "total": len(results), "percent_complete": 100.0 * done / len(results) if results else 0.0}
