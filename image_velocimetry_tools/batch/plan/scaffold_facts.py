"""What a scaffold says, in display units, for people who want to check it before they trust a batch to it."""

from __future__ import annotations

from ...domain.alpha import alpha_words
from ...domain.errors import IvyError
from ...domain.scaffold import Scaffold
from ...domain.units import UnitSystem
from ...numerics.camera import reprojection_errors, solve_camera
from ...numerics.raster import raster_for_frame
from ...numerics.section import wetted
from ..config import ScaffoldConfig
from .alpha import alpha_of

Fact = tuple[str, str]


def scaffold_facts(config: ScaffoldConfig) -> list[Fact]:
    """Labels and values, in the order of a measurement."""
    scaffold, units = config.scaffold, config.units
    return [
        ("scaffold", str(config.scaffold_path)),
        ("display units", f"{config.display_units} ({units.length_label}, {units.discharge_label})"),
        *_image_facts(scaffold, units),
        *_section_facts(scaffold, units),
        *_velocimetry_facts(scaffold, units),
    ]


def _image_facts(scaffold: Scaffold, units: UnitSystem) -> list[Fact]:
    raster = raster_for_frame(scaffold.extent, scaffold.calibration_size, scaffold.flip_x, scaffold.flip_y)
    points = scaffold.ground_control
    camera = solve_camera(points.world_m, points.pixels)
    errors = reprojection_errors(camera, points.world_m, points.pixels, raster.pixel_size_m)
    pixel, rmse = raster.pixel_size_m * units.length, errors.rmse_m * units.length
    return [
        ("calibration image", f"{scaffold.calibration_size} px"),
        ("ground control points", f"{len(points.used)} used of {len(points)}"),
        ("reprojection error", f"{errors.rmse_px:.2f} px, {rmse:.3f} {units.length_label} (RMSE)"),
        ("rectified image", f"{raster.width_px}x{raster.height_px} px of {pixel:.5g} {units.length_label}"),
        ("frame preparation", _preparation(scaffold)),
        ("frame step", str(scaffold.frame_step)),
    ]


def _section_facts(scaffold: Scaffold, units: UnitSystem) -> list[Fact]:
    section, label = scaffold.section, units.length_label
    low, high = (float(v) * units.length for v in (section.elevation_m.min(), section.elevation_m.max()))
    facts = [("cross-section", f"{len(section.station_m)} points, elevations {low:.2f} to {high:.2f} {label}")]
    level = f"{scaffold.water_surface_elevation_m * units.length:.3f} {label}"
    try:
        wet = wetted(section, scaffold.water_surface_elevation_m)
    except IvyError:
        return [*facts, ("water level", f"{level}, outside the section")]
    width, area = wet.wetted_width_m * units.length, wet.area_m2 * units.area
    (x0, y0), (x1, y1) = scaffold.line_px
    return [
        *facts,
        ("water level", f"{level}: width {width:.2f} {label}, area {area:.2f} {units.area_label}"),
        ("section line", f"({x0:.1f}, {y0:.1f}) to ({x1:.1f}, {y1:.1f}) px, from the {scaffold.start_bank} bank"),
        ("alpha", alpha_words(*alpha_of(None, scaffold))),
        ("points on the line", f"{scaffold.grid_points}, {len(scaffold.mask_polygons_px)} mask(s)"),
    ]


def _velocimetry_facts(scaffold: Scaffold, units: UnitSystem) -> list[Fact]:
    stiv = scaffold.stiv
    fastest = f"{stiv.max_velocity_mps * units.velocity:.3g} {units.velocity_label}"
    return [
        ("search line", f"{stiv.num_pixels} px, blur {stiv.blur_sigma_px:g} px"),
        ("directions", f"{stiv.phi_origin_deg:g} ± {stiv.phi_range_deg:g} degrees in steps of {stiv.d_phi_deg:g}"),
        ("largest velocity", fastest),
    ]


def _preparation(scaffold: Scaffold) -> str:
    how = scaffold.preparation
    steps = [
        (how.rotation_deg != 0, f"rotation {how.rotation_deg} degrees"),
        (how.flip != "none", how.flip),
        (how.normalize_luma, "full-range luma"),
        (how.curve_preset not in ("", "none"), f"curve '{how.curve_preset}'"),
        (not how.lens.is_identity, f"lens k1 {how.lens.k1:g}, k2 {how.lens.k2:g}"),
        (how.stabilize, "stabilisation"),
        (how.contrast.clahe_clip_limit is not None, "CLAHE"),
        (how.contrast.auto_contrast_percent is not None, "automatic contrast"),
    ]
    return ", ".join(text for used, text in steps if used) or "none"
