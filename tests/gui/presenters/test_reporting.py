from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from unittest.mock import MagicMock, create_autospec

import pytest
from gui_workbench import workbench

from image_velocimetry_tools.domain.project import Project, Reporting
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, DisplayUnits
from image_velocimetry_tools.gui.models.reporting import ReportForm
from image_velocimetry_tools.gui.presenters.reporting import ReportingPresenter, ReportingView
from image_velocimetry_tools.gui.presenters.reporting_comments import CommentListView
from image_velocimetry_tools.gui.presenters.reporting_output import OutputView


class Tab:
    """The presenter with its bench and a view that remembers what it was told."""

    def __init__(self, project: Project | None = None) -> None:
        self.bench = workbench(project)
        self.view = create_autospec(ReportingView, instance=True)
        self.view.comments = create_autospec(CommentListView, instance=True)
        self.view.output = create_autospec(OutputView, instance=True)
        self.presenter = ReportingPresenter(self.view, self.bench)

    @property
    def told(self) -> Reporting:
        return self.bench.document.project.reporting

    @property
    def form(self) -> ReportForm:
        form = self.view.show_form.call_args.args[0]
        assert isinstance(form, ReportForm)
        return form

    @property
    def problem(self) -> str:
        return str(self.view.show_problem.call_args.args[0])


def test_that_every_field_reaches_the_project() -> None:
    tab = Tab()
    tab.presenter.set_text("station_name", "Alder Brook")
    tab.presenter.set_text("station_number", "012")
    tab.presenter.set_text("party", "A. B.")
    tab.presenter.set_text("weather", "calm")
    tab.presenter.set_text("description", "two\nlines")
    tab.presenter.set_date("2024-05-04")
    tab.presenter.set_start_time("8:00")
    tab.presenter.set_end_time("8:01:10")
    tab.presenter.set_gage_height("3.25")
    tab.presenter.set_measurement_number("12")
    assert tab.told == Reporting(
        "Alder Brook", "012", "A. B.", "calm", date(2024, 5, 4), time(8), time(8, 1, 10), 3.25, 12, "two\nlines"
    )
    assert tab.form.mid_time == "08:00:35"


def test_that_emptied_fields_are_not_known_any_more() -> None:
    tab = Tab(Project(reporting=Reporting("", "", "", "", date(2024, 5, 4), time(8), time(9), 1.0, 5)))
    tab.presenter.set_date("")
    tab.presenter.set_start_time("")
    tab.presenter.set_end_time("")
    tab.presenter.set_gage_height("")
    tab.presenter.set_measurement_number("")
    assert tab.told == Reporting()
    tab.presenter.choose_date(date(2024, 6, 1))
    assert tab.form.measured_on == "2024-06-01"
    tab.presenter.choose_date(None)
    assert tab.told.measured_on is None


def test_that_a_wrong_entry_is_told_and_changes_nothing_until_a_right_one() -> None:
    tab = Tab()
    project = tab.bench.document.project
    tab.presenter.set_start_time("25:00")
    assert "25:00" in tab.problem
    assert tab.form.start_time == ""
    assert tab.bench.document.project is project
    tab.presenter.set_start_time("15:00")
    assert tab.problem == ""
    assert tab.told.start_time == time(15)


def test_that_typing_a_text_is_one_step_of_undo_and_each_field_another() -> None:
    tab = Tab()
    for length in range(1, 6):
        tab.presenter.set_text("party", "A. B."[:length])
    tab.presenter.set_text("weather", "calm")
    tab.bench.document.undo()
    assert tab.told == Reporting(party="A. B.")
    assert tab.bench.document.undo_label == "Name the party"
    tab.bench.document.undo()
    assert tab.told == Reporting()
    assert tab.form.party == ""


def test_that_entering_the_same_again_is_no_edit_but_tidies_the_field() -> None:
    tab = Tab(Project(reporting=Reporting(start_time=time(8))))
    shown = tab.view.show_form.call_count
    tab.presenter.set_start_time("8:00:00")
    assert not tab.bench.document.is_modified
    assert tab.view.show_form.call_count == shown + 1


def test_that_the_gage_height_follows_the_units_there_and_back() -> None:
    tab = Tab(Project(display_units=DisplayUnits.ENGLISH))
    tab.presenter.set_gage_height("3.25")
    assert tab.told.gage_height_m == pytest.approx(3.25 * METRES_PER_FOOT)
    project = tab.bench.document.project
    tab.bench.document.edit("Switch", replace(project, display_units=DisplayUnits.METRIC))
    assert (tab.form.gage_height, tab.form.length_label) == ("0.991", "m")
    tab.bench.document.undo()
    assert (tab.form.gage_height, tab.form.length_label) == ("3.250", "ft")


def test_that_the_menu_writes_what_is_still_being_typed() -> None:
    for export in ("export_pdf", "export_html", "export_tables"):
        tab = Tab()
        dialogs: MagicMock = tab.bench.dialogs  # type: ignore[assignment]
        dialogs.ask.return_value = False
        tab.view.finish_typing.side_effect = lambda tab=tab: tab.presenter.set_gage_height("1.5")
        getattr(tab.presenter, export)()
        assert tab.told.gage_height_m == 1.5


def test_that_an_end_before_the_start_is_said_to_be_the_next_day() -> None:
    tab = Tab()
    said: list[str] = []
    tab.bench.said.subscribe(said.append)
    tab.presenter.set_start_time("23:50")
    assert said == []
    tab.presenter.set_end_time("00:10")
    assert "taken as the next day" in said[-1]
    assert tab.told.mid_time == time(0)
