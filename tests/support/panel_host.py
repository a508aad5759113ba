"""A window for tests of panels: tasks as given, boxes that answer as told, memory in a dictionary."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

from inline_tasks import InlineTasks

from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.models.events import Event
from image_velocimetry_tools.gui.presenters.dialogs import Dialogs


class Memory:
    """What a session remembers."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, ...]] = {}

    def recall(self, key: str) -> tuple[str, ...]:
        return self.kept.get(key, ())

    def remember(self, key: str, values: Sequence[str]) -> None:
        self.kept[key] = tuple(values)


class TestHost:
    """``project`` is the file that stands for the open project; ``opened`` and ``said`` what was asked for."""

    __test__ = False

    def __init__(self, tasks: Any = None, project: Path | None = None, memory: Memory | None = None) -> None:
        self.tasks: Any = tasks or InlineTasks()
        self.dialogs: Any = create_autospec(Dialogs, instance=True)
        self.memory = memory or Memory()
        self.changed: Event[object] = Event()
        # the demonstration is in feet
        self.display_units = DisplayUnits.ENGLISH if project is not None else DisplayUnits.METRIC
        self.project = project
        self.opened: list[Path] = []
        self.said: list[str] = []

    def project_path(self) -> Path | None:
        return self.project

    def save_project_copy(self, path: Path) -> None:
        assert self.project is not None
        shutil.copyfile(self.project, path)

    def open_project(self, path: Path) -> None:
        self.opened.append(path)

    def say(self, sentence: str) -> None:
        self.said.append(sentence)
