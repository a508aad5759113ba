"""Clips and frames that this program wrote, opened again: what was done to them must not be done twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...domain.project import Project
from ...domain.video import FramePreparation
from .video import with_video

_WORDS = {
    "rotation_deg": "turned",
    "flip": "flipped",
    "normalize_luma": "brought to full brightness range",
    "curve_preset": "changed by a contrast curve",
    "lens": "corrected for the lens",
    "stabilize": "stabilised",
}
_UNTOUCHED = FramePreparation()


def done_twice(project: Project) -> tuple[str, ...]:
    """What the settings of the video would do to its frames although it was done when the file was written."""
    metadata = project.video.metadata
    if metadata is None or metadata.written is None:
        return ()
    done = [_WORDS[name] for name in _repeated(project)]
    is_thinned = metadata.written.frame_step > 1 and project.video.clip.frame_step > 1
    return (*done, *((f"reduced to every {_nth(metadata.written.frame_step)}",) if is_thinned else ()))


def without_done_twice(project: Project) -> Project:
    """The project with those settings taken back."""
    metadata = project.video.metadata
    if metadata is None or metadata.written is None:
        return project
    taken_back: dict[str, Any] = {name: getattr(_UNTOUCHED, name) for name in _repeated(project)}
    clip = project.video.clip
    if metadata.written.frame_step > 1:
        clip = replace(clip, frame_step=1)
    return with_video(project, preparation=replace(project.video.preparation, **taken_back), clip=clip)


def _repeated(project: Project) -> list[str]:
    metadata, now = project.video.metadata, project.video.preparation
    if metadata is None or metadata.written is None:
        return []
    done = metadata.written.preparation
    return [
        name
        for name in _WORDS
        if getattr(done, name) != getattr(_UNTOUCHED, name) and getattr(now, name) != getattr(_UNTOUCHED, name)
    ]


def _nth(step: int) -> str:
    return {2: "second frame", 3: "third frame"}.get(step, f"{step}th frame")
