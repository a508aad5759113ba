from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import SectionError
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.formats.column_titles import column_title, metres_of_columns, system_of

US_SURVEY_FOOT = 0.3048006096012192


@pytest.mark.parametrize(
    ("text", "name", "metres"),
    [
        ("Station (m)", "station", 1.0),
        ("Station [metres]", "station", 1.0),
        ("Estación (metros)", "estacion", 1.0),
        ("Höhe / m", "hohe", 1.0),
        ("Höhe (m ü. NN)", "hohe", 1.0),
        ("station_ft", "station", 0.3048),
        ("Station, feet", "station", 0.3048),
        ("Dist (')", "dist", 0.3048),
        ("Level (mm)", "level", 0.001),
        ("Depth in cm", "depth in", 0.01),
        ("Elevation (in m)", "elevation", 1.0),
        ("Z (in)", "z", 0.0254),
        ("X (US ft)", "x", US_SURVEY_FOOT),
        ("X (U.S. survey feet)", "x", US_SURVEY_FOOT),
        ("X [us-ft]", "x", US_SURVEY_FOOT),
        ("X_ftUS", "x", US_SURVEY_FOOT),
        ("Z (ft, NAVD88)", "z", 0.3048),
        ("Z (NAVD88, ft)", "z", 0.3048),
        ("Z (ft) (NAVD88)", "z", 0.3048),
        ("Z ft (NAVD88)", "z", 0.3048),
        ("Station (m from the left bank)", "station", 1.0),
        ("Station", "station", None),
        ("# ID", "id", None),
        ("metres", "metres", None),
        ("", "", None),
    ],
)
def test_that_name_and_unit_are_told_apart(text: str, name: str, metres: float | None) -> None:
    title = column_title(text)
    assert title.name == name
    assert title.metres == (None if metres is None else pytest.approx(metres, rel=1e-15))


@pytest.mark.parametrize("text", ["X (pixel)", "X_px", "X [pixels]", "x pixel"])
def test_that_pixels_are_no_length(text: str) -> None:
    title = column_title(text)
    assert (title.name, title.is_in_pixels, title.metres) == ("x", True, None)


@pytest.mark.parametrize("text", ["X (yd)", "X yd", "X (m/s)", "X (NAVD88)", "X (ft) (m)"])
def test_that_an_unknown_unit_is_refused_by_name(text: str) -> None:
    with pytest.raises(SectionError, match="is not known") as caught:
        metres_of_columns([column_title(text), column_title("Z (m)")], SectionError, "here")
    assert f"'{text}'" in str(caught.value)
    assert "US survey ft" in caught.value.remedy


def test_that_every_column_has_its_own_unit_and_those_without_that_of_the_others() -> None:
    def read(*texts: str) -> tuple[float, ...] | tuple[None, ...]:
        return metres_of_columns([column_title(text) for text in texts], SectionError, "here")

    assert read("Station (m)", "Elevation (ft)") == (1.0, 0.3048)
    assert read("Station (cm)", "Elevation") == (0.01, 0.01)
    assert read("Station", "Elevation") == (None, None)
    with pytest.raises(SectionError, match="the column 'Z' names no unit"):
        read("X (m)", "Y (ft)", "Z")


def test_that_every_unit_belongs_to_a_system() -> None:
    units = {text: column_title(f"X ({text})").metres for text in ("m", "cm", "mm", "ft", "in", "US survey ft")}
    metric = {text for text, metres in units.items() if metres and system_of(metres) is DisplayUnits.METRIC}
    assert metric == {"m", "cm", "mm"}


@given(st.text(max_size=40))
def test_that_any_text_is_a_title(text: str) -> None:
    title = column_title(text)
    assert title.text == text
    assert title.metres is None or title.unit
