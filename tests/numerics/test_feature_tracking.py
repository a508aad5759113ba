"""Features that are followed through pictures of known motion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moving_water import moving_texture, noise_only

from image_velocimetry_tools.numerics.feature_tracking import (
    FEWEST_TRACKS,
    TrackingSettings,
    Tracks,
    common_motion,
    fastest_px,
    follow_features,
    least_side_px,
    margin_px,
    moving_pictures,
)

SETTINGS = TrackingSettings()
VELOCITY_PX = (1.6, -0.9)


def fluctuations(stack: np.ndarray) -> np.ndarray:
    return (stack - stack.mean(axis=2, keepdims=True)).astype(np.float32)


def pictures_of(stack: np.ndarray) -> np.ndarray:
    pictures = moving_pictures(fluctuations(stack))
    assert pictures is not None
    return pictures


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return pictures_of(moving_texture(VELOCITY_PX, frames=80, size=72))


@pytest.fixture(scope="module")
def tracks(pictures: np.ndarray) -> Tracks:
    return follow_features(pictures, np.arange(len(pictures)), SETTINGS)


def made_up(velocity_px: np.ndarray, lost: int = 0, across_px: np.ndarray | None = None) -> Tracks:
    """Tracks all over a clip of 100 frames, along x; ``across_px`` are their rows."""
    count = len(velocity_px)
    rows = np.zeros(count) if across_px is None else across_px
    places = np.stack([np.zeros(count), rows], axis=1)
    start = np.arange(count) * 100 // count
    return Tracks(velocity_px, places, np.full(count, 10.0), start, np.zeros((lost, 2)))


# -- the pictures -----------------------------------------------------------------------------------------------------


def test_that_pictures_of_what_moves_have_time_first_and_half_grey_for_nothing() -> None:
    stack = moving_texture((1.0, 0.0), frames=40, size=32)
    pictures = pictures_of(stack)
    assert pictures.shape == (40, 32, 32)
    assert pictures.dtype == np.uint8
    assert pictures.flags.c_contiguous
    assert pictures.mean() == pytest.approx(128.0, abs=1.0)


def test_that_pictures_in_which_nothing_changes_are_none() -> None:
    still = np.repeat(moving_texture((0.0, 0.0), frames=1, size=32), 20, axis=2)
    assert moving_pictures(fluctuations(still)) is None


def test_that_shade_does_not_take_away_texture() -> None:
    stack = moving_texture((1.0, 0.0), frames=60, size=32).astype(float)
    stack[:, 16:] *= 0.6
    contrast = pictures_of(stack).std(axis=0)
    assert contrast[:, 16:].mean() == pytest.approx(contrast[:, :16].mean(), rel=0.05)


def test_that_the_noise_of_ground_is_not_made_texture() -> None:
    stack = moving_texture((1.0, 0.0), frames=60, size=32).astype(float)
    stack[:, 16:] = 90.0 + np.random.default_rng(0).normal(0.0, 1.0, (32, 16, 60))
    contrast = pictures_of(stack).std(axis=0)
    assert contrast[:, 16:].mean() < 0.15 * contrast[:, :16].mean()


# -- tracks -----------------------------------------------------------------------------------------------------------


def test_that_tracks_have_the_velocity_of_the_texture(tracks: Tracks) -> None:
    assert len(tracks) > 100
    np.testing.assert_allclose(np.median(tracks.velocity_px, axis=0), VELOCITY_PX, atol=0.01)
    assert (np.hypot(*(tracks.velocity_px - VELOCITY_PX).T) < 0.1).mean() > 0.95


def test_that_tracks_are_as_long_as_the_settings_allow(tracks: Tracks) -> None:
    assert tracks.frames.min() >= SETTINGS.shortest_track_frames
    assert tracks.frames.max() == SETTINGS.track_frames
    assert set(np.unique(tracks.start)) <= set(range(0, 80, SETTINGS.track_frames))


def test_that_no_window_leaves_the_pictures(tracks: Tracks, pictures: np.ndarray) -> None:
    margin = margin_px(SETTINGS)
    reach = 0.5 * tracks.frames[:, None] * np.abs(tracks.velocity_px)
    assert (tracks.place_px - reach >= margin - 1e-3).all()
    assert (tracks.place_px + reach <= pictures.shape[1] - 1 - margin + 1e-3).all()


def test_that_a_missing_picture_makes_its_step_longer(pictures: np.ndarray) -> None:
    numbers = np.delete(np.arange(80), [7, 8, 31, 55])
    gappy = follow_features(pictures[numbers], numbers, SETTINGS)
    np.testing.assert_allclose(np.median(gappy.velocity_px, axis=0), VELOCITY_PX, atol=0.01)
    assert gappy.frames.max() > SETTINGS.track_frames


def test_that_features_of_noise_are_lost() -> None:
    noise = pictures_of(noise_only(frames=60, size=72))
    found = follow_features(noise, np.arange(60), SETTINGS)
    assert len(found.lost_px) > 100
    assert len(found) < 0.02 * len(found.lost_px)


def test_that_a_step_counts_only_if_it_leads_back(pictures: np.ndarray) -> None:
    noisy = np.clip(pictures + np.random.default_rng(1).normal(0, 25, pictures.shape), 0, 255).astype(np.uint8)
    strict, lenient = (
        follow_features(noisy, np.arange(80), replace(SETTINGS, forward_backward_px=limit)) for limit in (0.05, 2.0)
    )
    assert len(strict) < 0.5 * len(lenient)


def test_that_following_can_be_stopped(pictures: np.ndarray) -> None:
    asked = iter([False, False, True])
    stopped = follow_features(pictures, np.arange(80), SETTINGS, lambda: next(asked))
    assert set(np.unique(stopped.start)) == {0, SETTINGS.track_frames}


def test_that_pictures_too_few_for_a_track_give_none(pictures: np.ndarray) -> None:
    few = SETTINGS.shortest_track_frames
    assert len(follow_features(pictures[:few], np.arange(few), SETTINGS)) == 0
    assert common_motion(follow_features(pictures[:few], np.arange(few), SETTINGS), few) is None


@pytest.mark.parametrize("levels", [0, 1, 2])
def test_that_the_pyramid_follows_as_fast_as_is_said(levels: int) -> None:
    """A coarse texture that moves at nine tenths of the limit is followed; no less than half of it gets there."""
    chosen = replace(SETTINGS, pyramid_levels=levels, window_px=11)
    side = max(least_side_px(chosen), 61)
    limit = fastest_px(chosen, (side, side))
    stack = moving_texture((0.9 * limit, 0.0), frames=40, size=96, grain_px=4.0)[:side, :side]
    found = follow_features(pictures_of(stack), np.arange(40), chosen)
    motion = common_motion(found, 40)
    assert motion is not None
    assert motion.speed_px == pytest.approx(0.9 * limit, rel=0.02)


def test_that_a_small_tile_has_fewer_levels_and_follows_slower_flow() -> None:
    assert least_side_px(SETTINGS) == 61
    assert fastest_px(SETTINGS, (61, 300)) == 28.0
    assert fastest_px(SETTINGS, (60, 300)) == 14.0
    assert fastest_px(SETTINGS, (30, 300)) == 7.0


# -- what they have in common -----------------------------------------------------------------------------------------


def test_that_the_largest_group_wins_and_the_next_is_its_rival() -> None:
    generator = np.random.default_rng(0)
    velocity = np.concatenate([
        [2.0, 0.5] + 0.05 * generator.standard_normal((60, 2)),
        [0.0, 0.0] + 0.02 * generator.standard_normal((30, 2)),
    ])  # fmt: skip
    motion = common_motion(made_up(generator.permutation(velocity), lost=30), 100)
    assert motion is not None
    np.testing.assert_allclose(motion.velocity_px, [2.0, 0.5], atol=0.03)
    assert motion.count == 60
    assert motion.agreement == pytest.approx(60 / 120)
    assert motion.rival == pytest.approx(0.5)


def test_that_wild_tracks_do_not_move_the_common_velocity() -> None:
    generator = np.random.default_rng(1)
    wild = generator.uniform(-8, 8, (40, 2))
    motion = common_motion(made_up(np.concatenate([np.tile([1.5, 0.0], (60, 1)), wild])), 100)
    assert motion is not None
    np.testing.assert_allclose(motion.velocity_px, [1.5, 0.0], atol=0.02)
    assert motion.rival < 0.2


def test_that_parts_of_the_clip_that_disagree_are_spread() -> None:
    steady = common_motion(made_up(np.tile([2.0, 0.0], (80, 1))), 100)
    turning = np.repeat([[2.0, 0.0], [2.0, 0.0], [1.0, 0.0], [1.0, 0.0]], 20, axis=0)
    changing = common_motion(made_up(turning), 100)
    assert steady is not None
    assert changing is not None
    assert steady.spread == 0.0
    assert changing.spread > 0.3


def test_that_one_part_of_the_clip_may_differ() -> None:
    """A bird, a branch."""
    once = np.repeat([[2.0, 0.0], [2.0, 0.0], [2.0, 0.0], [0.2, 0.0]], 20, axis=0)
    motion = common_motion(made_up(once), 100)
    assert motion is not None
    assert motion.spread < 0.01


def test_that_a_spread_is_not_known_of_tracks_of_one_moment() -> None:
    burst = replace(made_up(np.tile([2.0, 0.0], (30, 1))), start=np.zeros(30, dtype=np.int64))
    motion = common_motion(burst, 100)
    assert motion is not None
    assert np.isnan(motion.spread)


def test_that_few_tracks_have_nothing_in_common() -> None:
    assert common_motion(made_up(np.ones((FEWEST_TRACKS - 1, 2))), 100) is None
    assert common_motion(made_up(np.ones((FEWEST_TRACKS, 2))), 100) is not None


def test_that_shear_across_the_strip_is_taken_off() -> None:
    rows = np.linspace(-20, 20, 200)
    velocity = np.stack([2.0 + 0.1 * rows, np.zeros(200)], axis=1)
    near = made_up(velocity, across_px=rows).near_line(np.zeros(2), np.array([1.0, 0.0]), 16.0)
    assert np.abs(near.place_px[:, 1]).max() <= 8.0
    np.testing.assert_allclose(near.velocity_px, np.tile([2.0, 0.0], (len(near), 1)), atol=1e-9)


def test_that_features_lost_beside_the_strip_do_not_count() -> None:
    lost = np.array([[0.0, 0.0], [5.0, 7.0], [0.0, 9.0], [0.0, -30.0]])
    tracks = replace(made_up(np.ones((20, 2))), lost_px=lost)
    assert len(tracks.near_line(np.zeros(2), np.array([1.0, 0.0]), 16.0).lost_px) == 2
    assert len(tracks.near_line(np.zeros(2), np.array([0.0, 1.0]), 16.0).lost_px) == 4


@settings(max_examples=40, deadline=None)
@given(
    turn=st.floats(0.0, 2 * np.pi), speed=st.floats(0.2, 12.0), share=st.floats(0.0, 0.3), seed=st.integers(0, 2**31)
)
def test_that_the_common_motion_turns_with_the_tracks(turn: float, speed: float, share: float, seed: int) -> None:
    """Up to three tracks in ten may be anywhere, whatever the direction of the others."""
    generator = np.random.default_rng(seed)
    count = 120
    wild = int(share * count)
    velocity = np.tile(speed * np.array([np.cos(turn), np.sin(turn)]), (count, 1))
    velocity += 0.02 * speed * generator.standard_normal(velocity.shape)
    velocity[:wild] = generator.uniform(-12, 12, (wild, 2))
    motion = common_motion(made_up(generator.permutation(velocity)), 100)
    assert motion is not None
    assert np.hypot(*(motion.velocity_px - speed * np.array([np.cos(turn), np.sin(turn)]))) < 0.06 * speed
    assert 0.0 < motion.agreement <= 1.0
