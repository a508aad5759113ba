"""Being told of changes, without Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Gate(Generic[Value]):
    """Keeps what happens from listeners that nobody looks at, and tells it as one thing when somebody does.

    Parameters
    ----------
    joined
        One value for two, the earlier one first.
    """

    def __init__(self, joined: Callable[[Value, Value], Value]) -> None:
        self.listeners: list[Callable[[Value], None]] = []
        self.is_open = True
        self._joined = joined
        self._waiting: list[Value] = []

    def take(self, value: Value) -> None:
        """Tell it, or keep it."""
        self._waiting = [self._joined(self._waiting[0], value) if self._waiting else value]
        if self.is_open:
            self.catch_up()

    def catch_up(self) -> None:
        """Tell what was kept, open or not."""
        waiting, self._waiting = self._waiting, []
        for value in waiting:
            for listener in tuple(self.listeners):
                listener(value)


class Event(Generic[Value]):
    """Something that happens now and then; whoever subscribed is called, in the order of subscription.

    Everything happens in the thread that emits, which is the thread of the window.
    """

    def __init__(self) -> None:
        self._listeners: list[Callable[[Value], None]] = []
        self._gate: Gate[Value] | None = None

    def subscribe(self, listener: Callable[[Value], None], *, while_hidden: bool = False) -> Callable[[], None]:
        """Call ``listener`` whenever it happens; the answer is a function that ends the subscription.

        Parameters
        ----------
        while_hidden
            Whether it is told at once even if it stands behind a gate that is closed.
        """
        listeners = self._listeners if self._gate is None or while_hidden else self._gate.listeners
        listeners.append(listener)

        def unsubscribe() -> None:
            if listener in listeners:
                listeners.remove(listener)

        return unsubscribe

    @contextmanager
    def behind(self, gate: Gate[Value]) -> Iterator[None]:
        """Within, whoever subscribes is told through a gate."""
        self._listeners.append(gate.take)
        self._gate = gate
        try:
            yield
        finally:
            self._gate = None

    def emit(self, value: Value) -> None:
        """Tell all who subscribed; who subscribes meanwhile is told the next time."""
        for listener in tuple(self._listeners):
            listener(value)
