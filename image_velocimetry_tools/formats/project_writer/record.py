"""Decisions and words of a measurement under the keys of project files: reviews, report, comments, discharge."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from ...domain.project import Comment, PointReview, Project, Reporting
from ...domain.units import UnitSystem
from ...numerics.streak_angle import mean_line_angle_deg
from ..project.defaults import COMMENT_CATEGORIES
from ..project.figures import DischargeFigures
from .results import discharge_result_keys


def review_keys(reviews: Mapping[int, PointReview], points: int) -> dict[str, object]:
    """Lines and remarks of every point; the mean angle of the lines is made of them again by every reader."""
    count = max(points, *(index + 1 for index in reviews)) if reviews else points
    lines = [reviews[index].lines_px if index in reviews else () for index in range(count)]
    return {
        "manual_sti_lines": [[[[x1, y1], [x2, y2]] for x1, y1, x2, y2 in own] for own in lines],
        "manual_average_directions": [_mean_angle(own) for own in lines],
        "sti_comments": {str(index): review.comment for index, review in reviews.items() if review.comment},
        "is_manual_sti_corrections": any(lines),
    }


def _mean_angle(lines: tuple[tuple[float, float, float, float], ...]) -> float | list[object]:
    angle_deg = mean_line_angle_deg(lines)
    return [] if math.isnan(angle_deg) else angle_deg


def reporting_keys(reporting: Reporting, shared: Mapping[str, object], units: UnitSystem) -> dict[str, object]:
    """The report's words, date, times and gage height in the forms and units of USGS IVyTools."""
    day = reporting.measured_on
    # ten decimals hide that 3.45 ft went through metres
    gage_height = round((reporting.gage_height_m or 0.0) * units.length, 10)
    times = {
        "start_time": reporting.start_time,
        "mid_time": reporting.mid_time,
        "end_time": reporting.end_time,
    }
    return {
        **shared,
        "station_name": reporting.station_name,
        "station_number": reporting.station_number,
        "party": reporting.party,
        "weather": reporting.weather,
        "meas_date": "" if day is None else f"{day.month}/{day.day}/{day.year:04d}",
        "gage_ht": gage_height,
        "meas_number": reporting.measurement_number or 0,
        "project_description": reporting.description,
        **{name: "" if clock is None else f"{clock:%H:%M:%S}" for name, clock in times.items()},
    }


def comment_lists(comments: Iterable[Comment]) -> dict[str, list[object]]:
    """Comments by category, every category there."""
    lists: dict[str, list[object]] = {name: [] for name in COMMENT_CATEGORIES}
    for comment in comments:
        is_signed = comment.user or comment.stamp
        entry = f"{comment.user}, {comment.stamp}, {comment.text}" if is_signed else comment.text
        lists[comment.category].append(entry)
    return lists


def discharge_keys(project: Project, found: DischargeFigures | None) -> dict[str, object]:
    """The coefficient and, if there is one, the discharge with its table and uncertainties."""
    keys: dict[str, object] = {"alpha": project.discharge.alpha}
    return keys if found is None else keys | discharge_result_keys(found)
