from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import GroundControlError
from image_velocimetry_tools.domain.ground_control import GroundControlPoint, GroundControlPoints
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.formats.survey.gcp_columns import COLUMNS
from image_velocimetry_tools.formats.survey.gcp_csv import (
    format_gcp_csv,
    points_from_records,
    read_gcp_csv,
    write_gcp_csv,
)

METRIC, ENGLISH = DisplayUnits.METRIC, DisplayUnits.ENGLISH
HEADER = ",".join(COLUMNS)


def message_of(text: str, units: DisplayUnits | None = METRIC) -> str:
    with pytest.raises(GroundControlError) as caught:
        read_gcp_csv(text.encode(), units, name="gcp.csv")
    assert all(problem.remedy for problem in caught.value.problems)
    assert "gcp.csv" in str(caught.value)
    return str(caught.value)


def test_that_the_boneyard_tables_have_their_points(shared_data: Path) -> None:
    metres = read_gcp_csv(shared_data / "boneyard_site" / "IVy_Boneyard_GCP.csv", METRIC)
    assert (len(metres), len(metres.used)) == (19, 15)
    assert metres.points[0] == GroundControlPoint("GRP1", 82.711058, 113.340977, 96.630292, 920.63, 334.008)
    feet = read_gcp_csv(shared_data / "boneyard_site" / "IVy_Boneyard_GCP_fixed.csv")
    assert (len(feet), len(feet.used)) == (19, 12)
    assert feet.points[0].x_m == pytest.approx(82.711058, abs=1e-9)
    assert [point.name for point in feet.points if point.use_in_rectification][5] == "GRP17"


def test_that_feet_become_metres_exactly() -> None:
    points = read_gcp_csv(b"# ID,X (ft),Y (ft),Z (ft)\nA,1000,2010,30\n").points
    assert (points[0].x_m, points[0].y_m, points[0].z_m) == pytest.approx((304.8, 612.648, 9.144))


def test_that_three_columns_lie_at_zero_and_are_used() -> None:
    assert read_gcp_csv(b"ID,X,Y\nA,1,2\n", METRIC).points == (GroundControlPoint("A", 1.0, 2.0, 0.0),)


def test_that_pixels_may_be_missing() -> None:
    points = read_gcp_csv(b"# ID,X (m),Y (m),Z (m),X (pixel),Y (pixel)\nA,1,2,3,4,5\nB,1,2,3,N/A,\n").points
    assert [point.is_digitised for point in points] == [True, False]


@pytest.mark.parametrize(
    ("word", "used"),
    [
        ("Yes", True),
        ("y", True),
        ("TRUE", True),
        ("t", True),
        ("1", True),
        ("No", False),
        ("f", False),
        ("0", False),
        ("", False),
    ],
)
def test_that_marks_are_read_in_every_spelling(word: str, used: bool) -> None:
    text = f"{HEADER}\nA,1,2,3,4,5,0,0,0, {word} ,No\n"
    assert read_gcp_csv(text.encode(), METRIC).points[0].use_in_rectification is used


def test_that_quotes_marks_blanks_semicolons_and_old_encodings_are_read() -> None:
    text = '\ufeff# ID;X (m);Y (m);Z (m)\r\n "Ä;1";1,5 ; 2;3\r\n;;;\r\n'
    assert read_gcp_csv(text.encode("utf-8")).points[0] == GroundControlPoint("Ä;1", 1.5, 2.0, 3.0)
    assert read_gcp_csv(text[1:].encode("cp1252")).points[0].name == "Ä;1"
    assert read_gcp_csv(text.encode("utf-16")).points[0].x_m == 1.5


def test_that_columns_in_another_order_are_found_by_name() -> None:
    assert read_gcp_csv(b"Y (m),X (m),# ID,Z (m)\n2,1,A,3\n").points[0] == GroundControlPoint("A", 1.0, 2.0, 3.0)


def test_that_a_table_without_unit_needs_one() -> None:
    assert "does not name the unit of its coordinates" in message_of("# ID,X,Y,Z\nA,1,2,3\n", None)
    assert "the header mixes the units of X and Y" in message_of("# ID,X (m),Y (ft),Z (m)\nA,1,2,3\n")


def test_that_other_tables_are_refused() -> None:
    assert "table is empty" in message_of("\n \n")
    assert "gcp.csv, line 1: the column 'a' is not known" in message_of("a,b,c,d,e\n1,2,3,4,5\n")
    assert "the table has no header" in message_of("A,1,2,3\nB,1,2,3\n")
    with pytest.raises(GroundControlError, match=r"no\.csv: the ground control table does not exist"):
        read_gcp_csv("no.csv")


def test_that_every_bad_cell_is_named_with_line_and_column() -> None:
    text = message_of(
        f"{HEADER}\nA,x,nan?,3,4,5,0,0,0,maybe,No\n\nB,1,2,inf,4,5,0,0,0,Yes,No\nC,1,2\nD,N/A,2,3,4,5,,,,Yes,No\n"
    )
    assert "gcp.csv, line 2, column 'X': 'x' is not a number" in text
    assert "gcp.csv, line 2, column 'Y': 'nan?' is not a number" in text
    assert "gcp.csv, line 2, column 'Use in Rectification': 'maybe' is not yes or no" in text
    assert "gcp.csv, line 4, column 'Z': 'inf' is not a finite number" in text
    assert "gcp.csv, line 5: the row has 3 cells, the header 11" in text
    assert "gcp.csv, line 6, column 'X': the point is marked for use but has no coordinate" in text
    assert len(text.splitlines()) == 6


def test_that_a_point_without_coordinates_that_is_not_used_is_left_out() -> None:
    assert read_gcp_csv(f"{HEADER}\nA,N/A,,3,4,5,,,,No,No\n".encode(), METRIC).points == ()


def test_that_records_of_a_project_are_read() -> None:
    record: dict[str, object] = {"# ID": "A", "X": 1, "Y": 2.0, "Z": "3", "X (pixel)": 4.5, "Y (pixel)": "N/A"}
    record |= {"Use in Rectification": True, "Use in Validation": "No"}
    assert points_from_records([record], "k").points == (GroundControlPoint("A", 1.0, 2.0, 3.0, 4.5, None),)
    with pytest.raises(GroundControlError, match="k, row 1, column 'X': 'east' is not a number"):
        points_from_records([record | {"X": "east"}], "k")


_number = st.floats(-1e6, 1e6, allow_nan=False)
_point = st.builds(
    GroundControlPoint,
    name=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8),
    x_m=_number,
    y_m=_number,
    z_m=_number,
    x_px=_number,
    y_px=_number,
    use_in_rectification=st.booleans(),
    use_in_validation=st.booleans(),
)


@given(st.lists(_point, min_size=1, max_size=5))
def test_that_metres_survive_bit_for_bit(points: list[GroundControlPoint]) -> None:
    table = GroundControlPoints(tuple(points))
    assert read_gcp_csv(format_gcp_csv(table).encode()) == table


def test_that_feet_survive_to_rounding_and_errors_are_written(tmp_path: Path) -> None:
    table = GroundControlPoints(
        (GroundControlPoint("A", 1.0, 2.0, 3.0, 4.0, 5.0), GroundControlPoint("B", 1.0, 2.0, 3.0))
    )
    write_gcp_csv(tmp_path / "t.csv", table, ENGLISH, [(0.5, -0.25, 0.559), (0.0, 0.0, 0.0)])
    text = (tmp_path / "t.csv").read_text()
    assert text.splitlines()[0].startswith("# ID,X (ft),Y (ft),Z (ft),X (pixel)")
    assert ",4.0,5.0,0.5,-0.25,0.559,Yes,No" in text
    assert read_gcp_csv(tmp_path / "t.csv").world_m[0] == pytest.approx([1.0, 2.0, 3.0], abs=1e-12)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_that_any_bytes_are_a_table_or_our_error(content: bytes) -> None:
    try:
        read_gcp_csv(content, METRIC)
    except GroundControlError:
        return
