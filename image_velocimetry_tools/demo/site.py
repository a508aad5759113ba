"""What a generated case is made of: a site that was surveyed once, and videos of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ..domain.scaffold import RasterExtent, StivParameters
from ..domain.section import Bank
from ..domain.units import DisplayUnits
from ..domain.video import FramePreparation, FrameSize
from .camera import PinholeCamera, Point
from .profile import BetaProfile

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SyntheticSite:
    """A straight channel of constant section under a fixed camera.

    Stations run from the left bank to the right one; ``bearing_deg`` is the direction in which they increase,
    counter-clockwise from the world's X axis, so the water flows 90 degrees further. ``camera`` sees the prepared
    frame: after rotation, flip and lens correction of the decoded one.
    """

    name: str
    station_m: tuple[float, ...]
    elevation_m: tuple[float, ...]
    origin_m: tuple[float, float]
    bearing_deg: float
    camera: PinholeCamera
    control_points_m: tuple[Point, ...]
    extent: RasterExtent
    level_m: float
    display_units: DisplayUnits = DisplayUnits.METRIC
    start_bank: Bank = Bank.LEFT
    grid_points: int = 25
    flip_x: bool = False
    flip_y: bool = False
    preparation: FramePreparation = field(default_factory=FramePreparation)
    stiv: StivParameters = field(default_factory=lambda: StivParameters(num_pixels=32, phi_range_deg=30.0))
    frame_step: int = 1
    control_noise_px: float = 0.0
    mask_polygons_px: tuple[tuple[tuple[float, float], ...], ...] = ()
    texture_wavelength_m: float = 0.1
    seed: int = 1

    @property
    def across(self) -> FloatArray:
        """Unit vector of the world along which stations increase, shape (2,)."""
        return np.array([np.cos(np.radians(self.bearing_deg)), np.sin(np.radians(self.bearing_deg))])

    @property
    def downstream(self) -> FloatArray:
        """Unit vector of the world in which the water flows, shape (2,)."""
        return np.array([-np.sin(np.radians(self.bearing_deg)), np.cos(np.radians(self.bearing_deg))])

    def world_of(self, station_m: FloatArray, downstream_m: FloatArray | float = 0.0) -> FloatArray:
        """World XY (n, 2) of stations at a distance downstream of the section."""
        along = np.broadcast_to(np.asarray(downstream_m, dtype=float), np.shape(station_m))
        return np.asarray(self.origin_m) + np.outer(station_m, self.across) + np.outer(along, self.downstream)

    @property
    def source_size(self) -> FrameSize:
        """Size of the decoded frame whose preparation gives the camera's frame."""
        turned = self.preparation.rotation_deg % 180 == 90
        return self.camera.frame.transposed if turned else self.camera.frame


@dataclass(frozen=True, slots=True)
class SyntheticVideo:
    """One video of a site.

    Parameters
    ----------
    name
        File name without extension.
    level_m
        Water surface elevation.
    profile
        Surface speed across the wetted width.
    skew_deg
        Angle of the flow to the section's normal, positive towards larger stations.
    life_s
        Time after which the texture of the surface has been renewed completely.
    noise_grey
        Standard deviation of the sensor's noise, grey levels.
    size
        Size of the decoded frame if it is not that of the site.
    camera_offset_m
        How far the camera has moved since the site was surveyed.
    sway_px
        Amplitude of the slow sway of a camera that is not quite fixed.
    dropped_frames
        Indices of frames that the camera lost; the others keep their times.
    start_time, end_time, alpha, comments
        Cells of the jobs CSV.
    """

    name: str
    level_m: float
    profile: BetaProfile
    duration_s: float = 2.5
    frame_rate_fps: Fraction = Fraction(30)
    skew_deg: float = 0.0
    seed: int = 0
    life_s: float = 2.5
    contrast_grey: float = 26.0
    noise_grey: float = 2.0
    size: FrameSize | None = None
    camera_offset_m: Point = (0.0, 0.0, 0.0)
    sway_px: float = 0.0
    dropped_frames: tuple[int, ...] = ()
    creation_time: datetime | None = None
    crf: int = 20
    start_time: str = ""
    end_time: str = ""
    alpha: float = 0.85
    comments: str = ""

    @property
    def frame_count(self) -> int:
        """Number of frames that the camera took, dropped ones included."""
        return round(self.duration_s * self.frame_rate_fps)
