"""Masks of the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.numerics.masks import close_small_gaps, points_in_polygons, polygon_mask

WELTON = [
    np.array([(558, 1), (565, 1076), (-1, 1080), (0, -1), (0, -1)], dtype=float),
    np.array([(1465, 0), (1472, 514), (1481, 1080), (1927, 1082), (1921, 1), (1921, 1)], dtype=float),
]


def test_that_the_welton_masks_have_their_known_sums() -> None:
    mask = polygon_mask(WELTON, 1920, 1080)
    assert mask.shape == (1080, 1920)
    assert int(mask.sum()) == 984003
    assert int(close_small_gaps(mask).sum()) == 978727


def test_that_slivers_between_polygons_are_closed() -> None:
    left, right = np.array([[0, 0], [48, 0], [48, 99], [0, 99]]), np.array([[50, 0], [60, 0], [60, 99], [50, 99]])
    mask = polygon_mask([left.astype(float), right.astype(float)], 100, 100)
    assert mask[50, 49] == 1
    cleaned = close_small_gaps(mask)
    assert cleaned[50, 49] == 0
    assert cleaned[50, 80] == 1


def test_that_no_polygon_masks_nothing() -> None:
    assert polygon_mask([], 7, 5).tolist() == np.ones((5, 7)).tolist()
    assert polygon_mask([np.empty((0, 2))], 7, 5).all()


def test_that_closing_leaves_the_given_mask_alone() -> None:
    mask = polygon_mask(WELTON[:1], 640, 480)
    before = mask.copy()
    close_small_gaps(mask)
    assert np.array_equal(mask, before)


SQUARE = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])


@pytest.mark.parametrize(
    ("point", "inside"),
    [((1, 1), True), ((0, 0), True), ((2, 1), True), ((1, 2.0001), False), ((3, 1), False), ((-1e-9, 1), False)],
)
def test_that_a_point_is_tested_without_rounding(point: tuple[float, float], inside: bool) -> None:
    assert points_in_polygons([point], [SQUARE]).tolist() == [inside]
    assert points_in_polygons([point], [SQUARE[::-1]]).tolist() == [inside]


def test_that_a_notch_is_outside_and_polygons_add_up() -> None:
    notched = np.array([[0, 0], [6, 0], [6, 6], [3, 1], [0, 6]], dtype=float)
    points = [(3.0, 3.0), (0.5, 3.0), (3.0, 0.5), (20.0, 20.0)]
    assert points_in_polygons(points, [notched]).tolist() == [False, True, True, False]
    assert points_in_polygons(points, [notched, SQUARE + 19.0]).tolist() == [False, True, True, True]
    assert points_in_polygons(points, [SQUARE[:2]]).tolist() == [False] * 4


@given(st.floats(-2, 4), st.floats(-2, 4))
def test_that_the_test_agrees_with_the_definition_of_a_rectangle(x: float, y: float) -> None:
    assert points_in_polygons([(x, y)], [SQUARE])[0] == (0 <= x <= 2 and 0 <= y <= 2)
