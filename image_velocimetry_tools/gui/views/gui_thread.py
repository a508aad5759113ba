"""Functions called in the thread of the window, from any other."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QObject, pyqtSignal


class GuiThread(QObject):
    """Lives in the thread of the window."""

    _called = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # connections across threads are queued; within the thread of the window the function is called at once
        self._called.connect(self._carry_out)

    def call(self, function: Callable[[], None]) -> None:
        """Have a function called as soon as the window has time."""
        self._called.emit(function)

    def _carry_out(self, function: Callable[[], None]) -> None:
        function()
