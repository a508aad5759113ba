from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from gui_workbench import workbench
from measured_mill import measured_mill
from PyQt5.QtCore import QDate, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.project import Comment, CommentCategory, Project, Reporting
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.presenters.reporting import ReportingPresenter
from image_velocimetry_tools.gui.views.reporting import ReportingTab

COMMENTS = (
    Comment(CommentCategory.VIDEO, "A. B.", "05/04/2024 12:00:00", "calm"),
    Comment(CommentCategory.SYSTEM, "ab", "05/04/2024 12:30:00", "File Saved Q = 1.00 m³/s"),
    Comment(CommentCategory.GRID, "A. B.", "05/04/2024 13:00:00", "25 points"),
)


class Window:
    """The tab with its real presenter and a real document."""

    def __init__(self, qtbot: QtBot, project: Project) -> None:
        self.tab = ReportingTab()
        qtbot.addWidget(self.tab)
        self.bench = workbench(project)
        self.presenter = ReportingPresenter(self.tab, self.bench)
        self.dialogs: MagicMock = self.bench.dialogs  # type: ignore[assignment]
        self.tab.resize(1240, 620)
        self.tab.show()
        qtbot.waitExposed(self.tab)
        self.tab.activateWindow()
        self.comments, self.output = self.tab.comments, self.tab.output

    @property
    def project(self) -> Project:
        return self.bench.document.project

    @property
    def told(self) -> Reporting:
        return self.project.reporting

    def listed(self) -> list[str]:
        model = self.comments.commentsTable.model()
        return [model.index(row, 3).data() for row in range(model.rowCount())]

    def click_comment(self, row: int) -> None:
        table = self.comments.commentsTable
        place = table.visualRect(table.model().index(row, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=place)


@pytest.fixture(scope="module")
def project() -> Project:
    return replace(measured_mill(), comments=COMMENTS)


@pytest.fixture
def window(qtbot: QtBot, project: Project) -> Window:
    return Window(qtbot, project)


def retype(field: QWidget, text: str, *, enter: bool = True) -> None:
    field.setFocus()
    QTest.keySequence(field, "Ctrl+A")
    QTest.keyClick(field, Qt.Key_Backspace)
    QTest.keyClicks(field, text)
    if enter:
        QTest.keyClick(field, Qt.Key_Return)


def test_that_the_tab_fits_its_place_in_the_window(window: Window) -> None:
    assert window.tab.minimumSizeHint().width() <= 1240
    assert window.tab.minimumSizeHint().height() <= 620


def test_that_every_field_is_typed_into_the_project(window: Window) -> None:
    tab = window.tab
    retype(tab.stationNameField, "Alder Brook")
    retype(tab.stationNumberField, "012")
    retype(tab.partyField, "A. B.")
    retype(tab.weatherField, "calm")
    retype(tab.dateField.textField, "5/4/2024")
    retype(tab.startTimeField, "8:00")
    retype(tab.endTimeField, "8:01:10")
    retype(tab.gageHeightField, "3,25")
    retype(tab.numberField, "12")
    QTest.keyClicks(tab.descriptionField, "Below the bridge")
    assert window.told == Reporting(
        "Alder Brook", "012", "A. B.", "calm", date(2024, 5, 4), time(8), time(8, 1, 10), 3.25, 12, "Below the bridge"
    )
    assert tab.midTimeLabel.text() == "08:00:35"
    assert (tab.dateField.textField.text(), tab.gageHeightField.text()) == ("2024-05-04", "3.250")
    assert "Alder Brook 012" in window.output.titleLabel.text()


def test_that_typing_keeps_the_cursor_where_it_is(window: Window) -> None:
    field = window.tab.stationNameField
    retype(field, "Aler", enter=False)
    field.setCursorPosition(2)
    QTest.keyClicks(field, "d")
    assert (field.text(), field.cursorPosition()) == ("Alder", 3)
    assert window.told.station_name == "Alder"
    area = window.tab.descriptionField
    QTest.keyClicks(area, "lw")
    QTest.keyClick(area, Qt.Key_Left)
    QTest.keyClicks(area, "o")
    assert window.told.description == "low"


def test_that_a_wrong_entry_is_told_once_and_the_old_one_comes_back(window: Window) -> None:
    field = window.tab.startTimeField
    retype(field, "8:00")
    retype(field, "8:75")
    assert "8:75" in window.tab.banner.text
    assert field.text() == "08:00"
    retype(field, "9:15")
    assert window.tab.banner.text == ""
    assert window.told.start_time == time(9, 15)


def test_that_escape_brings_back_what_stood_there(window: Window) -> None:
    field = window.tab.numberField
    retype(field, "12")
    retype(field, "77", enter=False)
    QTest.keyClick(field, Qt.Key_Escape)
    assert field.text() == "12"
    assert window.told.measurement_number == 12


def test_that_what_is_being_typed_stays_while_other_things_change(window: Window) -> None:
    field = window.tab.gageHeightField
    retype(field, "1.", enter=False)
    window.bench.document.edit("Edit", replace(window.project, reporting=Reporting(party="A. B.", description="low")))
    assert field.text() == "1."
    assert window.tab.descriptionField.toPlainText() == "low"
    assert window.tab.partyField.text() == "A. B."


def test_that_the_date_is_chosen_in_the_calendar_or_taken_away(window: Window) -> None:
    field = window.tab.dateField
    field.calendarMenu.aboutToShow.emit()
    assert field.calendar.selectedDate() == QDate.currentDate()
    field.calendar.clicked.emit(QDate(2024, 5, 4))
    assert window.told.measured_on == date(2024, 5, 4)
    field.calendarMenu.aboutToShow.emit()
    assert field.calendar.selectedDate() == QDate(2024, 5, 4)
    today, no_date = field.calendarMenu.actions()[1:]
    today.trigger()
    assert window.told.measured_on == date.today()
    no_date.trigger()
    assert window.told.measured_on is None
    assert field.textField.text() == ""


def test_that_the_button_beside_the_date_opens_the_calendar(window: Window) -> None:
    field = window.tab.dateField
    QTest.mouseClick(field.calendarButton, Qt.LeftButton)
    assert field.calendarMenu.isVisible()
    field.calendarMenu.close()


def test_that_the_gage_height_changes_its_unit_with_the_project(window: Window) -> None:
    retype(window.tab.gageHeightField, "3.048")
    window.bench.document.edit("Switch", replace(window.project, display_units=DisplayUnits.ENGLISH))
    assert window.tab.gageHeightField.text() == "10.000"
    assert window.tab.gageHeightLabel.text() == "Gage height (ft)"


def test_that_a_comment_is_written_in_its_line(window: Window) -> None:
    window.presenter.comments.begin()
    assert window.comments.categoryField.currentText() == "Reporting"
    QTest.keyClicks(window.comments.newCommentField, "rain set in")
    QTest.keyClick(window.comments.newCommentField, Qt.Key_Return)
    assert window.project.comments[-1].category is CommentCategory.REPORTING
    assert window.listed()[-1] == "rain set in"
    assert window.comments.newCommentField.text() == ""
    QTest.keyClicks(window.comments.newCommentField, "and stopped")
    QTest.mouseClick(window.comments.addButton, Qt.LeftButton)
    assert window.listed()[-1] == "and stopped"


def test_that_comments_are_filtered_changed_and_deleted(window: Window) -> None:
    comments = window.comments
    assert not comments.changeButton.isEnabled()
    window.click_comment(0)
    window.dialogs.ask_text.return_value = "dead calm"
    QTest.mouseClick(comments.changeButton, Qt.LeftButton)
    assert window.listed()[0] == "dead calm"
    QTest.keyClick(comments.commentsTable, Qt.Key_Return)
    assert window.dialogs.ask_text.call_count == 2
    QTest.keyClick(comments.commentsTable, Qt.Key_Delete)
    assert window.listed() == ["File Saved Q = 1.00 m³/s", "25 points"]
    window.click_comment(1)
    QTest.mouseClick(comments.deleteButton, Qt.LeftButton)
    assert window.listed() == ["File Saved Q = 1.00 m³/s"]
    window.bench.document.undo()
    QTest.keyClick(comments.filterField, Qt.Key_End)
    assert comments.filterField.currentText() == "System (1)"
    assert window.listed() == ["File Saved Q = 1.00 m³/s"]


def test_that_what_the_program_noted_offers_no_buttons(window: Window) -> None:
    window.click_comment(1)
    assert not window.comments.changeButton.isEnabled()
    assert not window.comments.deleteButton.isEnabled()


def test_that_the_buttons_write_the_report(window: Window, tmp_path: Path) -> None:
    for button, name in ((window.output.pdfButton, "report.pdf"), (window.output.htmlButton, "report.html")):
        window.dialogs.save_file.return_value = tmp_path / name
        QTest.mouseClick(button, Qt.LeftButton)
        assert (tmp_path / name).exists()
    assert window.dialogs.show_document.call_count == 2


def test_that_a_report_holds_what_is_still_being_typed(window: Window, tmp_path: Path) -> None:
    window.dialogs.save_file.return_value = tmp_path / "report.html"
    retype(window.tab.numberField, "4711", enter=False)
    window.presenter.export_html()
    assert "4711" in (tmp_path / "report.html").read_text("utf-8")


def test_that_only_ticked_tables_are_written(window: Window, tmp_path: Path) -> None:
    window.dialogs.open_folder.return_value = tmp_path
    box = window.output.findChild(QCheckBox, "velocities.csv")
    assert box.isChecked()
    QTest.mouseClick(box, Qt.LeftButton, pos=box.rect().center() - box.rect().center() / 2)
    assert not box.isChecked()
    QTest.mouseClick(window.output.tablesButton, Qt.LeftButton)
    assert (tmp_path / "stations.csv").exists()
    assert not (tmp_path / "velocities.csv").exists()


def test_that_rating_and_paper_are_chosen_by_key(window: Window) -> None:
    assert window.output.ratingField.currentText().startswith("automatic (")
    QTest.keyClick(window.output.ratingField, Qt.Key_Down)
    assert window.project.discharge.rating == "Excellent"
    QTest.keyClick(window.output.ratingField, Qt.Key_Up)
    assert window.project.discharge.rating == ""
    QTest.keyClick(window.output.paperField, Qt.Key_Up)
    assert window.bench.preferences.values.page_size == "Letter"
    QTest.mouseClick(window.output.opensField, Qt.LeftButton)
    assert not window.output.opensField.isChecked()


def test_that_the_verdict_stands_over_the_buttons(qtbot: QtBot, project: Project) -> None:
    assert "Good" in Window(qtbot, project).output.verdictBanner.text
    unjudged = Window(qtbot, measured_mill(figures=None)).output.verdictBanner.text
    assert unjudged.startswith("Not judged.")
    assert "•" in unjudged
    empty = Window(qtbot, Project()).output
    assert "no velocities" in empty.verdictBanner.text
    assert not empty.findChild(QCheckBox, "stations.csv").isEnabled()
