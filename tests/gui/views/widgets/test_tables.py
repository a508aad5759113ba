from __future__ import annotations

import math

import pytest
from PyQt5.QtCore import QModelIndex, QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QAction, QApplication, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.gui.views.theme import Theme, apply_theme
from image_velocimetry_tools.gui.views.widgets.tables import Cell, Column, Table

COLUMNS = (
    Column("Name"),
    Column("Level (m)", kind="number", is_editable=True, decimals=2, unit="m"),
    Column("Used", kind="check", is_editable=True),
)
ROWS = [["a", 1.0, True], ["b", math.nan, False], ["c", None, True]]


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    table = Table(COLUMNS)
    qtbot.addWidget(table)
    table.resize(500, 300)
    table.show()
    table.show_rows(ROWS)
    return table


def _index(table: Table, row: int, column: int) -> QModelIndex:
    return table.model().index(row, column)


def _click(table: Table, row: int, column: int, *, double: bool = False) -> None:
    place = table.visualRect(_index(table, row, column)).center()
    if double:
        QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=place)
        QTest.mouseDClick(table.viewport(), Qt.LeftButton, pos=place)
    else:
        QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=place)


def _type(table: Table, row: int, column: int, text: str) -> None:
    _click(table, row, column, double=True)
    editor = table.findChild(QLineEdit)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key_Return)


def test_that_numbers_have_their_decimals_and_unknown_ones_are_empty(table: Table) -> None:
    shown = [_index(table, row, 1).data() for row in range(3)]
    assert shown == ["1.00", "", ""]


def test_that_a_typed_number_is_reported_and_not_kept_by_the_table(table: Table, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.edited) as signal:
        _type(table, 0, 1, "2,5")
    assert signal.args == [0, 1, 2.5]
    assert _index(table, 0, 1).data() == "1.00"


def test_that_what_is_no_number_is_refused(table: Table, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(table.edited):
        _type(table, 0, 1, "high")
        # edits are told through the queue of events
        QApplication.processEvents()
    assert _index(table, 0, 1).data() == "1.00"


def test_that_a_number_with_thousands_separators_is_refused_and_its_cell_marked(table: Table, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(table.edited):
        _type(table, 0, 1, "1,234.5")
        QApplication.processEvents()
    assert _index(table, 0, 1).data() == "1.00"
    assert "without thousands separators" in _index(table, 0, 1).data(Qt.ToolTipRole)
    assert _index(table, 0, 1).data(Qt.BackgroundRole) is not None
    with qtbot.waitSignal(table.edited):
        table.model().setData(_index(table, 0, 1), "1234.5")
    assert _index(table, 0, 1).data(Qt.BackgroundRole) is None


def test_that_a_click_into_a_check_box_is_reported(table: Table, qtbot: QtBot) -> None:
    box = table.visualRect(_index(table, 1, 2))
    with qtbot.waitSignal(table.edited) as signal:
        QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=box.topLeft() + QPoint(10, box.height() // 2))
    assert signal.args == [1, 2, True]


def test_that_a_cell_may_be_closed_although_its_column_is_open(table: Table) -> None:
    table.show_rows([["a", Cell(1.0, is_editable=False), True]])
    assert not table.model().flags(_index(table, 0, 1)) & Qt.ItemIsEditable


def test_that_selecting_is_told_when_the_user_does_it_only(table: Table, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(table.rows_selected):
        table.select_rows([1])
        table.show_rows(ROWS[:2])
    with qtbot.waitSignal(table.rows_selected) as signal:
        _click(table, 0, 0)
    assert signal.args == [[0]]


def test_that_the_selection_stays_when_rows_are_shown_anew(table: Table) -> None:
    table.select_rows([2])
    table.show_rows([["x", 9.0, False]] * 3)
    assert table.selected_rows() == [2]
    table.show_rows([["x", 9.0, False]] * 5)
    assert table.selected_rows() == [2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_an_empty_check_box_is_seen_in_both_themes(table: Table, theme: Theme) -> None:
    apply_theme(theme)
    try:
        table.show_rows([["x", 9.0, False]])
        QApplication.processEvents()
        cell = table.visualRect(_index(table, 0, 2))
        picture = table.viewport().grab(cell.adjusted(0, 2, -2, -2)).toImage()
        middle = picture.height() // 2
        shades = [picture.pixelColor(x, middle).lightness() for x in range(picture.width())]
        assert max(shades) - min(shades) > 60
    finally:
        apply_theme("light")


def test_that_delete_and_enter_are_told(table: Table, qtbot: QtBot) -> None:
    _click(table, 1, 0)
    with qtbot.waitSignal(table.delete_pressed):
        QTest.keyClick(table, Qt.Key_Delete)
    with qtbot.waitSignal(table.row_activated) as signal:
        QTest.keyClick(table, Qt.Key_Return)
    assert signal.args == [1]


def test_that_text_stays_readable_on_a_coloured_cell(table: Table) -> None:
    table.show_rows([["a", Cell(1.0, colour="#600000", tooltip="why"), True]])
    index = _index(table, 0, 1)
    assert index.data(Qt.ForegroundRole).color().lightness() > 200
    assert index.data(Qt.ToolTipRole) == "why"


def test_that_showing_other_rows_and_titles_as_answer_to_an_edit_is_safe(table: Table, qtbot: QtBot) -> None:
    def answer(row: int, column: int, value: object) -> None:
        table.set_columns((*COLUMNS, Column("More")))
        table.show_rows([["a", 1.0, True, "x"]])

    table.edited.connect(answer)
    with qtbot.waitSignal(table.edited):
        _type(table, 0, 1, "3")
    assert table.model().rowCount() == 1
    assert table.model().columnCount() == 4


def test_that_pasting_into_a_table_wins_over_the_same_key_of_the_window(qtbot: QtBot) -> None:
    window, told = QMainWindow(), []
    qtbot.addWidget(window)
    importing = QAction("Import video", window)
    importing.setShortcut("Ctrl+V")
    importing.triggered.connect(lambda: told.append("import"))
    window.addAction(importing)
    table = Table(COLUMNS)
    window.setCentralWidget(table)
    table.show_rows(ROWS)
    window.show()
    window.activateWindow()
    QApplication.clipboard().setText("2.5")
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    table.setCurrentIndex(_index(table, 0, 1))
    qtbot.keyClick(table, Qt.Key_V, Qt.ControlModifier)
    assert told == ["import"]
    table.pasted.connect(lambda cells: told.append("paste"))
    qtbot.keyClick(table, Qt.Key_V, Qt.ControlModifier)
    assert told == ["import", "paste"]


def test_that_a_number_typed_with_another_unit_is_converted(table: Table, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.edited) as signal:
        _type(table, 0, 1, "250 cm")
    assert signal.args == [0, 1, pytest.approx(2.5)]
