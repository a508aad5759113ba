from __future__ import annotations

from unittest.mock import MagicMock, create_autospec

import numpy as np
import pytest
from gui_workbench import workbench
from image_view_hand import Hand
from projects_at_hand import project_of_mill
from PyQt5.QtCore import QPoint, QRectF, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.gui.models.orthorectification import ErrorGrade, ImageMarks, PointKind, PointRow
from image_velocimetry_tools.gui.models.orthorectification_points import PointField
from image_velocimetry_tools.gui.models.workbench import Workbench
from image_velocimetry_tools.gui.presenters.orthorectification import OrthorectificationPresenter
from image_velocimetry_tools.gui.presenters.orthorectification_points import PointsEditor
from image_velocimetry_tools.gui.views.orthorectification import OrthorectificationTab

PLACES = np.array([[40.0, 30.0], [150.0, 60.0], [np.nan, np.nan]])
ROWS = [
    PointRow("A", 1.0, 2.0, 3.0, 40.0, 30.0, 0.5, -0.001, 0.5, True, False),
    PointRow("B", 4.0, 5.0, 6.0, 150.0, 60.0, 8.0, 6.0, 10.0, True, False, ErrorGrade.LARGE),
    PointRow("C", 7.0, 8.0, 9.0, None, None, None, None, None, True, False, problem="It has no pixels. Digitise it."),
]


@pytest.fixture
def presenter() -> MagicMock:
    return create_autospec(OrthorectificationPresenter, instance=True)  # type: ignore[no-any-return]


@pytest.fixture
def editor() -> MagicMock:
    return create_autospec(PointsEditor, instance=True)  # type: ignore[no-any-return]


@pytest.fixture
def tab(qtbot: QtBot, presenter: MagicMock, editor: MagicMock) -> OrthorectificationTab:
    tab = OrthorectificationTab()
    qtbot.addWidget(tab)
    tab.bind(presenter)
    tab.bind_points(editor)
    tab.resize(1240, 620)
    tab.show()
    tab.show_units("m")
    tab.show_original(np.zeros((100, 200, 3), np.uint8))
    tab.show_rectified(np.zeros((120, 160, 3), np.uint8))
    tab.show_rows(ROWS)
    tab.show_marks(_marks())
    tab.show_rectified_points(PLACES, ("A", "B", "C"))
    tab.show_selected([])
    qtbot.waitExposed(tab)
    return tab


def _marks() -> ImageMarks:
    errors = np.array([[0.5, 0.0], [8.0, 6.0], [np.nan, np.nan]])
    lines = np.array([[[40.0, 30.0], [40.0, 50.0]]])
    return ImageMarks(("A", "B", "C"), (PointKind.USED, PointKind.VALIDATION, PointKind.USED), PLACES, errors, lines)


def _cell(tab: OrthorectificationTab, row: int, column: int) -> QPoint:
    table = tab.pointsPanel.pointsTable
    return table.visualRect(table.model().index(row, column)).center()


def test_that_the_tab_fits_its_place_in_the_window(tab: OrthorectificationTab) -> None:
    assert tab.minimumSizeHint().width() <= 1240
    assert tab.minimumSizeHint().height() <= 620
    # with all columns of the table in sight
    assert not tab.pointsPanel.pointsTable.horizontalScrollBar().maximum()


def test_that_every_control_has_a_name_and_a_tooltip(tab: OrthorectificationTab) -> None:
    pictures, points, settings = tab.picturesPanel, tab.pointsPanel, tab.settingsPanel
    controls = (
        pictures.importImageButton, pictures.digitiseButton, pictures.residualsField, pictures.plumbLinesField,
        pictures.rectifyButton, pictures.fitExtentButton, pictures.exportFramesButton, points.importPointsButton,
        points.savePointsButton, points.addButton, points.duplicateButton, points.removeButton, points.upButton,
        points.downButton, points.clearPixelsButton, settings.levelField, settings.flipXField, settings.flipYField,
        settings.copyMatrixButton,
    )  # fmt: skip
    for control in controls:
        assert control.objectName()
        assert control.toolTip()


def test_that_a_click_picks_while_a_point_is_digitised(tab: OrthorectificationTab, editor: MagicMock) -> None:
    tab.show_digitising("C")
    assert tab.picturesPanel.digitiseButton.isChecked()
    Hand(tab.picturesPanel.originalView).click(100.0, 20.0)
    x, y = editor.pick.call_args.args
    assert (x, y) == pytest.approx((100.0, 20.0), abs=1.0)
    tab.show_digitising(None)
    assert not tab.picturesPanel.digitiseButton.isChecked()
    editor.pick.reset_mock()
    Hand(tab.picturesPanel.originalView).click(100.0, 20.0)
    assert not editor.pick.called


def test_that_d_and_the_button_begin_and_escape_and_the_button_end(
    tab: OrthorectificationTab, editor: MagicMock, qtbot: QtBot
) -> None:
    tab.activateWindow()
    tab.pointsPanel.pointsTable.setFocus()
    QTest.keyClick(tab.pointsPanel.pointsTable, Qt.Key_D)
    qtbot.waitUntil(lambda: editor.start_digitising.call_count == 1)
    tab.show_digitising("A")
    QTest.keyClick(tab.picturesPanel.originalView, Qt.Key_Escape)
    qtbot.waitUntil(lambda: editor.stop_digitising.call_count == 1)
    tab.show_digitising(None)
    QTest.mouseClick(tab.picturesPanel.digitiseButton, Qt.LeftButton)
    assert editor.start_digitising.call_count == 2
    QTest.mouseClick(tab.picturesPanel.digitiseButton, Qt.LeftButton)
    assert editor.stop_digitising.call_count == 2


def test_that_a_point_is_dragged_once_and_clicked_to_select(tab: OrthorectificationTab, editor: MagicMock) -> None:
    hand = Hand(tab.picturesPanel.originalView)
    hand.drag((150.0, 60.0), (120.0, 70.0))
    row, x, y = editor.place.call_args.args
    assert row == 1
    assert (x, y) == pytest.approx((120.0, 70.0), abs=1.0)
    assert editor.place.call_count == 1
    hand.click(40.0, 30.0)
    editor.select.assert_called_once_with([0])


def test_that_a_click_on_a_point_of_the_rectified_image_selects_it(
    tab: OrthorectificationTab, editor: MagicMock
) -> None:
    Hand(tab.picturesPanel.rectifiedView).click(40.0, 30.0)
    editor.select.assert_called_once_with([0])


@pytest.mark.parametrize(
    ("key", "modifier", "step"),
    [
        (Qt.Key_Left, Qt.NoModifier, (-0.1, 0.0)),
        (Qt.Key_Down, Qt.NoModifier, (0.0, 0.1)),
        (Qt.Key_Up, Qt.ShiftModifier, (0.0, -1.0)),
        (Qt.Key_Right, Qt.ShiftModifier, (1.0, 0.0)),
    ],
)
def test_that_arrow_keys_nudge_the_selected_point(
    tab: OrthorectificationTab,
    editor: MagicMock,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    step: tuple[float, float],
) -> None:
    tab.show_selected([1])
    QTest.keyClick(tab.picturesPanel.originalView, key, modifier)
    editor.nudge.assert_called_once()
    assert editor.nudge.call_args.args == pytest.approx(step)


def test_that_arrow_keys_pan_where_no_digitised_point_is_selected(
    tab: OrthorectificationTab, editor: MagicMock
) -> None:
    view = tab.picturesPanel.originalView
    for rows in ([], [2], [0, 1]):
        tab.show_selected(rows)
        before = view.screen_position(0.0, 0.0)
        QTest.keyClick(view, Qt.Key_Left)
        assert view.screen_position(0.0, 0.0) != before
    assert not editor.nudge.called


def test_that_a_selected_point_out_of_sight_is_brought_into_it(tab: OrthorectificationTab) -> None:
    view = tab.picturesPanel.originalView
    view.zoom_to(QRectF(0.0, 0.0, 20.0, 10.0))
    tab.show_selected([1])
    assert view.viewport().rect().contains(view.screen_position(150.0, 60.0).toPoint())


def test_that_a_cell_is_edited_with_its_field(tab: OrthorectificationTab, editor: MagicMock, qtbot: QtBot) -> None:
    table = tab.pointsPanel.pointsTable
    QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=_cell(tab, 1, 3))
    QTest.mouseDClick(table.viewport(), Qt.LeftButton, pos=_cell(tab, 1, 3))
    cell = table.findChild(QLineEdit)
    cell.selectAll()
    QTest.keyClicks(cell, "6,25")
    with qtbot.waitSignal(table.edited):
        QTest.keyClick(cell, Qt.Key_Return)
    editor.edit_field.assert_called_once_with(1, PointField.Z, 6.25)
    # a word equal to the field would not do
    assert isinstance(editor.edit_field.call_args.args[1], PointField)


def test_that_uses_are_switched_in_the_table(tab: OrthorectificationTab, editor: MagicMock, qtbot: QtBot) -> None:
    table = tab.pointsPanel.pointsTable
    for column, field, value in ((9, PointField.USE, False), (10, PointField.VALIDATE, True)):
        box = table.visualRect(table.model().index(0, column))
        with qtbot.waitSignal(table.edited):
            QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=box.topLeft() + QPoint(10, box.height() // 2))
        assert editor.edit_field.call_args.args == (0, field, value)


def test_that_selecting_rows_and_the_delete_key_reach_the_editor(tab: OrthorectificationTab, editor: MagicMock) -> None:
    table = tab.pointsPanel.pointsTable
    QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=_cell(tab, 1, 1))
    editor.select.assert_called_once_with([1])
    QTest.keyClick(table, Qt.Key_Delete)
    editor.remove.assert_called_once_with()


def test_that_buttons_for_rows_need_a_selection(tab: OrthorectificationTab, editor: MagicMock) -> None:
    panel = tab.pointsPanel
    assert not panel.removeButton.isEnabled()
    tab.show_selected([1])
    assert panel.pointsTable.selected_rows() == [1]
    for button, method, args in (
        (panel.addButton, editor.add, ()),
        (panel.duplicateButton, editor.duplicate, ()),
        (panel.removeButton, editor.remove, ()),
        (panel.upButton, editor.shift, (-1,)),
        (panel.downButton, editor.shift, (1,)),
        (panel.clearPixelsButton, editor.clear_pixels, ()),
    ):
        QTest.mouseClick(button, Qt.LeftButton)
        assert method.call_args.args == args


def test_that_buttons_for_files_and_views_reach_the_presenter(tab: OrthorectificationTab, presenter: MagicMock) -> None:
    tab.show_extent(True)
    for button, method in (
        (tab.picturesPanel.importImageButton, presenter.import_image),
        (tab.picturesPanel.rectifyButton, presenter.rectify),
        (tab.picturesPanel.fitExtentButton, presenter.fit_extent),
        (tab.picturesPanel.exportFramesButton, presenter.export_frames),
        (tab.pointsPanel.importPointsButton, presenter.import_points),
        (tab.pointsPanel.savePointsButton, presenter.export_points),
    ):
        QTest.mouseClick(button, Qt.LeftButton)
        method.assert_called_once_with()
    tab.show_extent(False)
    assert not tab.picturesPanel.fitExtentButton.isEnabled()


def test_that_settings_reach_the_presenter(tab: OrthorectificationTab, presenter: MagicMock) -> None:
    settings = tab.settingsPanel
    tab.show_level(12.5)
    settings.levelField.setFocus()
    QTest.keyClick(settings.levelField, Qt.Key_Up)
    assert presenter.set_level.call_args.args[0] == pytest.approx(12.6)
    tab.show_method("automatic", "for many points")
    QTest.keyClick(settings.methodField, Qt.Key_Down)
    presenter.choose_method.assert_called_once_with("scale")
    assert "for many points" in settings.methodField.toolTip()
    tab.show_flips(False, True)
    QTest.mouseClick(settings.flipXField, Qt.LeftButton, pos=QPoint(8, settings.flipXField.height() // 2))
    presenter.flip.assert_called_once_with(True, True)


def test_that_showing_reports_nothing(tab: OrthorectificationTab, presenter: MagicMock, editor: MagicMock) -> None:
    presenter.reset_mock()
    editor.reset_mock()
    tab.show_level(1.0)
    tab.show_method("homography", "")
    tab.show_flips(True, True)
    tab.show_rows(ROWS[:1])
    tab.show_selected([0])
    tab.show_digitising("A")
    tab.show_digitising(None)
    tab.show_whole()
    QApplication.processEvents()
    assert presenter.method_calls == []
    assert editor.method_calls == []


def test_that_the_place_under_the_mouse_is_asked_for_and_shown(
    tab: OrthorectificationTab, presenter: MagicMock
) -> None:
    Hand(tab.picturesPanel.originalView).move(60.0, 40.0)
    x, y, is_original = presenter.hover.call_args.args
    assert (x, y) == pytest.approx((60.0, 40.0), abs=1.0)
    assert is_original
    Hand(tab.picturesPanel.rectifiedView).move(60.0, 40.0)
    assert not presenter.hover.call_args.args[2]
    Hand(tab.picturesPanel.rectifiedView).move(-500.0, -500.0)
    presenter.leave.assert_called_once_with()
    tab.show_cursor("here")
    assert tab.picturesPanel.cursorLabel.text() == "here"


def test_that_large_errors_and_problems_colour_their_cells(tab: OrthorectificationTab) -> None:
    model = tab.pointsPanel.pointsTable.model()
    assert model.data(model.index(0, 8), Qt.BackgroundRole) is None
    assert model.data(model.index(1, 8), Qt.BackgroundRole) is not None
    assert "larger" in model.data(model.index(1, 8), Qt.ToolTipRole)
    assert "Digitise it" in model.data(model.index(2, 0), Qt.ToolTipRole)
    assert model.data(model.index(2, 4), Qt.BackgroundRole) is not None
    assert model.data(model.index(0, 7), Qt.DisplayRole) == "0.00"


def test_that_the_banner_says_what_is_wrong_and_no_more_than_fits(tab: OrthorectificationTab) -> None:
    tab.show_findings(["One.", "Two."], ["Three.", "Four.", "Five.", "Six."], "")
    assert tab.banner.text.splitlines()[:4] == ["One.", "Two.", "Three.", "Four."]
    assert "2 more" in tab.banner.text
    tab.show_findings([], [], "Import the image.")
    assert tab.banner.text == "Import the image."
    tab.show_findings([], [], "")
    assert tab.banner.text == ""


def test_that_the_matrix_is_copied_with_all_its_digits(tab: OrthorectificationTab) -> None:
    matrix = np.array([[1.0 / 3.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 1.0]])
    tab.show_matrix(matrix, "Camera matrix")
    tab.settingsPanel.resultTabs.setCurrentIndex(1)
    QTest.mouseClick(tab.settingsPanel.copyMatrixButton, Qt.LeftButton)
    copied = QApplication.clipboard().text()
    assert np.array([[float(cell) for cell in row.split("\t")] for row in copied.splitlines()]).tolist() == (
        matrix.tolist()
    )
    tab.show_matrix(None, "There is no solution yet")
    assert not tab.settingsPanel.copyMatrixButton.isEnabled()


def test_that_residuals_and_plumb_lines_can_be_hidden(tab: OrthorectificationTab) -> None:
    hand = Hand(tab.picturesPanel.originalView)
    shown = hand.picture()
    for field in (tab.picturesPanel.residualsField, tab.picturesPanel.plumbLinesField):
        QTest.mouseClick(field, Qt.LeftButton, pos=QPoint(8, field.height() // 2))
        hidden = hand.picture()
        assert hidden != shown
        shown = hidden


def test_that_pictures_go_when_there_are_none(tab: OrthorectificationTab) -> None:
    tab.show_original(None)
    tab.show_rectified(None)
    tab.show_scale(None, "m")
    assert tab.picturesPanel.originalView.picture_size is None
    assert tab.picturesPanel.rectifiedView.picture_size is None


class Whole:
    """The tab with its real presenter and a project that is complete but for two points."""

    def __init__(self, qtbot: QtBot) -> None:
        self.bench: Workbench = workbench(project_of_mill())
        self.tab = OrthorectificationTab()
        qtbot.addWidget(self.tab)
        self.presenter = OrthorectificationPresenter(self.tab, self.bench)
        self.tab.resize(1240, 620)
        self.tab.show()
        qtbot.waitExposed(self.tab)
        self.view = self.tab.picturesPanel.originalView


def test_that_points_are_digitised_one_after_the_other_by_clicks(qtbot: QtBot) -> None:
    whole = Whole(qtbot)
    points = whole.bench.document.project.calibration.points.points
    truth = [(points[row].x_px or 0.0, points[row].y_px or 0.0) for row in (1, 2)]
    whole.tab.pointsPanel.pointsTable.select_rows([1, 2])
    whole.presenter.points.select([1, 2])
    QTest.mouseClick(whole.tab.pointsPanel.clearPixelsButton, Qt.LeftButton)
    QTest.mouseClick(whole.tab.picturesPanel.digitiseButton, Qt.LeftButton)
    for place in truth:
        Hand(whole.view).click(*place)
    assert whole.view.mode == "navigate"
    digitised = whole.bench.document.project.calibration.points.points
    for row, place in zip((1, 2), truth, strict=True):
        assert (digitised[row].x_px, digitised[row].y_px) == pytest.approx(place, abs=1.0 / whole.view.zoom)
    assert whole.bench.rectified.current.solved is not None


def test_that_a_drag_is_solved_and_undone_as_one_step(qtbot: QtBot) -> None:
    whole = Whole(qtbot)
    before = whole.bench.document.project
    point = before.calibration.points.points[0]
    start = (point.x_px or 0.0, point.y_px or 0.0)
    Hand(whole.view).drag(start, (start[0] + 20.0, start[1] + 10.0))
    moved = whole.bench.document.project.calibration.points.points[0]
    assert moved.x_px == pytest.approx(start[0] + 20.0, abs=1.0)
    solved = whole.bench.rectified.current.solved
    assert solved is not None
    assert solved.rmse_px > 0.5
    whole.bench.document.undo()
    assert whole.bench.document.project is before
