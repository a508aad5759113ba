"""Presenter of ``recompute``: discharges before and after, job by job."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..following.result_rows import figure
from ..plan.scaffold_loader import ScaffoldLoader
from ..recompute.whole_batch import RecomputeReport, recompute_batch
from ..recompute.wishes import RecomputeWishes
from .guarded import guarded
from .view import BAD_INPUT, COMPLETED, SOME_FAILED, BatchView


class RecomputeController:
    """Answers the exit code of the command.

    Parameters
    ----------
    view
        Where everything is shown.
    """

    def __init__(self, view: BatchView, loader: ScaffoldLoader | None = None) -> None:
        self._view, self._loader = view, loader

    def recompute(
        self,
        output_directory: Path,
        wishes: RecomputeWishes,
        job_ids: Sequence[str] = (),
        *,
        new_directory: Path | None = None,
        plots: bool = True,
        dry_run: bool = False,
        database_url: str | None = None,
    ) -> int:
        """Make discharges anew and show them beside the old ones; see :func:`recompute_batch`."""

        def command() -> int:
            report = recompute_batch(
                output_directory,
                wishes,
                job_ids,
                new_directory=new_directory,
                plots=plots,
                dry_run=dry_run,
                database_url=database_url,
                loader=self._loader,
                progress=self._view.progress,
            )
            self._view.end_progress()
            self._show(report, dry_run=dry_run)
            if not report.problems:
                return COMPLETED
            return SOME_FAILED if report.changes else BAD_INPUT

        return guarded(self._view, command)

    def _show(self, report: RecomputeReport, *, dry_run: bool) -> None:
        if report.changes:
            label = report.units.discharge_label
            header = ("job", f"before ({label})", f"after ({label})", "change", "quality")
            self._view.table(header, [*_rows(report), _total(report)])
        for problem in report.problems:
            self._view.problem(str(problem))
        for notice in report.notices:
            self._view.warn(notice)
        left = sum(change.leaves_project for change in report.changes)
        if left and not dry_run:
            self._view.warn(_left_projects(left, is_new_batch=report.is_new_batch))
        self._view.say(_sentence(report, dry_run=dry_run))


def _rows(report: RecomputeReport) -> list[tuple[str, ...]]:
    factor = report.units.discharge
    return [
        (
            one.job_id,
            figure(one.before_m3s, factor),
            figure(one.after_m3s, factor),
            _percent(one.change_percent),
            one.verdict,
        )
        for one in report.changes
    ]


def _total(report: RecomputeReport) -> tuple[str, ...]:
    before, after = report.mean_before_m3s, report.mean_after_m3s
    factor = report.units.discharge
    change = 100.0 * (after / before - 1.0) if before else None
    return ("mean", figure(before, factor), figure(after, factor), _percent(change), "")


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:+.2f} %"


def _left_projects(count: int, *, is_new_batch: bool) -> str:
    if is_new_batch:
        return f"saved projects (.ivy) hold the old discharges and are not copied: {count}"
    if count == 1:
        return "1 saved project (.ivy) held the old discharge and was taken away"
    return f"{count} saved projects (.ivy) held the old discharges and were taken away"


def _sentence(report: RecomputeReport, *, dry_run: bool) -> str:
    done = f"{len(report.changes)} of {report.chosen} jobs recomputed in {report.seconds:.1f} s"
    if dry_run:
        return f"{done}; nothing was written"
    return f"{done}; results are in {report.output_directory}" if report.changes else done
