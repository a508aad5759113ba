"""Sections as CSV: what titles say of columns, units, depths and coordinates; and written sections read back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import SectionError
from image_velocimetry_tools.domain.section import CrossSection
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.formats.survey.section_csv import (
    SurveyTable,
    format_section_csv,
    read_section_csv,
    read_survey_table,
)

Read = Callable[[str], SurveyTable]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_text(text: str) -> SurveyTable:
        path = tmp_path / "a.csv"
        path.write_text(text, "utf-8")
        return read_survey_table(path)

    return read_text


@pytest.mark.parametrize(
    ("titles", "units"),
    [
        ("Station (ft),Elevation (ft)", DisplayUnits.ENGLISH),
        ("station [m], elevation [m]", DisplayUnits.METRIC),
        ("Station (meters);Stage (meters)", DisplayUnits.METRIC),
        ("Station (m),Elevation (ft)", DisplayUnits.ENGLISH),
        ("Distance (mm),Level (mm)", DisplayUnits.METRIC),
        ("Station,Elevation", None),
        ("-1,10", None),
    ],
)
def test_that_units_are_read_from_the_titles(read: Read, titles: str, units: DisplayUnits | None) -> None:
    mark = ";" if ";" in titles else ","
    assert read(f"{titles}\n0{mark}10\n5{mark}8\n").units is units


@pytest.mark.parametrize(
    ("titles", "station_m", "elevation_m"),
    [
        ("Station (m),Elevation (ft)", 100.0, 30.48),
        ("Station (cm),Elevation (mm)", 1.0, 0.1),
        ("Elevation (ft),Station (m)", 100.0, 30.48),
        ("Station (US survey ft),Elevation (m)", 120000 / 3937, 100.0),
        ("Distance from left bank (ft),Bed elevation (ft NAVD88)", 30.48, 30.48),
        ("Chainage (m),Water level (m)", None, None),
    ],
)
def test_that_every_column_is_converted_from_its_own_unit(
    read: Read, titles: str, station_m: float | None, elevation_m: float | None
) -> None:
    text = f"{titles}\n0,0\n100,100\n"
    if station_m is None:
        with pytest.raises(SectionError, match="no column is titled as the elevation"):
            read(text)
        return
    # the units of the titles hold, whatever the caller takes for usual
    survey = read(text).survey(DisplayUnits.METRIC)
    assert (survey.station_m[1], survey.elevation_m[1]) == pytest.approx((station_m, elevation_m))


def test_that_columns_are_found_by_name_among_others(read: Read) -> None:
    survey = read("ID,Remark,Elevation (m),Station (m)\n1,pin,10,0\n2,,8,5.5\n").survey()
    np.testing.assert_array_equal(survey.station_m, [0.0, 5.5])
    np.testing.assert_array_equal(survey.elevation_m, [10.0, 8.0])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Station (yd),Elevation (yd)\n0,1\n2,3\n", "the unit 'yd' of the column 'Station \\(yd\\)' is not known"),
        ("Station,Elevation,Stage\n0,1,1\n2,3,3\n", "several columns could be the elevation: 'Elevation', 'Stage'"),
        ("X,Y\n0,1\n2,3\n", "no column is titled as the elevation"),
        ("a,b\n0,1\n2,3\n", "no column is titled as the station"),
        ("0,1,2\n2,3,4\n", "more than two columns of numbers and no titles"),
        ("X (m),Y (ft),Z (m)\n0,1,2\n2,3,4\n", "have different units"),
        ("X,Y,Z\n0,1,2\n5,5,5\n0,1,4\n", "first and its last point lie at one place"),
        ("Station,Depth\n0,0\n5,-1\n9,0\n", "the depths are negative"),
        ("Station,Elevation\n0,1e300\n5,1\n", "does not hold 2 numbers"),
    ],
)
def test_that_a_table_which_leaves_a_doubt_is_refused(read: Read, text: str, what: str) -> None:
    with pytest.raises(SectionError, match=what) as caught:
        read(text)
    assert all(problem.remedy for problem in caught.value.problems)


def test_that_depths_are_taken_from_the_water_surface_elevation(read: Read, tmp_path: Path) -> None:
    table = read("Station (ft),Water depth (ft)\n0,0\n10,3\n20,-1\n")
    assert table.columns.is_depth
    survey = table.survey(water_surface_elevation_m=100.0)
    assert survey.elevation_m == pytest.approx([100.0, 100.0 - 0.9144, 100.3048])
    with pytest.raises(SectionError, match="holds depths, not elevations") as caught:
        read_section_csv(tmp_path / "a.csv", DisplayUnits.METRIC)
    assert "name the column Elevation" in caught.value.remedy


def test_that_elevations_are_preferred_to_depths(read: Read) -> None:
    assert not read("Station,Depth,Elevation\n0,0,9\n5,1,8\n").columns.is_depth


def test_that_coordinates_become_distances_along_the_line_and_that_is_said(read: Read) -> None:
    table = read("Name,Northing (m),Easting (m),Elevation (m)\nA,100,50,9\nB,104,53,7\nC,108,56,9\n")
    survey = table.survey()
    assert survey.station_m == pytest.approx([0.0, 5.0, 10.0])
    np.testing.assert_array_equal(survey.elevation_m, [9.0, 7.0, 9.0])
    assert "along the straight line" in table.notes[0]


def test_that_falling_stations_are_turned_and_that_is_said(read: Read) -> None:
    table = read("Station (m),Elevation (m)\n19,3\n10,1\n10,0.5\n0,2\n")
    survey = table.survey()
    np.testing.assert_array_equal(survey.station_m, [0.0, 10.0, 10.0, 19.0])
    np.testing.assert_array_equal(survey.elevation_m, [2.0, 0.5, 1.0, 3.0])
    assert "opposite order" in table.notes[0]


@pytest.mark.parametrize("stations", [(0, 5, 4, 9), (9, 4, 5, 0)])
def test_that_a_station_out_of_order_is_named_with_its_line(read: Read, stations: tuple[int, ...]) -> None:
    rows = "".join(f"{station},1\n" for station in stations)
    with pytest.raises(SectionError, match=r"a\.csv, line \d: unsorted stations") as caught:
        read(f"Station (m),Elevation (m)\n{rows}")
    assert len(caught.value.problems) == 1


def test_that_a_table_without_units_needs_to_be_told(read: Read) -> None:
    with pytest.raises(SectionError, match="does not name its units"):
        read("Station,Elevation\n0,1\n2,3\n").survey()


_steps = st.lists(st.tuples(st.floats(0, 500), st.floats(-500, 9000)), min_size=2, max_size=20)


@given(_steps, st.sampled_from(DisplayUnits))
def test_that_a_written_section_is_read_back(steps: list[tuple[float, float]], units: DisplayUnits) -> None:
    station, elevation = np.cumsum([step for step, _ in steps]), np.array([height for _, height in steps])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(format_section_csv(CrossSection(station, elevation), units), "utf-8")
        table = read_survey_table(path)
    assert table.units is units
    assert table.survey().station_m == pytest.approx(station, abs=1e-6)
    assert table.survey().elevation_m == pytest.approx(elevation, abs=1e-6)


_titles = st.sampled_from(
    ["Station", "Station (m)", "Elevation (ft)", "Depth", "X", "Y", "Z [us ft]", "ID", "(", "m", "Höhe (yd)", '"', ""]
)
_cells = st.sampled_from(["0", "1", "-2,5", "3.5", "1e9", "nan", "x", "", '"'])


@given(
    st.lists(_titles | st.text(max_size=8), max_size=5),
    st.lists(st.lists(_cells, max_size=5), max_size=5),
    st.sampled_from(",;\t"),
)
def test_that_any_table_is_a_survey_or_our_error(titles: list[str], rows: list[list[str]], mark: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text("\n".join(mark.join(row) for row in [titles, *rows]), "utf-8")
        try:
            survey = read_survey_table(path).survey(DisplayUnits.METRIC, water_surface_elevation_m=1.0)
        except SectionError:
            return
    assert np.isfinite(survey.station_m).all()
    assert (np.diff(survey.station_m) >= 0.0).all()
