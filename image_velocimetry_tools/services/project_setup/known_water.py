"""Where a project knows that its video shows water, as early as it knows anything of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError
from ...domain.project import PointLayout, Project
from ...domain.video import VideoMetadata
from ...numerics.raster import image_matrix
from ...numerics.section_line import line_stations
from ...numerics.velocity import section_normal
from ..rectification.job_geometry import reach_of_water
from ..rectification.picture_geometry import FilmedGround, decoded_places, filmed_ground
from .measurement_points import unmasked_points_px
from .open_site import open_site_of
from .problems import is_flat

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class KnownWater:
    """A reach that is taken for water: corners ``outline_px`` (4, 2), pixels of the raster of ``ground``.

    ``source`` says by what it is known, in the words of the tabs.
    """

    ground: FilmedGround
    water_surface_elevation_m: float
    outline_px: FloatArray
    source: str

    def to_decoded(self, raster_px: FloatArray) -> FloatArray:
        """Pixels (n, 2) of the decoded frame that show raster pixels (n, 2); NaN where none does."""
        matrix = image_matrix(self.ground.raster, self.ground.camera, self.water_surface_elevation_m)
        return decoded_places(raster_px, matrix, self.ground.frames)


def known_water(project: Project, video: VideoMetadata) -> KnownWater | None:
    """The reach that the measurement takes for water, as far as its place is known; None if it is not."""
    level_m = project.calibration.water_surface_elevation_m
    if level_m is None and not is_flat(project.calibration):
        return None
    try:
        ground = filmed_ground(open_site_of(project), video)
        found = _outline(project, ground)
    except IvyError:
        return None
    if found is None:
        return None
    return KnownWater(ground, level_m or 0.0, *found)


def box_of(xy_px: FloatArray) -> FloatArray:
    """Corners (4, 2) of the box round points (n, 2)."""
    (left, top), (right, bottom) = xy_px.min(axis=0), xy_px.max(axis=0)
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


def _outline(project: Project, ground: FilmedGround) -> tuple[FloatArray, str] | None:
    layout = project.grid.layout
    if layout is PointLayout.REGULAR:
        return box_of(_in_raster(unmasked_points_px(project), ground)), "the grid of points"
    if layout is PointLayout.LINE:
        edges_px, source = _line(project.grid.line_px, ground), "the line of points"
    else:
        edges_px, source = _edges_of_water(project, ground), "the section line"
    if edges_px is None:
        return None
    # up and down the river alike, so that the sense of downstream plays no part
    normal = section_normal(edges_px, project.velocimetry.parameters.phi_origin_deg)
    return reach_of_water(edges_px, normal), source


def _edges_of_water(project: Project, ground: FilmedGround) -> FloatArray | None:
    """The edges of water at the water level; before there is a survey, the ends of the line as it is drawn."""
    section, level_m = project.section, project.calibration.water_surface_elevation_m
    if section.line_px is None or section.survey is None or level_m is None:
        return _line(section.line_px, ground)
    line_m = ground.calibration_raster.pixel_to_world(section.line_px)
    line = line_stations(line_m, section.survey, level_m, section.start_bank)
    return ground.raster.world_to_pixel(line.edges(section.survey, level_m))


def _line(line_px: FloatArray | None, ground: FilmedGround) -> FloatArray | None:
    return None if line_px is None else _in_raster(line_px, ground)


def _in_raster(calibration_px: FloatArray, ground: FilmedGround) -> FloatArray:
    """Pixels (n, 2) of the raster of the video, of pixels (n, 2) of the raster on which lines are drawn."""
    return ground.raster.world_to_pixel(ground.calibration_raster.pixel_to_world(calibration_px))
