"""What the override columns of a jobs file do to the scaffold of one job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...domain.errors import IvyError, JobsCsvError, Problem
from ...domain.ground_control import GroundControlPoints
from ...domain.scaffold import Scaffold
from ...domain.section import CrossSection
from ...domain.units import DisplayUnits
from ...formats.jobs.override_columns import ALIASES, OVERRIDE_COLUMNS

Setter = Callable[[Scaffold, Any], Scaffold]


def _stiv(field: str) -> Setter:
    return lambda scaffold, value: replace(scaffold, stiv=replace(scaffold.stiv, **{field: value}))


def _preparation(field: str) -> Setter:
    return lambda scaffold, value: replace(scaffold, preparation=replace(scaffold.preparation, **{field: value}))


def _lens(field: str) -> Setter:
    def apply(scaffold: Scaffold, value: float) -> Scaffold:
        lens = replace(scaffold.preparation.lens, **{field: value})
        return replace(scaffold, preparation=replace(scaffold.preparation, lens=lens))

    return apply


def _scaffold(field: str) -> Setter:
    return lambda scaffold, value: replace(scaffold, **{field: value})


def _cross_section(scaffold: Scaffold, path: str) -> Scaffold:
    return replace(scaffold, section=_surveyed(path, _stamp(path)))


def _ground_control(scaffold: Scaffold, path: str) -> Scaffold:
    table = _digitised(path, _stamp(path), scaffold.display_units)
    # Other points mean that the camera was moved on purpose: the old picture no longer shows what it should see.
    return replace(scaffold, ground_control=table, calibration_image=None)


# Thousands of jobs may name the same few files: each is read once, and the jobs share what it holds.
@lru_cache(maxsize=64)
def _surveyed(path: str, stamp: tuple[int, int]) -> CrossSection:
    from ...formats.survey.areacomp import read_areacomp
    from ...numerics.section_merge import merge_sub_surveys

    survey = read_areacomp(Path(path))
    return merge_sub_surveys(survey.sub_surveys, survey.manning_n, survey.subsection_bounds_m)


@lru_cache(maxsize=64)
def _digitised(path: str, stamp: tuple[int, int], units: DisplayUnits) -> GroundControlPoints:
    from ...formats.survey.gcp_csv import read_gcp_csv
    from ...numerics.camera import solve_camera

    table = read_gcp_csv(Path(path), units)
    solve_camera(table.world_m, table.pixels, names=[point.name for point in table.used])
    return table


def _stamp(path: str) -> tuple[int, int]:
    """Size and time of a file, by which a changed one is told; zeros if it is not there."""
    try:
        facts = Path(path).stat()
    except OSError:
        return 0, 0
    return facts.st_size, facts.st_mtime_ns


SETTERS: dict[str, Setter] = {
    "stiv_num_pixels": _stiv("num_pixels"),
    "stiv_phi_origin": _stiv("phi_origin_deg"),
    "stiv_phi_range": _stiv("phi_range_deg"),
    "stiv_dphi": _stiv("d_phi_deg"),
    "stiv_max_vel_threshold_mps": _stiv("max_velocity_mps"),
    "stiv_gaussian_blur_sigma": _stiv("blur_sigma_px"),
    "number_grid_points_along_xs_line": _scaffold("grid_points"),
    "extraction_frame_step": _scaffold("frame_step"),
    "cross_section_line": _scaffold("line_px"),
    "cross_section_start_bank": _scaffold("start_bank"),
    "mask_polygons": _scaffold("mask_polygons_px"),
    "is_ortho_flip_x": _scaffold("flip_x"),
    "is_ortho_flip_y": _scaffold("flip_y"),
    "video_rotation": _preparation("rotation_deg"),
    "video_flip": _preparation("flip"),
    "video_curve_preset": _preparation("curve_preset"),
    "video_normalize_luma": _preparation("normalize_luma"),
    "video_ffmpeg_stabilize": _preparation("stabilize"),
    "k1": _lens("k1"),
    "k2": _lens("k2"),
    "cx": _lens("centre_x"),
    "cy": _lens("centre_y"),
    "bathymetry_ac3_filename": _cross_section,
    "orthotable_file_name": _ground_control,
}
"""What each column of :data:`OVERRIDE_COLUMNS` does with its value."""


def apply_overrides(scaffold: Scaffold, overrides: Mapping[str, str], where: str = "") -> Scaffold:
    """The scaffold of one job.

    Parameters
    ----------
    overrides
        Text by the name of a scaffold parameter, as in :attr:`BatchJob.overrides`; file paths are absolute.
    where
        Place of the row, for the messages, e.g. ``"jobs.csv, line 4"``.

    Raises
    ------
    JobsCsvError
        With one problem for every value that does not fit.
    """
    problems: list[Problem] = []
    for given, text in overrides.items():
        name = ALIASES.get(given, given)
        place = f"{where}, column '{given}'" if where else f"parameter '{given}'"
        try:
            scaffold = _apply(scaffold, name, text)
        except ValueError as error:
            problems.append(Problem(f"must be {error}, not '{text}'", place, "Correct it, or leave it out"))
        except IvyError as error:
            problems += [Problem(f"{p.where or text}: {p.what}", place, p.remedy) for p in error.problems]
    if problems:
        raise JobsCsvError.from_problems(problems)
    return scaffold


def _apply(scaffold: Scaffold, name: str, text: str) -> Scaffold:
    if name not in SETTERS:
        raise ValueError("left out: it is no parameter of the scaffold")
    return SETTERS[name](scaffold, OVERRIDE_COLUMNS[name](text))
