"""Facts of a job, against what the measurement really makes of the same settings."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from image_velocimetry_tools.batch.engine.job_facts import (
    ASSUMED_FACTS,
    JobFacts,
    has_deep_colour,
    job_facts,
    tile_size_px,
)
from image_velocimetry_tools.batch.models import PlannedJob
from image_velocimetry_tools.domain.scaffold import StivParameters
from image_velocimetry_tools.domain.video import Clip, ContrastFilters, FramePreparation, FrameSize, VideoMetadata
from image_velocimetry_tools.services.stiv_service import STIVService

Planned = Callable[..., list[PlannedJob]]


@pytest.fixture
def metadata(video: Path) -> VideoMetadata:
    return VideoMetadata(video, FrameSize(1280, 720), 30.0, 20.0, 600, "h264", "yuv420p")


@given(
    pixels=st.integers(4, 200),
    origin=st.floats(0.0, 360.0),
    spread=st.floats(0.0, 180.0),
    blur=st.sampled_from([0.0, 0.005, 0.5, 1.0, 4.0]),
)
def test_that_the_tile_is_that_of_the_measurement_or_a_little_more(
    pixels: int, origin: float, spread: float, blur: float
) -> None:
    settings = StivParameters(pixels, origin, spread, d_phi_deg=1.0, blur_sigma_px=blur)
    used = max(8, 2 * round(pixels / 2.0))
    height_px, width_px = STIVService().line_search(settings, used).reach_px.shape
    estimated_width_px, estimated_height_px = tile_size_px(settings)
    # the last line of a fan may lie up to a step within the range, a quarter turn between two lines of it
    for estimated_px, real_px in ((estimated_width_px, width_px), (estimated_height_px, height_px)):
        assert real_px <= estimated_px <= real_px + 2 + 2 * round(used * 0.018)


def test_that_the_whole_video_is_counted_without_a_clip(planned: Planned, metadata: VideoMetadata) -> None:
    (job,) = planned("a")
    facts = job_facts(job, metadata)
    # the site measures every other frame
    assert (facts.frames, facts.decoded_frames) == (301, 601)
    assert (facts.width_px, facts.height_px, facts.points) == (1280, 720, 20)


@pytest.mark.parametrize(
    ("clip", "frames", "decoded"),
    [
        (Clip(0.5, 5.5), 151, 166),
        (Clip(10.0, 15.0), 151, 211),
        (Clip(10.0, 15.0, frame_step=2), 76, 211),
        (Clip(15.0, 99.0), 151, 211),
    ],
)
def test_that_frames_before_the_clip_are_decoded_too(
    planned: Planned, metadata: VideoMetadata, clip: Clip, frames: int, decoded: int
) -> None:
    (job,) = planned("a", clip=clip)
    facts = job_facts(job, metadata)
    assert (facts.frames, facts.decoded_frames) == (frames, decoded)


def test_that_a_smaller_frame_has_smaller_tiles_and_a_larger_one_has_not(
    planned: Planned, metadata: VideoMetadata
) -> None:
    (job,) = planned("a")
    half, same, double = (
        job_facts(job, replace(metadata, size=FrameSize(width, width * 9 // 16))) for width in (640, 1280, 2560)
    )
    assert half.tile_bytes < same.tile_bytes == double.tile_bytes
    assert double.frame_pixels == 4 * same.frame_pixels


def test_that_preparation_and_method_make_another_class(planned: Planned, metadata: VideoMetadata) -> None:
    (job,) = planned("a")
    preparation = FramePreparation(stabilize=True, contrast=ContrastFilters(clahe_clip_limit=2.0))
    prepared = PlannedJob(job.job, replace(job.scaffold, preparation=preparation))
    classes = {
        job_facts(job, metadata).job_class,
        job_facts(prepared, metadata).job_class,
        job_facts(job, metadata, method="klt").job_class,
        job_facts(job, replace(metadata, size=FrameSize(1920, 1080))).job_class,
    }
    assert len(classes) == 4


def test_that_the_length_of_a_clip_makes_no_other_class(planned: Planned, metadata: VideoMetadata) -> None:
    short, long = planned("a", clip=Clip(0.0, 2.0))[0], planned("b")[0]
    assert job_facts(short, metadata).job_class == job_facts(long, metadata).job_class


def test_that_a_project_counts_with_the_size_of_its_scaffold(
    planned: Planned, metadata: VideoMetadata, tmp_path: Path
) -> None:
    (job,) = planned("a")
    (tmp_path / "site.ivy").write_bytes(bytes(5000))
    there = PlannedJob(job.job, replace(job.scaffold, source_path=tmp_path / "site.ivy"))
    assert job_facts(there, metadata, save_project=True).scaffold_bytes == 5000
    assert job_facts(there, metadata).scaffold_bytes == 0
    assert job_facts(job, metadata, save_project=True).scaffold_bytes == 0


@pytest.mark.parametrize(
    ("pixel_format", "deep"),
    [
        *((name, False) for name in ("yuv420p", "yuv410p", "nv16", "yuvj420p", "gray")),
        *((name, True) for name in ("yuv420p10le", "p010le", "gray16be", "yuv422p12le", "gray9le")),
    ],
)
def test_that_samples_of_two_bytes_are_recognised(pixel_format: str, deep: bool) -> None:
    assert has_deep_colour(pixel_format) is deep


def test_that_facts_survive_the_store() -> None:
    stored = json.loads(json.dumps(ASSUMED_FACTS.as_dict()))
    assert JobFacts.from_dict(stored) == ASSUMED_FACTS


def test_that_something_else_in_the_store_is_refused() -> None:
    with pytest.raises(ValidationError):
        JobFacts.from_dict({"width_px": "wide"})
