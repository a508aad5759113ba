from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import create_autospec

import numpy as np
import pytest
from gui_workbench import workbench
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.project import PointLayout, Project
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.presenters.grid import GridPresenter, GridView


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_mill()


class Tab:
    """The presenter with its bench and a view that remembers what it was told."""

    def __init__(self, project: Project) -> None:
        self.bench = workbench(project)
        self.view = create_autospec(GridView, instance=True)
        self.presenter = GridPresenter(self.view, self.bench)

    @property
    def project(self) -> Project:
        return self.bench.document.project

    def last(self, method: str, argument: int = 0) -> Any:
        return getattr(self.view, method).call_args.args[argument]

    @property
    def middle(self) -> np.ndarray:
        line = self.project.section.line_px
        assert line is not None
        return line.mean(axis=0)

    def mask_middle(self, half_px: float = 30.0) -> None:
        corners = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]) * half_px
        self.presenter.draw_mask(self.middle + corners)


def test_that_an_empty_project_says_what_is_missing() -> None:
    tab = Tab(Project())
    assert tab.last("show_problems")
    assert tab.last("show_picture") is None
    assert tab.last("show_section_line") is None


def test_that_points_follow_their_number_and_turning_it_is_one_step_of_undo(project: Project) -> None:
    tab = Tab(project)
    for count in (30, 31, 32):
        tab.presenter.set_count(count)
    assert len(tab.last("show_points")) == 32
    tab.bench.document.undo()
    assert tab.project is project
    assert tab.last("show_count") == project.grid.count


def test_that_points_keep_within_what_can_be_chosen(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.set_count(0)
    assert tab.project.grid.count == 1
    assert "too few" in tab.last("show_problems")[0]
    tab.presenter.set_spacing(x_px=0)
    assert tab.project.grid.spacing_x_px == 2


def test_that_edges_of_water_are_named_by_the_start_bank(project: Project) -> None:
    assert "left" in Tab(project).last("show_section_line", 1)[0]


def test_that_a_mask_hides_points_and_is_selected(project: Project) -> None:
    tab = Tab(project)
    tab.mask_middle()
    is_masked = tab.last("show_points", 1)
    assert 0 < is_masked.sum() < len(is_masked)
    assert f"{is_masked.sum()} masked" in tab.last("show_summary")
    assert tab.last("show_masks", 2) == (0,)
    assert tab.last("show_masks", 1)[0].points == is_masked.sum()


def test_that_selected_masks_are_deleted_and_come_back(project: Project) -> None:
    tab = Tab(project)
    tab.mask_middle()
    tab.mask_middle(10.0)
    tab.presenter.select_masks([0])
    tab.presenter.delete_masks()
    assert len(tab.project.grid.mask_polygons_px) == 1
    assert tab.last("show_masks", 2) == ()
    tab.bench.document.undo()
    assert len(tab.project.grid.mask_polygons_px) == 2
    tab.presenter.delete_all_masks()
    assert tab.project.grid.mask_polygons_px == ()
    assert not tab.last("show_points", 1).any()


def test_that_deleting_nothing_is_no_step(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.delete_masks()
    tab.presenter.delete_all_masks()
    assert tab.bench.document.undo_label == ""


def test_that_dragging_a_corner_changes_its_mask_only(project: Project) -> None:
    tab = Tab(project)
    tab.mask_middle()
    tab.mask_middle(10.0)
    second = tab.project.grid.mask_polygons_px[1]
    tab.presenter.move_mask(0, tab.project.grid.mask_polygons_px[0] + 5.0)
    assert tab.project.grid.mask_polygons_px[1] is second
    assert tab.bench.document.undo_label == "Change mask 1"


def test_that_a_simple_line_is_drawn_and_dragged(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.choose_layout("line")
    assert "line of points" in tab.last("show_problems")[0]
    tab.presenter.draw_line([[10.0, 50.0], [110.0, 50.0]])
    assert tab.last("show_problems") == ()
    assert tab.last("show_points")[0].tolist() == [10.0, 50.0]
    assert tab.last("show_simple_line").tolist() == [[10.0, 50.0], [110.0, 50.0]]
    tab.presenter.choose_layout(PointLayout.SECTION)
    assert tab.last("show_simple_line") is None


def test_that_the_spacing_of_the_grid_is_shown_on_the_ground_in_display_units(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.choose_layout("regular")
    tab.presenter.set_spacing(x_px=40)
    tab.presenter.set_spacing(y_px=20)
    x, y = tab.last("show_spacing", 2)
    assert x.endswith(" m")
    assert float(x.split()[0]) == pytest.approx(2.0 * float(y.split()[0]), abs=0.011)
    tab.bench.document.edit("units", replace(tab.project, display_units=DisplayUnits.ENGLISH))
    assert tab.last("show_spacing", 2)[0].endswith(" ft")
    assert tab.last("show_units", 0) == "ft²"


def test_that_points_wait_for_nobody_and_the_last_edit_counts(project: Project) -> None:
    tab = Tab(project)
    tab.bench.tasks.is_held = True  # type: ignore[attr-defined]
    tab.presenter.set_count(7)
    tab.presenter.set_count(9)
    tab.bench.tasks.carry_out()  # type: ignore[attr-defined]
    assert len(tab.last("show_points")) == 9
