"""The service that a program calls for everything that is done to a video."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.domain.video import Clip, ContrastFilters, FramePreparation, FrameSize
from image_velocimetry_tools.services.video_service import VideoService


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """50 frames at 25 per second, brighter to the right and from frame to frame."""
    path = tmp_path_factory.mktemp("service") / "weir_20250327-114207.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "5"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 25)
        for number in range(50):
            picture = np.full((72, 64), 128, np.uint8)
            picture[:48] = 40 + np.arange(64) + 2 * number
            frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def service() -> VideoService:
    return VideoService()


def test_that_a_video_is_probed(service: VideoService, video: Path) -> None:
    metadata = service.probe(video)
    assert metadata.size == FrameSize(64, 48)
    assert (metadata.frame_count, metadata.frame_rate_fps, metadata.duration_s) == (50, 25.0, 2.0)
    assert metadata.creation_time_source == "file name"


def test_that_a_clip_is_made_under_its_name(service: VideoService, video: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    how = FramePreparation(rotation_deg=90)
    path = service.create_clip(video, tmp_path, Clip(0.4, 1.0), how, progress=shares.append)
    assert path == tmp_path / "weir_20250327-114207_s0.400s_e1.000s_rot90.mp4"
    assert service.probe(path).size == FrameSize(48, 64)
    assert service.probe(path).frame_count == 16
    assert shares[-1] == 1.0


def test_that_the_end_of_a_whole_video_is_named(service: VideoService, video: Path, tmp_path: Path) -> None:
    assert service.create_clip(video, tmp_path, Clip()).name.endswith("_s0.000s_e2.000s.mp4")


def test_that_frames_are_extracted(service: VideoService, video: Path, tmp_path: Path) -> None:
    files = service.extract_frames(video, tmp_path / "frames", Clip(0.0, 0.4, 5), image_format="png")
    assert [file.name for file in files] == ["f00001.png", "f00002.png", "f00003.png"]


def test_that_sample_times_are_those_of_the_used_frames(service: VideoService, video: Path) -> None:
    times = service.sample_times_s(video, Clip(0.4, 1.0, 5))
    np.testing.assert_allclose(times, [0.4, 0.6, 0.8, 1.0])
    timing = service.sample_timing(video, Clip(0.4, 1.0, 5))
    assert timing.interval_s == pytest.approx(0.2)
    assert timing.is_constant
    with pytest.raises(VideoError, match="fewer than two frames"):
        service.sample_timing(video, Clip(0.4, 0.42))


def test_that_the_first_picture_is_prepared(service: VideoService, video: Path) -> None:
    plain = service.first_picture(video, 0.4)
    np.testing.assert_allclose(plain[:, 30], 40 + 30 + 20, atol=3)
    flipped = service.first_picture(video, 0.4, FramePreparation(flip="hflip"))
    np.testing.assert_array_equal(flipped, plain[:, ::-1])
    turned = service.first_picture(video, 0.4, FramePreparation(rotation_deg=90))
    np.testing.assert_array_equal(turned, np.rot90(plain, -1))
    full = service.first_picture(video, 0.4, FramePreparation(normalize_luma=True))
    np.testing.assert_allclose(full, (plain.astype(float) - 16) * 255 / 219, atol=0.6)
    contrast = ContrastFilters(auto_contrast_percent=1.0)
    assert np.ptp(service.first_picture(video, 0.4, FramePreparation(contrast=contrast))) == 255
    dark = service.first_picture(video, 0.4, FramePreparation(curve_preset="darker"))
    assert dark.mean() < plain.mean() - 5


def test_that_clips_are_checked(service: VideoService, video: Path) -> None:
    assert service.clip_problems(-1, 5, 10) == ["Start time cannot be negative"]
    with pytest.raises(VideoError, match="shorter than the clip"):
        service.check_clip(Clip(0, 9), service.probe(video))


def test_that_contrast_settings_are_checked_all_at_once(service: VideoService) -> None:
    with pytest.raises(VideoError) as caught:
        service.check_contrast(ContrastFilters(-1.0, (0, 0), 200))
    assert [problem.what for problem in caught.value.problems] == [
        "CLAHE clip limit must be positive",
        "CLAHE tile sizes must be positive",
        "Auto-contrast percentage must be between 0 and 100",
    ]
    service.check_contrast(ContrastFilters())


def test_that_times_are_converted(service: VideoService) -> None:
    assert service.seconds_to_hhmmss(10.14) == "00:00:10"
    assert service.seconds_to_hhmmss(3661.25, precision="high") == "01:01:01.25"
    assert service.hhmmss_to_seconds("01:10:32.64") == pytest.approx(4232.64)
