"""Facts of a video in words."""

from __future__ import annotations

from ...domain.video import VideoMetadata
from ...formats.clip_times import format_clip_time


def video_facts(metadata: VideoMetadata) -> tuple[tuple[str, str], ...]:
    """Labels and texts, for a list beside the player."""
    return (
        ("Size", _size(metadata)),
        ("Frame rate", f"{metadata.frame_rate_fps:.6g} fps, {1000.0 / metadata.frame_rate_fps:.4g} ms"),
        ("Duration", format_clip_time(metadata.duration_s)),
        ("Frames", "unknown" if metadata.frame_count is None else str(metadata.frame_count)),
        ("Codec", _codec(metadata)),
        ("Recorded", _recorded(metadata)),
    )


def _size(metadata: VideoMetadata) -> str:
    shown = metadata.display_size
    text = f"{shown.width_px} × {shown.height_px} px"
    return f"{text}, turned by {metadata.rotation_tag_deg}°" if metadata.rotation_tag_deg else text


def _codec(metadata: VideoMetadata) -> str:
    parts = [metadata.codec, metadata.pixel_format]
    if metadata.bit_rate_kbps is not None:
        parts.append(f"{metadata.bit_rate_kbps / 1000.0:.1f} Mbit/s")
    return ", ".join(part for part in parts if part)


def _recorded(metadata: VideoMetadata) -> str:
    moment = metadata.creation_time
    if moment is None:
        return "unknown"
    source = {"metadata": " (camera)", "file name": " (file name)"}.get(metadata.creation_time_source, "")
    if moment.tzinfo is None:
        return f"{moment:%Y-%m-%d %H:%M:%S}{source}, time zone not stated"
    text = f"{moment:%Y-%m-%d %H:%M:%S} {moment.tzname()}{source}"
    here = moment.astimezone()
    return text if here.utcoffset() == moment.utcoffset() else f"{text}, {here:%H:%M:%S} {here.tzname()} here"


def words_of_recording(metadata: VideoMetadata) -> str:
    """Where the date and times of the report come from, and in which time zone they are; empty if they are unknown."""
    moment = metadata.creation_time
    if moment is None:
        return ""
    is_named = metadata.creation_time_source == "file name"
    source = "the name of the file" if is_named else "the clock of the camera"
    if moment.tzinfo is None:
        return f"Date and times of the report are from {source}, which states no time zone: check them"
    here = moment.astimezone()
    zone = f"{here.tzname()}, the time zone of this computer"
    return f"Date and times of the report are from {source} ({moment.tzname()}), in {zone}: check them"
