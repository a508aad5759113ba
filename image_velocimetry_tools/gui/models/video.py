"""Edits of the video of a measurement, and what follows from a frame step."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ...domain.project import Project, Reporting, VideoSettings
from ...domain.video import Clip, Film, FrameSize, VideoMetadata
from ...media.clip_rules import clip_problems
from ...numerics.streak_angle import frame_step_for, sample_interval_s

_TOLERANCE_FRAMES = 0.25  # with which decoding a clip chooses its frames


@dataclass(frozen=True, slots=True)
class Sampling:
    """The frames that are measured: how many per second, how far apart, how many in all."""

    frame_rate_fps: float
    interval_s: float
    frame_count: int


def sampling_of(metadata: VideoMetadata, clip: Clip) -> Sampling:
    """The frames of a clip, as many as a steady frame rate gives."""
    rate = metadata.frame_rate_fps
    total = metadata.frame_count if metadata.frame_count is not None else round(metadata.duration_s * rate)
    first = max(0, math.ceil((clip.start_s or 0.0) * rate - _TOLERANCE_FRAMES))
    last = total - 1
    if clip.end_s is not None:
        last = min(last, math.floor(clip.end_s * rate + _TOLERANCE_FRAMES))
    step = max(1, clip.frame_step)
    interval_s = sample_interval_s(step, rate)
    return Sampling(1.0 / interval_s, interval_s, max(0, (last - first) // step + 1))


def problems_of(video: VideoSettings) -> list[str]:
    """What is wrong with the clip of a video; nothing can be said before the video is read."""
    if video.metadata is None:
        return []
    clip, frame_s = video.clip, 1.0 / video.metadata.frame_rate_fps
    problems = clip_problems(clip.start_s, clip.end_s, video.metadata.duration_s, frame_s)
    if clip.start_s is not None and clip.end_s is None and clip.start_s > video.metadata.duration_s:
        problems.append("Start time cannot exceed video duration")
    return problems


def advised_frame_step(displacement_px: float, velocity_mps: float, pixel_size_m: float, frame_rate_fps: float) -> int:
    """Frame step with which water of a velocity moves some pixels of the rectified image from frame to frame."""
    if not (displacement_px > 0.0 and velocity_mps > 0.0 and pixel_size_m > 0.0):
        raise ValueError("displacement, velocity and pixel size must be positive")
    return frame_step_for(displacement_px * pixel_size_m / velocity_mps, frame_rate_fps)


def displacement_px(step: int, velocity_mps: float, pixel_size_m: float, frame_rate_fps: float) -> float:
    """Pixels of the rectified image that water of a velocity moves from frame to frame."""
    return velocity_mps * sample_interval_s(step, frame_rate_fps) / pixel_size_m


def prepared_size(video: VideoSettings) -> FrameSize | None:
    """Size of prepared frames; None before the video is read."""
    if video.metadata is None:
        return None
    shown = video.metadata.display_size
    return shown.transposed if video.preparation.rotation_deg % 180 else shown


def with_video(project: Project, **changes: Any) -> Project:
    """The project with some of the settings of its video changed; the same one if nothing does."""
    video = replace(project.video, **changes)
    if all(getattr(video, name) == getattr(project.video, name) for name in changes):
        return project
    return replace(project, video=video)


def with_clip(project: Project, **changes: Any) -> Project:
    """The project with times or frame step of the clip changed."""
    return with_video(project, clip=replace(project.video.clip, **changes))


def with_preparation(project: Project, **changes: Any) -> Project:
    """The project with the preparation of its frames changed."""
    return with_video(project, preparation=replace(project.video.preparation, **changes))


def with_opened_video(project: Project, metadata: VideoMetadata, film: Film | None = None) -> Project:
    """The project with another video: times of the old clip mean nothing in it, how frames are prepared stays."""
    clip = Clip(frame_step=project.video.clip.frame_step)
    project = _without_recording_time(project)
    opened = with_video(project, path=metadata.path, metadata=metadata, film=film, clip=clip)
    return with_recording_time(opened)


def with_recording_time(project: Project) -> Project:
    """The project with date and times of the measurement from its video, where none are stated yet."""
    recorded, duration_s = recording_time(project.video)
    if recorded is None:
        return project
    report = project.reporting
    ended = recorded + timedelta(seconds=duration_s)
    filled = replace(
        report,
        measured_on=report.measured_on or recorded.date(),
        start_time=report.start_time or recorded.time().replace(microsecond=0),
        end_time=report.end_time or ended.time().replace(microsecond=0),
    )
    return project if _same_times(report, filled) else replace(project, reporting=filled)


def _without_recording_time(project: Project) -> Project:
    """The project without the date and times that its present video gave when it was opened: they are not another's."""
    given = with_recording_time(
        replace(project, video=replace(project.video, clip=Clip()), reporting=Reporting())
    ).reporting
    report = project.reporting
    if given.measured_on is None or not _same_times(report, given):
        return project
    return replace(project, reporting=replace(report, measured_on=None, start_time=None, end_time=None))


def recording_time(video: VideoSettings) -> tuple[datetime | None, float]:
    """When the clip begins by the clock of this computer's place, and how long it lasts, seconds.

    Cameras that state an offset from UTC are converted, others keep the time of their own clock.
    """
    metadata = video.metadata
    if metadata is None or metadata.creation_time is None:
        return None, 0.0
    recorded = metadata.creation_time
    if recorded.tzinfo is not None:
        recorded = recorded.astimezone().replace(tzinfo=None)
    start_s = video.clip.start_s or 0.0
    end_s = metadata.duration_s if video.clip.end_s is None else video.clip.end_s
    return recorded + timedelta(seconds=start_s), max(0.0, end_s - start_s)


def _same_times(one: Reporting, other: Reporting) -> bool:
    return (one.measured_on, one.start_time, one.end_time) == (other.measured_on, other.start_time, other.end_time)
