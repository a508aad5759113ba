"""Sections as CSV: titles, units, decimal commas, and rows that are wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from image_velocimetry_tools.domain.errors import SectionError
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.formats.survey.section_csv import read_section_csv


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "survey 2.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "0,10\n5.5,8\n11,10\n",
        "station,elevation\n0,10\n5.5,8\n11,10\n",
        "station;elevation\n0;10\n5,5;8\n11;10\n",
        "station\televation\tremark\n0\t10\tpin\n\n5.5\t8\t\n11\t10\t\n",
    ],
)
def test_that_stations_and_elevations_are_read(tmp_path: Path, text: str) -> None:
    survey = read_section_csv(written(tmp_path, text), DisplayUnits.METRIC)

    np.testing.assert_array_equal(survey.station_m, [0.0, 5.5, 11.0])
    np.testing.assert_array_equal(survey.elevation_m, [10.0, 8.0, 10.0])
    assert survey.name == "survey 2"


def test_that_feet_become_metres(tmp_path: Path) -> None:
    survey = read_section_csv(written(tmp_path, "0,100\n10,90\n"), DisplayUnits.ENGLISH)

    np.testing.assert_allclose(survey.station_m, [0.0, 3.048], rtol=1e-12)
    np.testing.assert_allclose(survey.elevation_m, [30.48, 27.432], rtol=1e-12)


def test_that_every_wrong_row_is_named_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "station,elevation\n0,10\n5,deep\n7\n11,10\n")

    with pytest.raises(SectionError) as caught:
        read_section_csv(path, DisplayUnits.METRIC)

    assert [problem.where for problem in caught.value.problems] == [f"{path}, line 3", f"{path}, line 4"]


@pytest.mark.parametrize("text", ["", "station,elevation\n", "3,10\n"])
def test_that_fewer_than_two_points_are_no_section(tmp_path: Path, text: str) -> None:
    with pytest.raises(SectionError, match="fewer than two points"):
        read_section_csv(written(tmp_path, text), DisplayUnits.METRIC)


def test_that_a_first_row_with_a_typing_error_is_not_taken_for_titles(tmp_path: Path) -> None:
    with pytest.raises(SectionError, match="line 1"):
        read_section_csv(written(tmp_path, "0,1o\n5,8\n11,10\n"), DisplayUnits.METRIC)
