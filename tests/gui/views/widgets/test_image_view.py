"""Annotation layers of the image view."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from image_view_hand import collected
from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QColor

SQUARE = [(100, 100), (200, 100), (200, 200), (100, 200)]


@pytest.mark.parametrize("style", ["cross", "dot"])
@pytest.mark.parametrize("area", [None, QRectF(90, 90, 40, 30)])
def test_that_a_point_is_drawn_where_it_is(view, hand, style, area):
    if area:
        view.zoom_to(area)
    view.set_points("points", [(100, 110), (np.nan, 5)], colour="#ff0000", style=style)
    assert hand.colour(100, 110).red() > 240
    assert hand.colour(100, 110).green() < 60


def test_that_a_ring_leaves_its_middle_free(view, hand):
    view.set_points("points", [(100, 100)], colour="#ff0000", style="ring")
    assert hand.colour(100, 100).getRgb()[:3] == (90, 90, 90)
    assert hand.colour(102.25, 100).red() > 180


def test_that_an_arrow_has_its_head_at_the_second_end(view, hand):
    view.set_lines("lines", [[[50, 50], [150, 50]]], "#ff0000", arrow=True)
    assert hand.colour(145.5, 51).green() < 60
    assert hand.colour(54.5, 51).green() > 80


@pytest.mark.parametrize(
    ("draw", "corner"),
    [
        (lambda view: view.set_lines("layer", [[[50, 50], [150, 50]]], labels=["Name"]), (100, 50)),
        (lambda view: view.set_polygons("layer", [SQUARE], labels=["Name"]), (150, 150)),
        (lambda view: view.set_vectors("layer", [(50, 50)], [(50, 50)], labels=["Name"]), (100, 100)),
    ],
)
def test_that_labels_stand_beside_what_they_name(view, hand, draw, corner):
    draw(view)
    place = hand.at(*corner)
    beside = hand.picture().copy(place.x() + 14, place.y() - 20, 30, 14)
    view.clear_layers()
    assert beside != hand.picture().copy(place.x() + 14, place.y() - 20, 30, 14)


def test_that_the_pointer_shows_what_can_be_dragged(view, hand):
    view.set_points("fixed", [(100, 100)])
    view.set_points("gcp", [(200, 100)], draggable=True)
    hand.move(200, 100)
    assert view.viewport().cursor().shape() == Qt.SizeAllCursor
    hand.move(100, 100)
    assert view.viewport().cursor().shape() == Qt.ArrowCursor


def test_that_symbols_keep_their_size_on_the_screen(view, hand):
    view.set_points("points", [(100, 100)], colour="#ff0000", style="dot")
    assert hand.colour(104, 100).red() == 90
    view.zoom_to(QRectF(90, 92, 20, 15))
    assert hand.colour(100, 100).name() == "#ff0000"
    assert hand.colour(101, 100).red() == 90


def test_that_a_selected_point_stands_out(view, hand):
    view.set_points("points", [(100, 100)], style="dot")
    plain = hand.picture()
    view.set_points("points", [(100, 100)], style="dot", selected=[0])
    assert hand.picture() != plain


def test_that_lines_polygons_and_vectors_are_drawn_where_they_are(view, hand):
    view.set_lines("lines", [[[20, 50], [120, 50]]], "#ff0000")
    view.set_polygons("polygons", [SQUARE], "#0000ff", fill_opacity=0.5)
    view.set_vectors("vectors", [(20, 250)], [(100, 0)], "#00ff00")
    assert hand.colour(70, 50).name() == "#ff0000"
    assert hand.colour(70, 250).name() == "#00ff00"
    assert hand.colour(122, 250).red() == 90
    filled = hand.colour(150, 150)
    assert (filled.red(), filled.blue()) == pytest.approx((45, 172), abs=3)
    assert hand.colour(150, 100).blue() > 200


def test_that_dashes_and_dots_leave_gaps(view, hand):
    for pattern in ({"dashed": True}, {"dotted": True}):
        view.set_lines("lines", [[[20, 50], [220, 50]]], "#ff0000", **pattern)
        picture = hand.picture()
        greens = [picture.pixelColor(x, hand.at(0, 50).y()).green() for x in range(50, 440)]
        assert 0.2 < np.mean(np.array(greens) < 50) < 0.8


@pytest.mark.parametrize("ground", [0, 90, 255])
@pytest.mark.parametrize("colour", ["#ffffff", "#101080"])
def test_that_labels_contrast_with_every_ground(view, hand, ground, colour):
    view.show_picture(np.full((300, 400), ground, np.uint8))
    view.set_points("points", [(100, 100)], ["MMMM"], colour=colour)
    corner, picture = hand.at(104, 93), hand.picture()
    greys = [
        QColor(picture.pixel(corner.x() + x, corner.y() + y)).lightness() for x in range(40) for y in range(-6, 12)
    ]
    assert max(greys) - min(greys) > 100


def test_that_labels_that_would_cover_each_other_wait_for_more_room(view, hand):
    together = [(100 + 0.5 * index, 100) for index in range(12)]
    view.set_points("points", together, ["GRP"] * 12, style="dot")
    labelled = hand.picture()
    view.set_points("points", together, ["GRP"] * 4 + [""] * 8, style="dot")
    assert hand.picture() == labelled


def test_that_a_hidden_layer_stays_hidden_when_it_is_set_anew(view, hand):
    bare = hand.picture()
    view.set_layer_visible("points", False)
    view.set_points("points", [(100, 100)])
    assert hand.picture() == bare
    clicked = collected(view.point_clicked)
    hand.click(100, 100)
    assert clicked == []
    view.set_layer_visible("points", True)
    assert hand.picture() != bare


def test_that_layers_go_one_by_one_or_all_together(view, hand):
    bare = hand.picture()
    view.set_points("points", [(100, 100)])
    one = hand.picture()
    view.set_lines("lines", [[[20, 50], [120, 50]]])
    view.clear_layer("lines")
    view.clear_layer("was never there")
    assert hand.picture() == one
    view.clear_layers()
    assert hand.picture() == bare


def test_that_a_layer_without_anything_in_it_is_drawn(view, hand):
    bare = hand.picture()
    view.set_points("points", [], ["label of nothing"], draggable=True)
    view.set_lines("lines", np.empty((0, 2, 2)), arrow=True, draggable=True)
    view.set_polygons("polygons", [], draggable=True)
    view.set_vectors("vectors", [], [])
    hand.drag((100, 100), (101, 101))
    assert hand.picture() == bare


def test_that_points_lie_above_polygons_whatever_comes_first(view, hand):
    view.set_points("points", [(150, 150)], colour="#ff0000", style="dot")
    view.set_polygons("polygons", [SQUARE], "#0000ff", fill_opacity=1.0)
    assert hand.colour(150, 150).name() == "#ff0000"


def test_that_a_click_names_the_point(view, hand):
    clicked = collected(view.point_clicked)
    view.set_points("stations", [(50, 50), (np.nan, np.nan), (100, 100)])
    hand.click(101, 99)
    assert clicked == [("stations", 2)]
    hand.click(200, 200)
    assert len(clicked) == 1


def test_that_a_drag_from_a_point_that_is_fixed_zooms(view, hand):
    clicked, moved = collected(view.point_clicked), collected(view.point_moved)
    view.set_points("stations", [(100, 100)])
    hand.drag((100, 100), (200, 175))
    assert view.zoom == pytest.approx(8.0)
    assert clicked == moved == []


def test_that_dragging_a_point_moves_it_once(view, hand):
    moved, clicked = collected(view.point_moved), collected(view.point_clicked)
    view.set_points("gcp", [(50, 50), (100, 100)], colour="#ff0000", style="dot", draggable=True)
    hand.press(100, 100)
    hand.move(120, 130)
    assert moved == []
    assert hand.colour(120, 130).name() == "#ff0000"
    hand.move(150, 160)
    hand.release(150, 160)
    assert moved == [("gcp", 1, pytest.approx(150, abs=0.25), pytest.approx(160, abs=0.25))]
    assert clicked == []
    assert view.zoom == pytest.approx(2.0)
    assert hand.colour(150, 160).name() == "#ff0000"


def test_that_a_point_that_is_gripped_beside_its_middle_does_not_jump(view, hand):
    moved = collected(view.point_moved)
    view.set_points("gcp", [(100, 100)], draggable=True)
    hand.drag((102, 101), (152, 151))
    assert moved == [("gcp", 0, pytest.approx(150, abs=0.01), pytest.approx(150, abs=0.01))]


def test_that_a_click_on_a_draggable_point_does_not_move_it(view, hand):
    moved, clicked = collected(view.point_moved), collected(view.point_clicked)
    view.set_points("gcp", [(100, 100)], draggable=True)
    hand.drag((100, 100), (101, 100))
    assert moved == []
    assert clicked == [("gcp", 0)]


def test_that_escape_puts_a_dragged_point_back(view, hand):
    moved = collected(view.point_moved)
    view.set_points("gcp", [(100, 100)], colour="#ff0000", style="dot", draggable=True)
    hand.press(100, 100)
    hand.move(150, 150)
    hand.key(Qt.Key_Escape)
    hand.release(150, 150)
    assert moved == []
    assert hand.colour(100, 100).name() == "#ff0000"


def test_that_a_layer_that_is_set_during_a_drag_stays_as_it_was_set(view, hand):
    moved = collected(view.point_moved)
    view.set_points("gcp", [(100, 100)], draggable=True)
    hand.press(100, 100)
    hand.move(150, 150)
    view.set_points("gcp", [(30, 30)], colour="#ff0000", style="dot", draggable=True)
    hand.move(160, 160)
    hand.release(160, 160)
    assert moved == []
    assert hand.colour(30, 30).name() == "#ff0000"


def test_that_dragging_an_end_of_a_line_moves_it_once(view, hand):
    moved = collected(view.line_moved)
    view.set_lines("section", [[[10, 10], [60, 10]], [[50, 50], [150, 60]]], draggable=True)
    hand.drag((150, 60), (180, 90))
    assert moved == [("section", 1, *(pytest.approx(value, abs=0.25) for value in (50, 50, 180, 90)))]


def test_that_dragging_a_vertex_moves_its_polygon_once(view, hand):
    moved = collected(view.polygon_moved)
    view.set_polygons("masks", [[(10, 10), (40, 10), (10, 40)], SQUARE], draggable=True)
    hand.drag((200, 200), (230, 220))
    expected = [*SQUARE[:2], pytest.approx((230, 220), abs=0.25), SQUARE[3]]
    assert moved == [("masks", 1, expected)]


def test_that_the_uppermost_of_two_layers_is_gripped(view, hand):
    points, masks = collected(view.point_moved), collected(view.polygon_moved)
    view.set_points("gcp", [(100, 100)], draggable=True)
    view.set_polygons("masks", [SQUARE], draggable=True)
    hand.drag((100, 100), (130, 130))
    assert (len(points), len(masks)) == (1, 0)


def test_that_nothing_is_dragged_or_clicked_while_something_is_drawn(view, hand):
    moved, clicked = collected(view.point_moved), collected(view.point_clicked)
    view.set_points("gcp", [(100, 100)], draggable=True)
    for mode in ("pick", "line", "polygon"):
        view.set_mode(mode)
        hand.drag((100, 100), (130, 130))
        hand.click(100, 100)
    assert moved == clicked == []


def test_that_the_program_changes_the_view_in_silence(view, qtbot):
    names = ("picked", "line_drawn", "polygon_drawn", "point_clicked", "point_moved", "line_moved", "polygon_moved")
    said = [collected(getattr(view, name)) for name in names]
    view.set_points("points", [(1, 1)], draggable=True)
    view.set_lines("lines", [[[1, 1], [2, 2]]], draggable=True)
    view.set_polygons("polygons", [SQUARE], draggable=True)
    view.set_mode("pick")
    view.clear_layers()
    view.clear()
    assert not any(said)


def test_that_what_the_caller_does_to_its_array_later_is_not_drawn(view, hand):
    xy = np.array([[100.0, 100.0]])
    view.set_points("points", xy, colour="#ff0000", style="dot")
    xy += 50
    assert hand.colour(100, 100).name() == "#ff0000"


def test_that_twenty_thousand_labelled_points_are_drawn(view, hand):
    xy = np.random.default_rng(1).uniform(0, 300, (20_000, 2))
    view.set_points("points", xy, [str(index) for index in range(len(xy))], colour="#ff0000", draggable=True)
    assert hand.colour(*xy[-1]).red() > 200
    hand.move(150, 150)


def test_that_the_scale_bar_has_the_length_that_it_says(view, hand):
    # 2 screen pixels are 0.04 m: at most 180 of them are 3.6 m, so that the bar says 2 m and is 100 pixels long.
    view.set_scale_bar(0.04, "m")
    row = [hand.picture().pixelColor(x, 600 - 17).lightness() for x in range(300)]
    bright = np.flatnonzero(np.array(row) > 200)
    assert (bright.min(), bright.max()) == pytest.approx((16, 116), abs=2)
    view.set_scale_bar(None)
    assert hand.picture().pixelColor(60, 600 - 17).lightness() == 90


def test_that_the_marker_text_stands_in_the_corner(view, hand):
    bare = hand.picture()
    view.set_marker_text("Frame 3\nrectified")
    assert hand.picture().copy(0, 0, 120, 60) != bare.copy(0, 0, 120, 60)
    assert hand.picture().copy(200, 100, 400, 400) == bare.copy(200, 100, 400, 400)
    view.set_marker_text("")
    assert hand.picture() == bare


def test_that_the_marker_text_stands_in_the_middle_while_there_is_no_picture(view, hand):
    view.clear()
    bare = hand.picture()
    view.set_marker_text("There is no picture yet")
    written = hand.picture()
    assert written.copy(200, 250, 400, 100) != bare.copy(200, 250, 400, 100)
    assert written.copy(0, 0, 800, 250) == bare.copy(0, 0, 800, 250)
    brightest = max(written.pixelColor(x, y).lightness() for x in range(250, 550) for y in range(285, 315))
    assert brightest > 150
    view.clear()
    assert hand.picture() == bare


def test_that_the_viewer_does_not_load_the_plot_library():
    program = (
        "import sys, image_velocimetry_tools.gui.views.widgets.image_view,"
        "image_velocimetry_tools.gui.views.widgets.number_fields; sys.exit('pyqtgraph' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=120).returncode == 0
