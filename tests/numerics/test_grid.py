"""Measurement points along a line and on a grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.numerics.grid import points_between_edges, points_on_line, regular_grid


def test_that_a_ring_mask_leaves_the_border_of_a_grid() -> None:
    mask = np.ones((5, 5), dtype=np.uint8)
    mask[1:4, 1:4] = 0
    expected = [(0, 0), (2, 0), (4, 0), (0, 2), (4, 2), (0, 4), (2, 4), (4, 4)]
    assert regular_grid(5, 5, 2, 2, mask).tolist() == [list(point) for point in expected]


def test_that_a_grid_runs_row_by_row_with_its_own_spacings() -> None:
    expected = [(0, 0), (2, 0), (4, 0), (0, 3), (2, 3), (4, 3)]
    assert regular_grid(6, 6, 2, 3).tolist() == [list(point) for point in expected]


def test_that_an_empty_mask_leaves_no_point() -> None:
    nothing = np.zeros((6, 6), dtype=np.uint8)
    assert regular_grid(6, 6, 2, 2, nothing).shape == (0, 2)
    assert points_on_line([[0, 0], [5, 5]], 3, 6, 6, nothing).shape == (0, 2)


def test_that_points_on_a_line_are_rounded_to_pixels() -> None:
    assert points_on_line([[0, 0], [10, 10]], 4, 20, 20).tolist() == [[0, 0], [3, 3], [7, 7], [10, 10]]


def test_that_halves_round_to_even() -> None:
    assert points_on_line([[0, 0], [5, 0]], 3, 20, 20)[:, 0].tolist() == [0, 2, 5]
    assert points_on_line([[0, 0], [7, 0]], 3, 20, 20)[:, 0].tolist() == [0, 4, 7]


def test_that_a_line_is_clipped_to_the_picture() -> None:
    assert points_on_line([[-5, 3], [30, 25]], 2, 20, 10).tolist() == [[0, 3], [19, 9]]


def test_that_masked_points_of_a_line_are_dropped() -> None:
    mask = np.ones((4, 10), dtype=np.uint8)
    mask[:, 4:7] = 0
    assert points_on_line([[0, 1], [9, 1]], 4, 10, 4, mask)[:, 0].tolist() == [0, 3, 9]


def test_that_a_mask_of_another_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="mask has shape"):
        regular_grid(5, 4, 1, 1, np.ones((5, 4), dtype=np.uint8))


@pytest.mark.parametrize("call", [lambda: points_on_line([[0, 0], [1, 1]], 0, 5, 5), lambda: regular_grid(5, 5, 0, 1)])
def test_that_counts_and_spacings_below_one_are_refused(call: object) -> None:
    with pytest.raises(ValueError, match="at least"):
        call()  # type: ignore[operator]


def test_that_a_line_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        points_on_line([[0, 0]], 3, 5, 5)


class TestPointsBetweenEdges:
    def test_that_points_are_the_middles_of_equal_cells(self) -> None:
        points = points_between_edges([[0.0, 10.0], [8.0, 10.0]], 4)
        assert points == pytest.approx(np.array([[1.0, 10.0], [3.0, 10.0], [5.0, 10.0], [7.0, 10.0]]))

    @given(st.integers(1, 60))
    def test_that_no_point_lies_on_an_edge(self, count: int) -> None:
        stations = points_between_edges([[2.0], [5.0]], count)[:, 0]
        assert stations.shape == (count,)
        assert stations.min() - 2.0 == pytest.approx(1.5 / count)
        assert 5.0 - stations.max() == pytest.approx(1.5 / count)

    def test_that_reversed_edges_give_reversed_points(self) -> None:
        edges = np.array([[1.0, 2.0], [7.0, -4.0]])
        assert points_between_edges(edges[::-1], 5) == pytest.approx(points_between_edges(edges, 5)[::-1])

    def test_that_no_points_or_no_edges_are_refused(self) -> None:
        with pytest.raises(ValueError, match="at least one"):
            points_between_edges([[0.0], [1.0]], 0)
        with pytest.raises(ValueError, match="shape"):
            points_between_edges([0.0, 1.0], 3)
