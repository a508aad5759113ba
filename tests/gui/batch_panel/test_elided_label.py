"""Lines that fit."""

from __future__ import annotations

from typing import Any

from image_velocimetry_tools.gui.batch_panel.views.elided_label import ElidedLabel


def test_that_what_does_not_fit_is_elided_and_told_in_the_tooltip(qtbot: Any) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.setText("/rivers/a very long name of a folder/results of spring")
    assert label.shown.startswith("/")
    assert label.shown.endswith("ng")
    assert "…" in label.shown
    assert label.toolTip() == label.text() == "/rivers/a very long name of a folder/results of spring"
    label.resize(2000, 20)
    label.show()
    assert label.shown == label.text()
    assert not label.toolTip()


def test_that_a_long_line_does_not_widen_its_window(qtbot: Any) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("x" * 500)
    assert label.minimumSizeHint().width() == 0
