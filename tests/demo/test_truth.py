"""The closed forms against quadrature that knows nothing of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.demo import (
    BetaProfile,
    SyntheticSite,
    SyntheticVideo,
    alder_mill_site,
    alder_mill_videos,
    flow_truth,
)
from image_velocimetry_tools.demo.truth import water_edges
from image_velocimetry_tools.domain.section import Bank


def _by_summing_slices(site: SyntheticSite, video: SyntheticVideo, slices: int = 400_000) -> tuple[float, float]:
    """Area and discharge from a fine midpoint rule, the bed interpolated between the survey points."""
    left, right = water_edges(site, video.level_m)
    # Slices that narrow towards both edges, where the velocity rises steeply.
    angle = (np.arange(slices) + 0.5) / slices * np.pi
    xi, share = (1.0 - np.cos(angle)) / 2.0, np.sin(angle) / 2.0 * np.pi / slices
    bed = np.interp(left + xi * (right - left), site.station_m, site.elevation_m)
    depth, width = video.level_m - bed, share * (right - left)
    return float(np.sum(depth * width)), float(video.alpha * np.sum(video.profile.velocity_mps(xi) * depth * width))


@pytest.mark.parametrize("video", alder_mill_videos(), ids=lambda video: video.name)
def test_that_the_closed_form_of_the_demo_agrees_with_slices(video: SyntheticVideo) -> None:
    area, discharge = _by_summing_slices(alder_mill_site(), video)
    truth = flow_truth(alder_mill_site(), video)
    assert truth.area_m2 == pytest.approx(area, rel=1e-6)
    assert truth.discharge_m3s == pytest.approx(discharge, rel=1e-6)


@given(left=st.floats(0.0, 1.5), right=st.floats(0.0, 1.5), level=st.floats(9.6, 11.3))
def test_that_the_closed_form_holds_for_any_exponents_and_level(left: float, right: float, level: float) -> None:
    site = replace(alder_mill_site(), station_m=(0.0, 0.0, 2.0, 4.0, 6.0), elevation_m=(12.0, 9.5, 9.0, 9.4, 11.4))
    video = SyntheticVideo("any", level, BetaProfile(1.3, left, right), alpha=0.9)
    area, discharge = _by_summing_slices(site, video, 20_000)
    truth = flow_truth(site, video)
    assert truth.area_m2 == pytest.approx(area, rel=1e-4)
    assert truth.discharge_m3s == pytest.approx(discharge, rel=1e-4)


def test_that_uniform_flow_gives_alpha_times_velocity_times_area(nadir_site: SyntheticSite) -> None:
    truth = flow_truth(nadir_site, SyntheticVideo("uniform", 10.0, BetaProfile(0.7, 0.0, 0.0), alpha=0.85))
    # By hand: (0.5 + 1.0) / 2 * 2 + (1.0 + 0.6) / 2 * 2 + 0.6 * 0.6 / 2
    assert truth.area_m2 == pytest.approx(3.28)
    assert truth.wetted_width_m == pytest.approx(4.6)
    assert truth.discharge_m3s == pytest.approx(0.85 * 0.7 * 3.28)


def test_that_the_peak_of_the_profile_is_where_it_should_be() -> None:
    profile = BetaProfile(1.1, 0.2, 0.4)
    fine = profile.velocity_mps(np.linspace(0.0, 1.0, 30_001))
    assert fine.max() == pytest.approx(1.1, rel=1e-8)
    assert np.argmax(fine) == 10_000
    assert profile.velocity_mps([-0.1, 0.0, 1.0, 1.1]).tolist() == [0.0, 0.0, 0.0, 0.0]


def test_that_reverse_flow_is_negative_and_skewed_flow_counts_its_normal_part(
    nadir_site: SyntheticSite, short_video: SyntheticVideo
) -> None:
    straight = flow_truth(nadir_site, short_video)
    reverse = flow_truth(nadir_site, replace(short_video, profile=BetaProfile(-0.9)))
    skewed = flow_truth(nadir_site, replace(short_video, skew_deg=60.0))
    assert reverse.discharge_m3s == pytest.approx(-straight.discharge_m3s)
    assert skewed.discharge_m3s == pytest.approx(straight.discharge_m3s / 2.0)
    assert skewed.velocity_mps == pytest.approx(straight.velocity_mps / 2.0)


def test_that_distances_count_from_the_bank_where_the_line_starts(
    nadir_site: SyntheticSite, short_video: SyntheticVideo
) -> None:
    from_left = flow_truth(nadir_site, short_video)
    from_right = flow_truth(replace(nadir_site, start_bank=Bank.RIGHT), short_video)
    assert from_right.distance_m == pytest.approx(from_left.distance_m)
    assert from_right.velocity_mps == pytest.approx(from_left.velocity_mps[::-1])
    assert from_left.velocity_mps[10] > from_left.velocity_mps[30]


@pytest.mark.parametrize(("level", "message"), [(8.9, "above the bed"), (11.5, "above the end of the bank")])
def test_that_a_level_off_the_section_is_refused(nadir_site: SyntheticSite, level: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        water_edges(nadir_site, level)
