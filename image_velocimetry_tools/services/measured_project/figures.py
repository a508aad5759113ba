"""What is computed of a project for its file: the solved rectification, the discharge with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ...domain.errors import IvyError
from ...domain.project import Calibration, Project
from ...formats.project.figures import DischargeFigures, ProjectFigures, RectificationFigures
from ...formats.project.job_measurement import JobStations
from ...numerics.planar import RectificationMethod
from ..cross_section_service import CrossSectionService
from ..discharge_service import DischargeMeasurement
from ..rectification.rectified_view import RectifiedView, view_of
from .discharge import discharge_of_project


def figures_of(project: Project) -> ProjectFigures:
    """Everything that can be computed of a project as it stands; what is missing for the rest is no error."""
    measured = _measured(project)
    return ProjectFigures(
        rectification=rectification_figures(project.calibration),
        discharge=None if measured is None else discharge_figures(measured),
        top_width_m=_top_width_m(project),
    )


def known_view(calibration: Calibration) -> RectifiedView | None:
    """The rectified view of a calibration; None if it has none yet, for whatever reason."""
    try:
        return view_of(calibration)
    except IvyError:
        return None


def _uncertainty_tables(measurement: DischargeMeasurement) -> dict[str, dict[str, float | None]]:
    """Parts of both uncertainties, and their shares in the variance, by the names of USGS IVyTools."""
    tables: dict[str, dict[str, float | None]] = {}
    for name, found in (("u_iso", measurement.iso), ("u_ive", measurement.ive)):
        tables[name] = _finite({"u_q": found.u_q, "u95_q": found.u95, **found.components})
        tables[f"{name}_contribution"] = _finite(found.contributions)
    return tables


def _finite(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _finite_or_none(value) for name, value in values.items()}


def _finite_or_none(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def rectification_figures(calibration: Calibration) -> RectificationFigures | None:
    """The rectification as projects hold it; None if there is none yet, for whatever reason."""
    view = known_view(calibration)
    if view is None:
        return None
    solved = view.solved
    tested = [
        index
        for index, point in enumerate(calibration.points.points)
        if point.is_digitised and (point.use_in_rectification or point.use_in_validation)
    ]
    errors = {
        index: (residual.dx_px, residual.dy_px, residual.total_px)
        for index, residual in zip(tested, solved.residuals, strict=True)
    }
    camera, raster, planar = solved.camera, solved.raster, solved.planar
    is_homography = solved.method is RectificationMethod.HOMOGRAPHY
    return RectificationFigures(
        method=str(solved.method),
        gsd_m=solved.rectification.gsd_m,
        rmse_px=solved.rmse_px,
        rmse_m=solved.rmse_m,
        camera_matrix=None if camera is None else camera.matrix / camera.matrix[2, 3],
        homography_matrix=planar.image_to_output if planar is not None and is_homography else None,
        extent=None if raster is None else raster.extent,
        view_angle_deg=None if planar is None else planar.view_angle_deg,
        errors_px=errors,
    )


def _measured(project: Project) -> DischargeMeasurement | None:
    if project.velocities is None:
        return None
    try:
        return discharge_of_project(project).measurement
    except IvyError:
        return None


def discharge_figures(measurement: DischargeMeasurement) -> DischargeFigures:
    """A discharge as projects hold it, the edges of water among its stations with no velocity."""
    panels = measurement.discharge
    velocity = panels.surface_velocity_mps.copy()
    velocity[[0, -1]] = 0.0
    return DischargeFigures(
        stations=JobStations(
            station_m=panels.station_m,
            width_m=panels.width_m,
            depth_m=panels.depth_m,
            area_m2=panels.panel_area_m2,
            surface_velocity_mps=velocity,
            alpha=panels.alpha,
            discharge_m3s=panels.panel_discharge_m3s,
            used=[True] * len(panels.station_m),
        ),
        discharge_m3s=panels.discharge_m3s,
        area_m2=panels.area_m2,
        iso_u95=_finite_or_none(measurement.iso.u95),
        ive_u95=_finite_or_none(measurement.ive.u95),
        uncertainties=_uncertainty_tables(measurement),
    )


def _top_width_m(project: Project) -> float | None:
    survey, level = project.section.survey, project.calibration.water_surface_elevation_m
    if survey is None or level is None:
        return None
    try:
        return float(CrossSectionService().wetted(survey, level).top_width_m)
    except IvyError:
        return None
