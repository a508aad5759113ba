"""Luma of the pixel formats that cameras write."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from image_velocimetry_tools.domain.video import Clip
from image_velocimetry_tools.media.decoding import open_clip
from image_velocimetry_tools.media.luma import luma_of

WIDTH, HEIGHT = 66, 48  # lines are padded, so that a wrong line size shows


def gradient() -> np.ndarray:
    return (np.add.outer(np.arange(HEIGHT) * 2, np.arange(WIDTH)) % 200 + 20).astype(np.uint8)


def yuv_frame(layout: str) -> av.VideoFrame:
    luma = gradient()
    planar = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    planar[:HEIGHT] = luma
    return av.VideoFrame.from_ndarray(planar, "yuv420p").reformat(format=layout, threads=1)


@pytest.mark.parametrize("layout", ["yuv420p", "yuv422p", "yuv444p", "nv12", "nv21", "yuva420p", "uyvy422", "yuv410p"])
def test_that_8_bit_luma_is_exact(layout: str) -> None:
    np.testing.assert_array_equal(luma_of(yuv_frame(layout)), gradient())


@pytest.mark.parametrize(
    "layout", ["yuv420p10le", "yuv422p10be", "yuv420p12le", "p010le", "p016le", "yuv444p16le", "y210le"]
)
def test_that_more_bits_are_rounded_to_8(layout: str) -> None:
    luma = luma_of(yuv_frame(layout))
    assert luma.dtype == np.uint8
    np.testing.assert_allclose(luma.astype(int), gradient(), atol=1)


def test_that_planar_8_bit_luma_is_a_view_of_the_frame() -> None:
    frame = yuv_frame("yuv420p")
    luma = luma_of(frame)
    assert np.shares_memory(luma, np.frombuffer(frame.planes[0], np.uint8))
    assert luma.strides[0] == frame.planes[0].line_size
    assert not luma.flags.writeable


@pytest.mark.parametrize("layout", ["rgb24", "bgr24", "rgba", "gbrp"])
def test_that_rgb_gives_the_luma_of_bt_601(layout: str) -> None:
    colour = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    colour[...] = (200, 100, 50)
    frame = av.VideoFrame.from_ndarray(colour, "rgb24").reformat(format=layout, threads=1)
    expected = 0.299 * 200 + 0.587 * 100 + 0.114 * 50
    np.testing.assert_allclose(luma_of(frame), expected, atol=1)


def test_that_10_bits_keep_black_and_white_of_limited_range() -> None:
    samples = np.zeros((HEIGHT * 3 // 2, WIDTH), np.uint16) + 512
    samples[:HEIGHT] = np.linspace(64, 940, WIDTH).astype(np.uint16)
    luma = luma_of(av.VideoFrame.from_ndarray(samples, "yuv420p10le"))
    assert (int(luma[0, 0]), int(luma[0, -1])) == (16, 235)


@pytest.mark.parametrize(
    ("name", "codec", "layout", "full_range"),
    [
        ("ten.mp4", "libx264", "yuv420p10le", False),
        ("grey.mkv", "ffv1", "gray", True),
        ("grey10.mkv", "ffv1", "gray10le", True),
        ("colour.mkv", "ffv1", "bgr0", True),
        ("motion.avi", "mjpeg", "yuvj420p", True),
        ("full.mp4", "libx264", "yuvj420p", True),
        ("packed.mov", "rawvideo", "uyvy422", False),
    ],
)
def test_that_a_video_of_any_format_shows_its_frames(
    tmp_path: Path, make_video: Callable[..., Path], read_number: Callable[..., int],
    name: str, codec: str, layout: str, full_range: bool,
) -> None:  # fmt: skip
    path = make_video(tmp_path / name, np.arange(12) / 25, codec=codec, pixel_format=layout, time_base=Fraction(1, 25))
    with open_clip(path, Clip()) as reader:
        assert [read_number(frame.luma) for frame in reader] == list(range(12))
        assert reader.full_range is full_range
