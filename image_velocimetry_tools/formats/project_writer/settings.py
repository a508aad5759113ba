"""The settings of a measurement under the keys of project files."""

from __future__ import annotations

from collections.abc import Mapping

from ...domain.project import (
    Calibration,
    GridSettings,
    PointLayout,
    SectionSettings,
    VelocimetrySettings,
    VideoSettings,
)
from ...domain.video import Clip, VideoMetadata
from ..clip_times import format_clip_time
from ..project.arrays import encode_columns, encode_nested_list, encode_string_array
from ..project.figures import ProjectFigures, RectificationFigures
from ..project.keys import CROSS_SECTION
from ..survey.gcp_columns import COLUMNS

_NOT_AVAILABLE = "N/A"
_IDENTITY = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


def video_keys(
    video: VideoSettings, shared: Mapping[str, object], frame_rate_fps: float | None = None
) -> dict[str, object]:
    """Video, clip and preparation; ``shared`` is what is carried along of ``ffmpeg_parameters``."""
    path = "" if video.path is None else str(video.path)
    clip, preparation, lens = video.clip, video.preparation, video.preparation.lens
    keys: dict[str, object] = {
        "video_file_name": path,
        "is_video_loaded": bool(path),
        "video_clip_start_time": 1000.0 * (clip.start_s or 0.0),
        "video_clip_end_time": 1000.0 * (clip.end_s or 0.0),
        "video_rotation": preparation.rotation_deg,
        "video_flip": preparation.flip,
        "video_curve_preset": preparation.curve_preset,
        "video_strip_audio": video.strip_audio,
        "video_normalize_luma": preparation.normalize_luma,
        "video_ffmpeg_stabilize": preparation.stabilize,
        "extraction_frame_step": clip.frame_step,
        "ffmpeg_parameters": {
            **shared,
            "input_video": path,
            "output_video": "",
            "start_time": format_clip_time(clip.start_s or 0.0),
            "end_time": None if clip.end_s is None else format_clip_time(clip.end_s),
            "video_rotation": preparation.rotation_deg,
            "video_flip": preparation.flip,
            "strip_audio": video.strip_audio,
            "normalize_luma": preparation.normalize_luma,
            "curve_preset": preparation.curve_preset,
            "stabilize": preparation.stabilize,
            "extract_frame_step": clip.frame_step,
            "calibrate_radial": not lens.is_identity,
            "cx": lens.centre_x,
            "cy": lens.centre_y,
            "k1": lens.k1,
            "k2": lens.k2,
        },
    }
    contrast = preparation.contrast
    if not contrast.is_identity:
        keys["contrast_filters"] = {
            "clahe_clip_limit": contrast.clahe_clip_limit,
            "clahe_tiles": list(contrast.clahe_tiles),
            "auto_contrast_percent": contrast.auto_contrast_percent,
        }
    if frame_rate_fps:
        keys["extraction_frame_rate"] = frame_rate_fps / clip.frame_step
        keys["extraction_timestep_ms"] = 1000.0 * clip.frame_step / frame_rate_fps
    return keys | (_clip_keys(video.metadata, clip) if video.metadata is not None else {})


def metadata_keys(table: Mapping[str, object]) -> dict[str, object]:
    """The facts of a video, once together and once each for itself."""
    return {
        "video_metadata": dict(table),
        "video_duration": table.get("duration"),
        "video_frame_rate": table.get("avg_frame_rate"),
        "video_timestep_ms": table.get("avg_timestep_ms"),
        "video_num_frames": table.get("frame_count"),
        "video_resolution": f"{table.get('width')}x{table.get('height')}",
    }


def _clip_keys(metadata: VideoMetadata, clip: Clip) -> dict[str, object]:
    """The facts of the video, and how many frames of it are used."""
    end_s = metadata.duration_s if clip.end_s is None else min(clip.end_s, metadata.duration_s)
    seconds = max(0.0, end_s - (clip.start_s or 0.0))
    frames = int(seconds * metadata.frame_rate_fps / clip.frame_step)
    return {**metadata_keys(metadata_table(metadata)), "extraction_num_frames": frames}


def metadata_table(metadata: VideoMetadata) -> dict[str, object]:
    """The facts of a video as projects hold them."""
    table: dict[str, object] = {
        "width": metadata.size.width_px,
        "height": metadata.size.height_px,
        "bitrate_kbs": -999 if metadata.bit_rate_kbps is None else metadata.bit_rate_kbps,
        "duration": metadata.duration_s,
        "avg_frame_rate": metadata.frame_rate_fps,
        "avg_timestep_ms": 1000.0 / metadata.frame_rate_fps,
        "frame_count": metadata.frame_count,
        "codec_info": metadata.codec,
        "pixel_fmt": metadata.pixel_format,
    }
    if metadata.creation_time is not None and metadata.creation_time_source == "metadata":
        table["exif_creation_time"] = metadata.creation_time.isoformat()
    return table


def calibration_keys(
    calibration: Calibration, shared: Mapping[str, object], solved: RectificationFigures | None
) -> dict[str, object]:
    """Control points, level and rectification; ``shared`` is carried along of ``rectification_parameters``."""
    points, level = calibration.points, calibration.water_surface_elevation_m
    method = calibration.method or (solved.method if solved is not None else None)
    keys: dict[str, object] = {
        "last_ortho_gcp_image_path": calibration.image_name,
        "is_ortho_flip_x": calibration.flip_x,
        "is_ortho_flip_y": calibration.flip_y,
        "rectification_method": method,
        "is_homography_matrix": method == "homography",
        "is_camera_matrix": method == "camera matrix",
        "is_ortho_table_loaded": bool(len(points)),
        "rectification_parameters": {**shared, **_rectification_parameters(calibration, solved)},
    }
    if len(points):
        keys["orthotable_dataframe"] = _point_columns(calibration, solved)
        keys["orthotable_file_survey_units"] = "Metric"
    if level is not None:
        keys |= {"water_surface_elevation": level, "ortho_rectified_wse_m": level}
    if solved is not None:
        errors = [solved.errors_px[index] for index in sorted(solved.errors_px)]
        keys |= {
            "pixel_ground_scale_distance_m": solved.gsd_m,
            "scene_averaged_pixel_gsd_m": solved.gsd_m,
            "reprojection_error_pixels": solved.rmse_px,
            "reprojection_error_gcp_pixel_xy": [[x, y] for x, y, _ in errors],
            "reprojection_error_gcp_pixel_total": [total for _, _, total in errors],
            "rectification_rmse_m": solved.rmse_m,
        }
    return keys


def _rectification_parameters(calibration: Calibration, solved: RectificationFigures | None) -> dict[str, object]:
    points, extent = calibration.points, calibration.extent
    table: dict[str, object] = {"pad_x": 0, "pad_y": 0}
    if points.used:
        table["world_coords"] = encode_nested_list(points.world_m)
        table["pixel_coords"] = encode_nested_list(points.pixels)
    if calibration.water_surface_elevation_m is not None:
        table["water_surface_elev"] = calibration.water_surface_elevation_m
    if solved is not None:
        extent = extent or solved.extent
        homography, camera = solved.homography_matrix, solved.camera_matrix
        table["homography_matrix"] = _IDENTITY if homography is None else encode_nested_list(homography)
        if camera is not None:
            table["camera_matrix"] = encode_nested_list(camera)
        if solved.view_angle_deg is not None:
            table["estimated_view_angle"] = solved.view_angle_deg
    if extent is not None:
        table["extent"] = [extent.x_min_m, extent.x_max_m, extent.y_min_m, extent.y_max_m]
    return table


def _point_columns(calibration: Calibration, solved: RectificationFigures | None) -> dict[str, dict[str, object]]:
    rows = []
    for index, point in enumerate(calibration.points.points):
        known = solved.errors_px.get(index) if solved is not None else None
        errors = [_NOT_AVAILABLE] * 3 if known is None else list(known)
        pixels = [_NOT_AVAILABLE if value is None else value for value in (point.x_px, point.y_px)]
        uses = ["Yes" if use else "No" for use in (point.use_in_rectification, point.use_in_validation)]
        cells = (point.name, point.x_m, point.y_m, point.z_m, *pixels, *errors, *uses)
        rows.append(dict(zip(COLUMNS, cells, strict=True)))
    return encode_columns(rows)


def section_keys(section: SectionSettings, figures: ProjectFigures) -> dict[str, object]:
    """The section line and what belongs to the survey, which is a file of its own."""
    keys: dict[str, object] = {
        "is_area_comp_loaded": section.survey is not None,
        "cross_section_start_bank": str(section.start_bank),
        "cross_section_line_exists": section.line_px is not None,
    }
    if section.survey is not None:
        keys["bathymetry_ac3_filename"] = CROSS_SECTION.rpartition("/")[2]
    if section.line_px is not None:
        keys["cross_section_line"] = encode_string_array(section.line_px.reshape(1, 2, 2))
    if figures.top_width_m is not None:
        keys["cross_section_top_width_m"] = figures.top_width_m
    return keys


def grid_keys(grid: GridSettings) -> dict[str, object]:
    """Layout, numbers and masks of the grid."""
    return {
        "is_cross_section_grid": grid.layout is not PointLayout.REGULAR,
        "line_mode": "line" if grid.layout is PointLayout.LINE else "cross_section",
        "number_grid_points_along_xs_line": grid.count,
        "number_grid_points_along_line": grid.count,
        "horz_grid_size": grid.spacing_x_px,
        "vert_grid_size": grid.spacing_y_px,
        "mask_polygons": [encode_string_array(polygon) for polygon in grid.mask_polygons_px] or None,
    }


def velocimetry_keys(settings: VelocimetrySettings, gsd_m: float | None = None) -> dict[str, object]:
    """Search parameters; an expected direction that nobody stated is left out, so that no batch relies on it."""
    stiv = settings.parameters
    keys: dict[str, object] = {
        "stiv_num_pixels": stiv.num_pixels,
        "stiv_phi_range": stiv.phi_range_deg,
        "stiv_dphi": stiv.d_phi_deg,
        "stiv_max_vel_threshold_mps": stiv.max_velocity_mps,
        "stiv_opt_max_vel_threshold_mps": stiv.max_velocity_mps,
        "stiv_gaussian_blur_sigma": stiv.blur_sigma_px,
    }
    if settings.is_direction_set:
        keys["stiv_phi_origin"] = stiv.phi_origin_deg
    if gsd_m is not None:
        keys["stiv_search_line_length_m"] = stiv.num_pixels * gsd_m
    return keys
