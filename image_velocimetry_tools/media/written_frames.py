"""The note in files that this program writes of what was done to their frames, so that it is not done twice."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from ..domain.video import Clip, Flip, FramePreparation, LensModel, VideoMetadata, WrittenFrames

FRAMES_NOTE = "!frame_extraction_information.txt"
_SIGN = "IVyTools frames "


_FLIPS: dict[str, Flip] = {"none": "none", "hflip": "hflip", "vflip": "vflip"}


def written_as(clip: Clip, how: FramePreparation | None, source: WrittenFrames | None) -> WrittenFrames:
    """What will have been done to the frames of a clip, with what had been done to those of its source."""
    now = how or FramePreparation()
    if source is None:
        return WrittenFrames(now, clip.frame_step)
    return WrittenFrames(now.after(source.preparation), source.frame_step * clip.frame_step)


def tag_of(written: WrittenFrames) -> str:
    """The note as text for the comment of a video file."""
    return _SIGN + json.dumps(_content(written), separators=(",", ":"))


def tag_options(written: WrittenFrames) -> list[str]:
    """Options with which ffmpeg writes the note into a video file."""
    return ["-metadata", f"comment={tag_of(written)}"]


def written_frames_of(tags: Mapping[str, str]) -> WrittenFrames | None:
    """The note among the tags of a video file; None in files of others."""
    comment = next((text for name, text in tags.items() if name.lower() == "comment"), "")
    if not comment.startswith(_SIGN):
        return None
    try:
        return _read(json.loads(comment[len(_SIGN) :]))
    except ValueError:
        return None


def frames_note(metadata: VideoMetadata, clip: Clip, written: WrittenFrames, pattern: str) -> bytes:
    """The file that lies beside extracted frames, with the names of USGS IVyTools and our own ``frame_rate_fps``."""
    rate_fps = metadata.frame_rate_fps / clip.frame_step
    end_s = metadata.duration_s if clip.end_s is None else clip.end_s
    start_s = clip.start_s or 0.0
    content = {
        "source_video_file": metadata.path.name,
        "processed_date": f"{datetime.now():%Y-%m-%d_%H-%M-%S}",
        "start_time": start_s,
        "start_frame": int(start_s * rate_fps),
        "end_time": end_s,
        "end_frame": int(end_s * rate_fps),
        "frame_step": clip.frame_step,
        "frame_name_pattern": pattern,
        "original_video_metadata": {
            "width": metadata.size.width_px,
            "height": metadata.size.height_px,
            "duration": metadata.duration_s,
            "avg_frame_rate": metadata.frame_rate_fps,
            "frame_count": metadata.frame_count,
        },
        "frame_rate_fps": rate_fps,
        "written_frames": _content(written),
    }
    return json.dumps(content, indent=4).encode()


def read_frames_note(folder: Path) -> tuple[float | None, WrittenFrames | None]:
    """Frames per second of the pictures in a folder, and what was done to them; None where no note tells it."""
    try:
        content = json.loads((folder / FRAMES_NOTE).read_bytes())
    except (OSError, ValueError):
        return None, None
    if not isinstance(content, dict):
        return None, None
    return _rate_fps(content), _read(content.get("written_frames"))


def _content(written: WrittenFrames) -> dict[str, Any]:
    content = asdict(written.preparation)
    del content["contrast"]
    return {**content, "rotation_deg": content["rotation_deg"] % 360, "frame_step": written.frame_step}


def _read(content: object) -> WrittenFrames | None:
    """A note as it was written; None if it says anything that no note says."""
    if not isinstance(content, dict):
        return None
    turn, flip, step = (
        content.get("rotation_deg"),
        _FLIPS.get(str(content.get("flip"))),
        _positive(content.get("frame_step")),
    )
    curve, lens, switches = content.get("curve_preset"), _lens(content.get("lens")), _switches(content)
    if (
        not isinstance(turn, int)
        or turn not in (0, 90, 180, 270)
        or flip is None
        or step is None
        or not isinstance(curve, str)
    ):
        return None
    if lens is None or switches is None or step != round(step):
        return None
    how = FramePreparation(turn, flip, switches[0], curve, lens, switches[1])
    return WrittenFrames(how, round(step))


def _lens(content: object) -> LensModel | None:
    names = [field.name for field in fields(LensModel)]
    if not isinstance(content, dict) or not all(_is_number(content.get(name)) for name in names):
        return None
    return LensModel(*(float(content[name]) for name in names))


def _switches(content: Mapping[str, object]) -> tuple[bool, bool] | None:
    luma, steady = content.get("normalize_luma"), content.get("stabilize")
    return (luma, steady) if isinstance(luma, bool) and isinstance(steady, bool) else None


def _rate_fps(content: dict[str, Any]) -> float | None:
    """The rate that our program states, or that of the video over the step, as USGS IVyTools writes them."""
    own = _positive(content.get("frame_rate_fps"))
    video = content.get("original_video_metadata")
    rate = _positive(video.get("avg_frame_rate")) if isinstance(video, dict) else None
    step = _positive(content.get("frame_step"))
    return own if own is not None or rate is None or step is None else rate / step


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _positive(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and _is_number(value) and value > 0 else None
