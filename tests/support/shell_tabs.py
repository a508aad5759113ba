"""Stand-ins for the tabs of the window, for tests of the window itself; the composition imports them by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from PyQt5.QtWidgets import QLineEdit, QVBoxLayout, QWidget


class StandInTab(QWidget):
    """A page with a text field."""

    def __init__(self) -> None:
        super().__init__()
        self.textField = QLineEdit()
        self.textField.setObjectName("textField")
        QVBoxLayout(self).addWidget(self.textField)


class StandInPresenter:
    """Notes what it is asked to do, in the order of all."""

    calls: ClassVar[list[str]] = []

    def __init__(self, view: Any, bench: Any) -> None:
        self.view = view

    def rest(self, is_resting: bool) -> None:
        """Note nothing: it comes with every work of the program."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args: self.calls.append(" ".join([name, *(Path(one).name for one in args)]))


class BrokenPresenter:
    """Cannot be made."""

    def __init__(self, view: Any, bench: Any) -> None:
        raise RuntimeError("no camera")


class FailingPresenter(StandInPresenter):
    """Fails whenever a frame is stepped, and at the end."""

    def next_frame(self) -> None:
        """Fail."""
        raise ZeroDivisionError("no frames")

    def close(self) -> None:
        """Fail."""
        raise RuntimeError("cannot end")
