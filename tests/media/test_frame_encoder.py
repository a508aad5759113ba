"""Pictures that become a video, and that nothing half-written stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from image_velocimetry_tools.domain.errors import OutputError
from image_velocimetry_tools.domain.video import FrameSize
from image_velocimetry_tools.media.frame_encoder import encoded_video
from image_velocimetry_tools.media.probing import probe


def test_that_every_picture_is_a_frame_of_the_video(tmp_path: Path) -> None:
    with encoded_video(tmp_path / "film.mp4", FrameSize(320, 240), 25.0) as encoder:
        for grey in range(10):
            encoder.write(np.full((240, 320, 3), 20 * grey, dtype=np.uint8))
    found = probe(tmp_path / "film.mp4")
    assert (found.frame_count, found.frame_rate_fps, str(found.size)) == (10, 25.0, "320x240")
    assert [file.name for file in tmp_path.iterdir()] == ["film.mp4"]


def test_that_nothing_is_left_when_the_encoder_dies(tmp_path: Path) -> None:
    size = FrameSize(320, 240)
    picture = np.zeros((240, 320, 3), dtype=np.uint8)

    def write_on_after_its_end() -> None:
        with encoded_video(tmp_path / "film.mp4", size, 25.0) as encoder:
            encoder._process.kill()
            encoder._process.wait()
            for _ in range(1000):
                encoder.write(picture)

    with pytest.raises(OutputError, match="ffmpeg could not write the video"):
        write_on_after_its_end()
    assert list(tmp_path.iterdir()) == []


def test_that_the_encoder_has_ended_whatever_went_wrong(tmp_path: Path) -> None:
    running = []

    def fail_in_the_middle() -> None:
        with encoded_video(tmp_path / "film.mp4", FrameSize(320, 240), 25.0) as encoder:
            running.append(encoder._process)
            encoder.write(np.zeros((240, 320, 3), dtype=np.uint8))
            raise RuntimeError("something else")

    with pytest.raises(RuntimeError):
        fail_in_the_middle()
    assert running[0].poll() is not None
    assert list(tmp_path.iterdir()) == []
