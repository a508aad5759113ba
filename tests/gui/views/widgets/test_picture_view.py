"""Zooming, panning and coordinates of the image view."""

from __future__ import annotations

import numpy as np
import pytest
from image_view_hand import GREY, Hand, grey_picture
from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtTest import QTest

from image_velocimetry_tools.gui.views.widgets.image_view import ImageView


def sight(view: ImageView) -> tuple[float, float, float]:
    """Zoom and image position of the middle."""
    middle = view.image_position(QPointF(view.viewport().width() / 2, view.viewport().height() / 2))
    return view.zoom, middle.x(), middle.y()


def same_sight(view: ImageView, expected: tuple[float, float, float]) -> bool:
    return sight(view) == pytest.approx(expected, abs=0.5 + 0.5 / view.zoom)


def test_that_the_first_picture_is_shown_whole(view):
    assert view.zoom == pytest.approx(2.0)
    assert view.screen_position(-0.5, -0.5) == QPointF(0, 0)
    assert view.screen_position(399.5, 299.5) == QPointF(800, 600)


def test_that_the_picture_stays_whole_when_the_window_grows_until_the_user_zooms(view, hand):
    view.resize(1200, 900)
    assert view.zoom == pytest.approx(3.0)
    hand.wheel(200, 150, 1)
    zoom = view.zoom
    view.resize(800, 600)
    assert view.zoom == zoom


def test_that_another_picture_of_the_same_size_keeps_the_zoom(view, hand):
    hand.drag((100, 100), (200, 175))
    before = sight(view)
    view.show_picture(grey_picture())
    assert sight(view) == before
    view.show_picture(grey_picture(), keep_zoom=False)
    assert view.zoom == pytest.approx(2.0)


def test_that_a_picture_of_another_size_is_shown_whole(view, hand):
    hand.drag((100, 100), (200, 175))
    view.show_picture(grey_picture(800, 600))
    assert view.zoom == pytest.approx(1.0)


def test_that_colours_of_a_picture_are_right_at_every_level_of_zoom(view, hand):
    picture = np.zeros((2160, 3840, 3), dtype=np.uint8)
    picture[:, :1920] = (200, 40, 10)
    picture[:, 1920:] = (10, 40, 200)
    for window in ((1200, 700), (400, 300), (100, 80)):
        view.resize(*window)
        view.show_picture(picture, keep_zoom=False)
        assert hand.colour(900, 1000).getRgb()[:3] == (200, 40, 10)
        assert hand.colour(2900, 1000).getRgb()[:3] == (10, 40, 200)


def test_that_a_grey_picture_whose_rows_are_not_contiguous_is_shown(view, hand):
    wide = np.zeros((300, 800), dtype=np.uint8)
    wide[:, ::2] = 77
    view.show_picture(wide[:, ::2])
    assert hand.colour(20, 20).red() == 77


@pytest.mark.parametrize("picture", [np.zeros((3, 3)), np.zeros((3, 3, 4), np.uint8), np.zeros((0, 3), np.uint8)])
def test_that_what_is_no_picture_is_refused(view, picture):
    with pytest.raises(ValueError, match="uint8"):
        view.show_picture(picture)


def test_that_a_pixel_is_where_its_index_says(view, hand):
    picture = grey_picture()
    picture[170, 210] = 255
    view.show_picture(picture)
    view.zoom_to(QRectF(205, 165, 12, 9))
    assert hand.colour(210, 170).red() == 255
    assert hand.colour(210.4, 170.4).red() == 255
    assert hand.colour(210.6, 170).red() == GREY
    assert hand.colour(210, 169.4).red() == GREY


@pytest.mark.parametrize("area", [None, QRectF(50, 60, 133, 80), QRectF(200, 100, 17, 13), QRectF(310, 200, 4, 3)])
def test_that_positions_are_right_to_half_a_pixel_at_every_zoom(view, hand, area, qtbot):
    if area:
        view.zoom_to(area)
    where = area.center() if area else QPointF(123, 45)
    with qtbot.waitSignal(view.cursor_moved) as moved:
        hand.move(where.x(), where.y())
    assert moved.args == pytest.approx([where.x(), where.y()], abs=0.5 / view.zoom + 1e-9)


def test_that_the_cursor_is_told_only_on_the_picture(view, hand, qtbot):
    view.resize(1000, 600)
    with qtbot.waitSignal(view.cursor_moved):
        hand.move(10, 10)
    with qtbot.waitSignal(view.cursor_left), qtbot.assertNotEmitted(view.cursor_moved):
        hand.move(-30, 10)
    with qtbot.assertNotEmitted(view.cursor_left):
        hand.move(-31, 10)


def test_that_a_rubber_band_zooms_and_right_clicks_go_back_step_by_step(view, hand):
    whole = sight(view)
    hand.drag((100, 100), (200, 175))
    assert same_sight(view, (8.0, 150, 137.5))
    first = sight(view)
    hand.drag((140, 130), (160, 145))
    assert same_sight(view, (40.0, 150, 137.5))
    hand.click(150, 137, Qt.RightButton)
    assert same_sight(view, first)
    hand.click(150, 137, Qt.RightButton)
    assert same_sight(view, whole)
    view.resize(1200, 900)
    assert view.zoom == pytest.approx(3.0)


def test_that_a_trembling_click_does_not_zoom(view, hand):
    hand.drag((100, 100), (101, 101))
    assert view.zoom == pytest.approx(2.0)


def test_that_the_rubber_band_is_seen_while_it_is_drawn(view, hand):
    bare = hand.picture()
    hand.press(100, 100)
    hand.move(200, 180)
    assert hand.colour(150, 140).red() == pytest.approx(GREY + 19, abs=2)
    assert hand.colour(250, 140).red() == GREY
    hand.key(Qt.Key_Escape)
    assert hand.picture() == bare
    hand.release(200, 180)


def test_that_escape_abandons_a_rubber_band(view, hand):
    hand.press(100, 100)
    hand.move(200, 200)
    hand.key(Qt.Key_Escape)
    hand.release(200, 200)
    assert view.zoom == pytest.approx(2.0)


def test_that_a_double_right_click_shows_the_whole(view, hand):
    for _ in range(3):
        hand.wheel(100, 100, 2)
        _, x, y = sight(view)
        hand.drag((x - 10, y - 10), (x + 10, y + 10))
    hand.double_click(*sight(view)[1:], Qt.RightButton)
    assert view.zoom == pytest.approx(2.0)


def test_that_the_wheel_zooms_about_the_mouse(view, hand):
    hand.wheel(300, 80, 3)
    assert view.zoom == pytest.approx(2.0 * 1.25**3)
    place = view.image_position(QPointF(601, 161))
    assert (place.x(), place.y()) == pytest.approx((300, 80), abs=1.0)
    hand.wheel(300, 80, -3)
    assert view.zoom == pytest.approx(2.0)


def test_that_zoom_has_limits(view, hand):
    hand.wheel(200, 150, 100)
    assert view.zoom == pytest.approx(64.0)
    hand.wheel(200, 150, -100)
    assert view.zoom == pytest.approx(1.0)


def test_that_the_middle_button_pans(view, hand):
    view.zoom_to(QRectF(100, 100, 100, 75))
    before = view.screen_position(150, 130)
    hand.drag((150, 130), (160, 140), Qt.MiddleButton)
    step = view.screen_position(150, 130) - before
    assert (step.x(), step.y()) == pytest.approx((80, 80), abs=1.5)


def test_that_keys_zoom_pan_and_fit(view, hand):
    hand.key(Qt.Key_Plus)
    assert view.zoom == pytest.approx(2.5)
    _, x, y = sight(view)
    hand.key(Qt.Key_Right)
    hand.key(Qt.Key_Down)
    assert same_sight(view, (2.5, x + 32, y + 24))
    hand.key(Qt.Key_Left)
    hand.key(Qt.Key_Up)
    assert same_sight(view, (2.5, x, y))
    hand.key(Qt.Key_Minus)
    assert view.zoom == pytest.approx(2.0)
    hand.key(Qt.Key_Plus)
    hand.key(Qt.Key_0)
    assert same_sight(view, (2.0, 199.5, 149.5))


def test_that_keys_with_control_belong_to_the_window(view, hand):
    QTest.keyClick(view, Qt.Key_Right, Qt.ControlModifier)
    assert same_sight(view, (2.0, 199.5, 149.5))


def test_that_a_place_out_of_sight_is_brought_into_it(view):
    view.zoom_to(QRectF(10, 10, 40, 30))
    before = sight(view)
    view.reveal(30, 30)
    assert sight(view) == before
    view.reveal(350, 250)
    assert same_sight(view, (before[0], 350, 250))


def test_that_a_view_without_a_picture_takes_any_gesture(view, hand, qtbot):
    view.clear()
    assert view.picture_size is None
    for mode in ("navigate", "pick", "line", "polygon"):
        view.set_mode(mode)
        with qtbot.assertNotEmitted(view.picked), qtbot.assertNotEmitted(view.cursor_moved):
            hand.drag((10, 10), (50, 50))
            hand.double_click(20, 20)
            hand.click(30, 30, Qt.RightButton)
            hand.wheel(10, 10, 1)
            hand.key(Qt.Key_0)
    assert hand.picture().pixelColor(400, 300).name() == "#333333"


def test_that_clearing_tells_that_the_cursor_is_nowhere(view, hand: Hand, qtbot):
    hand.move(20, 20)
    with qtbot.waitSignal(view.cursor_left):
        view.clear()
