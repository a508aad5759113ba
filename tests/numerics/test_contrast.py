"""Contrast filters and tone curves, against the ffmpeg program and by hand."""

from __future__ import annotations

import subprocess

import cv2
import imageio_ffmpeg
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.video import ContrastFilters
from image_velocimetry_tools.numerics.contrast import (
    CURVE_PRESETS,
    LUMA_WEIGHTS,
    ContrastLimits,
    apply,
    auto_contrast,
    auto_contrast_limits,
    chain_luts,
    clahe,
    contrast_lut,
    contrast_problems,
    curve_lut,
    filter_contrast,
    luma_lut,
)

RAMP = np.arange(256, dtype=np.uint8)
PER_CHANNEL = ("color_negative", "cross_process", "vintage")


def through_ffmpeg(samples: bytes, size: str, pixel_format: str, video_filter: str, *source: str) -> np.ndarray:
    layout = ("-f", "rawvideo", "-pix_fmt", pixel_format)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *layout, *source, "-s", size, "-i", "-"]
    result = subprocess.run(
        [*command, "-vf", video_filter, *layout, "-"], input=samples, capture_output=True, check=True
    )
    return np.frombuffer(result.stdout, np.uint8)


@pytest.mark.parametrize("preset", CURVE_PRESETS)
def test_that_curves_are_those_of_ffmpeg(preset: str) -> None:
    """Within one grey level; ffmpeg rounds the steep control points of the three-channel presets to grey levels."""
    coloured = through_ffmpeg(np.repeat(RAMP, 3).tobytes(), "256x1", "rgb24", f"curves=preset={preset}")
    expected = coloured.reshape(256, 3) @ np.array(LUMA_WEIGHTS)
    difference = np.abs(curve_lut(preset) - expected)
    assert difference.max() < (3.1 if preset in PER_CHANNEL else 1.01)
    assert difference.mean() < (1.1 if preset in PER_CHANNEL else 0.75)


@pytest.mark.parametrize("preset", CURVE_PRESETS)
def test_that_curves_on_limited_range_are_those_of_ffmpeg(preset: str) -> None:
    """ffmpeg converts to RGB and back; both conversions round, hence the two grey levels."""
    luma = np.tile(RAMP, (16, 1))
    planes = np.concatenate([luma.ravel(), np.full(2 * 8 * 128, 128, np.uint8)])
    result = through_ffmpeg(planes.tobytes(), "256x16", "yuv420p", f"curves=preset={preset}")
    expected = result[: 256 * 16].reshape(16, 256)[8].astype(float)
    difference = np.abs(curve_lut(preset, full_range=False) - expected)[16:236]
    assert difference.max() <= 2
    assert difference.mean() < 0.9


def test_that_luma_range_is_stretched_as_by_ffmpeg() -> None:
    luma = np.tile(RAMP, (16, 1))
    planes = np.concatenate([luma.ravel(), np.full(2 * 8 * 128, 128, np.uint8)])
    source = ("-color_range", "tv")
    result = through_ffmpeg(planes.tobytes(), "256x16", "yuv420p", "scale=out_range=full", *source)
    np.testing.assert_array_equal(luma_lut(full_range=False), result[: 256 * 16].reshape(16, 256)[8])
    np.testing.assert_array_equal(luma_lut(full_range=True), RAMP)


def test_that_the_presets_are_those_of_the_reference() -> None:
    assert CURVE_PRESETS == (
        "none", "color_negative", "cross_process", "darker", "increase_contrast", "lighter", "linear_contrast",
        "medium_contrast", "negative", "strong_contrast", "vintage",
    )  # fmt: skip
    with pytest.raises(ValueError, match="unknown curve preset 'sepia'"):
        curve_lut("sepia")


def test_that_a_control_point_lies_on_its_curve() -> None:
    assert curve_lut("darker")[128] == pytest.approx(0.4 * 255, abs=1)
    assert curve_lut("lighter")[102] == pytest.approx(0.5 * 255, abs=1)
    np.testing.assert_array_equal(curve_lut("negative"), RAMP[::-1])


def test_that_automatic_contrast_saturates_and_does_not_mirror() -> None:
    """The reference takes absolute values, so that what is darker than its limit becomes bright again."""
    picture = np.full((100, 100), 100, np.uint8)
    picture[0, :40] = 10
    picture[1:31] = 180
    limits = auto_contrast_limits(picture, 1.0)
    assert limits == ContrastLimits(100, 180)
    stretched = auto_contrast(picture, 1.0)
    assert set(np.unique(stretched)) == {0, 255}
    assert (stretched[0, :40] == 0).all()


def test_that_half_of_the_percentage_is_clipped_at_each_end() -> None:
    picture = np.arange(10000).reshape(100, 100) // 40  # 250 levels of 40 pixels
    limits = auto_contrast_limits(picture.astype(np.uint8), 10.0)
    assert limits.low == pytest.approx(12, abs=1)
    assert limits.high == pytest.approx(237, abs=1)


def test_that_limits_of_one_frame_serve_the_whole_clip() -> None:
    rng = np.random.default_rng(0)
    first = rng.integers(60, 160, (50, 60), dtype=np.uint8)
    cloud = (first // 2).astype(np.uint8)
    limits = auto_contrast_limits(first)
    filters = ContrastFilters(auto_contrast_percent=1.0)
    assert filter_contrast(first, filters, limits).mean() > 2 * filter_contrast(cloud, filters, limits).mean()
    np.testing.assert_array_equal(filter_contrast(first, filters, limits), apply(first, contrast_lut(limits)))


@given(st.integers(0, 255), st.floats(0, 100))
def test_that_a_flat_picture_stays_as_it_is(level: int, percent: float) -> None:
    picture = np.full((8, 8), level, np.uint8)
    np.testing.assert_array_equal(auto_contrast(picture, percent), picture)


@given(st.integers(0, 2**32 - 1), st.floats(0, 99))
def test_that_contrast_keeps_the_order_of_grey_values(seed: int, percent: float) -> None:
    rng = np.random.default_rng(seed)
    picture = rng.integers(*sorted(rng.choice(256, 2, replace=False)), (20, 20), dtype=np.uint8)
    table = contrast_lut(auto_contrast_limits(picture, percent))
    assert (np.diff(table.astype(int)) >= 0).all()


def test_that_clahe_spreads_the_grey_values_of_a_dull_picture() -> None:
    dull = np.random.default_rng(1).integers(110, 130, (64, 64), dtype=np.uint8)
    assert clahe(dull, 4.0, (4, 4)).std() > 1.5 * dull.std()


def test_that_clahe_comes_before_automatic_contrast() -> None:
    picture = np.random.default_rng(2).integers(90, 140, (64, 64), dtype=np.uint8)
    filters = ContrastFilters(clahe_clip_limit=2.0, auto_contrast_percent=1.0)
    np.testing.assert_array_equal(filter_contrast(picture, filters), auto_contrast(clahe(picture)))
    assert filter_contrast(picture, ContrastFilters()) is picture


def test_that_a_chain_of_tables_does_what_they_do_one_by_one() -> None:
    picture = np.random.default_rng(3).integers(0, 256, (30, 40), dtype=np.uint8)
    chain = chain_luts(luma_lut(False), curve_lut("darker"))
    one_by_one = apply(apply(picture, luma_lut(False)), curve_lut("darker"))
    np.testing.assert_array_equal(apply(picture, chain), one_by_one)


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (ContrastFilters(clahe_clip_limit=0.0), "CLAHE clip limit must be positive"),
        (ContrastFilters(clahe_clip_limit=2.0, clahe_tiles=(0, 8)), "CLAHE tile sizes must be positive"),
        (ContrastFilters(auto_contrast_percent=101), "Auto-contrast percentage must be between 0 and 100"),
        (ContrastFilters(auto_contrast_percent=-1), "Auto-contrast percentage must be between 0 and 100"),
    ],
)
def test_that_bad_settings_are_named(filters: ContrastFilters, message: str) -> None:
    assert contrast_problems(filters) == (message,)
    assert contrast_problems(ContrastFilters(2.0, (8, 8), 1.0)) == ()


def test_that_a_read_only_view_can_be_filtered() -> None:
    """Decoded frames are read-only views with padded lines."""
    wide = np.random.default_rng(5).integers(0, 256, (48, 128), dtype=np.uint8)
    view = wide[:, :66]
    view.flags.writeable = False
    np.testing.assert_array_equal(apply(view, curve_lut("negative")), 255 - view)
    assert clahe(view).shape == (48, 66)
    assert cv2.mean(view)[0] == pytest.approx(view.mean())
