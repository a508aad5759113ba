"""The verdict on a measurement: good, doubtful or rejected, with every reason."""

from __future__ import annotations

from enum import StrEnum

from ...domain.quality import CalibrationMatch, QualityFigures
from ...domain.units import ENGLISH, METRIC


class Verdict(StrEnum):
    """How far a discharge can be trusted."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    REJECTED = "rejected"


# (doubtful, rejected) limits; beyond them the measurement gets that verdict
MEASURED_SHARE = (0.7, 0.4)
MEDIAN_QUALITY = (0.3, 0.12)
MEDIAN_SPREAD = (0.12, 0.3)
MEDIAN_DISPERSION = (0.05, 0.15)
FAN_EDGE_FRACTION = 0.2
GCP_RMSE_PX = (5.0, 15.0)
GCP_RMSE_SHARE = (0.02, 0.06)
LENGTH_MISMATCH = (0.05, 0.2)
SPEED_RATIO = 0.9
REVERSE_FRACTION = 0.1
FROUDE = (1.0, 2.0)
DARK_LEVEL, BRIGHT_LEVEL = 30.0, 235.0
BRIGHTNESS_VARIATION = 0.08
EMPTY_SLOTS = (0.02, 0.4)
REPEATED_FRAMES = 0.02
UNRELIABLE_FRAMES = 0.05
CAMERA_SHIFT_SHARE = (0.0025, 0.02)
LOST_FRAMES = (0.02, 0.2)
OTHER_BANK_CHANGE = 0.05
FEWEST_SECONDS = 2.0


def verdict_of(figures: QualityFigures) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict and the reasons for it, the worst first; no reasons if it is good."""
    judged = [reason for rule in _RULES for reason in rule(figures)]
    rejections = [text for verdict, text in judged if verdict is Verdict.REJECTED]
    doubts = [text for verdict, text in judged if verdict is Verdict.DOUBTFUL]
    if rejections:
        return Verdict.REJECTED, (*rejections, *doubts)
    return (Verdict.DOUBTFUL if doubts else Verdict.GOOD), tuple(doubts)


def remarks_of(figures: QualityFigures) -> tuple[str, ...]:
    """What somebody who uses the discharge should know although it speaks against nothing."""
    remark = _MATCH_REMARKS.get(figures.calibration_match)
    return () if remark is None else (remark,)


def _discharge_text(discharge_m3s: float) -> str:
    """A discharge in both systems of units: a verdict is read by people of either."""
    metric, english = (f"{discharge_m3s * of.discharge:.4g} {of.discharge_label}" for of in (METRIC, ENGLISH))
    return f"{metric} ({english})"


_Reasons = list[tuple[Verdict, str]]


def _above(value: float | None, limits: tuple[float, float], text: str) -> _Reasons:
    if value is None or not value > limits[0]:
        return []
    return [(Verdict.REJECTED if value > limits[1] else Verdict.DOUBTFUL, text)]


def _below(value: float, limits: tuple[float, float], text: str) -> _Reasons:
    if not value < limits[0]:
        return []
    return [(Verdict.REJECTED if value < limits[1] else Verdict.DOUBTFUL, text)]


def _velocities(f: QualityFigures) -> _Reasons:
    share = f"only {100 * f.measured_discharge_fraction:.0f} % of the section is measured, the rest is filled in"
    # worth a word where it is the main cause of what is missing
    if f.still_point_fraction > 0.5 * (1.0 - f.used_point_fraction) > 0.0:
        share += (
            f" (no texture moves at {100 * f.still_point_fraction:.0f} % of the points: where the water really stands,"
            " enter 0 as their velocity in the window)"
        )
    reasons = _below(f.measured_discharge_fraction, MEASURED_SHARE, share)
    reasons += _below(f.median_quality, MEDIAN_QUALITY, f"the velocities are of low quality ({f.median_quality:.2f})")
    spread = f"parts of the clip disagree by {100 * f.median_spread:.0f} % in velocity"
    reasons += _above(f.median_spread, MEDIAN_SPREAD, spread)
    waves = (
        f"coarse and fine texture differ by {100 * f.median_dispersion:+.0f} % in speed: waves, or what stands still"
    )
    reasons += _above(abs(f.median_dispersion), MEDIAN_DISPERSION, waves)
    if f.fan_edge_fraction > FAN_EDGE_FRACTION:
        edge = f"{100 * f.fan_edge_fraction:.0f} % of the directions lie at the edge of the search range: widen it"
        reasons.append((Verdict.DOUBTFUL, edge))
    if f.speed_ratio > SPEED_RATIO:
        reasons.append((Verdict.DOUBTFUL, "the search line is nearly too short for the speed: lengthen it"))
    if f.reverse_fraction > REVERSE_FRACTION:
        reverse = f"{100 * f.reverse_fraction:.0f} % of the points flow against the expected direction"
        reasons.append((Verdict.DOUBTFUL, reverse))
    froude = f"the flow would be supercritical (Froude number {f.max_froude:.2f})"
    return reasons + _above(f.max_froude, FROUDE, froude)


def _geometry(f: QualityFigures) -> _Reasons:
    reasons = _above(f.gcp_rmse_px, GCP_RMSE_PX, f"the control points miss by {f.gcp_rmse_px:.1f} px")
    share = f"the control points miss by {100 * f.gcp_rmse_share_of_width:.1f} % of the width"
    reasons += _above(f.gcp_rmse_share_of_width, GCP_RMSE_SHARE, share)
    mismatch = f"the section line is {f.line_length_ratio:.3f} times as long as the surveyed width"
    reasons += _above(abs(f.line_length_ratio - 1.0), LENGTH_MISMATCH, mismatch)
    if f.camera_shift_share is not None and f.camera_shift_px is not None:
        moved = f"the camera moved: static ground is shifted by {f.camera_shift_px:.1f} px since the calibration image"
        reasons += _above(f.camera_shift_share, CAMERA_SHIFT_SHARE, moved)
    stated_m3s, other_m3s = f.stated_bank_discharge_m3s, f.other_bank_discharge_m3s
    # in a section that is much the same from either bank a contradiction is only remarked
    if abs(other_m3s - stated_m3s) > OTHER_BANK_CHANGE * abs(stated_m3s):
        stated, other = _discharge_text(stated_m3s), _discharge_text(other_m3s)
        bank = f"the flow direction contradicts the start bank: with the other one it would be {other}, not {stated}"
        reasons.append((Verdict.DOUBTFUL, bank))
    if f.calibration_match in _MISMATCHES:
        reasons.append(_MISMATCHES[f.calibration_match])
    return reasons


def _pictures(f: QualityFigures) -> _Reasons:
    reasons: _Reasons = []
    if f.is_static:
        reasons.append((Verdict.REJECTED, _NO_CHANGE))
    if f.scene_level < DARK_LEVEL:
        reasons.append((Verdict.DOUBTFUL, f"the video is dark (mean grey level {f.scene_level:.0f} of 255)"))
    if f.scene_level > BRIGHT_LEVEL:
        reasons.append((Verdict.DOUBTFUL, f"the video is overexposed (mean grey level {f.scene_level:.0f} of 255)"))
    if f.brightness_variation > BRIGHTNESS_VARIATION:
        reasons.append((Verdict.DOUBTFUL, f"the exposure varies by {100 * f.brightness_variation:.0f} %"))
    if f.unreliable_frame_share > UNRELIABLE_FRAMES:
        unstable = f"{100 * f.unreliable_frame_share:.0f} % of the frames could not be stabilised"
        reasons.append((Verdict.DOUBTFUL, unstable))
    return reasons


def _timing(f: QualityFigures) -> _Reasons:
    reasons = _above(f.empty_slot_share, EMPTY_SLOTS, f"{100 * f.empty_slot_share:.0f} % of the frames are missing")
    lost = (
        f"{100 * f.lost_frame_share:.0f} % of the frames were lost without a gap in time: the velocities are too high"
    )
    reasons += _above(f.lost_frame_share, LOST_FRAMES, lost)
    if f.repeated_frame_share > REPEATED_FRAMES:
        how = "at a regular beat, and were taken out" if f.is_respaced else "and do not count"
        repeated = f"{100 * f.repeated_frame_share:.0f} % of the frames repeat the one before {how}"
        reasons.append((Verdict.DOUBTFUL, repeated))
    if f.is_variable_rate:
        reasons.append((Verdict.DOUBTFUL, "the frame rate varies"))
    if f.truncation:
        reasons.append((Verdict.DOUBTFUL, f.truncation))
    if f.duration_s < FEWEST_SECONDS:
        reasons.append((Verdict.DOUBTFUL, f"the clip is short ({f.duration_s:.1f} s)"))
    return reasons


_NO_CHANGE = (
    "the pictures hardly change from one frame to the next: nothing moves, or so slowly that a larger frame step is"
    " needed"
)
_OTHERWISE = "the video was not prepared as the calibration image was: the first frame matches it if"
_CHECK = "check {} on the Video tab, or digitise the control points in a frame as it is prepared now"
_MISMATCHES: dict[str, tuple[Verdict, str]] = {
    CalibrationMatch.NOT_FOUND: (
        Verdict.DOUBTFUL,
        "the first frame could not be matched with the calibration image: check that camera, flip, rotation, lens"
        " correction and light are the same",
    ),
    CalibrationMatch.FLIPPED: (
        Verdict.REJECTED,
        f"{_OTHERWISE} it is flipped left to right: {_CHECK.format('flip and rotation')}",
    ),
    CalibrationMatch.UPSIDE_DOWN: (
        Verdict.REJECTED,
        f"{_OTHERWISE} it is flipped upside down: {_CHECK.format('flip and rotation')}",
    ),
    CalibrationMatch.TURNED: (
        Verdict.REJECTED,
        f"{_OTHERWISE} it is turned by 180 degrees: {_CHECK.format('flip and rotation')}",
    ),
    CalibrationMatch.OTHER_LENS: (
        Verdict.DOUBTFUL,
        f"{_OTHERWISE} the lens correction is another: {_CHECK.format('the lens correction')}",
    ),
}
_MATCH_REMARKS: dict[str, str] = {
    CalibrationMatch.NO_IMAGE: "there is no calibration image, so that nobody can tell whether the camera moved",
    CalibrationMatch.LITTLE_GROUND: (
        "the pictures show too little ground beside the water to tell whether the camera moved since the calibration"
        " image"
    ),
}
_RULES = (_velocities, _geometry, _pictures, _timing)
