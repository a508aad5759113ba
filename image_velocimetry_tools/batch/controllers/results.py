"""Presenter of the commands about results: ``report``, ``export`` and ``compare``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...domain.errors import Cancelled, IvyError, Problem
from ...domain.units import unit_system
from ...formats.atomic_file import write_bytes
from ...plugins.exporters import EXPORTER_GROUP, Exporter, ExportSource
from ...plugins.registry import PluginRegistry, plugin_error, plugin_registry
from ...plugins.settings_options import nearest_remedy
from ..folders.state_folder import DATABASE_NAME, FOLDER_NAME
from ..results.comparison import Comparison, JobComparison, compare
from ..results.comparison_tables import (
    comparison_csv,
    comparison_json,
    difference_rows,
    job_columns,
    job_rows,
    total_lines,
)
from ..results.export_source import export_source
from ..results.export_targets import EXPORTS_NAME, export_file_name, export_targets, made_folders, require_harmless
from ..results.export_wish import ExportWish, wished_exporters
from .guarded import guarded
from .view import COMPLETED, SOME_FAILED, BatchView

_REPORT = "report"
_PREFIX = f"{_REPORT}-"
_USUAL_FORM = "html"
_MOST_WARNINGS = 10
_LONGEST_CELL = 40


class ResultsController:
    """One method per command; each answers the exit code.

    Parameters
    ----------
    view
        Where everything is shown.
    database_url
        Where the state of the batch is, if its folder does not say it.
    registry
        The exporters that can be used; those that are installed if None.
    cancel
        Asked often while something is written; true ends it without a trace.
    """

    def __init__(
        self,
        view: BatchView,
        *,
        database_url: str | None = None,
        registry: PluginRegistry | None = None,
        cancel: Callable[[], bool] = lambda: False,
    ) -> None:
        self._view = view
        self._database_url = database_url
        self._registry = registry or plugin_registry()
        self._cancel = cancel

    def report(self, output_directory: Path, forms: Sequence[str], wish: ExportWish) -> int:
        """Write the report of a batch in some forms, each the exporter ``report-<form>``.

        Without a form, that of the ending of ``wish.output`` is taken, else a web page.
        """
        return guarded(self._view, lambda: self._report(output_directory, forms, wish))

    def export(self, output_directory: Path, wish: ExportWish) -> int:
        """Write the results of a batch by some exporters."""
        return guarded(self._view, lambda: self._export(output_directory, wish))

    def compare(
        self,
        first: Path,
        second: Path,
        *,
        all_jobs: bool = False,
        tolerance_percent: float | None = None,
        csv_path: Path | None = None,
        write_json: Callable[[str], None] | None = None,
    ) -> int:
        """Show two batches side by side.

        Parameters
        ----------
        all_jobs
            Show the unchanged jobs too.
        tolerance_percent
            The command fails if the discharge of some job changed by more than this.
        csv_path
            Write the table of all jobs there too.
        write_json
            Takes everything as JSON, in place of the view.
        """

        def command() -> int:
            a, b = (export_source(folder, database_url=self._url_for(folder)) for folder in (first, second))
            comparison = compare(a, b)
            if csv_path is not None:
                for source in (a, b):
                    require_harmless(csv_path, source)
                write_bytes(csv_path, comparison_csv(comparison, unit_system(a.display_units)).encode("utf-8-sig"))
            if write_json is not None:
                write_json(comparison_json(comparison).rstrip())
            else:
                self._show(comparison, a, all_jobs)
            return self._judged(comparison, tolerance_percent)

        return guarded(self._view, command)

    def _report(self, output_directory: Path, forms: Sequence[str], wish: ExportWish) -> int:
        chosen = tuple(f"{_PREFIX}{form}" for form in self._forms(forms, wish.output))
        source = export_source(output_directory, database_url=self._database_url)
        exporters = wished_exporters(replace(wish, exporters=chosen), self._registry)
        names = [f"{_REPORT}{exporter.suffix}" for exporter in exporters.values()]
        targets = export_targets(names, wish.output, source.output_directory)
        return self._written(source, exporters, targets, wish.output)

    def _forms(self, wanted: Sequence[str], output: Path | None) -> Sequence[str]:
        """The forms of the report that were asked for, if there are such; else what the ending of the file says."""
        exporters = self._registry.names(EXPORTER_GROUP)
        known = [name.removeprefix(_PREFIX) for name in exporters if name.startswith(_PREFIX)]
        unknown = [form for form in wanted if form not in known]
        if unknown:
            raise IvyError.from_problems(
                Problem(f"there is no report in the form '{form}'", remedy=nearest_remedy(form, known, "Install it"))
                for form in unknown
            )
        ending = output.suffix.removeprefix(".").lower() if output is not None else ""
        return wanted or [ending if ending in known else _USUAL_FORM]

    def _export(self, output_directory: Path, wish: ExportWish) -> int:
        source = export_source(output_directory, database_url=self._database_url)
        exporters = wished_exporters(wish, self._registry)
        names = [export_file_name(source, name, exporter.suffix) for name, exporter in exporters.items()]
        targets = export_targets(names, wish.output, source.output_directory / EXPORTS_NAME)
        return self._written(source, exporters, targets, wish.output)

    def _written(
        self, source: ExportSource, exporters: Mapping[str, Exporter], targets: Sequence[Path], output: Path | None
    ) -> int:
        """Write one file after the other; what cannot be written does not keep the others from it."""
        for target in targets:
            require_harmless(target, source)
        if not source.is_finished:
            done = sum(job.result_path is not None for job in source.jobs)
            self._view.say(f"the batch is not finished: {done} of {len(source.jobs)} jobs have a result so far")
        folders = made_folders(targets, output)
        problems: list[Problem] = []
        missing: dict[str, None] = {}
        try:
            for number, (name, target) in enumerate(zip(exporters, targets, strict=True)):
                try:
                    missing |= dict.fromkeys(self._one(source, name, exporters, target, number))
                except IvyError as error:
                    problems += error.problems
        finally:
            _remove_empty(folders)
        self._warn_of(tuple(missing))
        if problems:
            raise IvyError.from_problems(problems)
        return COMPLETED

    def _one(
        self, source: ExportSource, name: str, exporters: Mapping[str, Exporter], target: Path, number: int
    ) -> tuple[str, ...]:
        """Write one file, and answer what is missing from it."""

        def progress(share: float, doing: str) -> None:
            self._view.progress(f"{name}: {doing}", (number + share) / len(exporters))

        if self._cancel():
            raise Cancelled
        try:
            exported = exporters[name].export(source, target, progress=progress, cancel=self._cancel)
        except (IvyError, Cancelled):
            raise
        except Exception as error:
            raise plugin_error(self._registry.get(EXPORTER_GROUP, name), error) from error
        finally:
            self._view.end_progress()
        for path in exported.paths:
            self._view.say(f"written: {path}")
        return exported.missing

    def _warn_of(self, missing: Sequence[str]) -> None:
        for sentence in missing[:_MOST_WARNINGS]:
            self._view.warn(sentence)
        if len(missing) > _MOST_WARNINGS:
            self._view.warn(f"{len(missing) - _MOST_WARNINGS} more things are missing; --verbose lists them.")
        for sentence in missing[_MOST_WARNINGS:]:
            self._view.detail(sentence)

    def _url_for(self, folder: Path) -> str | None:
        """A folder that holds its own database needs no address; the other run may be in a server's."""
        return None if (folder / FOLDER_NAME / DATABASE_NAME).is_file() else self._database_url

    def _show(self, comparison: Comparison, a: ExportSource, all_jobs: bool) -> None:
        shown = comparison if all_jobs else replace(comparison, jobs=tuple(filter(_differs, comparison.jobs)))
        units = unit_system(a.display_units)
        rows = job_rows(shown, units)
        if rows:
            self._view.table(job_columns(units), [_shortened(row) for row in rows])
        differences = difference_rows(shown)
        if differences:
            self._view.say("")
            self._view.table(("job", "differs in", "A", "B"), [_shortened(row) for row in differences])
        if rows or differences:
            self._view.say("")
        for line in total_lines(comparison):
            self._view.say(line)

    def _judged(self, comparison: Comparison, tolerance_percent: float | None) -> int:
        if tolerance_percent is None:
            return COMPLETED
        beyond = [job.job_id for job in comparison.jobs if _changed_by_more(job, tolerance_percent)]
        beyond += [*comparison.only_in_a, *comparison.only_in_b]
        if not beyond:
            return COMPLETED
        named = ", ".join(beyond[:_MOST_WARNINGS]) + (" and others" if len(beyond) > _MOST_WARNINGS else "")
        jobs = "1 job" if len(beyond) == 1 else f"{len(beyond)} jobs"
        what = f"changed by more than {tolerance_percent:g} %, or lost or gained a discharge"
        self._view.problem(f"{jobs} {what}: {named}.")
        return SOME_FAILED


def _remove_empty(folders: Sequence[Path]) -> None:
    for folder in folders:
        # something lies in it: the export that was written, or what somebody else put there meanwhile
        with contextlib.suppress(OSError):
            folder.rmdir()


def _differs(job: JobComparison) -> bool:
    return not job.is_unchanged or bool(job.differences)


def _changed_by_more(job: JobComparison, tolerance_percent: float) -> bool:
    change = job.discharge_change_percent
    if change is not None:
        return abs(change) > tolerance_percent
    # one of them has no discharge, or the first is none from which a percentage could be taken
    return job.a.discharge_m3s != job.b.discharge_m3s


def _shortened(row: Sequence[str]) -> list[str]:
    return [cell if len(cell) <= _LONGEST_CELL else f"{cell[: _LONGEST_CELL - 1]}…" for cell in row]
