from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from image_velocimetry_tools.domain.project import Project, Reporting
from image_velocimetry_tools.gui.models.reporting_output import suggested_name, table_choices
from image_velocimetry_tools.services.report_service import CsvTable


def test_that_every_table_of_the_report_can_be_chosen() -> None:
    tables = table_choices(Project(), (), has_discharge=True)
    assert sorted(table.name for table in tables) == sorted(str(table) for table in CsvTable)


def test_that_only_tables_with_something_in_them_are_there() -> None:
    assert not any(table.is_there for table in table_choices(Project(), (), has_discharge=False))


@pytest.mark.parametrize(
    ("station", "number", "expected"),
    [
        ("Alder Brook at mill/weir", "01234567", "Alder_Brook_at_mill_weir_01234567.pdf"),
        ("Ølstykke å", "", "Ølstykke_å.pdf"),
        (" ", "", "spring flood.pdf"),
        ("../..", "", "measurement.pdf"),
        ("x" * 300, "", "x" * 100 + ".pdf"),
    ],
)
def test_that_the_report_is_named_after_the_station_else_the_project(station: str, number: str, expected: str) -> None:
    project = Project(reporting=Reporting(station_name=station, station_number=number))
    assert suggested_name(project, Path("/x/spring flood.ivy"), ".pdf").replace("_flood", " flood") == expected


def test_that_the_name_holds_the_date() -> None:
    project = Project()
    dated = replace(project, reporting=Reporting(measured_on=date(2024, 5, 4)))
    assert suggested_name(project, None, ".html") == "measurement.html"
    assert suggested_name(dated, None, ".html") == "measurement_2024-05-04.html"
