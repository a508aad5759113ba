"""A small site seen straight from above, so that a test renders it in a moment."""

from __future__ import annotations

import pytest

from image_velocimetry_tools.demo import BetaProfile, PinholeCamera, SyntheticSite, SyntheticVideo
from image_velocimetry_tools.domain.scaffold import RasterExtent
from image_velocimetry_tools.domain.video import FrameSize


@pytest.fixture
def nadir_site() -> SyntheticSite:
    """Wall on the left, slope on the right, world axes along and across; 0.02 m per pixel on the water."""
    return SyntheticSite(
        name="Test flume",
        station_m=(0.0, 0.0, 2.0, 4.0, 6.0),
        elevation_m=(12.0, 9.5, 9.0, 9.4, 11.4),
        origin_m=(100.0, 50.0),
        bearing_deg=0.0,
        camera=PinholeCamera((102.4, 50.0, 18.0), (102.4, 50.0, 10.0), 400.0, FrameSize(352, 160)),
        control_points_m=tuple(
            (100.0 + station, 50.0 + along, elevation)
            for station in (-0.3, 5.2)
            for along in (-1.2, 1.0)
            for elevation in (10.4, 11.6)
        ),
        extent=RasterExtent(99.8, 105.0, 48.4, 51.6),
        level_m=10.0,
        texture_wavelength_m=0.16,
    )


@pytest.fixture
def short_video() -> SyntheticVideo:
    """Half a second at the level of the survey."""
    return SyntheticVideo("clip", level_m=10.0, profile=BetaProfile(0.9), duration_s=0.5, seed=3)
