"""Settings of our velocimetry methods; cheap to import, since every list of options needs them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class StivSettings(BaseModel):
    """How space-time images are read; their lines are set in the scaffold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    estimator: Literal["ridge", "theta"] = Field(
        default="ridge",
        description="ridge (unbiased), or theta: streak angles every half degree, to compare with old results",
    )


class KltSettings(BaseModel):
    """How features are found and followed; lengths are pixels of the rectified picture."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    window_px: int = Field(
        default=15, ge=5, le=63, description="Side of the square round a feature that is compared (odd)"
    )
    pyramid_levels: int = Field(
        default=2,
        ge=0,
        le=6,
        description="How often the picture is halved to follow fast flow, where the tile is large enough",
    )
    max_features: int = Field(
        default=60, ge=10, le=1000, description="Largest number of features found in a tile at a time"
    )
    feature_quality: float = Field(
        default=0.05,
        gt=0.0,
        lt=1.0,
        description="Weakest feature, as a share of the strength of the strongest of the tile",
    )
    feature_distance_px: float = Field(default=4.0, ge=1.0, le=100.0, description="Smallest distance between features")
    track_frames: int = Field(
        default=10, ge=2, le=1000, description="Frames through which a feature is followed until new ones are found"
    )
    shortest_track_frames: int = Field(default=3, ge=1, le=1000, description="Frames from which on a track counts")
    strip_width_px: float = Field(
        default=16.0,
        ge=4.0,
        le=1000.0,
        description="Width of the strip along the flow, about the point, whose features count",
    )
    forward_backward_px: float = Field(
        default=0.3,
        gt=0.0,
        le=10.0,
        description="Largest error of a step when the feature is followed back to where it was",
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.window_px % 2 == 0:
            raise ValueError(f"window_px must be odd, {self.window_px} is not")
        if self.shortest_track_frames > self.track_frames:
            raise ValueError(
                f"shortest_track_frames ({self.shortest_track_frames}) must not exceed track_frames "
                f"({self.track_frames})"
            )
        return self
