"""No test of the window may leave anything behind: threads, timers, child processes, windows."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_PATIENCE_S = 3.0


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    """Fail a test whose threads go on."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _PATIENCE_S
    for thread in set(threading.enumerate()) - before:
        thread.join(max(0.0, deadline - time.monotonic()))
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    assert not left, f"threads go on after the test: {left}"


@pytest.fixture(autouse=True)
def no_process_stays() -> Iterator[None]:
    """Fail a test whose child processes go on."""
    before = {child.pid for child in psutil.Process().children()}
    yield
    deadline = time.monotonic() + _PATIENCE_S
    while (left := _living_children(before)) and time.monotonic() < deadline:
        psutil.wait_procs(left, timeout=0.1)
    assert not left, f"processes go on after the test: {[_command(child) for child in left]}"


@pytest.fixture(autouse=True)
def garbage_is_collected_between_tests() -> Iterator[None]:
    """As in the program, no thread but that of the window collects: a widget deleted in another one is a crash."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def nothing_of_qt_stays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves running timers and threads of Qt, or windows."""
    from PyQt5.QtCore import QThread, QTimer

    timers: list[weakref.ref[QTimer]] = []
    threads: list[weakref.ref[QThread]] = []
    _record_starts(monkeypatch, QTimer, timers)
    _record_starts(monkeypatch, QThread, threads)
    before = set(map(id, _windows()))
    yield
    _settle()
    if _found(timers, "isActive") or _found(threads, "isRunning") or [w for w in _windows() if id(w) not in before]:
        # what only a circle of references keeps is not left behind
        gc.collect()
        _settle()
    running = [f"{type(timer).__name__} every {timer.interval()} ms" for timer in _found(timers, "isActive")]
    assert not running, f"timers go on after the test: {running}"
    assert not _found(threads, "isRunning"), "a QThread goes on after the test"
    left = [f"{type(window).__name__} '{window.objectName()}'" for window in _windows() if id(window) not in before]
    assert not left, f"windows stay after the test: {left}; give them to qtbot.addWidget"


@pytest.fixture(autouse=True)
def widgets_outlive_the_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold widgets until qtbot has closed them: it does not, and collecting one that is being painted is a crash."""
    from pytestqt.qtbot import QtBot

    held: list[Any] = []
    add: Callable[..., None] = QtBot.addWidget

    def added(self: QtBot, widget: Any, **options: Any) -> None:
        held.append(widget)
        add(self, widget, **options)

    monkeypatch.setattr(QtBot, "addWidget", added)
    yield
    held.clear()


def _record_starts(monkeypatch: pytest.MonkeyPatch, kind: Any, started: list[Any]) -> None:
    start: Callable[..., Any] = kind.start

    def recorded(self: Any, *args: Any) -> Any:
        started.append(weakref.ref(self))
        return start(self, *args)

    monkeypatch.setattr(kind, "start", recorded)


def _found(started: list[Any], question: str) -> list[Any]:
    from PyQt5 import sip

    alive = {id(one): one for one in (reference() for reference in started) if one is not None}
    return [one for one in alive.values() if not sip.isdeleted(one) and getattr(one, question)()]


def _windows() -> list[Any]:
    widgets = sys.modules.get("PyQt5.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    # plots own menus that Qt knows no parent of; a menu that nobody sees is no window
    return [
        widget
        for widget in widgets.QApplication.topLevelWidgets()
        if widget.parent() is None and (widget.isVisible() or not isinstance(widget, widgets.QMenu))
    ]


def _settle() -> None:
    from PyQt5.QtCore import QCoreApplication, QEvent

    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _living_children(before: set[int]) -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child.pid not in before and _lives(child)]


def _lives(child: psutil.Process) -> bool:
    try:
        return bool(child.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _command(child: psutil.Process) -> str:
    try:
        return " ".join(child.cmdline())[:120]
    except psutil.Error:
        return str(child.pid)
