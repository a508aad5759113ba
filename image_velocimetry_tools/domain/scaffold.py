"""The settings of a site: everything that one measurement takes over from the project that was set up by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .alpha import USUAL_ALPHA
from .ground_control import GroundControlPoints
from .section import Bank, CrossSection
from .units import DisplayUnits
from .video import FramePreparation, FrameSize

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RasterExtent:
    """World extent of the rectified image, metres."""

    x_min_m: float
    x_max_m: float
    y_min_m: float
    y_max_m: float


@dataclass(frozen=True, slots=True)
class StivParameters:
    """Settings of space-time image velocimetry; angles are geographic degrees in the rectified image."""

    num_pixels: int = 20
    phi_origin_deg: float = 90.0
    phi_range_deg: float = 90.0
    d_phi_deg: float = 1.0
    max_velocity_mps: float = 10.0
    blur_sigma_px: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Scaffold:
    """Settings of a site, SI, as read from an ``.ivy`` project.

    ``line_px`` is (2, 2): the (x, y) pixels, in the rectified image of the scaffold's own frame size, of the edges of
    water at ``water_surface_elevation_m``, the first at the start bank. ``mask_polygons_px`` are (n, 2) in the same
    image and cover what is not measured. ``source_path`` is the ``.ivy`` the settings came from;
    ``calibration_image`` is the encoded picture (JPEG or PNG). ``is_alpha_set`` tells that somebody chose another
    ``alpha`` for this site in the window than the usual one.
    """

    source_path: Path
    rectification_method: str
    ground_control: GroundControlPoints
    extent: RasterExtent
    flip_x: bool
    flip_y: bool
    calibration_size: FrameSize
    preparation: FramePreparation
    frame_step: int
    section: CrossSection
    line_px: FloatArray
    start_bank: Bank
    grid_points: int
    mask_polygons_px: tuple[FloatArray, ...]
    stiv: StivParameters
    water_surface_elevation_m: float
    display_units: DisplayUnits
    calibration_image: bytes | None = None
    alpha: float = USUAL_ALPHA
    comments: str = ""
    project: dict[str, object] = field(default_factory=dict)
    measured_on: date | None = None
    is_alpha_set: bool = False
