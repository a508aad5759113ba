"""Figures that tell how far a measurement can be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from enum import StrEnum


class CalibrationMatch(StrEnum):
    """How the first frame of a clip, prepared, lies on the calibration image."""

    NOT_COMPARED = ""
    FOUND = "matches"
    NO_IMAGE = "no calibration image"
    LITTLE_GROUND = "too little static ground"
    NOT_FOUND = "no match"
    FLIPPED = "matches if flipped left to right"
    UPSIDE_DOWN = "matches if flipped upside down"
    TURNED = "matches if turned by 180 degrees"
    OTHER_LENS = "matches with another lens correction"


@dataclass(frozen=True, slots=True)
class QualityFigures:
    """What the verdict rests on; None or NaN where a figure is not known.

    Shares are 0 to 1. ``line_length_ratio`` is the length of the section line in the world over the surveyed width,
    ``speed_ratio`` the fastest used velocity over the fastest that the search line can measure,
    ``camera_shift_share`` the shift of static ground since the calibration image over the frame's width.
    ``median_dispersion`` is the lead of coarse over fine texture, a sign of waves; ``fan_edge_fraction`` the share of
    used points at the edge of the search range. ``calibration_match`` is one of :class:`CalibrationMatch`.
    ``lost_frame_share`` are frames that the camera lost without a gap in time, ``still_point_fraction`` points without
    moving texture. ``stated_bank_discharge_m3s`` and ``other_bank_discharge_m3s`` are known only where picture and flow
    direction contradict the stated start bank. Those with a default are not in files of earlier versions.
    """

    measured_discharge_fraction: float
    used_point_fraction: float
    median_quality: float
    median_spread: float
    median_dispersion: float
    fan_edge_fraction: float
    gcp_rmse_px: float
    gcp_rmse_share_of_width: float
    line_length_ratio: float
    speed_ratio: float
    reverse_fraction: float
    max_froude: float
    scene_level: float
    brightness_variation: float
    empty_slot_share: float
    repeated_frame_share: float
    is_static: bool
    is_respaced: bool
    is_variable_rate: bool
    truncation: str
    unreliable_frame_share: float
    camera_shift_px: float | None
    camera_shift_share: float | None
    num_frames: int
    duration_s: float
    calibration_match: str = CalibrationMatch.NOT_COMPARED.value
    lost_frame_share: float = math.nan
    still_point_fraction: float = math.nan
    stated_bank_discharge_m3s: float = math.nan
    other_bank_discharge_m3s: float = math.nan

    def as_dict(self) -> dict[str, float | int | str | bool | None]:
        """The figures by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
