"""What is kept of measured velocities in a project, so that they can be reviewed, judged and saved."""

from __future__ import annotations

from datetime import datetime

from ...domain.project import MeasuredVelocities, MeasurementBasis
from ...domain.quality import QualityFigures
from ..measuring.frame_slots import FrameSlots
from ..measuring.measurement import RawVelocities, SurfaceVelocities
from ..rectification.picture_geometry import PointGeometry


def kept_velocities(
    geometry: PointGeometry,
    found: RawVelocities | SurfaceVelocities,
    slots: FrameSlots,
    figures: QualityFigures,
    *,
    method: str,
    basis: MeasurementBasis,
) -> MeasuredVelocities:
    """Velocities as a project holds them: its points lie in the rectified image of the calibration image."""
    stiv = found.stiv
    return MeasuredVelocities(
        xy_px=geometry.to_calibration_raster(geometry.points.xy_px),
        station_m=geometry.points.station_m,
        speed_mps=stiv.magnitudes_mps,
        direction_deg=stiv.directions_deg,
        normal_mps=found.normal_mps,
        theta_deg=stiv.thetas_deg,
        quality=stiv.quality,
        peak=stiv.peak,
        ambiguity=stiv.ambiguity,
        spread=stiv.spread,
        dispersion=stiv.dispersion,
        own_flags=found.own_flags,
        downstream=geometry.normal,
        pixel_size_m=geometry.raster.pixel_size_m,
        interval_s=slots.interval_s,
        frame_count=len(slots.frame),
        fastest_mps=stiv.fastest_mps,
        rectification_rmse_m=geometry.residuals.rmse_m,
        method=method,
        basis=basis,
        search_line_deg=stiv.line_deg,
        images=stiv.space_time_images,
        figures=figures,
        measured_at=datetime.now(),
    )
