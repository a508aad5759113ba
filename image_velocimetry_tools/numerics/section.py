"""Geometry of the wetted cross-section: crossings of a level, area, width, perimeter and depths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..domain.angles import FloatArray
from ..domain.errors import Problem, SectionError
from ..domain.section import CrossSection

# A face steeper than this (rise over run) holds water like a wall: battered masonry, sheet piles, and walls that were
# surveyed a centimetre apart because the instrument wanted rising stations.
WALL_STEEPNESS = 5.0

# Heights are known to a millimetre; a nanometre is what unit conversions add or lose.
LEVEL_TOLERANCE_M = 1e-9

# Stations this close to a surveyed point are that point: the map from image to section costs a few rounding errors.
STATION_TOLERANCE_M = 1e-6

REMEDY_FOR_LEVEL = "Check the water level, its units and its datum, or extend the survey up the banks"


@dataclass(frozen=True, slots=True)
class WettedSection:
    """The part of a section that is under water at one level; lengths in metres, stations from the left.

    ``top_width_m`` reaches from the first to the last edge of water, ``wetted_width_m`` counts only the wet parts of it
    (they differ where a bar or pier stands out of the water). The edge depths are those at the foot of a wall, 0 at a
    sloped bank. ``is_within_survey`` is False where the water stands above an end of the survey; that end then bounds
    the area like a wall, and the figures are too small.
    """

    elevation_m: float
    first_station_m: float
    last_station_m: float
    top_width_m: float
    wetted_width_m: float
    area_m2: float
    wetted_perimeter_m: float
    hydraulic_radius_m: float
    max_depth_m: float
    is_wall_first: bool
    is_wall_last: bool
    edge_depth_first_m: float
    edge_depth_last_m: float
    is_within_survey: bool

    @property
    def mean_depth_m(self) -> float:
        """Area over wetted width."""
        return self.area_m2 / self.wetted_width_m if self.wetted_width_m > 0 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class WetPieces:
    """What lies under water between each surveyed point and the next, arrays (n - 1,), SI; zeros where it is dry."""

    area_m2: FloatArray
    perimeter_m: FloatArray
    width_m: FloatArray


def find_crossings(section: CrossSection, elevation_m: float, mode: Literal["all", "firstlast"] = "all") -> FloatArray:
    """Stations at which the surveyed line meets a level, ascending, shape (k,), metres.

    A vertical wall is met at its station, a surveyed point at exactly this level once, a stretch at exactly this level
    at its two ends. Nothing is extrapolated. Mode ``"firstlast"`` keeps the outermost two.
    """
    if mode not in ("all", "firstlast"):
        raise ValueError(f"unknown mode {mode!r}; known are 'all' and 'firstlast'")
    station, height = section.station_m, -_depth_of_points(section, elevation_m)
    on_level = height == 0.0
    inside_stretch = np.zeros_like(on_level)
    inside_stretch[1:-1] = on_level[:-2] & on_level[2:]
    hits = station[on_level & ~inside_stretch]
    i = np.flatnonzero(np.sign(height[:-1]) * np.sign(height[1:]) < 0.0)
    share = height[i] / (height[i] - height[i + 1])
    between = station[i] + share * (station[i + 1] - station[i])
    crossings = np.sort(np.concatenate([np.unique(hits), between]))
    return crossings[[0, -1]] if mode == "firstlast" and crossings.size > 2 else crossings


def wetted(section: CrossSection, elevation_m: float) -> WettedSection:
    """Exact geometry of the wet part of the surveyed line at a water level.

    Between the first and the last edge of water everything whose bed lies below the level is taken for wet.

    Raises
    ------
    SectionError
        If the level lies at or below the lowest point of the bed.
    """
    depth = _depth_of_points(section, elevation_m)
    if not depth.max() > 0.0:
        template = "the water level {} is {} below the lowest point of the bed ({})"
        lengths_m = (elevation_m, -depth.max(), section.elevation_m.min())
        remedy = "Check the water level, its units and its datum"
        raise SectionError.from_problems([Problem.of_lengths(template, lengths_m, remedy=remedy)])
    station = section.station_m
    pieces = wet_pieces(section, elevation_m)
    area, perimeter = float(np.sum(pieces.area_m2)), float(np.sum(pieces.perimeter_m))
    first, last = _outer_edge(station, depth), -_outer_edge(-station[::-1], depth[::-1])
    foot_first, foot_last = _depth_at_foot(station, depth), _depth_at_foot(-station[::-1], depth[::-1])
    return WettedSection(
        elevation_m=float(elevation_m),
        first_station_m=first,
        last_station_m=last,
        top_width_m=last - first,
        wetted_width_m=float(np.sum(pieces.width_m)),
        area_m2=area,
        wetted_perimeter_m=perimeter,
        hydraulic_radius_m=area / perimeter if perimeter > 0 else 0.0,
        max_depth_m=float(depth.max()),
        is_wall_first=foot_first > 0.0,
        is_wall_last=foot_last > 0.0,
        edge_depth_first_m=foot_first,
        edge_depth_last_m=foot_last,
        is_within_survey=bool(depth[0] <= 0.0 and depth[-1] <= 0.0),
    )


def wet_pieces(section: CrossSection, elevation_m: float) -> WetPieces:
    """Area, wetted perimeter and width between neighbouring points of the section at a water level."""
    depth = _depth_of_points(section, elevation_m)
    run, rise = np.diff(section.station_m), np.diff(section.elevation_m)
    shallow, deep = np.sort([depth[:-1], depth[1:]], axis=0)
    partly = (shallow < 0.0) & (deep > 0.0)
    share = np.where(partly, deep / np.where(partly, deep - shallow, 1.0), (deep > 0.0) * 1.0)
    area = run * share * 0.5 * (np.maximum(shallow, 0.0) + np.maximum(deep, 0.0))
    return WetPieces(area, np.hypot(run, rise) * share, run * share)


def edges_of_water(section: CrossSection, elevation_m: float) -> tuple[float, float]:
    """Stations of the left and the right edge of water, metres.

    Raises
    ------
    SectionError
        If the level is below the bed, or above an end of the survey: then the edge of water is not known.
    """
    wet = wetted(section, elevation_m)
    if not wet.is_within_survey:
        depth = elevation_m - section.elevation_m
        side, end = ("left", 0) if depth[0] >= depth[-1] else ("right", -1)
        template = f"the water level {{}} is {{}} above the {side} end of the survey (station {{}})"
        lengths_m = (elevation_m, depth[end], section.station_m[end])
        raise SectionError.from_problems([Problem.of_lengths(template, lengths_m, remedy=REMEDY_FOR_LEVEL)])
    return wet.first_station_m, wet.last_station_m


def depths_at(section: CrossSection, stations_m: ArrayLike, elevation_m: float) -> FloatArray:
    """Depths of water at stations, shape (n,), metres, never negative; 0 outside the survey.

    At a vertical step the lower of its points counts: the depth on the side of the water.
    """
    stations = np.atleast_1d(np.asarray(stations_m, dtype=float))
    known, first_of_group = np.unique(section.station_m, return_index=True)
    lowest = np.minimum.reduceat(section.elevation_m, first_of_group)
    last_of_group = np.append(first_of_group[1:], section.station_m.size) - 1
    right = np.clip(np.searchsorted(known, stations), 1, known.size - 1)
    left = right - 1
    share = (stations - known[left]) / (known[right] - known[left])
    start, end = section.elevation_m[last_of_group[left]], section.elevation_m[first_of_group[right]]
    bed = start + share * (end - start)
    bed = np.where(np.abs(stations - known[left]) <= STATION_TOLERANCE_M, lowest[left], bed)
    bed = np.where(np.abs(stations - known[right]) <= STATION_TOLERANCE_M, lowest[right], bed)
    outside = (stations < known[0] - STATION_TOLERANCE_M) | (stations > known[-1] + STATION_TOLERANCE_M)
    return np.where(outside, 0.0, np.maximum(elevation_m - bed, 0.0))


def _depth_of_points(section: CrossSection, elevation_m: float) -> FloatArray:
    depth = elevation_m - section.elevation_m
    return np.where(np.abs(depth) <= LEVEL_TOLERANCE_M, 0.0, depth)


def _outer_edge(station: FloatArray, depth: FloatArray) -> float:
    i = int(np.argmax(depth > 0.0))
    if i == 0:
        return float(station[0])
    share = depth[i] / (depth[i] - depth[i - 1])
    return float(station[i] - share * (station[i] - station[i - 1]))


def _depth_at_foot(station: FloatArray, depth: FloatArray) -> float:
    """Depth at the foot of the steep face that begins at the first edge of water; 0 if the bank slopes there."""
    i = int(np.argmax(depth > 0.0))
    foot = float(depth[0]) if i == 0 else 0.0
    i = max(i, 1)
    while i < station.size and depth[i] - depth[i - 1] > WALL_STEEPNESS * (station[i] - station[i - 1]):
        foot = float(depth[i])
        i += 1
    return foot
