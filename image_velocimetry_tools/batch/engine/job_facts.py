"""The cheap facts of a job from which its memory, time and disk are estimated."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ...domain.scaffold import StivParameters
from ...domain.video import VideoMetadata
from ..models import PlannedJob

_DEEP_COLOUR = re.compile(r"(9|1[0246])(le|be)$")
_BLUR_REACH_SIGMAS = 3.0
_NO_BLUR_PX = 0.01
_DECODED_FROM_START_S = 1.0  # clips that start earlier are decoded from the beginning
_USUAL_RUN_UP_S = 2.0  # from the key frame before the clip


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What the cost of a job depends on.

    ``frames`` are those that are measured, ``decoded_frames`` all that must be decoded for them. The tile is the part
    of the rectified picture that is kept round each point. ``scaffold_bytes`` is the size of the project file.
    """

    width_px: int
    height_px: int
    frames: int
    decoded_frames: int
    points: int
    tile_width_px: int
    tile_height_px: int
    method: str = "stiv"
    plots: bool = True
    save_project: bool = False
    has_deep_colour: bool = False
    is_stabilised: bool = False
    has_contrast_filter: bool = False
    scaffold_bytes: int = 0

    @property
    def frame_pixels(self) -> int:
        """Pixels of one frame."""
        return self.width_px * self.height_px

    @property
    def tile_bytes(self) -> int:
        """Size of one point's tile over all frames, a byte a pixel."""
        return self.tile_width_px * self.tile_height_px * self.frames

    @property
    def job_class(self) -> str:
        """Jobs of one class cost alike per frame: same method, size of frame and tile, and preparation."""
        steps = (("stabilised", self.is_stabilised), ("contrast", self.has_contrast_filter))
        words = [self.method, f"{self.width_px}x{self.height_px}", f"{self.tile_width_px}x{self.tile_height_px}"]
        return " ".join([*words, *(word for word, used in steps if used)])

    def as_dict(self) -> dict[str, Any]:
        """The facts as JSON can hold them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> JobFacts:
        """The facts that :meth:`as_dict` gave.

        Raises
        ------
        pydantic.ValidationError
            If they are something else.
        """
        return _adapter().validate_python(stored)


@cache
def _adapter() -> TypeAdapter[JobFacts]:
    return TypeAdapter(JobFacts)


ASSUMED_FACTS = JobFacts(
    width_px=1920, height_px=1080, frames=900, decoded_frames=900, points=50, tile_width_px=60, tile_height_px=60
)
"""A rather large ordinary job, for a video that could not be looked into beforehand."""


def job_facts(
    planned: PlannedJob,
    video: VideoMetadata,
    *,
    method: str = "stiv",
    plots: bool = True,
    save_project: bool = False,
) -> JobFacts:
    """Facts of a job from its settings and those of its video; nothing is decoded."""
    scaffold, clip = planned.scaffold, planned.job.clip
    start_s = clip.start_s or 0.0
    end_s = video.duration_s if clip.end_s is None else min(clip.end_s, video.duration_s)
    in_clip = max(1, round((end_s - start_s) * video.frame_rate_fps) + 1)
    run_up_s = start_s if start_s <= _DECODED_FROM_START_S else min(start_s, _USUAL_RUN_UP_S)
    # a smaller frame has a raster of its own, and lines that are shorter in its pixels
    longest_px = max(video.size.width_px, video.size.height_px)
    calibrated_px = max(scaffold.calibration_size.width_px, scaffold.calibration_size.height_px)
    tile_width_px, tile_height_px = tile_size_px(scaffold.stiv, min(1.0, longest_px / calibrated_px))
    return JobFacts(
        width_px=video.size.width_px,
        height_px=video.size.height_px,
        frames=math.ceil(in_clip / max(1, clip.frame_step)),
        decoded_frames=in_clip + round(run_up_s * video.frame_rate_fps),
        points=scaffold.grid_points,
        tile_width_px=tile_width_px,
        tile_height_px=tile_height_px,
        method=method,
        plots=plots,
        save_project=save_project,
        has_deep_colour=has_deep_colour(video.pixel_format),
        is_stabilised=scaffold.preparation.stabilize,
        has_contrast_filter=not scaffold.preparation.contrast.is_identity,
        scaffold_bytes=size_bytes(scaffold.source_path) if save_project else 0,
    )


def tile_size_px(parameters: StivParameters, scale: float = 1.0) -> tuple[int, int]:
    """Width and height of the tile that holds the search lines of a point.

    The same as ``Fan.reach_px`` gives, or a pixel more, without making the lines: numerics are not for the process
    that plans.
    """
    half_length_px = (max(8, 2 * round(parameters.num_pixels * scale / 2.0)) - 1) / 2.0
    blur_px = parameters.blur_sigma_px
    margin_px = math.ceil(_BLUR_REACH_SIGMAS * blur_px) if blur_px > _NO_BLUR_PX else 0
    first, last = (parameters.phi_origin_deg + side * parameters.phi_range_deg for side in (-1, 1))
    across, along = _largest_sine(first, last), _largest_sine(first + 90.0, last + 90.0)
    width_px, height_px = (
        2 * (math.ceil(half_length_px * share + 0.5) + 1 + margin_px) + 1 for share in (across, along)
    )
    return width_px, height_px


def has_deep_colour(pixel_format: str) -> bool:
    """Whether a sample of a pixel takes two bytes (10 to 16 bits)."""
    return _DEEP_COLOUR.search(pixel_format) is not None


def _largest_sine(first_deg: float, last_deg: float) -> float:
    """The largest \\|sin\\| of the angles from the first to the last."""
    if math.floor((last_deg - 90.0) / 180.0) >= math.ceil((first_deg - 90.0) / 180.0):
        return 1.0  # a quarter turn lies between them
    return max(abs(math.sin(math.radians(angle_deg))) for angle_deg in (first_deg, last_deg))


def size_bytes(path: Path) -> int:
    """Size of a file; 0 if it cannot be seen."""
    try:
        return path.stat().st_size
    except OSError:
        return 0  # whoever reads the file says what is wrong with it
