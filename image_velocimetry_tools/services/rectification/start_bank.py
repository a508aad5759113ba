"""At which bank a section line starts, as the picture and the expected flow direction tell it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...domain.section import Bank
from ...domain.video import FramePreparation
from ...numerics.camera import CameraModel
from ...numerics.raster import GroundRaster
from .job_geometry import JobGeometry

FloatArray = NDArray[np.float64]

_DOWNSTREAM_SHARE = 0.05


def contradicted_bank_of_job(geometry: JobGeometry, preparation: FramePreparation, stated: Bank) -> Bank | None:
    """The bank at which the line of a job starts, seen downstream, if another one is stated; None if not, or unknown.

    Of a mirrored picture nothing is said.
    """
    if preparation.flip != "none":
        return None
    level_m = geometry.water_surface_elevation_m
    seen = seen_start_bank(geometry.edges_px, geometry.normal, geometry.raster, geometry.camera, level_m)
    return None if seen is stated else seen


def seen_start_bank(
    line_px: FloatArray, normal: FloatArray, raster: GroundRaster, camera: CameraModel, level_m: float
) -> Bank | None:
    """The bank at which a line (2, 2) of the rectified image starts; ``normal`` (2,) points downstream there.

    A camera sees the water from above, so right and left are told in its picture, whatever the handedness of the
    coordinates.
    """
    middle = line_px.mean(axis=0)
    below = middle + _DOWNSTREAM_SHARE * float(np.hypot(*(line_px[1] - line_px[0]))) * normal
    ground_m = raster.pixel_to_world(np.array([*line_px, middle, below]))
    start, end, middle, below = camera.project(np.column_stack([ground_m, np.full(4, level_m)]))
    across, (along_x, along_y) = end - start, below - middle
    # rows grow downwards: the right hand of (x, y) is (-y, x)
    rightwards = float(across @ np.array([-along_y, along_x]))
    if not np.isfinite(rightwards) or rightwards == 0.0:
        return None
    return Bank.LEFT if rightwards > 0.0 else Bank.RIGHT


def bank_remark(seen: Bank | None, stated: Bank) -> tuple[str, ...]:
    """A sentence if another bank is seen than stated."""
    if seen is None:
        return ()
    return (
        f"Seen along the expected flow direction, the section line starts at the {seen} bank, but the {stated} bank is"
        " stated. Check the start bank, the ends of the line and the flow direction: the depths may lie the wrong way"
        " round.",
    )
