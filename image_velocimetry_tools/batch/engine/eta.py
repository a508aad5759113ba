"""How long the rest of a batch takes, and how fast it goes. Pure: the clock is the caller's."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from .estimates import JobEstimate

_FIRST_SHARE = 0.05
_WIDTH = 1.28  # standard deviations; four times in five the end lies in the range
_KNOWN_ERROR, _UNKNOWN_ERROR = 0.1, 0.4
_TELLING_FRACTION = 0.05
_MOST_ENDS = 2000


@dataclass(frozen=True, slots=True)
class JobUnderWay:
    """A running job: its estimate, how long it has run, and the share of it that is done (0 to 1)."""

    estimate: JobEstimate
    elapsed_s: float
    fraction: float = 0.0

    @property
    def remaining_s(self) -> float:
        """Time that it still needs; its own pace counts the more, the further it is."""
        expected_s = max(self.estimate.time_s - self.elapsed_s, 0.0)
        fraction = min(max(self.fraction, 0.0), 1.0)
        if fraction < _TELLING_FRACTION:
            # it is late and shows no progress: as long again as it is late is as good a guess as any
            return expected_s or 0.5 * max(self.elapsed_s - self.estimate.time_s, 0.0)
        paced_s = self.elapsed_s * (1.0 - fraction) / fraction
        return fraction * paced_s + (1.0 - fraction) * expected_s


@dataclass(frozen=True, slots=True)
class Eta:
    """Seconds until the last job ends, and a range in which that lies four times in five."""

    seconds: float
    low_s: float
    high_s: float


def eta(
    pending: Sequence[JobEstimate], running: Sequence[JobUnderWay], slots: int, *, done: int, total: int
) -> Eta | None:
    """Time until a batch is through.

    The jobs that wait are put, in their order, on whichever slot is free first.

    Parameters
    ----------
    done, total
        Jobs that are over, and all of them.

    Returns
    -------
    Eta or None
        None while it would mean nothing: nothing is learned of most of the rest, and less than 5 % is done; or no job
        can start.
    """
    if slots < 1 and pending:
        return None
    if not _means_something(pending, running, done, total):
        return None
    left_s = [job.remaining_s for job in running]
    seconds = _list_scheduled_s(left_s, [estimate.time_s for estimate in pending], slots)
    estimates = [*(job.estimate for job in running), *pending]
    times_s = [*left_s, *(estimate.time_s for estimate in pending)]
    error_s = _error_s(seconds, times_s, estimates, max(1, slots))
    return Eta(seconds, max(seconds - _WIDTH * error_s, seconds / 4.0), seconds + _WIDTH * error_s)


def _means_something(pending: Sequence[JobEstimate], running: Sequence[JobUnderWay], done: int, total: int) -> bool:
    parts = [(estimate.time_s, estimate.is_learned) for estimate in pending]
    parts += [(job.remaining_s, job.estimate.is_learned) for job in running]
    whole_s, learned_s = sum(time_s for time_s, _ in parts), sum(time_s for time_s, known in parts if known)
    if whole_s <= 0.0 or learned_s >= 0.5 * whole_s:
        return True
    progress = done + sum(min(max(job.fraction, 0.0), 1.0) for job in running)
    return total > 0 and progress / total >= _FIRST_SHARE


def _list_scheduled_s(running_s: Sequence[float], pending_s: Sequence[float], slots: int) -> float:
    """Time at which the last job ends (list scheduling: Graham 1966)."""
    busy = sorted(running_s)
    end_s = busy[-1] if busy else 0.0
    # slots may have become fewer than the jobs that run: the first to end are not replaced
    free = busy[max(0, len(busy) - max(1, slots)) :]
    free += [0.0] * (max(1, slots) - len(free))
    heapq.heapify(free)
    for time_s in pending_s:
        end_s = max(end_s, free[0] + time_s)
        heapq.heapreplace(free, free[0] + time_s)
    return end_s


def _error_s(seconds: float, times_s: Sequence[float], estimates: Sequence[JobEstimate], slots: int) -> float:
    """Standard error of the end: what all estimates have in common, and the scatter of single jobs."""
    whole_s = sum(times_s) or 1.0
    common = sum(
        time_s * (_KNOWN_ERROR if estimate.is_learned else _UNKNOWN_ERROR)
        for time_s, estimate in zip(times_s, estimates, strict=True)
    )
    scatter_s2 = sum((time_s * e.time_spread) ** 2 for time_s, e in zip(times_s, estimates, strict=True))
    return math.hypot(seconds * common / whole_s, math.sqrt(scatter_s2) / min(slots, max(1, len(times_s))))


@dataclass(slots=True)
class Throughput:
    """Jobs a minute over a sliding window.

    The window reaches back over ``window_s`` or the last ``fewest`` jobs, whichever is longer, so that long jobs have a
    rate too.
    """

    started_s: float
    window_s: float = 300.0
    fewest: int = 5
    _ends_s: deque[float] = field(default_factory=deque)
    _began_s: float = field(init=False)

    def __post_init__(self) -> None:
        self._began_s = self.started_s

    def finished(self, now_s: float) -> None:
        """Note that a job ended."""
        self._ends_s.append(now_s)
        if len(self._ends_s) > _MOST_ENDS:
            self._began_s = self._ends_s.popleft()

    def jobs_per_minute(self, now_s: float) -> float | None:
        """Rate now, None before the first job has ended."""
        while len(self._ends_s) > self.fewest and self._ends_s[0] < now_s - self.window_s:
            self._began_s = self._ends_s.popleft()
        span_s = now_s - self._began_s
        return 60.0 * len(self._ends_s) / span_s if self._ends_s and span_s > 0.0 else None
