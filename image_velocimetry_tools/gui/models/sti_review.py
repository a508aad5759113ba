"""Space-time images as they are reviewed: rows of the list, and the image drawn large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...domain.project import MeasuredVelocities, PointReview, Project
from ...domain.units import UnitSystem
from ...domain.velocimetry import REJECTING
from ...services.measured_project.reviewed_velocities import (
    ReviewedVelocities,
    VelocityOrigin,
    drawn_angle_deg,
    is_drawn_upstream,
    reviewed_velocities,
)

FloatArray = NDArray[np.float64]
Picture = NDArray[np.uint8]

# an image of 20 rows and 300 frames is drawn at least this high for its width, so that angles can be judged
_LEAST_ASPECT = 0.4
_STRETCH_PERCENTILES = (1.0, 99.0)
LONGEST_COMMENT = 240
# a streak that crosses the image within one frame cannot be told from a line of any speed above
_LEAST_FRAMES = 1.0
_UPRIGHT_DEG = 90.0


class ReviewFilter(StrEnum):
    """Which points the list shows."""

    ALL = "All points"
    DOUBTFUL = "With remarks"
    REJECTED = "Set aside by the program"
    REVIEWED = "Reviewed"
    WITH_COMMENT = "With a comment"


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One point of the list, display units; NaN where unknown. ``angle_deg`` is that of the streak in the image."""

    point: int
    direction_deg: float
    angle_deg: float
    measured: float
    reviewed: float
    quality: float
    flags: str
    comment: str
    is_reviewed: bool
    is_rejected: bool


@dataclass(frozen=True, slots=True, eq=False)
class EnlargedImage:
    """A space-time image with its rows repeated ``factor`` times; lines are (n, 4): x1, y1, x2, y2."""

    picture: Picture
    factor: int

    def to_picture(self, lines_px: ArrayLike) -> FloatArray:
        """Lines of the image as they lie in the enlarged picture."""
        lines = np.array(lines_px, dtype=float).reshape(-1, 4)
        lines[:, 1::2] = (lines[:, 1::2] + 0.5) * self.factor - 0.5
        return lines

    def to_image(self, lines_px: ArrayLike) -> FloatArray:
        """Lines drawn in the enlarged picture in pixels of the image."""
        lines = np.array(lines_px, dtype=float).reshape(-1, 4)
        lines[:, 1::2] = (lines[:, 1::2] + 0.5) / self.factor - 0.5
        return lines


def enlarged(image: Picture, *, is_stretched: bool) -> EnlargedImage:
    """An image high enough to draw on, its grey levels spread if wanted."""
    rows, frames = image.shape
    factor = max(1, round(_LEAST_ASPECT * frames / rows))
    return EnlargedImage(np.repeat(spread(image) if is_stretched else image, factor, axis=0), factor)


def spread(image: Picture) -> Picture:
    """The image with its grey levels spread from black to white, but for the outermost percent."""
    low, high = np.percentile(image, _STRETCH_PERCENTILES)
    if high <= low:
        return image
    return np.clip((image.astype(float) - low) * (255.0 / (high - low)), 0, 255).astype(np.uint8)


def streak_line(image: Picture, theta_deg: float) -> tuple[float, float, float, float] | None:
    """The measured streak through the middle of an image, within its borders; None where no angle is known.

    The angle counts from the time axis; positive velocities move towards higher rows.
    """
    if not np.isfinite(theta_deg):
        return None
    rows, frames = image.shape
    middle_x, middle_y = (frames - 1) / 2.0, (rows - 1) / 2.0
    slope = np.tan(np.radians(theta_deg))
    half = min(middle_x, middle_y / abs(slope)) if abs(slope) > 1e-9 else middle_x
    return (middle_x - half, middle_y - half * slope, middle_x + half, middle_y + half * slope)


def cursor_text(frame: float, row: float, found: MeasuredVelocities, units: UnitSystem) -> str:
    """The time and the place on the search line at a pixel of an image."""
    time_s, distance = frame * found.interval_s, (row + 0.5) * found.pixel_size_m * units.length
    return f"Time {time_s:.2f} s, {distance:.2f} {units.length_label} along the search line"


def review_rows(project: Project, units: UnitSystem) -> tuple[ReviewRow, ...]:
    """All points in the order of the line."""
    found = project.velocities
    if found is None:
        return ()
    reviewed = reviewed_velocities(project)
    return tuple(_row(project, found, reviewed, point, units) for point in range(len(found.speed_mps)))


def _row(
    project: Project, found: MeasuredVelocities, reviewed: ReviewedVelocities, point: int, units: UnitSystem
) -> ReviewRow:
    review = project.reviews.get(point, PointReview())
    is_reviewed = reviewed.origin[point] in (VelocityOrigin.LINES, VelocityOrigin.UPSTREAM)
    own = found.normal_mps if np.isfinite(found.normal_mps[point]) else found.speed_mps
    result = reviewed.normal_mps if np.isfinite(reviewed.normal_mps[point]) else reviewed.speed_mps
    return ReviewRow(
        point=point,
        direction_deg=float(found.direction_deg[point]),
        angle_deg=_angle(found, review, point),
        measured=float(own[point]) * units.velocity,
        reviewed=float(result[point]) * units.velocity if is_reviewed else float("nan"),
        quality=float(found.quality[point]),
        flags=", ".join(found.own_flags[point]),
        comment=review.comment,
        is_reviewed=is_reviewed,
        is_rejected=bool(REJECTING.intersection(found.own_flags[point])),
    )


def _angle(found: MeasuredVelocities, review: PointReview, point: int) -> float:
    """Angle of the streak that counts, degrees from the time axis, 0 to 90."""
    drawn = drawn_angle_deg(review)
    if np.isfinite(drawn):
        return abs(drawn)
    theta = float(found.theta_deg[point])
    return theta if theta <= 90.0 else 180.0 - theta


def line_refusal(line_px: Sequence[float], others_px: Sequence[Sequence[float]] = ()) -> str:
    """Why a line (x1, y1, x2, y2) tells no velocity beside the others of its image; empty if it does."""
    if abs(line_px[2] - line_px[0]) < _LEAST_FRAMES:
        return "An upright line takes no time and tells no velocity: draw along a streak, over several frames"
    # between two that lean so far apart, the mean is nearly upright: a velocity that neither of them tells
    if any(abs(_lean_deg(line_px) - _lean_deg(other)) > _UPRIGHT_DEG for other in others_px):
        return "The line leans against those drawn before, so that their mean tells no velocity: delete those first"
    return ""


def _lean_deg(line_px: Sequence[float]) -> float:
    """Angle of a line from the time axis, between -90 and 90; NaN if it is upright, which counts nowhere."""
    x1, y1, x2, y2 = line_px
    return float(np.degrees(np.arctan((y2 - y1) / (x2 - x1)))) if x2 != x1 else float("nan")


def with_sense(found: MeasuredVelocities, point: int, review: PointReview) -> PointReview:
    """The review with the mark of upstream flow as its lines say; as it is where they do not say."""
    is_upstream = is_drawn_upstream(found, point, review)
    return review if is_upstream is None else replace(review, is_upstream=is_upstream)


def passes(row: ReviewRow, wanted: ReviewFilter, least_quality: float) -> bool:
    """Whether the list shows a point; points of a quality above ``least_quality`` need no look if that is set."""
    if least_quality > 0.0 and row.quality >= least_quality:
        return False
    return {
        ReviewFilter.ALL: True,
        ReviewFilter.DOUBTFUL: bool(row.flags),
        ReviewFilter.REJECTED: row.is_rejected,
        ReviewFilter.REVIEWED: row.is_reviewed,
        ReviewFilter.WITH_COMMENT: bool(row.comment),
    }[wanted]
