"""Presenter of the commands about one video or one scaffold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ...domain.errors import Problem
from ..config import BatchVideoConfig, VideoConfig
from ..following.result_rows import result_facts
from ..models import JobProgress
from ..orchestrator import BatchOrchestrator
from ..plan.planning import INPUT_STAGE
from ..plan.video_checks import look_into_videos
from .guarded import guarded
from .view import BAD_INPUT, COMPLETED, SOME_FAILED, BatchView


class BatchController:
    """One method per command; each answers the exit code.

    Parameters
    ----------
    view
        Where everything is shown.
    orchestrator
        What measures; a :class:`BatchOrchestrator` of its own if None.
    """

    def __init__(self, view: BatchView, orchestrator: BatchOrchestrator | None = None) -> None:
        self._view = view
        self._orchestrator = orchestrator or BatchOrchestrator()

    def process(
        self,
        scaffold_path: Path,
        video: VideoConfig,
        output_directory: Path,
        *,
        plots: bool = True,
        save_project: bool = False,
    ) -> int:
        """Measure one video."""
        return self.guarded(lambda: self._process(scaffold_path, video, output_directory, plots, save_project))

    def validate(
        self, scaffold_path: Path, batch_csv: Path | None = None, *, allow_unknown_columns: bool = False
    ) -> int:
        """Check a scaffold, and a jobs CSV with its videos."""
        return self.guarded(lambda: self._validate(scaffold_path, batch_csv, allow_unknown_columns))

    def info(self, scaffold_path: Path) -> int:
        """Show what a scaffold says."""
        return self.guarded(lambda: self._info(scaffold_path))

    def on_progress(self, event: JobProgress) -> None:
        """Show one step of a batch."""
        label = f"{event.job_id} ({event.position} of {event.total})"
        if event.status.is_final:
            self._view.say(f"{label} {event.status}")
        elif event.stage and event.fraction == 0.0:
            self._view.detail(f"{label} {event.stage}")
        self._view.progress(f"{label} {event.stage}".rstrip(), event.batch_fraction)

    def _process(
        self, scaffold_path: Path, video: VideoConfig, output_directory: Path, plots: bool, save_project: bool
    ) -> int:
        scaffold = self._orchestrator.load_scaffold(scaffold_path)
        for warning in scaffold.warnings:
            self._view.warn(warning)
        result = self._orchestrator.process_video(
            config=BatchVideoConfig(scaffold=scaffold, video=video),
            output_directory=output_directory,
            plots=plots,
            save_project=save_project,
            progress=self.on_progress,
        )
        self._view.end_progress()
        if result.success:
            self._view.facts(result_facts(result, scaffold.units))
            return COMPLETED
        for problem in result.problems or (result.error_message or "the job did not finish",):
            self._view.problem(problem)
        return BAD_INPUT if result.stage == INPUT_STAGE else SOME_FAILED

    def _validate(self, scaffold_path: Path, batch_csv: Path | None, allow_unknown_columns: bool) -> int:
        scaffold = self._orchestrator.load_scaffold(scaffold_path)
        for warning in scaffold.warnings:
            self._view.warn(warning)
        self._view.say(f"{scaffold_path}: the scaffold can be used")
        if batch_csv is None:
            return COMPLETED
        from ..jobs import BatchCSVParser

        found = BatchCSVParser(allow_unknown_columns=allow_unknown_columns).parse(batch_csv, scaffold)
        for warning in found.warnings:
            self._view.warn(warning)
        problems = look_into_videos(found.jobs)
        if not problems:
            self._view.say(f"{batch_csv}: {len(found.jobs)} jobs can be run")
        return self._report(problems)

    def _info(self, scaffold_path: Path) -> int:
        from ..plan.scaffold_facts import scaffold_facts

        scaffold = self._orchestrator.load_scaffold(scaffold_path)
        self._view.facts(scaffold_facts(scaffold))
        for warning in scaffold.warnings:
            self._view.warn(warning)
        return COMPLETED

    def _report(self, problems: Sequence[Problem]) -> int:
        for problem in problems:
            self._view.problem(str(problem))
        return BAD_INPUT if problems else COMPLETED

    def guarded(self, command: Callable[[], int]) -> int:
        """Carry out a command; what the user did wrong becomes lines and an exit code."""
        return guarded(self._view, command)
