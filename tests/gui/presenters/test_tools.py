from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import pytest
from gui_workbench import workbench

from image_velocimetry_tools.domain.project import Project, VideoSettings
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.domain.video import FrameSize, VideoMetadata
from image_velocimetry_tools.formats.survey.gcp_csv import read_gcp_csv
from image_velocimetry_tools.gui.presenters.tools import (
    FourPointPresenter,
    FourPointView,
    SampleRatePresenter,
    SampleRateView,
)


def _with_video(units: DisplayUnits = DisplayUnits.METRIC) -> Project:
    path = Path("/videos/creek.mp4")
    facts = VideoMetadata(path, FrameSize(1280, 720), 60.0, 10.0, 600, "h264", "yuv420p")
    return Project(video=VideoSettings(path, facts), display_units=units)


def _sample_rate(project: Project) -> tuple[Any, Any, SampleRatePresenter]:
    bench, view = workbench(project), create_autospec(SampleRateView, instance=True)
    return bench, view, SampleRatePresenter(view, bench)


def test_that_the_form_begins_with_the_frame_rate_of_the_video() -> None:
    _, view, presenter = _sample_rate(_with_video())
    presenter.begin()
    form = view.show_form.call_args.args[0]
    assert (form.frame_rate_fps, form.velocity_label, form.can_use) == (60.0, "m/s", True)


def test_that_without_a_project_the_usual_figures_stand_in_display_units() -> None:
    _, view, presenter = _sample_rate(Project(display_units=DisplayUnits.ENGLISH))
    presenter.begin()
    form = view.show_form.call_args.args[0]
    assert (form.frame_rate_fps, form.can_use) == (29.97, False)
    assert (form.velocity, form.pixel_size) == pytest.approx((6.0, 0.15))


def test_that_the_step_moves_the_water_about_one_pixel_per_frame() -> None:
    _, view, presenter = _sample_rate(_with_video())
    presenter.compute(60.0, 0.6, 0.05)
    interval, step, explanation = view.show_answer.call_args.args
    assert (interval, step) == ("0.0833 s", "5")
    assert "1.00 pixels per frame" in explanation
    assert "45°" in explanation


def test_that_feet_and_metres_give_the_same_step() -> None:
    _, metric, presenter = _sample_rate(_with_video())
    presenter.compute(60.0, 0.6096, 0.03048)
    _, english, presenter = _sample_rate(_with_video(DisplayUnits.ENGLISH))
    presenter.compute(60.0, 2.0, 0.1)
    assert metric.show_answer.call_args.args == english.show_answer.call_args.args


def test_that_figures_that_are_not_positive_are_refused() -> None:
    _, view, presenter = _sample_rate(_with_video())
    presenter.compute(60.0, 0.0, 0.05)
    view.show_answer.assert_called_once_with("", "", "Enter figures greater than 0")


def test_that_the_step_is_used_as_one_edit() -> None:
    bench, view, presenter = _sample_rate(_with_video())
    presenter.compute(60.0, 0.6, 0.05)
    presenter.use_step()
    assert bench.document.project.video.clip.frame_step == 5
    assert bench.document.undo_label == "Set the frame step"
    view.close_form.assert_called_once_with()


def _four_point(units: DisplayUnits = DisplayUnits.METRIC) -> tuple[Any, Any, FourPointPresenter]:
    bench = workbench(replace(Project(), display_units=units))
    view = create_autospec(FourPointView, instance=True)
    presenter = FourPointPresenter(view, bench)
    presenter.begin()
    return bench, view, presenter


def test_that_the_documented_distances_give_the_documented_coordinates() -> None:
    _, view, presenter = _four_point()
    presenter.compute(19, 13.5, 21.5, 21.5, 23.5, 30)
    rows, misclosure = view.show_points.call_args.args
    assert rows == [
        ("P", "0.000", "0.000", "0.000"),
        ("Q", "19.000", "0.000", "0.000"),
        ("R", "18.666", "13.972", "0.000"),
        ("S", "-1.650", "21.567", "0.000"),
    ]
    assert misclosure.endswith("m (RMS)")


def test_that_distances_that_do_not_close_are_told_by_their_letters() -> None:
    _, view, presenter = _four_point()
    presenter.compute(19, 13.5, 21.5, 21.5, 50, 30)
    (sentence,) = view.show_problems.call_args.args[0]
    assert "p (PQ)" in sentence
    assert "t (PR)" in sentence


def test_that_the_table_is_saved_with_its_unit_and_reads_back_in_metres(tmp_path: Path) -> None:
    bench, _, presenter = _four_point(DisplayUnits.ENGLISH)
    bench.dialogs.save_file.return_value = tmp_path / "corners.csv"
    presenter.compute(30, 40, 30, 40, 50, 50)
    presenter.save()
    points = read_gcp_csv(tmp_path / "corners.csv").points
    assert [point.name for point in points] == ["P", "Q", "R", "S"]
    found = [(point.x_m, point.y_m, point.z_m) for point in points]
    expected = [(0, 0, 0), (9.144, 0, 0), (9.144, 12.192, 0), (0, 12.192, 0)]
    for corner, truth in zip(found, expected, strict=True):
        assert corner == pytest.approx(truth, abs=1e-6)


def test_that_nothing_is_saved_before_it_is_computed() -> None:
    bench, view, presenter = _four_point()
    presenter.save()
    view.show_problems.assert_called_once_with(["Compute the coordinates first"])
    bench.dialogs.save_file.assert_not_called()
