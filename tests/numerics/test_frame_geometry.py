"""Rotation, flip and lens as maps of points, against the same done with pictures."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.domain.video import Flip, FramePreparation, FrameSize, LensModel
from image_velocimetry_tools.numerics.frame_geometry import FrameGeometry

DECODED = FrameSize(16, 9)
FRAME = np.arange(9 * 16, dtype=np.uint8).reshape(9, 16)
QUARTERS = (0, 90, 180, 270)
FLIPS: tuple[Flip, ...] = ("none", "hflip", "vflip")


def geometry(tag: int, rotation: int, flip: Flip, lens: LensModel | None = None) -> FrameGeometry:
    return FrameGeometry(DECODED, tag, FramePreparation(rotation_deg=rotation, flip=flip, lens=lens or LensModel()))


def pixels_of(size: FrameSize) -> np.ndarray:
    y, x = np.mgrid[: size.height_px, : size.width_px]
    return np.column_stack([x.ravel(), y.ravel()]).astype(float)


@pytest.mark.parametrize(("tag", "rotation", "flip"), list(itertools.product((0, 90, 270), QUARTERS, FLIPS)))
def test_that_points_and_pictures_are_turned_alike(tag: int, rotation: int, flip: Flip) -> None:
    turned = geometry(tag, rotation, flip)
    expected = np.rot90(np.rot90(FRAME, -tag // 90), -rotation // 90)
    expected = {"none": expected, "hflip": expected[:, ::-1], "vflip": expected[::-1]}[flip]
    np.testing.assert_array_equal(turned.picture(FRAME), expected)
    prepared = pixels_of(turned.prepared_size)
    column, row = np.rint(turned.to_decoded(prepared)).astype(int).T
    np.testing.assert_array_equal(FRAME[row, column].reshape(expected.shape), expected)
    np.testing.assert_allclose(turned.to_prepared(turned.to_decoded(prepared)), prepared, atol=1e-12)


def test_that_a_quarter_turn_is_clockwise_and_keeps_the_whole_canvas() -> None:
    """The upper left pixel goes to the upper right; ffmpeg's rotate would crop the frame to 16 x 9."""
    turned = geometry(0, 90, "none")
    assert turned.prepared_size == FrameSize(9, 16)
    np.testing.assert_array_equal(turned.to_prepared([[0.0, 0.0]]), [[8.0, 0.0]])


def test_that_tag_and_rotation_may_cancel() -> None:
    assert geometry(90, 270, "none").is_identity
    assert not geometry(90, 0, "none").is_identity
    assert not geometry(0, 0, "hflip").is_identity
    assert not geometry(0, 0, "none", LensModel(0.1)).is_identity


def test_that_negative_tags_turn_counter_clockwise() -> None:
    assert geometry(-90, 0, "none").quarter_turns == 3


@pytest.mark.parametrize(("tag", "rotation"), [(45, 0), (0, 10)])
def test_that_oblique_rotations_are_refused(tag: int, rotation: int) -> None:
    with pytest.raises(VideoError, match="0, 90, 180 or 270"):
        geometry(tag, rotation, "none")


@given(
    tag=st.sampled_from(QUARTERS),
    rotation=st.sampled_from(QUARTERS),
    flip=st.sampled_from(FLIPS),
    k1=st.floats(-0.2, 0.3),
    x=st.floats(0, 8),
    y=st.floats(0, 8),
)
def test_that_the_way_back_undoes_the_way_there(
    tag: int, rotation: int, flip: Flip, k1: float, x: float, y: float
) -> None:
    turned = geometry(tag, rotation, flip, LensModel(k1, 0.01, 0.45, 0.55))
    np.testing.assert_allclose(turned.to_prepared(turned.to_decoded([[x, y]])), [[x, y]], atol=1e-9)


@pytest.mark.parametrize("rotation", QUARTERS)
def test_that_the_lens_acts_on_the_turned_frame(rotation: int) -> None:
    """The centre of distortion is given in the turned frame, so that turning first and correcting then agree."""
    lens = LensModel(-0.15, 0.02, 0.4, 0.6)
    upright = geometry(0, rotation, "hflip")
    both = geometry(0, rotation, "hflip", lens)
    smooth = cv2.GaussianBlur(np.kron(FRAME, np.ones((8, 8), np.uint8)), (0, 0), 4)
    decoded = FrameSize(smooth.shape[1], smooth.shape[0])
    first = FrameGeometry(decoded, 0, upright.preparation).picture(smooth)
    then = FrameGeometry(FrameSize(first.shape[1], first.shape[0]), 0, FramePreparation(lens=lens)).picture(first)
    at_once = FrameGeometry(decoded, 0, both.preparation).picture(smooth)
    assert at_once.shape == then.shape
    assert np.abs(at_once.astype(int) - then.astype(int)).max() <= 1


def test_that_colour_pictures_are_turned_too() -> None:
    assert geometry(0, 90, "vflip").picture(np.dstack([FRAME] * 3)).shape == (16, 9, 3)


def test_that_frames_of_another_size_are_programming_errors() -> None:
    with pytest.raises(ValueError, match="instead of 16x9"):
        geometry(0, 0, "none").picture(FRAME.T)
