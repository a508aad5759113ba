"""That the pictures of a folder become a video with the same luma, at exact times, in the order of their numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from image_velocimetry_tools.domain.errors import Cancelled, IvyError, OutputError, VideoError
from image_velocimetry_tools.domain.video import Clip
from image_velocimetry_tools.media.decoding import open_clip
from image_velocimetry_tools.media.frame_folder import frame_pictures, series_in, write_video_of_pictures
from image_velocimetry_tools.media.frame_seeking import FrameSeeker

MakeFolder = Callable[..., list[NDArray[np.uint8]]]


@pytest.fixture
def pictures(tmp_path: Path) -> MakeFolder:
    """Writes noisy pictures into the folder ``frames`` and returns their luma."""
    folder = tmp_path / "frames"
    folder.mkdir()

    def write(count: int, name: str = "f{:05d}.png", size: tuple[int, int] = (48, 64)) -> list[NDArray[np.uint8]]:
        generator = np.random.default_rng(2)
        lumas = []
        for number in range(1, count + 1):
            small = generator.integers(0, 256, (size[0] // 4 + 1, size[1] // 4 + 1, 3), dtype=np.uint8)
            picture = cv2.resize(small, size[::-1], interpolation=cv2.INTER_LINEAR)
            file = folder / name.format(number)
            cv2.imwrite(str(file), picture)
            lumas.append(cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2GRAY))
        return lumas

    return write


@pytest.mark.parametrize("kind", ["png", "jpg", "tif", "bmp"])
@pytest.mark.parametrize("size", [(48, 64), (47, 63)])
def test_that_luma_comes_back(tmp_path: Path, pictures: MakeFolder, kind: str, size: tuple[int, int]) -> None:
    lumas = pictures(12, "f{:05d}." + kind, size)
    video = write_video_of_pictures(tmp_path / "frames", tmp_path / "video.mp4", 25.0)
    with open_clip(video, Clip()) as reader:
        assert reader.full_range
        for frame, luma in zip(reader, lumas, strict=True):
            assert np.abs(frame.luma.astype(int) - luma).max() <= 1


@pytest.mark.parametrize("rate", [30.0, 29.97, 30000 / 1001, 12.5, 2.0])
def test_that_times_are_exact(tmp_path: Path, pictures: MakeFolder, rate: float) -> None:
    pictures(40)
    video = write_video_of_pictures(tmp_path / "frames", tmp_path / "video.mp4", rate)
    with FrameSeeker(video) as seeker:
        np.testing.assert_allclose(seeker.times_s, np.arange(40) / rate, atol=1e-6)
        assert seeker.metadata.frame_rate_fps == pytest.approx(rate, rel=1e-7)


def test_that_numbers_count_and_not_letters(tmp_path: Path, pictures: MakeFolder) -> None:
    pictures(11, "Frame {}.png")
    (tmp_path / "frames" / "notes.txt").write_text("no picture")
    assert [file.stem for file in frame_pictures(tmp_path / "frames")] == [f"Frame {n}" for n in range(1, 12)]


def test_that_all_pictures_that_do_not_fit_are_named(tmp_path: Path, pictures: MakeFolder) -> None:
    pictures(6)
    cv2.imwrite(str(tmp_path / "frames" / "f00003.png"), np.zeros((20, 20, 3), np.uint8))
    (tmp_path / "frames" / "f00005.png").write_bytes(b"no picture")
    with pytest.raises(VideoError) as caught:
        write_video_of_pictures(tmp_path / "frames", tmp_path / "video.mp4", 25.0)
    assert [Path(problem.where).name for problem in caught.value.problems] == ["f00003.png", "f00005.png"]
    assert "20x20" in str(caught.value)
    assert [file.name for file in tmp_path.iterdir()] == ["frames"]


def test_that_a_missing_picture_is_named(tmp_path: Path, pictures: MakeFolder) -> None:
    pictures(9)
    (tmp_path / "frames" / "f00004.png").unlink()
    with pytest.raises(VideoError, match=r"not regular after f00003\.png"):
        frame_pictures(tmp_path / "frames")


def test_that_every_second_number_is_regular(tmp_path: Path, pictures: MakeFolder) -> None:
    pictures(9)
    for number in (2, 4, 6, 8):
        (tmp_path / "frames" / f"f{number:05d}.png").unlink()
    assert len(frame_pictures(tmp_path / "frames")) == 5


def test_that_pictures_of_several_kinds_are_refused(tmp_path: Path, pictures: MakeFolder) -> None:
    pictures(3)
    pictures(1, "map.jpg")
    with pytest.raises(VideoError, match=r"3 PNG, 1 JPEG"):
        frame_pictures(tmp_path / "frames")


def test_that_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="fewer than two"):
        frame_pictures(tmp_path)
    with pytest.raises(VideoError, match="no such folder"):
        frame_pictures(tmp_path / "none")


@pytest.mark.parametrize(("rate", "name", "error"), [(0.0, "v.mp4", VideoError), (25.0, "v.avi", OutputError)])
def test_that_a_rate_or_name_that_cannot_be_is_refused(
    tmp_path: Path, pictures: MakeFolder, rate: float, name: str, error: type[IvyError]
) -> None:
    pictures(3)
    with pytest.raises(error):
        write_video_of_pictures(tmp_path / "frames", tmp_path / name, rate)


def test_that_it_can_be_cancelled_and_leaves_nothing(tmp_path: Path, pictures: MakeFolder) -> None:
    pictures(8)
    token, shares = threading.Event(), []

    def progress(share: float) -> None:
        shares.append(share)
        if share >= 0.5:
            token.set()

    with pytest.raises(Cancelled):
        write_video_of_pictures(tmp_path / "frames", tmp_path / "v.mp4", 25.0, progress=progress, cancel=token)
    assert shares == [0.125, 0.25, 0.375, 0.5]
    assert [file.name for file in tmp_path.iterdir()] == ["frames"]


def test_that_a_pattern_of_names_picks_one_of_several_series(tmp_path: Path, pictures: MakeFolder) -> None:
    pictures(4, "f{:05d}.jpg")
    pictures(3, "t{:05d}.jpg")
    pictures(2, "F{:05d}.PNG")
    folder = tmp_path / "frames"
    assert series_in(folder) == {"f*.jpg": 4, "t*.jpg": 3, "F*.PNG": 2}
    assert [file.name for file in frame_pictures(folder, "T*.jpg")] == ["t00001.jpg", "t00002.jpg", "t00003.jpg"]
    video = write_video_of_pictures(folder, tmp_path / "video.mp4", 25.0, pattern="f*.jpg")
    with open_clip(video, Clip()) as reader:
        assert len(list(reader)) == 4
    with pytest.raises(VideoError, match=r"fewer than two pictures named x\*"):
        frame_pictures(folder, "x*")


def test_that_times_in_names_are_one_series(tmp_path: Path, pictures: MakeFolder) -> None:
    pictures(3, "2026-11-21_12-00-{:02d}.jpg")
    assert list(series_in(tmp_path / "frames")) == ["*-*-*_*-*-*.jpg"]
