"""Following the motion of a camera from frame to frame."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from image_velocimetry_tools.media.stabilisation import Stabiliser
from image_velocimetry_tools.numerics.registration import project

HEIGHT, WIDTH = 240, 320


def ground(seed: int = 0, size: int = 480) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(size, size))
    blobs = cv2.GaussianBlur(noise, (0, 0), 2.5)
    return np.clip(128 + 45 * blobs / blobs.std(), 0, 255).astype(np.uint8)


def camera(number: int) -> np.ndarray:
    """From pixels of the first frame to pixels of a frame: the shake of a hand."""
    shift = 8 * np.sin(0.35 * number), 6 * np.sin(0.23 * number)
    turn = np.deg2rad(1.2 * np.sin(0.17 * number))
    matrix = np.array([[np.cos(turn), -np.sin(turn), shift[0]], [np.sin(turn), np.cos(turn), shift[1]], [0, 0, 1.0]])
    matrix[2, 0] = 1e-5 * np.sin(0.1 * number)
    return matrix


def view(picture: np.ndarray, motion: np.ndarray) -> np.ndarray:
    away = np.array([[1, 0, -80], [0, 1, -120], [0, 0, 1.0]])
    return cv2.warpPerspective(picture, motion @ away, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)


def corners() -> np.ndarray:
    return np.array([[0, 0], [WIDTH - 1, 0], [WIDTH - 1, HEIGHT - 1], [0, HEIGHT - 1]], dtype=float)


def corner_error(found: np.ndarray, truth: np.ndarray) -> float:
    return float(np.hypot(*(project(found, corners()) - project(truth, corners())).T).max())


def test_that_a_shaking_camera_is_followed_without_drift() -> None:
    scene = ground()
    stabiliser = Stabiliser(view(scene, camera(0)))
    for number in range(0, 60, 2):
        motion = stabiliser.motion_of(view(scene, camera(number)))
        assert motion.is_reliable
        assert corner_error(motion.homography, camera(number)) < 0.25
    assert stabiliser.unreliable_frames == 0


def test_that_moving_water_does_not_count_where_it_is_masked() -> None:
    scene, water = ground(0), ground(1)
    river = np.zeros((HEIGHT, WIDTH), bool)
    river[60:200] = True
    stabiliser = None
    for number in range(0, 40, 4):
        frame = view(scene, camera(number))
        drift = np.array([[1, 0, 3.0 * number], [0, 1, 0], [0, 0, 1.0]])
        frame[river] = view(np.tile(water, (1, 2)), drift)[river]
        if stabiliser is None:
            stabiliser = Stabiliser(frame, ~river)
        motion = stabiliser.motion_of(frame)
        assert motion.is_reliable
        assert corner_error(motion.homography, camera(number)) < 0.6


def test_that_a_frame_without_ground_is_flagged_and_keeps_the_last_motion() -> None:
    scene = ground()
    stabiliser = Stabiliser(view(scene, camera(0)))
    before = stabiliser.motion_of(view(scene, camera(6)))
    blank = stabiliser.motion_of(np.full((HEIGHT, WIDTH), 80, np.uint8))
    assert not blank.is_reliable
    np.testing.assert_array_equal(blank.homography, before.homography)
    assert (stabiliser.frames, stabiliser.unreliable_frames) == (2, 1)
    after = stabiliser.motion_of(view(scene, camera(8)))
    assert after.is_reliable
    assert corner_error(after.homography, camera(8)) < 0.25


def test_that_a_picture_without_features_cannot_be_stabilised() -> None:
    stabiliser = Stabiliser(np.full((HEIGHT, WIDTH), 80, np.uint8))
    assert not stabiliser.is_possible
    motion = stabiliser.motion_of(np.full((HEIGHT, WIDTH), 80, np.uint8))
    assert not motion.is_reliable
    np.testing.assert_array_equal(motion.homography, np.eye(3))


def test_that_few_features_give_a_similarity() -> None:
    scene = np.full((480, 480), 90, np.uint8)
    for x, y in np.random.default_rng(3).integers(140, 340, (9, 2)):
        cv2.circle(scene, (int(x), int(y)), 4, 200, -1)
    stabiliser = Stabiliser(view(scene, np.eye(3)))
    moved = np.array([[1, 0, 4.5], [0, 1, -3.0], [0, 0, 1.0]])
    motion = stabiliser.motion_of(view(scene, moved))
    assert motion.is_reliable
    np.testing.assert_array_equal(motion.homography[2], [0, 0, 1])
    assert motion.shift_px == pytest.approx(np.hypot(4.5, 3.0), abs=0.1)


def test_that_the_same_frames_give_the_same_motion() -> None:
    scene = ground()
    results = []
    for _ in range(2):
        stabiliser = Stabiliser(view(scene, camera(0)))
        results.append([stabiliser.motion_of(view(scene, camera(n))).homography for n in range(4)])
    np.testing.assert_array_equal(results[0], results[1])
