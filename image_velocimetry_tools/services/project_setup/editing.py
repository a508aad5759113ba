"""Edits of a project that keep it consistent: what was drawn stays where it is in the world.

All functions are pure. An edit that changes nothing returns the same project, one of something that velocities rest on
makes that part a new object.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError
from ...domain.ground_control import GroundControlPoint, GroundControlPoints
from ...domain.project import Project, SectionSettings
from ...domain.sameness import is_same
from ...domain.section import Bank, CrossSection
from ...domain.units import DisplayUnits
from ...domain.video import FrameSize
from ...numerics.section_line import line_stations
from ..orthorectification_service import OrthorectificationService
from ..rectification.picture_geometry import frame_scale
from ..rectification.rectified_view import raster_of, solved_at_level
from .carried_drawings import with_calibration, with_pinned_extent

FloatArray = NDArray[np.float64]


def with_water_surface_elevation(project: Project, level_m: float | None) -> Project:
    """Another water level: the ends of the section line follow the edges of water along the same line in the world.

    They stay where they are if either level lies outside the survey.
    """
    if level_m == project.calibration.water_surface_elevation_m:
        return project
    calibration = replace(project.calibration, water_surface_elevation_m=level_m)
    return replace(project, calibration=calibration, section=_section_at(project, level_m))


def _section_at(project: Project, level_m: float | None) -> SectionSettings:
    section, before = project.section, project.calibration.water_surface_elevation_m
    raster = raster_of(project.calibration)
    if section.survey is None or section.line_px is None or before is None or level_m is None or raster is None:
        return section
    try:
        line = line_stations(raster.pixel_to_world(section.line_px), section.survey, before, section.start_bank)
        edges_m = line.edges(section.survey, level_m)
    except IvyError:
        return section
    return replace(section, line_px=raster.world_to_pixel(edges_m))


def with_control_points(project: Project, points: GroundControlPoints) -> Project:
    """Another table of control points."""
    if points == project.calibration.points:
        return project
    return with_calibration(project, replace(with_pinned_extent(project, points), points=points))


def with_method(project: Project, method: str | None) -> Project:
    """Another rectification method; None chooses by the points."""
    if method == project.calibration.method:
        return project
    return with_calibration(project, replace(project.calibration, method=method))


def with_flips(project: Project, flip_x: bool, flip_y: bool) -> Project:
    """The rectified image mirrored or not; the expected flow direction turns with it."""
    calibration = project.calibration
    if (flip_x, flip_y) == (calibration.flip_x, calibration.flip_y):
        return project
    return with_calibration(project, replace(calibration, flip_x=flip_x, flip_y=flip_y))


def with_calibration_image(project: Project, image: bytes, size: FrameSize, name: str) -> Project:
    """Another calibration image; in one of another size and the same shape, digitised points stay on what they show."""
    calibration, prepared_as = project.calibration, project.video.preparation.placing
    is_same_image = (image, size, name) == (calibration.image, calibration.image_size, calibration.image_name)
    if is_same_image and calibration.prepared_as in (None, prepared_as):
        return project
    points = calibration.points
    if calibration.image_size is not None and size != calibration.image_size:
        points = _rescaled(points, calibration.image_size, size)
    changed = replace(
        calibration, image=image, image_size=size, image_name=name, points=points, prepared_as=prepared_as
    )
    return with_calibration(project, changed)


def _rescaled(points: GroundControlPoints, before: FrameSize, after: FrameSize) -> GroundControlPoints:
    try:
        frame_scale(after, before)
    except IvyError:
        return points
    scale_x, scale_y = after.width_px / before.width_px, after.height_px / before.height_px

    def moved(point: GroundControlPoint) -> GroundControlPoint:
        if point.x_px is None or point.y_px is None:
            return point
        # pixel centres are at integers
        return replace(point, x_px=(point.x_px + 0.5) * scale_x - 0.5, y_px=(point.y_px + 0.5) * scale_y - 0.5)

    return GroundControlPoints(tuple(moved(point) for point in points.points))


def with_survey(project: Project, survey: CrossSection | None, name: str, units: DisplayUnits) -> Project:
    """Another survey of the section; the line stays, since its ends are edges of water in the picture."""
    section = project.section
    if survey is section.survey and (name, units) == (section.survey_name, section.survey_units):
        return project
    return replace(project, section=replace(section, survey=survey, survey_name=name, survey_units=units))


def with_roughness(project: Project, manning_n: tuple[float, ...], bounds_m: tuple[float, ...]) -> Project:
    """Another roughness of subsections, and other stations between them; what was measured does not depend on it."""
    before, velocities = project.section, project.velocities
    survey = before.survey
    if survey is None or (survey.manning_n, survey.subsection_bounds_m) == (manning_n, bounds_m):
        return project
    section = replace(before, survey=replace(survey, manning_n=manning_n, subsection_bounds_m=bounds_m))
    if velocities is not None and is_same(velocities.basis.section, before):
        velocities = replace(velocities, basis=replace(velocities.basis, section=section))
    return replace(project, section=section, velocities=velocities)


def with_section_line(project: Project, line_px: FloatArray | None) -> Project:
    """Another section line (2, 2), pixels of the rectified image: the edges of water, the start bank's first."""
    before = project.section.line_px
    if line_px is before or (line_px is not None and before is not None and np.array_equal(line_px, before)):
        return project
    line = None if line_px is None else np.array(line_px, dtype=float).reshape(2, 2)
    return replace(project, section=replace(project.section, line_px=line))


def with_section_line_in_image(project: Project, line_image_px: FloatArray) -> Project:
    """A section line (2, 2) drawn on the water in the calibration image.

    Raises
    ------
    IvyError
        If the image cannot be rectified, or an end lies at or above the horizon.
    """
    service = OrthorectificationService()
    solved = solved_at_level(project.calibration, service)
    return with_section_line(project, service.line_in_rectified_image(solved, line_image_px))


def with_start_bank(project: Project, start_bank: Bank) -> Project:
    """Another statement of the bank at which the line starts; the line stays."""
    if start_bank is project.section.start_bank:
        return project
    return replace(project, section=replace(project.section, start_bank=start_bank))
