"""Surveyed cross-sections: stations across the channel and the elevation of bed and banks at them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Bank(StrEnum):
    """A bank of the river, seen looking downstream."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, eq=False)
class SubSurvey:
    """One survey of a part of the section: arrays of equal length (n,), metres, before its offsets are applied."""

    name: str
    station_m: FloatArray
    elevation_m: FloatArray
    survey_type: str = "CSV"
    station_offset_m: float = 0.0
    stage_offset_m: float = 0.0
    start_edge: Bank = Bank.LEFT


@dataclass(frozen=True, slots=True, eq=False)
class CrossSection:
    """The merged section, arrays of equal length (n,) in metres.

    Stations never decrease; two points at one station are a vertical step (a wall), the first of them on the side of
    the smaller stations.

    ``manning_n`` is the roughness of its subsections from left to right, empty if it is not known;
    ``subsection_bounds_m`` are the stations between them, one fewer.
    """

    station_m: FloatArray
    elevation_m: FloatArray
    sub_surveys: tuple[SubSurvey, ...] = field(default=())
    manning_n: tuple[float, ...] = field(default=())
    subsection_bounds_m: tuple[float, ...] = field(default=())
