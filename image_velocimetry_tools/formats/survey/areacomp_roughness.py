"""The roughness of subsections in AreaComp files: ``n_values`` from left to right, ``subsection`` their bounds.

A section with one subsection has ``subsection`` [first, last] and one value. Of several, each further boundary stands
between those two; rows of [start, end], one for each subsection, are understood as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ...domain.section import SubSurvey
from .matlab_v5 import MatlabValue

FloatArray = NDArray[np.float64]

#: What stands for a roughness that is not known: the format has no way to leave it out.
USUAL_MANNING_N = 0.03


def read_roughness(
    variables: Mapping[str, MatlabValue], metres: float, where: str, warnings: list[str]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Manning's n of each subsection, and the stations between them, metres; both empty if they do not fit together."""
    roughness = _numbers(variables.get("n_values")).ravel()
    bounds = _between(_numbers(variables.get("subsection"))) * metres
    if len(roughness) == 1:
        bounds = bounds[:0]
    fits = len(bounds) == max(len(roughness) - 1, 0) and bool((np.diff(bounds) > 0.0).all())
    if fits and np.isfinite(bounds).all() and (roughness > 0.0).all() and np.isfinite(roughness).all():
        return tuple(roughness.tolist()), tuple(bounds.tolist())
    warnings.append(
        f"{where}: the roughness of the subsections and their boundaries do not fit together and are left out;"
        " enter Manning's n on the Cross-Section tab"
    )
    return (), ()


def roughness_variables(
    manning_n: Sequence[float], bounds_m: Sequence[float], surveys: Sequence[SubSurvey], factor: float
) -> dict[str, object]:
    """The variables for a file in units of ``factor`` to the metre."""
    stations = np.concatenate([survey.station_m + survey.station_offset_m for survey in surveys])
    limits = np.array([stations.min(), *bounds_m, stations.max()]) * factor
    return {"subsection": limits[np.newaxis], "n_values": np.array([written_roughness(manning_n)])}


def written_roughness(manning_n: Sequence[float]) -> tuple[float, ...]:
    """The roughness as a file holds it."""
    return tuple(manning_n) or (USUAL_MANNING_N,)


def _between(limits: FloatArray) -> FloatArray:
    """The stations between subsections."""
    if limits.ndim == 2 and limits.shape[0] > 1 and limits.shape[1] == 2:
        return limits[1:, 0]
    return limits.ravel()[1:-1]


def _numbers(value: object) -> FloatArray:
    return value.astype(float) if isinstance(value, np.ndarray) else np.zeros(0)
