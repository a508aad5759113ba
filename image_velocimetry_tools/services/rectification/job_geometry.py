"""Where one video shows what, at the water level of a job: the section line and the measurement points on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...domain.scaffold import Scaffold
from ...domain.video import VideoMetadata
from ...numerics.section_line import LineStations
from ...numerics.velocity import section_normal
from ..cross_section_service import CrossSectionService
from ..grid_service import GridService
from ..orthorectification_service import OrthorectificationService
from .picture_geometry import PointGeometry, filmed_ground
from .picture_geometry import frame_scale as frame_scale
from .picture_geometry import require_picture as require_picture

FloatArray = NDArray[np.float64]

# how far up and down the river, in widths of it, the picture is taken to show water
_WATER_REACH_WIDTHS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class JobGeometry(PointGeometry):
    """The geometry of one job: its points lie on a section line between the edges of water ``edges_px`` (2, 2)."""

    line: LineStations
    edges_px: FloatArray


class JobGeometryService:
    """Derives the geometry of a job from the settings of the site and the facts of its video.

    Parameters
    ----------
    orthorectification, cross_sections, grids
        Services that do the parts of it.
    """

    def __init__(
        self,
        orthorectification: OrthorectificationService | None = None,
        cross_sections: CrossSectionService | None = None,
        grids: GridService | None = None,
    ) -> None:
        self._orthorectification = orthorectification or OrthorectificationService()
        self._cross_sections = cross_sections or CrossSectionService()
        self._grids = grids or GridService()

    def prepare(self, scaffold: Scaffold, video: VideoMetadata, water_surface_elevation_m: float) -> JobGeometry:
        """Geometry of a video of the site at a water level, metres.

        Raises
        ------
        VideoError
            If the frame has another shape than the calibration image.
        GroundControlError
            If the control points do not determine a camera.
        SectionError
            If the level, or that of the scaffold, does not cut the section.
        RectificationError
            If the section line has no length in the world.
        """
        ground = filmed_ground(scaffold, video, self._orthorectification)
        drawn_on, raster = ground.calibration_raster, ground.raster
        line = self._cross_sections.line(
            drawn_on.pixel_to_world(scaffold.line_px),
            scaffold.section,
            scaffold.water_surface_elevation_m,
            scaffold.start_bank,
        )
        points = self._grids.measurement_points(
            line,
            scaffold.section,
            water_surface_elevation_m,
            scaffold.grid_points,
            raster,
            scaffold.mask_polygons_px,
            drawn_on,
        )
        edges_px = raster.world_to_pixel(line.edges(scaffold.section, water_surface_elevation_m))
        normal = section_normal(edges_px, scaffold.stiv.phi_origin_deg)
        return JobGeometry(
            frames=ground.frames,
            scale=ground.scale,
            camera=ground.camera,
            residuals=ground.residuals,
            raster=raster,
            calibration_raster=drawn_on,
            water_surface_elevation_m=water_surface_elevation_m,
            points=points,
            normal=normal,
            outline_px=reach_of_water(edges_px, normal),
            num_pixels=ground.num_pixels,
            line=line,
            edges_px=edges_px,
        )


def reach_of_water(edges_px: FloatArray, normal: FloatArray) -> FloatArray:
    """Corners (4, 2), raster pixels, of the reach of water up and down the river from a line across it (2, 2)."""
    first, last = edges_px
    reach = _WATER_REACH_WIDTHS * float(np.hypot(*(last - first))) * normal
    return np.array([first - reach, last - reach, last + reach, first + reach])
