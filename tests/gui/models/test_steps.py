from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from image_velocimetry_tools.domain.project import Project, VideoSettings
from image_velocimetry_tools.gui.models.steps import StepState, steps_of


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


def test_that_every_step_says_what_is_to_be_done() -> None:
    assert all(step.hint and step.title for step in steps_of(Project()))
