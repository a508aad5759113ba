"""The mill with velocities as if it had been measured: a smooth profile of known shape, no video needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from known_rivers import facts_of
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.project import MeasuredVelocities, Project
from image_velocimetry_tools.domain.quality import QualityFigures
from image_velocimetry_tools.services.project_setup.scaffold import scaffold_of
from image_velocimetry_tools.services.rectification.job_geometry import JobGeometryService

FASTEST_MPS = 1.2


def measured_mill(**changes: Any) -> Project:
    """The mill, measured; ``changes`` are fields of its velocities."""
    video = Path("mill.mp4")
    project = project_of_mill(video)
    level = project.calibration.water_surface_elevation_m
    assert level is not None
    geometry = JobGeometryService().prepare(scaffold_of(project), facts_of(video), level)
    count = len(geometry.points.station_m)
    across = (np.arange(count) + 0.5) / count
    normal = FASTEST_MPS * (4.0 * across * (1.0 - across)) ** 0.2
    direction = float(np.degrees(np.arctan2(geometry.normal[0], -geometry.normal[1])) % 360.0)
    random = np.random.default_rng(1)
    velocities = MeasuredVelocities(
        xy_px=geometry.points.xy_px,
        station_m=geometry.points.station_m,
        speed_mps=normal.copy(),
        direction_deg=np.full(count, direction),
        normal_mps=normal,
        theta_deg=np.full(count, 60.0),
        quality=np.full(count, 0.8),
        peak=np.full(count, 0.7),
        ambiguity=np.full(count, 0.2),
        spread=np.full(count, 0.03),
        dispersion=np.zeros(count),
        own_flags=((),) * count,
        downstream=geometry.normal,
        pixel_size_m=geometry.raster.pixel_size_m,
        interval_s=1.0 / 30.0,
        frame_count=90,
        fastest_mps=6.0,
        rectification_rmse_m=geometry.residuals.rmse_m,
        method="stiv",
        basis=project.basis,
        search_line_deg=np.full(count, direction),
        images=tuple(random.integers(0, 255, (24, 90), dtype=np.uint8) for _ in range(count)),
        figures=good_figures(),
    )
    return replace(project, velocities=replace(velocities, **changes))


def good_figures() -> QualityFigures:
    """Figures that nothing speaks against."""
    return QualityFigures(
        measured_discharge_fraction=0.97, used_point_fraction=1.0, median_quality=0.8, median_spread=0.03,
        median_dispersion=0.0, fan_edge_fraction=0.0, gcp_rmse_px=0.3, gcp_rmse_share_of_width=0.001,
        line_length_ratio=1.0, speed_ratio=0.2, reverse_fraction=0.0, max_froude=0.3, scene_level=110.0,
        brightness_variation=0.01, empty_slot_share=0.0, repeated_frame_share=0.0, is_static=False,
        is_respaced=False, is_variable_rate=False, truncation="", unreliable_frame_share=0.0, camera_shift_px=0.1,
        camera_shift_share=0.0001, num_frames=90, duration_s=3.0,
    )  # fmt: skip
