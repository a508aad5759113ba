"""Gauged discharges from a column, a file by job and a record over time, and the statistics of the comparison."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.reports.gauged import GaugedSource, gauged_comparison
from image_velocimetry_tools.batch.reports.reported_job import read_job
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.units import ENGLISH, METRIC

CFS = 0.3048**3
USGS = (
    "# a record\nagency_cd\tsite_no\tdatetime\ttz_cd\tDischarge_cfs\tApproval\n"
    "USGS\t03337000\t2017-06-30 10:50\tCST\t100\tA\n"
    "USGS\t03337000\t2017-06-30 11:10\tCST\t200\tA\n"
    "USGS\t03337000\t2017-06-30 13:00\tCST\t300\tA\n"
)


@pytest.fixture
def jobs(measured_job):
    return lambda *rows: [read_job(measured_job(i, 97.0, q, **more)) for i, (q, more) in enumerate(rows, start=1)]


def test_that_without_gauged_discharges_nothing_is_compared(jobs):
    assert gauged_comparison(jobs((4.0, {}), (5.0, {"extra": {"weather": "rain"}})), METRIC, GaugedSource()) is None


def test_that_bias_and_rms_leave_rejected_results_out(jobs):
    def at(gauged, **more):
        return {"extra": {"gauged_discharge": gauged}, **more}

    rejected = {"quality": {"verdict": "rejected"}}
    found = gauged_comparison(
        jobs((11.0, at("10")), (9.5, at("10")), (50.0, at("10", **rejected)), (1.0, at(""))), METRIC, GaugedSource()
    )
    assert found is not None
    assert [pair.difference_percent for pair in found.pairs] == pytest.approx([10.0, -5.0, 400.0])
    assert found.num_counting == 2
    assert found.bias_percent == pytest.approx(2.5)
    assert found.rmse_percent == pytest.approx((125.0 / 2) ** 0.5)
    assert found.bias_m3s == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("column", "units", "factor"),
    [
        ("gauged_discharge", METRIC, 1.0),
        ("gauged_discharge", ENGLISH, CFS),
        ("gauged_discharge_cfs", METRIC, CFS),
        ("gauged_discharge_m3s", ENGLISH, 1.0),
    ],
)
def test_that_a_column_is_in_display_units_unless_its_name_says_otherwise(jobs, column, units, factor):
    found = gauged_comparison(jobs((4.0, {"extra": {column: "8"}})), units, GaugedSource())
    assert found is not None
    assert found.pairs[0].gauged_m3s == pytest.approx(8.0 * factor)


def test_that_a_cell_that_is_no_number_is_said(jobs):
    rows = jobs((4.0, {"extra": {"gauged_discharge": "n/a"}}), (4.0, {"extra": {"gauged_discharge": "4,1"}}))
    found = gauged_comparison(rows, METRIC, GaugedSource())
    assert found is not None
    assert [pair.gauged_m3s for pair in found.pairs] == [4.1]
    assert found.missing == ("job_001: the gauged discharge 'n/a' is not a number",)


def test_that_a_column_that_no_job_carries_is_refused(jobs):
    with pytest.raises(IvyError, match=r"no job carries a column 'rated'.*weather"):
        gauged_comparison(jobs((4.0, {"extra": {"weather": "rain"}})), METRIC, GaugedSource(column="rated"))


def test_that_a_file_by_job_is_read(jobs, tmp_path):
    path = tmp_path / "gauged.csv"
    path.write_text("job_id;discharge_m3s\njob_002;4,5\njob_999;1\n", encoding="utf-8")
    found = gauged_comparison(jobs((4.0, {}), (5.0, {})), ENGLISH, GaugedSource(file=path))
    assert found is not None
    assert [(pair.job_id, pair.gauged_m3s) for pair in found.pairs] == [("job_002", 4.5)]


def test_that_two_discharges_for_one_job_are_refused(jobs, tmp_path):
    path = tmp_path / "gauged.csv"
    path.write_text("job_id,discharge\njob_001,4\njob_001,5\n", encoding="utf-8")
    with pytest.raises(IvyError, match="two discharges for the job 'job_001'"):
        gauged_comparison(jobs((4.0, {})), METRIC, GaugedSource(file=path))


def test_that_a_record_over_time_is_interpolated_in_its_own_zone_and_units(jobs, tmp_path):
    path = tmp_path / "usgs.txt"
    path.write_text(USGS, encoding="utf-8")
    found = gauged_comparison(jobs((4.0, {})), METRIC, GaugedSource(file=path, timezone="CDT"))
    assert found is not None
    # 12:00 of daylight time is 11:00 of standard time, halfway between 100 and 200 cfs.
    assert found.pairs[0].gauged_m3s == pytest.approx(150.0 * CFS)


def test_that_gaps_and_unknown_times_are_said_and_not_guessed(jobs, tmp_path):
    path = tmp_path / "usgs.txt"
    path.write_text(USGS, encoding="utf-8")
    rows = jobs(
        (4.0, {"measurement_time": "13:00:00"}), (4.0, {"measurement_time": None}), (4.0, {"measurement_time": "20:00"})
    )
    found = gauged_comparison(rows, METRIC, GaugedSource(file=path, timezone="CDT"))
    assert found is not None
    assert not found.pairs
    assert found.bias_percent is None
    for job, words in zip(("job_002", "job_001", "job_003"), ("time is not known", "gap", "after all"), strict=True):
        assert any(text.startswith(job) and words in text for text in found.missing)
    wider = gauged_comparison(rows, METRIC, GaugedSource(file=path, timezone="CDT", max_gap=timedelta(hours=2)))
    assert wider is not None
    assert [pair.job_id for pair in wider.pairs] == ["job_001"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("datetime,stage\n2017-06-30 12:00Z,3\n", "no column could hold the discharge"),
        ("datetime,flow,discharge\n2017-06-30 12:00Z,3,4\n", "several columns could hold the discharge"),
    ],
)
def test_that_a_file_without_a_clear_discharge_is_refused(jobs, tmp_path, text, words):
    path = tmp_path / "record.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(IvyError, match=words):
        gauged_comparison(jobs((4.0, {})), METRIC, GaugedSource(file=path))


def test_that_a_file_that_does_not_exist_is_refused(jobs):
    with pytest.raises(IvyError, match="does not exist"):
        gauged_comparison(jobs((4.0, {})), METRIC, GaugedSource(file=Path("/nowhere/gauged.csv")))
