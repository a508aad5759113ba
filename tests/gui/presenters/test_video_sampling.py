from __future__ import annotations

from dataclasses import replace
from unittest.mock import MagicMock, create_autospec

import pytest
from filmed_videos import filmed
from gui_workbench import workbench

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.domain.video import Clip
from image_velocimetry_tools.gui.models.rectified_image import RectifiedImage
from image_velocimetry_tools.gui.models.workbench import Workbench
from image_velocimetry_tools.gui.presenters.video_sampling import SamplingPresenter, SamplingView


@pytest.fixture
def bench() -> Workbench:
    return workbench(filmed())


@pytest.fixture
def view() -> MagicMock:
    return create_autospec(SamplingView, instance=True)


@pytest.fixture
def presenter(view: MagicMock, bench: Workbench) -> SamplingPresenter:
    return SamplingPresenter(view, bench)


def test_that_the_step_shows_what_it_makes_of_the_clip(presenter: SamplingPresenter, view: MagicMock) -> None:
    view.show_sampling.assert_called_with("30 fps", "33.33 ms", "75")
    presenter.set_step(3)
    view.show_step.assert_called_with(3)
    view.show_sampling.assert_called_with("10 fps", "100 ms", "25")


def test_that_turning_up_the_step_is_one_step_of_undo(presenter: SamplingPresenter, bench: Workbench) -> None:
    for step in (2, 3, 4):
        presenter.set_step(step)
    bench.document.undo()
    assert bench.document.project.video.clip.frame_step == 1


def test_that_the_helper_advises_a_step_and_applies_it(
    presenter: SamplingPresenter, bench: Workbench, view: MagicMock
) -> None:
    presenter.apply_advice()
    assert bench.document.undo_label == ""
    presenter.advise(1.0, 0.5, 0.05)
    view.show_advice.assert_called_with("Take frame step 3: the water moves 1 px between frames", True)
    presenter.apply_advice()
    assert bench.document.project.video.clip.frame_step == 3
    presenter.advise(1.0, None, 0.05)
    assert view.show_advice.call_args.args[1] is False


def test_that_the_helper_understands_feet(view: MagicMock) -> None:
    bench = workbench(replace(filmed(), display_units=DisplayUnits.ENGLISH))
    presenter = SamplingPresenter(view, bench)
    view.show_units.assert_called_with("ft/s", "ft")
    presenter.advise(1.0, 0.5 / 0.3048, 0.05 / 0.3048)
    presenter.apply_advice()
    assert bench.document.project.video.clip.frame_step == 3


def test_that_other_units_empty_the_helper(presenter: SamplingPresenter, bench: Workbench, view: MagicMock) -> None:
    presenter.advise(1.0, 0.5, 0.05)
    bench.document.edit("Units", replace(bench.document.project, display_units=DisplayUnits.ENGLISH))
    view.show_units.assert_called_with("ft/s", "ft")
    assert view.show_advice.call_args.args[1] is False


def test_that_the_pixel_size_of_the_rectified_image_is_offered(
    presenter: SamplingPresenter, bench: Workbench, view: MagicMock
) -> None:
    solved = MagicMock()
    solved.raster.pixel_size_m = 0.04
    bench.rectified.changed.emit(RectifiedImage(bench.document.project.calibration, solved=solved))
    view.show_pixel_size.assert_called_once_with(0.04)


def test_that_a_bad_clip_has_no_sampling(presenter: SamplingPresenter, bench: Workbench, view: MagicMock) -> None:
    bench.document.edit("x", filmed(Clip(2.0, 1.0)))
    view.show_sampling.assert_called_with("", "", "")


def test_that_there_is_nothing_to_sample_without_a_video(view: MagicMock) -> None:
    SamplingPresenter(view, workbench(Project()))
    view.allow.assert_called_with(False)
