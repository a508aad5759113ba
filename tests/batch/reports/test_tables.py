"""The report as CSV and JSON: the same figures, each in the units that its name says."""

from __future__ import annotations

import csv
import io
import json

import pytest

from image_velocimetry_tools.batch.reports.csv_report import COLUMNS, write_csv_report
from image_velocimetry_tools.batch.reports.json_report import write_json_report
from image_velocimetry_tools.batch.reports.report import ReportOptions, collect_report
from image_velocimetry_tools.domain.units import DisplayUnits

CFS = 0.3048**3


@pytest.fixture
def report(rated_jobs, measured_job, source_of):
    def make(units=DisplayUnits.METRIC):
        more = measured_job(
            10, 97.0, 6.3, extra={"gauged_discharge_m3s": "6", "weather": "ice; wind"}, comments='a "b", c'
        )
        broken = measured_job(11, 97.0, 1.0)
        broken.result_path.write_text("{")
        return collect_report(source_of(*rated_jobs, more, broken, units=units), ReportOptions())

    return make


def test_that_the_table_has_a_row_per_job_in_display_units(report, tmp_path):
    write_csv_report(report(DisplayUnits.ENGLISH), tmp_path / "report.csv")
    text = (tmp_path / "report.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(rows[0]) == [*COLUMNS, "gauged_discharge_m3s", "weather"]
    assert [row["job_id"] for row in rows] == [f"job_{number:03d}" for number in range(1, 12)]
    row = rows[9]
    assert float(row["discharge"]) == pytest.approx(6.3 / CFS)
    assert (row["discharge_units"], float(row["discharge_m3s"])) == ("ft³/s", 6.3)
    assert float(row["gauged_discharge"]) == pytest.approx(6.0 / CFS)
    assert float(row["gauged_difference_percent"]) == pytest.approx(5.0)
    assert (row["verdict"], row["weather"], row["comments"]) == ("good", "ice; wind", 'a "b", c')
    assert float(row["velocimetry_s"]) == 1.0
    assert [row["is_rating_outlier"] for row in rows][7:9] == ["no", "yes"]
    assert rows[10]["discharge"] == ""
    assert "damaged" in rows[10]["problem"]


def test_that_json_says_everything_in_si(report, tmp_path):
    write_json_report(report(DisplayUnits.ENGLISH), tmp_path / "report.json")
    content = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert content["totals"]["num_measured"] == 10
    assert content["rating_curve"]["b"] == pytest.approx(1.7, abs=0.2)
    assert content["gauged_comparison"]["pairs"][0]["gauged_m3s"] == 6.0
    assert content["gauged_comparison"]["bias_percent"] == pytest.approx(5.0)
    job = content["jobs"][9]
    assert (job["job_id"], job["discharge_m3s"], job["level_m"]) == ("job_010", 6.3, 97.0)
    assert job["section"]["filled_mps"] == [None, None, 0.9, None, None]
    assert content["missing"]
    assert content["jobs"][10]["problem"]


def test_that_json_can_leave_the_sections_out(report, tmp_path):
    write_json_report(report(), tmp_path / "report.json", job_sections=False)
    content = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert all(job.get("section") is None for job in content["jobs"])


def test_that_a_batch_of_nothing_is_valid_json(source_of, tmp_path):
    write_json_report(collect_report(source_of(), ReportOptions()), tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())["jobs"] == []
