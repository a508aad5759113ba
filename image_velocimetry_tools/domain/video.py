"""What is known of a video, the part of it that is measured, and how its frames are prepared."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

Flip = Literal["none", "hflip", "vflip"]


@dataclass(frozen=True, slots=True)
class FrameSize:
    """Width and height of a frame in pixels."""

    width_px: int
    height_px: int

    def __str__(self) -> str:
        return f"{self.width_px}x{self.height_px}"

    @property
    def transposed(self) -> FrameSize:
        """The size after a quarter turn."""
        return FrameSize(self.height_px, self.width_px)


@dataclass(frozen=True, slots=True)
class VideoMetadata:
    """Facts of a video file.

    ``size`` is that of the decoded frame before the rotation tag is applied; ``rotation_tag_deg`` is the clockwise
    turn that players apply for display (0, 90, 180 or 270). ``written`` is what was done to the frames of a file that
    this program wrote.
    """

    path: Path
    size: FrameSize
    frame_rate_fps: float
    duration_s: float
    frame_count: int | None
    codec: str
    pixel_format: str
    rotation_tag_deg: int = 0
    bit_rate_kbps: float | None = None
    creation_time: datetime | None = None
    creation_time_source: Literal["metadata", "file name", ""] = ""
    written: WrittenFrames | None = None

    @property
    def display_size(self) -> FrameSize:
        """Frame size as a player shows it, the rotation tag applied."""
        return self.size.transposed if self.rotation_tag_deg in (90, 270) else self.size


@dataclass(frozen=True, slots=True)
class Film:
    """What tells one film from another, wherever its file lies and whatever it is called.

    ``fingerprint`` is that of :func:`media.fingerprint.fingerprint_of`; together with the size of the file it decides.
    The other facts are there to say in words which film it was.
    """

    size_bytes: int
    fingerprint: str
    frame_size: FrameSize
    frame_rate_fps: float
    duration_s: float
    frame_count: int | None = None

    def is_same_as(self, other: Film) -> bool:
        """Whether both are the same content."""
        return (self.size_bytes, self.fingerprint) == (other.size_bytes, other.fingerprint)

    def __str__(self) -> str:
        return f"{self.frame_size}, {self.frame_rate_fps:.4g} fps, {self.duration_s:.2f} s"


@dataclass(frozen=True, slots=True)
class Clip:
    """The part of a video that is measured: frames whose time lies in [start, end], every ``frame_step``-th of them.

    Times are seconds from the first frame of the video; None means from the start or to the end.
    """

    start_s: float | None = None
    end_s: float | None = None
    frame_step: int = 1


@dataclass(frozen=True, slots=True)
class LensModel:
    """Radial lens distortion as ffmpeg's ``lenscorrection`` filter defines it.

    The centre is relative to the frame (0 to 1), the radius is normalised by half the diagonal, and a corrected pixel
    at radius r shows the source at r * (1 + k1 r^2 + k2 r^4).
    """

    k1: float = 0.0
    k2: float = 0.0
    centre_x: float = 0.5
    centre_y: float = 0.5

    @property
    def is_identity(self) -> bool:
        """Whether the model moves no pixel."""
        return self.k1 == 0.0 and self.k2 == 0.0


@dataclass(frozen=True, slots=True)
class ContrastFilters:
    """Contrast filters of the whole frame: CLAHE first, then automatic contrast; None leaves one out."""

    clahe_clip_limit: float | None = None
    clahe_tiles: tuple[int, int] = (8, 8)
    auto_contrast_percent: float | None = None

    @property
    def is_identity(self) -> bool:
        """Whether neither filter is on."""
        return self.clahe_clip_limit is None and self.auto_contrast_percent is None


@dataclass(frozen=True, slots=True)
class FramePreparation:
    """How decoded frames become the frames in which the control points were digitised.

    The order is: rotation tag, rotation, flip, luma to full range, curve, lens correction, stabilisation, contrast.
    """

    rotation_deg: int = 0
    flip: Flip = "none"
    normalize_luma: bool = False
    curve_preset: str = "none"
    lens: LensModel = field(default_factory=LensModel)
    stabilize: bool = False
    contrast: ContrastFilters = field(default_factory=ContrastFilters)

    @property
    def placing(self) -> FramePreparation:
        """What of it decides at which pixels a frame shows something: turn, flip and lens correction alone."""
        return FramePreparation(rotation_deg=self.rotation_deg, flip=self.flip, lens=self.lens)

    def places_pixels_as(self, other: FramePreparation) -> bool:
        """Whether both put what a frame shows at the same pixels: the same turn, flip and lens correction."""
        turns = (self.rotation_deg - other.rotation_deg) % 360
        lenses = (self.lens, other.lens)
        is_same_lens = self.lens == other.lens or all(lens.is_identity for lens in lenses)
        return turns == 0 and self.flip == other.flip and is_same_lens

    def after(self, before: FramePreparation) -> FramePreparation:
        """This preparation of frames that were prepared before; of two curves or lenses the later one is told."""
        return FramePreparation(
            rotation_deg=(before.rotation_deg + self.rotation_deg) % 360,
            flip=before.flip if self.flip == "none" else self.flip,
            normalize_luma=before.normalize_luma or self.normalize_luma,
            curve_preset=before.curve_preset if self.curve_preset == "none" else self.curve_preset,
            lens=before.lens if self.lens.is_identity else self.lens,
            stabilize=before.stabilize or self.stabilize,
            contrast=before.contrast if self.contrast.is_identity else self.contrast,
        )


@dataclass(frozen=True, slots=True)
class WrittenFrames:
    """What was done to the frames of a file when it was written: preparation and frame step."""

    preparation: FramePreparation = field(default_factory=FramePreparation)
    frame_step: int = 1
