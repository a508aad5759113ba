"""The tidy table of points."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from image_velocimetry_tools.builtins.exporters.points import POINTS, PointsExporter
from image_velocimetry_tools.plugins.exporters import Exporter
from image_velocimetry_tools.testing.exporter_batch import write_example_batch
from image_velocimetry_tools.testing.exporter_contract import ExporterContract


class TestPointsExporter(ExporterContract):
    def make_exporter(self) -> Exporter:
        return PointsExporter()


@pytest.fixture
def rows(tmp_path: Path) -> list[dict[str, str]]:
    exporter = POINTS.create(POINTS.settings())
    exporter.export(write_example_batch(tmp_path), tmp_path / "points.csv")
    with (tmp_path / "points.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_that_every_point_of_every_measured_job_has_its_row(rows: list[dict[str, str]]) -> None:
    assert [row["job_id"] for row in rows] == [name for name in ("job_001", "job_002", "job_004") for _ in range(10)]
    assert [row["point"] for row in rows[:10]] == [str(number) for number in range(1, 11)]


def test_that_a_row_says_what_the_result_says(rows: list[dict[str, str]]) -> None:
    row = rows[14]
    assert (row["measurement_date"], row["measurement_time"]) == ("2026-05-04", "12:30:00")
    assert (float(row["discharge_m3s"]), row["verdict"], row["used"]) == (25.0, "doubtful", "true")
    assert float(row["station_m"]) == pytest.approx(103.6)
    assert float(row["surface_velocity_mps"]) == pytest.approx(1.4 * 0.98768834, rel=1e-7)


def test_that_what_is_not_known_is_an_empty_cell(rows: list[dict[str, str]]) -> None:
    filled, rejected = rows[10], rows[12]
    assert filled["used"] == rejected["used"] == "false"
    assert filled["flags"] == "weak correlation; filled from its neighbours"
    assert float(filled["filled_velocity_mps"]) > 0
    assert rejected["surface_velocity_mps"] == rejected["filled_velocity_mps"] == ""
