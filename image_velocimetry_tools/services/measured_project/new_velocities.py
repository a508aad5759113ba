"""New velocities in a project: what a person decided about the old ones stays only where it still holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ...domain.project import MeasuredVelocities, PointReview, Project, StationEdit
from ...domain.sameness import is_same

_SAME_POINT_PX = 1e-6
_SAME_DIRECTION_DEG = 1e-6


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the old and the new velocities have in common.

    ``flow`` is true for the same film at the same level with the same sense of downstream, ``images`` (n,) where the
    space-time image is the same.
    """

    points: bool
    flow: bool
    images: NDArray[np.bool_]


def with_velocities(project: Project, measured: MeasuredVelocities | None) -> Project:
    """New velocities, with those decisions about the old ones that still hold.

    Reviews and edits of stations count points: they are dropped unless the points are the same. In another film, or at
    another water level, only coefficients and comments stay. Lines outlive as long as the image on which they were
    drawn is the same, since an angle means another velocity in another image.
    """
    before = project.velocities
    if measured is before:
        return project
    kept = _in_common(before, measured)
    reviews = {i: _kept_review(review, i, kept) for i, review in project.reviews.items()}
    stations = {i: _kept_edit(edit, kept) for i, edit in project.discharge.stations.items()}
    changed = replace(project, velocities=measured)
    if reviews != dict(project.reviews):
        filled = {i: review for i, review in reviews.items() if not review.is_empty}
        changed = replace(changed, reviews=MappingProxyType(filled))
    if stations != dict(project.discharge.stations):
        edits = {i: edit for i, edit in stations.items() if not edit.is_empty}
        changed = replace(changed, discharge=replace(project.discharge, stations=MappingProxyType(edits)))
    return changed


def dropped_decisions(before: Project, after: Project) -> int:
    """Of how many points something that was decided in one project is not in the other."""
    points = _differing(before.reviews, after.reviews) | _differing(before.discharge.stations, after.discharge.stations)
    return len(points)


def _differing(before: Mapping[int, object], after: Mapping[int, object]) -> set[int]:
    return {point for point, decided in before.items() if after.get(point) != decided}


def _in_common(before: MeasuredVelocities | None, after: MeasuredVelocities | None) -> _Kept:
    nothing = _Kept(points=False, flow=False, images=np.zeros(0, dtype=bool))
    if before is None or after is None or before.xy_px.shape != after.xy_px.shape:
        return nothing
    if not (np.abs(before.xy_px - after.xy_px) <= _SAME_POINT_PX).all():
        return nothing
    then, now = before.basis, after.basis
    is_same_flow = (
        then.video.is_same_film(now.video)
        and then.calibration.water_surface_elevation_m == now.calibration.water_surface_elevation_m
        # NaN where points lie on no line
        and not float(before.downstream @ after.downstream) <= 0.0
    )
    is_same_scale = (
        is_same(then.calibration, now.calibration)
        and before.interval_s == after.interval_s
        and np.isclose(before.pixel_size_m, after.pixel_size_m, rtol=1e-9)
    )
    turned = np.abs(before.search_line_deg - after.search_line_deg)
    is_same_line = (turned <= _SAME_DIRECTION_DEG) | (
        np.isnan(before.search_line_deg) & np.isnan(after.search_line_deg)
    )
    shapes = [_shapes(one, len(is_same_line)) for one in (before, after)]
    is_same_shape = np.array([one == other for one, other in zip(*shapes, strict=True)], dtype=bool)
    return _Kept(points=True, flow=is_same_flow, images=is_same_line & is_same_shape & is_same_flow & is_same_scale)


def _shapes(found: MeasuredVelocities, count: int) -> list[tuple[int, ...]]:
    return [image.shape for image in found.images] if len(found.images) == count else [()] * count


def _kept_review(review: PointReview, index: int, kept: _Kept) -> PointReview:
    if not kept.points or index >= len(kept.images):
        return PointReview()
    if kept.images[index]:
        return review
    return replace(review, lines_px=(), is_upstream=review.is_upstream and kept.flow)


def _kept_edit(edit: StationEdit, kept: _Kept) -> StationEdit:
    if not kept.points:
        return StationEdit()
    return edit if kept.flow else StationEdit(alpha=edit.alpha)
