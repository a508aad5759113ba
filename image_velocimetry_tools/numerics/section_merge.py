"""Sub-surveys put together into one cross-section that counts its stations from the left bank."""

from __future__ import annotations

import numpy as np

from ..domain.angles import FloatArray
from ..domain.errors import Problem, SectionError
from ..domain.section import Bank, CrossSection, SubSurvey


def merge_sub_surveys(
    sub_surveys: tuple[SubSurvey, ...],
    manning_n: tuple[float, ...] = (),
    subsection_bounds_m: tuple[float, ...] = (),
) -> CrossSection:
    """Merge surveys of parts of a section by station.

    A survey that starts at the right edge of water is mirrored end for end, then the station and stage offsets are
    added. Surveys may overlap: their points are interleaved by station. Points at one station stay in the order in
    which they were surveyed, the survey that begins further left first, so that a vertical step stays the step that
    it was.

    Parameters
    ----------
    sub_surveys
        Surveys with arrays (n,) in metres; stations may repeat (a vertical step) but not decrease within a survey.
    manning_n, subsection_bounds_m
        Roughness per subsection, and the stations between them, passed on to the section.

    Returns
    -------
    CrossSection
        Stations that never decrease and the elevations at them, metres.

    Raises
    ------
    SectionError
        With one problem per survey and row: values that are not finite, stations that decrease, or (of the merged
        section) fewer than two points or no width.
    ValueError
        If the two arrays of a survey do not fit together.
    """
    problems = [problem for survey in sub_surveys for problem in _problems_of(survey)]
    if problems:
        raise SectionError.from_problems(problems)
    parts = sorted((_placed(survey) for survey in sub_surveys if survey.station_m.size), key=_extent)
    station = np.concatenate([part[0] for part in parts]) if parts else np.empty(0)
    elevation = np.concatenate([part[1] for part in parts]) if parts else np.empty(0)
    _require_a_width(station, sub_surveys)
    order = np.argsort(station, kind="stable")
    return CrossSection(station[order], elevation[order], tuple(sub_surveys), manning_n, subsection_bounds_m)


def _problems_of(survey: SubSurvey) -> list[Problem]:
    station, elevation = np.asarray(survey.station_m, dtype=float), np.asarray(survey.elevation_m, dtype=float)
    if station.ndim != 1 or station.shape != elevation.shape:
        raise ValueError(f"survey {survey.name!r} has stations {station.shape} and elevations {elevation.shape}")
    where = f"survey {survey.name!r}"
    if not np.isfinite([survey.station_offset_m, survey.stage_offset_m]).all():
        return [Problem("the station or stage offset is not a number", where, "Correct the offset of this survey")]
    remedy = "Correct the point in the survey, or delete it"
    bad = np.flatnonzero(~(np.isfinite(station) & np.isfinite(elevation)))
    if bad.size:
        return [
            Problem("the station or the elevation is missing or not a number", f"{where}, row {i + 1}", remedy)
            for i in bad
        ]
    return [
        Problem(
            f"unsorted stations: {station[i + 1]:.4f} m follows {station[i]:.4f} m",
            f"{where}, row {i + 2}",
            "Sort the points across the channel; a survey made from the right bank keeps rising stations and has the "
            "start edge REW",
        )
        for i in np.flatnonzero(np.diff(station) < 0)
    ]


def _placed(survey: SubSurvey) -> tuple[FloatArray, FloatArray]:
    station, elevation = np.asarray(survey.station_m, dtype=float), np.asarray(survey.elevation_m, dtype=float)
    if survey.start_edge == Bank.RIGHT:
        station, elevation = (station[0] + station[-1] - station)[::-1], elevation[::-1]
    return station + survey.station_offset_m, elevation + survey.stage_offset_m


def _extent(part: tuple[FloatArray, FloatArray]) -> tuple[float, float]:
    return float(part[0][0]), float(part[0][-1])


def _require_a_width(station: FloatArray, sub_surveys: tuple[SubSurvey, ...]) -> None:
    names = ", ".join(repr(survey.name) for survey in sub_surveys) or "none"
    remedy = "Import a survey that crosses the channel from bank to bank"
    if station.size < 2:
        what = f"the cross-section has {station.size} point(s), at least 2 are needed"
        raise SectionError(what, where=f"surveys {names}", remedy=remedy)
    if station.min() == station.max():
        raise SectionError(
            "all points of the cross-section lie at one station", where=f"surveys {names}", remedy=remedy
        )
