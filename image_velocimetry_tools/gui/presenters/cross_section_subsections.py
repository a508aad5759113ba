"""Subsections on the Cross-Section tab, each with a roughness of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ...domain.errors import IvyError
from ...domain.section import CrossSection
from ...domain.units import UnitSystem, unit_system
from ...services.project_setup.editing import with_roughness
from ..models.document import Change
from ..models.pasted_cells import PastedCells
from ..models.subsections import (
    SubsectionRow,
    subsection_rows,
    with_boundary,
    with_cells_pasted,
    with_manning_n,
    with_subsection_divided,
    without_subsection,
)
from ..models.workbench import Workbench


class SubsectionsView(Protocol):
    """What lists the subsections, display units."""

    def bind_subsections(self, editor: SubsectionsEditor) -> None: ...
    def show_subsections(self, rows: Sequence[SubsectionRow], units: UnitSystem) -> None: ...


class SubsectionsEditor:
    """Edits roughness and boundaries, one step of undo each; velocities do not depend on them."""

    def __init__(self, view: SubsectionsView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        view.bind_subsections(self)
        bench.document.changed.subscribe(self._follow)
        self._show()

    def set_manning_n(self, index: int, manning_n: float) -> None:
        """Take over the roughness of a subsection."""
        self._edit("Change the roughness", lambda section: with_manning_n(section, index, manning_n))

    def move_boundary(self, index: int, station: float) -> None:
        """Let a subsection end, and the next begin, at another station, display units."""
        units = self._units
        self._edit(
            "Move a sub-section boundary",
            lambda section: with_boundary(section, index, station / units.length, units),
        )

    def paste(self, pasted: PastedCells) -> None:
        """Take pasted cells over, all or none."""
        units = self._units
        self._edit("Paste sub-sections", lambda section: with_cells_pasted(section, pasted.accepted(), units))

    def divide(self, index: int) -> None:
        """Divide a subsection in its middle."""
        self._edit("Divide a sub-section", lambda section: with_subsection_divided(section, index))

    def remove(self, index: int) -> None:
        """Join a subsection to its neighbour."""
        self._edit("Delete a sub-section", lambda section: without_subsection(section, index))

    @property
    def _units(self) -> UnitSystem:
        return unit_system(self._bench.document.project.display_units)

    def _edit(self, label: str, edit: Callable[[CrossSection], CrossSection]) -> None:
        document = self._bench.document
        survey = document.project.section.survey
        if survey is None:
            return
        try:
            edited = edit(survey)
        except IvyError as error:
            self._bench.dialogs.show_error(label, error)
            self._show()
            return
        document.edit(label, with_roughness(document.project, edited.manning_n, edited.subsection_bounds_m))

    def _follow(self, change: Change) -> None:
        if change.touches("section", "calibration", "display_units"):
            self._show()

    def _show(self) -> None:
        project = self._bench.document.project
        level = project.calibration.water_surface_elevation_m
        self._view.show_subsections(subsection_rows(project.section.survey, level, self._units), self._units)
