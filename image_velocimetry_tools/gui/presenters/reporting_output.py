"""What the Reporting tab writes: the report as PDF or web page, tables for spreadsheets and programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol

from ...domain.errors import Cancelled, IvyError
from ...domain.project import Project
from ..models.document import Change
from ..models.reporting_output import (
    OF_DISCHARGE,
    OF_VELOCITIES,
    USUAL_TABLES,
    ReportHead,
    TableChoice,
    report_head,
    suggested_name,
    table_choices,
)
from ..models.tasks import TaskControl
from ..models.workbench import Workbench
from .dialogs import FileKind

PageSize = Literal["A4", "Letter"]

_MOST_REASONS = 8
_HEAD = "head of the report"


class OutputView(Protocol):
    """What the report will say, how it is written, and which tables."""

    def bind(self, presenter: OutputPresenter) -> None: ...
    def show_head(self, head: ReportHead) -> None: ...
    def show_rating(self, rating: str, automatic_rating: str) -> None: ...
    def show_options(self, page_size: PageSize, opens_written: bool) -> None: ...
    def show_tables(self, tables: Sequence[TableChoice]) -> None: ...


class OutputPresenter:
    """Shows the head of the report as it would be now, and writes reports and tables beside the window."""

    def __init__(self, view: OutputView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        self._head: ReportHead | None = None
        self._waiting: Callable[[ReportHead], None] | None = None
        self._opens_written = True
        self._ticked = set(USUAL_TABLES)
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        bench.preferences.changed.subscribe(lambda _: self._show_options())
        self._show_options()
        self._work_out_head()

    # what the user does

    def set_rating(self, rating: str) -> None:
        """The rating by the user; empty follows the uncertainty."""
        settings = replace(self._project.discharge, rating=rating)
        self._bench.document.edit("Rate the measurement", replace(self._project, discharge=settings))

    def set_page_size(self, page_size: PageSize) -> None:
        """The paper of the report."""
        self._bench.preferences.change(page_size=page_size)

    def set_opens_written(self, opens: bool) -> None:
        """Whether a report is opened once it is written."""
        self._opens_written = opens

    def tick_table(self, name: str, is_ticked: bool) -> None:
        """Choose a table for writing, or leave it out."""
        (self._ticked.add if is_ticked else self._ticked.discard)(name)
        self._show_tables()

    def export_pdf(self) -> None:
        """Ask for a file and write the report as a PDF."""
        self._once_known(lambda head: self._export(head, FileKind.PDF, ".pdf"))

    def export_html(self) -> None:
        """Ask for a file and write the report as a web page."""
        self._once_known(lambda head: self._export(head, FileKind.HTML, ".html"))

    def export_tables(self) -> None:
        """Ask for a folder and write the ticked tables."""
        self._once_known(self._export_tables)

    # the report

    def _export(self, head: ReportHead, kind: FileKind, suffix: str) -> None:
        if not self._is_wanted(head, "It will say so on every page. Write the report all the same?"):
            return
        suggested = suggested_name(self._project, self._bench.document.path, suffix)
        path = self._bench.dialogs.save_file("Write the report", kind, suggested)
        if path is not None:
            project, given = self._project, self._given()
            self._bench.tasks.start(
                "Write the report",
                lambda control: _written_report(path, kind, project, given, control),
                self._tell_report,
            )

    def _given(self) -> dict[str, Any]:
        """What is at hand for the report, so that it is not worked out again."""
        values = self._bench.preferences
        image, calibration = self._bench.rectified.current, self._project.calibration
        is_current = image.calibration is calibration and image.solved is not None and not image.problems
        return {
            "user": values.user_name,
            "paper": values.values.page_size,
            "rectification": image.solved if is_current else None,
            "rectified": image.picture if is_current else None,
        }

    def _tell_report(self, path: Path) -> None:
        self._bench.said.emit(f"The report is written to {path}")
        if self._opens_written:
            self._bench.dialogs.show_document(path)

    # the tables

    def _export_tables(self, head: ReportHead) -> None:
        names = [table.name for table in self._tables(head) if table.is_ticked and table.is_there]
        if not names:
            remedy = "Tick those that you want; what the project has nothing for cannot be ticked"
            self._bench.dialogs.show_error("Write tables", IvyError("no table is chosen", remedy=remedy))
            return
        tells_results = not (OF_DISCHARGE | OF_VELOCITIES).isdisjoint(names)
        if tells_results and not self._is_wanted(head, "Tables do not say so. Write them all the same?"):
            return
        folder = self._bench.dialogs.open_folder("Write tables into a folder")
        if folder is None or not self._may_replace([folder / name for name in names]):
            return
        project = self._project
        self._bench.tasks.start(
            "Write tables",
            lambda control: _written_tables(folder, names, project, control),
            lambda count: self._bench.said.emit(f"{count} tables are written to {folder}"),
        )

    def _may_replace(self, paths: Sequence[Path]) -> bool:
        there = [path.name for path in paths if path.exists()]
        if not there:
            return True
        question = f"The folder already holds {', '.join(there)}. Replace them?"
        return self._bench.dialogs.ask("Write tables", question, yes="Replace", no="Cancel")

    # what is known of the result

    def _is_wanted(self, head: ReportHead, question: str) -> bool:
        if not head.is_refused:
            return True
        reasons = [f"• {reason}" for reason in head.reasons[:_MOST_REASONS]]
        if len(head.reasons) > _MOST_REASONS:
            reasons.append(f"• and {len(head.reasons) - _MOST_REASONS} more")
        text = "\n".join((head.sentence, *reasons, "", question))
        return self._bench.dialogs.ask(head.word, text, yes="Write it all the same", no="Cancel")

    def _once_known(self, then: Callable[[ReportHead], None]) -> None:
        if self._head is not None:
            then(self._head)
        else:
            self._waiting = then
            self._work_out_head()

    def _work_out_head(self) -> None:
        self._head = None
        project = self._project
        self._bench.tasks.start(
            "Look at the result",
            lambda _: _head_of(project),
            self._take_head,
            failed=self._give_up,
            slot=_HEAD,
            quiet=True,
        )

    def _give_up(self, error: Exception) -> None:
        self._waiting = None
        self._bench.dialogs.show_error("Look at the result", error)

    def _take_head(self, head: ReportHead) -> None:
        self._head = head
        self._view.show_head(head)
        self._view.show_rating(self._project.discharge.rating, head.automatic_rating)
        self._show_tables()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting(head)

    # showing

    @property
    def _project(self) -> Project:
        return self._bench.document.project

    def _follow(self, change: Change) -> None:
        self._work_out_head()

    def _show_options(self) -> None:
        self._view.show_options(self._bench.preferences.values.page_size, self._opens_written)

    def _tables(self, head: ReportHead) -> tuple[TableChoice, ...]:
        return table_choices(self._project, self._ticked, has_discharge=head.has_discharge)

    def _show_tables(self) -> None:
        if self._head is not None:
            self._view.show_tables(self._tables(self._head))


# The modules of the report take their time to load, so they are imported where nobody waits.


def _head_of(project: Project) -> ReportHead:
    from ...services.measured_project.discharge import discharge_of_project
    from ...services.report_service import ReportService

    try:
        found = discharge_of_project(project)
    except IvyError:
        found = None  # the head says why there is none
    return report_head(ReportService().head(project, discharge=found), found)


def _written_report(path: Path, kind: FileKind, project: Project, given: dict[str, Any], control: TaskControl) -> Path:
    from ...services.report_service import ReportService

    service, told = ReportService(), dict(given)
    paper = told.pop("paper")
    if kind is FileKind.PDF:
        return service.write_pdf(path, project, **told, paper=paper, progress=control.progress, cancel=control)
    return service.write_html(path, project, **told, progress=control.progress, cancel=control)


def _written_tables(folder: Path, names: Sequence[str], project: Project, control: TaskControl) -> int:
    from ...services.report_service import ReportService

    for done, name in enumerate(names):
        if control.is_set():
            raise Cancelled
        control.progress(done / len(names), f"Write {name}")
        ReportService().write_csv(folder / name, name, project)
    return len(names)
