"""The columns of the jobs table while it is edited."""

from __future__ import annotations

from collections.abc import Sequence

from ..shown import Column
from .sheet_units import LENGTH_COLUMNS, NUMBER_COLUMNS

_TITLES = {
    "job_id": "Job",
    "video_path": "Video",
    "water_surface_elevation": "Water level",
    "start_time": "Start",
    "end_time": "End",
    "alpha": "Alpha",
    "measurement_number": "Number",
    "measurement_date": "Date",
    "measurement_time": "Time",
    "gage_height": "Gage height",
    "comments": "Comments",
}
_TIPS = {
    "job_id": "Name of the result; job_001 and so on where it is blank",
    "video_path": "The video: a path or a URL",
    "water_surface_elevation": "Water surface elevation: units of the scaffold, datum of its control points",
    "start_time": "Start of the part that is measured: ss, mm:ss or hh:mm:ss.s; blank for the start of the video",
    "end_time": "End of the part that is measured: ss, mm:ss or hh:mm:ss.s; blank for the end of the video",
    "alpha": "Mean over surface velocity; blank for the usual value",
    "gage_height": "Carried through to the results",
}
_WIDTHS = {"video_path": 280, "water_surface_elevation": 110, "comments": 180}
_NARROW = frozenset({"start_time", "end_time", "alpha", "measurement_number"})


def sheet_columns(names: Sequence[str], length_label: str = "") -> tuple[Column, ...]:
    """Columns of a jobs CSV as they are shown; ``length_label`` is the unit of the levels, if it is known."""
    return tuple(_column(name, length_label) for name in names)


def title_of(name: str) -> str:
    """What a column of a jobs CSV is called on the screen, without its unit."""
    return _TITLES.get(name, name)


def _column(name: str, length_label: str) -> Column:
    title = title_of(name)
    if name in LENGTH_COLUMNS and length_label:
        title += f" ({length_label})"
    kind = "number" if name in NUMBER_COLUMNS else "text"
    width = _WIDTHS.get(name, 75 if name in _NARROW else 120)
    return Column(name, title, kind, width, True, _TIPS.get(name, f"Column '{name}' of the jobs CSV"))
