"""Which frames a clip delivers, with which times, and what happens when the data are bad."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from image_velocimetry_tools.domain.errors import Cancelled, VideoError
from image_velocimetry_tools.domain.video import Clip
from image_velocimetry_tools.media import decoding
from image_velocimetry_tools.media.decoding import first_picture, open_clip

ReadNumber = Callable[[NDArray[np.uint8]], int]
CONTAINERS = ["plain.mp4", "faststart.mp4", "fragmented.mp4", "plain.mkv", "plain.ts", "plain.mov", "plain.avi"]


@pytest.fixture
def numbers_in(read_number: ReadNumber) -> Callable[..., list[int]]:
    """Numbers of the frames that a clip delivers."""

    def read(path: Path, clip: Clip, **options: bool) -> list[int]:
        with open_clip(path, clip, **options) as reader:
            return [read_number(frame.luma) for frame in reader]

    return read


@pytest.fixture
def pulled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the frames that were taken from the decoder."""
    count = [0]
    original = decoding.decoded_frames

    def counting(video: decoding.OpenVideo) -> Iterator[av.VideoFrame | None]:
        for frame in original(video):
            count[0] += 1
            yield frame

    monkeypatch.setattr(decoding, "decoded_frames", counting)
    return count


@pytest.mark.parametrize("name", CONTAINERS)
def test_that_a_whole_video_delivers_every_frame_once(videos: Path, name: str, read_number: ReadNumber) -> None:
    with open_clip(videos / name, Clip()) as reader:
        numbers = [read_number(frame.luma) for frame in reader]
    assert numbers == list(range(120))
    assert not reader.is_truncated
    np.testing.assert_allclose(reader.frame_times_s, np.arange(120) / 25, atol=1e-3)


@pytest.mark.parametrize("name", CONTAINERS)
def test_that_both_ends_of_the_clip_belong_to_it(videos: Path, name: str, numbers_in: Callable[..., list[int]]) -> None:
    assert numbers_in(videos / name, Clip(0.4, 1.0)) == list(range(10, 26))


@pytest.mark.parametrize(("start", "first"), [(0.409, 10), (0.411, 11), (0.391, 10), (0.369, 9), (0.371, 10)])
def test_that_a_quarter_of_a_frame_is_tolerated_at_the_start(
    videos: Path, numbers_in: Callable[..., list[int]], start: float, first: int
) -> None:
    assert numbers_in(videos / "plain.mp4", Clip(start, 0.8))[0] == first


@pytest.mark.parametrize(("end", "last"), [(0.809, 20), (0.791, 20), (0.789, 19), (0.831, 21), (0.829, 20)])
def test_that_a_quarter_of_a_frame_is_tolerated_at_the_end(
    videos: Path, numbers_in: Callable[..., list[int]], end: float, last: int
) -> None:
    assert numbers_in(videos / "plain.mp4", Clip(0.0, end))[-1] == last


@pytest.mark.parametrize("name", CONTAINERS)
def test_that_seeking_changes_nothing(videos: Path, numbers_in: Callable[..., list[int]], name: str) -> None:
    for start in np.arange(26, 118, 7) / 25:
        clip = Clip(float(start), float(start) + 0.4)
        first = round(start * 25)
        expected = list(range(first, min(first + 11, 120)))
        sought = numbers_in(videos / name, Clip(clip.start_s, min(4.8, clip.end_s or 0)))
        unsought = numbers_in(videos / name, Clip(clip.start_s, min(4.8, clip.end_s or 0)), seek=False)
        assert sought == unsought == expected


@pytest.mark.parametrize("name", ["plain.mp4", "plain.mkv", "plain.mov", "plain.ts"])
def test_that_a_late_clip_is_not_decoded_from_the_beginning(
    videos: Path, numbers_in: Callable[..., list[int]], pulled: list[int], name: str
) -> None:
    assert numbers_in(videos / name, Clip(4.0, 4.2)) == list(range(100, 106))
    assert pulled[0] < 90


def test_that_decoding_stops_after_the_end_of_the_clip(
    videos: Path, numbers_in: Callable[..., list[int]], pulled: list[int]
) -> None:
    assert numbers_in(videos / "plain.mp4", Clip(0.0, 0.4)) == list(range(11))
    assert pulled[0] == 12


def test_that_the_step_counts_from_the_first_frame_of_the_clip(
    videos: Path, numbers_in: Callable[..., list[int]]
) -> None:
    assert numbers_in(videos / "plain.mp4", Clip(0.44, 1.0, 4)) == [11, 15, 19, 23]
    assert numbers_in(videos / "plain.mp4", Clip(2.2, 2.8, 5)) == [55, 60, 65, 70]


def test_that_a_variable_frame_rate_keeps_its_times(
    irregular: Path, irregular_times: NDArray[np.float64], read_number: ReadNumber
) -> None:
    start, end = 0.8, 3.1
    with open_clip(irregular, Clip(start, end)) as reader:
        numbers = [read_number(frame.luma) for frame in reader]
    expected = np.flatnonzero((irregular_times >= start - 0.0125) & (irregular_times <= end + 0.0125))
    assert numbers == list(expected)
    np.testing.assert_allclose(reader.frame_times_s, irregular_times[expected], atol=1e-4)


@pytest.mark.parametrize("extension", ["mp4", "mkv", "mov"])
def test_that_times_count_from_the_first_frame_that_is_shown(
    videos: Path, tmp_path: Path, ffmpeg: Callable[..., None], read_number: ReadNumber, extension: str
) -> None:
    """Copying from 1.0 s keeps the packets from the key frame before; an edit list or negative times hide them."""
    path = tmp_path / f"cut.{extension}"
    ffmpeg("-ss", "1.0", "-i", videos / "plain.mp4", "-c", "copy", path)
    with open_clip(path, Clip(1.0, 2.0)) as reader:
        late = [(read_number(frame.luma), frame.time_s) for frame in reader]
    with open_clip(path, Clip()) as reader:
        first = next(iter(reader))
        assert first.time_s == 0.0
        origin = read_number(first.luma)
    if extension in ("mp4", "mov"):
        assert origin == 25
    else:
        assert origin == 24
    assert [number for number, _ in late] == list(range(origin + 25, origin + 51))
    np.testing.assert_allclose([time for _, time in late], np.arange(25, 51) / 25, atol=1e-3)


def test_that_a_late_start_of_the_clock_does_not_matter(
    videos: Path, tmp_path: Path, ffmpeg: Callable[..., None], numbers_in: Callable[..., list[int]]
) -> None:
    path = tmp_path / "late.mkv"
    ffmpeg("-itsoffset", "7.25", "-i", videos / "plain.mp4", "-c", "copy", "-copyts", path)
    assert numbers_in(path, Clip(0.4, 1.0)) == list(range(10, 26))
    assert numbers_in(path, Clip(3.0, 3.2)) == list(range(75, 81))


def test_that_frames_are_numbered_and_cannot_be_written_to(videos: Path) -> None:
    with open_clip(videos / "plain.mp4", Clip(1.0, 1.4)) as reader:
        for expected, frame in enumerate(reader):
            assert frame.index == expected
            assert frame.luma.shape == (48, 64)
            with pytest.raises(ValueError, match="read-only"):
                frame.luma[0, 0] = 1
    assert reader.frame_count == 11


def test_that_a_clip_is_read_only_once(videos: Path) -> None:
    with open_clip(videos / "plain.mp4", Clip(0, 1)) as reader:
        assert len(list(reader)) == 26
        with pytest.raises(ValueError, match="once"):
            next(iter(reader))


@pytest.mark.parametrize("name", ["plain.mkv", "plain.ts", "faststart.mp4"])
def test_that_a_broken_tail_delivers_what_comes_before_it(
    videos: Path, tmp_path: Path, read_number: ReadNumber, name: str
) -> None:
    path = tmp_path / name
    content = (videos / name).read_bytes()
    path.write_bytes(content[: len(content) * 7 // 10])
    with open_clip(path, Clip()) as reader:
        numbers = [read_number(frame.luma) for frame in reader]
    assert 30 < len(numbers) < 110
    assert numbers == list(range(len(numbers)))
    if name != "plain.ts":  # a transport stream promises no length, so that a clean cut cannot be seen
        assert reader.is_truncated
        assert f"only up to {len(numbers) / 25:.2f} s" in reader.message


def test_that_damage_after_the_clip_does_not_matter(videos: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    content = (videos / "faststart.mp4").read_bytes()
    path.write_bytes(content[: len(content) * 7 // 10])
    with open_clip(path, Clip(0.0, 1.0)) as reader:
        assert len(list(reader)) == 26
    assert not reader.is_truncated


def test_that_damage_in_the_middle_ends_the_clip_there(videos: Path, tmp_path: Path, read_number: ReadNumber) -> None:
    path = tmp_path / "damaged.mp4"
    content = bytearray((videos / "faststart.mp4").read_bytes())
    middle = len(content) * 6 // 10
    content[middle : middle + 400] = b"\xff" * 400
    path.write_bytes(content)
    with open_clip(path, Clip()) as reader:
        numbers = [read_number(frame.luma) for frame in reader]
    assert 10 < len(numbers) < 110
    assert numbers[:-4] == list(range(len(numbers) - 4))
    assert reader.is_truncated
    assert "damaged" in reader.message


def test_that_data_damaged_right_away_are_refused(videos: Path, tmp_path: Path) -> None:
    path = tmp_path / "noise.mp4"
    content = bytearray((videos / "faststart.mp4").read_bytes())
    start = content.index(b"mdat") + 4
    content[start:] = np.random.default_rng(0).integers(0, 256, len(content) - start, dtype=np.uint8).tobytes()
    path.write_bytes(content)
    with pytest.raises(VideoError, match="not a single frame can be decoded"), open_clip(path, Clip()):
        pass


@pytest.mark.parametrize(
    ("clip", "message"),
    [
        (Clip(5.0, 6.0), "starts at 5 s, after the end of the video"),
        (Clip(1.0, 4.9), "shorter than the clip, which ends at 4.9 s.*lasts 4.80 s"),
        (Clip(-1.0, 2.0), "starts at -1 s, before the video"),
        (Clip(2.0, 2.0), "ends at 2 s, which is not after its start"),
        (Clip(2.0, 1.0), "ends at 1 s, which is not after its start"),
        (Clip(0.0, 1.0, 0), "frame step is 0"),
    ],
)
def test_that_a_clip_outside_the_video_is_refused(videos: Path, clip: Clip, message: str) -> None:
    with pytest.raises(VideoError, match=message), open_clip(videos / "plain.mp4", clip):
        pass


def test_that_an_end_within_a_frame_of_the_video_is_accepted(
    videos: Path, numbers_in: Callable[..., list[int]]
) -> None:
    assert numbers_in(videos / "plain.mp4", Clip(4.0, 4.83)) == list(range(100, 120))


def test_that_too_few_frames_are_reported(videos: Path) -> None:
    with open_clip(videos / "plain.mp4", Clip(1.0, 1.2)) as reader:
        assert len(list(reader)) == 6
        with pytest.raises(VideoError, match="holds only 6 frames where at least 10 are needed"):
            reader.require_frames(10)
        reader.require_frames(6)


def test_that_cancelling_stops_the_iteration(videos: Path) -> None:
    token = threading.Event()
    with open_clip(videos / "plain.mp4", Clip(), cancel=token) as reader:
        frames = iter(reader)
        next(frames)
        token.set()
        with pytest.raises(Cancelled):
            next(frames)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts open files as Linux shows them")
def test_that_the_file_is_closed_whatever_happens(videos: Path) -> None:
    def open_files() -> int:
        return sum(
            os.path.realpath(f"/proc/self/fd/{fd}").startswith(str(videos)) for fd in os.listdir("/proc/self/fd")
        )

    with pytest.raises(VideoError), open_clip(videos / "plain.mp4", Clip(99, 100)):
        pass
    with pytest.raises(RuntimeError), open_clip(videos / "plain.mp4", Clip()):
        raise RuntimeError
    with open_clip(videos / "plain.mkv", Clip(3.0)) as reader:
        next(iter(reader))
    assert open_files() == 0


def test_that_frames_of_another_size_end_with_an_error(
    videos: Path, tmp_path: Path, ffmpeg: Callable[..., None]
) -> None:
    scaled = ("-vf", "scale=128:96", "-c:v", "libx264", "-output_ts_offset", "4.88")
    ffmpeg("-i", videos / "plain.mp4", *scaled, tmp_path / "large.ts")
    joined = tmp_path / "joined.ts"
    joined.write_bytes((videos / "plain.ts").read_bytes() + (tmp_path / "large.ts").read_bytes())
    with open_clip(joined, Clip()) as reader, pytest.raises(VideoError, match="changes from 64x48 to 128x96"):
        list(reader)


def test_that_a_recording_that_begins_in_the_middle_of_a_group_is_read(
    videos: Path, tmp_path: Path, ffmpeg: Callable[..., None], read_number: ReadNumber
) -> None:
    ffmpeg("-i", videos / "plain.mp4", "-c:v", "libx264", "-g", "12", tmp_path / "whole.ts")
    content = (tmp_path / "whole.ts").read_bytes()
    start = len(content) // 3 // 188 * 188
    path = tmp_path / "joined_late.ts"
    path.write_bytes(content[start:])
    with open_clip(path, Clip()) as reader:
        numbers = [read_number(frame.luma) for frame in reader]
    assert len(numbers) > 20
    assert numbers == list(range(numbers[0], 120))


def test_that_the_picture_at_a_time_is_the_first_frame_from_then_on(videos: Path, read_number: ReadNumber) -> None:
    frame, full_range = first_picture(videos / "plain.mp4", 2.03)
    assert read_number(frame.luma) == 51
    assert not full_range
    frame.luma[0, 0] = 1


def test_that_a_video_trimmed_without_encoding_is_not_called_damaged(
    videos: Path, tmp_path: Path, ffmpeg: Callable[..., None], read_number: ReadNumber
) -> None:
    """Copying cuts between packets, so that pictures before the last one may be missing; that one is left out."""
    for end in ("3.00", "3.04", "3.08", "3.12"):
        for extension in ("ts", "mkv", "mp4"):
            path = tmp_path / f"trimmed.{extension}"
            ffmpeg("-i", videos / "plain.mp4", "-t", end, "-c", "copy", path)
            with open_clip(path, Clip()) as reader:
                numbers = [read_number(frame.luma) for frame in reader]
            assert numbers == list(range(len(numbers)))
            assert len(numbers) >= 72
            assert not reader.is_truncated


def test_that_a_clock_that_runs_backwards_ends_the_clip(videos: Path, tmp_path: Path, read_number: ReadNumber) -> None:
    joined = tmp_path / "twice.ts"
    joined.write_bytes((videos / "plain.ts").read_bytes() * 2)
    with open_clip(joined, Clip()) as reader:
        assert [read_number(frame.luma) for frame in reader] == list(range(120))
    assert reader.is_truncated
