"""A look into the videos of a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch.models import PlannedJob
from image_velocimetry_tools.batch.plan.video_checks import look_into_videos
from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.domain.scaffold import Scaffold
from image_velocimetry_tools.domain.video import Clip, FramePreparation, FrameSize, VideoMetadata

Planner = Callable[..., list[PlannedJob]]


def probe_of(**changes: Any) -> Callable[[Path], VideoMetadata]:
    settings = {"size": FrameSize(640, 360), "frame_rate_fps": 30.0, "duration_s": 5.0, "frame_count": 150, **changes}
    return lambda path: VideoMetadata(path=path, codec="h264", pixel_format="yuv420p", **settings)


def test_that_a_video_of_the_same_shape_passes(planned: Planner) -> None:
    assert look_into_videos(planned("a"), probe_of()) == []


@pytest.mark.parametrize(
    ("clip", "metadata", "message"),
    [
        (Clip(0.0, 9.0, 2), {}, "is 5.00 s long, the clip ends at 9.00 s"),
        (Clip(6.0, None, 2), {}, "is 5.00 s long, the clip ends at 6.00 s"),
        (Clip(0.0, 0.2, 1), {}, "the clip holds about 7 frames, at least 10 are needed"),
        (Clip(None, None, 30), {}, "the clip holds about 6 frames"),
        (Clip(), {"size": FrameSize(640, 480)}, "are 640x480, the calibration image is 1280x720 and of another shape"),
        (Clip(), {"rotation_tag_deg": 90}, "are 360x640, the calibration image is 1280x720"),
    ],
)
def test_that_a_video_that_does_not_fit_is_named(
    planned: Planner, clip: Clip, metadata: dict[str, Any], message: str
) -> None:
    problems = look_into_videos(planned("a", clip=clip), probe_of(**metadata))
    assert [message in p.what for p in problems] == [True]
    assert problems[0].where == "job a"


def test_that_a_rotation_of_the_scaffold_counts(planned: Planner, scaffold: Scaffold) -> None:
    turned = replace(scaffold, preparation=FramePreparation(rotation_deg=90))
    jobs = [replace(job, scaffold=turned) for job in planned("a")]
    assert look_into_videos(jobs, probe_of(size=FrameSize(360, 640))) == []


def test_that_an_unreadable_video_is_opened_once_and_reported_for_every_job(planned: Planner) -> None:
    opened: list[Path] = []

    def probe(path: Path) -> VideoMetadata:
        opened.append(path)
        raise VideoError("it is not a video", where=str(path), remedy="Copy it again")

    problems = look_into_videos(planned("a", "b"), probe)
    assert len(opened) == 1
    assert [str(p) for p in problems] == [f"job {j}: {opened[0]}: it is not a video. Copy it again." for j in "ab"]


def test_that_the_real_probe_refuses_what_is_no_video(planned: Planner) -> None:
    (problem,) = look_into_videos(planned("a"))
    assert "not a video" in problem.what
