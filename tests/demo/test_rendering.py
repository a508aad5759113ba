"""What the camera films: geometry, motion, preparation and the file."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from image_velocimetry_tools.demo import (
    BetaProfile,
    PinholeCamera,
    SyntheticSite,
    SyntheticVideo,
    calibration_picture,
    frames,
    render_video,
)
from image_velocimetry_tools.domain.video import FramePreparation, FrameSize, LensModel
from image_velocimetry_tools.numerics.camera import reprojection_errors, solve_camera
from image_velocimetry_tools.numerics.frame_geometry import FrameGeometry

Frame = NDArray[np.uint8]


def _decoded(path: Path) -> list[Frame]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def _rise_px(first: Frame, second: Frame, about: int) -> float:
    """How far the picture has moved up: the best whole shift, refined by a parabola through its neighbours."""
    rows = first.shape[0] - about - 1
    misfit = [np.mean((first[shift : shift + rows] - second[:rows]) ** 2) for shift in (about - 1, about, about + 1)]
    return float(about + 0.5 * (misfit[0] - misfit[2]) / (misfit[0] - 2.0 * misfit[1] + misfit[2]))


def test_that_the_control_points_determine_the_camera_they_were_seen_with(nadir_site: SyntheticSite) -> None:
    world = np.array(nadir_site.control_points_m)
    pixels = nadir_site.camera.project(world)
    errors = reprojection_errors(solve_camera(world, pixels), world, pixels, 0.02)
    assert errors.rmse_px < 1e-6


def test_that_rays_lead_back_to_the_points_they_came_from() -> None:
    camera = PinholeCamera((3.0, -8.0, 6.0), (2.0, 1.0, 0.5), 700.0, FrameSize(640, 360), roll_deg=4.0)
    points = np.array([[1.0, 2.0, 0.3], [4.0, 0.5, -0.4], [2.0, 1.0, 0.5]])
    pixels = camera.project(points)
    rays = camera.rays(pixels)
    reach = (points[:, 2] - 6.0) / rays[:, 2]
    assert np.array(camera.position_m) + rays * reach[:, None] == pytest.approx(points)
    assert pixels[2] == pytest.approx([319.5, 179.5])
    assert np.isnan(camera.project(np.array([[3.0, -30.0, 6.0]]))).all()


def test_that_water_in_the_frame_moves_as_far_as_it_should(
    nadir_site: SyntheticSite, short_video: SyntheticVideo
) -> None:
    # Seen from above with the flow up the picture: 0.02 m per pixel, 0.9 m/s, 30 frames a second, 1.5 px a frame.
    video = replace(short_video, profile=BetaProfile(0.9, 0.0, 0.0), noise_grey=0.5, life_s=1e6)
    pictures = [frame[:, 70:270].astype(float) for frame in frames(nadir_site, video)]
    rises = [_rise_px(first, second, 3) for first, second in zip(pictures, pictures[2:], strict=False)]
    assert np.mean(rises) == pytest.approx(3.0, abs=0.01)


def test_that_the_water_ends_at_the_edges_of_its_level(nadir_site: SyntheticSite, short_video: SyntheticVideo) -> None:
    still = replace(short_video, noise_grey=0.0)
    pictures = np.stack([frame.astype(float) for frame in frames(nadir_site, still)])
    moving = np.flatnonzero(pictures.std(axis=0).max(axis=0) > 1.0)
    edges = nadir_site.camera.project(np.array([[100.0, 50.0, 10.0], [104.6, 50.0, 10.0]]))[:, 0]
    assert moving[0] == pytest.approx(edges[0], abs=1.0)
    assert moving[-1] == pytest.approx(edges[1], abs=1.0)


def test_that_the_same_seed_gives_the_same_file_and_another_seed_another(
    nadir_site: SyntheticSite, short_video: SyntheticVideo, tmp_path: Path
) -> None:
    for name, video in (("a", short_video), ("b", short_video), ("c", replace(short_video, seed=4))):
        render_video(nadir_site, video, tmp_path / f"{name}.mp4")
    content = {name: (tmp_path / f"{name}.mp4").read_bytes() for name in "abc"}
    assert content["a"] == content["b"]
    assert content["a"] != content["c"]


def test_that_the_file_holds_the_frames(nadir_site: SyntheticSite, short_video: SyntheticVideo, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    render_video(nadir_site, short_video, path)
    expected = list(frames(nadir_site, short_video))
    decoded = _decoded(path)
    assert len(decoded) == len(expected) == 15
    assert decoded[0].shape == (160, 352)
    error = np.array(decoded).astype(float) - np.array(expected)
    assert abs(error.mean()) < 1.0
    assert error.std() < 6.0


def test_that_lost_frames_leave_a_gap_in_time(
    nadir_site: SyntheticSite, short_video: SyntheticVideo, tmp_path: Path
) -> None:
    path = tmp_path / "gaps.mp4"
    render_video(nadir_site, replace(short_video, dropped_frames=(3, 4), frame_rate_fps=Fraction(20)), path)
    with av.open(str(path)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([0.0, 0.05, 0.1, 0.25, 0.3, 0.35, 0.4, 0.45])


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", ["none", "hflip", "vflip"])
def test_that_preparing_the_frames_gives_the_camera_back(
    nadir_site: SyntheticSite, short_video: SyntheticVideo, rotation: int, flip: str
) -> None:
    preparation = FramePreparation(rotation_deg=rotation, flip=flip)  # type: ignore[arg-type]
    turned = replace(nadir_site, preparation=preparation)
    frame = next(frames(turned, short_video))
    geometry = FrameGeometry(FrameSize(frame.shape[1], frame.shape[0]), 0, preparation)
    assert np.array_equal(geometry.picture(frame), calibration_picture(nadir_site, short_video))


def test_that_correcting_the_lens_gives_the_ideal_picture_back(
    nadir_site: SyntheticSite, short_video: SyntheticVideo
) -> None:
    lens = LensModel(k1=-0.12, k2=0.02, centre_x=0.52, centre_y=0.47)
    site = replace(nadir_site, preparation=FramePreparation(lens=lens))
    still = replace(short_video, noise_grey=0.0)
    bent = next(frames(site, still))
    ideal = calibration_picture(site, still).astype(float)
    corrected = FrameGeometry(FrameSize(352, 160), 0, site.preparation).picture(bent).astype(float)
    inner = np.s_[12:-12, 12:-12]
    assert np.abs(corrected - ideal)[inner].mean() < 4.0
    assert np.abs(bent - ideal)[inner].mean() > 8.0


def test_that_a_larger_frame_shows_the_same_scene(nadir_site: SyntheticSite, short_video: SyntheticVideo) -> None:
    still = replace(short_video, noise_grey=0.0)
    small = calibration_picture(nadir_site, still).astype(float)
    large = next(frames(nadir_site, replace(still, size=FrameSize(704, 320)))).astype(float)
    halved = large.reshape(160, 2, 352, 2).mean(axis=(1, 3))
    assert np.abs(halved - small).mean() < 2.0


def test_that_a_moved_camera_shows_the_ground_elsewhere(nadir_site: SyntheticSite, short_video: SyntheticVideo) -> None:
    still = replace(short_video, noise_grey=0.0)
    first = next(frames(nadir_site, still))
    # The wall's level top is 6 m under the camera: 0.15 m are 10 px.
    moved = next(frames(nadir_site, replace(still, camera_offset_m=(0.0, 0.15, 0.0))))
    bank, same = first[40:120, :12].astype(float), moved[50:130, :12].astype(float)
    assert np.corrcoef(bank.ravel(), same.ravel())[0, 1] > 0.9


def test_that_a_swaying_camera_takes_the_ground_along(nadir_site: SyntheticSite, short_video: SyntheticVideo) -> None:
    still = replace(short_video, noise_grey=0.0)
    steady = [frame[:, :10].astype(float) for frame in frames(nadir_site, still)]
    swaying = [frame[:, :10].astype(float) for frame in frames(nadir_site, replace(still, sway_px=3.0))]
    assert np.abs(steady[10] - steady[0]).max() == 0.0
    assert np.abs(swaying[10] - swaying[0]).mean() > 5.0
