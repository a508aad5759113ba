"""The texture moves exactly as far as its velocity says."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from image_velocimetry_tools.demo.texture import AdvectedTexture, random_texture


def _displacement_cells(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Shift along the rows from the phase of the cross-spectrum, weighted by its power."""
    cross = np.sum(np.conj(np.fft.rfft(first.astype(float))) * np.fft.rfft(second.astype(float)), axis=0)
    wave = 2.0 * np.pi * np.fft.rfftfreq(first.shape[1])
    peak = int(np.argmax(np.fft.irfft(cross)))
    peak -= first.shape[1] if peak > first.shape[1] // 2 else 0
    residual = np.angle(cross * np.exp(1j * wave * peak))
    weight = np.abs(cross)
    return float(peak - np.sum(weight * wave * residual) / np.sum(weight * wave**2))


@pytest.mark.parametrize("velocity", [0.0437, 0.3, 1.234, -0.871])
def test_that_the_texture_moves_by_velocity_times_interval(velocity: float) -> None:
    cell, interval = 0.0125, 1.0 / 30.0
    texture = AdvectedTexture(np.full(40, velocity), 512, cell, interval, life_s=1e6, seed=5)
    pictures = [texture.picture(frame) for frame in range(4)]
    for gap in (1, 2, 3):
        expected = velocity * interval * gap / cell
        assert _displacement_cells(pictures[0], pictures[gap]) == pytest.approx(expected, abs=1e-4)


def test_that_a_texture_that_renews_itself_does_not_move_slower_or_faster() -> None:
    velocity, cell, interval = 0.913, 0.01, 1.0 / 30.0
    moved = []
    # Two patterns that fade into each other agree by chance with one another: only the mean of many is exact.
    for seed in range(8):
        texture = AdvectedTexture(np.full(60, velocity), 512, cell, interval, life_s=1.0, seed=seed)
        pictures = [texture.picture(frame) for frame in range(61)]
        moved += [_displacement_cells(first, second) for first, second in itertools.pairwise(pictures)]
    assert np.mean(moved) == pytest.approx(velocity * interval / cell, rel=1e-3)


def test_that_every_row_has_its_own_velocity() -> None:
    velocity = np.repeat([0.2, 0.8], 20)
    texture = AdvectedTexture(velocity, 512, 0.01, 0.05, life_s=1e6, seed=7)
    first, second = texture.picture(0), texture.picture(1)
    assert _displacement_cells(first[:20], second[:20]) == pytest.approx(1.0, abs=1e-4)
    assert _displacement_cells(first[20:], second[20:]) == pytest.approx(4.0, abs=1e-4)


def test_that_the_surface_renews_itself_within_its_life_and_keeps_its_contrast() -> None:
    texture = AdvectedTexture(np.zeros(60), 512, 0.01, 0.05, life_s=1.0, seed=8)
    pictures = [texture.picture(frame) for frame in range(41)]
    likeness = [np.corrcoef(pictures[0].ravel(), picture.ravel())[0, 1] for picture in pictures]
    assert likeness[1] > 0.97
    assert abs(likeness[20]) < 0.1
    assert abs(likeness[40]) < 0.1
    assert [picture.std() for picture in pictures] == pytest.approx([1.0] * 41, abs=0.15)


def test_that_frames_do_not_depend_on_the_order_in_which_they_are_asked_for() -> None:
    in_order = AdvectedTexture(np.linspace(0.1, 1.0, 30), 256, 0.01, 0.05, life_s=0.5, seed=9)
    for frame in range(17):
        expected = in_order.picture(frame)
    again = AdvectedTexture(np.linspace(0.1, 1.0, 30), 256, 0.01, 0.05, life_s=0.5, seed=9).picture(16)
    assert again == pytest.approx(expected, abs=1e-4)


def test_that_no_wave_is_shorter_than_the_shortest() -> None:
    spectrum = np.abs(np.fft.fft2(random_texture((128, 128), 8.0, np.random.default_rng(1))))
    wave = np.hypot(np.fft.fftfreq(128)[:, None], np.fft.fftfreq(128)[None, :])
    assert spectrum[wave > 1.0 / 8.0].max() < 1e-3 * spectrum.max()
