"""What follows from a project by computation and stands in its file beside it; plain values, no services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...domain.scaffold import RasterExtent
from .job_measurement import JobStations

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RectificationFigures:
    """A solved rectification.

    ``camera_matrix`` is (3, 4) and belongs to the calibration image, ``homography_matrix`` (3, 3) leads from it to the
    rectified image; ``gsd_m`` is the ground size of a pixel. ``errors_px`` are the reprojection errors (x, y, total) by
    the index of the point.
    """

    method: str
    gsd_m: float
    rmse_px: float
    rmse_m: float
    camera_matrix: FloatArray | None = None
    homography_matrix: FloatArray | None = None
    extent: RasterExtent | None = None
    view_angle_deg: float | None = None
    errors_px: Mapping[int, tuple[float, float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class DischargeFigures:
    """A discharge, SI; uncertainties are fractions (95 %), ``uncertainties`` the tables ``u_iso`` and so on."""

    stations: JobStations
    discharge_m3s: float
    area_m2: float
    iso_u95: float | None
    ive_u95: float | None
    uncertainties: Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True, slots=True, eq=False)
class ProjectFigures:
    """Everything that was computed; None where it could not be."""

    rectification: RectificationFigures | None = None
    discharge: DischargeFigures | None = None
    top_width_m: float | None = None
