"""Plots: what they show, and what a click tells."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QApplication

from image_velocimetry_tools.gui.views.theme import apply_theme
from image_velocimetry_tools.gui.views.widgets.plots import Plot, SectionPlot, StationBars
from image_velocimetry_tools.gui.views.widgets.section_plot import below, surface_of
from image_velocimetry_tools.gui.views.widgets.station_bars import bar_widths

BED = np.array([[0.0, 3.0], [2.0, 1.0], [4.0, 2.5], [6.0, 0.5], [10.0, 3.0]])


def shown(qtbot, plot):
    plot.resize(600, 400)
    qtbot.addWidget(plot)
    plot.show()
    qtbot.waitExposed(plot)
    QApplication.processEvents()
    return plot


@pytest.fixture
def plot(qtbot):
    return shown(qtbot, Plot())


@pytest.fixture
def bars(qtbot):
    bars = shown(qtbot, StationBars())
    bars.show_bars([1, 2, 4], [1.0, 5.0, np.nan], ["#00aa00", "#ff8800", "#aa0000"])
    QApplication.processEvents()
    return bars


@pytest.fixture
def section(qtbot):
    section = shown(qtbot, SectionPlot())
    section.show_bed(BED[:, 0], BED[:, 1])
    section.show_water_level(2.0)
    section.show_stations([2, 4, 6, 8], 2.0)
    QApplication.processEvents()
    return section


def colour(plot, x, y) -> QColor:
    QApplication.processEvents()
    place = plot.canvas.mapTo(plot, plot.widget_position(x, y).toPoint())
    return QColor(plot.grab().toImage().pixel(place))


def click(qtbot, plot, x, y, button=Qt.LeftButton):
    place = plot.widget_position(x, y).toPoint()
    viewport = plot.canvas.viewport()
    qtbot.mouseMove(viewport, place)
    qtbot.mousePress(viewport, button, pos=place)
    qtbot.mouseRelease(viewport, button, pos=place)


def test_that_a_curve_is_drawn_and_goes(plot):
    plot.show_curve("a", [0, 10], [1, 1], "#ff0000", width=4, legend="A")
    plot.show_curve("b", [0, 10], [0, 2], "#0000ff")
    assert colour(plot, 2, 1).name() == "#ff0000"
    plot.show_curve("a", [0, 10], [1.5, 1.5], "#00ff00", width=4)
    assert colour(plot, 2, 1).name() != "#ff0000"
    assert colour(plot, 2, 1.5).name() == "#00ff00"
    plot.clear_curves()
    assert colour(plot, 2, 1.5).name() != "#00ff00"


def test_that_values_and_positions_agree(plot):
    plot.show_curve("a", [0, 10], [0, 2])
    QApplication.processEvents()
    assert plot.data_position(plot.widget_position(3, 1)) == pytest.approx((3, 1), abs=0.05)


def test_that_units_stand_at_the_axes_and_numbers_are_not_rescaled(plot):
    plot.set_axes("Station", "ft", "Froude number", "")
    plot.show_curve("a", [0, 1e-4], [0, 1e6])
    QApplication.processEvents()
    axes = [plot.canvas.getPlotItem().getAxis(side) for side in ("bottom", "left")]
    assert [axis.labelText for axis in axes] == ["Station (ft)", "Froude number"]
    assert [axis.autoSIPrefixScale for axis in axes] == [1.0, 1.0]


@pytest.mark.parametrize("largest", [0.5, 20.0, 30000.0])
def test_that_numbers_on_the_axes_stay_when_units_change(plot, largest):
    plot.set_axes("Station", "m", "Velocity", "m/s")
    plot.show_curve("profile", [0.0, largest], [0.0, largest])
    QApplication.processEvents()
    plot.set_axes("Station", "ft", "Velocity", "ft/s")
    QApplication.processEvents()
    axes = [plot.canvas.getPlotItem().getAxis(side) for side in ("bottom", "left")]
    assert [axis.autoSIPrefixScale for axis in axes] == [1.0, 1.0]


def test_that_a_plot_follows_the_theme_of_the_program(plot):
    corner = QPoint(1, 1)
    apply_theme("dark")
    try:
        QApplication.processEvents()
        assert plot.grab().toImage().pixelColor(corner).lightness() < 60
    finally:
        apply_theme("light")
    QApplication.processEvents()
    assert plot.grab().toImage().pixelColor(corner).lightness() > 200


def test_that_the_legend_stands_over_the_data_and_only_where_something_is_named(plot):
    item = plot.canvas.getPlotItem()
    plot.show_curve("plain", [0, 10], [0, 2])
    assert not item.legend.isVisible()
    plot.show_curve("named", [0, 10], [0, 2], legend="Bed")
    QApplication.processEvents()
    assert item.legend.isVisible()
    assert item.legend.sceneBoundingRect().bottom() <= item.getViewBox().sceneBoundingRect().top() + 1
    plot.clear_curve("named")
    assert not item.legend.isVisible()


def test_that_a_theme_colours_the_ground(plot):
    plot.show_curve("a", [0, 10], [0, 2], legend="A")
    corner = QPoint(1, 1)
    assert plot.grab().toImage().pixelColor(corner).lightness() > 200
    plot.apply_theme(dark=True)
    QApplication.processEvents()
    assert plot.grab().toImage().pixelColor(corner).lightness() < 60


def test_that_home_shows_everything_after_a_zoom(plot):
    plot.show_curve("a", [0, 10], [0, 2])
    QApplication.processEvents()
    before = plot.data_position(plot.widget_position(0, 0))
    box = plot.canvas.getPlotItem().getViewBox()
    box.setRange(xRange=(4, 5), yRange=(1, 1.1))
    plot.home()
    QApplication.processEvents()
    (left, right), _ = box.viewRange()
    assert left <= 0 < 10 <= right
    assert before == pytest.approx((0, 0), abs=0.05)


def test_that_the_context_menu_speaks_to_hydrographers(plot):
    menu = plot.canvas.getPlotItem().getViewBox().menu
    entries = {action.text(): action for action in menu.actions() if action.isVisible()}
    assert list(entries) == ["Show all", "Copy picture"]
    entries["Copy picture"].trigger()
    assert QApplication.clipboard().image().width() == plot.canvas.width()


def test_that_bars_have_their_colours(bars):
    assert colour(bars, 1, 0.5).name() == "#00aa00"
    assert colour(bars, 2, 2.5).name() == "#ff8800"
    assert colour(bars, 1.5, 0.5).name() not in ("#00aa00", "#ff8800")


def test_that_a_click_names_the_bar_also_above_a_low_one(qtbot, bars):
    said = []
    bars.bar_clicked.connect(said.append)
    click(qtbot, bars, 2, 2.5)
    click(qtbot, bars, 1, 4.0)
    click(qtbot, bars, 4, 2.0)
    click(qtbot, bars, 1.5, 1.0)
    assert said == [1, 0, 2]


def test_that_the_right_button_chooses_no_bar(qtbot, bars):
    said = []
    bars.bar_clicked.connect(said.append)
    bars.canvas.getPlotItem().getViewBox().setMenuEnabled(False)
    click(qtbot, bars, 2, 2.5, Qt.RightButton)
    assert said == []


def test_that_a_highlighted_bar_is_framed_in_both_themes(bars):
    plain = bars.grab().toImage()
    bars.highlight(1)
    QApplication.processEvents()
    framed = bars.grab().toImage()
    assert framed != plain
    bars.apply_theme(dark=True)
    bars.highlight(None)
    bars.apply_theme(dark=False)
    QApplication.processEvents()
    assert bars.grab().toImage() == plain


def test_that_bars_may_be_none_or_one(bars):
    bars.show_bars([], [])
    QApplication.processEvents()
    empty = bars.grab().toImage()
    bars.show_bars([3.0], [2.0])
    bars.highlight(0)
    QApplication.processEvents()
    assert bars.grab().toImage() != empty
    bars.show_bars([], [])
    bars.highlight(None)
    QApplication.processEvents()
    assert not [item for item in bars.canvas.scene().items() if isinstance(item, pg.BarGraphItem)]


def test_that_bars_keep_apart():
    stations = np.array([0.0, 1.0, 1.5, 5.0, 5.0])
    widths = bar_widths(stations)
    order = np.argsort(stations)[:4]
    right, left = (stations + widths / 2)[order], (stations - widths / 2)[order]
    assert np.all(right[:-1] < left[1:])
    assert np.all(widths > 0)
    assert bar_widths(np.array([2.0, 2.0])) == pytest.approx([0.8, 0.8])


def test_that_linked_plots_zoom_together(qtbot, bars, section):
    bars.link_stations(section)
    section.canvas.getPlotItem().getViewBox().setXRange(3, 5, padding=0)
    QApplication.processEvents()
    left, right = bars.canvas.getPlotItem().getViewBox().viewRange()[0]
    assert (left, right) == pytest.approx((3, 5), abs=0.2)


def test_that_only_the_wetted_area_is_filled(section):
    dry, wet = colour(section, 4, 2.2), colour(section, 6, 1.2)
    assert wet.blue() > wet.red() + 40
    assert abs(dry.blue() - dry.red()) < 20
    section.show_water_level(None)
    assert colour(section, 6, 1.2).red() == pytest.approx(colour(section, 6, 1.2).blue(), abs=5)


def test_that_a_click_names_the_station(qtbot, section):
    said = []
    section.station_clicked.connect(said.append)
    click(qtbot, section, 6, 2.0)
    click(qtbot, section, 4.05, 1.0)
    click(qtbot, section, 5, 1.0)
    assert said == [2, 1]


def test_that_a_highlighted_station_is_marked_in_both_themes(section):
    plain = section.grab().toImage()
    section.highlight(2)
    QApplication.processEvents()
    assert section.grab().toImage() != plain
    section.apply_theme(dark=True)
    section.highlight(17)
    section.apply_theme(dark=False)
    QApplication.processEvents()
    assert section.grab().toImage() == plain


def test_that_a_section_may_be_empty(qtbot, section):
    said, whole = [], section.grab().toImage()
    section.station_clicked.connect(said.append)
    section.show_bed([], [])
    section.show_stations([], 0.0)
    section.show_water_level(None)
    QApplication.processEvents()
    assert section.grab().toImage() != whole
    click(qtbot, section, 6, 2.0)
    assert said == []


def test_that_the_bed_is_cut_at_the_water_surface():
    wetted = below(BED, 2.0)
    assert wetted[:, 1].max() == 2.0
    assert np.interp([1.0, 10 / 3, 4.4], wetted[:, 0], wetted[:, 1]) == pytest.approx([2.0, 2.0, 2.0])
    depth = 2.0 - wetted[:, 1]
    area = np.sum(0.5 * (depth[:-1] + depth[1:]) * np.diff(wetted[:, 0]))
    # Two triangles: 1 m deep over the stations 1 to 10/3, 1.5 m deep over 4.5 to 8.4.
    assert area == pytest.approx(0.5 * 1.0 * (10 / 3 - 1) + 0.5 * 1.5 * (8.4 - 4.5))


def test_that_the_water_surface_has_gaps_over_dry_bed():
    surface = surface_of(BED, 2.0)
    wet = surface[~np.isnan(surface[:, 0])]
    assert np.all(wet[:, 1] == 2.0)
    assert not np.any((wet[:, 0] > 10 / 3 + 1e-9) & (wet[:, 0] < 4.5 - 1e-9))
    assert wet[:, 0].min() == pytest.approx(1.0)
    assert wet[:, 0].max() == pytest.approx(8.4)


def test_that_the_water_surface_ends_at_the_banks_whatever_the_rounding() -> None:
    bed = np.array(
        [[0.0, 2.0], [2.0, 0.4], [3.5, -0.1], [6.0, -0.35], [8.5, -0.5], [10.0, -0.2], [11.0, 0.3], [13.0, 2.0]]
    )
    for level in np.linspace(-0.45, 1.95, 97):
        surface = surface_of(bed, float(level))
        shown = surface[np.isfinite(surface[:, 0]), 0]
        left = np.interp(-level, -bed[:5, 1], bed[:5, 0])
        right = np.interp(level, bed[4:, 1], bed[4:, 0])
        assert abs(shown.min() - left) < 1e-6
        assert abs(shown.max() - right) < 1e-6


@pytest.mark.filterwarnings("error")
def test_that_a_plot_without_a_single_number_is_empty_and_quiet(qtbot):
    plot = shown(qtbot, SectionPlot())
    plot.show_bed([0.0, 1.0], [np.nan, np.nan])
    plot.show_water_level(1.0)
    plot.show_stations([np.nan, np.nan], 1.0)
    plot.show_curve("speeds", [0.0, 1.0], [np.nan, np.nan], symbol="o", width=0, legend="Speeds")
    QApplication.processEvents()
    plot.home()
    plot.grab()
    click(qtbot, plot, 0.5, 0.5)


def test_that_grades_of_bars_are_told_by_words_and_lines_as_well(bars):
    bars.show_grades((5.0, 10.0), [("below 5 %", "#00aa00"), ("5 to 10 %", "#ff8800")])
    QApplication.processEvents()
    assert [label.text for _, label in bars._legend.items] == ["below 5 %", "5 to 10 %"]
    assert bars._legend.isVisible()
    limits = [item.value() for item in bars._plot.items if isinstance(item, pg.InfiniteLine)]
    assert limits == [5.0, 10.0]


def test_that_stations_are_told_apart_by_symbols_with_words(section):
    marks = [("o", "Used"), ("d", "Filled"), ("x", "Not used"), ("o", "Used")]
    section.show_stations([2, 4, 6, 8], 2.0, marks=marks)
    words = {label.text for _, label in section._legend.items}
    assert {"Used", "Filled", "Not used"} <= words
    section.show_stations([2, 4, 6, 8], 2.0, marks=[("o", "Used")] * 4)
    used, filled = section._curves["stations o"][0], section._curves["stations d"][0]
    assert len(used.scatter.points()) == 4
    assert not filled.scatter.isVisible()


def test_that_boundaries_of_subsections_are_drawn_and_go(section):
    section.show_boundaries([3.0, 7.0])
    assert "Sub-sections" in {label.text for _, label in section._legend.items}
    section.show_boundaries([])
    assert "Sub-sections" not in {label.text for _, label in section._legend.items}
