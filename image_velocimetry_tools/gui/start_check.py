"""``ivytools --check``: whether the window opens on this system with everything in it, and how quickly."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import psutil
from PyQt5.QtCore import QT_VERSION_STR, QTimer

from .. import __version__

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QApplication

    from .composition import Desktop

FIRST_TAB = "video"
_LOOK_AGAIN_MS = 10
_PATIENCE_S = 60.0
EXIT_BROKEN = 1


class StartCheck:
    """Watches a start, and ends the program when every tab is built and no work runs."""

    def __init__(self, application: QApplication, desktop: Desktop) -> None:
        self._application = application
        self._desktop = desktop
        self._shown_s: float | None = None
        self._complete_s: float | None = None
        self._timer = QTimer(desktop.window)
        self._timer.setInterval(_LOOK_AGAIN_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def report(self) -> int:
        """Print what was found; the answer is the exit code."""
        where = f"{self._application.platformName()}, Qt {QT_VERSION_STR}"
        if self._shown_s is None or self._complete_s is None:
            print(
                f"ivytools {__version__}: the window did not open within {_PATIENCE_S:.0f} s ({where})", file=sys.stderr
            )
            return EXIT_BROKEN
        times = f"ready after {self._shown_s:.2f} s, all tabs after {self._complete_s:.2f} s"
        print(f"ivytools {__version__}: {times} ({where})")
        for failure in self._desktop.tabs.failures:
            print(failure, file=sys.stderr)
        return EXIT_BROKEN if self._desktop.tabs.failures else 0

    def _look(self) -> None:
        """A timer's turn comes when the window has been drawn and takes clicks."""
        now_s = time.time() - psutil.Process().create_time()
        if self._shown_s is None and self._desktop.tabs.is_built(FIRST_TAB):
            self._shown_s = now_s
        if self._desktop.tabs.is_complete and self._desktop.tasks.is_idle:
            self._complete_s = now_s
        if self._complete_s is not None or now_s > _PATIENCE_S:
            self._timer.stop()
            self._desktop.window.close()
            self._application.quit()
