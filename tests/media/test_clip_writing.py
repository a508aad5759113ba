"""Clips and frames that are written: which frames, how prepared, and that nothing half-written stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from image_velocimetry_tools.domain.errors import Cancelled, OutputError, VideoError
from image_velocimetry_tools.domain.video import Clip, FramePreparation, FrameSize, LensModel
from image_velocimetry_tools.media.clip_rules import clip_file_name, clip_problems
from image_velocimetry_tools.media.clip_writing import (
    extract_frames,
    preparation_filters,
    shake_detection_filter,
    write_clip,
)
from image_velocimetry_tools.media.decoding import open_clip
from image_velocimetry_tools.media.ffmpeg_process import run_ffmpeg
from image_velocimetry_tools.media.probing import frame_times_s, probe

ReadNumber = Callable[[np.ndarray], int]


def pictures(path: Path) -> list[np.ndarray]:
    with open_clip(path, Clip()) as reader:
        return [frame.luma.copy() for frame in reader]


@pytest.mark.parametrize("name", ["plain.mp4", "plain.mkv", "plain.ts", "plain.avi"])
def test_that_a_clip_holds_exactly_its_frames(videos: Path, tmp_path: Path, read_number: ReadNumber, name: str) -> None:
    path = write_clip(videos / name, tmp_path / f"clip{Path(name).suffix}", Clip(0.4, 1.0))
    assert [read_number(picture) for picture in pictures(path)] == list(range(10, 26))
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_late_clip_holds_exactly_its_frames(
    irregular: Path, videos: Path, tmp_path: Path, ffmpeg: Callable[..., None], read_number: ReadNumber
) -> None:
    """Far enough from the beginning that the file is entered in the middle."""
    long = tmp_path / "long.mp4"
    ffmpeg("-stream_loop", "1", "-i", videos / "plain.mp4", "-c", "copy", long)
    path = write_clip(long, tmp_path / "clip.mp4", Clip(6.0, 6.4))
    assert [read_number(picture) for picture in pictures(path)] == list(range(30, 41))


def test_that_a_variable_frame_rate_is_kept(
    irregular: Path, irregular_times: np.ndarray, tmp_path: Path, read_number: ReadNumber
) -> None:
    path = write_clip(irregular, tmp_path / "clip.mp4", Clip(0.8, 3.1))
    inside = np.flatnonzero((irregular_times >= 0.7875) & (irregular_times <= 3.1125))
    assert [read_number(picture) for picture in pictures(path)] == list(inside)
    np.testing.assert_allclose(frame_times_s(path), irregular_times[inside] - irregular_times[inside[0]], atol=1e-3)


def test_that_a_step_takes_every_nth_frame(videos: Path, tmp_path: Path, read_number: ReadNumber) -> None:
    path = write_clip(videos / "plain.mp4", tmp_path / "clip.mp4", Clip(0.4, 1.0, 5))
    assert [read_number(picture) for picture in pictures(path)] == [10, 15, 20, 25]


def test_that_an_untouched_video_is_copied(videos: Path, tmp_path: Path) -> None:
    path = write_clip(videos / "plain.mp4", tmp_path / "copy.mp4", Clip())
    for copied, original in zip(pictures(path), pictures(videos / "plain.mp4"), strict=True):
        np.testing.assert_array_equal(copied, original)


def test_that_a_quarter_turn_turns_the_canvas(videos: Path, tmp_path: Path) -> None:
    """The reference keeps the canvas, which crops the picture."""
    original = pictures(videos / "plain.mp4")[5]
    path = write_clip(videos / "plain.mp4", tmp_path / "turned.mp4", Clip(0.2, 0.6), FramePreparation(rotation_deg=90))
    turned = pictures(path)[0]
    assert turned.shape == (64, 48)
    assert np.abs(turned.astype(int) - np.rot90(original, -1)).mean() < 2


def test_that_flip_and_half_turn_are_applied(videos: Path, tmp_path: Path) -> None:
    original = pictures(videos / "plain.mp4")[5]
    how = FramePreparation(rotation_deg=180, flip="hflip")
    path = write_clip(videos / "plain.mp4", tmp_path / "flipped.mp4", Clip(0.2, 0.6), how)
    assert np.abs(pictures(path)[0].astype(int) - original[::-1]).mean() < 2


def test_that_the_rotation_tag_is_applied_and_gone(videos: Path, tmp_path: Path, ffmpeg: Callable[..., None]) -> None:
    tagged = tmp_path / "tagged.mp4"
    ffmpeg("-display_rotation", "-90", "-i", videos / "plain.mp4", "-c", "copy", tagged)
    metadata = probe(write_clip(tagged, tmp_path / "clip.mp4", Clip(0.2, 0.6)))
    assert metadata.size == FrameSize(48, 64)
    assert metadata.rotation_tag_deg == 0


def test_that_normalised_luma_is_full_range(videos: Path, tmp_path: Path) -> None:
    how = FramePreparation(normalize_luma=True)
    path = write_clip(videos / "plain.mp4", tmp_path / "full.mp4", Clip(0.2, 0.6), how)
    original = pictures(videos / "plain.mp4")[5].astype(float)
    with open_clip(path, Clip()) as reader:
        assert reader.full_range
        first = next(iter(reader)).luma.astype(float)
    assert np.abs(first - np.clip((original - 16) * 255 / 219, 0, 255)).mean() < 2


def test_that_odd_sizes_stay_as_they_are(tmp_path: Path, make_video: Callable[..., Path]) -> None:
    source = make_video(tmp_path / "odd.mkv", np.arange(20) / 25, codec="ffv1", pixel_format="gray", size=(68, 50))
    odd = tmp_path / "odd_size.mkv"
    run_ffmpeg(["-i", str(source), "-vf", "crop=65:49", "-c:v", "ffv1", str(odd)], folder=tmp_path, duration_s=1)
    assert probe(write_clip(odd, tmp_path / "clip.mp4", Clip(0.2, 0.6))).size == FrameSize(65, 49)


def test_that_sound_is_kept_on_request(videos: Path, tmp_path: Path, ffmpeg: Callable[..., None]) -> None:
    talking = tmp_path / "talking.mp4"
    ffmpeg("-i", videos / "plain.mp4", "-i", videos / "sound.m4a", "-c", "copy", talking)
    for strip, streams in ((True, 0), (False, 1)):
        path = write_clip(talking, tmp_path / f"clip{strip}.mp4", Clip(0.2, 0.6), strip_audio=strip)
        with av.open(str(path)) as container:
            assert len(container.streams.audio) == streams


def test_that_a_silent_video_has_no_sound_to_keep(videos: Path, tmp_path: Path, read_number: ReadNumber) -> None:
    path = write_clip(videos / "plain.mp4", tmp_path / "clip.mp4", Clip(0.2, 0.6), strip_audio=False)
    assert [read_number(picture) for picture in pictures(path)] == list(range(5, 16))


def test_that_stabilising_writes_every_frame(videos: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    how = FramePreparation(stabilize=True)
    path = write_clip(videos / "plain.mp4", tmp_path / "still.mp4", Clip(0.0, 1.0), how, progress=shares.append)
    assert len(pictures(path)) == 26
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_that_a_clip_beyond_the_video_is_refused(videos: Path, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="shorter than the clip"):
        write_clip(videos / "plain.mp4", tmp_path / "clip.mp4", Clip(0, 9))
    assert list(tmp_path.iterdir()) == []


def test_that_a_clip_does_not_overwrite_its_video(videos: Path) -> None:
    with pytest.raises(OutputError, match="overwrite its own video"):
        write_clip(videos / "plain.mp4", videos / "plain.mp4", Clip(0, 1))
    assert probe(videos / "plain.mp4").frame_count == 120


def test_that_a_failure_leaves_the_old_clip_and_nothing_else(videos: Path, tmp_path: Path) -> None:
    target = tmp_path / "clip.unknown"
    target.write_text("old")
    with pytest.raises(OutputError, match="ffmpeg could not write"):
        write_clip(videos / "plain.mp4", target, Clip(0, 1))
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_that_cancelling_leaves_nothing(videos: Path, tmp_path: Path) -> None:
    token = threading.Event()
    token.set()
    with pytest.raises(Cancelled):
        write_clip(videos / "plain.mp4", tmp_path / "clip.mp4", Clip(0, 1), cancel=token)
    assert list(tmp_path.iterdir()) == []


def test_that_a_folder_that_cannot_be_written_is_reported(videos: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="folder cannot be written"):
        write_clip(videos / "plain.mp4", tmp_path / "file" / "clip.mp4", Clip(0, 1))


def test_that_a_clip_in_the_place_of_a_folder_is_refused(videos: Path, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").mkdir()
    with pytest.raises(OutputError, match=r"clip\.mp4.*cannot be written"):
        write_clip(videos / "plain.mp4", tmp_path / "clip.mp4", Clip(0, 1))
    assert list(tmp_path.iterdir()) == [tmp_path / "clip.mp4"]


def test_that_frames_in_the_place_of_a_file_are_refused(videos: Path, tmp_path: Path) -> None:
    (tmp_path / "frames").write_text("mine")
    with pytest.raises(OutputError, match=r"frames.*cannot be written"):
        extract_frames(videos / "plain.mp4", tmp_path / "frames", Clip(0, 0.5))
    assert (tmp_path / "frames").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [tmp_path / "frames"]


@pytest.mark.parametrize("image_format", ["jpg", "png"])
def test_that_frames_are_extracted_in_order(
    videos: Path, tmp_path: Path, read_number: ReadNumber, image_format: str
) -> None:
    folder = tmp_path / "1-images"
    folder.mkdir()
    (folder / f"f00099.{image_format}").write_text("old")
    (folder / "notes.txt").write_text("mine")
    files = extract_frames(videos / "plain.mp4", folder, Clip(0.4, 1.0, 3), image_format=image_format)  # type: ignore[arg-type]
    assert [file.name for file in files] == [f"f{n:05d}.{image_format}" for n in range(1, 7)]
    numbers = [read_number(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)) for file in files]
    assert numbers == [10, 13, 16, 19, 22, 25]
    others = ["!frame_extraction_information.txt", "notes.txt"]
    assert sorted(entry.name for entry in folder.iterdir()) == sorted([*(file.name for file in files), *others])
    assert list(tmp_path.iterdir()) == [folder]


def test_that_the_filters_come_in_the_order_of_the_preparation() -> None:
    how = FramePreparation(270, "vflip", True, "darker", LensModel(0.1, 0.2, 0.4, 0.6))
    assert preparation_filters(how) == [
        "transpose=cclock",
        "vflip",
        "curves=preset=darker",
        "scale=out_range=full",
        "lenscorrection=cx=0.4:cy=0.6:k1=0.1:k2=0.2:i=bilinear",
    ]
    assert preparation_filters(FramePreparation()) == []


def test_that_an_odd_angle_is_refused() -> None:
    with pytest.raises(ValueError, match="multiples of 90"):
        preparation_filters(FramePreparation(rotation_deg=45))


def test_that_shake_detection_has_the_settings_of_the_reference() -> None:
    assert shake_detection_filter().startswith("vidstabdetect=stepsize=6:shakiness=10:accuracy=10:")
    assert "stepsize=12:shakiness=5:accuracy=5" in shake_detection_filter(12, 5, 5)


@pytest.mark.parametrize(
    ("source", "preparation", "name"),
    [
        ("dir/river.mp4", FramePreparation(), "river_s5.000s_e15.000s.mp4"),
        ("river.avi", FramePreparation(rotation_deg=90), "river_s5.000s_e15.000s_rot90.avi"),
        ("river", FramePreparation(flip="vflip"), "river_s5.000s_e15.000s_vflip.mp4"),
        (
            "river.mp4",
            FramePreparation(180, "hflip", True, "lighter", stabilize=True),
            "river_s5.000s_e15.000s_rot180_hflip_normluma_lighter_stab.mp4",
        ),
    ],
)
def test_that_the_name_of_a_clip_tells_how_it_was_made(source: str, preparation: FramePreparation, name: str) -> None:
    assert clip_file_name(source, 5, 15, preparation) == name


@pytest.mark.parametrize(
    ("start", "end", "duration", "problems"),
    [
        (-1.0, 5.0, 10.0, ["Start time cannot be negative"]),
        (5.0, 5.0, 10.0, ["End time must be greater than start time"]),
        (5.0, 11.0, 10.0, ["End time cannot exceed video duration"]),
        (None, None, 0.0, ["Video duration must be positive"]),
        (-1.0, -2.0, -3.0, ["Video duration must be positive", "Start time cannot be negative",
                            "End time must be greater than start time"]),
        (0.0, 10.0, 10.0, []),
    ],
)  # fmt: skip
def test_that_the_times_of_a_clip_are_checked(
    start: float | None, end: float | None, duration: float, problems: list[str]
) -> None:
    assert clip_problems(start, end, duration) == problems
