"""Garbage is collected in the thread of the window only.

Python collects circles of references in whichever thread happens to allocate at the time. Where a widget is part of
such a circle, a thread that decodes or measures would then delete it under Qt, which ends the program.
"""

from __future__ import annotations

import gc

from PyQt5.QtCore import QObject, QTimer

_EVERY_MS = 250
# what has survived is looked at less often: it takes longer, and holds what lives for a while anyway
_MIDDLE_EVERY = 10
_OLDEST_EVERY = 240
# by then the window stands; what it is made of need not be looked at again
_SETTLED = 20


class GarbageCollection(QObject):
    """Takes over from Python's own collection between `begin` and `end`, both called in the thread of the window."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._ticks = 0

    def begin(self) -> None:
        """Collect from now on, and nobody else."""
        gc.disable()
        self._timer.start()

    def end(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def collect(self) -> None:
        """Collect what is new, now and then also what has survived."""
        self._ticks += 1
        if self._ticks == _SETTLED:
            gc.collect()
            gc.freeze()
        elif self._ticks % _OLDEST_EVERY == 0:
            gc.collect()
        else:
            gc.collect(1 if self._ticks % _MIDDLE_EVERY == 0 else 0)
