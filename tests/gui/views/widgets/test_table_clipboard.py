"""Copy and paste between tables and spreadsheets, with real keys."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QMainWindow, QShortcut

from image_velocimetry_tools.gui.models.pasted_cells import PastedCell
from image_velocimetry_tools.gui.views.widgets.tables import Column, Table

COLUMNS = (
    Column("No."),
    Column("Station (m)", kind="number", is_editable=True, decimals=2),
    Column("Used", kind="check", is_editable=True),
)


@pytest.fixture
def table(qtbot) -> Table:
    table = Table(COLUMNS)
    qtbot.addWidget(table)
    table.resize(500, 300)
    table.show()
    table.show_rows([["1", 1.0, True], ["2", 2.5, False], ["3", None, True]])
    return table


def click(table: Table, row: int, column: int) -> None:
    place = table.visualRect(table.model().index(row, column)).center()
    QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=place)


def press(table: Table, key: Qt.Key) -> None:
    QTest.keyClick(table, key, Qt.ControlModifier)


def test_that_selected_rows_are_copied_as_they_are_seen(table: Table) -> None:
    table.select_rows([0, 1])
    press(table, Qt.Key_C)
    assert QApplication.clipboard().text() == "1\t1.00\tYes\n2\t2.50\tNo"


def test_that_what_is_pasted_begins_at_the_cell_that_was_clicked(table: Table, qtbot) -> None:
    QApplication.clipboard().setText("7,25\n8.5\n")
    table.pasted.connect(lambda pasted: None)
    click(table, 1, 1)
    with qtbot.waitSignal(table.pasted) as signal:
        press(table, Qt.Key_V)
    assert signal.args[0].accepted() == (PastedCell(1, 1, 7.25), PastedCell(2, 1, 8.5))


def test_that_copied_rows_come_back_whole_wherever_in_the_row_is_clicked(table: Table, qtbot) -> None:
    table.pasted.connect(lambda pasted: None)
    table.select_rows([1])
    press(table, Qt.Key_C)
    click(table, 1, 2)
    with qtbot.waitSignal(table.pasted) as signal:
        press(table, Qt.Key_V)
    assert signal.args[0].accepted() == (PastedCell(1, 1, 2.5), PastedCell(1, 2, False))


def test_that_a_click_beside_the_open_columns_pastes_into_the_next_one(table: Table, qtbot) -> None:
    table.pasted.connect(lambda pasted: None)
    QApplication.clipboard().setText("9")
    click(table, 0, 0)
    with qtbot.waitSignal(table.pasted) as signal:
        press(table, Qt.Key_V)
    assert signal.args[0].accepted() == (PastedCell(0, 1, 9.0),)


def test_that_a_table_to_which_nobody_listens_takes_nothing(table: Table) -> None:
    QApplication.clipboard().setText("9")
    click(table, 0, 1)
    press(table, Qt.Key_V)
    assert table.model().index(0, 1).data() == "1.00"


def test_that_a_table_pastes_although_the_window_has_another_use_for_the_key(qtbot) -> None:
    window, imported = QMainWindow(), []
    table = Table(COLUMNS, window)
    table.show_rows([["1", 1.0, True]])
    table.pasted.connect(lambda pasted: None)
    shortcut = QShortcut("Ctrl+V", window)
    shortcut.activated.connect(lambda: imported.append(True))
    window.setCentralWidget(table)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    QApplication.clipboard().setText("9")
    click(table, 0, 1)
    table.setFocus()
    with qtbot.waitSignal(table.pasted):
        press(table, Qt.Key_V)
    assert imported == []
