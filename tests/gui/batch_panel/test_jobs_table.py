"""The table as Qt shows it: large tables, marks, typing, pasting, dragging."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import QMimeData, QPoint, Qt, QUrl
from PyQt5.QtGui import QDropEvent
from PyQt5.QtTest import QAbstractItemModelTester
from PyQt5.QtWidgets import QApplication, QTableWidget

from image_velocimetry_tools.gui.batch_panel.shown import Column
from image_velocimetry_tools.gui.batch_panel.views.jobs_table import JobsTable
from image_velocimetry_tools.gui.batch_panel.views.jobs_table_model import WRONG

COLUMNS = (Column("job_id", "Job", is_editable=True), Column("level", "Level", "number", is_editable=True))
LIVE = (Column("job_id", "Job"), Column("done", "Done", "share"))
FRAME_S = 1 / 30


@pytest.fixture
def table(qtbot: Any) -> JobsTable:
    table = JobsTable()
    qtbot.addWidget(table)
    table.resize(900, 500)
    table.show()
    return table


def rows(count: int) -> list[tuple[str, str]]:
    return [(f"job_{row}", f"{row}") for row in range(count)]


def test_that_ten_thousand_jobs_scroll_smoothly(table: JobsTable) -> None:
    many = [Column(f"c{n}", f"Column {n}", "share" if n == 3 else "text") for n in range(13)]
    cells = [tuple("0.5" if n == 3 else f"text {row}" for n in range(13)) for row in range(10_000)]
    begin_s = time.perf_counter()
    table.show_table(many, cells)
    QApplication.processEvents()
    assert time.perf_counter() - begin_s < 1.0
    bar, viewport, taken_s = table.verticalScrollBar(), table.viewport(), []
    assert bar is not None
    assert viewport is not None
    for step in range(60):
        begin_s = time.perf_counter()
        bar.setValue(bar.maximum() * step // 59)
        viewport.repaint()
        taken_s.append(time.perf_counter() - begin_s)
    assert sorted(taken_s)[len(taken_s) // 2] < FRAME_S


def test_that_a_table_of_any_size_is_no_widget_of_cells(table: JobsTable) -> None:
    assert not isinstance(table, QTableWidget)
    table.show_table(LIVE, [("a", "0.5")] * 1000)
    assert table.findChildren(QTableWidget) == []
    assert table.indexWidget(table.jobs.index(0, 1)) is None


def test_that_the_model_keeps_the_rules_of_qt(table: JobsTable) -> None:
    tester = QAbstractItemModelTester(table.jobs, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.show_table(COLUMNS, rows(5))
    table.change_rows({1: ("x", "9"), 5: ("new", "5"), 6: ("newer", "6")})
    table.jobs.mark_cells({(0, 1): "Wrong."})
    table.show_table((), ())
    assert tester.model() is table.jobs


def test_that_only_the_rows_that_changed_are_told(table: JobsTable) -> None:
    table.show_table(COLUMNS, rows(100))
    told: list[tuple[int, int]] = []
    table.jobs.dataChanged.connect(lambda first, last, *_: told.append((first.row(), last.row())))
    table.change_rows({3: ("a", "1"), 4: ("b", "1"), 50: ("c", "1")})
    assert told == [(3, 4), (50, 50)]


def test_that_a_wrong_cell_is_red_and_says_why(table: JobsTable) -> None:
    table.show_table(COLUMNS, rows(3))
    table.jobs.mark_cells({(1, 1): "The level is above the section."})
    wrong, right = table.jobs.index(1, 1), table.jobs.index(0, 1)
    assert table.jobs.data(wrong, Qt.BackgroundRole).color() == WRONG
    assert table.jobs.data(wrong, Qt.ToolTipRole) == "The level is above the section."
    assert table.jobs.data(right, Qt.BackgroundRole) is None


def test_that_typing_sends_the_text_out_once(table: JobsTable, qtbot: Any) -> None:
    table.show_table(COLUMNS, rows(3))
    sent: list[Any] = []
    table.edited.connect(sent.append)
    table.setCurrentIndex(table.jobs.index(1, 1))
    table.edit(table.jobs.index(1, 1))
    editor = next(child for child in table.viewport().children() if child.inherits("QLineEdit"))
    editor.selectAll()
    qtbot.keyClicks(editor, "7.5")
    qtbot.keyClick(editor, Qt.Key_Return)
    qtbot.waitUntil(lambda: bool(sent))
    assert sent == [{(1, 1): "7.5"}]


def test_that_cells_of_a_spreadsheet_are_pasted_from_the_current_one_on(table: JobsTable, qtbot: Any) -> None:
    table.show_table(COLUMNS, rows(3))
    sent: list[Any] = []
    table.edited.connect(sent.append)
    QApplication.clipboard().setText("a\t1\nb\t2\n")
    table.setCurrentIndex(table.jobs.index(2, 0))
    qtbot.keyClick(table, Qt.Key_V, Qt.ControlModifier)
    assert sent == [{(2, 0): "a", (2, 1): "1", (3, 0): "b", (3, 1): "2"}]


def test_that_deleting_empties_cells_but_takes_whole_rows_out(table: JobsTable, qtbot: Any) -> None:
    table.show_table(COLUMNS, rows(3))
    sent: list[Any] = []
    removed: list[bool] = []
    table.edited.connect(sent.append)
    table.removal.connect(lambda: removed.append(True))
    table.setCurrentIndex(table.jobs.index(1, 1))
    qtbot.keyClick(table, Qt.Key_Delete)
    assert sent == [{(1, 1): ""}]
    table.selectRow(1)
    qtbot.keyClick(table, Qt.Key_Delete)
    assert removed == [True]


def dropped(table: JobsTable, path: Path) -> list[Any]:
    sent: list[Any] = []
    table.dropped.connect(sent.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    table.dropEvent(QDropEvent(QPoint(5, 5), Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier))
    return sent


def test_that_videos_may_be_dragged_in_while_the_table_is_edited(table: JobsTable, tmp_path: Path) -> None:
    table.show_table(COLUMNS, [])
    assert dropped(table, tmp_path / "a.mp4") == [[tmp_path / "a.mp4"]]


def test_that_nothing_is_taken_in_while_a_batch_is_shown(table: JobsTable, tmp_path: Path) -> None:
    table.show_table(LIVE, [("a", "0.5")])
    assert dropped(table, tmp_path / "a.mp4") == []


def test_that_the_place_in_the_table_stays_when_its_rows_are_shown_again(table: JobsTable) -> None:
    table.show_table(COLUMNS, rows(500))
    table.setColumnWidth(0, 222)
    table.verticalScrollBar().setValue(300)
    table.show_table(COLUMNS, rows(501))
    assert table.verticalScrollBar().value() == 300
    assert table.columnWidth(0) == 222


def test_that_long_texts_share_the_room_of_a_wide_window(table: JobsTable) -> None:
    columns = [Column("job_id", "Job"), Column("video", "Video", width=140), Column("message", "Message", width=190)]
    table.show_table(columns, [("a", "b", "c")])
    table.resize(1600, 500)
    QApplication.processEvents()
    viewport = table.viewport()
    assert viewport is not None
    taken_px = sum(table.columnWidth(index) for index in range(3))
    assert viewport.width() - 3 <= taken_px <= viewport.width()
    assert table.columnWidth(2) > table.columnWidth(1) > 300


def test_that_the_verdict_is_explained_by_the_message(table: JobsTable) -> None:
    columns = [Column("verdict", "Verdict", explained_by="message"), Column("message", "Message")]
    table.show_table(columns, [("doubtful", "the camera moved")])
    assert table.jobs.index(0, 0).data(Qt.ToolTipRole) == "doubtful: the camera moved"


def test_that_a_cell_far_down_comes_to_view(table: JobsTable) -> None:
    table.show_table(COLUMNS, rows(2000))
    table.show_cell(1500, 1)
    place = table.visualRect(table.jobs.index(1500, 1))
    viewport = table.viewport()
    assert viewport is not None
    assert viewport.rect().contains(place)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1500, 1)
