"""The demonstration case: an invented mill race with a wall on the left and a sloped bank on the right."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ..domain.scaffold import RasterExtent, StivParameters
from ..domain.units import METRES_PER_FOOT, DisplayUnits
from ..domain.video import FrameSize
from .camera import PinholeCamera, Point
from .case import write_case
from .profile import BetaProfile
from .site import SyntheticSite, SyntheticVideo

DEMO_CSV = "boneyard_batch.csv"

# Surveyed in feet: the wall, the bed and the grass bank of the right side.
_SECTION_FT = (
    (0.0, 416.5),
    (0.0, 410.4),
    (3.0, 410.1),
    (7.0, 410.0),
    (11.0, 410.3),
    (15.0, 411.2),
    (19.0, 412.9),
    (23.0, 414.8),
    (27.0, 416.0),
)

# Station and distance downstream of the section in metres, elevation in feet: targets on the wall, on stakes in the
# bank, and on boards further up and down the channel.
_TARGETS = (
    (-0.35, -2.6, 416.9),
    (-0.30, -0.4, 417.4),
    (-0.60, 2.1, 416.7),
    (-0.25, 3.4, 419.2),
    (-1.30, 1.0, 418.3),
    (7.05, -3.1, 415.2),
    (7.35, -1.6, 417.9),
    (6.80, 0.3, 414.9),
    (8.30, 1.0, 416.2),
    (7.45, 3.4, 418.4),
)


_ORIGIN_M = (48.0, 21.0)
_BEARING_DEG = 20.0


def alder_mill_site() -> SyntheticSite:
    """The site, seen from a mast upstream of the section."""
    return SyntheticSite(
        name="Alder Mill Race",
        station_m=tuple(_feet(station) for station, _ in _SECTION_FT),
        elevation_m=tuple(_feet(elevation) for _, elevation in _SECTION_FT),
        origin_m=_ORIGIN_M,
        bearing_deg=_BEARING_DEG,
        camera=PinholeCamera(
            position_m=_place(3.7, -7.4, _feet(433.5)),
            look_at_m=_place(3.35, 0.15, _feet(413.4)),
            focal_px=545.0,
            frame=FrameSize(704, 396),
        ),
        control_points_m=tuple(_place(station, along, _feet(elevation)) for station, along, elevation in _TARGETS),
        extent=RasterExtent(47.0, 55.2, 19.2, 25.0),
        level_m=_feet(413.4),
        display_units=DisplayUnits.ENGLISH,
        grid_points=25,
        stiv=StivParameters(num_pixels=40, phi_range_deg=20.0, d_phi_deg=1.0, max_velocity_mps=6.0),
        texture_wavelength_m=0.08,
        seed=41,
    )


def alder_mill_videos() -> tuple[SyntheticVideo, ...]:
    """Three levels: low, the one at which the site was set up, and high."""
    return (
        _video("alder_mill_1", 413.4, 1.10, 8, comments="Level of the survey"),
        _video("alder_mill_2", 412.6, 0.90, 11, comments="Low flow"),
        _video("alder_mill_3", 414.3, 1.45, 15, comments="High flow"),
    )


def write_demo_case(directory: Path, progress: Callable[[str], None] | None = None) -> Path:
    """Write the demonstration case and return its jobs CSV; see :func:`write_case`."""
    return write_case(directory, alder_mill_site(), alder_mill_videos(), csv_name=DEMO_CSV, progress=progress)


def _video(name: str, level_ft: float, peak_mps: float, hour: int, comments: str) -> SyntheticVideo:
    return SyntheticVideo(
        name=name,
        level_m=_feet(level_ft),
        profile=BetaProfile(peak_mps),
        duration_s=2.5,
        seed=hour,
        creation_time=datetime(2024, 5, 14, hour, tzinfo=UTC),
        comments=comments,
    )


def _feet(value: float) -> float:
    return value * METRES_PER_FOOT


def _place(station_m: float, downstream_m: float, elevation_m: float) -> Point:
    """World point at a station and a distance downstream of the section, to a tenth of a millimetre."""
    cosine, sine = math.cos(math.radians(_BEARING_DEG)), math.sin(math.radians(_BEARING_DEG))
    x = _ORIGIN_M[0] + station_m * cosine - downstream_m * sine
    y = _ORIGIN_M[1] + station_m * sine + downstream_m * cosine
    return (round(x, 4), round(y, 4), round(elevation_m, 4))
