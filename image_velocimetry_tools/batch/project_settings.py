"""The settings of a job, its overrides applied, under the keys of a project."""

from __future__ import annotations

from collections.abc import Mapping

from ..domain.ground_control import GroundControlPoints
from ..domain.scaffold import Scaffold
from ..formats.gcp_csv import COLUMNS
from ..formats.ivy_arrays import encode_columns, encode_nested_list, encode_string_array
from ..services.job_geometry import JobGeometry

_NOT_AVAILABLE = "N/A"


def project_settings(site: Mapping[str, object], scaffold: Scaffold, geometry: JobGeometry) -> dict[str, object]:
    """Every setting of a job, whether its site said it or left it to a default.

    What is kept twice says the same twice: the desktop application reads now one, now the other.
    """
    return (
        _velocimetry(scaffold, geometry.calibration_raster.gsd_m)
        | _frames(site, scaffold)
        | _rectification(site, scaffold, geometry)
        | {
            "display_units": str(scaffold.display_units),
            "cross_section_start_bank": str(scaffold.start_bank),
            "mask_polygons": [encode_string_array(polygon) for polygon in scaffold.mask_polygons_px] or None,
            "number_grid_points_along_xs_line": scaffold.grid_points,
        }
    )


def _velocimetry(scaffold: Scaffold, pixel_size_m: float) -> dict[str, object]:
    stiv = scaffold.stiv
    return {
        "stiv_num_pixels": stiv.num_pixels,
        "stiv_search_line_length_m": stiv.num_pixels * pixel_size_m,
        "stiv_phi_origin": stiv.phi_origin_deg,
        "stiv_phi_range": stiv.phi_range_deg,
        "stiv_dphi": stiv.d_phi_deg,
        "stiv_max_vel_threshold_mps": stiv.max_velocity_mps,
        "stiv_opt_max_vel_threshold_mps": stiv.max_velocity_mps,
        "stiv_gaussian_blur_sigma": stiv.blur_sigma_px,
    }


def _frames(site: Mapping[str, object], scaffold: Scaffold) -> dict[str, object]:
    preparation, lens = scaffold.preparation, scaffold.preparation.lens
    ffmpeg = site.get("ffmpeg_parameters")
    return {
        "extraction_frame_step": scaffold.frame_step,
        "video_rotation": preparation.rotation_deg,
        "video_flip": preparation.flip,
        "video_curve_preset": preparation.curve_preset,
        "video_normalize_luma": preparation.normalize_luma,
        "video_ffmpeg_stabilize": preparation.stabilize,
        "ffmpeg_parameters": {
            **(ffmpeg if isinstance(ffmpeg, Mapping) else {}),
            "extract_frame_step": scaffold.frame_step,
            "video_rotation": preparation.rotation_deg,
            "video_flip": preparation.flip,
            "curve_preset": preparation.curve_preset,
            "normalize_luma": preparation.normalize_luma,
            "stabilize": preparation.stabilize,
            "calibrate_radial": not lens.is_identity,
            "k1": lens.k1,
            "k2": lens.k2,
            "cx": lens.centre_x,
            "cy": lens.centre_y,
        },
    }


def _rectification(site: Mapping[str, object], scaffold: Scaffold, geometry: JobGeometry) -> dict[str, object]:
    extent, points = scaffold.extent, scaffold.ground_control
    given = site.get("rectification_parameters")
    # The camera of the calibration image; that of the job belongs to the frames of its own video.
    frame, calibrated = geometry.frames.prepared_size, scaffold.calibration_size
    camera = geometry.camera.scaled(calibrated.width_px / frame.width_px, calibrated.height_px / frame.height_px)
    own = {
        "world_coords": encode_nested_list(points.world_m),
        "pixel_coords": encode_nested_list(points.pixels),
        "extent": [extent.x_min_m, extent.x_max_m, extent.y_min_m, extent.y_max_m],
        "camera_matrix": encode_nested_list(camera.matrix / camera.matrix[2, 3]),
    }
    identity = {"homography_matrix": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], "pad_x": 0, "pad_y": 0}
    return {
        "is_ortho_flip_x": scaffold.flip_x,
        "is_ortho_flip_y": scaffold.flip_y,
        "rectification_parameters": identity | (dict(given) if isinstance(given, Mapping) else {}) | own,
        "orthotable_dataframe": control_point_columns(points, geometry),
    }


def control_point_columns(points: GroundControlPoints, geometry: JobGeometry) -> dict[str, dict[str, object]]:
    """The table of control points as the state of a project holds it, with the errors of those that were used."""
    residuals = geometry.residuals
    errors = iter(zip(residuals.dx_px, residuals.dy_px, residuals.total_px, strict=True))
    rows = []
    for point in points.points:
        is_used = point.use_in_rectification and point.is_digitised
        error = [float(value) for value in next(errors)] if is_used else [_NOT_AVAILABLE] * 3
        pixels = [_NOT_AVAILABLE if value is None else value for value in (point.x_px, point.y_px)]
        uses = ["Yes" if use else "No" for use in (point.use_in_rectification, point.use_in_validation)]
        cells = (point.name, point.x_m, point.y_m, point.z_m, *pixels, *error, *uses)
        rows.append(dict(zip(COLUMNS, cells, strict=True)))
    return encode_columns(rows)
