from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any
from unittest.mock import MagicMock, create_autospec

import pytest
from gui_workbench import workbench
from inline_tasks import InlineTasks
from known_rivers import film, mill_site, mill_video
from measured_mill import measured_mill
from projects_at_hand import project_of, project_of_mill

from image_velocimetry_tools.domain.errors import Cancelled, VelocimetryError
from image_velocimetry_tools.domain.project import MeasuredVelocities, PointReview, Project
from image_velocimetry_tools.gui.models.velocimetry_search import with_parameters
from image_velocimetry_tools.gui.presenters.velocimetry_measuring import (
    OUT_OF_DATE,
    MeasuringPresenter,
    MeasuringView,
)
from image_velocimetry_tools.plugins.registry import PluginRegistry


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_mill()


class Panel:
    """The presenter with its bench, a view that remembers what it was told, and a measurement as wanted."""

    def __init__(self, project: Project, *measure: Any) -> None:
        self.bench = workbench(project)
        self.view = create_autospec(MeasuringView, instance=True)
        self.presenter = MeasuringPresenter(self.view, self.bench, PluginRegistry(), *measure)
        self.dialogs: MagicMock = self.bench.dialogs  # type: ignore[assignment]
        self.said: list[str] = []
        self.bench.said.subscribe(self.said.append)

    @property
    def tasks(self) -> InlineTasks:
        assert isinstance(self.bench.tasks, InlineTasks)
        return self.bench.tasks

    @property
    def project(self) -> Project:
        return self.bench.document.project

    @property
    def is_running(self) -> bool:
        return bool(self.view.show_running.call_args.args[0])

    def last(self, method: str, argument: int = 0) -> Any:
        return getattr(self.view, method).call_args.args[argument]


def of_mill(project: Project, method: object, *, stages: Any, cancel: Any) -> MeasuredVelocities:
    """Stands in for the measurement of a video that does not exist."""
    with stages.entered("decode") as progress:
        progress(0.5)
    velocities = measured_mill(basis=project.basis).velocities
    assert velocities is not None
    return velocities


def test_that_what_is_missing_is_told_and_nothing_is_measured() -> None:
    panel = Panel(Project())
    assert any("no video is chosen" in sentence for sentence in panel.last("show_findings"))
    panel.presenter.measure()
    assert "Measure velocities" not in panel.tasks.titles


def test_that_new_velocities_are_one_edit_that_can_be_undone(project: Project) -> None:
    panel = Panel(project, of_mill)
    panel.presenter.measure()
    assert panel.project.are_velocities_current
    assert not panel.is_running
    assert panel.bench.document.undo_label == "Measure velocities"
    panel.bench.document.undo()
    assert panel.project is project


def test_that_a_real_video_is_measured(tmp_path_factory: pytest.TempPathFactory) -> None:
    from known_rivers import opened

    video = film(mill_site(), mill_video(), tmp_path_factory.mktemp("mill") / "mill.mp4")
    panel = Panel(project_of(opened(mill_site()), video))
    panel.presenter.measure()
    velocities = panel.project.velocities
    assert velocities is not None
    assert velocities.method == "stiv"
    assert (velocities.normal_mps[5:15] > 0.0).all()


def test_that_reviews_stay_while_the_points_do(project: Project) -> None:
    reviewed = replace(measured_mill(), reviews=MappingProxyType({2: PointReview(is_upstream=True)}))
    panel = Panel(reviewed, of_mill)
    panel.presenter.measure()
    assert 2 in panel.project.reviews


def test_that_old_velocities_are_told_to_be_out_of_date() -> None:
    panel = Panel(measured_mill())
    assert panel.last("show_findings", 1) == ()
    panel.bench.document.edit("range", with_parameters(panel.project, phi_range_deg=77.0))
    assert panel.last("show_findings", 1) == (OUT_OF_DATE,)
    panel.bench.document.undo()
    assert panel.last("show_findings", 1) == ()


def test_that_one_measurement_runs_at_a_time_and_shows_how_far_it_is(project: Project) -> None:
    panel = Panel(project, of_mill)
    panel.tasks.is_held = True
    panel.presenter.measure()
    panel.presenter.measure()
    assert panel.tasks.titles.count("Measure velocities") == 1
    assert panel.is_running
    panel.presenter.refresh()
    assert panel.last("show_progress") is None
    panel.tasks.carry_out()
    assert not panel.is_running
    panel.view.show_progress.reset_mock()
    panel.presenter.refresh()
    panel.presenter.cancel()
    panel.view.show_progress.assert_not_called()


def test_that_a_cancelled_measurement_changes_nothing(project: Project) -> None:
    def cancelled(project: Project, method: object, *, stages: Any, cancel: Any) -> MeasuredVelocities:
        assert cancel.is_set()
        raise Cancelled

    panel = Panel(project, cancelled)
    panel.tasks.is_held = True
    panel.presenter.measure()
    panel.presenter.cancel()
    assert panel.last("show_progress", 1) == "stopping"
    panel.view.show_progress.reset_mock()
    panel.presenter.refresh()
    panel.view.show_progress.assert_not_called()
    panel.tasks.carry_out()
    assert panel.project is project
    assert not panel.is_running
    assert "stopped" in panel.said[-1]


def test_that_a_failure_is_told_and_the_next_attempt_is_free(project: Project) -> None:
    failure = VelocimetryError("the search lines leave the picture")
    panel = Panel(project, MagicMock(side_effect=failure))
    panel.presenter.measure()
    panel.dialogs.show_error.assert_called_once_with("Measure velocities", failure)
    assert panel.project is project
    assert not panel.is_running


def test_that_velocities_of_a_project_that_was_closed_are_dropped(project: Project) -> None:
    panel = Panel(project, of_mill)
    panel.tasks.is_held = True
    panel.presenter.measure()
    panel.bench.document.replace(Project())
    panel.tasks.carry_out()
    assert panel.project.velocities is None
    assert not panel.is_running


def test_that_an_edit_meanwhile_leaves_the_result_out_of_date(project: Project) -> None:
    panel = Panel(project, of_mill)
    panel.tasks.is_held = True
    panel.presenter.measure()
    panel.bench.document.edit("range", with_parameters(panel.project, phi_range_deg=77.0))
    panel.tasks.carry_out()
    assert panel.project.velocities is not None
    assert panel.last("show_findings", 1) == (OUT_OF_DATE,)
