"""Presenter of the commands that run batches: ``run``, ``plan``, ``resume`` and ``retry``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...domain.errors import IvyError
from ...domain.units import UnitSystem, unit_system
from ..config import BatchResult
from ..engine.batch_run import BatchRun
from ..engine.inbox import Resume, RetryJobs
from ..engine.stop_control import Stop, StopControl
from ..folders.state_folder import StateFolder, find_state, state_folder
from ..following.from_outside import standing
from ..following.monitoring import BatchMonitor
from ..following.result_rows import failure_lines, result_row, result_row_header, shown_results
from ..following.status import resume_command
from ..inputs.batch_file import BatchFile, batch_file, merged_settings, read_batch_yaml
from ..inputs.folder_feeder import FolderFeeder
from ..inputs.job_source import found_jobs
from ..labels import BatchLabels
from ..models import BatchStatus
from ..plan.scaffold_loader import ScaffoldLoader
from ..results.stored_batch import stored_batch_result
from ..running.batch_runs import Company, NewBatch, run_again, run_new
from ..running.remote_control import give
from ..running.run_plan import PlanReport, plan_report
from ..store import BatchStore
from ..store.records import StoredEvent
from .guarded import guarded
from .view import BAD_INPUT, COMPLETED, INTERRUPTED, PAUSED, SOME_FAILED, BatchView


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asks for: keys of the settings file as the command line gives them, a file, a template."""

    given: Mapping[str, Any]
    config: Path | None = None
    template: str | None = None
    plugin_settings: Callable[[set[str]], Mapping[str, Mapping[str, Any]]] = lambda chosen: {}

    def merged(self) -> BatchFile:
        """Command line before file before template before defaults.

        Raises
        ------
        IvyError
            With everything that is wrong in any of them.
        """
        from ..inputs.templates import load_template

        said = batch_file(self.given, base=Path.cwd(), place=_option)
        template = load_template(self.template) if self.template is not None else None
        config = read_batch_yaml(self.config) if self.config is not None else None
        merged = merged_settings(template, config, said)
        return with_plugin_settings(merged, self.plugin_settings)


class RunController:
    """One method per command; each answers the exit code.

    Parameters
    ----------
    view
        Where sentences and tables go.
    monitor
        Where the batch is shown while it runs.
    control
        The wish to stop, which signal handlers set.
    """

    def __init__(
        self,
        view: BatchView,
        monitor: BatchMonitor,
        control: StopControl | None = None,
        loader: ScaffoldLoader | None = None,
    ) -> None:
        self._view, self._monitor = view, monitor
        self._control = control or StopControl()
        self._loader = loader or ScaffoldLoader()
        self._began = False

    def run(self, wanted: Wanted) -> int:
        """Write a batch down and run it."""
        return self._guarded(lambda: self._run(wanted.merged()))

    def plan(self, wanted: Wanted) -> int:
        """Check everything and say what would run, be skipped and why, and what it would take; write nothing."""
        return self._guarded(lambda: self._plan(wanted.merged()))

    def resume(
        self,
        output_directory: Path,
        *,
        changes: Callable[[], Mapping[str, Any]] = dict,
        database_url: str | None = None,
        strict: bool = False,
        retries: Sequence[str] | None = None,
    ) -> int:
        """Go on with the batch of a folder; with ``retries`` unsuccessful jobs run again (all of them if empty).

        ``changes`` gives settings that are different from now on, and may raise an IvyError. A batch that somebody else
        runs is told to go on, or to retry.
        """
        return self._guarded(lambda: self._resume(output_directory, dict(changes()), database_url, strict, retries))

    def demo(
        self,
        directory: Path,
        output_directory: Path,
        write_case: Callable[[Path, Callable[[str], None]], Path],
        *,
        plots: bool = True,
    ) -> int:
        """Write a case of known discharge, measure it, and compare with the truth that lies beside it."""

        def command() -> int:
            jobs_csv = write_case(directory, self._view.say)
            said = {"scaffold": directory / "scaffold_project.ivy", "jobs_csv": jobs_csv, "output": output_directory}
            code = self._run(batch_file({**said, "plots": plots}, base=Path.cwd(), place=_option))
            if code in (COMPLETED, SOME_FAILED):
                self._compare(output_directory, directory / "truth.json")
            return code

        return self._guarded(command)

    def _compare(self, output_directory: Path, truth_path: Path) -> None:
        """Measured against true discharges, job by job; jobs and truth are in the same order."""
        truth = json.loads(truth_path.read_text(encoding="utf-8"))["jobs"]
        state, batch_id = find_state(output_directory)
        with BatchStore.open(state.database_url, read_only=True) as store:
            results = stored_batch_result(store, state, batch_id).video_results
        rows = []
        for one, true in zip(results, truth, strict=False):
            if one.total_discharge is not None:
                off = 100.0 * (one.total_discharge / true["discharge_m3s"] - 1.0)
                row = (one.job_id, f"{one.total_discharge:.4f}", f"{true['discharge_m3s']:.4f}", f"{off:+.2f} %")
                rows.append(row)
        self._view.table(("job", "measured (m³/s)", "true (m³/s)", "difference"), rows)

    def _run(self, wanted: BatchFile) -> int:
        new, feeder = self._new_batch(wanted)
        for warning in new.warnings:
            self._view.warn(warning)
        company = Company(listener=self._listener, control=self._control, feeder=feeder)
        return self._ended(run_new(new, company), new.scaffold.units, wanted.database_url)

    def _plan(self, wanted: BatchFile) -> int:
        new, _ = self._new_batch(wanted)
        report: PlanReport = plan_report(new)
        for warning in new.warnings:
            self._view.warn(warning)
        self._view.table(report.header, report.rows)
        for sentence in report.sentences:
            self._view.say(sentence)
        for problem in report.problems:
            self._view.problem(str(problem))
        return BAD_INPUT if report.problems else COMPLETED

    def _resume(
        self,
        output_directory: Path,
        changes: Mapping[str, Any],
        database_url: str | None,
        strict: bool,
        retries: Sequence[str] | None,
    ) -> int:
        told = self._tell_owner(output_directory, database_url, retries)
        if told is not None:
            self._view.say(told)
            return COMPLETED
        company = Company(
            listener=self._listener, control=self._control, feeder=self._feeder_of(output_directory, database_url)
        )
        result = run_again(
            output_directory,
            company,
            database_url=database_url,
            changes=changes,
            strict=strict,
            retries=retries,
            loader=self._loader,
        )
        batch = standing(output_directory, database_url=database_url).batch
        return self._ended(result, unit_system(batch.display_units), database_url)

    def _feeder_of(self, output_directory: Path, database_url: str | None) -> FolderFeeder | None:
        """What goes on watching the folder of a batch that watched one."""
        found = standing(output_directory, database_url=database_url)
        watched = found.batch.inputs.get("watched")
        if not watched:
            return None
        wanted = batch_file(watched, base=Path.cwd(), place=_option)
        return FolderFeeder(wanted, self._loader.load(found.batch.scaffold_path), found.jobs)

    def _tell_owner(
        self, output_directory: Path, database_url: str | None, retries: Sequence[str] | None
    ) -> str | None:
        """Pass the wish on to the process that runs the batch; None if there is none."""
        if not standing(output_directory, database_url=database_url).has_owner:
            return None
        command = Resume() if retries is None else RetryJobs(job_ids=tuple(retries))
        give(output_directory, command, database_url=database_url, loader=self._loader)
        word = "go on" if retries is None else "retry"
        return (
            f"the process that runs the batch was told to {word}; see it with: ivytools-batch watch {output_directory}"
        )

    def _new_batch(self, wanted: BatchFile) -> tuple[NewBatch, FolderFeeder | None]:
        scaffold_path, output = _required(wanted.scaffold, "scaffold"), _required(wanted.output, "output")
        scaffold = self._loader.load(scaffold_path)
        found = found_jobs(wanted, scaffold)
        feeder = FolderFeeder(wanted, scaffold) if wanted.watch else None
        new = NewBatch(
            scaffold=scaffold,
            jobs=found.jobs,
            state=_state(wanted, output),
            settings=wanted.run_settings(),
            labels=BatchLabels(wanted.name, wanted.description, wanted.priority),
            warnings=(*scaffold.warnings, *found.warnings, *(f"left out: {one}" for one in found.left_out)),
            watched=_as_stored(wanted) if wanted.watch else {},
        )
        return new, feeder

    def _listener(self, run: BatchRun, stored: StoredEvent) -> None:
        if not self._began:
            self._began = True
            self._monitor.begin(run.batch, run.ordered())
        added = getattr(stored.event, "job_ids", ()) if stored.event.type == "jobs_added" else ()
        self._monitor.event(stored, [run.jobs[job_id] for job_id in added])

    def _ended(self, result: BatchResult, units: UnitSystem, database_url: str | None) -> int:
        self._monitor.close()
        assert result.output_directory is not None
        batch = standing(result.output_directory, database_url=database_url).batch
        shown = shown_results(result)
        if shown:
            self._view.table(result_row_header(units), [result_row(one, units) for one in shown])
        for line in failure_lines(result):
            self._view.problem(line)
        done = f"{len(result.successful)} of {result.total} jobs completed"
        self._view.say(f"{done} in {result.total_time_s:.1f} s; results are in {result.output_directory}")
        return self._exit_code(result, batch.status)

    def _exit_code(self, result: BatchResult, status: BatchStatus) -> int:
        assert result.output_directory is not None
        if status is BatchStatus.PAUSED or self._control.step is Stop.LEAVE:
            self._view.say(f"go on with: {resume_command(result.output_directory)}")
        if self._control.step is not Stop.NO:
            return INTERRUPTED
        if status is BatchStatus.PAUSED:
            return PAUSED
        return COMPLETED if result.success else SOME_FAILED

    def _guarded(self, command: Callable[[], int]) -> int:
        def closing_the_monitor() -> int:
            try:
                return command()
            finally:
                self._monitor.close()

        return guarded(self._view, closing_the_monitor)


def with_plugin_settings(
    wanted: BatchFile, of_chosen: Callable[[set[str]], Mapping[str, Mapping[str, Any]]]
) -> BatchFile:
    """Settings with those of the plugins that they choose.

    Raises
    ------
    IvyError
        If settings are given for a plugin that is not used.
    """
    run = wanted.run
    said = of_chosen({run.method, run.executor, *run.hooks})
    kinds = {"method_settings": [run.method], "executor_settings": [run.executor], "hook_settings": list(run.hooks)}
    update = {}
    for field, names in kinds.items():
        own: dict[str, dict[str, Any]] = dict(getattr(wanted, field))
        for name in names:
            own[name] = {**own.get(name, {}), **said.get(name, {})}
        update[field] = own
    return wanted.model_copy(update=update)


def _required(path: Path | None, key: str) -> Path:
    if path is None:
        what = f"nothing says where the {'results go' if key == 'output' else 'scaffold is'}"
        raise IvyError(
            what, remedy=f"Give {'--output' if key == 'output' else 'a project (.ivy)'}, or '{key}' in --config"
        )
    return path


def _state(wanted: BatchFile, output: Path) -> StateFolder:
    return state_folder(output, database_url=wanted.database_url, state_directory=wanted.state_dir)


def _as_stored(wanted: BatchFile) -> dict[str, Any]:
    """What a batch must remember to go on watching its folder; nothing about where its state lies."""
    said = wanted.model_dump(mode="json", exclude_unset=True, include={"folder", "watch", "validity", "output"})
    folder = said.get("folder", {})
    if "max_gap_min" in folder:
        folder["max_gap"] = folder.pop("max_gap_min")
    return said


def _option(key: Sequence[int | str]) -> str:
    return "--" + "-".join(str(part).replace("_", "-") for part in key)
