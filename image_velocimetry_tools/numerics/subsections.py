"""Subsections of a cross-section, each with a roughness of its own: wetted geometry and conveyance."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..domain.angles import FloatArray
from ..domain.section import CrossSection
from .section import wet_pieces


@dataclass(frozen=True, slots=True)
class Subsection:
    """One part of the section at a water level, SI; ``manning_n`` and ``conveyance_m3s`` are NaN where not known.

    The water's edge towards the neighbouring part is no wetted perimeter: water does not rub against water.
    """

    first_station_m: float
    last_station_m: float
    manning_n: float
    area_m2: float
    wetted_perimeter_m: float
    top_width_m: float
    hydraulic_radius_m: float
    conveyance_m3s: float


def subsections_at(section: CrossSection, elevation_m: float) -> tuple[Subsection, ...]:
    """The subsections from left to right at a water level; the whole section if it is not divided.

    The conveyance of each is A R^(2/3) / n (Manning), and that of the section their sum (Chow, Open-Channel Hydraulics,
    1959, section 6-5). A vertical step at a boundary belongs to the side on which its foot lies.
    """
    return _figures(divided(section), elevation_m)


def conveyances(section: CrossSection, elevations_m: FloatArray) -> FloatArray:
    """Conveyance of the whole section at water levels (n,), m³/s; NaN where a roughness is not known."""
    parted = divided(section)
    sums = [sum(part.conveyance_m3s for part in _figures(parted, float(level))) for level in elevations_m]
    return np.array(sums, dtype=float)


def divided(section: CrossSection) -> CrossSection:
    """The section with a point of the bed at each boundary of subsections that lies within the survey."""
    first, last = section.station_m[0], section.station_m[-1]
    known = set(section.station_m.tolist())
    added = np.array([s for s in section.subsection_bounds_m if first < s < last and s not in known], dtype=float)
    if not added.size:
        return section
    bed = np.interp(added, section.station_m, section.elevation_m)
    places = np.searchsorted(section.station_m, added)
    return replace(
        section,
        station_m=np.insert(section.station_m, places, added),
        elevation_m=np.insert(section.elevation_m, places, bed),
    )


def _figures(section: CrossSection, elevation_m: float) -> tuple[Subsection, ...]:
    pieces = wet_pieces(section, elevation_m)
    bounds = np.array(section.subsection_bounds_m, dtype=float)
    count = len(bounds) + 1
    owner = _owners(section, bounds)
    area, perimeter, width = (
        np.bincount(owner, weights=values, minlength=count)
        for values in (pieces.area_m2, pieces.perimeter_m, pieces.width_m)
    )
    radius = np.divide(area, perimeter, out=np.zeros(count), where=perimeter > 0.0)
    known = section.manning_n if len(section.manning_n) == count else (np.nan,) * count
    roughness = np.array(known, dtype=float)
    conveyance = area * radius ** (2.0 / 3.0) / roughness
    ends = np.concatenate([section.station_m[:1], bounds, section.station_m[-1:]])
    columns = (ends[:-1], ends[1:], roughness, area, perimeter, width, radius, conveyance)
    return tuple(Subsection(*map(float, row)) for row in zip(*columns, strict=True))


def _owners(section: CrossSection, bounds: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    """The subsection of each piece of the bed, (n - 1,)."""
    station, elevation = section.station_m, section.elevation_m
    middle = 0.5 * (station[:-1] + station[1:])
    rises = elevation[1:] > elevation[:-1]
    on_left = np.searchsorted(bounds, middle, side="left")
    return np.where(rises, on_left, np.searchsorted(bounds, middle, side="right"))
