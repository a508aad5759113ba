"""The real window, driven by what its presenters do for a user's mouse and keys."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QEventLoop, QTimer

from image_velocimetry_tools.gui import composition
from image_velocimetry_tools.gui.views.dialogs import QtDialogs

PATIENCE_S = 60.0
_STEP_MS = 40
_ASK_MS = 5


class AnsweringDialogs(QtDialogs):
    """Boxes that answer by themselves: a chooser of files with ``answer``; what they would say is in ``told``."""

    answer: Path | None = None

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.told: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        answers: dict[str, Callable[..., Any]] = {
            "open_file": lambda *_, **__: self.answer,
            "save_file": lambda *_, **__: self.answer,
            "open_folder": lambda *_, **__: self.answer,
            "ask": lambda *_, **__: True,
            "choose": lambda *_, **__: "Discard",
            "show_warnings": lambda title, sentences: self.told.append(f"{title}: {'; '.join(sentences)}"),
            "show_error": lambda title, error: self.told.append(f"{title}: {error}"),
            "show_document": lambda _: None,
        }
        return answers.get(name) or super().__getattribute__(name)


class DrivenWindow:
    """The desktop application, whose boxes answer by themselves."""

    def __init__(self, folder: Path) -> None:
        composition.QtDialogs = AnsweringDialogs  # type: ignore[misc]
        self.desktop = composition.Desktop(composition.Places(None, folder / "recovery", folder / "log"))
        self.window = self.desktop.window
        self.window.resize(1280, 800)
        self.desktop.show()
        self.until(lambda: self.desktop.tabs.is_complete)
        self.settle()

    @property
    def dialogs(self) -> Any:
        """Its boxes."""
        return self.desktop.dialogs

    @property
    def project(self) -> Any:
        """The project as it stands."""
        return self.document.project

    @property
    def document(self) -> Any:
        """What is being worked on."""
        return self.desktop.bench.document

    def tab(self, name: str) -> Any:
        """Bring a tab to the front; the answer is its presenter."""
        self.desktop.bench.shown.emit(name)
        self.pause()
        return self.desktop.tabs.presenter(name)

    def pause(self, milliseconds: int = _STEP_MS) -> None:
        """Let the event loop run as between two actions of a user."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def until(self, condition: Callable[[], bool]) -> float:
        """Let the event loop run until something is the case; the answer is how long that took, seconds."""
        began = time.perf_counter()
        loop, timer = QEventLoop(), QTimer()
        is_late = False

        def ask() -> None:
            nonlocal is_late
            is_late = time.perf_counter() - began > PATIENCE_S
            if is_late or condition():
                loop.quit()

        timer.timeout.connect(ask)
        timer.start(_ASK_MS)
        loop.exec()
        timer.stop()
        if is_late:
            raise SystemExit(f"nothing came of it in {PATIENCE_S:.0f} s. {self.dialogs.told}")
        return time.perf_counter() - began

    def settle(self) -> float:
        """Let the event loop run until no work runs."""
        self.pause()
        return self.until(lambda: self.desktop.tasks.is_idle)

    def cancel_when(self, is_running: Callable[[], bool]) -> float:
        """Stop the work that the user sees once it is in full swing; seconds until nothing runs, nan if too late."""
        self.until(lambda: is_running() or not self.desktop.tasks.shown)
        if not self.desktop.tasks.shown:
            return math.nan
        for control in self.desktop.tasks.shown:
            control.cancel()
        return self.until(lambda: not self.desktop.tasks.shown)

    def close(self) -> None:
        """End the program."""
        self.window.close()
        if not self.desktop.finish():
            raise SystemExit("some work did not end with the program")
