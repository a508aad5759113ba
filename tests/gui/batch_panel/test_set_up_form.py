"""The form of a new batch as the user fills it in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from panel_host import TestHost
from PyQt5.QtCore import Qt

from image_velocimetry_tools.gui.batch_panel.composition import BatchPanel


@pytest.fixture
def panel(qtbot: Any, host: TestHost) -> Iterator[BatchPanel]:
    panel = BatchPanel(host)
    qtbot.addWidget(panel.view)
    panel.view.resize(1228, 660)
    panel.view.show()
    yield panel
    panel.close()


def test_that_jobs_at_a_time_are_a_number_or_left_to_the_program(panel: BatchPanel, qtbot: Any) -> None:
    form, field = panel.presenter.draft.form, panel.view.setUpForm.jobsField
    assert (field.text(), form.set_up.jobs_at_a_time) == ("automatic", "auto")
    qtbot.keyClick(field, Qt.Key_Up)
    qtbot.keyClick(field, Qt.Key_Up)
    assert form.set_up.jobs_at_a_time == "2"
    qtbot.keyClick(field, Qt.Key_Down)
    qtbot.keyClick(field, Qt.Key_Down)
    assert (field.text(), form.set_up.jobs_at_a_time) == ("automatic", "auto")


def test_that_retries_are_a_number(panel: BatchPanel, qtbot: Any) -> None:
    field = panel.view.setUpForm.retriesField
    assert field.value() == 3
    qtbot.keyClick(field, Qt.Key_Down)
    assert panel.presenter.draft.form.set_up.max_retries == "2"


@pytest.mark.parametrize("text", ["1.5", "1,5"])
def test_that_half_a_retry_is_refused_and_does_not_become_fifteen(panel: BatchPanel, qtbot: Any, text: str) -> None:
    field = panel.view.setUpForm.retriesField
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key_Return)
    assert (field.text(), panel.presenter.draft.form.set_up.max_retries) == ("3", "3")
    assert "not a whole number" in field.toolTip()


def test_that_showing_the_form_sends_nothing_back(panel: BatchPanel) -> None:
    form = panel.presenter.draft.form
    form.change(jobs_at_a_time="4", max_retries="0")
    before = form.revision
    form.show()
    assert form.revision == before
    assert (panel.view.setUpForm.jobsField.value(), panel.view.setUpForm.retriesField.text()) == (4, "none")


def test_that_a_long_path_keeps_its_ends(panel: BatchPanel, host: TestHost, tmp_path: Path) -> None:
    folder = tmp_path / ("rivers of the north " * 8) / "results"
    host.dialogs.open_folder.return_value = folder
    panel.presenter.draft.form.choose_output()
    label = panel.view.setUpForm.outputLabel
    assert "…" in label.shown
    assert label.shown.endswith("results")
    assert label.toolTip() == str(folder)
