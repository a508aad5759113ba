from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QApplication, QDialog, QFileDialog, QInputDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.errors import IvyError, Problem
from image_velocimetry_tools.gui.presenters.dialogs import Dialogs, FileKind
from image_velocimetry_tools.gui.views.boxes import Box
from image_velocimetry_tools.gui.views.dialogs import QtDialogs, name_filters
from image_velocimetry_tools.gui.views.number_dialog import NumberDialog


class Case:
    """Dialogs over a window, and what they remember."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.remembered: list[tuple[str, Path]] = []
        self.folder = folder
        qt = QtDialogs(lambda kind: str(folder), self.remember, Path("/l.log"))
        qt.parent = QWidget()
        qtbot.addWidget(qt.parent)
        self.dialogs: Dialogs = qt

    def remember(self, kind: str, folder: Path) -> None:
        self.remembered.append((kind, folder))

    def meanwhile(self, act: Callable[[QDialog], None]) -> list[QDialog]:
        """Act on the next dialog as soon as it is open."""
        seen: list[QDialog] = []

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, QDialog):
                timer.stop()
                seen.append(dialog)
                act(dialog)

        timer = QTimer(self.dialogs.parent)  # type: ignore[attr-defined]
        timer.timeout.connect(look)
        timer.start(10)
        return seen

    def click(self, name: str) -> None:
        """Click a button of the next dialog."""

        def act(dialog: QDialog) -> None:
            self.qtbot.mouseClick(dialog.findChild(QWidget, name), Qt.MouseButton.LeftButton)

        self.meanwhile(act)


@pytest.fixture
def case(qtbot: QtBot, tmp_path: Path) -> Case:
    return Case(qtbot, tmp_path)


def test_that_the_answer_is_the_button_that_was_clicked(case: Case) -> None:
    case.click("discardButton")
    assert case.dialogs.choose("Unsaved", "Save?", ("Save", "Discard", "Cancel")) == "Discard"


def test_that_enter_gives_the_first_answer(case: Case) -> None:
    case.meanwhile(lambda dialog: case.qtbot.keyClick(dialog, Qt.Key.Key_Return))
    assert case.dialogs.choose("Unsaved", "Save?", ("Save", "Discard")) == "Save"


def test_that_escape_means_that_the_user_thought_better_of_it(case: Case) -> None:
    case.meanwhile(lambda dialog: case.qtbot.keyClick(dialog, Qt.Key.Key_Escape))
    assert case.dialogs.choose("Unsaved", "Save?", ("Save", "Discard")) is None
    case.meanwhile(lambda dialog: dialog.close())
    assert case.dialogs.ask("Stop", "Stop it?", yes="Stop", no="Go on") is False


def test_that_yes_means_yes(case: Case) -> None:
    case.click("stopButton")
    assert case.dialogs.ask("Stop", "Stop it?", yes="Stop", no="Go on") is True


def test_that_an_error_of_one_problem_is_one_sentence(case: Case) -> None:
    shown: list[tuple[str, bool]] = []

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, Box)
        shown.append((dialog.textLabel.text(), dialog.detailsField.isVisible()))
        dialog.reject()

    case.meanwhile(act)
    case.dialogs.show_error("Open project", IvyError("it is damaged", where="river.ivy", remedy="Choose another"))
    assert shown == [("river.ivy: it is damaged. Choose another.", False)]


def test_that_every_problem_is_listed_and_can_be_copied(case: Case) -> None:
    problems = [Problem("the table is empty", "points.csv"), Problem("the video is missing")]

    def act(dialog: QDialog) -> None:
        case.qtbot.mouseClick(dialog.findChild(QWidget, "copyButton"), Qt.MouseButton.LeftButton)
        case.qtbot.mouseClick(dialog.findChild(QWidget, "okButton"), Qt.MouseButton.LeftButton)

    case.meanwhile(act)
    case.dialogs.show_error("Measure", IvyError.from_problems(problems))
    copied = QApplication.clipboard().text()
    assert "There are 2 problems." in copied
    assert "points.csv: the table is empty." in copied
    assert "The video is missing." in copied


def test_that_a_fault_of_ours_names_the_log_and_shows_no_traceback(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    texts: list[str] = []

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, Box)
        texts.extend([dialog.textLabel.text(), dialog.detailsField.toPlainText()])
        dialog.reject()

    case.meanwhile(act)
    case.dialogs.show_error("Measure", ZeroDivisionError("by nothing"))
    assert str(Path("/l.log")) in texts[0]
    assert texts[1] == "ZeroDivisionError: by nothing"
    assert "by a fault of the program" in caplog.text


def test_that_several_warnings_stand_in_one_box(case: Case) -> None:
    texts: list[str] = []

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, Box)
        texts.append(dialog.detailsField.toPlainText())
        dialog.reject()

    case.meanwhile(act)
    case.dialogs.show_warnings("About river.ivy", ["One.", "Two."])
    assert texts == ["One.\nTwo."]


def test_that_no_warning_shows_no_box(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Box] = []
    monkeypatch.setattr(Box, "exec", lambda box: opened.append(box))
    case.dialogs.show_warnings("About river.ivy", [])
    assert opened == []
    case.dialogs.show_warnings("About river.ivy", ["Look at it."])
    assert len(opened) == 1


def test_that_texts_and_numbers_are_asked_for(case: Case) -> None:
    def write(dialog: QDialog) -> None:
        assert isinstance(dialog, QInputDialog)
        dialog.setTextValue("left bank")
        dialog.accept()

    def count(dialog: QDialog) -> None:
        assert isinstance(dialog, NumberDialog)
        assert dialog.label.text() == "Elevation (ft)"
        case.qtbot.keyClicks(dialog.numberField, "-12,5")
        case.qtbot.mouseClick(dialog.okButton, Qt.MouseButton.LeftButton)

    case.meanwhile(write)
    assert case.dialogs.ask_text("Name", "Name") == "left bank"
    case.meanwhile(count)
    assert case.dialogs.ask_number("Level", "Elevation", 1.0, unit="ft") == -12.5
    case.meanwhile(lambda dialog: dialog.reject())
    assert case.dialogs.ask_number("Level", "Elevation", 1.0) is None
    case.meanwhile(lambda dialog: dialog.reject())
    assert case.dialogs.ask_text("Remark", "Remark", lines=True) is None


def test_that_a_number_that_is_refused_keeps_its_box_open(case: Case) -> None:
    told: list[str] = []

    def count(dialog: QDialog) -> None:
        assert isinstance(dialog, NumberDialog)
        case.qtbot.keyClicks(dialog.numberField, "1,234.5")
        case.qtbot.keyClick(dialog.numberField, Qt.Key.Key_Return)
        told.append(dialog.problemLabel.text())
        dialog.numberField.selectAll()
        case.qtbot.keyClicks(dialog.numberField, "1234.5")
        case.qtbot.keyClick(dialog.numberField, Qt.Key.Key_Return)

    case.meanwhile(count)
    assert case.dialogs.ask_number("Level", "Elevation", 1.0) == 1234.5
    assert "thousands separators" in told[0]


def _type_name(case: Case, name: str) -> None:
    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog)
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        field.setText(name)
        case.qtbot.keyClick(field, Qt.Key.Key_Return)

    case.meanwhile(act)


@pytest.fixture
def _own_choosers(monkeypatch: pytest.MonkeyPatch) -> None:
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


@pytest.mark.usefixtures("_own_choosers")
def test_that_a_chosen_file_is_returned_and_its_folder_remembered(case: Case) -> None:
    (case.folder / "river.ivy").write_bytes(b"")
    _type_name(case, "river.ivy")
    assert case.dialogs.open_file("Open project", FileKind.PROJECT) == case.folder / "river.ivy"
    assert case.remembered == [("PROJECT", case.folder)]


@pytest.mark.usefixtures("_own_choosers")
def test_that_a_saved_file_gets_its_extension(case: Case) -> None:
    _type_name(case, "report")
    assert case.dialogs.save_file("Save report", FileKind.PDF) == case.folder / "report.pdf"


@pytest.mark.usefixtures("_own_choosers")
def test_that_a_chooser_that_is_left_answers_nothing(case: Case) -> None:
    for ask in (
        lambda: case.dialogs.open_file("Open", FileKind.VIDEO),
        lambda: case.dialogs.save_file("Save", FileKind.TABLE, "a.csv"),
        lambda: case.dialogs.open_folder("Folder"),
    ):
        case.meanwhile(lambda dialog: dialog.reject())
        assert ask() is None
    case.meanwhile(lambda dialog: dialog.reject())
    assert case.dialogs.open_files("Open", FileKind.VIDEO) == []


def test_that_choosers_offer_all_that_fits_first() -> None:
    filters = name_filters((FileKind.GROUND_CONTROL, FileKind.SECTION))
    assert filters == [
        "All that fit (*.csv *.mat)",
        "Ground control points (*.csv)",
        "Cross-section (*.mat *.csv)",
        "All files (*)",
    ]
    assert name_filters((FileKind.ANY,)) == ["File (*)"]
