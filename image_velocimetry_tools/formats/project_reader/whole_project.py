"""From an opened project file to the measurement that it holds; whatever is unusable stays empty and is told.

Files of this program, of USGS IVyTools and of batches are read alike: every key may be missing. Settings follow the
rules by which scaffolds are read, see :mod:`.scaffold.reader`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from ...domain.errors import ScaffoldError
from ...domain.project import Project, VideoSettings
from ...domain.units import unit_system
from ..project.archive import PROJECT_DATA, IvyProject
from ..project.keys import (
    CARRIED_FRAMES,
    CARRIED_VIDEO,
    DISCHARGE_TABLE,
    FRAMES,
    MACHINE,
    OWN,
    RESULTS_GRID,
    REWRITTEN,
    SHARED,
    STIV_RESULTS,
    frames_of,
)
from ..project.values import ProjectValues
from ..scaffold.control import CALIBRATION_IMAGE, TABLE
from ..scaffold.section import read_display_units
from .record import read_comments, read_discharge, read_reporting, read_reviews
from .settings import (
    read_calibration,
    read_grid,
    read_section_line,
    read_survey,
    read_velocimetry,
)
from .velocities import first_numbers, read_velocities
from .velocity_table import with_velocity_table
from .video import read_prepared_as, read_video

#: Files of an opened project that are kept in memory until it is saved; its frames are left out beyond that.
MOST_CARRIED_BYTES = 128 * 1024**2
_DEEPEST = 50

# Files that follow from the state, and would contradict it once it changes.
_DERIVED = frozenset({
    PROJECT_DATA, CALIBRATION_IMAGE, TABLE, RESULTS_GRID, STIV_RESULTS, DISCHARGE_TABLE, "3-grids/binary_mask.jpg",
    *(
        f"2-orthorectification/{name}.csv"
        for name in ("homography_matrix", "camera_matrix", "rectification_points_table", "pixel_gsd",
                     "water_surface_elevation", "pixel_rmse")
    ),
})  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class ProjectReading:
    """A project as its file holds it, with sentences on what could not be read.

    ``is_complete`` tells whether its velocities, if there are any, say all that this program keeps of them.
    """

    project: Project
    warnings: tuple[str, ...]
    is_complete: bool


def read_whole_project(file: IvyProject) -> ProjectReading:
    """Read everything that a person works on.

    Space-time images are JPEG in project files: good for review, not for measuring again. The velocities of other
    programs come without what only services can compute, such as their stations.

    Raises
    ------
    ScaffoldError
        If the file holds no measurement, or changed since it was opened.
    """
    if not (REWRITTEN | SHARED.keys()) & file.data.keys():
        remedy = "Choose another project, or take the file again from its source"
        raise ScaffoldError("the project file holds no measurement", where=str(file.path), remedy=remedy)
    values = with_velocity_table(file, ProjectValues(_without_empty_points(file.data), str(file.path)))
    own = values.part(OWN)
    units = read_display_units(values)
    section = read_survey(file, values, own)
    calibration = read_calibration(file, values, own, section.survey, units)
    video = read_video(values, own, file.path.parent, calibration.image_size)
    if calibration.image is not None:
        calibration = replace(calibration, prepared_as=read_prepared_as(own, video))
    project = Project(
        video=video,
        calibration=calibration,
        section=replace(section, line_px=read_section_line(values, calibration)),
        grid=read_grid(values, own),
        velocimetry=read_velocimetry(values, own),
        discharge=read_discharge(values, own),
        reporting=read_reporting(values, own, unit_system(units)),
        comments=read_comments(values, own),
        display_units=units,
        carried=_carried(values, video),
        carried_files=_carried_files(file, values),
    )
    normals = first_numbers(values, "stiv_magnitude_normals")
    project = replace(
        project,
        velocities=read_velocities(file, values, own, project.basis),
        reviews=read_reviews(values, own, normals),
    )
    sentences = (*(str(problem) for problem in values.problems), *values.warnings)
    is_complete = project.velocities is None or bool(own.part("velocities").data)
    return ProjectReading(project, tuple(dict.fromkeys(sentences)), is_complete)


def _without_empty_points(data: Mapping[str, object]) -> Mapping[str, object]:
    """The state without the empty lists of points that a project has before it is first rectified."""
    parameters = data.get("rectification_parameters")
    if not isinstance(parameters, Mapping):
        return data
    kept = {key: value for key, value in parameters.items() if value != []}
    return {**data, "rectification_parameters": kept}


def _carried(values: ProjectValues, video: VideoSettings) -> dict[str, object]:
    """What this program neither uses nor writes, with what it belongs to."""
    carried = {key: value for key, value in values.data.items() if key not in REWRITTEN | MACHINE | SHARED.keys()}
    for key, known in SHARED.items():
        part = values.data.get(key)
        if isinstance(part, Mapping):
            carried[key] = {name: value for name, value in part.items() if name not in known}
    for key in [key for key, value in carried.items() if _is_too_deep(value)]:
        values.warn(f"'{key[:40]}' is nested too deep to be kept when the project is saved")
        del carried[key]
    return carried | {CARRIED_VIDEO: str(video.path), CARRIED_FRAMES: frames_of(video)}


def _is_too_deep(value: object) -> bool:
    pending = [(value, 0)]
    while pending:
        item, depth = pending.pop()
        if depth > _DEEPEST:
            return True
        inside = item.values() if isinstance(item, Mapping) else item if isinstance(item, list) else ()
        pending.extend((part, depth + 1) for part in inside)
    return False


def _carried_files(file: IvyProject, values: ProjectValues) -> dict[str, bytes]:
    """Files to give back; small ones first, so that it is the frames for which there is no room."""
    names = [name for name in file.names if name not in _DERIVED and not name.endswith(".dat")]
    names.sort(key=lambda name: (name.startswith((f"{FRAMES}f", f"{FRAMES}t")), name))
    carried: dict[str, bytes] = {}
    sizes = file.sizes()
    room = MOST_CARRIED_BYTES
    for done, name in enumerate(names):
        size = sizes[name]
        if size > room:
            values.warn(
                f"{len(names) - done} of its files, '{name}' the first, are too large to be kept when it is saved"
                " again; frames can be extracted from the video again"
            )
            break
        content = values.attempt(partial(file.read, name))
        if content is not None:
            carried[name] = content
            room -= size
    return carried
