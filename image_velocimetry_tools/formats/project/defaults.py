"""What the desktop application expects in every project: keys with their values when nothing is set."""

from __future__ import annotations

import copy
from collections.abc import Mapping

COMMENT_CATEGORIES = (
    "Video Preprocessing", "Image Frame Processing", "Orthorectification", "Cross-Section Geometry",
    "Grid Preparation", "Space-Time Image Velocimetry (Exhaustive)", "Space-Time Image Results", "Discharge",
    "Reporting", "System", "Other",
)  # fmt: skip

_REPORTING: dict[str, object] = {
    "station_name": "", "station_number": "", "party": "", "weather": "", "meas_date": "", "gage_ht": 0.0,
    "start_time": "", "end_time": "", "mid_time": "", "meas_number": 0, "project_description": "",
}  # fmt: skip

_FFMPEG: dict[str, object] = {
    "input_video": "", "output_video": "", "start_time": "00:00:00.00", "end_time": None, "video_rotation": 0,
    "video_flip": "none", "strip_audio": True, "normalize_luma": False, "curve_preset": "none", "stabilize": False,
    "extract_frames": False, "extract_frame_step": 1, "extracted_frames_folder": "",
    "extract_frame_pattern": "f%05d.jpg", "calibrate_radial": False, "cx": 0.5, "cy": 0.5, "k1": 0.0, "k2": 0.0,
}  # fmt: skip

_KEYS: dict[str, object] = {
    "__program_name__": "IVyTools", "display_units": "Metric", "sequence_index": 0,
    "video_clip_filename": "", "video_metadata": None, "video_rotation": 0, "video_flip": "none",
    "video_curve_preset": "none", "video_strip_audio": True, "video_normalize_luma": False,
    "video_ffmpeg_stabilize": False, "extraction_frame_step": 1,
    "imagebrowser_sequence": [], "imagebrowser_image_path": "",
    "last_ortho_gcp_image_path": "", "is_ortho_flip_x": False, "is_ortho_flip_y": False,
    "is_homography_matrix": False, "cross_section_start_bank": "left",
    "number_grid_points_along_line": 25, "horz_grid_size": 50, "vert_grid_size": 50, "mask_polygons": None,
    "region_of_interest_pixels": [], "stiv_gaussian_blur_sigma": 0.0, "stiv_opt_exists": False,
    "openpiv_exists": False, "trivia_exists": False,
}  # fmt: skip


def with_defaults(site: Mapping[str, object]) -> dict[str, object]:
    """A copy of the state of a project with what it lacks, in its nested parts too."""
    data = copy.deepcopy(_KEYS) | copy.deepcopy(dict(site))
    data["ffmpeg_parameters"] = _FFMPEG | _dictionary(data.get("ffmpeg_parameters"))
    data["reporting"] = _REPORTING | _dictionary(data.get("reporting"))
    data["comments"] = comments_by_category(data.get("comments"))
    return data


def comments_by_category(comments: object) -> dict[str, list[object]]:
    """Comments with every category there: the desktop application fails on one that is missing, ignores plain text."""
    if isinstance(comments, str) and comments:
        comments = {"Other": [comments]}
    listed = {name: list(entries) for name, entries in _dictionary(comments).items() if isinstance(entries, list)}
    return {name: [] for name in COMMENT_CATEGORIES} | listed


def _dictionary(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, Mapping) else {}
