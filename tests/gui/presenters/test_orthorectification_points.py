from __future__ import annotations

from dataclasses import replace
from unittest.mock import MagicMock, create_autospec

import numpy as np
import pytest
from gui_workbench import workbench
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.ground_control import GroundControlPoints
from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, DisplayUnits, unit_system
from image_velocimetry_tools.gui.models.orthorectification_points import PointField, without_pixels
from image_velocimetry_tools.gui.models.pasted_cells import PastedCell, PastedCells
from image_velocimetry_tools.gui.presenters.orthorectification_points import PointsEditor, PointsView
from image_velocimetry_tools.services.rectification.rectified_view import raster_of


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_mill()


class Editor:
    """The editor of points with its bench and a view that remembers what it was told."""

    def __init__(self, project: Project) -> None:
        self.bench = workbench(project)
        self.view: MagicMock = create_autospec(PointsView, instance=True)
        self.editor = PointsEditor(self.view, self.bench)
        self.said: list[str] = []
        self.bench.said.subscribe(self.said.append)

    @property
    def points(self) -> GroundControlPoints:
        return self.bench.document.project.calibration.points

    @property
    def names(self) -> list[str]:
        return [point.name for point in self.points.points]

    @property
    def digitising(self) -> str | None:
        return self.view.show_digitising.call_args.args[0]  # type: ignore[no-any-return]


def _undigitised(project: Project, *rows: int) -> Project:
    calibration = project.calibration
    return replace(project, calibration=replace(calibration, points=without_pixels(calibration.points, rows)))


def test_that_digitising_leads_from_point_to_point_and_ends_by_itself(project: Project) -> None:
    tab = Editor(_undigitised(project, 1, 3, 4))
    tab.editor.select([3])
    tab.editor.start_digitising()
    assert tab.digitising == tab.names[3]
    for row, pixel in ((3, (10.0, 20.0)), (4, (30.0, 40.0)), (1, (50.0, 60.0))):
        assert tab.digitising == tab.names[row]
        assert tab.editor.selected == (row,)
        tab.editor.pick(*pixel)
        assert (tab.points.points[row].x_px, tab.points.points[row].y_px) == pixel
    assert tab.digitising is None
    assert tab.said[-1] == "All control points are digitised"
    tab.editor.pick(1.0, 1.0)
    assert tab.points.points[1].x_px == 50.0


def test_that_digitising_begins_with_the_first_point_without_pixels(project: Project) -> None:
    tab = Editor(_undigitised(project, 2))
    tab.editor.start_digitising()
    assert tab.digitising == tab.names[2]
    done = Editor(project)
    done.editor.start_digitising()
    assert done.digitising == done.names[0]


def test_that_points_for_nothing_are_left_out_of_digitising(project: Project) -> None:
    tab = Editor(_undigitised(project, 1, 2))
    tab.editor.edit_field(1, PointField.USE, False)
    tab.editor.start_digitising()
    assert tab.digitising == tab.names[2]


def test_that_each_digitised_point_is_a_step_of_undo(project: Project) -> None:
    tab = Editor(_undigitised(project, 1, 2))
    tab.editor.start_digitising()
    tab.editor.pick(10.0, 20.0)
    tab.editor.pick(30.0, 40.0)
    tab.bench.document.undo()
    assert [tab.points.points[row].is_digitised for row in (1, 2)] == [True, False]
    assert tab.bench.document.undo_label == f"Digitise point {tab.names[1]}"


def test_that_selecting_another_row_while_digitising_makes_it_the_next(project: Project) -> None:
    tab = Editor(_undigitised(project, 1, 2))
    tab.editor.start_digitising()
    tab.editor.select([5])
    assert tab.digitising == tab.names[5]
    tab.editor.pick(7.0, 8.0)
    assert tab.points.points[5].x_px == 7.0
    assert tab.digitising == tab.names[1]


def test_that_digitising_needs_points_and_an_image(project: Project) -> None:
    tab = Editor(Project())
    tab.editor.start_digitising()
    assert "no control point" in tab.said[-1]
    assert tab.digitising is None
    tab = Editor(replace(project, calibration=replace(project.calibration, image=None, image_size=None)))
    tab.editor.start_digitising()
    assert "no calibration image" in tab.said[-1]
    assert tab.digitising is None


def test_that_another_image_or_fewer_points_end_digitising(project: Project) -> None:
    tab = Editor(project)
    tab.editor.select([7])
    tab.editor.start_digitising()
    document = tab.bench.document
    fewer = GroundControlPoints(tab.points.points[:4])
    document.edit("Fewer", replace(project, calibration=replace(project.calibration, points=fewer)))
    assert tab.digitising is None
    assert tab.editor.selected == ()
    tab.editor.select([1])
    tab.editor.start_digitising()
    calibration = document.project.calibration
    image = bytes(bytearray(calibration.image or b""))
    document.edit("Other", replace(document.project, calibration=replace(calibration, image=image + b" ")))
    assert tab.digitising is None


def test_that_dragging_a_point_is_one_step_of_undo(project: Project) -> None:
    tab = Editor(project)
    tab.editor.place(0, 33.25, 44.5)
    assert (tab.points.points[0].x_px, tab.points.points[0].y_px) == (33.25, 44.5)
    tab.bench.document.undo()
    assert tab.bench.document.project is project


def test_that_nudging_again_and_again_is_one_step_of_undo(project: Project) -> None:
    tab = Editor(project)
    before = tab.points.points[2]
    tab.editor.select([2])
    for _ in range(3):
        tab.editor.nudge(0.1, -1.0)
    after = tab.points.points[2]
    assert after.x_px == pytest.approx((before.x_px or 0.0) + 0.3, abs=1e-5)
    assert after.y_px == pytest.approx((before.y_px or 0.0) - 3.0, abs=1e-5)
    tab.bench.document.undo()
    assert tab.bench.document.project is project


def test_that_only_a_single_digitised_point_is_nudged(project: Project) -> None:
    undigitised = _undigitised(project, 2)
    tab = Editor(undigitised)
    for rows in ([], [0, 1], [2]):
        tab.editor.select(rows)
        tab.editor.nudge(1.0, 1.0)
    assert tab.bench.document.project is undigitised


def test_that_coordinates_are_typed_in_display_units(project: Project) -> None:
    tab = Editor(replace(project, display_units=DisplayUnits.ENGLISH))
    tab.editor.edit_field(1, PointField.Z, 100.0)
    tab.editor.edit_field(1, PointField.X_PX, 12.5)
    assert tab.points.points[1].z_m == pytest.approx(100.0 * METRES_PER_FOOT)
    assert tab.points.points[1].x_px == 12.5


def test_that_an_emptied_pixel_undigitises_and_an_emptied_coordinate_stays(project: Project) -> None:
    tab = Editor(project)
    tab.editor.edit_field(0, PointField.Y_PX, None)
    assert (tab.points.points[0].x_px, tab.points.points[0].y_px) == (None, None)
    edited = tab.bench.document.project
    tab.editor.edit_field(1, PointField.X, None)
    tab.editor.edit_field(1, PointField.NAME, tab.names[1])
    assert tab.bench.document.project is edited


def test_that_rows_are_added_copied_moved_and_removed(project: Project) -> None:
    tab = Editor(project)
    first = tab.names
    tab.editor.select([1])
    tab.editor.add()
    assert tab.names[2] not in first
    assert [name for name in tab.names if name in first] == first
    assert tab.editor.selected == (2,)
    tab.editor.remove()
    assert tab.names == first
    tab.editor.select([0])
    tab.editor.duplicate()
    assert tab.names[1] == f"{first[0]}-2"
    assert not tab.points.points[1].is_digitised
    assert tab.points.points[1].x_m == tab.points.points[0].x_m
    tab.editor.remove()
    assert tab.names == first
    tab.editor.select([0, 1])
    tab.editor.shift(1)
    assert tab.names == [first[2], first[0], first[1], *first[3:]]
    assert tab.editor.selected == (1, 2)
    tab.editor.shift(-1)
    tab.editor.shift(-1)
    assert tab.names == first


def test_that_a_point_can_be_added_to_an_empty_table() -> None:
    tab = Editor(Project())
    tab.editor.add()
    tab.editor.add()
    assert tab.names == ["P1", "P2"]
    assert not any(point.is_digitised for point in tab.points.points)


def test_that_nothing_happens_to_rows_where_none_is_selected(project: Project) -> None:
    tab = Editor(project)
    for act in (tab.editor.remove, tab.editor.duplicate, tab.editor.clear_pixels, lambda: tab.editor.shift(1)):
        act()
    assert tab.bench.document.project is project


def test_that_removing_the_last_point_leaves_no_selection(project: Project) -> None:
    tab = Editor(project)
    tab.editor.select([*range(len(tab.points))])
    tab.editor.remove()
    assert len(tab.points) == 0
    assert tab.editor.selected == ()
    assert tab.bench.document.undo_label.endswith("points")


def test_that_the_section_line_stays_in_the_world_when_a_point_moves(project: Project) -> None:
    tab = Editor(replace(project, calibration=replace(project.calibration, extent=None)))
    document = tab.bench.document
    before, line = raster_of(document.project.calibration), document.project.section.line_px
    corner = int(np.argmax([point.x_m for point in tab.points.points]))
    tab.editor.edit_field(corner, PointField.USE, False)
    after, carried = raster_of(document.project.calibration), document.project.section.line_px
    assert before is not None
    assert after is not None
    assert line is not None
    assert carried is not None
    assert after.pixel_to_world(carried) == pytest.approx(before.pixel_to_world(line))


_PASTED_FIELDS = {0: PointField.NAME, 1: PointField.X, 2: PointField.Y, 3: PointField.Z, 4: PointField.X_PX}


def test_that_pasted_control_points_are_new_points_in_one_step() -> None:
    bench = workbench()
    editor = PointsEditor(create_autospec(PointsView, instance=True), bench)
    cells = [(0, 0, "A"), (0, 1, 1.0), (0, 2, 2.0), (0, 3, 3.0), (1, 0, "B"), (1, 1, 4.0), (1, 2, 5.0), (1, 3, 6.0)]
    editor.paste(PastedCells(tuple(PastedCell(*cell) for cell in cells)), _PASTED_FIELDS)
    points = bench.document.project.calibration.points.points
    length = unit_system(bench.document.project.display_units).length
    assert [point.name for point in points] == ["A", "B"]
    assert points[1].z_m == pytest.approx(6.0 / length)
    bench.document.undo()
    assert not len(bench.document.project.calibration.points)


def test_that_new_control_points_without_a_coordinate_are_refused_together() -> None:
    bench = workbench()
    editor = PointsEditor(create_autospec(PointsView, instance=True), bench)
    cells = (PastedCell(0, 1, 1.0), PastedCell(0, 2, 2.0), PastedCell(1, 1, None), PastedCell(1, 2, 1.0))
    editor.paste(PastedCells(cells), _PASTED_FIELDS)
    problems = bench.dialogs.show_error.call_args.args[1].problems  # type: ignore[attr-defined]
    assert [problem.where for problem in problems] == ["Row 1", "Row 2", "Row 2"]
    assert not len(bench.document.project.calibration.points)
