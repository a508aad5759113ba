"""Subsections are edited one step of undo each, and the conveyance follows."""

from __future__ import annotations

from typing import Any
from unittest.mock import create_autospec

import numpy as np
import pytest
from gui_workbench import workbench
from measured_mill import measured_mill

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.gui.models.cross_section import PlotKind, curve_drawing
from image_velocimetry_tools.gui.models.pasted_cells import PastedCell, PastedCells
from image_velocimetry_tools.gui.presenters.cross_section_subsections import SubsectionsEditor, SubsectionsView


class Page:
    def __init__(self, project: Project) -> None:
        self.bench = workbench(project)
        self.view = create_autospec(SubsectionsView, instance=True)
        self.editor = SubsectionsEditor(self.view, self.bench)
        self.dialogs: Any = self.bench.dialogs

    @property
    def survey(self) -> Any:
        return self.bench.document.project.section.survey

    @property
    def rows(self) -> Any:
        return self.view.show_subsections.call_args.args[0]

    @property
    def units(self) -> Any:
        return self.view.show_subsections.call_args.args[1]


@pytest.fixture
def page() -> Page:
    page = Page(measured_mill())
    page.editor.set_manning_n(0, 0.03)
    return page


def test_that_a_divided_section_has_two_parts_of_the_same_roughness(page: Page) -> None:
    (whole,) = page.rows
    page.editor.divide(0)
    left, right = page.rows
    assert (left.manning_n, right.manning_n) == (0.03, 0.03)
    assert left.last_station == right.first_station == pytest.approx((whole.first_station + whole.last_station) / 2)
    assert left.area + right.area == pytest.approx(whole.area)
    assert left.share_percent + right.share_percent == pytest.approx(100.0)


def test_that_a_typed_boundary_and_roughness_count_and_undo_brings_the_old_back(page: Page) -> None:
    page.editor.divide(0)
    page.editor.set_manning_n(1, 0.06)
    page.editor.move_boundary(0, 5.0 * page.units.length)
    assert page.survey.manning_n == (0.03, 0.06)
    assert page.survey.subsection_bounds_m == pytest.approx((5.0,))
    assert page.rows[0].last_station == pytest.approx(5.0 * page.units.length)
    page.bench.document.undo()
    page.bench.document.undo()
    assert page.survey.manning_n == (0.03, 0.03)


def test_that_the_curve_of_the_conveyance_follows_the_roughness(page: Page) -> None:
    before = curve_drawing(page.survey, PlotKind.CONVEYANCE, None, page.units).values
    page.editor.set_manning_n(0, 0.06)
    after = curve_drawing(page.survey, PlotKind.CONVEYANCE, None, page.units).values
    np.testing.assert_allclose(after, before / 2.0)


def test_that_a_deleted_part_is_joined_to_the_one_before_it(page: Page) -> None:
    page.editor.divide(0)
    page.editor.set_manning_n(1, 0.06)
    page.editor.remove(1)
    assert (page.survey.manning_n, page.survey.subsection_bounds_m) == ((0.03,), ())
    page.editor.divide(0)
    page.editor.set_manning_n(1, 0.06)
    page.editor.remove(0)
    assert page.survey.manning_n == (0.06,)


def test_that_roughness_does_not_make_velocities_out_of_date(page: Page) -> None:
    page.editor.divide(0)
    assert page.bench.document.project.are_velocities_current


@pytest.mark.parametrize("manning_n", [0.0, -0.03, 30.0])
def test_that_no_river_has_such_a_roughness(page: Page, manning_n: float) -> None:
    page.editor.set_manning_n(0, manning_n)
    page.dialogs.show_error.assert_called_once()
    assert page.survey.manning_n == (0.03,)


def test_that_a_boundary_outside_its_neighbours_is_refused(page: Page) -> None:
    page.editor.divide(0)
    page.editor.move_boundary(0, 1e6)
    assert "boundary lies between" in str(page.dialogs.show_error.call_args.args[1])


def test_that_a_section_without_roughness_is_not_divided() -> None:
    project = measured_mill()
    page = Page(project)
    page.editor._edit("Forget", lambda survey: type(survey)(survey.station_m, survey.elevation_m, survey.sub_surveys))
    page.editor.divide(0)
    assert "not known" in str(page.dialogs.show_error.call_args.args[1])
    assert np.isnan(page.rows[0].conveyance)


def test_that_pasted_cells_are_one_step_and_all_or_none(page: Page) -> None:
    page.editor.divide(0)
    page.editor.divide(1)
    before = page.bench.document.project
    length = page.units.length
    rows = (PastedCell(0, 2, 2.0 * length), PastedCell(0, 3, 0.05), PastedCell(1, 2, 4.0 * length))
    page.editor.paste(PastedCells(rows))
    assert page.survey.subsection_bounds_m == pytest.approx((2.0, 4.0))
    assert page.survey.manning_n[0] == 0.05
    page.bench.document.undo()
    assert page.bench.document.project is before
    page.editor.paste(PastedCells((PastedCell(0, 3, 5.0), PastedCell(1, 3, 0.04), PastedCell(1, 2, -3.0))))
    problems = page.dialogs.show_error.call_args.args[1].problems
    assert [problem.where for problem in problems] == ["Row 1", "Row 2"]
    assert page.bench.document.project is before
