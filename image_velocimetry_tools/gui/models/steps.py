"""What is done and what is next: the way from a video to a discharge, tab by tab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...domain.errors import IvyError, Problem
from ...domain.project import PointLayout, Project
from ...domain.sentences import begun_with_capital
from .step_states import Step as Step
from .step_states import StepState as StepState


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


def _has_discharge(project: Project) -> bool:
    if project.velocities is None:
        return False
    # what this needs would hold up the first window, in which nothing is measured yet
    from ...services.measured_project.discharge import discharge_of_project

    try:
        discharge_of_project(project)
    except IvyError:
        return False
    return True


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
    _Rule("discharge", "Discharge", _has_discharge,
          "Review the stations and the discharge"),
    _Rule("reporting", "Reporting", lambda p: bool(p.reporting.station_name), "Describe the measurement and write"
          " the report"),
)  # fmt: skip


def steps_of(
    project: Project, *, is_video_missing: bool = False, why_outdated: str = "the settings were changed: measure again"
) -> tuple[Step, ...]:
    """The steps in the order of the tabs; the first that is not done is next.

    ``why_outdated`` is said of velocities that are out of date.
    """
    steps = []
    found_next = False
    outdated = project.velocities is not None and not project.are_velocities_current
    is_done = {rule.name: rule.is_done(project) for rule in _RULES}
    problems = _problems(project) if any(is_done.values()) else ()
    for rule in _RULES:
        wrong = _wrong_on_tab(rule, project, problems)
        if is_done[rule.name]:
            state = _state_of_done(rule.name, outdated, is_video_missing, is_wrong=bool(wrong))
        else:
            state = StepState.LATER if found_next else StepState.NEXT
            found_next = True
        steps.append(Step(rule.name, rule.title, state, _hint(rule, state, project, why_outdated, wrong)))
    return tuple(steps)


def _problems(project: Project) -> Sequence[Problem]:
    # see `_has_discharge`
    from ...services.project_setup.problems import missing_for_measurement

    return missing_for_measurement(project)


def _wrong_on_tab(rule: _Rule, project: Project, problems: Sequence[Problem]) -> str:
    """The first problem that is mended on a tab; of a video that is not read yet nothing is known."""
    if rule.name == "video" and project.video.metadata is None:
        return ""
    if rule.name == "grid" and problems:
        return _wrong_with_points(project)
    return next((str(problem) for problem in problems if f"the {rule.title} tab" in problem.remedy), "")


def _wrong_with_points(project: Project) -> str:
    """The first problem that the Grid tab tells; a regular grid, which may be large, waits for what it stands on."""
    if project.grid.layout is PointLayout.REGULAR:
        return ""
    from .grid import points_of

    return next(iter(points_of(project).problems), "")


def _state_of_done(name: str, outdated: bool, is_video_missing: bool, *, is_wrong: bool) -> StepState:
    if is_wrong or (name == "video" and is_video_missing):
        return StepState.LACKING
    return StepState.OUTDATED if outdated and name in ("velocimetry", "discharge") else StepState.DONE


def _hint(rule: _Rule, state: StepState, project: Project, why_outdated: str, wrong: str) -> str:
    if state is StepState.LACKING and wrong:
        return begun_with_capital(wrong)
    if state is StepState.LACKING and project.video.path is not None:
        path = project.video.path
        return f"{path.name} is not in {path.parent}. Say where it is now: Import, Find the video"
    return begun_with_capital(why_outdated) if state is StepState.OUTDATED else rule.to_do
