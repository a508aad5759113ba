"""Checks of a job before anything runs: cheap, complete, and told in the user's words and units."""

from __future__ import annotations

import os
from pathlib import Path

from ...domain.errors import Problem, SectionError
from ...domain.scaffold import Scaffold
from ...domain.units import ENGLISH, METRIC, UnitSystem, unit_system
from ...numerics.section import edges_of_water


def video_problems(path: Path, where: str = "") -> list[Problem]:
    """Why a video file cannot even be opened, as far as a look at the folder tells."""
    if not path.exists():
        remedy = "Check the path; in a jobs CSV relative ones start at its folder"
        return [Problem(f"the video {path} does not exist", where, remedy)]
    if not path.is_file():
        return [Problem(f"the video {path} is a folder, not a file", where, "Give the path of one video")]
    if path.stat().st_size == 0:
        return [Problem(f"the video {path} is empty (zero bytes)", where, "Copy it again from the camera")]
    if not os.access(path, os.R_OK):
        return [Problem(f"the video {path} may not be read", where, "Change the permissions of the file")]
    return []


def level_problems(scaffold: Scaffold, elevation_m: float, where: str = "") -> list[Problem]:
    """Why the section has no edges of water at a level."""
    try:
        edges_of_water(scaffold.section, elevation_m)
    except SectionError:
        return [_level_problem(scaffold, elevation_m, where)]
    return []


def alpha_problems(alpha: float, where: str = "") -> list[Problem]:
    """Why a number cannot be the ratio of mean to surface velocity."""
    if 0.0 < alpha <= 1.0:
        return []
    return [Problem(f"alpha must lie above 0 and be at most 1, not {alpha:g}", where, "0.85 is usual")]


def _level_problem(scaffold: Scaffold, elevation_m: float, where: str) -> Problem:
    units = unit_system(scaffold.display_units)
    bed_m, ends_m = float(scaffold.section.elevation_m.min()), _survey_ends_m(scaffold)
    level, label = elevation_m * units.length, units.length_label
    if elevation_m <= bed_m:
        what = f"the water level {level:.8g} {label} is below the bed (lowest point {bed_m * units.length:.6g} {label})"
    else:
        top = ends_m * units.length
        what = f"the water level {level:.8g} {label} is above the section (surveyed up to {top:.6g} {label})"
    return Problem(what, where, _level_remedy(units, level, bed_m, ends_m))


def _survey_ends_m(scaffold: Scaffold) -> float:
    """The lower end of the survey: above it the edge of water is not known."""
    elevation_m = scaffold.section.elevation_m
    return float(min(elevation_m[0], elevation_m[-1]))


def _level_remedy(units: UnitSystem, level: float, bed_m: float, top_m: float) -> str:
    other = METRIC if units is ENGLISH else ENGLISH
    if bed_m < level / other.length <= top_m:
        return f"The level looks like {other.length_label}, the scaffold's unit is {units.length_label}"
    return f"Check the level, its unit ({units.length_label}) and its datum (that of the ground control points)"
