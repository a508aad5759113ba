"""Decisions about stations that come by pasting cells into the station table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...domain.errors import IvyError, Problem
from ...domain.project import StationEdit
from ...domain.units import UnitSystem
from .discharge import StationRow
from .editable_columns import LARGEST_ALPHA, SMALLEST_ALPHA, StationColumn
from .pasted_cells import CellContent, PastedCell

FASTEST_WATER_MPS = 30.0

_MOST_DECIMALS = 3


def alpha_problem(alpha: float, where: str = "") -> Problem | None:
    """What is wrong with a coefficient; None if nothing is."""
    if SMALLEST_ALPHA <= alpha <= LARGEST_ALPHA:
        return None
    what = (
        "alpha is the mean velocity over the surface velocity and lies between"
        f" {SMALLEST_ALPHA:g} and {LARGEST_ALPHA:g}, not at {alpha:g}"
    )
    return Problem(what, where, "Enter a number such as 0.85")


def velocity_problem(velocity: float, units: UnitSystem, where: str = "") -> Problem | None:
    """What is wrong with a typed velocity in display units; None if nothing is."""
    fastest, label = FASTEST_WATER_MPS * units.velocity, units.velocity_label
    if abs(velocity) <= fastest:
        return None
    what = f"no water flows at {velocity:g} {label}"
    return Problem(what, where, f"Enter a velocity of at most {fastest:.0f} {label}")


def stations_pasted(
    rows: Sequence[StationRow],
    stations: Mapping[int, StationEdit],
    cells: Sequence[PastedCell],
    units: UnitSystem,
) -> dict[int, StationEdit]:
    """The decisions after cells were pasted; a cell that says what its row shows anyway decides nothing.

    Raises
    ------
    IvyError
        With every alpha and velocity that is none.
    """
    edited, problems = dict(stations), []
    for cell in cells:
        row = rows[cell.row]
        if row.point is None or _is_shown(row, cell):
            continue
        problems.append(_problem(cell, units))
        edit = edited.get(row.point, StationEdit())
        edited[row.point] = _decided(edit, cell.column, cell.value, units)
    found = [problem for problem in problems if problem is not None]
    if found:
        raise IvyError.from_problems(found)
    return edited


def _problem(cell: PastedCell, units: UnitSystem) -> Problem | None:
    if cell.value is None or cell.column == StationColumn.USED:
        return None
    if cell.column == StationColumn.ALPHA:
        return alpha_problem(float(cell.value), f"Row {cell.row + 1}, α")
    return velocity_problem(float(cell.value), units, f"Row {cell.row + 1}, Velocity ({units.velocity_label})")


def _decided(edit: StationEdit, column: int, value: CellContent, units: UnitSystem) -> StationEdit:
    if column == StationColumn.USED:
        return replace(edit, is_used=bool(value))
    number = None if value is None else float(value)
    if column == StationColumn.ALPHA:
        return replace(edit, alpha=number)
    return replace(edit, velocity_mps=None if number is None else number / units.velocity)


def _is_shown(row: StationRow, cell: PastedCell) -> bool:
    if cell.column == StationColumn.USED:
        return bool(cell.value) == row.is_used
    if cell.value is None:
        return False
    shown = row.alpha if cell.column == StationColumn.ALPHA else row.own_velocity if row.is_set_aside else row.velocity
    return bool(round(float(cell.value), _MOST_DECIMALS) == round(shown, _MOST_DECIMALS))
