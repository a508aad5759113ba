from __future__ import annotations

from unittest.mock import MagicMock, create_autospec

import numpy as np
import pytest
from filmed_videos import filmed
from gui_workbench import workbench

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.video import Clip, FramePreparation, FrameSize, LensModel
from image_velocimetry_tools.gui.models.video_stabilisation import StabilisationPreview
from image_velocimetry_tools.gui.models.workbench import Workbench
from image_velocimetry_tools.gui.presenters import video_preparation
from image_velocimetry_tools.gui.presenters.video_preparation import PreparationPresenter, PreparationView

PICTURE = np.zeros((4, 6, 3), np.uint8)


@pytest.fixture
def bench() -> Workbench:
    return workbench(filmed())


@pytest.fixture
def view() -> MagicMock:
    return create_autospec(PreparationView, instance=True)


@pytest.fixture
def presenter(view: MagicMock, bench: Workbench) -> PreparationPresenter:
    return PreparationPresenter(view, bench)


def test_that_every_setting_is_an_edit(presenter: PreparationPresenter, bench: Workbench, view: MagicMock) -> None:
    presenter.set_rotation(90)
    presenter.set_flip("vflip")
    presenter.set_curve("darker")
    presenter.set_normalize_luma(True)
    presenter.set_stabilize(True)
    expected = FramePreparation(90, "vflip", True, "darker", stabilize=True)
    assert bench.document.project.video.preparation == expected
    view.show_preparation.assert_called_with(expected, "not corrected")
    for _ in range(5):
        bench.document.undo()
    assert bench.document.project.video.preparation == FramePreparation()


def test_that_the_lens_is_asked_for_in_the_size_of_turned_frames(
    presenter: PreparationPresenter, bench: Workbench, view: MagicMock
) -> None:
    presenter.set_rotation(90)
    view.ask_lens.return_value = LensModel(-0.1, 0.01, 0.4, 0.6)
    presenter.edit_lens()
    view.ask_lens.assert_called_once_with(LensModel(), FrameSize(396, 704))
    assert bench.document.project.video.preparation.lens == LensModel(-0.1, 0.01, 0.4, 0.6)
    assert view.show_preparation.call_args.args[1] == "k1 -0.1, k2 0.01"
    view.ask_lens.return_value = None
    presenter.edit_lens()
    assert bench.document.project.video.preparation.lens.k1 == -0.1
    presenter.reset_lens()
    assert bench.document.project.video.preparation.lens.is_identity


def test_that_nothing_is_asked_without_a_video(view: MagicMock) -> None:
    bench = workbench(Project())
    presenter = PreparationPresenter(view, bench)
    presenter.edit_lens()
    presenter.preview_stabilisation()
    view.ask_lens.assert_not_called()
    view.allow.assert_called_with(False, False)
    assert bench.tasks.titles == []


def test_that_the_stabilisation_of_the_clip_is_shown(
    presenter: PreparationPresenter, bench: Workbench, view: MagicMock
) -> None:
    bench.document.edit("x", filmed(Clip(0.0, 0.3)))
    presenter.preview_stabilisation()
    assert view.show_stabilisation.call_args.args[0].shape == (396, 704, 3)


@pytest.mark.parametrize(
    ("preview", "words"),
    [
        (StabilisationPreview(PICTURE, PICTURE, 3.21, 20, 0), "moved by 3.2 px from the first frame to the last."),
        (StabilisationPreview(PICTURE, PICTURE, 3.21, 20, 4), "4 of 20 frames that were looked at could not"),
        (StabilisationPreview(PICTURE, None, 0.0, 0, 0), "cannot be stabilised"),
        (StabilisationPreview(PICTURE, PICTURE, 3.21, 20, 0), "in the whole picture, since the place of the water"),
        (StabilisationPreview(PICTURE, PICTURE, 3.21, 20, 0, "the section line"), "known by the section line, as the"),
    ],
)
def test_that_the_preview_says_what_it_found(
    presenter: PreparationPresenter,
    view: MagicMock,
    monkeypatch: pytest.MonkeyPatch,
    preview: StabilisationPreview,
    words: str,
) -> None:
    monkeypatch.setattr(video_preparation, "stabilisation_preview", lambda project, control: preview)
    presenter.preview_stabilisation()
    assert words in view.show_stabilisation.call_args.args[2]
