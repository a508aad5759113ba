"""How far a measurement is: its stages as one bar, in words, with the time that is left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .tasks import TaskControl


@dataclass(frozen=True, slots=True)
class _Stage:
    words: str
    share: float


# shares of a measurement with 25 points of a clip of some seconds
_STAGES = {
    "geometry": _Stage("finding the points in the video", 0.05),
    "decode": _Stage("reading the frames", 0.45),
    "rectify": _Stage("checking the camera", 0.05),
    "velocimetry": _Stage("measuring the velocities", 0.42),
    "discharge": _Stage("judging the quality", 0.03),
}
_LEAST_ELAPSED_S = 1.0
_LEAST_FRACTION = 0.05


class MeasurementStages:
    """Passes the progress of the stages on to a task."""

    def __init__(self, control: TaskControl, clock: Callable[[], float] = time.monotonic) -> None:
        self._control = control
        self._clock = clock
        self._started_s = clock()
        self._before = 0.0

    @contextmanager
    def entered(self, stage: str) -> Iterator[Callable[[float], None]]:
        """A block in which ``stage`` runs; it gives a function that takes the finished share."""
        known = _STAGES.get(stage, _Stage(stage, 0.0))
        self._report(self._before, known.words)
        yield lambda share: self._report(self._before + known.share * min(max(share, 0.0), 1.0), known.words)
        self._before = min(1.0, self._before + known.share)

    def _report(self, fraction: float, words: str) -> None:
        elapsed_s = self._clock() - self._started_s
        if elapsed_s >= _LEAST_ELAPSED_S and fraction >= _LEAST_FRACTION:
            words = f"{words}, {_duration(elapsed_s * (1.0 - fraction) / fraction)} left"
        self._control.progress(fraction, words)


def _duration(seconds: float) -> str:
    if seconds < 90.0:
        return f"about {max(1, round(seconds))} s"
    return f"about {round(seconds / 60.0)} min"
