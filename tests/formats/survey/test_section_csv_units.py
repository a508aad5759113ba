from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from image_velocimetry_tools.domain.section import CrossSection
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.formats.survey.section_csv import format_section_csv, read_section_csv, section_csv_units


@pytest.mark.parametrize(
    ("titles", "units"),
    [
        ("Station (ft),Elevation (ft)", DisplayUnits.ENGLISH),
        ("station [m], elevation [m]", DisplayUnits.METRIC),
        ("Station (meters);Stage (meters)", DisplayUnits.METRIC),
        ("Station,Elevation", None),
        ("0,10", None),
    ],
)
def test_that_units_are_read_from_the_titles(tmp_path: Path, titles: str, units: DisplayUnits | None) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{titles}\n0,10\n5,8\n", "utf-8")
    assert section_csv_units(path) is units


@pytest.mark.parametrize("units", list(DisplayUnits))
def test_that_a_written_section_is_read_back(tmp_path: Path, units: DisplayUnits) -> None:
    section = CrossSection(np.array([0.0, 3.048, 3.048, 9.0]), np.array([12.0, 12.0, 10.25, 12.5]))
    path = tmp_path / "a.csv"
    path.write_text(format_section_csv(section, units), "utf-8")
    assert section_csv_units(path) is units
    survey = read_section_csv(path, units)
    assert survey.station_m == pytest.approx(section.station_m, abs=1e-6)
    assert survey.elevation_m == pytest.approx(section.elevation_m, abs=1e-6)
