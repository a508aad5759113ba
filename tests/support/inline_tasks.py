"""A task runner that carries work out at once, in the thread that asks, and one that waits until it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from image_velocimetry_tools.domain.errors import Cancelled
from image_velocimetry_tools.gui.models.tasks import TaskControl


class InlineTasks:
    """Carries out work at once; failures that nobody takes are raised, so that no test overlooks one.

    ``is_held`` keeps work waiting until :meth:`carry_out`, to test what happens meanwhile.
    """

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.is_held = False
        self._waiting: list[tuple[str, Callable[[], None], TaskControl]] = []

    def start(
        self,
        title: str,
        work: Callable[[TaskControl], Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[Exception], None] | None = None,
        stopped: Callable[[], None] | None = None,
        slot: str = "",
        quiet: bool = False,
    ) -> TaskControl:
        """Carry out, or keep, a piece of work."""
        self.titles.append(title)
        if slot:
            self.cancel(slot)
        control = TaskControl(title)

        def carry_out() -> None:
            try:
                outcome = work(control)
            except Cancelled:
                if stopped is not None:
                    stopped()
                return
            except Exception as error:
                if failed is None:
                    raise
                failed(error)
                return
            done(outcome)

        if self.is_held:
            self._waiting.append((slot, carry_out, control))
        else:
            carry_out()
        return control

    def cancel(self, slot: str) -> None:
        """Forget the waiting work of a slot."""
        for waiting in [held for held in self._waiting if held[0] == slot and slot]:
            waiting[2].cancel()
            self._waiting.remove(waiting)

    def carry_out(self) -> None:
        """Carry out what waits."""
        waiting, self._waiting = self._waiting, []
        for _, work, _ in waiting:
            work()
