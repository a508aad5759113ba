from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import GroundControlError
from image_velocimetry_tools.domain.ground_control import GroundControlPoint
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.formats.survey.gcp_csv import read_gcp_csv

METRIC = DisplayUnits.METRIC
US_SURVEY_FOOT = 1200 / 3937


def point_of(text: str) -> GroundControlPoint:
    return read_gcp_csv(text.encode(), METRIC, name="gcp.csv").points[0]


@pytest.mark.parametrize(
    "text",
    [
        "Name,Easting,Northing,Elevation\nA,1,2,3\n",
        "Name,Northing,Easting,Elevation\nA,2,1,3\n",
        "ID,N,E,Z\nA,2,1,3\n",
        "Punto,Norte,Este,Cota\nA,2,1,3\n",
        "Punkt;Hochwert;Rechtswert;Höhe\nA;2;1;3\n",
        "y,x,z,id\n2,1,3,A\n",
        "Point,X_m,Y_m,Z_m\nA,1,2,3\n",
    ],
)
def test_that_axes_are_found_by_their_names_in_any_order(text: str) -> None:
    assert point_of(text) == GroundControlPoint("A", 1.0, 2.0, 3.0)


@pytest.mark.parametrize("titles", ["u,v", "col,row", "X_pixel,Y_pixel", "X (px),Y (px)", "pixel_x,pixel_y"])
def test_that_pixels_are_found_by_their_names(titles: str) -> None:
    assert point_of(f"ID,X,Y,Z,{titles}\nA,1,2,3,4,5\n") == GroundControlPoint("A", 1.0, 2.0, 3.0, 4.0, 5.0)
    first, second = titles.split(",")
    assert point_of(f"ID,X,Y,Z,{second},{first}\nA,1,2,3,5,4\n").x_px == 4.0


@pytest.mark.parametrize(
    ("titles", "world_m"),
    [
        ("X (cm),Y (cm),Z (cm)", (1.0, 2.0, 3.0)),
        ("X (US ft),Y (US ft),Z (US ft)", (100 * US_SURVEY_FOOT, 200 * US_SURVEY_FOOT, 300 * US_SURVEY_FOOT)),
        ("X (m),Y (m),Z (ft)", (100.0, 200.0, 91.44)),
        ("X (ft),Y,Z", (30.48, 60.96, 91.44)),
    ],
)
def test_that_coordinates_are_converted_from_the_units_of_the_header(
    titles: str, world_m: tuple[float, float, float]
) -> None:
    point = point_of(f"ID,{titles}\nA,100,200,300\n")
    assert (point.x_m, point.y_m, point.z_m) == pytest.approx(world_m, rel=1e-12)


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ("ID,X (yd),Y (yd),Z (yd)", "the unit 'yd' of the column 'X (yd)' is not known"),
        ("ID,X,Easting,Y", "several columns could be X: X, Easting"),
        ("N,X,Y,Z", "several columns could be Y: N, Y"),
        ("ID,X,Y,Z,x,y", "several columns could be X: X, x"),
        ("Name,Lat,Lon,Elev", "the column 'Lat' is not known"),
        ("ID,X,Z,u", "no column is titled as Y"),
        ("ID,X,Y,u", "the table has one of the two columns of pixels only"),
        ("ID,X,Y,u (mm)", "the column 'u (mm)' is not known"),
        ("ID,X (m),Y (ft),Z (m)", "the header mixes the units of X and Y"),
    ],
)
def test_that_a_header_which_leaves_a_doubt_is_refused(header: str, what: str) -> None:
    with pytest.raises(GroundControlError) as caught:
        point_of(f"{header}\n1,2,3,4\n")
    assert f"gcp.csv, line 1: {what}" in str(caught.value)
    assert all(problem.remedy for problem in caught.value.problems)


def test_that_columns_of_remarks_are_passed_over() -> None:
    assert point_of("ID,Code,X,Y,Z,Description\nA,7,1,2,3,pin\n") == GroundControlPoint("A", 1.0, 2.0, 3.0)


def test_that_points_without_an_id_have_the_number_of_their_row() -> None:
    table = read_gcp_csv(b"ID,X,Y,Z\nA,1,2,3\n ,4,5,6\n", METRIC)
    assert [point.name for point in table.points] == ["A", "2"]
    assert point_of("X,Y,Z\n1,2,3\n") == GroundControlPoint("1", 1.0, 2.0, 3.0)


_titles = st.sampled_from(
    ["ID", "X", "Y", "Z", "X (m)", "Y [ft]", "Z (yd)", "Northing", "Easting", "u", "v", "X (pixel)", "Code", "(", ""]
)
_cells = st.sampled_from(["A", "1", "-2,5", "3.5", "N/A", "", '"'])


@given(
    st.lists(_titles | st.text(max_size=8), max_size=8),
    st.lists(st.lists(_cells, max_size=8), max_size=4),
    st.sampled_from(",;\t"),
)
def test_that_any_header_is_a_table_or_our_error(titles: list[str], rows: list[list[str]], mark: str) -> None:
    content = "\n".join(mark.join(row) for row in [titles, *rows]).encode("utf-8", "replace")
    try:
        table = read_gcp_csv(content, METRIC)
    except GroundControlError:
        return
    assert all(point.name for point in table.points)
