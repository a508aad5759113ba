"""The Grid tab: where velocity is measured, and what is masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...domain.project import PointLayout, Project
from ...domain.section import Bank
from ...domain.units import UnitSystem, unit_system
from ..models.document import Change
from ..models.grid import (
    MOST_POINTS_DRAWN,
    MaskRow,
    PointsFound,
    mask_rows,
    point_labels,
    points_of,
    summary_of,
    with_grid,
    with_mask,
    with_mask_moved,
    without_masks,
)
from ..models.workbench import Workbench

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Picture = NDArray[np.uint8]

MOST_POINTS = 500
LEAST_SPACING_PX = 2


class GridView(Protocol):
    """What the tab shows; lengths and areas in display units, positions in pixels of the rectified image."""

    def bind(self, presenter: GridPresenter) -> None: ...
    def show_units(self, area_label: str) -> None: ...
    def show_picture(self, picture: Picture | None) -> None: ...
    def show_scale(self, pixel_size: float | None, length_label: str) -> None: ...
    def show_section_line(self, line_px: FloatArray | None, edges: tuple[str, str]) -> None: ...
    def show_layout(self, layout: PointLayout) -> None: ...
    def show_count(self, count: int) -> None: ...
    def show_spacing(self, x_px: int, y_px: int, on_ground: tuple[str, str]) -> None: ...
    def show_simple_line(self, line_px: FloatArray | None) -> None: ...
    def show_points(self, points_px: FloatArray, is_masked: BoolArray, labels: Sequence[str]) -> None: ...
    def show_masks(self, masks_px: Sequence[FloatArray], rows: Sequence[MaskRow], selected: Sequence[int]) -> None: ...
    def show_summary(self, text: str) -> None: ...
    def show_problems(self, problems: Sequence[str]) -> None: ...


class GridPresenter:
    """Lays points out and masks what is not measured; points follow every edit at once."""

    def __init__(self, view: GridView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        self._found = PointsFound()
        self._selected: tuple[int, ...] = ()
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        bench.rectified.changed.subscribe(lambda _: self._show_picture())
        self._show_picture()
        self._show()

    # what the user does

    def choose_layout(self, layout: PointLayout | str) -> None:
        """Lay the points out in another way."""
        self._edit("Choose the layout of points", with_grid(self._project, layout=PointLayout(layout)))

    def set_count(self, count: int) -> None:
        """Another number of points along the section or the line."""
        project = with_grid(self._project, count=min(max(count, 1), MOST_POINTS))
        self._edit("Set the number of points", project, merge="point count")

    def set_spacing(self, *, x_px: int | None = None, y_px: int | None = None) -> None:
        """Another spacing of the regular grid."""
        grid = self._project.grid
        project = with_grid(
            self._project,
            spacing_x_px=max(LEAST_SPACING_PX, grid.spacing_x_px if x_px is None else x_px),
            spacing_y_px=max(LEAST_SPACING_PX, grid.spacing_y_px if y_px is None else y_px),
        )
        self._edit("Set the spacing of points", project, merge="point spacing")

    def draw_line(self, line_px: ArrayLike) -> None:
        """Take over the simple line (2, 2) as drawn or dragged."""
        line = np.array(line_px, dtype=float).reshape(2, 2)
        self._edit("Draw a line of points", with_grid(self._project, line_px=line))

    def draw_mask(self, polygon_px: ArrayLike) -> None:
        """Add a mask (n, 2) and select it."""
        self._selected = (len(self._project.grid.mask_polygons_px),)
        self._edit("Draw a mask", with_mask(self._project, polygon_px))

    def move_mask(self, index: int, polygon_px: ArrayLike) -> None:
        """Take over a mask of which a vertex was dragged."""
        self._edit(f"Change mask {index + 1}", with_mask_moved(self._project, index, polygon_px))

    def select_masks(self, indices: Sequence[int]) -> None:
        """Note the selected masks and mark them."""
        self._selected = tuple(indices)
        self._show_masks()

    def delete_masks(self) -> None:
        """Delete the selected masks."""
        label = "Delete a mask" if len(self._selected) == 1 else "Delete masks"
        selected, self._selected = self._selected, ()
        self._edit(label, without_masks(self._project, selected))

    def delete_all_masks(self) -> None:
        """Delete all masks."""
        self._selected = ()
        masks = range(len(self._project.grid.mask_polygons_px))
        self._edit("Delete all masks", without_masks(self._project, masks))

    # showing

    @property
    def _project(self) -> Project:
        return self._bench.document.project

    @property
    def _units(self) -> UnitSystem:
        return unit_system(self._project.display_units)

    def _edit(self, label: str, project: Project, merge: str = "") -> None:
        if project is self._project:
            self._show_settings()
        else:
            self._bench.document.edit(label, project, merge=merge)

    def _follow(self, change: Change) -> None:
        if change.touches("display_units"):
            self._show_picture()
        if change.touches("grid", "section", "calibration", "display_units"):
            self._show()

    def _show(self) -> None:
        project = self._project
        self._view.show_units(self._units.area_label)
        line, start = project.section.line_px, project.section.start_bank
        edges = ("left edge of water", "right edge of water")
        self._view.show_section_line(line, edges if start is Bank.LEFT else edges[::-1])
        count = len(project.grid.mask_polygons_px)
        self._selected = tuple(index for index in self._selected if index < count)
        self._show_settings()
        self._show_masks()
        self._bench.tasks.start(
            "Lay out the points", lambda control: points_of(project), self._take, slot="grid points", quiet=True
        )

    def _take(self, found: PointsFound) -> None:
        self._found = found
        self._show_settings()
        self._show_masks()
        labels = point_labels(self._project.grid.layout, found.is_masked)
        drawn = slice(MOST_POINTS_DRAWN)
        self._view.show_points(found.points_px[drawn], found.is_masked[drawn], labels[drawn])
        self._view.show_summary(summary_of(self._project, found, self._units))
        self._view.show_problems(found.problems)

    def _show_settings(self) -> None:
        grid = self._project.grid
        self._view.show_layout(grid.layout)
        self._view.show_count(grid.count)
        self._view.show_simple_line(grid.line_px if grid.layout is PointLayout.LINE else None)
        ground = (self._on_ground(grid.spacing_x_px), self._on_ground(grid.spacing_y_px))
        self._view.show_spacing(grid.spacing_x_px, grid.spacing_y_px, ground)

    def _on_ground(self, length_px: int) -> str:
        size = self._found.pixel_size_m
        if size is None:
            return ""
        return f"{length_px * size * self._units.length:.2f} {self._units.length_label}"

    def _show_masks(self) -> None:
        masks = self._project.grid.mask_polygons_px
        self._view.show_masks(masks, mask_rows(masks, self._found, self._units), self._selected)

    def _show_picture(self) -> None:
        image = self._bench.rectified.current
        self._view.show_picture(image.picture)
        size = None if image.solved is None else image.solved.rectification.pixel_size_m
        self._view.show_scale(None if size is None else size * self._units.length, self._units.length_label)
