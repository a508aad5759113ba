"""Points, search lines and velocities in the rectified image, with their table and the filter of quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...domain.project import DischargeSettings, Project
from ...domain.units import UnitSystem, unit_system
from ...plugins.registry import PluginRegistry
from ...plugins.velocimetry import VELOCIMETRY_GROUP
from ...services.measuring.velocimetry import Velocimetry
from ..models.document import Change
from ..models.velocimetry_results import (
    AssessedVelocities,
    VectorDrawing,
    VelocityRow,
    assessed,
    summary_of,
    vector_drawing,
    velocity_rows,
)
from ..models.velocimetry_search import SearchPlan, direction_arrow, search_plan
from ..models.workbench import Workbench

FloatArray = NDArray[np.float64]
Picture = NDArray[np.uint8]

USUAL_SCALE_PX_PER_MPS = 40.0
FANS_AT_ALL, FANS_AT_SELECTED, NO_FANS = "all", "selected", "none"
MOST_FANS = 60
_ARROW_SHARE = 0.12
_FASTEST_SHARE = 0.25


class VectorsView(Protocol):
    """Picture, table and filter; figures in display units, positions in pixels of the rectified image."""

    def bind(self, presenter: VectorsPresenter) -> None: ...
    def show_units(self, length_label: str, velocity_label: str) -> None: ...
    def show_picture(self, picture: Picture | None) -> None: ...
    def show_scale(self, pixel_size: float | None, length_label: str) -> None: ...
    def show_section_line(self, line_px: FloatArray | None) -> None: ...
    def show_points(self, points_px: FloatArray, selected: Sequence[int]) -> None: ...
    def show_fans(self, lines_px: FloatArray, outlines_px: Sequence[FloatArray]) -> None: ...
    def show_fan_choice(self, choice: str) -> None: ...
    def show_direction(self, arrow_px: FloatArray | None) -> None: ...
    def show_vectors(self, vectors: VectorDrawing | None, is_current: bool) -> None: ...
    def show_vector_scale(self, px_per_velocity: float) -> None: ...
    def show_rows(self, rows: Sequence[VelocityRow], is_current: bool) -> None: ...
    def show_selection(self, points: Sequence[int]) -> None: ...
    def show_filter(self, least_quality: float | None, largest_spread: float | None, neighbours: bool) -> None: ...
    def show_summary(self, text: str) -> None: ...


class VectorsPresenter:
    """Draws what would be searched and what was found."""

    def __init__(self, view: VectorsView, bench: Workbench, registry: PluginRegistry) -> None:
        self._view = view
        self._bench = bench
        self._registry = registry
        self._plan = SearchPlan()
        self._found: AssessedVelocities | None = None
        self._selected: tuple[int, ...] = ()
        self._fans = FANS_AT_ALL
        self._px_per_mps = USUAL_SCALE_PX_PER_MPS
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        bench.rectified.changed.subscribe(lambda _: self._show_picture())
        self._show_picture()
        self._show()
        self._replan()

    # what the user does

    def select_points(self, points: Sequence[int]) -> None:
        """Select points, in the table and in the picture."""
        self._selected = tuple(points)
        self._view.show_selection(self._selected)
        self._show_points()

    def choose_fans(self, choice: str) -> None:
        """Draw the search at all points, at the selected ones, or not."""
        self._fans = choice
        self._show_points()

    def set_scale(self, px_per_velocity: float) -> None:
        """Another length of the arrows: pixels for one display unit of velocity."""
        self._px_per_mps = px_per_velocity * self._units.velocity
        self._show_vectors()

    def fit_scale(self) -> None:
        """Choose the length of the arrows so that the fastest is well seen."""
        picture = self._bench.rectified.current.picture
        if self._found is None or picture is None:
            return
        fastest_mps = np.max(self._found.reviewed.speed_mps, where=self._found.is_used, initial=0.0)
        if fastest_mps > 0.0:
            self._px_per_mps = float(f"{_FASTEST_SHARE * min(picture.shape[:2]) / fastest_mps:.2g}")
            self._show_vectors()

    def set_filter(
        self,
        *,
        least_quality: float | None = None,
        largest_spread: float | None = None,
        tests_neighbours: bool | None = None,
    ) -> None:
        """Set points aside by other rules; 0 leaves a rule to the program, and what is not given stays."""
        now = self._project.discharge
        changed = replace(
            now,
            least_quality=now.least_quality if least_quality is None else least_quality or None,
            largest_spread=now.largest_spread if largest_spread is None else largest_spread or None,
            tests_neighbours=now.tests_neighbours if tests_neighbours is None else tests_neighbours,
        )
        if _rules(changed) != _rules(now):
            project = replace(self._project, discharge=changed)
            self._bench.document.edit("Filter the velocities", project, merge="velocity filter")

    # showing

    @property
    def _project(self) -> Project:
        return self._bench.document.project

    @property
    def _units(self) -> UnitSystem:
        return unit_system(self._project.display_units)

    def _follow(self, change: Change) -> None:
        parts = ("velocities", "reviews", "discharge", "section", "calibration", "grid", "velocimetry", "video")
        if change.touches("display_units"):
            self._show_picture()
        if change.touches(*parts, "display_units"):
            self._show()
        if change.touches("section", "calibration", "grid", "velocimetry"):
            self._replan()

    def _replan(self) -> None:
        project = self._project

        def method() -> Velocimetry:
            settings = project.velocimetry
            made: Velocimetry = self._registry.create(VELOCIMETRY_GROUP, settings.method, settings.method_settings)
            return made

        self._bench.tasks.start(
            "Lay out the search", lambda control: search_plan(project, method), self._take_plan, slot="search plan",
            quiet=True,
        )  # fmt: skip

    def _take_plan(self, plan: SearchPlan) -> None:
        self._plan = plan
        self._selected = tuple(point for point in self._selected if point < len(self._shown_points))
        self._show_points()
        self._show_summary()

    def _show(self) -> None:
        project, units = self._project, self._units
        self._found = assessed(project)
        self._view.show_units(units.length_label, units.velocity_label)
        self._view.show_section_line(project.section.line_px)
        rows = () if self._found is None else velocity_rows(self._found, units)
        self._view.show_rows(rows, project.are_velocities_current)
        self._selected = tuple(point for point in self._selected if point < len(self._shown_points))
        self._view.show_selection(self._selected)
        rules = project.discharge
        self._view.show_filter(rules.least_quality, rules.largest_spread, rules.tests_neighbours)
        self._show_summary()
        self._show_points()
        self._show_vectors()

    @property
    def _shown_points(self) -> FloatArray:
        """The points as they were measured, else as they would be."""
        return self._plan.points_px if self._found is None else self._found.measured.xy_px

    def _show_points(self) -> None:
        points = self._shown_points
        self._view.show_points(points, self._selected)
        self._view.show_fan_choice(self._fans)
        searched = self._plan.points_px[self._plan.is_searched]
        if self._fans == FANS_AT_SELECTED:
            searched = points[list(self._selected)]
        fan = None if self._fans == NO_FANS else self._plan.fan
        if fan is None or len(searched) == 0:
            self._view.show_fans(np.empty((0, 2, 2)), ())
        else:
            searched = searched[:: -(-len(searched) // MOST_FANS)]
            self._view.show_fans(searched[:, np.newaxis] + fan.line_px, [point + fan.outline_px for point in searched])
        self._show_direction()

    def _show_summary(self) -> None:
        if self._found is not None:
            self._view.show_summary(summary_of(self._found, self._units))
        else:
            self._view.show_summary(" ".join(self._plan.problems))

    def _show_direction(self) -> None:
        settings, picture = self._project.velocimetry, self._bench.rectified.current.picture
        if not settings.is_direction_set or picture is None or len(self._plan.points_px) == 0:
            self._view.show_direction(None)
            return
        length_px = _ARROW_SHARE * min(picture.shape[:2])
        self._view.show_direction(direction_arrow(self._plan, settings.parameters.phi_origin_deg, length_px))

    def _show_vectors(self) -> None:
        self._view.show_vector_scale(self._px_per_mps / self._units.velocity)
        drawing = None if self._found is None else vector_drawing(self._found, self._px_per_mps)
        self._view.show_vectors(drawing, self._project.are_velocities_current)

    def _show_picture(self) -> None:
        image = self._bench.rectified.current
        self._view.show_picture(image.picture)
        size = None if image.solved is None else image.solved.rectification.pixel_size_m
        self._view.show_scale(None if size is None else size * self._units.length, self._units.length_label)
        self._show_direction()


def _rules(settings: DischargeSettings) -> tuple[float | None, float | None, bool]:
    return settings.least_quality, settings.largest_spread, settings.tests_neighbours
