"""The dictionary of what the keys of USGS IVyTools have no place for, see :data:`.project.keys.OWN`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import time
from enum import Enum
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import OutputError
from ...domain.project import (
    DischargeSettings,
    GridSettings,
    MeasuredVelocities,
    MeasurementBasis,
    Project,
    VelocimetrySettings,
    VideoSettings,
)
from ...domain.quality import QualityFigures
from ...domain.video import Film, FramePreparation
from ..project.arrays import encode_string_array
from ..project.keys import OWN
from .settings import grid_keys, velocimetry_keys, video_keys

SCHEMA = 1
_COLUMNS = ("station_m", "quality", "peak", "ambiguity", "spread", "dispersion", "search_line_deg")


def own_keys(project: Project) -> dict[str, object]:
    """Everything that no other key holds, or holds rounded."""
    calibration, section = project.calibration, project.section
    size, reporting = calibration.image_size, project.reporting
    keys: dict[str, object] = {
        "schema": SCHEMA,
        "clip": _clip(project.video),
        "film": _film(project.video.film),
        "calibration": {
            "method": calibration.method,
            "has_own_extent": calibration.extent is not None,
            "image_name": calibration.image_name,
            "image_size": None if size is None else [size.width_px, size.height_px],
            "prepared_as": _pixel_places(calibration.prepared_as),
        },
        "section": {
            "survey_name": section.survey_name,
            "survey_units": str(section.survey_units),
            "manning_n": None if section.survey is None else list(section.survey.manning_n),
            "subsection_bounds_m": None if section.survey is None else list(section.survey.subsection_bounds_m),
        },
        "grid": _grid(project.grid),
        "velocimetry": _velocimetry(project.velocimetry),
        "discharge": _discharge(project.discharge),
        "reviews": {"upstream": sorted(index for index, review in project.reviews.items() if review.is_upstream)},
        "reporting": {
            "gage_height_m": reporting.gage_height_m,
            "measurement_number": reporting.measurement_number,
            "start_time": _clock(reporting.start_time),
            "end_time": _clock(reporting.end_time),
        },
        "comment_order": [str(comment.category) for comment in project.comments],
    }
    if project.velocities is not None:
        keys["velocities"] = _velocities(project.velocities, project)
    return keys


def _pixel_places(how: FramePreparation | None) -> dict[str, object] | None:
    if how is None:
        return None
    lens = [how.lens.k1, how.lens.k2, how.lens.centre_x, how.lens.centre_y]
    return {"rotation_deg": how.rotation_deg, "flip": how.flip, "lens": lens}


def _clip(video: VideoSettings) -> dict[str, object]:
    return {"start_s": video.clip.start_s, "end_s": video.clip.end_s}


def _film(film: Film | None) -> dict[str, object] | None:
    if film is None:
        return None
    return {
        "size_bytes": film.size_bytes,
        "fingerprint": film.fingerprint,
        "frame_size": [film.frame_size.width_px, film.frame_size.height_px],
        "frame_rate_fps": _figure(film.frame_rate_fps),
        "duration_s": _figure(film.duration_s),
        "frame_count": film.frame_count,
    }


def _grid(grid: GridSettings) -> dict[str, object]:
    line = None if grid.line_px is None else encode_string_array(grid.line_px)
    return {"layout": str(grid.layout), "line_px": line}


def _velocimetry(settings: VelocimetrySettings) -> dict[str, object]:
    return {
        "method": settings.method,
        "method_settings": _plain(settings.method_settings),
        "phi_origin_deg": settings.parameters.phi_origin_deg,
    }


def _discharge(settings: DischargeSettings) -> dict[str, object]:
    return {
        "alpha": settings.alpha,
        "gap_rule": settings.gap_rule,
        "least_quality": settings.least_quality,
        "largest_spread": settings.largest_spread,
        "tests_neighbours": settings.tests_neighbours,
        "rating": settings.rating,
        "stations": {
            str(index): {"is_used": edit.is_used, "alpha": edit.alpha, "velocity_mps": edit.velocity_mps}
            for index, edit in sorted(settings.stations.items())
            if not edit.is_empty
        },
    }


def _velocities(found: MeasuredVelocities, project: Project) -> dict[str, object]:
    """What is known of the velocities beyond speed and direction, and which settings have changed since."""
    outdated = list(found.basis.changed_parts(project.basis))
    columns: dict[str, NDArray[np.float64]] = {name: getattr(found, name) for name in _COLUMNS}
    return {
        **{name: encode_string_array(values) for name, values in columns.items()},
        "flags": [[str(flag) for flag in flags] for flags in found.own_flags],
        "downstream": encode_string_array(found.downstream),
        "pixel_size_m": _figure(found.pixel_size_m),
        "interval_s": _figure(found.interval_s),
        "frame_count": int(found.frame_count),
        "fastest_mps": _figure(found.fastest_mps),
        "rectification_rmse_m": _figure(found.rectification_rmse_m),
        "method": found.method,
        "film": _film(found.basis.video.film),
        "figures": None if found.figures is None else _figures(found.figures),
        "measured_at": None if found.measured_at is None else found.measured_at.isoformat(),
        "outdated_parts": outdated,
        "earlier": {name: part for name, part in _earlier(found.basis).items() if name in outdated},
    }


def _figures(figures: QualityFigures) -> dict[str, object]:
    plain = {name: _plain(value) for name, value in figures.as_dict().items()}
    return {name: _figure(value) if isinstance(value, float) else value for name, value in plain.items()}


def _figure(value: float) -> float | None:
    """JSON has null for a figure that is not a number."""
    return float(value) if math.isfinite(value) else None


def _earlier(then: MeasurementBasis) -> dict[str, object]:
    """Settings of the measurement under the keys of projects; calibration and survey are too large to keep twice."""
    return {
        "video": {**video_keys(then.video, {}), OWN: {"clip": _clip(then.video)}},
        "grid": {**grid_keys(then.grid), OWN: {"grid": _grid(then.grid)}},
        "velocimetry": {**velocimetry_keys(then.velocimetry), OWN: {"velocimetry": _velocimetry(then.velocimetry)}},
    }


def _clock(clock: time | None) -> str:
    return "" if clock is None else clock.isoformat()


def _plain(value: object) -> object:
    """A value as JSON holds it.

    Raises
    ------
    OutputError
        If it is of a kind that JSON does not know.
    """
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Enum)):
        return float(value) if isinstance(value, np.floating) else value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, PurePath):
        return str(value)
    what = f"a setting of the velocimetry method is a {type(value).__name__}, which a project cannot hold"
    raise OutputError(what, remedy="Set it to a number or a text")
