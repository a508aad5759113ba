"""What the station table of the Discharge tab looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..models.share_grades import MUCH_PERCENT, SOME_PERCENT
from .widgets.tables import Cell, Column, Row

if TYPE_CHECKING:
    from ..models.discharge import StationRow

SHARE_COLOURS = {"none": "#b9bec4", "little": "#4f9d69", "some": "#e39a35", "much": "#cf4a3c"}
SHARE_LEGEND = (
    ("little", f"below {SOME_PERCENT:g} %"),
    ("some", f"{SOME_PERCENT:g} to {MUCH_PERCENT:g} %"),
    ("much", f"{MUCH_PERCENT:g} % and more"),
)
_SHARE_WORDS = {grade: f"{text} of the discharge" for grade, text in SHARE_LEGEND}


def station_columns(length: str, area: str, velocity: str, discharge: str) -> tuple[Column, ...]:
    """The columns of the station table."""
    return (
        Column("Station", width_px=72),
        Column("Used", "check", is_editable=True, width_px=50),
        Column(f"Distance ({length})", "number", tooltip="Station counted from the left bank"),
        Column(f"Width ({length})", "number"),
        Column(f"Depth ({length})", "number"),
        Column(f"Area ({area})", "number"),
        Column(
            f"Velocity ({velocity})",
            "number",
            is_editable=True,
            unit=velocity,
            tooltip="Surface velocity normal to the section; empty the cell to return to the measured one",
        ),
        Column(
            "α", "number", is_editable=True, width_px=56, tooltip="Empty the cell to return to that of all stations"
        ),
        Column(f"Discharge ({discharge})", "number", decimals=4),
        Column("Share (%)", "number", decimals=1),
        Column("Velocity is", width_px=230),
        Column("Remarks", width_px=80),
    )


def station_cells(row: StationRow) -> Row:
    """The cells of a station."""
    is_edge, is_counted = row.is_edge, not row.is_set_aside
    shown = row.velocity if is_counted else row.own_velocity
    velocity = Cell(
        shown,
        tooltip=f"{row.origin}; its own velocity is {row.own_velocity:.3f}",
        is_bold=row.is_decided,
        is_italic=row.is_filled,
        is_grey=not is_counted,
        is_editable=not is_edge,
    )
    grey = not is_counted
    numbers = [Cell(value, is_grey=grey) for value in (row.station, row.width, row.depth, row.area)]
    used = Cell(row.is_used, tooltip=str(row.status), is_editable=not is_edge)
    remarks = "" if is_edge else row.flags
    return [
        Cell(row.name, tooltip=str(row.status)),
        used,
        *numbers,
        velocity,
        Cell(row.alpha, is_editable=not is_edge),
        Cell(row.discharge, is_grey=grey),
        Cell(
            row.share_percent,
            tooltip=_SHARE_WORDS.get(str(row.share_grade), ""),
            colour=_share_colour(row),
            is_bold=row.share_grade == "much",
        ),
        Cell(row.origin, tooltip=row.origin, is_grey=is_edge),
        Cell(remarks, tooltip=remarks),
    ]


def _share_colour(row: StationRow) -> str:
    return SHARE_COLOURS[row.share_grade] if row.share_grade in ("some", "much") else ""
