"""Figures of the reference program for its own streak angle estimator."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from image_velocimetry_tools.domain.angles import arithmetic_to_geographic
from image_velocimetry_tools.numerics.stiv import two_dimensional_stiv_exhaustive


@pytest.fixture(scope="module")
def waves() -> NDArray[np.uint8]:
    """Two sine waves that move 2 px a frame to the right."""
    y, x, t = np.meshgrid(np.arange(64), np.arange(96), np.arange(40), indexing="ij")
    grey = 127.5 + 60 * np.sin(2 * np.pi * (x - 2 * t) / 13) + 60 * np.sin(2 * np.pi * (x - 2 * t + 3 * y) / 29)
    return np.round(grey).astype(np.uint8)


def test_that_the_test_picture_is_the_reference_one(waves: NDArray[np.uint8]) -> None:
    assert waves.sum(dtype=int) == 31_348_048
    assert waves[10, 20, 5] == 109
    assert waves[63, 95, 39] == 220


@pytest.mark.parametrize("sigma", [0.0, 0.5])
def test_that_theta_finds_the_reference_velocity_direction_and_streak(waves: NDArray[np.uint8], sigma: float) -> None:
    magnitudes, directions, _, thetas = two_dimensional_stiv_exhaustive(
        [30, 40], [32, 20], waves, 20, 90, 1, 10, 0.01, 0.1, sigma=sigma, estimator="theta"
    )
    assert magnitudes == pytest.approx([0.20056897] * 2, abs=1e-8)
    assert list(directions) == [91.0, 91.0]
    assert thetas == pytest.approx([63.5, 63.5])


def test_that_theta_returns_the_reference_space_time_images(waves: NDArray[np.uint8]) -> None:
    """Without a blur only: the reference's blur ignores sigma and smooths time as well, ours is spatial."""
    images = two_dimensional_stiv_exhaustive(
        [30, 40], [32, 20], waves, 20, 90, 1, 10, 0.01, 0.1, sigma=0.0, estimator="theta"
    )[2]
    assert [int(image.sum(dtype=int)) for image in images] == [103_236, 102_846]
    assert images[0].shape == (20, 40)


@pytest.mark.parametrize(
    ("arithmetic_deg", "streak_deg", "integral"),
    [(0.0, 63.5, 6.927271019906915), (10.0, 63.5, 6.346917674565218), (355.0, 60.0, 6.5850291194662605)],
)
def test_that_theta_integrates_single_lines_as_the_reference_does(
    waves: NDArray[np.uint8], arithmetic_deg: float, streak_deg: float, integral: float
) -> None:
    """At 10 and 355 degrees the reference spaces the samples 20/19 px apart, which its figures contain."""
    geographic_deg = float(arithmetic_to_geographic(arithmetic_deg))
    result = two_dimensional_stiv_exhaustive(
        [30], [32], waves, 20, geographic_deg, 1, 0, 0.01, 0.1, sigma=0.0, estimator="theta"
    )
    assert result.thetas_deg[0] == pytest.approx(streak_deg)
    assert 10.0 * result.peak[0] == pytest.approx(integral, rel=1e-6)


def test_that_ridge_comes_closer_to_the_true_velocity_than_the_half_degree_steps_of_theta(
    waves: NDArray[np.uint8],
) -> None:
    ridge = two_dimensional_stiv_exhaustive([30], [32], waves, 20, 90, 1, 0, 0.01, 0.1, sigma=0.0)
    theta = two_dimensional_stiv_exhaustive([30], [32], waves, 20, 90, 1, 0, 0.01, 0.1, sigma=0.0, estimator="theta")
    assert abs(ridge.magnitudes_mps[0] - 0.2) < abs(theta.magnitudes_mps[0] - 0.2)
