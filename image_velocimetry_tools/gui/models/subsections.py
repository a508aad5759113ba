"""Subsections on the Cross-Section tab: their table in display units, and edits of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...domain.errors import Problem, SectionError
from ...domain.section import CrossSection
from ...domain.units import UnitSystem
from ...services.cross_section_service import CrossSectionService
from .editable_columns import SubsectionColumn
from .pasted_cells import PastedCell

LARGEST_N = 1.0

_REMEDY_N = "Enter a number such as 0.035"


@dataclass(frozen=True, slots=True)
class SubsectionRow:
    """One subsection as its table shows it, display units; NaN where not known.

    ``share_percent`` is its share of the conveyance of the section.
    """

    first_station: float
    last_station: float
    manning_n: float
    area: float
    wetted_perimeter: float
    hydraulic_radius: float
    conveyance: float
    share_percent: float


def subsection_rows(section: CrossSection | None, level_m: float | None, units: UnitSystem) -> list[SubsectionRow]:
    """The rows of the table; dry without a water level."""
    if section is None:
        return []
    level = float(section.elevation_m.min()) if level_m is None else level_m
    parts = CrossSectionService().subsections(section, level)
    total = sum(part.conveyance_m3s for part in parts)
    length = units.length
    return [
        SubsectionRow(
            part.first_station_m * length,
            part.last_station_m * length,
            part.manning_n,
            part.area_m2 * units.area,
            part.wetted_perimeter_m * length,
            part.hydraulic_radius_m * length,
            part.conveyance_m3s * units.discharge,
            100.0 * part.conveyance_m3s / total if total > 0.0 else np.nan,
        )
        for part in parts
    ]


def with_manning_n(section: CrossSection, index: int, manning_n: float) -> CrossSection:
    """The section with another roughness of one subsection.

    Raises
    ------
    SectionError
        If it is no roughness of a river.
    """
    if not 0.0 < manning_n <= LARGEST_N:
        raise SectionError(f"Manning's n lies between 0 and {LARGEST_N:g}, not at {manning_n:g}", remedy=_REMEDY_N)
    values = list(section.manning_n or (manning_n,))
    values[index] = manning_n
    return replace(section, manning_n=tuple(values))


def with_boundary(section: CrossSection, index: int, station_m: float, units: UnitSystem) -> CrossSection:
    """The section with the end of one subsection, which is the start of the next, at another station.

    Raises
    ------
    SectionError
        If it would not lie between the boundaries beside it.
    """
    ends = _ends(section)
    if not ends[index] < station_m < ends[index + 2]:
        low, high, typed = (value * units.length for value in (ends[index], ends[index + 2], station_m))
        raise SectionError(
            f"the boundary lies between the stations {low:.3f} and {high:.3f} {units.length_label}, not at {typed:.3f}",
            remedy="Enter a station between them, or delete the sub-section beside it",
        )
    bounds = list(section.subsection_bounds_m)
    bounds[index] = station_m
    return replace(section, subsection_bounds_m=tuple(bounds))


def with_cells_pasted(section: CrossSection, cells: Sequence[PastedCell], units: UnitSystem) -> CrossSection:
    """The section with pasted ends and roughnesses of subsections; empty cells change nothing.

    Raises
    ------
    SectionError
        With every cell that cannot be so.
    """
    problems: list[Problem] = []
    ends = [cell for cell in cells if cell.column == SubsectionColumn.END and cell.value is not None]
    bounds = list(section.subsection_bounds_m)
    for cell in ends:
        bounds[cell.row] = float(cell.value or 0.0) / units.length
    pasted = replace(section, subsection_bounds_m=tuple(bounds))
    for cell in cells:
        if cell.value is None:
            continue
        try:
            if cell.column == SubsectionColumn.END:
                with_boundary(pasted, cell.row, bounds[cell.row], units)
            else:
                pasted = with_manning_n(pasted, cell.row, float(cell.value))
        except SectionError as error:
            problems += [Problem(problem.what, f"Row {cell.row + 1}", problem.remedy) for problem in error.problems]
    if problems:
        raise SectionError.from_problems(problems)
    return pasted


def with_subsection_divided(section: CrossSection, index: int) -> CrossSection:
    """The section with one subsection divided in its middle; both parts keep its roughness.

    Raises
    ------
    SectionError
        If the roughness is not known.
    """
    if not section.manning_n:
        raise SectionError("Manning's n of the section is not known", remedy="Enter it first, then divide the section")
    ends, bounds, values = _ends(section), list(section.subsection_bounds_m), list(section.manning_n)
    bounds.insert(index, 0.5 * (ends[index] + ends[index + 1]))
    values.insert(index, values[index])
    return replace(section, manning_n=tuple(values), subsection_bounds_m=tuple(bounds))


def without_subsection(section: CrossSection, index: int) -> CrossSection:
    """The section with one subsection joined to the one before it, the first to the one behind it."""
    bounds, values = list(section.subsection_bounds_m), list(section.manning_n)
    if not bounds:
        return section
    del values[index], bounds[max(index - 1, 0)]
    return replace(section, manning_n=tuple(values), subsection_bounds_m=tuple(bounds))


def _ends(section: CrossSection) -> tuple[float, ...]:
    return (float(section.station_m[0]), *section.subsection_bounds_m, float(section.station_m[-1]))
