"""What the left button does in the modes of the image view."""

from __future__ import annotations

import pytest
from image_view_hand import collected
from PyQt5.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PyQt5.QtWidgets import QApplication

TRIANGLE = [(50, 60), (200, 70), (120, 200)]


def pixels(vertices):
    return [pytest.approx(vertex, abs=0.5) for vertex in vertices]


def test_that_a_click_picks_the_position_once(view, hand):
    picked = collected(view.picked)
    view.set_mode("pick")
    hand.click(123, 45)
    assert picked == [pytest.approx((123, 45), abs=0.25)]


def test_that_far_zoomed_in_a_pick_is_finer_than_a_pixel(view, hand):
    picked = collected(view.picked)
    view.set_mode("pick")
    view.zoom_to(QRectF(100, 100, 20, 15))
    hand.click(107.3, 108.6)
    assert picked == [pytest.approx((107.3, 108.6), abs=0.5 / view.zoom + 1e-9)]


def test_that_the_position_of_release_is_picked_and_the_view_does_not_zoom(view, hand):
    picked = collected(view.picked)
    view.set_mode("pick")
    hand.drag((50, 50), (80, 90))
    assert picked == [pytest.approx((80, 90), abs=0.25)]
    assert view.zoom == pytest.approx(2.0)


def test_that_nothing_is_picked_beside_the_picture(view, hand):
    picked = collected(view.picked)
    view.resize(1000, 600)
    view.set_mode("pick")
    hand.click(-20, 40)
    assert picked == []


def test_that_escape_abandons_a_pick(view, hand):
    picked = collected(view.picked)
    view.set_mode("pick")
    hand.press(50, 50)
    hand.key(Qt.Key_Escape)
    hand.release(50, 50)
    assert picked == []


def test_that_each_click_in_quick_succession_is_a_pick(view, hand):
    picked = collected(view.picked)
    view.set_mode("pick")
    hand.double_click(60, 60)
    assert len(picked) == 2


def test_that_the_loupe_shows_the_place_under_the_mouse_six_times_larger(view, hand):
    view.set_points("mark", [(106, 100)], colour="#ff0000", style="dot")
    view.set_mode("pick")
    hand.move(100, 100)
    # The middle of the loupe lies 98 pixels right of and below the mouse; an image pixel is 12 screen pixels there.
    mouse = hand.at(100, 100) + QPoint(98, 98)
    under_mouse = view.image_position(QPointF(hand.at(100, 100)) + QPointF(0.5, 0.5))
    seen = mouse + QPoint(round(12 * (106 - under_mouse.x())), round(12 * (100 - under_mouse.y())))
    assert hand.picture().pixelColor(seen).name() == "#ff0000"
    QApplication.sendEvent(view, QEvent(QEvent.Leave))
    assert hand.picture().pixelColor(seen).name() != "#ff0000"


def test_that_the_loupe_stays_inside_the_view(view, hand):
    view.set_mode("pick")
    for corner in ((2, 2), (397, 2), (2, 297), (397, 297)):
        before = hand.picture()
        hand.move(*corner)
        assert hand.picture() != before


def test_that_two_clicks_draw_a_line(view, hand):
    drawn = collected(view.line_drawn)
    view.set_mode("line")
    hand.click(50, 60)
    hand.move(80, 80)
    assert drawn == []
    hand.click(150, 160)
    assert drawn == [pytest.approx((50, 60, 150, 160), abs=0.25)]


def test_that_a_drag_draws_a_line(view, hand):
    drawn = collected(view.line_drawn)
    view.set_mode("line")
    hand.drag((50, 60), (150, 160))
    assert drawn == [pytest.approx((50, 60, 150, 160), abs=0.25)]


def test_that_the_view_may_be_zoomed_between_the_ends_of_a_line(view, hand):
    drawn = collected(view.line_drawn)
    view.set_mode("line")
    hand.click(50, 60)
    hand.wheel(150, 160, 4)
    hand.click(150, 160)
    assert drawn == [pytest.approx((50, 60, 150, 160), abs=0.25)]


def test_that_a_line_needs_two_different_ends(view, hand):
    drawn = collected(view.line_drawn)
    view.set_mode("line")
    hand.click(50, 60)
    hand.click(50, 60)
    assert drawn == []


def test_that_escape_abandons_a_line(view, hand):
    drawn = collected(view.line_drawn)
    view.set_mode("line")
    hand.click(50, 60)
    hand.key(Qt.Key_Escape)
    hand.click(150, 160)
    assert drawn == []
    hand.click(200, 100)
    assert drawn == [pytest.approx((150, 160, 200, 100), abs=0.25)]


def test_that_a_rubber_line_follows_the_mouse(view, hand):
    view.set_mode("line")
    hand.click(50, 100)
    hand.move(150, 100)
    assert hand.colour(100, 100).name() == "#ffe14d"


@pytest.mark.parametrize("end", [Qt.Key_Return, Qt.Key_Enter])
def test_that_clicks_and_enter_draw_a_polygon(view, hand, end):
    drawn = collected(view.polygon_drawn)
    view.set_mode("polygon")
    for vertex in TRIANGLE:
        hand.click(*vertex)
    hand.key(end)
    assert drawn == [(pixels(TRIANGLE),)]


def test_that_a_double_click_sets_the_last_vertex_once_and_ends_the_polygon(view, hand):
    drawn = collected(view.polygon_drawn)
    view.set_mode("polygon")
    for vertex in TRIANGLE:
        hand.click(*vertex)
    hand.double_click(40, 180)
    assert drawn == [(pixels([*TRIANGLE, (40, 180)]),)]
    for vertex in TRIANGLE:
        hand.click(*vertex)
    hand.key(Qt.Key_Return)
    assert drawn[1:] == [(pixels(TRIANGLE),)]


def test_that_backspace_takes_the_last_vertex_back(view, hand):
    drawn = collected(view.polygon_drawn)
    view.set_mode("polygon")
    hand.click(*TRIANGLE[0])
    hand.click(300, 250)
    hand.key(Qt.Key_Backspace)
    for vertex in TRIANGLE[1:]:
        hand.click(*vertex)
    hand.key(Qt.Key_Return)
    assert drawn == [(pixels(TRIANGLE),)]


def test_that_two_vertices_are_no_polygon_yet(view, hand):
    drawn = collected(view.polygon_drawn)
    view.set_mode("polygon")
    hand.click(*TRIANGLE[0])
    hand.click(*TRIANGLE[1])
    hand.key(Qt.Key_Return)
    assert drawn == []
    hand.click(*TRIANGLE[2])
    hand.key(Qt.Key_Return)
    assert drawn == [(pixels(TRIANGLE),)]


@pytest.mark.parametrize(
    "abandon", [lambda view, hand: hand.key(Qt.Key_Escape), lambda view, _: view.set_mode("polygon")]
)
def test_that_a_polygon_can_be_abandoned(view, hand, abandon):
    drawn = collected(view.polygon_drawn)
    view.set_mode("polygon")
    for vertex in TRIANGLE:
        hand.click(*vertex)
    abandon(view, hand)
    hand.key(Qt.Key_Return)
    assert drawn == []


def test_that_the_polygon_is_seen_while_it_is_drawn(view, hand):
    view.set_mode("polygon")
    hand.click(50, 100)
    hand.click(150, 100)
    hand.move(100, 200)
    assert hand.colour(100, 100).name() == "#ffe14d"


def test_that_right_click_and_wheel_work_in_every_mode(view, hand):
    for mode in ("pick", "line", "polygon"):
        view.set_mode(mode)
        assert view.mode == mode
        hand.wheel(100, 100, 2)
        assert view.zoom == pytest.approx(2.0 * 1.25**2)
        hand.click(100, 100, Qt.RightButton)
        assert view.zoom == pytest.approx(2.0)
