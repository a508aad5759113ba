"""The velocities in a project: by the keys of USGS IVyTools, and what this program keeps beside them."""

from __future__ import annotations

import math
import re
from dataclasses import MISSING, fields, replace
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...domain.project import MeasuredVelocities, MeasurementBasis, VideoSettings
from ...domain.quality import QualityFigures
from ...domain.sameness import is_same
from ...domain.velocimetry import PointFlag
from ..project.archive import IvyProject
from ..project.arrays import decode_string_array
from ..project.keys import OWN
from ..project.stored_image import decoded_image
from ..project.values import ProjectValues
from .record import MOST_POINTS
from .settings import read_grid, read_velocimetry
from .video import read_film, read_video

FloatArray = NDArray[np.float64]

PARTS = ("video", "calibration", "section", "grid", "velocimetry")
_MEASURE = "Measure again on the Velocimetry tab"
_IMAGE = re.compile(r"1-images/STI_0*(\d{1,6})\.jpg", re.IGNORECASE)


def read_velocities(
    project: IvyProject, values: ProjectValues, own: ProjectValues, basis: MeasurementBasis
) -> MeasuredVelocities | None:
    """The stored velocities; NaN for what the project does not say of them.

    Parameters
    ----------
    basis
        The parts as opened. They count as those that were measured with, but for the ones that the project marks.
    """
    speed = first_numbers(values, "stiv_magnitudes", "magnitudes_mps")
    if speed is None:
        return None
    xy_px = first_numbers(values, "grid_points", "results_grid")
    count = len(speed)
    if speed.ndim != 1 or not 0 < count <= MOST_POINTS or xy_px is None or xy_px.shape != (count, 2):
        values.report("the velocities and the points at which they were measured do not fit together", _MEASURE)
        return None
    kept = own.part("velocities")
    column = _Columns(values, kept, count)
    images = _images(project, values, count)
    figures = _figures(kept)
    return MeasuredVelocities(
        xy_px=xy_px,
        station_m=column.own("station_m"),
        speed_mps=speed,
        direction_deg=column.first("stiv_directions", "directions"),
        normal_mps=column.first("stiv_magnitude_normals"),
        theta_deg=column.first("thetas", "stiv_thetas"),
        **{name: column.own(name) for name in ("quality", "peak", "ambiguity", "spread", "dispersion")},
        own_flags=_flags(kept, count),
        downstream=_downstream(kept),
        pixel_size_m=_number(kept, "pixel_size_m", values.number("pixel_ground_scale_distance_m", math.nan)),
        interval_s=_number(kept, "interval_s", _interval_s(values)),
        frame_count=kept.integer("frame_count", _frame_count(values, images), 0),
        fastest_mps=_number(kept, "fastest_mps", math.nan),
        rectification_rmse_m=_number(kept, "rectification_rmse_m", values.number("rectification_rmse_m", math.nan)),
        method=kept.text("method") or "stiv",
        basis=_basis(project, kept, basis),
        search_line_deg=column.own("search_line_deg"),
        images=images,
        figures=figures,
        measured_at=_moment(kept),
    )


def first_numbers(values: ProjectValues, *keys: str) -> FloatArray | None:
    """The first array that is there, of either encoding, with NaN for whatever is not finite."""
    for key in keys:
        if values.has(key):
            where = f"{values.where}, key '{values.prefix}{key}'"
            array = values.attempt(partial(decode_string_array, values.data[key], where))
            if array is not None and array.size:
                return np.where(np.isfinite(array), array, np.nan)
    return None


class _Columns:
    """Arrays (n,) of a project, NaN where one is missing or of another length."""

    def __init__(self, values: ProjectValues, kept: ProjectValues, count: int) -> None:
        self._values, self._kept, self._count = values, kept, count

    def first(self, *keys: str) -> FloatArray:
        return self._checked(self._values, keys)

    def own(self, key: str) -> FloatArray:
        return self._checked(self._kept, (key,))

    def _checked(self, part: ProjectValues, keys: tuple[str, ...]) -> FloatArray:
        array = first_numbers(part, *keys)
        if array is not None and array.shape == (self._count,):
            return array
        if array is not None:
            part.report(f"'{part.prefix}{keys[0]}' does not have one number for each of {self._count} points", _MEASURE)
        return np.full(self._count, np.nan)


def _number(part: ProjectValues, key: str, default: float) -> float:
    """A figure; null means that it is not known."""
    return math.nan if part.data.get(key, default) is None else part.number(key, default)


def _interval_s(values: ProjectValues) -> float:
    for part, key in ((values, "extraction_timestep_ms"), (values.part("extraction_parameters"), "timestep_ms")):
        step_ms = part.number(key, None)
        if step_ms is not None and step_ms > 0.0:
            return step_ms / 1000.0
    return math.nan


def _frame_count(values: ProjectValues, images: tuple[NDArray[np.uint8], ...]) -> int:
    return images[0].shape[1] if images else values.integer("extraction_num_frames", 0, 0)


def _flags(kept: ProjectValues, count: int) -> tuple[tuple[PointFlag, ...], ...]:
    stored = kept.data.get("flags")
    if stored is None:
        return ((),) * count
    if not isinstance(stored, list) or len(stored) != count or not all(isinstance(own, list) for own in stored):
        kept.report(f"'{kept.prefix}flags' does not have the flags of each of {count} points", _MEASURE)
        return ((),) * count
    return tuple(tuple(PointFlag(name) for name in own if name in tuple(PointFlag)) for own in stored)


def _downstream(kept: ProjectValues) -> FloatArray:
    array = first_numbers(kept, "downstream")
    return array if array is not None and array.shape == (2,) else np.full(2, np.nan)


def _figures(kept: ProjectValues) -> QualityFigures | None:
    """The figures if every one is there; a verdict on some of them would be none."""
    stored = kept.data.get("figures")
    if not isinstance(stored, dict):
        return None
    wanted = {field.name: str(field.type) for field in fields(QualityFigures)}
    # files of earlier versions lack the figures that have a default
    stored = {field.name: field.default for field in fields(QualityFigures) if field.default is not MISSING} | stored
    if not all(name in stored and _is_figure(stored[name], kind) for name, kind in wanted.items()):
        kept.report(f"'{kept.prefix}figures' are not all figures of quality", _MEASURE)
        return None
    unknown = {name for name, kind in wanted.items() if kind == "float" and stored[name] is None}
    known: dict[str, Any] = {name: math.nan if name in unknown else stored[name] for name in wanted}
    return QualityFigures(**known)


def _is_figure(value: object, kind: str) -> bool:
    if value is None:
        return kind == "float" or "None" in kind
    if kind in ("bool", "str"):
        return type(value).__name__ == kind
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and not abs(value) > 1e300
    return is_number and (isinstance(value, int) or kind != "int")


def _basis(project: IvyProject, kept: ProjectValues, basis: MeasurementBasis) -> MeasurementBasis:
    """The opened parts; in place of those that had changed since the measurement others, as far as they are known."""
    stored = kept.data.get("outdated_parts")
    changed = [name for name in PARTS if isinstance(stored, list) and name in stored]
    parts: dict[str, Any] = {name: replace(getattr(basis, name)) for name in changed}
    film, earlier = read_film(kept), kept.part("earlier")
    parts.setdefault("video", replace(basis.video, film=film))
    for name in changed:
        # What is wrong with settings that nobody uses any more is no news.
        values = ProjectValues(earlier.part(name).data, kept.where)
        own = values.part(OWN)
        if name == "video":
            earlier_video = read_video(values, own, project.path.parent, None)
            parts[name] = _another_film(replace(earlier_video, film=film), basis.video)
        elif name == "grid" and values.data:
            parts[name] = read_grid(values, own)
        elif name == "velocimetry" and values.data:
            parts[name] = read_velocimetry(values, own)
    unlike = frozenset(name for name in changed if name != "video" and is_same(parts[name], getattr(basis, name)))
    return replace(basis, **parts, unlike=unlike)


def _another_film(then: VideoSettings, now: VideoSettings) -> VideoSettings:
    """The earlier video; if the project does not tell it from the present one, something that is not that one."""
    return then if not then.is_same_film(now) else replace(then, clip=replace(then.clip, frame_step=0))


def _moment(kept: ProjectValues) -> datetime | None:
    text = kept.text("measured_at")
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        kept.report(f"'{kept.prefix}measured_at' is not a time: '{text[:40]}'")
        return None


def _images(project: IvyProject, values: ProjectValues, count: int) -> tuple[NDArray[np.uint8], ...]:
    """The space-time images (rows along the search line) of all points; none unless every point has one."""
    matches = ((name, _IMAGE.fullmatch(name)) for name in project.names)
    members = {int(match[1]): name for name, match in matches if match}
    if not members:
        return ()
    if not all(index in members for index in range(count)):
        values.warn(f"it holds space-time images of {len(members)} of {count} points; they are not shown")
        return ()
    images = []
    for index in range(count):
        name = members[index]
        content = values.attempt(partial(project.read, name))
        image = None if content is None else decoded_image(content)
        if image is None:
            values.warn(f"its space-time image '{name}' is damaged; none are shown")
            return ()
        images.append(image)
    return tuple(images)
