"""Whether a camera moved between two pictures, seen on what is static in them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from image_velocimetry_tools.numerics.registration import (
    fit_motion,
    ground_reference,
    match_brightness,
    project,
    register,
)

MOTIONS = {
    "none": np.eye(3),
    "one pixel": np.array([[1, 0, 1.3], [0, 1, -0.7], [0, 0, 1.0]]),
    "thirty pixels": np.array([[1, 0, 30.0], [0, 1, 10.0], [0, 0, 1.0]]),
    "a tenth of the width": np.array([[1, 0, 128.0], [0, 1, -20.0], [0, 0, 1.0]]),
    "turned": np.array([[0.9986, 0.0523, 10.0], [-0.0523, 0.9986, 30.0], [0, 0, 1.0]]),
    "tilted": np.array([[1.01, 0.02, 100.0], [-0.02, 1.01, -30.0], [1e-5, 2e-5, 1.0]]),
    "zoomed": np.array([[1.1, 0, -64.0], [0, 1.1, -36.0], [0, 0, 1.0]]),
}


def corners(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape
    return np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], dtype=float)


def moved(
    picture: np.ndarray, motion: np.ndarray, gain: float = 0.6, offset: float = 20, noise: float = 5
) -> np.ndarray:
    """The picture from another position, at another time of day, noisy and compressed."""
    height, width = picture.shape
    seen = cv2.warpPerspective(picture, motion, (width, height), borderMode=cv2.BORDER_REFLECT).astype(float)
    seen = seen * gain + offset + np.random.default_rng(0).normal(0, noise, seen.shape)
    _, encoded = cv2.imencode(".jpg", np.clip(seen, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 70])
    return cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)


@pytest.fixture(scope="module")
def site(shared_data: Path) -> np.ndarray:
    return cv2.imread(str(shared_data / "boneyard_site" / "image_GRP.jpg"), cv2.IMREAD_GRAYSCALE)


@pytest.fixture(scope="module")
def bank() -> np.ndarray:
    """A made-up picture of stones, 640 x 360."""
    rng = np.random.default_rng(4)
    picture = np.full((360, 640), 110, np.uint8)
    for _ in range(500):
        x, y = (int(value) for value in rng.integers((0, 0), (640, 360)))
        axes = tuple(int(value) for value in rng.integers(4, 22, 2))
        cv2.ellipse(picture, (x, y), axes, float(rng.uniform(0, 180)), 0, 360, int(rng.integers(30, 220)), -1)
    return cv2.GaussianBlur(picture, (0, 0), 0.8)


@pytest.mark.parametrize("name", MOTIONS)
def test_that_a_real_picture_that_moved_is_recognised(site: np.ndarray, name: str) -> None:
    motion = MOTIONS[name]
    found = register(site, moved(site, motion))
    assert found.is_conclusive
    error = np.hypot(*(project(found.homography, corners(site)) - project(motion, corners(site))).T)
    assert error.max() < (1.0 if name == "zoomed" else 0.5)
    if name == "none":
        assert found.shift_px < 0.1


@pytest.mark.parametrize("shift", [(0.0, 0.0), (2.4, -1.6), (64.0, 12.0), (-50.0, 30.0)])
def test_that_a_shift_is_measured_below_a_pixel(bank: np.ndarray, shift: tuple[float, float]) -> None:
    motion = np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1.0]])
    found = register(bank, moved(bank, motion))
    assert found.is_conclusive
    assert found.shift_px == pytest.approx(np.hypot(*shift), abs=0.2)
    assert found.residual_px < 0.5
    assert found.inliers > 0.5 * found.features


@pytest.mark.parametrize(("gain", "offset"), [(0.15, 5.0), (0.5, 120.0), (1.6, -60.0)])
def test_that_dusk_and_glare_do_not_hide_a_motion(bank: np.ndarray, gain: float, offset: float) -> None:
    motion = np.array([[1, 0, 30.0], [0, 1, 5.0], [0, 0, 1.0]])
    found = register(bank, moved(bank, motion, gain, offset, noise=2))
    assert found.is_conclusive
    assert found.shift_px == pytest.approx(np.hypot(30, 5), abs=0.3)


def test_that_other_water_does_not_fool_it(bank: np.ndarray) -> None:
    """Between static banks flows water that has nothing in common in the two pictures."""
    first, second = bank.copy(), moved(bank, np.eye(3), gain=0.9, offset=5)
    for picture, seed in ((first, 1), (second, 2)):
        ripples = cv2.GaussianBlur(np.random.default_rng(seed).normal(size=(360, 640)), (0, 0), 3)
        water = np.clip(120 + 40 * ripples / ripples.std(), 0, 255).astype(np.uint8)
        picture[120:300] = water[120:300]
    found = register(first, second)
    assert found.is_conclusive
    assert found.shift_px < 0.2


def test_that_water_drifting_as_one_is_left_out_by_the_mask(bank: np.ndarray) -> None:
    ripples = cv2.GaussianBlur(np.random.default_rng(1).normal(size=(360, 700)), (0, 0), 3)
    water = np.clip(120 + 40 * ripples / ripples.std(), 0, 255).astype(np.uint8)
    first, second = bank.copy(), bank.copy()
    first[70:], second[70:] = water[70:, :640], water[70:, 12:652]
    is_ground = np.zeros(bank.shape, bool)
    is_ground[:60] = True
    found = register(first, second, is_ground)
    assert found.is_conclusive
    assert found.shift_px < 0.1


def test_that_most_of_the_picture_drifting_is_not_the_camera(bank: np.ndarray) -> None:
    ripples = cv2.GaussianBlur(np.random.default_rng(1).normal(size=(360, 700)), (0, 0), 3)
    water = np.clip(120 + 40 * ripples / ripples.std(), 0, 255).astype(np.uint8)
    first, second = bank.copy(), bank.copy()
    first[50:310], second[50:310] = water[50:310, :640], water[50:310, 12:652]
    found = register(first, second)
    assert found.is_conclusive
    assert found.shift_px < 0.2


@pytest.mark.parametrize("angle_deg", [0.1, 0.3, 0.6])
def test_that_a_small_turn_about_the_centre_is_not_taken_for_rest(bank: np.ndarray, angle_deg: float) -> None:
    motion = np.vstack([cv2.getRotationMatrix2D((319.5, 179.5), angle_deg, 1.0), [0, 0, 1]])
    found = register(bank, moved(bank, motion))
    assert found.is_conclusive
    error = np.hypot(*(project(found.homography, corners(bank)) - project(motion, corners(bank))).T)
    assert error.max() < 0.3


@pytest.mark.parametrize("kind", ["mirrored", "upside down", "noise", "blank"])
def test_that_another_scene_is_inconclusive(bank: np.ndarray, kind: str) -> None:
    other = {
        "mirrored": bank[:, ::-1].copy(),
        "upside down": bank[::-1].copy(),
        "noise": np.random.default_rng(0).integers(0, 256, bank.shape, dtype=np.uint8),
        "blank": np.full_like(bank, 90),
    }[kind]
    assert not register(bank, other).is_conclusive
    assert not register(other, bank).is_conclusive


def test_that_ground_in_one_corner_is_not_enough(bank: np.ndarray) -> None:
    is_ground = np.zeros(bank.shape, bool)
    is_ground[:60, :80] = True
    assert not register(bank, moved(bank, np.eye(3)), is_ground).is_conclusive


def test_that_no_ground_at_all_is_inconclusive(bank: np.ndarray) -> None:
    found = register(bank, bank, np.zeros(bank.shape, bool))
    assert (found.features, found.inliers, found.is_conclusive) == (0, 0, False)
    np.testing.assert_array_equal(found.homography, np.eye(3))


def test_that_features_lie_on_the_ground_only(bank: np.ndarray) -> None:
    is_ground = np.zeros(bank.shape, bool)
    is_ground[:, :200] = True
    points = ground_reference(bank, is_ground).points
    assert len(points) > 50
    assert points[:, 0].max() < 200


def test_that_sizes_must_agree(bank: np.ndarray) -> None:
    with pytest.raises(ValueError, match="differ in size"):
        register(bank, bank[:-1])
    with pytest.raises(ValueError, match="mask"):
        register(bank, bank, np.ones((3, 3), bool))


def test_that_registration_repeats_exactly(bank: np.ndarray) -> None:
    other = moved(bank, MOTIONS["tilted"])
    first, second = register(bank, other), register(bank, other)
    np.testing.assert_array_equal(first.homography, second.homography)
    assert (first.inliers, first.shift_px) == (second.inliers, second.shift_px)


def test_that_fewer_than_three_points_fit_nothing() -> None:
    points = np.array([[1, 2], [3, 4]], np.float32)
    homography, is_inlier = fit_motion(points, points + 5)
    np.testing.assert_array_equal(homography, np.eye(3))
    assert not is_inlier.any()


def test_that_brightness_is_matched(bank: np.ndarray) -> None:
    dark = (bank * 0.3 + 10).astype(np.uint8)
    matched = match_brightness(dark, bank)
    assert matched.mean() == pytest.approx(bank.mean(), abs=2)
    assert matched.std() == pytest.approx(bank.std(), rel=0.05)


@pytest.mark.parametrize(
    "name", ["boneyard_101", "boneyard_102", "boneyard_103", "trapezoid_201", "trapezoid_202", "trapezoid_203",
             "boneyard_301", "welton_main_drain"]
)  # fmt: skip
def test_that_no_reference_video_seems_to_have_moved(shared_data: Path, name: str) -> None:
    """Its camera stands where that of the calibration image stood; water level and water differ."""
    (video,) = shared_data.glob(f"*/videos/{name}.mp4")
    with zipfile.ZipFile(video.parents[1] / "scaffold_project.ivy") as project_file:
        encoded = project_file.read("2-orthorectification/!calibration_image.jpg")
    calibration = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_GRAYSCALE)
    with av.open(str(video)) as container:
        frame = next(container.decode(video=0))
        first = frame.to_ndarray()[: frame.height, : frame.width].copy()
    found = register(calibration, first)
    assert not found.is_conclusive or found.shift_px < 0.5
