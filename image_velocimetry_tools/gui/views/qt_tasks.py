"""Work in threads, delivered to the thread of the window through Qt."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

from ...domain.errors import Cancelled

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Task:
    control: Any
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    stopped: Callable[[], None] | None
    slot: str
    quiet: bool
    thread: threading.Thread | None = None
    is_dropped: bool = False
    outcome: Any = None
    error: Exception | None = None


class QtTasks(QObject):
    """A thread for each piece of work; outcomes arrive in the thread in which this object lives.

    Parameters
    ----------
    new_control
        Makes the progress sink and cancel token of a task from its title.
    show_failure
        Shows an error under the title of the task, where the task has no way of its own.
    """

    changed = pyqtSignal()
    _finished = pyqtSignal(object)

    def __init__(
        self, new_control: Callable[[str], Any], show_failure: Callable[[str, Exception], None], parent: Any = None
    ) -> None:
        super().__init__(parent)
        self._new_control = new_control
        self._show_failure = show_failure
        self._running: list[_Task] = []
        self._finished.connect(self._deliver)

    def start(
        self,
        title: str,
        work: Callable[[Any], Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[Exception], None] | None = None,
        stopped: Callable[[], None] | None = None,
        slot: str = "",
        quiet: bool = False,
    ) -> Any:
        """Start a piece of work; see the protocol of task runners in the models."""
        if slot:
            self.cancel(slot)
        control = self._new_control(title)
        task = _Task(control, done, failed or (lambda error: self._show_failure(title, error)), stopped, slot, quiet)
        task.thread = threading.Thread(target=self._carry_out, args=(task, work), name=f"task: {title}", daemon=True)
        self._running.append(task)
        task.thread.start()
        self.changed.emit()
        return control

    def cancel(self, slot: str) -> None:
        """Stop the work of a slot and drop its outcome."""
        for task in self._running:
            if task.slot == slot and slot:
                task.is_dropped = True
                task.control.cancel()

    @property
    def shown(self) -> list[Any]:
        """The controls of the work that the user is to see, oldest first."""
        return [task.control for task in self._running if not task.quiet and not task.is_dropped]

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs."""
        return not self._running

    def close(self, timeout_s: float = 10.0) -> bool:
        """Stop everything, drop all outcomes and wait for the threads; whether all have ended."""
        deadline = time.monotonic() + timeout_s
        for task in self._running:
            task.is_dropped = True
            task.control.cancel()
        for task in self._running:
            if task.thread is not None:
                task.thread.join(max(0.0, deadline - time.monotonic()))
        return not any(task.thread is not None and task.thread.is_alive() for task in self._running)

    def _carry_out(self, task: _Task, work: Callable[[Any], Any]) -> None:
        try:
            task.outcome = work(task.control)
        except Cancelled as cancelled:
            task.error = cancelled
        except Exception as error:
            task.error = error
        try:
            self._finished.emit(task)
        except RuntimeError:
            # the window is gone, and with it whoever waited for the outcome
            logger.info("the outcome of '%s' came after the end of the program", task.control.title)

    def _deliver(self, task: _Task) -> None:
        if task.thread is not None:
            task.thread.join()
        self._running.remove(task)
        self.changed.emit()
        if task.is_dropped:
            return
        if isinstance(task.error, Cancelled):
            if task.stopped is not None:
                task.stopped()
        elif task.error is not None:
            task.failed(task.error)
        else:
            task.done(task.outcome)
