"""Columns of a jobs file that override a parameter of the scaffold for one job, named as its key in the project.

Lengths in lines and polygons are pixels of the rectified image, velocities m/s, as they are in the project.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from . import override_values as values

Parser = Callable[[str], object]

_angle = partial(values.number, minimum=-360.0, maximum=360.0)
_share = partial(values.number, minimum=0.0, maximum=1.0)
_distortion = partial(values.number, minimum=-5.0, maximum=5.0)

#: Overrides whose value is the path of a file; relative paths start at the jobs file.
PATH_COLUMNS = ("bathymetry_ac3_filename", "orthotable_file_name")

#: Every override with the parser of its text, whose ValueError ends the sentence "... must be".
OVERRIDE_COLUMNS: dict[str, Parser] = {
    "stiv_num_pixels": partial(values.integer, minimum=4, maximum=2000),
    "stiv_phi_origin": _angle,
    "stiv_phi_range": partial(values.number, minimum=0.0, maximum=180.0),
    "stiv_dphi": partial(values.number, above=0.0, maximum=90.0),
    "stiv_max_vel_threshold_mps": partial(values.number, above=0.0),
    "stiv_gaussian_blur_sigma": partial(values.number, minimum=0.0, maximum=50.0),
    "number_grid_points_along_xs_line": partial(values.integer, minimum=2, maximum=2000),
    "extraction_frame_step": partial(values.integer, minimum=1, maximum=1000),
    "cross_section_line": values.line,
    "cross_section_start_bank": values.bank,
    "mask_polygons": values.polygons,
    "is_ortho_flip_x": values.truth,
    "is_ortho_flip_y": values.truth,
    "video_rotation": values.quarter_turn,
    "video_flip": values.flip,
    "video_curve_preset": str,
    "video_normalize_luma": values.truth,
    "video_ffmpeg_stabilize": values.truth,
    "k1": _distortion,
    "k2": _distortion,
    "cx": _share,
    "cy": _share,
    **dict.fromkeys(PATH_COLUMNS, str),
}

#: Other names under which people know the same parameter, among them those of ``ffmpeg_parameters``.
ALIASES = {
    "cross_section_file": "bathymetry_ac3_filename",
    "ground_control_file": "orthotable_file_name",
    "extract_frame_step": "extraction_frame_step",
    "frame_step": "extraction_frame_step",
    "normalize_luma": "video_normalize_luma",
    "curve_preset": "video_curve_preset",
    "stabilize": "video_ffmpeg_stabilize",
}
