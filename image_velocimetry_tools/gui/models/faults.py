"""Faults of the program itself: written to the log, the work kept safe, the user told; never a silent end."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

logger = logging.getLogger(__name__)

_WORK = {
    None: "Nothing is unsaved; starting the program again is safest.",
    True: "Your unsaved work was kept for recovery; save the project under another name and start the program again.",
    False: "Your unsaved work could not be kept for recovery; save the project under another name now.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What the user is told; ``details`` are for whoever mends the program."""

    sentence: str
    details: str


class FaultReporter:
    """Takes exceptions that nobody caught.

    Parameters
    ----------
    log
        The log file.
    save_work
        Keeps unsaved work safe; whether that could be done, None if nothing is unsaved.
    show
        Shows a fault; returns when the user has read it.
    say
        Shows a sentence in the status bar, for faults that were shown before.
    in_window
        Has a function called in the thread of the window.
    """

    def __init__(
        self,
        log: Path,
        save_work: Callable[[], bool | None],
        show: Callable[[Fault], None],
        say: Callable[[str], None],
        in_window: Callable[[Callable[[], None]], None],
    ) -> None:
        self._log = log
        self._save_work = save_work
        self._show = show
        self._say = say
        self._in_window = in_window
        self._is_showing = False
        self._known: set[str] = set()

    def install(self) -> Callable[[], None]:
        """Take over from the interpreter; the answer gives it back."""
        before = sys.excepthook, threading.excepthook
        sys.excepthook = self.take
        threading.excepthook = self._take_from_thread

        def give_back() -> None:
            sys.excepthook, threading.excepthook = before

        return give_back

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Report an exception, whichever thread it comes from."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logger.critical("a fault of the program", exc_info=(kind, error, trace))
        details = "".join(traceback.format_exception(kind, error, trace))
        place = "".join(traceback.format_tb(trace)[-1:]) + kind.__name__
        if threading.current_thread() is threading.main_thread():
            self._tell(details, place)
        else:
            self._in_window(lambda: self._tell(details, place))

    def _take_from_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            self.take(args.exc_type, args.exc_value, args.exc_traceback)

    def _tell(self, details: str, place: str) -> None:
        if self._is_showing or place in self._known:
            # what fails whenever it is drawn must not bury the user under boxes
            self._say(f"The same fault happened again; see {self._log}")
            return
        self._known.add(place)
        self._is_showing = True
        try:
            self._show(Fault(self._sentence(self._save_work()), details))
        finally:
            self._is_showing = False

    def _sentence(self, was_kept: bool | None) -> str:
        begin = "The program did something wrong and could not finish what you asked for."
        return f"{begin} {_WORK[was_kept]} What happened is written in {self._log}."
