"""Whatever is clicked and typed at random: no fault of the program, and the window can still be used and closed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from monkey import Monkey
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from window_hand import WindowHand

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.units import DisplayUnits

INPUTS = Path(__file__).parents[2] / "batch_test_data" / "inputs"
ACTIONS = (
    "undo", "redo", "undo", "redo", "saveProject", "saveProjectAs", "addComment", "settings", "sampleRate",
    "fourPoint", "importVideo", "importImage", "importSection", "importPoints", "importFrames", "exportTables",
    "pointsTemplate", "previousFrame", "nextFrame", "stopWork",
)  # fmt: skip
FILES = ("creek.mp4", "site.ivy", "bad.csv", "bad.mp4", "bad.ivy", "bad.mat", "gone.csv", "frames")
STEPS = 500
SEED = 20_240_514


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A video, a project, and files that are none."""
    shutil.copy(INPUTS / "videos" / "alder_mill_1.mp4", tmp_path / "creek.mp4")
    shutil.copy(INPUTS / "scaffold_project.ivy", tmp_path / "site.ivy")
    for name in ("bad.csv", "bad.mp4", "bad.ivy", "bad.mat"):
        (tmp_path / name).write_bytes(b"x,y\n1;2\n")
    (tmp_path / "frames").mkdir()
    return tmp_path


@pytest.fixture
def hand(qtbot: QtBot, tmp_path: Path) -> Iterator[WindowHand]:
    hand = WindowHand(qtbot, tmp_path / "program")
    yield hand
    hand.close()


class Faults:
    """Errors that were shown and are none that a user could mend."""

    def __init__(self) -> None:
        self.found: list[BaseException] = []

    def show_error(self, title: str, error: Exception) -> None:
        if not isinstance(error, IvyError):
            self.found.append(error)


@pytest.mark.slow
def test_that_random_clicks_and_keys_find_no_fault(
    hand: WindowHand, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tabs, faults = hand.window.tabWidget, Faults()
    with Monkey(hand.window, SEED, _is_left_alone) as monkey, monkeypatch.context() as patched:
        _let_answer(hand.desktop, monkey, folder, faults, patched)
        measured = _measured(hand, folder)
        for step in range(STEPS):
            if step % 40 == 0:
                hand.desktop.bench.document.edit("Begin again", measured)
            _act(hand, monkey, tabs, folder)
            assert not faults.found, f"{faults.found} after {monkey.done[-8:]}"
            QTest.qWait(monkey.random.choice((0, 1, 10)))
        hand.settle()
        assert not faults.found
    hand.desktop.bench.document.edit("Begin again", measured)
    tab = hand.go_to("discharge")
    assert tab.resultPanel.totalLabel.text().endswith("/s")


def _measured(hand: WindowHand, folder: Path) -> Project:
    hand.desktop.projects.open(folder / "site.ivy")
    hand.settle()
    hand.desktop.tabs.presenter("video").open_video(folder / "creek.mp4")
    hand.settle()
    hand.desktop.tabs.presenter("velocimetry").measuring.measure()
    hand.settle()
    project: Project = hand.project
    assert project.velocities is not None
    return project


def _act(hand: WindowHand, monkey: Monkey, tabs: Any, folder: Path) -> None:
    kind = monkey.random.random()
    if kind < 0.06:
        monkey.turn_pages(tabs)
    elif kind < 0.12:
        name = monkey.random.choice(ACTIONS)
        monkey.done.append(name)
        hand.window.actions_by_name[name].trigger()
    elif kind < 0.14:
        hand.desktop.presenter.choose_units(monkey.random.choice(tuple(DisplayUnits)))
    elif kind < 0.16:
        dropped = [folder / name for name in monkey.random.sample(FILES, 2)]
        monkey.done.append(f"dropped {[path.name for path in dropped]}")
        hand.desktop.presenter.take_files(dropped)
    else:
        monkey.use_something()


def _let_answer(desktop: Any, monkey: Monkey, folder: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let choosers of files and questions be answered at random, and note what went wrong."""
    chance, dialogs = monkey.random, desktop.dialogs
    answers: dict[str, Any] = {
        "open_file": lambda *_, **__: monkey.file(folder, *FILES),
        "open_files": lambda *_, **__: [],
        "save_file": lambda *_, **__: monkey.file(folder, "new.ivy", "new.csv", "nowhere/x.ivy", "frames"),
        "open_folder": lambda *_, **__: monkey.file(folder, "frames", "gone", "creek.mp4", "new"),
        "show_document": lambda *_: None,
        "show_warnings": lambda *_: None,
        "show_error": faults.show_error,
        "ask": lambda *_, **__: chance.random() < 0.5,
        "choose": lambda title, question, given: chance.choice((*given, None)),
        "ask_text": lambda *_, **__: chance.choice(("a remark", "", None)),
        "ask_number": lambda *_, **__: chance.choice((30.0, 0.0, None)),
    }
    for name, answer in answers.items():
        monkeypatch.setattr(dialogs, name, answer)
    monkeypatch.setattr(desktop.tasks, "_show_failure", faults.show_error)


def _is_left_alone(widget: QWidget) -> bool:
    """The toolbar is used by the names of its actions; the batch panel has tests of its own."""
    above: Any = widget
    while above is not None:
        if above.objectName() in ("mainToolBar", "batchPage", "batchPanel"):
            return True
        above = above.parentWidget()
    return False
