"""Tiles: blur, brightness and missing frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from moving_water import moving_texture
from numpy.typing import NDArray

from image_velocimetry_tools.numerics.stiv import (
    StackSettings,
    StivResult,
    TileStack,
    fan_angles,
    measure_tiles,
    search_fan,
)
from image_velocimetry_tools.numerics.stiv.tiles import cut_tiles

FAN = search_fan(fan_angles(90.0, 15.0, 1.0), 32)
NODES = np.array([40.0, 50.3]), np.array([48.0, 47.6])


def tiles_of(stack: NDArray[np.uint8], blur: float = 0.0) -> TileStack:
    return cut_tiles(stack, *NODES, FAN.reach_px.grown(6), [FAN, FAN], blur)


def measured(tiles: TileStack) -> StivResult:
    return measure_tiles(tiles, [FAN, FAN], StackSettings(1.0, 1.0, 100.0))


def test_that_frames_that_are_missing_do_not_change_the_velocity() -> None:
    """A gap that is closed up, or filled with the picture before it, would."""
    tiles = tiles_of(moving_texture((3.3, 0.0), 160))
    valid = np.ones(160, dtype=bool)
    valid[np.random.default_rng(1).choice(160, 40, replace=False)] = False
    pixels = tiles.pixels.copy()
    pixels[..., ~valid] = pixels[..., :1]
    gappy = replace(tiles, pixels=pixels, valid=valid)
    assert measured(gappy).velocities_mps == pytest.approx([3.3, 3.3], rel=0.01)


def test_that_a_flickering_exposure_does_not_change_the_velocity() -> None:
    random = np.random.default_rng(2)
    gain = 1.0 + 0.1 * random.standard_normal(120)
    stack = moving_texture((2.7, 0.0))
    flickering = np.clip(np.rint(stack * np.clip(gain, 0.6, 1.4)), 0, 255).astype(np.uint8)
    steady = replace(tiles_of(flickering), brightness=gain / gain.mean())
    plain = measured(tiles_of(flickering))
    mended = measured(steady)
    assert mended.velocities_mps == pytest.approx([2.7, 2.7], rel=0.01)
    assert mended.peak.min() > plain.peak.max()


def test_that_a_blur_averages_in_space_and_leaves_time_alone() -> None:
    stack = np.zeros((96, 96, 3), dtype=np.uint8)
    stack[48, 40, 1] = 255
    blurred = tiles_of(stack, blur=1.0).fluctuations(0)
    sharp = tiles_of(stack).fluctuations(0)
    assert blurred[..., 0] == pytest.approx(blurred[..., 2])
    assert (sharp[..., 1] - sharp[..., 0]).sum() == pytest.approx((blurred[..., 1] - blurred[..., 0]).sum(), rel=1e-4)
    lit = blurred[..., 1] - blurred[..., 0]
    assert lit.max() < 0.25 * 255
    spread = np.sum(lit * (np.arange(lit.shape[1]) - lit.shape[1] // 2) ** 2) / lit.sum()
    assert spread == pytest.approx(1.0, abs=0.05)


def test_that_points_between_pixels_are_measured_where_they_are() -> None:
    tiles = tiles_of(moving_texture((1.0, 0.0), 30))
    assert tiles.offset_px == pytest.approx(np.array([[0.0, 0.0], [0.3, -0.4]]))
