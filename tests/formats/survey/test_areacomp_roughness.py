"""Roughness of subsections in AreaComp files."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from image_velocimetry_tools.domain.section import SubSurvey
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.formats.survey.areacomp import format_areacomp, read_areacomp

SURVEY = SubSurvey("Main.csv", np.array([0.0, 10.0, 30.0]), np.array([3.0, 1.0, 3.0]))


def with_variables(**variables: object) -> bytes:
    """A file of one survey with other roughness variables."""
    stream = io.BytesIO()
    record = {"stage": 0.0, "stationOffset": 0.0, "csv_survey": np.array([[0.0, 3.0, 3.0], [30.0, 1.0, 1.0]])}
    savemat(stream, {"units": "Metric", "survey_names": ["Main"], "Main": record, **variables})
    return stream.getvalue()


@pytest.mark.parametrize("units", list(DisplayUnits))
def test_that_several_subsections_come_back(tmp_path: Path, units: DisplayUnits) -> None:
    content = format_areacomp([SURVEY], units, manning_n=(0.03, 0.05, 0.08), subsection_bounds_m=(8.0, 20.5))
    read = read_areacomp(content)
    assert read.manning_n == (0.03, 0.05, 0.08)
    assert read.subsection_bounds_m == pytest.approx((8.0, 20.5))
    assert read.warnings == ()


def test_that_boundaries_stand_between_the_ends_of_the_survey() -> None:
    stored = loadmat(io.BytesIO(format_areacomp([SURVEY], manning_n=(0.03, 0.05), subsection_bounds_m=(8.0,))))
    np.testing.assert_allclose(stored["subsection"], [[0.0, 8.0, 30.0]])
    np.testing.assert_allclose(stored["n_values"], [[0.03, 0.05]])


def test_that_one_subsection_is_written_as_before() -> None:
    stored = loadmat(io.BytesIO(format_areacomp([SURVEY], manning_n=(0.01,))))
    assert stored["subsection"].tolist() == [[0.0, 30.0]]
    assert stored["n_values"].tolist() == [[0.01]]


def test_that_rows_of_starts_and_ends_are_understood() -> None:
    rows = np.array([[0.0, 12.0], [12.0, 30.0]])
    read = read_areacomp(with_variables(subsection=rows, n_values=np.array([[0.02], [0.04]])))
    assert (read.manning_n, read.subsection_bounds_m) == ((0.02, 0.04), (12.0,))


@pytest.mark.parametrize(
    ("subsection", "n_values"),
    [([[0.0, 30.0]], [[0.02, 0.04]]), ([[0.0, 20.0, 10.0, 30.0]], [[0.1, 0.2, 0.3]]), ([[0.0, 30.0]], [[-1.0]])],
)
def test_that_roughness_that_does_not_fit_is_left_out_and_told(subsection: object, n_values: object) -> None:
    read = read_areacomp(with_variables(subsection=np.array(subsection), n_values=np.array(n_values)))
    assert (read.manning_n, read.subsection_bounds_m) == ((), ())
    assert "do not fit together" in read.warnings[0]
