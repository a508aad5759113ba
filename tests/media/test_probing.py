"""What is found out about a video, and how files that are none are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.domain.video import FrameSize
from image_velocimetry_tools.media.probing import frame_times_s, probe, probe_details


@pytest.mark.parametrize(
    "name", ["plain.mp4", "faststart.mp4", "fragmented.mp4", "plain.mkv", "plain.ts", "plain.mov", "plain.avi"]
)
def test_that_size_rate_duration_and_frames_are_exact(videos: Path, name: str) -> None:
    metadata = probe(videos / name)
    assert metadata.size == FrameSize(64, 48)
    assert metadata.frame_rate_fps == 25.0
    assert metadata.duration_s == pytest.approx(4.8, abs=2e-3)
    assert metadata.frame_count == 120
    assert metadata.codec == ("mpeg4" if name.endswith("avi") else "h264")
    assert metadata.pixel_format == "yuv420p"
    assert metadata.rotation_tag_deg == 0


@pytest.mark.parametrize("extension", ["mp4", "mkv"])
def test_that_the_rate_of_american_television_is_exact(
    tmp_path: Path, make_video: Callable[..., Path], extension: str
) -> None:
    rate = Fraction(30000, 1001)
    path = make_video(tmp_path / f"ntsc.{extension}", [n / rate for n in range(60)], time_base=1 / rate, rate=rate)
    assert probe(path).frame_rate_fps == pytest.approx(30000 / 1001, rel=1e-12)


def test_that_a_variable_rate_gives_its_mean(irregular: Path, irregular_times: np.ndarray) -> None:
    metadata = probe(irregular)
    assert metadata.frame_count == 80
    assert metadata.frame_rate_fps == pytest.approx(79 / irregular_times[-1], rel=0.01)
    assert irregular_times[-1] < metadata.duration_s < irregular_times[-1] + 0.1
    np.testing.assert_allclose(frame_times_s(irregular), irregular_times, atol=1e-4)


@pytest.mark.parametrize(("counterclockwise", "tag"), [("-90", 90), ("90", 270), ("180", 180)])
@pytest.mark.parametrize("extension", ["mp4", "mkv"])
def test_that_the_rotation_tag_is_the_clockwise_turn_of_a_player(
    videos: Path, tmp_path: Path, ffmpeg: Callable[..., None], counterclockwise: str, tag: int, extension: str
) -> None:
    path = tmp_path / f"turned.{extension}"
    ffmpeg("-display_rotation", counterclockwise, "-i", videos / "plain.mp4", "-c", "copy", path)
    metadata = probe(path)
    assert metadata.rotation_tag_deg == tag
    assert metadata.size == FrameSize(64, 48)
    assert metadata.display_size == (FrameSize(48, 64) if tag != 180 else FrameSize(64, 48))


def test_that_hidden_frames_of_an_edit_list_do_not_count(
    videos: Path, tmp_path: Path, ffmpeg: Callable[..., None]
) -> None:
    path = tmp_path / "edited.mp4"
    ffmpeg("-ss", "1.0", "-i", videos / "plain.mp4", "-c", "copy", path)
    metadata = probe(path)
    assert metadata.frame_count == 95
    assert metadata.duration_s == pytest.approx(3.8)


def test_that_a_file_that_was_cut_off_is_as_long_as_what_is_left(videos: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    content = (videos / "faststart.mp4").read_bytes()
    media = content.index(b"mdat")
    path.write_bytes(content[: (media + len(content)) // 2])
    probed = probe_details(path)
    assert probed.metadata.duration_s < 3.5
    assert probed.promised_duration_s == pytest.approx(4.8)
    assert probed.is_cut
    assert not probe_details(videos / "faststart.mp4").is_cut


def test_that_the_time_of_recording_comes_from_the_metadata(tmp_path: Path, make_video: Callable[..., Path]) -> None:
    path = make_video(
        tmp_path / "clip_20200101_000000.mp4",
        np.arange(5) / 25,
        metadata={"creation_time": "2022-05-14T20:24:55.000000Z"},
    )
    metadata = probe(path)
    assert metadata.creation_time == datetime(2022, 5, 14, 20, 24, 55, tzinfo=UTC)
    assert metadata.creation_time_source == "metadata"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cam_20250327-114207.mp4", datetime(2025, 3, 27, 11, 42, 7)),
        ("cam_20250327.mp4", None),  # midnight would look up the water level of another time of day
        ("cam_7.mp4", None),
    ],
)
def test_that_the_file_name_tells_the_time_where_the_metadata_do_not(
    tmp_path: Path, make_video: Callable[..., Path], name: str, expected: datetime | None
) -> None:
    metadata = probe(make_video(tmp_path / name, np.arange(5) / 25))
    assert metadata.creation_time == expected
    assert metadata.creation_time_source == ("file name" if expected else "")


def test_that_a_clock_that_was_never_set_is_not_believed(tmp_path: Path, make_video: Callable[..., Path]) -> None:
    unset = {"creation_time": "1970-01-01T00:00:00.000000Z"}
    path = make_video(tmp_path / "cam_20250327-114207.mp4", np.arange(5) / 25, metadata=unset)
    assert probe(path).creation_time == datetime(2025, 3, 27, 11, 42, 7)


def write_nothing(path: Path) -> None:
    path.write_bytes(b"")


def write_text(path: Path) -> None:
    path.write_text("station,stage\n" * 300)


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("nowhere.mp4", lambda path: None, "there is no such video"),
        ("folder.mp4", Path.mkdir, "this is a folder, not a video"),
        ("zero.mp4", write_nothing, r"the video is empty \(0 bytes\)"),
        ("words.mp4", write_text, "not a video"),
        ("words.txt", write_text, "not a video"),
    ],
)
def test_that_a_file_that_is_no_video_is_refused(
    tmp_path: Path, name: str, make: Callable[[Path], object], message: str
) -> None:
    path = tmp_path / name
    make(path)
    with pytest.raises(VideoError, match=message) as caught:
        probe(path)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].where == str(path)


def test_that_sound_alone_is_refused(videos: Path) -> None:
    with pytest.raises(VideoError, match="sound only, no pictures"):
        probe(videos / "sound.m4a")


def test_that_a_picture_is_refused(videos: Path, tmp_path: Path, ffmpeg: Callable[..., None]) -> None:
    ffmpeg("-i", videos / "plain.mp4", "-frames:v", "1", tmp_path / "still.jpg")
    with pytest.raises(VideoError, match="this is a picture, not a video"):
        probe(tmp_path / "still.jpg")


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_that_a_recording_without_its_index_says_so(videos: Path, tmp_path: Path, share: float) -> None:
    path = tmp_path / "interrupted.mp4"
    content = (videos / "plain.mp4").read_bytes()
    assert content.index(b"moov") > content.index(b"mdat")
    path.write_bytes(content[: int(share * content.index(b"moov"))])
    with pytest.raises(VideoError, match=r"recording is incomplete.*\(moov\) is missing"):
        probe(path)


def test_that_a_stream_without_time_stamps_is_refused(
    videos: Path, tmp_path: Path, ffmpeg: Callable[..., None]
) -> None:
    ffmpeg("-i", videos / "plain.mp4", "-c", "copy", tmp_path / "raw.h264")
    with pytest.raises(VideoError, match=r"no time stamps.*Put it into an MP4"):
        probe(tmp_path / "raw.h264")


def test_that_a_name_with_a_colon_is_not_a_protocol(
    videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("camera:1.mp4").write_bytes((videos / "plain.mp4").read_bytes())
    assert probe("camera:1.mp4").frame_count == 120
