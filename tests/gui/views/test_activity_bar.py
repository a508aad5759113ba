from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PyQt5.QtCore import Qt
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.errors import Cancelled
from image_velocimetry_tools.gui.models.tasks import TaskControl
from image_velocimetry_tools.gui.views.activity_bar import ActivityBar
from image_velocimetry_tools.gui.views.qt_tasks import QtTasks


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[QtTasks]:
    runner = QtTasks(TaskControl, lambda title, error: None)
    yield runner
    assert runner.close()


@pytest.fixture
def bar(qtbot: QtBot, tasks: QtTasks) -> ActivityBar:
    widget = ActivityBar()
    qtbot.addWidget(widget)
    widget.follow(tasks)
    widget.show()
    return widget


def _half_done(control: TaskControl) -> None:
    control.progress(0.5, "reading frames")
    stop = threading.Event()
    while not control.is_set():
        stop.wait(0.005)
    raise Cancelled


def test_that_the_bar_shows_work_while_it_runs_and_nothing_else(qtbot: QtBot, bar: ActivityBar, tasks: QtTasks) -> None:
    assert not bar.cancelButton.isVisible()
    tasks.start("Open project", _half_done, lambda _: None)
    qtbot.waitUntil(lambda: bar.taskLabel.text() == "Open project: reading frames")
    assert bar.taskProgress.value() == 50
    assert bar.cancelButton.isVisible()


def test_that_the_button_stops_the_work_within_a_second(qtbot: QtBot, bar: ActivityBar, tasks: QtTasks) -> None:
    stopped: list[bool] = []
    tasks.start("Open project", _half_done, lambda _: None, stopped=lambda: stopped.append(True))
    qtbot.mouseClick(bar.cancelButton, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(stopped), timeout=1000)
    qtbot.waitUntil(lambda: not bar.cancelButton.isVisible())


def test_that_work_that_was_asked_to_stop_says_so(qtbot: QtBot, bar: ActivityBar, tasks: QtTasks) -> None:
    gate = threading.Event()
    tasks.start("Save project", lambda _: gate.wait(5), lambda _: None)
    qtbot.mouseClick(bar.cancelButton, Qt.MouseButton.LeftButton)
    assert bar.taskLabel.text() == "Stopping: Save project"
    assert not bar.cancelButton.isEnabled()
    gate.set()


def test_that_small_work_does_not_flicker(qtbot: QtBot, bar: ActivityBar, tasks: QtTasks) -> None:
    tasks.start("Preview", _half_done, lambda _: None, quiet=True)
    assert not bar.taskLabel.isVisible()
