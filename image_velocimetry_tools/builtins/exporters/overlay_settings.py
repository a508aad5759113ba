"""The overlay video as a plugin: its settings; what draws and encodes is imported when it is made."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ...plugins.exporters import Exporter
from ...plugins.interfaces import PluginSpec


class OverlaySettings(BaseModel):
    """Size, rate and length of the video, and which jobs are in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    height: int = Field(default=720, ge=240, le=2160, description="height of the video, pixels")
    width: int | None = Field(
        default=None, ge=240, le=4096, description="width, pixels; by default that of the first clip"
    )
    fps: float = Field(default=25.0, ge=1.0, le=60.0, description="frames per second")
    max_seconds_per_clip: float = Field(default=10.0, gt=0.0, description="show no more of a job than this, seconds")
    include_failed: bool = Field(
        default=False, description="a still card with the reason for every job without a result"
    )
    card_seconds: float = Field(default=2.0, gt=0.0, le=60.0, description="how long such a card stays, seconds")


def _create(settings: OverlaySettings) -> Exporter:
    from .overlay_video import OverlayVideoExporter

    return OverlayVideoExporter(settings)


VIDEO = PluginSpec("video", "One video of all jobs, velocities drawn on the water (MP4)", _create, OverlaySettings)
