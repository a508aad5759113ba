"""Frames that were lost without a gap in time are seen in the motion of the water."""

from __future__ import annotations

import numpy as np
import pytest

from image_velocimetry_tools.numerics.stiv.steps import lost_share, step_scales

LENGTH = 40
VELOCITIES = np.array([1.2, 2.0, -1.6, 0.9, 1.4])


def films(moments: np.ndarray, velocities: np.ndarray) -> list[np.ndarray]:
    """Space-time images of points at which the water was filmed at given times, frames."""
    images = []
    for number, velocity in enumerate(velocities):
        random = np.random.default_rng(number)
        wave, phase = random.uniform(8, 30, 40), random.uniform(0, 2 * np.pi, 40)
        place = np.arange(LENGTH)[:, None, None] - velocity * moments[None, :, None]
        image = np.sin(2 * np.pi * place / wave + phase).sum(axis=2)
        images.append(np.clip(120 + 8 * image + random.normal(0, 2, image.shape), 0, 255).astype(np.uint8))
    return images


def found(moments: np.ndarray, valid: np.ndarray | None = None, velocities: np.ndarray = VELOCITIES) -> float:
    measured = velocities * np.diff(moments).mean()
    everything = np.ones(len(moments), dtype=bool)
    return lost_share(step_scales(films(moments, velocities), measured), everything if valid is None else valid)


def test_that_a_steady_film_lost_nothing() -> None:
    assert found(np.arange(120.0)) == 0.0


@pytest.mark.parametrize("speed", [0.4, 1.0, 4.0])
@pytest.mark.parametrize("lost", [range(7, 120, 9), (10, 11, 40, 77, 90, 101)])
def test_that_lost_frames_are_counted_at_any_speed_that_tells(lost: range | tuple[int, ...], speed: float) -> None:
    moments = np.delete(np.arange(120.0), list(lost))
    velocities = speed * np.array([1.0, 1.1, 1.2, -1.1, 1.3, 1.4])
    assert found(moments, velocities=velocities) == pytest.approx(len(lost) / 120, abs=0.018)


def test_that_a_repeated_picture_before_a_leap_is_no_loss() -> None:
    moments = np.arange(120.0)
    moments[[20, 50, 80]] -= 1.0
    assert found(moments) == 0.0


def test_that_known_gaps_are_not_counted_again() -> None:
    moments = np.arange(120.0)
    valid = np.ones(120, dtype=bool)
    for gap in (30, 60, 90):
        moments[gap], valid[gap] = moments[gap - 1], False
    assert found(moments, valid) == 0.0


@pytest.mark.parametrize("velocities", [0.05 * VELOCITIES, 20.0 * VELOCITIES, VELOCITIES[:2]])
def test_that_flow_too_slow_too_fast_or_at_too_few_points_tells_nothing(velocities: np.ndarray) -> None:
    assert np.isnan(found(np.arange(120.0), velocities=velocities))


def test_that_pulsing_flow_is_not_taken_for_lost_frames() -> None:
    moments = np.cumsum(1.0 + 0.8 * np.sin(np.arange(120.0) / 2.0))
    assert np.isnan(found(moments))


def test_that_points_without_a_picture_tell_nothing() -> None:
    images = [np.full((LENGTH, 60), 90, dtype=np.uint8)] * 5
    assert np.isnan(step_scales(images, VELOCITIES)).all()
    assert np.isnan(lost_share(step_scales([], np.array([])), np.ones(1, dtype=bool)))
