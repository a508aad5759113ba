"""What a project knows of decisions and words: the discharge's rules, reviews of points, report and comments."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import partial

from ...domain.angles import FloatArray
from ...domain.project import (
    Comment,
    CommentCategory,
    DischargeSettings,
    PointReview,
    Reporting,
    StationEdit,
)
from ...domain.units import UnitSystem
from ..project.arrays import decode_nested_list
from ..project.values import ProjectValues

MOST_POINTS = 100_000
_ENTRY = re.compile(r"(.*?), (\d\d/\d\d/\d{4} \d\d:\d\d:\d\d), (.*)", re.DOTALL)
_GAP_RULES = ("froude", "drop")

Line = tuple[float, float, float, float]


def read_discharge(values: ProjectValues, own: ProjectValues) -> DischargeSettings:
    """Rules of the discharge and decisions on stations; files of other programs know the coefficient only."""
    kept, default = own.part("discharge"), DischargeSettings()
    stated = kept if kept.has("alpha") else values
    alpha = stated.number("alpha", default.alpha)
    if not 0.0 < alpha <= 1.0:
        stated.report(f"'{stated.prefix}alpha' is {alpha:g}, outside 0 to 1")
        alpha = default.alpha
    rule = kept.text("gap_rule") or default.gap_rule
    if rule not in _GAP_RULES:
        kept.report(f"'{kept.prefix}gap_rule' is '{rule[:40]}'; known are {', '.join(_GAP_RULES)}")
        rule = default.gap_rule
    return DischargeSettings(
        alpha=alpha,
        gap_rule=rule,
        least_quality=kept.number("least_quality", None),
        largest_spread=kept.number("largest_spread", None),
        tests_neighbours=kept.flag("tests_neighbours", True),
        stations=_station_edits(kept.part("stations")),
        rating=kept.text("rating"),
    )


def read_reviews(values: ProjectValues, own: ProjectValues, normals_mps: FloatArray | None) -> dict[int, PointReview]:
    """Lines, senses and remarks by point; stored velocities (n,) tell the sense in files of USGS IVyTools."""
    lines, comments = _lines(values), _sti_comments(values)
    kept = own.part("reviews")
    upstream = _indices(kept.data.get("upstream"))
    if not own.data and normals_mps is not None and normals_mps.ndim == 1:
        # that program keeps no mark, only the negative velocity that it made of the lines
        upstream = {i for i in lines if i < len(normals_mps) and normals_mps[i] < 0.0}
    reviews = {
        index: PointReview(lines.get(index, ()), index in upstream, comments.get(index, ""))
        for index in sorted(lines.keys() | comments.keys() | upstream)
    }
    return {index: review for index, review in reviews.items() if not review.is_empty}


def read_reporting(values: ProjectValues, own: ProjectValues, units: UnitSystem) -> Reporting:
    """What the report says; a gage height, or number, of zero means none in files of other programs."""
    part, kept = values.part("reporting"), own.part("reporting")
    number, gage = part.integer("meas_number", None, 0), part.number("gage_ht", None)
    metres = 1.0 / units.length
    start, end = _clock(part, "start_time"), _clock(part, "end_time")
    if kept.data:
        number, gage = kept.integer("measurement_number", None, 0), kept.number("gage_height_m", None)
        metres = 1.0
        start, end = _iso_time(kept, "start_time"), _iso_time(kept, "end_time")
    elif values.has("job_id"):
        number, gage = values.integer("measurement_number", None, 0), values.number("gage_height", None)
    return Reporting(
        station_name=_words(part, "station_name"),
        station_number=_words(part, "station_number"),
        party=_words(part, "party"),
        weather=_words(part, "weather"),
        measured_on=_date(part, "meas_date"),
        start_time=start,
        end_time=end,
        gage_height_m=None if gage is None or not (gage or kept.data) else gage * metres,
        measurement_number=number if kept.data else number or None,
        description=_words(part, "project_description"),
    )


def read_comments(values: ProjectValues, own: ProjectValues) -> tuple[Comment, ...]:
    """Comments in the order in which they were made, as far as the project knows it, else by category."""
    stored = values.data.get("comments")
    if isinstance(stored, str):
        stored = {CommentCategory.OTHER: [stored] if stored.strip() else []}
    if stored is not None and not isinstance(stored, Mapping):
        values.report("'comments' is not a dictionary")
        stored = None
    waiting = {category: deque[Comment]() for category in CommentCategory}
    for name, entries in (stored or {}).items():
        category = CommentCategory(name) if name in tuple(CommentCategory) else CommentCategory.OTHER
        if not isinstance(entries, list):
            values.report(f"the comments on '{str(name)[:40]}' are not a list")
            continue
        waiting[category].extend(_comment(category, entry) for entry in entries if isinstance(entry, str))
    order = own.data.get("comment_order")
    named = [name for name in order if isinstance(name, str)] if isinstance(order, list) else []
    ordered = [CommentCategory(name) for name in named if name in tuple(CommentCategory)]
    first = [waiting[category].popleft() for category in ordered if waiting[category]]
    return (*first, *(comment for queue in waiting.values() for comment in queue))


def _comment(category: CommentCategory, entry: str) -> Comment:
    match = _ENTRY.fullmatch(entry)
    return Comment(category, *match.groups()) if match else Comment(category, "", "", entry)


def _station_edits(part: ProjectValues) -> dict[int, StationEdit]:
    edits = {}
    for key in part.data:
        index, edit = _index(key), part.part(key)
        if index is None:
            part.report(f"'{part.prefix}{key[:40]}' is no number of a station")
            continue
        is_used = edit.flag("is_used", False) if edit.has("is_used") else None
        edits[index] = StationEdit(is_used, edit.number("alpha", None), edit.number("velocity_mps", None))
    return {index: edit for index, edit in sorted(edits.items()) if not edit.is_empty}


def _lines(values: ProjectValues) -> dict[int, tuple[Line, ...]]:
    """Lines by point: of each a list of lines with two ends, or one such line."""
    stored = values.data.get("manual_sti_lines")
    if stored is None:
        return {}
    if not isinstance(stored, list):
        values.report("'manual_sti_lines' is not a list")
        return {}
    lines = {}
    for index, item in enumerate(stored[:MOST_POINTS]):
        if not item:
            continue
        key = f"{values.where}, 'manual_sti_lines' of point {index + 1}"
        numbers = values.attempt(partial(decode_nested_list, item, key))
        if numbers is None:
            continue
        if numbers.size % 4 or numbers.shape[-1] not in (2, 4) or not abs(numbers).max() < 1e9:
            values.report(f"'manual_sti_lines' of point {index + 1} are no lines with two ends")
            continue
        rows = [[float(number) for number in row] for row in numbers.reshape(-1, 4)]
        lines[index] = tuple((x1, y1, x2, y2) for x1, y1, x2, y2 in rows)
    return lines


def _sti_comments(values: ProjectValues) -> dict[int, str]:
    part = values.part("sti_comments")
    found = {}
    for key, text in part.data.items():
        index = _index(key)
        if index is None or not isinstance(text, str):
            part.report(f"the comment on space-time image '{str(key)[:40]}' is no text on a point")
        elif text.strip():
            found[index] = text
    return found


def _index(key: object) -> int | None:
    text = str(key)
    index = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
    return index if index is not None and index < MOST_POINTS else None


def _indices(stored: object) -> set[int]:
    listed = stored if isinstance(stored, list) else []
    found = (_index(item) for item in listed if isinstance(item, int) and not isinstance(item, bool))
    return {index for index in found if index is not None}


def _words(part: ProjectValues, key: str) -> str:
    """Text as it was typed, blanks included."""
    value = part.data.get(key)
    return value if isinstance(value, str) else part.text(key)


def _date(part: ProjectValues, key: str) -> date | None:
    text = part.text(key)
    if not text:
        return None
    for form in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    part.report(f"'{part.prefix}{key}' is not a date: '{text[:40]}'")
    return None


def _clock(part: ProjectValues, key: str) -> time | None:
    text = part.text(key)
    try:
        return datetime.strptime(text, "%H:%M:%S").time() if text else None
    except ValueError:
        part.report(f"'{part.prefix}{key}' is not a time of day: '{text[:40]}'")
        return None


def _iso_time(part: ProjectValues, key: str) -> time | None:
    text = part.text(key)
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        part.report(f"'{part.prefix}{key}' is not a time of day: '{text[:40]}'")
        return None
