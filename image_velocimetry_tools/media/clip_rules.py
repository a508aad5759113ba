"""What a clip must be: which times make sense, and what its file is called."""

from __future__ import annotations

from pathlib import Path

from ..domain.errors import Problem, VideoError
from ..domain.video import Clip, FramePreparation, VideoMetadata

STAGE = "decode"


def clip_problems(start_s: float | None, end_s: float | None, duration_s: float, frame_s: float = 0.0) -> list[str]:
    """What is wrong with the times of a clip; empty if nothing is.

    Parameters
    ----------
    start_s, end_s
        Seconds from the first frame of the video; None for its beginning and its end.
    duration_s
        Duration of the video in seconds.
    frame_s
        How far the end may lie beyond the end of the video, seconds.
    """
    problems = []
    if not duration_s > 0:
        problems.append("Video duration must be positive")
    if start_s is not None and not start_s >= 0:
        problems.append("Start time cannot be negative")
    if end_s is not None and not end_s > (start_s or 0.0):
        problems.append("End time must be greater than start time")
    elif end_s is not None and end_s > duration_s + frame_s:
        problems.append("End time cannot exceed video duration")
    return problems


def check_clip(clip: Clip, metadata: VideoMetadata) -> None:
    """Check that a video holds a clip.

    Raises
    ------
    VideoError
        With everything that is wrong with the clip.
    """
    duration, frame_s = metadata.duration_s, 1.0 / metadata.frame_rate_fps
    remedy = f"The video lasts {duration:.2f} s; choose a clip inside it"
    problems = []
    if clip.start_s is not None and not clip.start_s >= 0:
        problems.append(f"the clip starts at {clip.start_s:g} s, before the video")
    elif clip.start_s is not None and clip.start_s > duration:
        problems.append(f"the clip starts at {clip.start_s:g} s, after the end of the video")
    if clip.end_s is not None and not clip.end_s > (clip.start_s or 0.0):
        problems.append(f"the clip ends at {clip.end_s:g} s, which is not after its start")
    elif clip.end_s is not None and clip.end_s > duration + frame_s and len(problems) == 0:
        problems.append(f"the video is shorter than the clip, which ends at {clip.end_s:g} s")
    if clip.frame_step < 1:
        problems.append(f"the frame step is {clip.frame_step}, it must be 1 or more")
    if problems:
        error = VideoError.from_problems(Problem(what, str(metadata.path), remedy) for what in problems)
        error.stage = STAGE
        raise error


def clip_file_name(
    source: Path | str,
    start_s: float,
    end_s: float,
    preparation: FramePreparation | None = None,
) -> str:
    """Name of the file of a clip: the video's, followed by its times and how its frames were prepared.

    ``{stem}_s{start}s_e{end}s[_rotN][_hflip|_vflip][_normluma][_<preset>][_stab].{ext}``, times with three decimals,
    the video's extension or mp4 if it has none.
    """
    path = Path(source)
    how = preparation or FramePreparation()
    parts = [path.stem, f"s{start_s:05.3f}s", f"e{end_s:05.3f}s"]
    if how.rotation_deg % 360:
        parts.append(f"rot{how.rotation_deg % 360}")
    if how.flip != "none":
        parts.append(how.flip)
    if how.normalize_luma:
        parts.append("normluma")
    if how.curve_preset != "none":
        parts.append(how.curve_preset)
    if how.stabilize:
        parts.append("stab")
    return "_".join(parts) + (path.suffix or ".mp4")
