"""The space-time images with what was found in them and what the reviewer made of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ....domain.project import MeasuredVelocities, PointReview
from ...measured_project.reviewed_velocities import (
    ReviewedVelocities,
    VelocityOrigin,
    drawn_angle_deg,
    reviewed_velocities,
)
from ..blocks import Block, Cell, Column, Paragraph, Part, Remarks, Table
from ..drawings.drawing import Point, Sketch
from ..drawings.pictures import Picture, png, resized, stretched
from ..shown import Shown, degrees
from ..sources import ReportSources

# the place for an image; it keeps its proportions unless that made it a strip
_WIDTH, _LOWEST, _HIGHEST = 230.0, 44.0, 86.0
_PIXELS_PER_UNIT = 1.6
# longer comments stand below the table, whose rows must fit on a page
_LONGEST_COMMENT = 240


def space_time_part(sources: ReportSources, check: Callable[[], None] = lambda: None) -> Part:
    """The table of points with their space-time images; ``check`` is called for each, and may stop the work."""
    title, found = "Space-time images", sources.project.velocities
    if found is None:
        return Part(title, (Paragraph("No velocities have been measured."),))
    reviewed = reviewed_velocities(sources.project)
    rows = []
    for index in range(len(found.speed_mps)):
        check()
        rows.append(_cells(sources, found, reviewed, index))
    table = Table("Points", _columns(found, sources.units.velocity_label), tuple(rows), _quiet(sources))
    blocks: list[Block] = [Paragraph(_explanation(found)), table]
    long = [(i, r.comment) for i, r in sorted(sources.project.reviews.items()) if len(r.comment) > _LONGEST_COMMENT]
    if long:
        blocks.append(Remarks("Long remarks", tuple(f"Point {index + 1}: {text}" for index, text in long)))
    return Part(title, tuple(blocks), starts_page=bool(found.images))


def _columns(found: MeasuredVelocities, unit: str) -> tuple[Column, ...]:
    return (
        Column("No.", is_number=True, share=0.6),
        *((Column("Space-time image", share=4.6),) if found.images else ()),
        Column("Direction", is_number=True, share=1.1),
        Column("Streak angle", is_number=True, share=1.2),
        Column(f"Speed ({unit})", is_number=True, share=0.9),
        Column(f"Normal ({unit})", is_number=True, share=1.0),
        Column(f"Reviewed ({unit})", is_number=True, share=1.2),
        Column("Remarks", share=2.4),
    )


def _cells(
    sources: ReportSources, found: MeasuredVelocities, reviewed: ReviewedVelocities, index: int
) -> tuple[Cell, ...]:
    shown, review = Shown(sources.units), sources.project.reviews.get(index, PointReview())
    image: tuple[Cell, ...] = (_image(found, index, review),) if found.images else ()
    is_decided = reviewed.origin[index] is not VelocityOrigin.MEASURED
    measured, drawn = degrees(float(found.theta_deg[index])), _drawn_angle(review)
    return (
        f"{index + 1}",
        *image,
        degrees(float(found.direction_deg[index])),
        measured if drawn is None else f"{measured}\n{degrees(drawn)} drawn",
        shown.velocity(float(found.speed_mps[index]), bare=True),
        shown.velocity(float(found.normal_mps[index]), bare=True),
        shown.velocity(float(reviewed.normal_mps[index]), bare=True) if is_decided else "",
        _remarks(sources, index, reviewed.origin[index], review),
    )


def _explanation(found: MeasuredVelocities) -> str:
    text = (
        "Directions are degrees clockwise from the top of the rectified image. Velocities normal to the section are "
        "positive downstream; a reviewed velocity stands only where somebody decided on it."
    )
    if not found.images:
        return f"The space-time images were not kept. {text}"
    return (
        "Each image has time to the right and distance along the search line downwards. Orange: the streak that was "
        f"found; magenta: lines drawn by the reviewer. {text}"
    )


def _quiet(sources: ReportSources) -> frozenset[int]:
    if sources.discharge is None:
        return frozenset()
    return frozenset(np.flatnonzero(~sources.discharge.measurement.is_used).tolist())


def _remarks(sources: ReportSources, index: int, origin: VelocityOrigin, review: PointReview) -> str:
    found = sources.project.velocities
    flags = sources.discharge.flags[index] if sources.discharge else (found.own_flags[index] if found else ())
    texts = [flag.value for flag in flags]
    if origin is not VelocityOrigin.MEASURED:
        texts.insert(0, origin.value)
    told = [", ".join(texts)] if texts else []
    return "\n".join([*told, *([_shortened(review.comment)] if review.comment else [])])


def _shortened(comment: str) -> str:
    if len(comment) <= _LONGEST_COMMENT:
        return comment
    return f"{comment[:_LONGEST_COMMENT]}… (see the long remarks below)"


def _drawn_angle(review: PointReview) -> float | None:
    angle_deg = drawn_angle_deg(review)
    return None if np.isnan(angle_deg) else angle_deg


def _image(found: MeasuredVelocities, index: int, review: PointReview) -> Cell:
    if index >= len(found.images) or not found.images[index].size:
        return ""
    image = found.images[index]
    rows, columns = image.shape[:2]
    width = min(_WIDTH, _HIGHEST * columns / rows)
    height = max(width * rows / columns, _LOWEST)
    small = resized(stretched(image), width * _PIXELS_PER_UNIT, height * _PIXELS_PER_UNIT)
    sketch = Sketch(width, height, f"Space-time image of point {index + 1}", png(small))
    scale = (width / columns, height / rows)
    if np.isfinite(found.theta_deg[index]):
        _two_tone(sketch, _streak(float(found.theta_deg[index]), image, scale), "streak")
    for x1, y1, x2, y2 in review.lines_px:
        _two_tone(sketch, [(x1 * scale[0], y1 * scale[1]), (x2 * scale[0], y2 * scale[1])], "drawn")
    return sketch.drawing()


def _streak(theta_deg: float, image: Picture, scale: tuple[float, float]) -> list[Point]:
    """The line through the middle of an image at an angle from its time axis, cut off at the borders."""
    middle = np.array([image.shape[1] / 2.0, image.shape[0] / 2.0])
    along = np.array([np.cos(np.radians(theta_deg)), np.sin(np.radians(theta_deg))])
    reach = float(np.min(middle / np.maximum(np.abs(along), 1e-9)))
    ends = [(middle + side * reach * along) * scale for side in (-1.0, 1.0)]
    return [(float(x), float(y)) for x, y in ends]


def _two_tone(sketch: Sketch, points: list[Point], style: str) -> None:
    sketch.line(points, "thin-halo")
    sketch.line(points, style)
