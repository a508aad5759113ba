"""The Reporting tab: what is said of the measurement beside its figures, the comments on it, and what is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Literal, Protocol

from ...domain.errors import IvyError
from ...domain.project import Reporting
from ...domain.units import UnitSystem, unit_system
from ..models.document import Change
from ..models.reporting import (
    ReportForm,
    report_form,
    typed_date,
    typed_height_m,
    typed_number,
    typed_time,
)
from ..models.workbench import Workbench
from .reporting_comments import CommentListPresenter, CommentListView
from .reporting_output import OutputPresenter, OutputView

TextName = Literal["station_name", "station_number", "party", "weather", "description"]

_LABELS: dict[str, str] = {
    "station_name": "Name the station",
    "station_number": "Number the station",
    "party": "Name the party",
    "weather": "Describe the weather",
    "description": "Describe the project",
}

_NEXT_DAY = "The end time is earlier than the start time: it is taken as the next day. Check both times"


class ReportingView(Protocol):
    """The tab: fields, and its panels."""

    @property
    def comments(self) -> CommentListView:
        """The panel of the comments."""
        ...

    @property
    def output(self) -> OutputView:
        """The panel of the report and the tables."""
        ...

    def bind(self, presenter: ReportingPresenter) -> None: ...
    def show_form(self, form: ReportForm) -> None: ...
    def show_problem(self, sentence: str) -> None: ...
    def finish_typing(self) -> None: ...


class ReportingPresenter:
    """Takes what is said of the measurement; its parts do the rest.

    Attributes
    ----------
    comments, output
        The presenters of the panels.
    """

    def __init__(self, view: ReportingView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        self.comments = CommentListPresenter(view.comments, bench)
        self.output = OutputPresenter(view.output, bench)
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        self._show()

    # for the menus

    def export_pdf(self) -> None:
        """Write the report as a PDF."""
        self._view.finish_typing()
        self.output.export_pdf()

    def export_html(self) -> None:
        """Write the report as a web page."""
        self._view.finish_typing()
        self.output.export_html()

    def export_tables(self) -> None:
        """Write the ticked tables."""
        self._view.finish_typing()
        self.output.export_tables()

    # the fields

    def set_text(self, name: TextName, text: str) -> None:
        """Take over a text as it is being typed."""
        self._edit(_LABELS[name], name, lambda: text)

    def set_date(self, text: str) -> None:
        """The date of the measurement, as typed; empty for none."""
        self._edit("Date the measurement", "measured_on", lambda: typed_date(text))

    def choose_date(self, chosen: date | None) -> None:
        """The date of the measurement, as chosen in a calendar."""
        self._edit("Date the measurement", "measured_on", lambda: chosen)

    def set_start_time(self, text: str) -> None:
        """The time at which the measurement began, as typed; empty for none."""
        self._edit("Enter the start time", "start_time", lambda: typed_time(text))

    def set_end_time(self, text: str) -> None:
        """The time at which the measurement ended, as typed; empty for none."""
        self._edit("Enter the end time", "end_time", lambda: typed_time(text))

    def set_gage_height(self, text: str) -> None:
        """The gage height as typed, in display units; empty for none."""
        self._edit("Enter the gage height", "gage_height_m", lambda: typed_height_m(text, self._units))

    def set_measurement_number(self, text: str) -> None:
        """The number of the measurement, as typed; empty for none."""
        self._edit("Number the measurement", "measurement_number", lambda: typed_number(text))

    def _edit(self, label: str, name: str, value: Callable[[], Any]) -> None:
        try:
            told: Reporting = replace(self._told, **{name: value()})
        except IvyError as error:
            self._show()
            self._view.show_problem("; ".join(str(problem) for problem in error.problems))
            return
        self._view.show_problem("")
        if told != self._told:
            project = replace(self._bench.document.project, reporting=told)
            self._bench.document.edit(label, project, merge=f"reporting {name}")
            if told.ends_next_day and name in ("start_time", "end_time"):
                self._bench.said.emit(_NEXT_DAY)
        else:
            self._show()

    # showing

    @property
    def _told(self) -> Reporting:
        return self._bench.document.project.reporting

    @property
    def _units(self) -> UnitSystem:
        return unit_system(self._bench.document.project.display_units)

    def _follow(self, change: Change) -> None:
        if change.touches("reporting", "display_units"):
            self._show()

    def _show(self) -> None:
        self._view.show_form(report_form(self._told, self._units))
