from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import create_autospec

import cv2
import numpy as np
import pytest
from gui_workbench import workbench
from inline_tasks import InlineTasks

from image_velocimetry_tools.domain.errors import Cancelled, IvyError
from image_velocimetry_tools.domain.project import Calibration, Project
from image_velocimetry_tools.formats.project.archive import read_project
from image_velocimetry_tools.gui.models.rectified_image import RectifiedImage, RectifiedImageModel, decoded_picture
from image_velocimetry_tools.gui.models.tasks import TaskControl, TaskRunner
from image_velocimetry_tools.services.project_service import ProjectService

SCAFFOLD = Path(__file__).parents[3] / "batch_test_data" / "inputs" / "scaffold_project.ivy"


@pytest.fixture(scope="module")
def calibration() -> Calibration:
    scaffold = ProjectService().load_scaffold(SCAFFOLD).scaffold
    assert read_project(SCAFFOLD).names
    return Calibration(
        image=scaffold.calibration_image,
        image_size=scaffold.calibration_size,
        points=scaffold.ground_control,
        water_surface_elevation_m=scaffold.water_surface_elevation_m,
        extent=scaffold.extent,
    )


def test_that_a_complete_calibration_gives_both_pictures(calibration: Calibration) -> None:
    bench = workbench()
    bench.document.edit("Calibrate", replace(Project(), calibration=calibration))
    image = bench.rectified.current
    assert image.solved is not None
    assert image.picture is not None
    assert image.original is not None
    size = calibration.image_size
    assert size is not None
    assert image.original.shape == (size.height_px, size.width_px, 3)
    assert image.picture.shape[2] == 3
    assert image.problems == ()


def test_that_the_reason_is_told_where_there_is_no_solution(calibration: Calibration) -> None:
    bench = workbench()
    unlevelled = replace(calibration, water_surface_elevation_m=None)
    bench.document.edit("Calibrate", replace(Project(), calibration=unlevelled))
    image = bench.rectified.current
    assert image.solved is None
    assert image.original is not None
    assert "water surface elevation" in image.problems[0].what


def test_that_the_picture_is_not_decoded_again_for_another_level(calibration: Calibration) -> None:
    bench = workbench(replace(Project(), calibration=calibration))
    before = bench.rectified.current.original
    level = calibration.water_surface_elevation_m
    assert level is not None
    raised = replace(calibration, water_surface_elevation_m=level + 0.5)
    bench.document.edit("Raise", replace(bench.document.project, calibration=raised))
    assert bench.rectified.current.original is before


def test_that_an_outdated_result_never_takes_the_place_of_a_newer_one(calibration: Calibration) -> None:
    bench = workbench()
    tasks = bench.tasks
    assert isinstance(tasks, InlineTasks)
    tasks.is_held = True
    heard: list[RectifiedImage] = []
    bench.rectified.changed.subscribe(heard.append)
    bench.document.edit("One", replace(Project(), calibration=calibration))
    flipped = replace(calibration, flip_x=True)
    bench.document.edit("Two", replace(Project(), calibration=flipped))
    tasks.carry_out()
    assert [image.calibration for image in heard] == [flipped]


def test_that_what_is_no_picture_is_said_so() -> None:
    with pytest.raises(IvyError, match="not a picture"):
        decoded_picture(b"nothing", "a.jpg")


def test_that_colours_come_in_the_order_red_green_blue() -> None:
    blue = np.zeros((4, 4, 3), np.uint8)
    blue[:, :, 0] = 255
    encoded = cv2.imencode(".png", blue)[1].tobytes()
    assert decoded_picture(encoded)[0, 0].tolist() == [0, 0, 255]


def test_that_only_the_latest_of_many_calibrations_is_worked_out(calibration: Calibration) -> None:
    bench = workbench()
    waiting: list[tuple[Callable[[TaskControl], object], TaskControl]] = []
    tasks = create_autospec(TaskRunner, instance=True)

    def start(title: str, work: Callable[[TaskControl], object], done: object, **_: object) -> None:
        for _, control in waiting:
            control.cancel()
        waiting.append((work, TaskControl(title)))

    tasks.start.side_effect = start
    RectifiedImageModel(bench.document, tasks)
    levels_m = (125.9, 126.0, 126.1)
    for level_m in levels_m:
        moved = replace(calibration, water_surface_elevation_m=level_m)
        bench.document.edit("Level", replace(bench.document.project, calibration=moved))
    assert len(waiting) == len(levels_m)
    for work, control in waiting[:-1]:
        with pytest.raises(Cancelled):
            work(control)
    work, control = waiting[-1]
    found = work(control)
    assert isinstance(found, RectifiedImage)
    assert found.calibration.water_surface_elevation_m == levels_m[-1]
