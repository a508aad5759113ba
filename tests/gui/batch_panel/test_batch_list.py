"""How batches that ended with failures look."""

from __future__ import annotations

from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QPalette

from image_velocimetry_tools.gui.batch_panel.shown import ShownBatch
from image_velocimetry_tools.gui.batch_panel.views.batch_list import BatchList
from image_velocimetry_tools.gui.batch_panel.views.elided_label import ElidedLabel
from image_velocimetry_tools.gui.views.widgets.notice_looks import WARNING


def _ground(batches: BatchList, row: int) -> str:
    item = batches.item(row)
    assert item is not None
    return item.background().color().name() if item.background().style() != Qt.NoBrush else ""


def test_that_a_batch_with_failed_jobs_has_the_colour_of_a_warning_until_they_succeed(qtbot: Any) -> None:
    batches = BatchList()
    qtbot.addWidget(batches)
    good = ShownBatch("/a", "May", "completed", 1.0)
    batches.show_batches([good, ShownBatch("/b", "June", "completed, 3 of 20 failed", 1.0, True)], "/a")
    assert [_ground(batches, row) for row in (0, 1)] == ["", WARNING.ground]
    assert batches.item(1).text() == "June\ncompleted, 3 of 20 failed"  # type: ignore[union-attr]
    batches.show_batches([good, ShownBatch("/b", "June", "completed", 1.0)], "/a")
    assert _ground(batches, 1) == ""


def test_that_a_line_warns_and_stops_warning(qtbot: Any) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    usual = label.palette().color(QPalette.Window).name()
    label.show_warning(True)
    assert label.palette().color(QPalette.Window).name() == WARNING.ground
    label.show_warning(False)
    assert label.palette().color(QPalette.Window).name() == usual
