"""What the cursor reads in a plot, and where it snaps."""

from __future__ import annotations

import numpy as np

from image_velocimetry_tools.gui.models.readings import Figure, Readings

STATIONS, ELEVATIONS = np.array([0.0, 0.0, 4.0, np.nan]), np.array([3.0, 1.0, 0.5, 2.0])
READ = (Figure("Station", STATIONS, "m"), Figure("share", np.array([1.0, np.nan, 12.34, 0.0]), "%", decimals=1))


def test_that_the_cursor_snaps_to_the_nearest_station_however_high_it_is() -> None:
    readings = Readings(STATIONS, ELEVATIONS, READ)
    assert readings.nearest(3.1, 99.0) == 2
    assert readings.nearest(1.9, 0.5) == 1


def test_that_of_points_at_one_station_the_nearer_in_height_is_read() -> None:
    readings = Readings(STATIONS, ELEVATIONS, READ)
    assert (readings.nearest(0.2, 2.9), readings.nearest(0.2, 1.2)) == (0, 1)


def test_that_a_curve_over_the_level_snaps_to_the_nearest_level() -> None:
    assert Readings(STATIONS, ELEVATIONS, READ, by_level=True).nearest(-50.0, 0.6) == 2


def test_that_nothing_is_read_where_no_place_is_known() -> None:
    assert Readings(np.full(2, np.nan), np.zeros(2), ()).nearest(0.0, 0.0) is None
    assert Readings(np.empty(0), np.empty(0), ()).nearest(0.0, 0.0) is None


def test_that_the_text_names_values_with_units_and_leaves_out_what_is_not_known() -> None:
    readings = Readings(STATIONS, ELEVATIONS, READ, ("a", "b", "c", "d"), ("", "", "filled", ""))
    assert readings.text(1) == "b: Station 0.000 m"
    assert readings.text(2) == "c: Station 4.000 m, share 12.3 % (filled)"
