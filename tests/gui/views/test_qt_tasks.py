from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.errors import Cancelled, IvyError
from image_velocimetry_tools.gui.models.tasks import TaskControl, TaskRunner
from image_velocimetry_tools.gui.views.qt_tasks import QtTasks


@pytest.fixture
def shown() -> list[tuple[str, Exception]]:
    return []


@pytest.fixture
def tasks(qtbot: QtBot, shown: list[tuple[str, Exception]]) -> Iterator[QtTasks]:
    runner = QtTasks(TaskControl, lambda title, error: shown.append((title, error)))
    yield runner
    assert runner.close()


def _until_stopped(control: TaskControl) -> None:
    while not control.is_set():
        time.sleep(0.005)
    raise Cancelled


def test_that_work_runs_beside_the_window_and_its_outcome_arrives_in_it(qtbot: QtBot, tasks: QtTasks) -> None:
    runner: TaskRunner = tasks
    where: list[threading.Thread] = []
    found: list[tuple[int, threading.Thread]] = []

    def work(control: TaskControl) -> int:
        where.append(threading.current_thread())
        return 7

    runner.start("Count", work, lambda outcome: found.append((outcome, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(found))
    assert found == [(7, threading.main_thread())]
    assert where[0] is not threading.main_thread()
    assert tasks.is_idle


def test_that_a_failure_is_shown_under_the_title_of_the_work(
    qtbot: QtBot, tasks: QtTasks, shown: list[tuple[str, Exception]]
) -> None:
    error = IvyError("it is damaged")

    def work(control: TaskControl) -> None:
        raise error

    tasks.start("Open project", work, lambda _: pytest.fail("it failed"))
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [("Open project", error)]


def test_that_work_may_take_its_failure_itself(
    qtbot: QtBot, tasks: QtTasks, shown: list[tuple[str, Exception]]
) -> None:
    taken: list[Exception] = []
    tasks.start("Divide", lambda _: 1 // 0, lambda _: None, failed=taken.append)
    qtbot.waitUntil(lambda: bool(taken))
    assert isinstance(taken[0], ZeroDivisionError)
    assert shown == []


def test_that_work_stops_within_a_second_when_the_user_says_so(qtbot: QtBot, tasks: QtTasks) -> None:
    ended: list[str] = []
    control = tasks.start(
        "Measure", _until_stopped, lambda _: ended.append("done"), stopped=lambda: ended.append("stopped")
    )
    control.cancel()
    qtbot.waitUntil(lambda: bool(ended), timeout=1000)
    assert ended == ["stopped"]


def test_that_of_two_pieces_of_work_in_a_slot_only_the_later_counts(qtbot: QtBot, tasks: QtTasks) -> None:
    ended: list[str] = []
    tasks.start(
        "Preview", _until_stopped, lambda _: ended.append("first"), stopped=lambda: ended.append("stop"), slot="preview"
    )
    tasks.start("Preview", lambda _: "second", ended.append, slot="preview")
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert ended == ["second"]


def test_that_work_of_other_slots_goes_on(qtbot: QtBot, tasks: QtTasks) -> None:
    ended: list[str] = []
    gate = threading.Event()

    def wait(control: TaskControl) -> str:
        gate.wait(5)
        return "first"

    tasks.start("One", wait, ended.append, slot="one")
    tasks.cancel("two")
    tasks.cancel("")
    gate.set()
    qtbot.waitUntil(lambda: ended == ["first"])


def test_that_quiet_and_replaced_work_does_not_show(qtbot: QtBot, tasks: QtTasks) -> None:
    tasks.start("Quiet", _until_stopped, lambda _: None, quiet=True, slot="quiet")
    tasks.start("Old", _until_stopped, lambda _: None, slot="slot")
    new = tasks.start("New", _until_stopped, lambda _: None, slot="slot")
    assert tasks.shown == [new]


def test_that_closing_stops_everything_and_drops_outcomes(qtbot: QtBot) -> None:
    runner = QtTasks(TaskControl, lambda title, error: None)
    ended: list[str] = []
    runner.start("Measure", _until_stopped, lambda _: ended.append("done"), stopped=lambda: ended.append("stopped"))
    assert runner.close()
    qtbot.waitUntil(lambda: runner.is_idle)
    assert ended == []


def test_that_closing_does_not_wait_for_ever_for_work_that_does_not_listen(qtbot: QtBot) -> None:
    runner = QtTasks(TaskControl, lambda title, error: None)
    gate = threading.Event()
    for _ in range(3):
        runner.start("Deaf", lambda _: gate.wait(10), lambda _: None)
    begun = time.monotonic()
    assert not runner.close(timeout_s=0.1)
    assert time.monotonic() - begun < 0.3
    gate.set()
    qtbot.waitUntil(lambda: runner.is_idle)
