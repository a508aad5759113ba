"""A small video of the demonstration site, and its facts, for tests of what shows videos."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from image_velocimetry_tools.domain.project import Project, VideoSettings
from image_velocimetry_tools.domain.video import Clip, Film, FramePreparation, FrameSize, VideoMetadata

VIDEO = Path(__file__).parents[2] / "batch_test_data" / "inputs" / "videos" / "alder_mill_1.mp4"
"""704 x 396 pixels, 30 frames per second, 75 frames."""


def facts(path: Path = VIDEO, created: datetime | None = None) -> VideoMetadata:
    """What is known of the video without reading it."""
    source = "metadata" if created is not None else ""
    return VideoMetadata(path, FrameSize(704, 396), 30.0, 2.5, 75, "h264", "yuv420p", 0, 969.0, created, source)


def filmed(clip: Clip = Clip(), preparation: FramePreparation = FramePreparation()) -> Project:  # noqa: B008 (frozen)
    """A project with the video, read."""
    return Project(video=VideoSettings(VIDEO, facts(), clip, preparation))


def film(fingerprint: str = "alder mill") -> Film:
    """A film of the size and length of the video, told from others by its fingerprint."""
    return Film(1_000_000, fingerprint, FrameSize(704, 396), 30.0, 2.5, 75)
