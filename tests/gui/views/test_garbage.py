from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.gui.views.garbage import GarbageCollection


class Circle:
    """Only a collection frees it; tells in which thread that was."""

    def __init__(self, freed_in: list[threading.Thread]) -> None:
        self.itself = self
        self.freed_in = freed_in

    def __del__(self) -> None:
        self.freed_in.append(threading.current_thread())


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[GarbageCollection]:
    collection = GarbageCollection()
    collection.begin()
    yield collection
    collection.end()


def _allocate_much() -> None:
    kept = [[index] for index in range(20 * gc.get_threshold()[0])]
    assert kept


def test_that_a_thread_that_allocates_much_frees_no_circle(garbage: GarbageCollection) -> None:
    freed_in: list[threading.Thread] = []
    Circle(freed_in)
    worker = threading.Thread(target=_allocate_much)
    worker.start()
    worker.join()
    assert not freed_in


def test_that_circles_are_freed_in_the_thread_of_the_window(garbage: GarbageCollection, qtbot: QtBot) -> None:
    freed_in: list[threading.Thread] = []
    Circle(freed_in)
    worker = threading.Thread(target=_allocate_much)
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: bool(freed_in))
    assert freed_in == [threading.main_thread()]


def test_that_old_circles_are_freed_in_the_end(garbage: GarbageCollection) -> None:
    freed_in: list[threading.Thread] = []
    circle = Circle(freed_in)
    gc.collect()
    del circle
    for _ in range(240):
        garbage.collect()
    assert freed_in


def test_that_python_collects_again_afterwards(qtbot: QtBot) -> None:
    collection = GarbageCollection()
    collection.begin()
    assert not gc.isenabled()
    collection.end()
    assert gc.isenabled()
