"""That any frame of a video comes out as if everything before it had been decoded."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from image_velocimetry_tools.domain.errors import Cancelled, VideoError
from image_velocimetry_tools.domain.video import Clip, FrameSize
from image_velocimetry_tools.media import frame_walk
from image_velocimetry_tools.media.decoding import open_clip
from image_velocimetry_tools.media.frame_seeking import FrameSeeker

ReadNumber = Callable[[NDArray[np.uint8]], int]
CONTAINERS = ["plain.mp4", "faststart.mp4", "fragmented.mp4", "plain.mkv", "plain.ts", "plain.mov", "plain.avi"]
SHUFFLED = np.random.default_rng(3).permutation(120)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory, make_video: Callable[..., Path]) -> Path:
    """Folder with videos of 40 frames of other codecs."""
    folder = tmp_path_factory.mktemp("others")
    times, tick = np.arange(40) / 25, Fraction(1, 25)
    make_video(folder / "mjpeg.avi", times, codec="mjpeg", pixel_format="yuvj420p")
    make_video(folder / "hevc.mp4", times, codec="libx265", options={"x265-params": "keyint=10:log-level=0"})
    make_video(folder / "vp9.webm", times, codec="libvpx-vp9", options={"g": "12"})
    make_video(folder / "mpeg2.ts", times, codec="mpeg2video", options={"g": "12", "bf": "2"}, time_base=tick)
    return folder


def _green(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return rgb[:, :, 1]


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize("memory_bytes", [0, 2**20])
def test_that_frames_are_found_in_any_order(
    videos: Path, name: str, memory_bytes: int, read_number: ReadNumber
) -> None:
    with FrameSeeker(videos / name, memory_bytes=memory_bytes) as seeker:
        assert len(seeker.times_s) == 120
        found = [seeker.frame_at(float(seeker.times_s[number])) for number in SHUFFLED]
    assert [picture.frame_index for picture in found] == SHUFFLED.tolist()
    assert [read_number(_green(picture.rgb)) for picture in found] == SHUFFLED.tolist()


@pytest.mark.parametrize("name", ["mjpeg.avi", "hevc.mp4", "vp9.webm", "mpeg2.ts"])
def test_that_frames_of_other_codecs_are_found_in_any_order(others: Path, name: str, read_number: ReadNumber) -> None:
    order = [number for number in SHUFFLED if number < 40]
    with FrameSeeker(others / name, memory_bytes=0) as seeker:
        found = [seeker.frame(int(number)) for number in order]
        keys = [seeker.key_frame_near(time_s) for time_s in seeker.times_s]
    assert [read_number(_green(picture.rgb)) for picture in found] == order
    assert all(read_number(_green(key.rgb)) == key.frame_index for key in keys)


@pytest.mark.parametrize("name", ["plain.mp4", "plain.ts", "plain.mkv"])
def test_that_a_frame_is_the_same_picture_whichever_way_it_was_reached(videos: Path, name: str) -> None:
    with FrameSeeker(videos / name, memory_bytes=0) as seeker:
        one_by_one = [seeker.frame(number).rgb for number in range(120)]
        sought = {int(number): seeker.frame(int(number)).rgb for number in SHUFFLED}
    for number, rgb in sought.items():
        np.testing.assert_array_equal(rgb, one_by_one[number])


@pytest.mark.parametrize("name", ["plain.mp4", "plain.ts", "plain.avi"])
def test_that_times_are_those_of_a_clip(videos: Path, name: str) -> None:
    with open_clip(videos / name, Clip()) as reader:
        for _ in reader:
            pass
    with FrameSeeker(videos / name) as seeker:
        np.testing.assert_allclose(seeker.times_s, reader.frame_times_s, atol=1e-9)


def test_that_frames_of_a_variable_rate_are_found(
    irregular: Path, irregular_times: NDArray[np.float64], read_number: ReadNumber
) -> None:
    with FrameSeeker(irregular, memory_bytes=0) as seeker:
        np.testing.assert_allclose(seeker.times_s, irregular_times, atol=1e-4)
        for number in (70, 3, 41, 40, 12, 79):
            shown_last = irregular_times[number] + 0.005
            assert read_number(_green(seeker.frame_at(shown_last).rgb)) == number


def test_that_a_frame_is_shown_until_the_next_one_comes(videos: Path) -> None:
    with FrameSeeker(videos / "plain.mp4") as seeker:
        assert [seeker.frame_at(t).frame_index for t in (-1.0, 0.0, 0.029, 0.031, 0.04, 99.0)] == [0, 0, 0, 1, 1, 119]


@pytest.mark.parametrize("name", CONTAINERS)
def test_that_key_frames_are_the_nearest_ones(videos: Path, name: str, read_number: ReadNumber) -> None:
    with FrameSeeker(videos / name, memory_bytes=0) as seeker:
        keys = seeker.index.key_frames
        for number in (0, 5, 20, 31, 60, 100, 119):
            picture = seeker.key_frame_near(float(seeker.times_s[number]))
            assert picture.frame_index in keys
            assert abs(picture.frame_index - number) == np.abs(keys - number).min()
            assert read_number(_green(picture.rgb)) == picture.frame_index


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the frames that were decoded on the way to others."""
    numbers: list[int] = []
    original = frame_walk.FrameWalk.next

    def counting(self: frame_walk.FrameWalk) -> frame_walk.NumberedFrame | None:
        numbered = original(self)
        numbers.extend(numbered[:1] if numbered else ())
        return numbered

    monkeypatch.setattr(frame_walk.FrameWalk, "next", counting)
    return numbers


def test_that_steps_forward_decode_one_frame_each(videos: Path, walked: list[int]) -> None:
    with FrameSeeker(videos / "plain.mp4") as seeker:
        seeker.frame(30)
        walked.clear()
        for number in range(30, 40):
            after = seeker.frame_after(number)
            assert after is not None
            assert after.frame_index == number + 1
    assert walked == list(range(31, 41))


def test_that_steps_back_do_not_decode_the_same_frames_again(
    videos: Path, walked: list[int], read_number: ReadNumber
) -> None:
    with FrameSeeker(videos / "plain.mp4") as seeker:
        numbers = []
        for number in range(47, 37, -1):
            before = seeker.frame_before(number)
            assert before is not None
            numbers.append(read_number(_green(before.rgb)))
        assert seeker.frame_before(0) is None
        assert seeker.frame_after(119) is None
    assert numbers == list(range(46, 36, -1))
    assert len(walked) <= 12


def test_that_a_prepared_group_needs_no_more_decoding(videos: Path, walked: list[int]) -> None:
    with FrameSeeker(videos / "plain.mp4") as seeker:
        group = seeker.index.group_of(seeker.frame(30).frame_index)
        while seeker.prepare_next():
            pass
        walked.clear()
        assert [seeker.frame(number).frame_index for number in reversed(group)] == list(reversed(group))
    assert walked == []


def test_that_the_nearest_picture_is_one_that_was_seen(videos: Path) -> None:
    with FrameSeeker(videos / "plain.mp4") as seeker:
        seeker.frame(29)
        assert seeker.near(28 / 25).frame_index == 29
        assert seeker.near(100 / 25).frame_index in seeker.index.key_frames


def test_that_advancing_comes_nearer_and_arrives(videos: Path) -> None:
    with FrameSeeker(videos / "plain.mp4") as seeker:
        while seeker.number_near(33 / 25) != 33:
            seeker.advance_towards(33 / 25, budget_s=0.0)
        assert seeker.near(33 / 25).frame_index == 33


def test_that_memory_is_kept_within_its_limit(videos: Path) -> None:
    with FrameSeeker(videos / "plain.mp4", memory_bytes=12_000) as seeker:
        for number in range(0, 120, 3):
            seeker.frame(number)
        while seeker.prepare_next():
            pass
        assert seeker.frame(119).frame_index == 119
        assert seeker.number_near(0.0) == 0


def test_that_decoding_towards_a_frame_can_be_cancelled(videos: Path) -> None:
    token = threading.Event()
    token.set()
    with FrameSeeker(videos / "plain.mp4") as seeker:
        with pytest.raises(Cancelled):
            seeker.frame(100, token)
        assert seeker.frame(100).frame_index == 100
    with pytest.raises(Cancelled):
        FrameSeeker(videos / "plain.mp4", cancel=token)


def test_that_pictures_are_scaled_down_but_never_up(videos: Path) -> None:
    with FrameSeeker(videos / "plain.mp4", 32) as seeker:
        assert seeker.frame(0).rgb.shape == (24, 32, 3)
        seeker.set_max_width(1000)
        assert seeker.frame(0).rgb.shape == (48, 64, 3)
        assert seeker.picture_size == FrameSize(64, 48)


def test_that_a_rotation_tag_is_applied(videos: Path, tmp_path: Path, ffmpeg: Callable[..., None]) -> None:
    turned = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", "-90", "-i", videos / "plain.mp4", "-c", "copy", turned)
    with FrameSeeker(videos / "plain.mp4", memory_bytes=0) as seeker:
        plain = seeker.frame(7).rgb
    with FrameSeeker(turned, memory_bytes=0) as seeker:
        assert seeker.metadata.rotation_tag_deg == 90
        np.testing.assert_array_equal(seeker.frame(7).rgb, np.rot90(plain, k=-1))


def test_that_the_end_of_a_cut_file_shows_its_last_good_frame(videos: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    content = (videos / "faststart.mp4").read_bytes()
    cut.write_bytes(content[: int(len(content) * 0.7)])
    with open_clip(cut, Clip()) as reader:
        good = sum(1 for _ in reader)
    with FrameSeeker(cut, memory_bytes=0) as seeker:
        assert good - 1 <= seeker.frame_at(99.0).frame_index < 120


def test_that_what_is_no_video_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="no such video"):
        FrameSeeker(tmp_path / "none.mp4")


@pytest.fixture
def open_files() -> Callable[[Path], int]:
    """How often this process has a file open."""
    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")

    def count(path: Path) -> int:
        links = (Path("/proc/self/fd") / name for name in os.listdir("/proc/self/fd"))
        return sum(1 for link in links if link.is_symlink() and os.path.realpath(link) == str(path.resolve()))

    return count


def test_that_a_closed_seeker_leaves_no_file_open(videos: Path, open_files: Callable[[Path], int]) -> None:
    with FrameSeeker(videos / "plain.mkv") as seeker:
        seeker.frame(50)
        seeker.key_frame_near(3.0)
        assert open_files(videos / "plain.mkv") > 0
    assert open_files(videos / "plain.mkv") == 0


def test_that_a_drag_over_key_frames_finds_every_second_one_ready(videos: Path) -> None:
    with FrameSeeker(videos / "plain.mkv") as seeker:
        keys = [int(key) for key in seeker.index.key_frames]
        seeker.near(float(seeker.times_s[keys[0]]))
        seeker.near(float(seeker.times_s[keys[2]]))
        ahead = seeker.ready_near(float(seeker.times_s[keys[3]]))
        assert ahead is not None
        assert ahead.frame_index == keys[3]
