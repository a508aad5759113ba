from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import create_autospec

import numpy as np
import pytest
from gui_workbench import workbench
from measured_mill import FASTEST_MPS, measured_mill
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, DisplayUnits
from image_velocimetry_tools.gui.models.grid import with_grid
from image_velocimetry_tools.gui.models.velocimetry_search import with_parameters
from image_velocimetry_tools.gui.presenters.sti_review import StiReviewView
from image_velocimetry_tools.gui.presenters.velocimetry import VelocimetryPresenter, VelocimetryView
from image_velocimetry_tools.gui.presenters.velocimetry_measuring import MeasuringView
from image_velocimetry_tools.gui.presenters.velocimetry_method import MethodView
from image_velocimetry_tools.gui.presenters.velocimetry_search import SearchView
from image_velocimetry_tools.gui.presenters.velocimetry_vectors import VectorsPresenter, VectorsView
from image_velocimetry_tools.plugins.registry import PluginRegistry


@pytest.fixture(scope="module")
def unmeasured() -> Project:
    return project_of_mill()


@pytest.fixture(scope="module")
def measured() -> Project:
    return measured_mill()


class Panel:
    """The presenter with its bench and a view that remembers what it was told."""

    def __init__(self, project: Project) -> None:
        self.bench = workbench(project)
        self.view = create_autospec(VectorsView, instance=True)
        self.presenter = VectorsPresenter(self.view, self.bench, PluginRegistry())

    @property
    def project(self) -> Project:
        return self.bench.document.project

    def last(self, method: str, argument: int = 0) -> Any:
        return getattr(self.view, method).call_args.args[argument]


def test_that_nothing_set_up_draws_nothing() -> None:
    panel = Panel(Project())
    assert len(panel.last("show_points")) == 0
    assert len(panel.last("show_fans")) == 0
    assert panel.last("show_direction") is None
    assert panel.last("show_vectors") is None
    assert panel.last("show_rows") == ()
    assert panel.last("show_summary") == ""


def test_that_fans_follow_the_parameters_at_every_point(unmeasured: Project) -> None:
    panel = Panel(unmeasured)
    count = unmeasured.grid.count
    assert len(panel.last("show_points")) == count
    before = panel.last("show_fans")
    panel.bench.document.edit("length", with_parameters(panel.project, num_pixels=48))
    after = panel.last("show_fans")
    assert len(after) == len(panel.last("show_fans", 1)) == count
    grown = np.hypot(*(after[0, 1] - after[0, 0])) / np.hypot(*(before[0, 1] - before[0, 0]))
    assert grown == pytest.approx(47.0 / (unmeasured.velocimetry.parameters.num_pixels - 1))


def test_that_fans_are_drawn_where_they_are_wanted(unmeasured: Project) -> None:
    panel = Panel(unmeasured)
    panel.presenter.choose_fans("selected")
    assert len(panel.last("show_fans")) == 0
    panel.presenter.select_points([3])
    lines, points = panel.last("show_fans"), panel.last("show_points")
    assert lines.mean(axis=1) == pytest.approx(points[[3]])
    panel.presenter.choose_fans("none")
    assert len(panel.last("show_fans")) == 0


def test_that_the_arrow_of_the_expected_flow_points_downstream(unmeasured: Project) -> None:
    panel = Panel(with_parameters(unmeasured, phi_origin_deg=90.0))
    start, end = panel.last("show_direction")
    assert end[0] > start[0]
    assert end[1] == pytest.approx(start[1])
    settings = replace(unmeasured.velocimetry, is_direction_set=False)
    assert Panel(replace(unmeasured, velocimetry=settings)).last("show_direction") is None


def test_that_a_search_that_cannot_be_made_says_why(unmeasured: Project) -> None:
    assert "at least 8 pixels" in Panel(with_parameters(unmeasured, num_pixels=4)).last("show_summary")


def test_that_velocities_are_drawn_listed_and_summed_up(measured: Project) -> None:
    panel = Panel(measured)
    assert panel.last("show_vectors", 1) is True
    assert len(panel.last("show_vectors").normal.xy_px) == measured.grid.count
    assert len(panel.last("show_rows")) == measured.grid.count
    assert "points usable" in panel.last("show_summary")


def test_that_old_velocities_stay_where_they_were_and_are_marked(measured: Project) -> None:
    panel = Panel(measured)
    panel.presenter.select_points([15])
    panel.bench.document.edit("count", with_grid(panel.project, count=7))
    assert panel.last("show_vectors", 1) is False
    assert panel.last("show_rows", 1) is False
    assert len(panel.last("show_points")) == measured.grid.count
    assert len(panel.last("show_fans")) == 7
    assert panel.last("show_selection") == (15,)


def test_that_a_selection_of_points_that_are_gone_is_forgotten(unmeasured: Project) -> None:
    panel = Panel(unmeasured)
    panel.presenter.select_points([15])
    panel.bench.document.edit("count", with_grid(panel.project, count=7))
    assert panel.last("show_points", 1) == ()


def test_that_the_arrows_are_40_px_per_metre_per_second_in_any_units(measured: Project) -> None:
    panel = Panel(measured)
    assert panel.last("show_vector_scale") == 40.0
    before = panel.last("show_vectors").normal.uv_px
    panel.bench.document.edit("units", replace(measured, display_units=DisplayUnits.ENGLISH))
    assert panel.last("show_vector_scale") == pytest.approx(40.0 * METRES_PER_FOOT)
    panel.presenter.set_scale(80.0 * METRES_PER_FOOT)
    assert panel.last("show_vectors").normal.uv_px == pytest.approx(2.0 * before)


def test_that_arrows_can_be_fitted_to_the_picture(measured: Project) -> None:
    panel = Panel(measured)
    panel.presenter.fit_scale()
    longest = np.hypot(*panel.last("show_vectors").normal.uv_px.T).max()
    height, width = panel.last("show_picture").shape[:2]
    assert longest == pytest.approx(0.25 * min(height, width), rel=0.05)
    assert longest / panel.last("show_vector_scale") == pytest.approx(FASTEST_MPS, rel=0.01)
    empty = Panel(Project())
    empty.presenter.fit_scale()
    assert empty.last("show_vector_scale") == 40.0


def test_that_the_filter_is_an_edit_and_zero_leaves_a_rule_to_the_program(measured: Project) -> None:
    panel = Panel(measured)
    panel.presenter.set_filter(least_quality=0.95)
    assert not any(row.is_used for row in panel.last("show_rows"))
    assert "quality too low" in panel.last("show_rows")[0].remarks
    panel.presenter.set_filter(least_quality=0.0)
    assert panel.project.discharge.least_quality is None
    panel.presenter.set_filter(largest_spread=0.01)
    assert panel.project.discharge.largest_spread == 0.01
    panel.presenter.set_filter(tests_neighbours=False)
    assert panel.last("show_filter", 2) is False
    assert panel.project.are_velocities_current


def test_that_a_filter_as_it_is_makes_no_step(measured: Project) -> None:
    panel = Panel(measured)
    panel.presenter.set_filter(least_quality=0.0)
    assert panel.bench.document.undo_label == ""


def test_that_the_tab_has_a_presenter_for_every_panel(measured: Project) -> None:
    view = create_autospec(VelocimetryView, instance=True)
    view.search, view.method = create_autospec(SearchView, instance=True), create_autospec(MethodView, instance=True)
    view.measuring = create_autospec(MeasuringView, instance=True)
    view.vectors, view.review = (
        create_autospec(VectorsView, instance=True),
        create_autospec(StiReviewView, instance=True),
    )
    presenter = VelocimetryPresenter(view, workbench(Project()))
    for panel in ("search", "method", "measuring", "vectors", "review"):
        getattr(view, panel).bind.assert_called_once_with(getattr(presenter, panel))
    presenter.measure()
    view.measuring.show_running.assert_called_once_with(False)
