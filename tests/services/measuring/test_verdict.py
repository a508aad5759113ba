"""Every limit of the verdict, on it and just beyond it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from image_velocimetry_tools.domain.quality import CalibrationMatch, QualityFigures
from image_velocimetry_tools.services.measuring import verdict as limits
from image_velocimetry_tools.services.measuring.verdict import Verdict, remarks_of, verdict_of

GOOD = QualityFigures(
    measured_discharge_fraction=0.95,
    used_point_fraction=0.95,
    median_quality=0.8,
    median_spread=0.02,
    median_dispersion=0.01,
    fan_edge_fraction=0.0,
    gcp_rmse_px=0.5,
    gcp_rmse_share_of_width=0.001,
    line_length_ratio=1.0,
    speed_ratio=0.3,
    reverse_fraction=0.0,
    max_froude=0.4,
    scene_level=120.0,
    brightness_variation=0.01,
    empty_slot_share=0.0,
    repeated_frame_share=0.0,
    is_static=False,
    is_respaced=False,
    is_variable_rate=False,
    truncation="",
    unreliable_frame_share=0.0,
    camera_shift_px=0.4,
    camera_shift_share=0.0004,
    num_frames=300,
    duration_s=10.0,
)
STEP = 1e-9

# figure, limits (doubtful, rejected), whether more is worse, words of the reason
TWO_LIMITS = [
    ("measured_discharge_fraction", limits.MEASURED_SHARE, False, "of the section is measured"),
    ("median_quality", limits.MEDIAN_QUALITY, False, "low quality"),
    ("median_spread", limits.MEDIAN_SPREAD, True, "parts of the clip disagree"),
    ("gcp_rmse_px", limits.GCP_RMSE_PX, True, "control points miss by"),
    ("gcp_rmse_share_of_width", limits.GCP_RMSE_SHARE, True, "% of the width"),
    ("max_froude", limits.FROUDE, True, "supercritical"),
    ("camera_shift_share", limits.CAMERA_SHIFT_SHARE, True, "the camera moved"),
    ("empty_slot_share", limits.EMPTY_SLOTS, True, "of the frames are missing"),
    ("lost_frame_share", limits.LOST_FRAMES, True, "lost without a gap in time"),
]
# figure, limit, whether more is worse, words of the reason
ONE_LIMIT = [
    ("speed_ratio", limits.SPEED_RATIO, True, "too short for the speed"),
    ("fan_edge_fraction", limits.FAN_EDGE_FRACTION, True, "at the edge of the search range"),
    ("reverse_fraction", limits.REVERSE_FRACTION, True, "against the expected direction"),
    ("scene_level", limits.DARK_LEVEL, False, "the video is dark"),
    ("scene_level", limits.BRIGHT_LEVEL, True, "overexposed"),
    ("brightness_variation", limits.BRIGHTNESS_VARIATION, True, "the exposure varies"),
    ("repeated_frame_share", limits.REPEATED_FRAMES, True, "repeat the one before"),
    ("unreliable_frame_share", limits.UNRELIABLE_FRAMES, True, "could not be stabilised"),
    ("duration_s", limits.FEWEST_SECONDS, False, "the clip is short"),
]


def judged(**figures: object) -> tuple[Verdict, tuple[str, ...]]:
    return verdict_of(replace(GOOD, **figures))  # type: ignore[arg-type]


def beyond(limit: float, more_is_worse: bool) -> float:
    return limit + (STEP if more_is_worse else -STEP)


def test_that_a_good_measurement_has_no_reasons() -> None:
    assert verdict_of(GOOD) == (Verdict.GOOD, ())


@pytest.mark.parametrize(("figure", "pair", "more_is_worse", "words"), TWO_LIMITS)
def test_that_a_figure_doubts_beyond_its_first_limit_and_rejects_beyond_its_second(
    figure: str, pair: tuple[float, float], more_is_worse: bool, words: str
) -> None:
    doubtful, rejected = pair
    assert (doubtful < rejected) == more_is_worse
    assert judged(**{figure: doubtful})[0] is Verdict.GOOD
    verdict, reasons = judged(**{figure: beyond(doubtful, more_is_worse)})
    assert verdict is Verdict.DOUBTFUL
    assert len(reasons) == 1
    assert words in reasons[0]
    assert judged(**{figure: rejected})[0] is Verdict.DOUBTFUL
    assert judged(**{figure: beyond(rejected, more_is_worse)}) == (Verdict.REJECTED, judged(**{figure: rejected})[1])


@pytest.mark.parametrize(("figure", "limit", "more_is_worse", "words"), ONE_LIMIT)
def test_that_a_figure_doubts_beyond_its_only_limit(figure: str, limit: float, more_is_worse: bool, words: str) -> None:
    assert judged(**{figure: limit})[0] is Verdict.GOOD
    verdict, reasons = judged(**{figure: beyond(limit, more_is_worse)})
    assert verdict is Verdict.DOUBTFUL
    assert len(reasons) == 1
    assert words in reasons[0]


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_that_a_section_line_may_be_neither_too_long_nor_too_short(sign: float) -> None:
    doubtful, rejected = limits.LENGTH_MISMATCH
    assert judged(line_length_ratio=1.0 + sign * (doubtful - 1e-6))[0] is Verdict.GOOD
    verdict, reasons = judged(line_length_ratio=1.0 + sign * (doubtful + 1e-6))
    assert (verdict, len(reasons)) == (Verdict.DOUBTFUL, 1)
    assert "times as long as the surveyed width" in reasons[0]
    assert judged(line_length_ratio=1.0 + sign * (rejected + 1e-6))[0] is Verdict.REJECTED


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_that_coarse_texture_may_run_neither_ahead_nor_behind(sign: float) -> None:
    doubtful, rejected = limits.MEDIAN_DISPERSION
    assert judged(median_dispersion=sign * doubtful)[0] is Verdict.GOOD
    verdict, reasons = judged(median_dispersion=sign * (doubtful + STEP))
    assert (verdict, len(reasons)) == (Verdict.DOUBTFUL, 1)
    assert "coarse and fine texture differ" in reasons[0]
    assert judged(median_dispersion=sign * (rejected + STEP))[0] is Verdict.REJECTED


@pytest.mark.parametrize(
    ("figures", "verdict", "words"),
    [
        ({"is_static": True}, Verdict.REJECTED, "nothing moves"),
        ({"is_variable_rate": True}, Verdict.DOUBTFUL, "frame rate varies"),
        ({"truncation": "the file breaks off"}, Verdict.DOUBTFUL, "the file breaks off"),
        ({"repeated_frame_share": 0.17, "is_respaced": True}, Verdict.DOUBTFUL, "17 % .* at a regular beat"),
        ({"repeated_frame_share": 0.17, "is_respaced": False}, Verdict.DOUBTFUL, "17 % .* and do not count"),
    ],
)
def test_that_a_fact_alone_is_a_reason(figures: dict[str, object], verdict: Verdict, words: str) -> None:
    import re

    found, reasons = judged(**figures)
    assert (found, len(reasons)) == (verdict, 1)
    assert re.search(words, reasons[0])


@pytest.mark.parametrize("figure", ["used_point_fraction", "num_frames"])
def test_that_a_figure_told_for_information_changes_nothing(figure: str) -> None:
    assert judged(**{figure: 1})[0] is Verdict.GOOD


def test_that_what_is_not_known_is_not_held_against_a_measurement() -> None:
    unknown: dict[str, float | None] = {"camera_shift_px": None, "camera_shift_share": None}
    unknown |= {"median_spread": float("nan"), "median_dispersion": float("nan")}
    assert judged(**unknown) == (Verdict.GOOD, ())


@pytest.mark.parametrize(
    ("match", "verdict"),
    [
        (CalibrationMatch.FLIPPED, Verdict.REJECTED),
        (CalibrationMatch.UPSIDE_DOWN, Verdict.REJECTED),
        (CalibrationMatch.TURNED, Verdict.REJECTED),
        (CalibrationMatch.OTHER_LENS, Verdict.DOUBTFUL),
        (CalibrationMatch.NOT_FOUND, Verdict.DOUBTFUL),
    ],
)
def test_that_a_frame_that_does_not_match_the_calibration_image_is_judged(
    match: CalibrationMatch, verdict: Verdict
) -> None:
    found, reasons = judged(calibration_match=match.value)
    assert found is verdict
    assert "calibration image" in reasons[0]


@pytest.mark.parametrize("match", [CalibrationMatch.NO_IMAGE, CalibrationMatch.LITTLE_GROUND])
def test_that_a_frame_that_cannot_be_compared_is_remarked_and_not_judged(match: CalibrationMatch) -> None:
    figures = replace(GOOD, calibration_match=match.value)
    assert verdict_of(figures) == (Verdict.GOOD, ())
    assert len(remarks_of(figures)) == 1


@pytest.mark.parametrize(
    ("other", "verdict"), [(10.5, Verdict.GOOD), (10.51, Verdict.DOUBTFUL), (9.0, Verdict.DOUBTFUL)]
)
def test_that_a_contradicted_bank_counts_if_it_changes_the_discharge(other: float, verdict: Verdict) -> None:
    assert judged(stated_bank_discharge_m3s=10.0, other_bank_discharge_m3s=other)[0] is verdict


def test_that_both_discharges_are_told_in_both_systems_of_units() -> None:
    _, reasons = judged(stated_bank_discharge_m3s=10.0, other_bank_discharge_m3s=12.0)
    assert "12 m³/s (423.8 ft³/s), not 10 m³/s (353.1 ft³/s)" in reasons[0]


@pytest.mark.parametrize(("still", "is_told"), [(0.4, True), (0.1, False), (float("nan"), False)])
def test_that_water_that_stands_is_named_with_a_remedy_where_it_is_the_cause(still: float, is_told: bool) -> None:
    reason = judged(measured_discharge_fraction=0.5, used_point_fraction=0.5, still_point_fraction=still)[1][0]
    assert ("enter 0 as their velocity" in reason) is is_told


def test_that_nothing_is_remarked_of_a_frame_that_matches() -> None:
    assert remarks_of(replace(GOOD, calibration_match=CalibrationMatch.FOUND.value)) == ()
    assert remarks_of(GOOD) == ()


def test_that_all_reasons_are_given_and_the_rejecting_ones_first() -> None:
    verdict, reasons = judged(is_variable_rate=True, median_quality=0.2, is_static=True, max_froude=2.5)
    assert verdict is Verdict.REJECTED
    assert len(reasons) == 4
    assert {"supercritical" in reasons[0] or "nothing moves" in reasons[0], "nothing moves" in reasons[1]} == {True}
    assert "low quality" in reasons[2]
    assert reasons[3] == "the frame rate varies"


def test_that_a_reason_names_its_figure() -> None:
    assert "55 %" in judged(measured_discharge_fraction=0.55)[1][0]
    assert "7.3 px" in judged(gcp_rmse_px=7.3)[1][0]
    assert "1.080" in judged(line_length_ratio=1.08)[1][0]
    assert "12.0 px" in judged(camera_shift_px=12.0, camera_shift_share=0.01)[1][0]
    assert "22 of 255" in judged(scene_level=22.0)[1][0]


def test_that_the_figures_are_reported_by_name() -> None:
    table = GOOD.as_dict()
    assert set(table) == {field.name for field in fields(QualityFigures)}
    assert table["duration_s"] == 10.0
