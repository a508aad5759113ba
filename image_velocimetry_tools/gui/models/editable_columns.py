"""Columns of tables that can be edited, as views and presenters count them."""

from __future__ import annotations

from enum import IntEnum

SMALLEST_ALPHA, LARGEST_ALPHA = 0.001, 1.0
"""The range of the mean over the surface velocity that can be typed, in fields and in cells."""


class StationColumn(IntEnum):
    """In the table of stations."""

    USED = 1
    VELOCITY = 6
    ALPHA = 7


class SurveyedPointColumn(IntEnum):
    """In the table of the points of a sub-survey."""

    STATION = 1
    ELEVATION = 2


class SubsectionColumn(IntEnum):
    """In the table of subsections."""

    END = 2
    ROUGHNESS = 3
