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
    zone = f" {moment.tzname()}" if moment.tzinfo is not None else ""
    source = {"metadata": " (camera)", "file name": " (file name)"}.get(metadata.creation_time_source, "")
    return f"{moment:%Y-%m-%d %H:%M:%S}{zone}{source}"
