"""What a job will need, before it runs: a model that was fitted to real jobs, corrected by those of the batch.

The coefficients were measured on whole processes (largest resident set, time by the clock) on Linux with Python 3.11:
400x816 to 3840x2160 px, 150 to 9000 frames, 21 to 300 points, lines of 32 to 128 px, one and two threads.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from .job_facts import JobFacts

MIB = 1 << 20
# Memory. Interpreter and libraries: 105 MiB; matplotlib and the pictures of a job 27 MiB more.
_PROGRAM_BYTES, _PLOTS_BYTES = 105 * MIB, 27 * MIB
# Decoder: 16 bytes a pixel with one thread, 22 with two, and as much again for deep colour.
_DECODER_BYTES_PER_PIXEL, _DECODER_BYTES_PER_PIXEL_AND_THREAD = 10, 6
_STABILISER_BYTES_PER_PIXEL, _CONTRAST_BYTES_PER_PIXEL = 18, 6
# Velocimetry of one tile: 22 to 42 times its bytes, by the number of lines and the blur. Threads do not multiply it.
_WORKING_BYTES_PER_TILE_BYTE = 42
_MEMORY_MARGIN = 1.1

# Time of one thread.
_START_S, _PLOTS_S = 0.5, 0.6
_DECODE_S_PER_PIXEL, _STABILISE_S_PER_PIXEL, _CONTRAST_S_PER_PIXEL = 2.6e-9, 10e-9, 4e-9
_TILE_S_PER_BYTE, _TILE_S_PER_BYTE_AND_PIXEL = 10e-9, 0.22e-9
_SHARE_IN_PARALLEL = 0.6

# Disk: result, points, plots (they grow with the frames), log and rows of the database.
_RESULT_BYTES, _POINT_BYTES, _PLOTS_FILE_BYTES, _PLOT_BYTES_PER_FRAME = 64_000, 1_000, 150_000, 900
_DISK_MARGIN = 1.3

_UNKNOWN_SPREAD, _LEAST_SPREAD = 0.7, 0.05
_REMEMBERED, _CLASSES = 50, 64
_ENOUGH_TO_LOWER = 3
# the upper one leaves room for clips whose length was not known beforehand
_LEAST_CORRECTION, _MOST_CORRECTION = 0.5, 10.0
_LEARNED_MARGIN = 1.1
_NEWEST_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class JobEstimate:
    """What a job will probably need.

    ``is_learned``: jobs of its class have finished in this batch. ``time_spread`` is the relative standard deviation of
    times about their estimates.
    """

    memory_bytes: int
    time_s: float
    disk_bytes: int
    is_learned: bool = False
    time_spread: float = _UNKNOWN_SPREAD


def prior_memory_bytes(facts: JobFacts, threads: int = 1) -> int:
    """Largest resident set of a job that runs alone in its process, with a margin, before anything is learned."""
    per_pixel = _DECODER_BYTES_PER_PIXEL + _DECODER_BYTES_PER_PIXEL_AND_THREAD * threads
    per_pixel *= 2 if facts.has_deep_colour else 1
    per_pixel += _STABILISER_BYTES_PER_PIXEL if facts.is_stabilised else 0
    per_pixel += _CONTRAST_BYTES_PER_PIXEL if facts.has_contrast_filter else 0
    tiles = facts.tile_bytes * (facts.points + _WORKING_BYTES_PER_TILE_BYTE)
    program = _PROGRAM_BYTES + (_PLOTS_BYTES if facts.plots else 0)
    return int(_MEMORY_MARGIN * (program + per_pixel * facts.frame_pixels + tiles))


def prior_time_s(facts: JobFacts, threads: int = 1) -> float:
    """Time of a job by the clock before anything is learned; machines differ by a factor of two and more."""
    per_pixel = _DECODE_S_PER_PIXEL
    per_pixel += _STABILISE_S_PER_PIXEL if facts.is_stabilised else 0.0
    per_pixel += _CONTRAST_S_PER_PIXEL if facts.has_contrast_filter else 0.0
    per_tile_byte = _TILE_S_PER_BYTE + _TILE_S_PER_BYTE_AND_PIXEL * max(facts.tile_width_px, facts.tile_height_px)
    work_s = per_pixel * facts.frame_pixels * facts.decoded_frames + per_tile_byte * facts.tile_bytes * facts.points
    work_s *= 1.0 - _SHARE_IN_PARALLEL + _SHARE_IN_PARALLEL / max(1, threads)
    return _START_S + (_PLOTS_S if facts.plots else 0.0) + work_s


def prior_disk_bytes(facts: JobFacts) -> int:
    """What a job leaves in the output folder, with a margin."""
    plots = _PLOTS_FILE_BYTES + _PLOT_BYTES_PER_FRAME * facts.frames if facts.plots else 0
    project = facts.scaffold_bytes + _POINT_BYTES * facts.points if facts.save_project else 0
    return int(_DISK_MARGIN * (_RESULT_BYTES + _POINT_BYTES * facts.points + plots + project))


class _ClassFigures(BaseModel):
    """What is known of one class; ratios are observed over estimated, the newest last."""

    model_config = ConfigDict(extra="forbid")

    memory_ratios: list[float] = Field(default_factory=list)
    time_ratio: float | None = None
    time_variance: float = 0.0

    def add_memory(self, ratio: float) -> None:
        self.memory_ratios = [*self.memory_ratios, ratio][-_REMEMBERED:]

    def add_time(self, ratio: float) -> None:
        """Exponentially weighted mean, and variance about it."""
        if self.time_ratio is None:
            self.time_ratio = ratio
            return
        difference = ratio - self.time_ratio
        self.time_ratio += _NEWEST_WEIGHT * difference
        self.time_variance = (1.0 - _NEWEST_WEIGHT) * (self.time_variance + _NEWEST_WEIGHT * difference**2)


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int = 1
    classes: dict[str, _ClassFigures] = Field(default_factory=dict)


@dataclass(slots=True)
class EstimateModel:
    """Estimates that get better with every job of the batch that finishes.

    Times are learned as observed over expected, so that jobs of one class may differ in length and in points.
    """

    _classes: dict[str, _ClassFigures] = field(default_factory=dict)

    def estimate(self, facts: JobFacts, threads: int = 1) -> JobEstimate:
        """What a job will need with so many cores."""
        known = self._classes.get(facts.job_class)
        has_times = known is not None and known.time_ratio is not None
        return JobEstimate(
            memory_bytes=int(prior_memory_bytes(facts, threads) * self._memory_correction(known)),
            time_s=prior_time_s(facts, threads) * self._time_correction(known),
            disk_bytes=prior_disk_bytes(facts),
            is_learned=has_times,
            time_spread=_spread(known) if known is not None and has_times else _UNKNOWN_SPREAD,
        )

    def learn(
        self, facts: JobFacts, threads: int = 1, *, peak_memory_bytes: int | None = None, time_s: float | None = None
    ) -> None:
        """Take in what a completed attempt used; None is what is not known of it."""
        figures = self._classes.pop(facts.job_class, None) or _ClassFigures()
        self._classes[facts.job_class] = figures  # the class of the latest job stands last
        if len(self._classes) > _CLASSES:
            del self._classes[next(iter(self._classes))]
        if peak_memory_bytes is not None and peak_memory_bytes > 0:
            figures.add_memory(peak_memory_bytes / prior_memory_bytes(facts, threads))
        if time_s is not None and time_s > 0:
            figures.add_time(time_s / prior_time_s(facts, threads))

    def as_dict(self) -> dict[str, Any]:
        """What was learned, as JSON can hold it."""
        return _Stored(classes=self._classes).model_dump(mode="json")

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> EstimateModel:
        """The model that :meth:`as_dict` gave; an empty dict is one that has learned nothing.

        Raises
        ------
        pydantic.ValidationError
            If it is something else.
        """
        return cls(_Stored.model_validate(stored).classes)

    def _memory_correction(self, known: _ClassFigures | None) -> float:
        """Factor on the prior: the 95th percentile of what jobs of the class used, or a raise by what others used."""
        if known is not None and known.memory_ratios:
            correction = _LEARNED_MARGIN * percentile_95(known.memory_ratios)
            may_lower = len(known.memory_ratios) >= _ENOUGH_TO_LOWER
        else:
            ratios = [ratio for figures in self._classes.values() for ratio in figures.memory_ratios]
            correction, may_lower = percentile_95(ratios) if ratios else 1.0, False
        return min(max(correction, _LEAST_CORRECTION if may_lower else 1.0), _MOST_CORRECTION)

    def _time_correction(self, known: _ClassFigures | None) -> float:
        """Factor on the prior: that of the class, or the geometric mean of all, for it is the same machine."""
        if known is not None and known.time_ratio is not None:
            return known.time_ratio
        ratios = [figures.time_ratio for figures in self._classes.values() if figures.time_ratio is not None]
        return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else 1.0


def percentile_95(values: Iterable[float]) -> float:
    """The smallest of the values that at least 95 % of them do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(0.95 * len(ordered)) - 1]


def _spread(figures: _ClassFigures) -> float:
    """Relative spread of times; a single job says nothing of it."""
    if figures.time_ratio is None or figures.time_variance == 0.0:
        return _UNKNOWN_SPREAD / 2.0
    return min(max(math.sqrt(figures.time_variance) / figures.time_ratio, _LEAST_SPREAD), _UNKNOWN_SPREAD)
