"""Radial lens distortion and its inverse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.video import FrameSize, LensModel
from image_velocimetry_tools.numerics.lens import (
    corrected_to_source,
    fold_radius,
    lens_centre_px,
    source_to_corrected,
)

FRAME = FrameSize(1280, 720)
CORNERS = np.array([[0.0, 0.0], [1279.0, 0.0], [1279.0, 719.0], [0.0, 719.0]])


def test_that_half_a_diagonal_is_stretched_by_both_coefficients() -> None:
    """At radius 1 the source lies at 1 + k1 + k2; the corner (0, 0) is half a diagonal from (640, 360)."""
    x, y = corrected_to_source([0.0], [0.0], LensModel(-0.2, 0.05), FRAME)
    np.testing.assert_allclose([x[0], y[0]], [640.0 * (1 - 0.85), 360.0 * (1 - 0.85)], atol=1e-9)


def test_that_the_centre_is_a_whole_pixel_and_does_not_move() -> None:
    lens = LensModel(-0.1, 0.02, centre_x=0.333, centre_y=0.61)
    assert lens_centre_px(lens, FRAME) == (426.0, 439.0)
    x, y = corrected_to_source([426.0], [439.0], lens, FRAME)
    assert (x[0], y[0]) == (426.0, 439.0)
    assert (source_to_corrected(x, y, lens, FRAME)[0][0]) == 426.0


def test_that_no_distortion_moves_nothing() -> None:
    x, y = corrected_to_source(CORNERS[:, 0], CORNERS[:, 1], LensModel(), FRAME)
    np.testing.assert_array_equal(np.column_stack([x, y]), CORNERS)


@given(
    k1=st.floats(-0.25, 0.4),
    k2=st.floats(0.0, 0.2),
    centre_x=st.floats(0.35, 0.65),
    centre_y=st.floats(0.35, 0.65),
    x=st.floats(0, 1279),
    y=st.floats(0, 719),
)
def test_that_the_inverse_undoes_the_lens(
    k1: float, k2: float, centre_x: float, centre_y: float, x: float, y: float
) -> None:
    lens = LensModel(k1, k2, centre_x, centre_y)
    radius = np.hypot(x - lens_centre_px(lens, FRAME)[0], y - lens_centre_px(lens, FRAME)[1])
    assume(radius / np.hypot(640, 360) < 0.98 * fold_radius(lens))
    back = source_to_corrected(*corrected_to_source([x], [y], lens, FRAME), lens, FRAME)
    np.testing.assert_allclose(np.ravel(back), [x, y], atol=1e-6)


def test_that_source_pixels_beyond_the_fold_are_shown_nowhere() -> None:
    """k1 = -0.6: the source radius r - 0.6 r^3 never exceeds 0.497 half diagonals."""
    lens = LensModel(k1=-0.6)
    assert fold_radius(lens) == pytest.approx(1 / np.sqrt(1.8))
    x, _ = source_to_corrected([640.0 + 0.49 * 734.3, 640.0 + 0.51 * 734.3], [360.0, 360.0], lens, FRAME)
    assert np.isfinite(x[0])
    assert np.isnan(x[1])


@pytest.mark.parametrize(("k1", "k2"), [(-0.3, 0.01), (0.3, -0.2), (0.0, -0.1), (-1e-12, 0.0), (0.2, -1e-12)])
def test_that_the_source_radius_rises_up_to_the_fold_only(k1: float, k2: float) -> None:
    fold = fold_radius(LensModel(k1, k2))
    inner, at, outer = (r * (1 + k1 * r**2 + k2 * r**4) for r in (0.99 * fold, fold, 1.01 * fold))
    assert inner < at
    assert outer < at


@pytest.mark.parametrize("k2", [5e-324, -5e-324, 1e-30, -1e-30])
def test_that_a_coefficient_next_to_nothing_moves_nothing(k2: float) -> None:
    back = source_to_corrected([100.0], [50.0], LensModel(0.0, k2), FRAME)
    np.testing.assert_allclose(np.ravel(back), [100.0, 50.0], atol=1e-9)


def test_that_a_pincushion_never_folds() -> None:
    assert fold_radius(LensModel(0.2, 0.1)) == np.inf
    x, _ = source_to_corrected([1e5], [360.0], LensModel(0.2, 0.1), FRAME)
    again, _ = corrected_to_source(x, [360.0], LensModel(0.2, 0.1), FRAME)
    assert again[0] == pytest.approx(1e5)


def test_that_maps_keep_their_shape() -> None:
    y, x = np.mgrid[:4, :7].astype(float)
    assert corrected_to_source(x, y, LensModel(0.1), FRAME)[0].shape == (4, 7)
