"""What is done and what is next: the way from a video to a discharge, tab by tab."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ...domain.project import PointLayout, Project


class StepState(StrEnum):
    """How far the work of a tab is."""

    DONE = "done"
    NEXT = "next"
    LATER = "later"
    OUTDATED = "out of date"


@dataclass(frozen=True, slots=True)
class Step:
    """The work of one tab: its name as in ``Workbench.shown``, title, state, and what is to be done there."""

    name: str
    title: str
    state: StepState
    hint: str


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    title: str
    is_done: Callable[[Project], bool]
    to_do: str


def _is_rectified(project: Project) -> bool:
    calibration = project.calibration
    used = len(calibration.points.used)
    needs_level = used > 4
    has_level = calibration.water_surface_elevation_m is not None or not needs_level
    return calibration.image is not None and used >= 2 and has_level


def _has_section(project: Project) -> bool:
    return project.section.survey is not None and project.section.line_px is not None


def _has_points(project: Project) -> bool:
    grid = project.grid
    if grid.layout is PointLayout.SECTION:
        return _has_section(project) and grid.count > 0
    return grid.layout is PointLayout.REGULAR or grid.line_px is not None


_RULES = (
    _Rule("video", "Video", lambda p: p.video.path is not None, "Open a video and choose the clip to measure"),
    _Rule("frames", "Frames", lambda p: p.calibration.image is not None, "Look through the frames; use one of them"
          " as calibration image, or import the picture in which the control points are seen"),
    _Rule("orthorectification", "Orthorectification", _is_rectified,
          "Import and digitise the control points and enter the water surface elevation"),
    _Rule("cross_section", "Cross-Section", _has_section, "Import the survey and draw its line between the edges of"
          " water"),
    _Rule("grid", "Grid", _has_points, "Choose the number of points, and mask what is not water"),
    _Rule("velocimetry", "Velocimetry", lambda p: p.velocities is not None,
          "Set the expected flow direction and measure the velocities"),
    _Rule("discharge", "Discharge", lambda p: p.velocities is not None and _has_section(p),
          "Review the stations and the discharge"),
    _Rule("reporting", "Reporting", lambda p: bool(p.reporting.station_name), "Describe the measurement and write"
          " the report"),
)  # fmt: skip


def steps_of(project: Project) -> tuple[Step, ...]:
    """The steps in the order of the tabs; the first that is not done is next."""
    steps = []
    found_next = False
    outdated = project.velocities is not None and not project.are_velocities_current
    for rule in _RULES:
        if rule.is_done(project):
            is_outdated = outdated and rule.name in ("velocimetry", "discharge")
            state = StepState.OUTDATED if is_outdated else StepState.DONE
        else:
            state = StepState.LATER if found_next else StepState.NEXT
            found_next = True
        hint = "The settings were changed: measure again" if state is StepState.OUTDATED else rule.to_do
        steps.append(Step(rule.name, rule.title, state, hint))
    return tuple(steps)
