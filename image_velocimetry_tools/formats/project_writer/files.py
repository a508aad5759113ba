"""The files of a project that are made of its state: pictures, the survey, and tables for whoever reads tables.

The calibration image is written as it is, PNG included, under the name that every program looks for: a picture is
recognised by its content, and another JPEG encoding would blur the targets at which the points were digitised. The
space-time images are JPEG, which is lossy: good for review, not for measuring again. Those of an opened project keep
their own encoding.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...domain.angles import geographic_direction
from ...domain.errors import OutputError, SectionError
from ...domain.project import MeasuredVelocities, PointLayout, Project
from ...domain.section import CrossSection, SubSurvey
from ...domain.units import DisplayUnits
from ...numerics.velocity import tagline_direction
from ..project.figures import ProjectFigures
from ..project.job_measurement import JobPoints
from ..project.keys import CROSS_SECTION, DISCHARGE_TABLE, RESULTS_GRID, SPACE_TIME_IMAGE, STIV_RESULTS
from ..project.stored_image import decoded_image
from ..project.tables import discharge_csv, discharge_rows, points_csv
from ..scaffold.control import CALIBRATION_IMAGE, TABLE
from ..survey.areacomp import format_areacomp, read_areacomp
from ..survey.areacomp_roughness import written_roughness
from ..survey.gcp_csv import format_gcp_csv

_JPEG_QUALITY = 95
_MATLAB_NAME_LENGTH = 31
_TAKEN_NAMES = frozenset({
    "version", "userStationNumber", "units", "userDate", "userName", "Comments", "maxStage", "minStage", "increment",
    "survey_names", "manual_survey", "subsection", "n_values", "char_stage",
})  # fmt: skip


def own_files(project: Project, figures: ProjectFigures) -> dict[str, bytes]:
    """Files of a project by name.

    Raises
    ------
    OutputError
        If a space-time image cannot be encoded.
    """
    files: dict[str, bytes] = {}
    if project.calibration.image is not None:
        files[CALIBRATION_IMAGE] = project.calibration.image
    if len(project.calibration.points):
        files[TABLE] = format_gcp_csv(project.calibration.points).encode("utf-8")
    if project.section.survey is not None:
        files[CROSS_SECTION] = _survey(project.section.survey, project.section.survey_units, project.carried_files)
    if project.velocities is not None:
        files |= _velocity_files(project, project.velocities)
    if figures.discharge is not None:
        files[DISCHARGE_TABLE] = discharge_csv(discharge_rows(figures.discharge.stations)).encode("utf-8")
    return files


def _survey(survey: CrossSection, units: DisplayUnits, carried: Mapping[str, bytes]) -> bytes:
    """The survey as it was opened if it is still that one, with all that AreaComp keeps beside it."""
    parts = survey.sub_surveys or (SubSurvey("section", survey.station_m, survey.elevation_m),)
    for name, content in carried.items():
        if name.endswith(".mat") and _holds(content, survey, parts):
            return content
    bounds = survey.subsection_bounds_m
    return format_areacomp(_with_matlab_names(parts), units, manning_n=survey.manning_n, subsection_bounds_m=bounds)


def is_survey(content: bytes) -> bool:
    """Whether these are the bytes of an AreaComp file that can be read."""
    try:
        read_areacomp(content)
    except SectionError:
        return False
    return True


def _holds(content: bytes, survey: CrossSection, parts: tuple[SubSurvey, ...]) -> bool:
    try:
        source = read_areacomp(content)
    except SectionError:
        return False
    stored = source.sub_surveys
    has_same_roughness = (
        (written_roughness(source.manning_n), source.subsection_bounds_m)
        == (written_roughness(survey.manning_n), survey.subsection_bounds_m)
    )  # fmt: skip
    return (
        has_same_roughness
        and len(stored) == len(parts)
        and all(_same(a, b) for a, b in zip(stored, parts, strict=True))
    )


def _same(one: SubSurvey, other: SubSurvey) -> bool:
    return (
        (one.name, one.station_offset_m, one.stage_offset_m, one.start_edge)
        == (other.name, other.station_offset_m, other.stage_offset_m, other.start_edge)
        and np.array_equal(one.station_m, other.station_m)
        and np.array_equal(one.elevation_m, other.elevation_m)
    )


def _with_matlab_names(parts: tuple[SubSurvey, ...]) -> list[SubSurvey]:
    """Surveys under names that a MATLAB file can hold, each once."""
    named, taken = [], set(_TAKEN_NAMES)
    for number, part in enumerate(parts, start=1):
        name = part.name.encode("ascii", "replace").decode("ascii").strip()[:_MATLAB_NAME_LENGTH]
        if not name or name.startswith("_") or name in taken:
            name = f"survey {number} {name}".strip()[:_MATLAB_NAME_LENGTH]
        taken.add(name)
        named.append(replace(part, name=name))
    return named


def points_of(found: MeasuredVelocities) -> JobPoints:
    """Velocities as tables and keys of projects show them."""
    return JobPoints(
        x_px=found.xy_px[:, 0],
        y_px=found.xy_px[:, 1],
        speed_mps=found.speed_mps,
        direction_deg=found.direction_deg,
        normal_mps=found.normal_mps,
        theta_deg=found.theta_deg,
    )


def _velocity_files(project: Project, found: MeasuredVelocities) -> dict[str, bytes]:
    line = project.section.line_px
    tagline = tagline_direction(found.xy_px if line is None else line)
    flow = float(geographic_direction(found.downstream[0], found.downstream[1]))
    files = {STIV_RESULTS: points_csv(points_of(found), tagline, flow).encode("utf-8")}
    if found.basis.grid.layout is PointLayout.REGULAR:
        files[RESULTS_GRID] = _grid_csv(found.xy_px)
    for number, image in enumerate(found.images):
        name = SPACE_TIME_IMAGE.format(number)
        files[name] = _encoded(image, project.carried_files.get(name), number)
    return files


def _grid_csv(xy_px: NDArray[np.float64]) -> bytes:
    stream = io.StringIO()
    header = "world_coords_x,world_coords_y,pixel_coords_x,pixel_coords_y"
    np.savetxt(stream, np.column_stack([xy_px, xy_px]), fmt="%.10g", delimiter=",", header=header, comments="")
    return stream.getvalue().encode("ascii")


def _encoded(image: NDArray[np.uint8], stored: bytes | None, number: int) -> bytes:
    before = decoded_image(stored) if stored is not None else None
    if stored is not None and before is not None and np.array_equal(before, image):
        return stored
    return encoded_image(image, number)


def encoded_image(image: NDArray[np.uint8], number: int) -> bytes:
    """The space-time image of a point, by its number from 0, as JPEG.

    Raises
    ------
    OutputError
        If it cannot be encoded.
    """
    import cv2

    try:
        done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    except cv2.error:
        done = False
    if not done:
        raise OutputError("a space-time image cannot be encoded", where=f"point {number + 1}", stage="output")
    return data.tobytes()
