"""A project as a site whose videos show the ground, whether it has a section or not."""

from __future__ import annotations

from dataclasses import dataclass

from ...domain.ground_control import GroundControlPoints
from ...domain.project import Project
from ...domain.scaffold import RasterExtent, StivParameters
from ...domain.video import FramePreparation, FrameSize
from ..rectification.rectified_view import view_of
from .scaffold import extent_of


@dataclass(frozen=True, slots=True, eq=False)
class OpenSite:
    """A site without a section; see :class:`.rectification.picture_geometry.FilmedSite`."""

    rectification_method: str
    ground_control: GroundControlPoints
    extent: RasterExtent
    flip_x: bool
    flip_y: bool
    calibration_size: FrameSize
    calibration_image: bytes | None
    preparation: FramePreparation
    stiv: StivParameters


def open_site_of(project: Project) -> OpenSite:
    """The site of a project.

    Raises
    ------
    IvyError
        If its calibration image cannot be rectified.
    """
    calibration, view = project.calibration, view_of(project.calibration)
    return OpenSite(
        rectification_method=view.method.value,
        ground_control=calibration.points,
        extent=extent_of(calibration),
        flip_x=calibration.flip_x,
        flip_y=calibration.flip_y,
        calibration_size=view.frame,
        calibration_image=calibration.image,
        preparation=project.video.preparation,
        stiv=project.velocimetry.parameters,
    )
