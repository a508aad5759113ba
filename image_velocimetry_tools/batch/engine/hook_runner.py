"""Tells hooks what a batch does, in a thread of their own, so that a slow or broken hook holds nothing up."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition, Thread

from ...domain.errors import IvyError
from ...plugins.hooks import BatchHooks, BatchNews, JobNews

_log = logging.getLogger(__name__)

LONGEST_QUEUE = 1000
FAILURES_IN_A_ROW = 5


@dataclass(slots=True)
class _Fenced:
    """A hook with how often it failed in a row."""

    name: str
    hooks: BatchHooks
    failures: int = 0

    @property
    def is_switched_off(self) -> bool:
        return self.failures >= FAILURES_IN_A_ROW


@dataclass(frozen=True, slots=True)
class _News:
    """One thing to tell; ``method`` is that of :class:`BatchHooks`."""

    method: str
    argument: BatchNews | JobNews

    @property
    def is_of_batch(self) -> bool:
        return isinstance(self.argument, BatchNews)

    @property
    def subject(self) -> str:
        if isinstance(self.argument, JobNews):
            return f"job {self.argument.job_id}"
        return f"batch {self.argument.name}"


class HookRunner:
    """Passes news to hooks, in order, hook by hook.

    What a hook raises becomes a warning. A hook that fails several times in a row hears of the batch only, until it
    succeeds again; news of jobs that pile up are dropped, those of the batch never are.

    Parameters
    ----------
    hooks
        The hooks with the names of their plugins.
    warn
        Called with a sentence, from the thread of the hooks or from that which calls :meth:`close`.
    longest_queue
        News of jobs that may wait.
    """

    def __init__(
        self,
        hooks: Sequence[tuple[str, BatchHooks]],
        warn: Callable[[str], None],
        *,
        longest_queue: int = LONGEST_QUEUE,
    ) -> None:
        self._hooks = [_Fenced(name, one) for name, one in hooks]
        self._warn = warn
        self._longest_queue = longest_queue
        self._waiting: deque[_News] = deque()
        self._changed = Condition()
        self._is_closing = self._is_abandoned = False
        self._dropped = 0
        self._busy_with = ""
        self._thread: Thread | None = None

    def batch_started(self, batch: BatchNews) -> None:
        """Tell that the batch begins or goes on."""
        self._put(_News("on_batch_started", batch))

    def job_started(self, job: JobNews) -> None:
        """Tell that an attempt begins."""
        self._put(_News("on_job_started", job))

    def job_finished(self, job: JobNews) -> None:
        """Tell that a job has come to its end."""
        self._put(_News("on_job_finished", job))

    def batch_finished(self, batch: BatchNews) -> None:
        """Tell that the batch is over."""
        self._put(_News("on_batch_finished", batch))

    def close(self, timeout_s: float) -> bool:
        """Wait until everything is told and the hooks are closed, at most ``timeout_s``; whether that was so.

        What is left untold is said in a warning; a hook that hangs is left behind and ends with the program.
        """
        deadline = time.monotonic() + timeout_s
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
            # Closing a runner that has nothing to tell must close its hooks too.
            self._start_thread()
            thread = self._thread
        if thread is not None:
            thread.join(max(0.0, deadline - time.monotonic()))
        with self._changed:
            is_done = thread is None or not thread.is_alive()
            self._is_abandoned = not is_done
            untold = self._dropped + (0 if is_done else len(self._waiting))
            self._dropped = 0
            busy_with = self._busy_with
        if not is_done:
            self._say(f"the hook {busy_with} did not end within {timeout_s:g} s and is left behind")
        if untold:
            self._say(f"{untold} news were not told to the hooks, which are too slow")
        return is_done and not untold

    def _put(self, news: _News) -> None:
        if not self._hooks:
            return
        with self._changed:
            if self._is_closing:
                return
            is_full = len(self._waiting) >= self._longest_queue and not news.is_of_batch
            if is_full:
                self._dropped += 1
            else:
                self._waiting.append(news)
                self._changed.notify_all()
            self._start_thread()
            is_first = is_full and self._dropped == 1
        if is_first:
            self._say("the hooks are too slow: news of jobs are being dropped")

    def _start_thread(self) -> None:
        if self._thread is None and self._hooks:
            self._thread = Thread(target=self._run, name="hooks", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while (news := self._next()) is not None:
            for one in self._hooks:
                if self._is_abandoned:
                    return
                self._tell(one, news)
        for one in self._hooks:
            self._fenced(one, "close", one.hooks.close)

    def _next(self) -> _News | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            if self._is_abandoned or not self._waiting:
                return None
            return self._waiting.popleft()

    def _tell(self, one: _Fenced, news: _News) -> None:
        if one.is_switched_off and not news.is_of_batch:
            return
        method = getattr(one.hooks, news.method)
        if self._fenced(one, f"{news.method} of {news.subject}", lambda: method(news.argument)):
            one.failures = 0
            return
        one.failures += 1
        if one.failures == FAILURES_IN_A_ROW:
            self._say(f"the hook {one.name} failed {FAILURES_IN_A_ROW} times in a row and hears no more of single jobs")

    def _fenced(self, one: _Fenced, doing: str, call: Callable[[], object]) -> bool:
        self._busy_with = f"{one.name} ({doing})"
        try:
            call()
        except (Exception, SystemExit) as error:
            _log.warning("the hook %s failed in %s", one.name, doing, exc_info=not isinstance(error, IvyError))
            text = str(error) if isinstance(error, IvyError) else f"{type(error).__name__}: {error}"
            self._say(f"the hook {one.name} failed in {doing}: {' '.join(text.split())}")
            return False
        return True

    def _say(self, text: str) -> None:
        try:
            self._warn(text)
        except Exception:
            _log.exception("the warning '%s' could not be shown", text)
