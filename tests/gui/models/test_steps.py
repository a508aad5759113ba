from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from measured_mill import measured_mill

from image_velocimetry_tools.domain.project import Project, StationEdit, VideoSettings
from image_velocimetry_tools.domain.video import Clip
from image_velocimetry_tools.gui.models.grid import points_of
from image_velocimetry_tools.gui.models.steps import StepState, steps_of
from image_velocimetry_tools.services.project_setup.editing import with_water_surface_elevation


def test_that_a_new_project_begins_with_the_video_and_leaves_the_rest_for_later() -> None:
    states = [step.state for step in steps_of(Project())]
    assert states[0] is StepState.NEXT
    assert set(states[1:]) == {StepState.LATER}


def test_that_an_opened_video_is_done_and_the_frames_are_next() -> None:
    project = replace(Project(), video=VideoSettings(Path("a.mp4")))
    steps = {step.name: step.state for step in steps_of(project)}
    assert steps["video"] is StepState.DONE
    assert steps["frames"] is StepState.NEXT
    assert steps["discharge"] is StepState.LATER


def test_that_a_missing_video_is_not_done_and_says_how_to_find_it() -> None:
    project = replace(Project(), video=VideoSettings(Path("/gauges/creek.mp4")))
    video, frames, *_ = steps_of(project, is_video_missing=True)
    assert video.state is StepState.LACKING
    assert video.hint == "creek.mp4 is not in /gauges. Say where it is now: Import, Find the video"
    assert frames.state is StepState.NEXT


def test_that_every_step_says_what_is_to_be_done() -> None:
    assert all(step.hint and step.title for step in steps_of(Project()))


def states(project: Project) -> dict[str, StepState]:
    return {step.name: step.state for step in steps_of(project)}


def test_that_a_measured_project_is_done_up_to_its_discharge() -> None:
    found = states(measured_mill())
    assert {name for name, state in found.items() if state is StepState.DONE} == set(found) - {"reporting"}


def test_that_a_level_outside_the_survey_leaves_level_section_and_points_unticked() -> None:
    project = with_water_surface_elevation(measured_mill(), 500.0)
    steps = {step.name: step for step in steps_of(project)}
    assert steps["orthorectification"].state is StepState.LACKING
    assert steps["cross_section"].state is StepState.LACKING
    assert steps["grid"].state is StepState.LACKING
    assert steps["grid"].hint == points_of(project).problems[0][:1].upper() + points_of(project).problems[0][1:]
    assert "lies outside the survey" in steps["orthorectification"].hint


def test_that_an_impossible_clip_leaves_the_video_unticked() -> None:
    project = measured_mill()
    video = replace(project.video, clip=Clip(50.0, 60.0))
    assert states(replace(project, video=video))["video"] is StepState.LACKING


def test_that_masks_over_all_points_leave_the_grid_unticked() -> None:
    project = measured_mill()
    everything = np.array([[-10.0, -10.0], [5000.0, -10.0], [5000.0, 5000.0], [-10.0, 5000.0]])
    covered = replace(project, grid=replace(project.grid, mask_polygons_px=(everything,)))
    step = {step.name: step for step in steps_of(covered)}["grid"]
    assert (step.state, step.hint) == (
        StepState.LACKING,
        "All measurement points lie under masks. Delete masks on the Grid tab.",
    )


def test_that_without_a_discharge_the_discharge_is_not_done() -> None:
    project = measured_mill()
    count = project.grid.count
    none_used = replace(project.discharge, stations={i: StationEdit(is_used=False) for i in range(count)})
    assert states(replace(project, discharge=none_used))["discharge"] is StepState.NEXT


def test_that_velocities_off_the_section_make_no_discharge() -> None:
    unknown = np.full(measured_mill().grid.count, np.nan)
    assert states(measured_mill(station_m=unknown))["discharge"] is StepState.NEXT
