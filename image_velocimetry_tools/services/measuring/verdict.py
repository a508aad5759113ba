"""The verdict on a measurement: good, doubtful or rejected, with every reason."""

from __future__ import annotations

from enum import StrEnum

from ...domain.quality import QualityFigures


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
FEWEST_SECONDS = 2.0


def verdict_of(figures: QualityFigures) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict and the reasons for it, the worst first; no reasons if it is good."""
    judged = [reason for rule in _RULES for reason in rule(figures)]
    rejections = [text for verdict, text in judged if verdict is Verdict.REJECTED]
    doubts = [text for verdict, text in judged if verdict is Verdict.DOUBTFUL]
    if rejections:
        return Verdict.REJECTED, (*rejections, *doubts)
    return (Verdict.DOUBTFUL if doubts else Verdict.GOOD), tuple(doubts)


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
    share = f"only {100 * f.measured_discharge_fraction:.0f} % of the discharge is measured, the rest is filled in"
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
    return reasons


def _pictures(f: QualityFigures) -> _Reasons:
    reasons: _Reasons = []
    if f.is_static:
        reasons.append((Verdict.REJECTED, "nothing moves in the video"))
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


_RULES = (_velocities, _geometry, _pictures, _timing)
