"""The Orthorectification tab: from control points in an image to a rectified image at the water level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...domain.project import Project
from ...domain.units import UnitSystem, unit_system
from ...services.project_setup.carried_drawings import with_calibration
from ...services.project_setup.editing import with_flips, with_method, with_water_surface_elevation
from ..models.document import Change
from ..models.orthorectification import (
    ImageMarks,
    PointRow,
    image_marks,
    places_in_rectified,
    point_rows,
)
from ..models.orthorectification_findings import (
    CalibrationFindings,
    calibration_findings,
    matrix_of,
    matrix_title,
    method_reason,
)
from ..models.rectified_image import RectifiedImage
from ..models.workbench import Hint, Workbench
from .orthorectification_files import CalibrationFiles
from .orthorectification_points import PointsEditor, PointsView

FloatArray = NDArray[np.float64]
Picture = NDArray[np.uint8]

AUTOMATIC = "automatic"


class OrthorectificationView(PointsView, Protocol):
    """What the tab shows; coordinates in display units, pixels of the picture that they are drawn in."""

    def bind(self, presenter: OrthorectificationPresenter) -> None: ...
    def show_units(self, length_label: str) -> None: ...
    def show_original(self, picture: Picture | None) -> None: ...
    def show_rectified(self, picture: Picture | None) -> None: ...
    def show_whole(self) -> None: ...
    def show_rows(self, rows: Sequence[PointRow]) -> None: ...
    def show_marks(self, marks: ImageMarks) -> None: ...
    def show_rectified_points(self, xy_px: FloatArray, names: Sequence[str]) -> None: ...
    def show_scale(self, pixel_size: float | None, length_label: str) -> None: ...
    def show_level(self, level: float | None) -> None: ...
    def show_method(self, method: str, reason: str) -> None: ...
    def show_flips(self, flip_x: bool, flip_y: bool) -> None: ...
    def show_extent(self, is_fixed: bool) -> None: ...
    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None: ...
    def show_matrix(self, matrix: FloatArray | None, title: str) -> None: ...
    def show_findings(self, problems: Sequence[str], warnings: Sequence[str], note: str) -> None: ...
    def show_cursor(self, text: str) -> None: ...


class OrthorectificationPresenter:
    """Keeps pictures, table and figures in step with the calibration; every edit is solved at once."""

    def __init__(self, view: OrthorectificationView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        self._files = CalibrationFiles(bench)
        self._shown: RectifiedImage | None = None
        view.bind(self)
        self.points = PointsEditor(view, bench)
        bench.document.changed.subscribe(self._follow)
        bench.rectified.changed.subscribe(lambda image: self._show_solution())
        self._show_settings()
        self._show_solution()

    # files

    def import_image(self) -> None:
        """Let the user choose the calibration image."""
        self._files.import_image()

    def open_image(self, path: Path) -> None:
        """Take a picture as calibration image."""
        self._files.open_image(path)

    def import_points(self) -> None:
        """Let the user choose a table of control points."""
        self._files.import_points()

    def open_points(self, path: Path) -> None:
        """Take a table of control points."""
        self._files.open_points(path)

    def export_points(self) -> None:
        """Write the table of points."""
        self._files.export_points()

    def save_points_template(self) -> None:
        """Write a table of control points to fill in."""
        self._files.save_points_template()

    def export_frames(self) -> None:
        """Write all frames of the clip, rectified, into a folder."""
        self._files.export_frames()

    # settings

    def set_level(self, level: float) -> None:
        """Take over the water surface elevation, display units."""
        edited = with_water_surface_elevation(self._project, level / self._units.length)
        self._bench.document.edit("Change the water surface elevation", edited, merge="water surface elevation")

    def choose_method(self, method: str) -> None:
        """Rectify by a method, or by the one that fits the points."""
        edited = with_method(self._project, None if method == AUTOMATIC else method)
        self._bench.document.edit("Choose the method of rectification", edited)

    def flip(self, flip_x: bool, flip_y: bool) -> None:
        """Mirror the rectified image, or not."""
        self._bench.document.edit("Flip the rectified image", with_flips(self._project, flip_x, flip_y))

    def fit_extent(self) -> None:
        """Let the rectified image reach as far as the points do; what is drawn stays in its place in the world."""
        calibration = self._project.calibration
        if calibration.extent is not None:
            edited = with_calibration(self._project, replace(calibration, extent=None))
            self._bench.document.edit("Fit the rectified image to the points", edited)

    # looking

    def rectify(self) -> None:
        """Show both pictures whole and tell how good the solution is, or why there is none."""
        self._view.show_whole()
        image = self._bench.rectified.current
        if image.solved is not None:
            size_m, rmse_px = image.solved.rectification.gsd_m, image.solved.rmse_px
            size = f"{size_m * self._units.length:.4f} {self._units.length_label}"
            self._bench.said.emit(f"The image is rectified: pixels of {size}, RMSE {rmse_px:.2f} px")
        else:
            reasons = [str(problem) for problem in image.problems]
            self._bench.said.emit(
                Hint(reasons[0] if reasons else "Import the calibration image and the control points")
            )

    def hover(self, x_px: float, y_px: float, is_original: bool) -> None:
        """Tell where the mouse is: pixel, and place on the water."""
        solved, place = self._bench.rectified.current.solved, ""
        if solved is not None:
            way = solved.rectification.image_to_world if is_original else solved.rectification.raster_to_world
            x, y = way([[x_px, y_px]])[0] * self._units.length
            place = f"X {x:.3f}, Y {y:.3f} {self._units.length_label}" if np.isfinite(x) else "not on the water"
        which = "Image" if is_original else "Rectified image"
        self._view.show_cursor(f"{which} ({x_px:.1f}, {y_px:.1f}) px" + (f":  {place}" if place else ""))

    def leave(self) -> None:
        """The mouse left the pictures."""
        self._view.show_cursor("")

    # showing

    @property
    def _project(self) -> Project:
        return self._bench.document.project

    @property
    def _units(self) -> UnitSystem:
        return unit_system(self._project.display_units)

    def _follow(self, change: Change) -> None:
        if change.touches("calibration", "video", "display_units"):
            self._show_settings()
            self._show_solution()

    def _show_settings(self) -> None:
        calibration, units = self._project.calibration, self._units
        level = calibration.water_surface_elevation_m
        self._view.show_units(units.length_label)
        self._view.show_level(None if level is None else level * units.length)
        self._view.show_flips(calibration.flip_x, calibration.flip_y)
        self._view.show_extent(calibration.extent is not None)

    def _show_solution(self) -> None:
        """Table, marks and figures; those of a solution that is being replaced stay until the new one is there."""
        project, image = self._project, self._bench.rectified.current
        calibration, solved = project.calibration, image.solved
        rows = point_rows(calibration, solved, image.problems, self._units)
        findings = calibration_findings(project, image, rows, self._units)
        self._show_pictures(image)
        self._view.show_rows(rows)
        self._view.show_marks(image_marks(calibration.points, solved))
        names = [point.name for point in calibration.points.points]
        self._view.show_rectified_points(places_in_rectified(calibration.points, solved), names)
        self._view.show_selected(self.points.selected)
        self._view.show_method(calibration.method or AUTOMATIC, method_reason(project, solved))
        self._view.show_matrix(matrix_of(solved), matrix_title(solved))
        self._show_findings(findings)

    def _show_pictures(self, image: RectifiedImage) -> None:
        shown = self._shown
        if shown is None or shown.original is not image.original:
            self._view.show_original(image.original)
        if shown is None or shown.picture is not image.picture:
            self._view.show_rectified(image.picture)
        self._shown = image
        size_m = None if image.solved is None else image.solved.rectification.pixel_size_m
        self._view.show_scale(None if size_m is None else size_m * self._units.length, self._units.length_label)

    def _show_findings(self, findings: CalibrationFindings) -> None:
        self._view.show_figures(findings.figures)
        self._view.show_findings(findings.problems, findings.warnings, findings.note)
