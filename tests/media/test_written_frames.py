"""What was done to the frames of a file that this program wrote stays known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from image_velocimetry_tools.domain.video import Clip, FramePreparation, LensModel, WrittenFrames
from image_velocimetry_tools.media.clip_writing import extract_frames, write_clip
from image_velocimetry_tools.media.frame_folder import write_video_of_pictures
from image_velocimetry_tools.media.probing import probe
from image_velocimetry_tools.media.written_frames import (
    FRAMES_NOTE,
    read_frames_note,
    tag_of,
    written_as,
    written_frames_of,
)

TURNED = FramePreparation(rotation_deg=90, flip="hflip", lens=LensModel(k1=-0.1))


def test_that_the_note_in_a_video_comes_back_as_it_was() -> None:
    written = WrittenFrames(TURNED, 3)
    assert written_frames_of({"COMMENT": tag_of(written)}) == written


@pytest.mark.parametrize(
    "comment", ["", "my holiday", "IVyTools frames", "IVyTools frames {", 'IVyTools frames {"frame_step":0}']
)
def test_that_a_comment_of_somebody_else_is_no_note(comment: str) -> None:
    assert written_frames_of({"comment": comment}) is None


def test_that_what_was_done_before_is_not_forgotten() -> None:
    first = written_as(Clip(frame_step=2), FramePreparation(rotation_deg=90), None)
    second = written_as(Clip(frame_step=3), FramePreparation(flip="vflip"), first)
    assert second == WrittenFrames(FramePreparation(rotation_deg=90, flip="vflip"), 6)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi", ".mov", ".webm"])
def test_that_a_written_clip_tells_how_it_was_prepared(videos: Path, tmp_path: Path, suffix: str) -> None:
    how = FramePreparation(rotation_deg=180)
    clip = write_clip(videos / "plain.mp4", tmp_path / f"clip{suffix}", Clip(0.2, 0.8, 2), how)
    assert probe(clip).written == WrittenFrames(how, 2)


def test_that_a_copy_of_a_written_clip_still_tells_it(videos: Path, tmp_path: Path) -> None:
    how = FramePreparation(flip="hflip")
    clip = write_clip(videos / "plain.mp4", tmp_path / "clip.mp4", Clip(0.0, 0.8), how)
    assert probe(write_clip(clip, tmp_path / "copy.mp4", Clip())).written == WrittenFrames(how)


def test_that_the_video_of_a_camera_was_not_written_by_us(videos: Path) -> None:
    assert probe(videos / "plain.mp4").written is None


def test_that_extracted_frames_come_back_at_their_own_rate(videos: Path, tmp_path: Path) -> None:
    how = FramePreparation(rotation_deg=180)
    extract_frames(videos / "plain.mp4", tmp_path / "frames", Clip(0.2, 1.0, 2), how)
    rate_fps, written = read_frames_note(tmp_path / "frames")
    assert rate_fps == pytest.approx(probe(videos / "plain.mp4").frame_rate_fps / 2)
    assert written == WrittenFrames(how, 2)
    assert rate_fps is not None
    video = write_video_of_pictures(tmp_path / "frames", tmp_path / "frames.mp4", rate_fps)
    assert probe(video).frame_rate_fps == pytest.approx(rate_fps)
    assert probe(video).written == written


def test_that_the_note_of_usgs_ivytools_tells_the_rate(tmp_path: Path) -> None:
    note = {"frame_step": 4, "original_video_metadata": {"avg_frame_rate": 60.0}}
    (tmp_path / FRAMES_NOTE).write_text(json.dumps(note))
    assert read_frames_note(tmp_path) == (15.0, None)


@pytest.mark.parametrize(
    "content", [b"", b"[1]", b"{}", b'{"frame_step": "2"}', b'{"written_frames": {"flip": []}}', b"\xff"]
)
def test_that_a_note_that_says_nothing_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FRAMES_NOTE).write_bytes(content)
    assert read_frames_note(tmp_path) == (None, None)
    assert read_frames_note(tmp_path / "nowhere") == (None, None)
