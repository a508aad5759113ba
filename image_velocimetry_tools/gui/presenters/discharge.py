"""The Discharge tab: from reviewed velocities to a discharge, with the decisions of the hydrographer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

import numpy as np

from ...domain.errors import IvyError, Problem
from ...domain.project import DischargeSettings, Project, StationEdit
from ...domain.sentences import begun_with_capital
from ...domain.units import UnitSystem, unit_system
from ...services.measured_project.discharge import ProjectDischarge, discharge_of_project
from ...services.measured_project.out_of_date import why_another_film
from ..models.cross_section import SectionDrawing, section_drawing
from ..models.discharge import (
    StationRow,
    UncertaintyRow,
    result_figures,
    station_readings,
    station_rows,
    uncertainty_rows,
)
from ..models.discharge_pasting import alpha_problem, stations_pasted, velocity_problem
from ..models.document import Change
from ..models.pasted_cells import PastedCells
from ..models.readings import Readings
from ..models.workbench import Workbench

NOT_JUDGED = "not judged"


class DischargeView(Protocol):
    """What the tab shows, in display units."""

    def bind(self, presenter: DischargePresenter) -> None: ...
    def show_units(self, length: str, area: str, velocity: str, discharge: str) -> None: ...
    def show_stations(self, rows: Sequence[StationRow]) -> None: ...
    def show_readings(self, readings: Readings) -> None: ...
    def show_selection(self, points: Sequence[int]) -> None: ...
    def show_section(self, drawing: SectionDrawing | None) -> None: ...
    def show_total(self, text: str) -> None: ...
    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None: ...
    def show_uncertainty(self, rows: Sequence[UncertaintyRow]) -> None: ...
    def show_verdict(self, verdict: str, reasons: Sequence[str]) -> None: ...
    def show_settings(self, alpha: float, gap_rule: str, rating: str, automatic_rating: str) -> None: ...
    def show_problems(self, problems: Sequence[str], warnings: Sequence[str]) -> None: ...


class DischargePresenter:
    """Computes the discharge anew with every edit, and takes the decisions about stations."""

    def __init__(self, view: DischargeView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        self._selected: tuple[int, ...] = ()
        self._rows: Sequence[StationRow] = ()
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        self._show()

    # what the user does

    def select_points(self, points: Sequence[int]) -> None:
        """Note the points that are selected in the table or in a plot, and show them everywhere."""
        self._selected = tuple(points)
        self._view.show_selection(self._selected)

    def set_used(self, points: Sequence[int], is_used: bool) -> None:
        """Let points count, or set them aside."""
        label = "Use stations" if is_used else "Set stations aside"
        self._edit_stations(label, points, lambda edit: replace(edit, is_used=is_used))

    def set_alpha(self, alpha: float, *, only_selected: bool) -> None:
        """Another coefficient, of the selected points or of all."""
        if not self._accepts("Change alpha", alpha_problem(alpha)):
            return
        if only_selected:
            self._edit_stations("Change alpha of stations", self._selected, lambda edit: replace(edit, alpha=alpha))
            return
        stations = {point: replace(edit, alpha=None) for point, edit in self._settings.stations.items()}
        self._take("Change alpha", replace(self._settings, alpha=alpha, stations=_kept(stations)), merge="alpha")

    def set_station_alpha(self, point: int, alpha: float | None) -> None:
        """The coefficient of one point; None returns to that of all."""
        if alpha is None or self._accepts("Change alpha", alpha_problem(alpha)):
            self._edit_stations("Change alpha of a station", [point], lambda edit: replace(edit, alpha=alpha))

    def set_velocity(self, point: int, velocity: float | None) -> None:
        """A typed surface velocity, display units; None returns to the measured one."""
        if velocity is not None and not self._accepts("Type a velocity", velocity_problem(velocity, self._units)):
            return
        speed = None if velocity is None else velocity / self._units.velocity
        self._edit_stations("Type a velocity", [point], lambda edit: replace(edit, velocity_mps=speed))

    def paste(self, pasted: PastedCells) -> None:
        """Take pasted cells of the station table over, all or none; an empty one returns to the program's own value."""
        try:
            stations = stations_pasted(self._rows, self._settings.stations, pasted.accepted(), self._units)
        except IvyError as error:
            self._bench.dialogs.show_error("Paste stations", error)
            return
        if dict(kept := _kept(stations)) != dict(self._settings.stations):
            self._take("Paste stations", replace(self._settings, stations=kept))

    def reset(self, *, only_selected: bool) -> None:
        """Leave points to the program again: used, alpha and typed velocity."""
        points = self._selected if only_selected else tuple(self._settings.stations)
        self._edit_stations("Reset stations", points, lambda edit: StationEdit())

    def set_gap_rule(self, rule: str) -> None:
        """What happens where no velocity is used: ``"froude"`` or ``"drop"``."""
        self._take("Change how gaps are filled", replace(self._settings, gap_rule=rule))

    def set_rating(self, rating: str) -> None:
        """The rating by the user; empty follows the uncertainty."""
        self._take("Rate the measurement", replace(self._settings, rating=rating))

    # editing

    def _accepts(self, label: str, problem: Problem | None) -> bool:
        if problem is None:
            return True
        self._bench.dialogs.show_error(label, IvyError.from_problems([problem]))
        self._show()
        return False

    def _edit_stations(self, label: str, points: Sequence[int], change: Callable[[StationEdit], StationEdit]) -> None:
        stations = dict(self._settings.stations)
        for point in points:
            stations[point] = change(stations.get(point, StationEdit()))
        kept = _kept(stations)
        if dict(kept) != dict(self._settings.stations):
            self._take(label, replace(self._settings, stations=kept))
        else:
            self._show()

    def _take(self, label: str, settings: DischargeSettings, merge: str = "") -> None:
        self._bench.document.edit(label, replace(self._project, discharge=settings), merge=merge)

    @property
    def _project(self) -> Project:
        return self._bench.document.project

    @property
    def _settings(self) -> DischargeSettings:
        return self._project.discharge

    @property
    def _units(self) -> UnitSystem:
        return unit_system(self._project.display_units)

    # showing

    def _follow(self, change: Change) -> None:
        parts = ("velocities", "reviews", "discharge", "section", "calibration", "grid", "velocimetry", "video")
        if change.touches(*parts, "display_units"):
            self._show()

    def _show(self) -> None:
        project, units = self._project, self._units
        self._view.show_units(units.length_label, units.area_label, units.velocity_label, units.discharge_label)
        found, problems = self._computed()
        self._rows = rows = station_rows(project, found, units)
        self._view.show_stations(rows)
        self._show_section(found)
        self._view.show_readings(station_readings(rows, units))
        settings = project.discharge
        automatic = "" if found is None else str(found.measurement.rating)
        self._view.show_settings(settings.alpha, settings.gap_rule, settings.rating, automatic)
        count = 0 if project.velocities is None else len(project.velocities.speed_mps)
        self.select_points([point for point in self._selected if point < count])
        if found is None:
            self._show_nothing(problems)
        else:
            self._show_result(found)

    def _computed(self) -> tuple[ProjectDischarge | None, tuple[str, ...]]:
        try:
            return discharge_of_project(self._project), ()
        except IvyError as error:
            return None, tuple(str(problem) for problem in error.problems)

    def _show_nothing(self, problems: Sequence[str]) -> None:
        self._view.show_total("–")
        self._view.show_figures(())
        self._view.show_uncertainty(())
        self._view.show_verdict("", ())
        self._view.show_problems(problems, ())

    def _show_result(self, found: ProjectDischarge) -> None:
        units = self._units
        total = found.measurement.discharge.discharge_m3s * units.discharge
        self._view.show_total(f"{total:.3f} {units.discharge_label}")
        self._view.show_figures(result_figures(found, units))
        self._view.show_uncertainty(uncertainty_rows(found))
        verdict = NOT_JUDGED if found.verdict is None else str(found.verdict)
        self._view.show_verdict(verdict, (*found.reasons, *found.remarks))
        outdated = () if found.is_current else (_out_of_date(self._project),)
        self._view.show_problems(outdated, ())

    def _show_section(self, found: ProjectDischarge | None) -> None:
        survey = self._project.section.survey
        level = self._project.calibration.water_surface_elevation_m
        if survey is None or (found is None and not _has_stations(self._project)):
            self._view.show_section(None)
        else:
            self._view.show_section(section_drawing(survey, level, self._units))


def _out_of_date(project: Project) -> str:
    another = why_another_film(project)
    if another:
        return f"{begun_with_capital(another)}."
    return (
        "The settings were changed after the velocities were measured, so this discharge belongs to other settings."
        " Measure the velocities again on the Velocimetry tab."
    )


def _has_stations(project: Project) -> bool:
    return project.velocities is not None and bool(np.isfinite(project.velocities.station_m).any())


def _kept(stations: Mapping[int, StationEdit]) -> Mapping[int, StationEdit]:
    return MappingProxyType({point: edit for point, edit in sorted(stations.items()) if not edit.is_empty})
