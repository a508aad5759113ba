"""Being told of changes, without Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Event(Generic[Value]):
    """Something that happens now and then; whoever subscribed is called, in the order of subscription.

    Everything happens in the thread that emits, which is the thread of the window.
    """

    def __init__(self) -> None:
        self._listeners: list[Callable[[Value], None]] = []

    def subscribe(self, listener: Callable[[Value], None]) -> Callable[[], None]:
        """Call ``listener`` whenever it happens; the answer is a function that ends the subscription."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def emit(self, value: Value) -> None:
        """Tell all who subscribed; who subscribes meanwhile is told the next time."""
        for listener in tuple(self._listeners):
            listener(value)
