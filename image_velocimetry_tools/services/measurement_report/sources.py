"""Everything that a report is made from, worked out from the project where the caller does not have it at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import cv2
from numpy.typing import NDArray

from ... import __version__
from ...domain.errors import IvyError
from ...domain.project import Project
from ...domain.units import UnitSystem, unit_system
from ...media.encoded_pictures import decoded_rgb
from ..measured_project.discharge import ProjectDischarge, discharge_of_project
from ..orthorectification_service import Orthorectification
from ..rectification.rectified_view import solved_at_level

Picture = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class ReportSources:
    """A project with what follows from it; the problems say why something is missing.

    ``rectified`` is the rectified calibration image, uint8, (height, width) or (height, width, 3) in red, green, blue.
    ``user`` is who made the report, ``made`` when.
    """

    project: Project
    discharge: ProjectDischarge | None
    rectification: Orthorectification | None
    calibration_image: Picture | None
    rectified: Picture | None
    user: str
    made: datetime
    program_version: str = __version__
    discharge_problem: str = ""
    rectification_problem: str = ""

    @property
    def units(self) -> UnitSystem:
        """The units in which the report speaks."""
        return unit_system(self.project.display_units)


def report_sources(
    project: Project,
    *,
    discharge: ProjectDischarge | None = None,
    rectification: Orthorectification | None = None,
    rectified: Picture | None = None,
    user: str = "",
    made: datetime | None = None,
) -> ReportSources:
    """Gather what a report needs; what is not given is worked out, or its absence explained."""
    discharge_problem = rectification_problem = ""
    if discharge is None:
        discharge, discharge_problem = _discharge(project)
    if rectification is None:
        rectification, rectification_problem = _rectification(project)
    image = decoded_rgb(project.calibration.image or b"")
    if rectified is None and rectification is not None and image is not None:
        rectified = rectification.rectification.rectify(_sized(image, rectification))
    return ReportSources(
        project=project,
        discharge=discharge,
        rectification=rectification,
        calibration_image=image,
        rectified=rectified,
        user=user,
        made=made or datetime.now().astimezone(),
        discharge_problem=discharge_problem,
        rectification_problem=rectification_problem,
    )


def sources_of_head(project: Project, discharge: ProjectDischarge | None = None) -> ReportSources:
    """What the head of a report needs: no pictures, nothing solved."""
    problem = ""
    if discharge is None:
        discharge, problem = _discharge(project)
    return ReportSources(
        project=project,
        discharge=discharge,
        rectification=None,
        calibration_image=None,
        rectified=None,
        user="",
        made=datetime.now().astimezone(),
        discharge_problem=problem,
    )


def _discharge(project: Project) -> tuple[ProjectDischarge | None, str]:
    try:
        return discharge_of_project(project), ""
    except IvyError as error:
        return None, "; ".join(problem.what for problem in error.problems)


def _rectification(project: Project) -> tuple[Orthorectification | None, str]:
    try:
        return solved_at_level(project.calibration), ""
    except IvyError as error:
        return None, "; ".join(problem.what for problem in error.problems)


def _sized(image: Picture, solved: Orthorectification) -> Picture:
    size = (solved.frame.width_px, solved.frame.height_px)
    return image if image.shape[1::-1] == size else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
