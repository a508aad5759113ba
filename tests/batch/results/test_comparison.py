"""Two runs side by side."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.batch.job.result import JobResult, Quality
from image_velocimetry_tools.batch.results.comparison import JobComparison, JobFigures, compare, flattened
from image_velocimetry_tools.batch.results.comparison_tables import (
    comparison_csv,
    comparison_json,
    difference_rows,
    job_columns,
    job_rows,
    total_lines,
)
from image_velocimetry_tools.domain.units import ENGLISH, METRIC, DisplayUnits
from image_velocimetry_tools.plugins.exporters import ExportedJob, ExportSource
from image_velocimetry_tools.testing.exporter_batch import example_result


def run_of(folder: Path, results: dict[str, JobResult | None], name: str = "") -> ExportSource:
    """A run with a result file for each job that has one; the others failed."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = []
    for number, (job_id, result) in enumerate(results.items(), start=1):
        path = None
        if result is not None:
            path = folder / f"{job_id}.json"
            path.write_text(result.model_dump_json(), encoding="utf-8")
        status = "failed" if result is None else "completed"
        jobs.append(ExportedJob(number, job_id, status, Path("x.mp4"), result_path=path, message="too dark"))
    return ExportSource(folder.name, name or folder.name, folder, DisplayUnits.METRIC, tuple(jobs))


def result(job_id: str, discharge_m3s: float = 10.0, parameters: dict[str, Any] | None = None, **changes: Any) -> Any:
    made = example_result(job_id, Path("x.mp4"), discharge_m3s=discharge_m3s, **changes)
    provenance = made.provenance.model_copy(update={"parameters": made.provenance.parameters | (parameters or {})})
    return made.model_copy(update={"provenance": provenance})


def test_that_a_run_compared_with_itself_has_no_differences(tmp_path: Path) -> None:
    run = run_of(tmp_path / "a", {"j1": result("j1"), "j2": result("j2", 20.0), "j3": None})
    comparison = compare(run, run)
    assert comparison.common_differences == ()
    assert all(job.differences == () and job.is_unchanged for job in comparison.jobs)
    assert (comparison.totals.compared, comparison.totals.unchanged) == (2, 3)
    assert comparison.totals.largest_change_percent == 0.0


def test_that_changes_are_those_from_the_first_run_to_the_second(tmp_path: Path) -> None:
    a = run_of(tmp_path / "a", {"j1": result("j1", 10.0, area_m2=5.0)})
    b = run_of(tmp_path / "b", {"j1": result("j1", 12.0, area_m2=5.5, water_surface_elevation_m=2.75)})
    (job,) = compare(a, b).jobs
    assert job.discharge_change_m3s == pytest.approx(2.0)
    assert job.discharge_change_percent == pytest.approx(20.0)
    assert job.area_change_m2 == pytest.approx(0.5)
    assert job.level_change_m == pytest.approx(0.25)
    assert job.time_change_s == 0.0
    assert ("water_surface_elevation_m", "2.5", "2.75") in [(d.name, d.a, d.b) for d in job.differences]


def test_that_totals_are_over_jobs_with_two_discharges(tmp_path: Path) -> None:
    a = run_of(tmp_path / "a", {"j1": result("j1"), "j2": result("j2"), "j3": result("j3"), "j4": result("j4")})
    b = run_of(
        tmp_path / "b", {"j1": result("j1", 10.1), "j2": result("j2", 13.0), "j3": result("j3", 9.6), "j4": None}
    )
    totals = compare(a, b).totals
    assert (totals.compared, totals.unchanged, totals.beyond_uncertainty) == (3, 0, 1)
    assert totals.mean_change_percent == pytest.approx((1 + 30 - 4) / 3)
    assert totals.median_change_percent == pytest.approx(4.0)
    assert totals.largest_change_percent == pytest.approx(30.0)
    assert totals.largest_change_job == "j2"


def test_that_jobs_of_one_run_only_are_told(tmp_path: Path) -> None:
    a = run_of(tmp_path / "a", {"j1": result("j1"), "old": result("old")})
    b = run_of(tmp_path / "b", {"new": result("new"), "j1": result("j1")})
    comparison = compare(a, b)
    assert [job.job_id for job in comparison.jobs] == ["j1"]
    assert (comparison.only_in_a, comparison.only_in_b) == (("old",), ("new",))


def test_that_what_differs_in_all_jobs_is_told_once(tmp_path: Path) -> None:
    longer = {"stiv": {"num_pixels": 48, "phi_origin_deg": 0.0}}
    a = run_of(tmp_path / "a", {"j1": result("j1"), "j2": result("j2")})
    b = run_of(
        tmp_path / "b", {"j1": result("j1", parameters=longer), "j2": result("j2", parameters=longer, alpha=0.9)}
    )
    comparison = compare(a, b)
    assert [(d.name, d.a, d.b) for d in comparison.common_differences] == [("stiv.num_pixels", "32", "48")]
    assert [[d.name for d in job.differences] for job in comparison.jobs] == [[], ["alpha"]]


def test_that_inputs_and_versions_are_compared(tmp_path: Path) -> None:
    first = result("j1")
    video = first.provenance.inputs["video"].model_copy(update={"sha256": "cd" * 32, "path": "/elsewhere/x.mp4"})
    provenance = first.provenance.model_copy(
        update={"inputs": {"video": video}, "version": "2.1.0", "libraries": {"numpy": "3.0"}}
    )
    a = run_of(tmp_path / "a", {"j1": first})
    b = run_of(tmp_path / "b", {"j1": first.model_copy(update={"provenance": provenance})})
    (job,) = compare(a, b).jobs
    assert {d.name: (d.a, d.b) for d in job.differences} == {
        "input.video": ("ab" * 32, "cd" * 32),
        "version.ivytools": ("2.0.0", "2.1.0"),
        "version.numpy": ("absent", "3.0"),
    }


def test_that_a_job_that_failed_in_one_run_has_no_change(tmp_path: Path) -> None:
    a = run_of(tmp_path / "a", {"j1": result("j1")})
    b = run_of(tmp_path / "b", {"j1": None})
    comparison = compare(a, b)
    (job,) = comparison.jobs
    assert (job.a.status, job.b.status, job.b.problem) == ("completed", "failed", "too dark")
    assert job.discharge_change_m3s is None
    assert job.exceeds_uncertainty is None
    assert job.differences == ()
    assert comparison.totals.mean_change_percent is None


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_that_a_result_that_cannot_be_read_is_a_problem_of_its_job(tmp_path: Path, damage: str) -> None:
    a = run_of(tmp_path / "a", {"j1": result("j1"), "j2": result("j2")})
    b = run_of(tmp_path / "b", {"j1": result("j1"), "j2": result("j2")})
    if damage == "gone":
        (tmp_path / "b" / "j1.json").unlink()
    else:
        (tmp_path / "b" / "j1.json").write_text("{", encoding="utf-8")
    first, second = compare(a, b).jobs
    assert first.b.problem
    assert first.discharge_change_m3s is None
    assert second.discharge_change_m3s == 0.0


discharges = st.floats(-1e4, 1e4).filter(lambda value: abs(value) > 1e-6)


@given(discharges, discharges, st.floats(0.1, 60.0), st.floats(0.1, 60.0))
def test_that_a_change_exceeds_the_uncertainty_in_either_direction_alike(
    first: float, second: float, first_percent: float, second_percent: float
) -> None:
    a = JobFigures("completed", discharge_m3s=first, uncertainty_percent=first_percent)
    b = JobFigures("completed", discharge_m3s=second, uncertainty_percent=second_percent)
    limit = math.hypot(first * first_percent, second * second_percent) / 100.0
    assert JobComparison("j", a, b).exceeds_uncertainty == (abs(second - first) > limit)
    assert JobComparison("j", b, a).exceeds_uncertainty == JobComparison("j", a, b).exceeds_uncertainty


def test_that_without_a_stated_uncertainty_nothing_is_said_of_it() -> None:
    a = JobFigures("completed", discharge_m3s=1.0, uncertainty_percent=None)
    assert JobComparison("j", a, replace(a, discharge_m3s=9.0, uncertainty_percent=5.0)).exceeds_uncertainty is None


def test_that_nested_values_are_flattened_by_dots() -> None:
    nested = {"a": {"b": {"c": 1}, "d": None}, "e": [1, 2]}
    assert list(flattened(nested)) == [("a.b.c", "1"), ("a.d", "none"), ("e", "[1, 2]")]


@pytest.fixture
def mixed(tmp_path: Path) -> Any:
    a = run_of(tmp_path / "a", {"j1": result("j1"), "j2": result("j2"), "old": None}, "before")
    b = run_of(
        tmp_path / "b",
        {"j1": result("j1", 20.0, alpha=0.9, quality=Quality(verdict="doubtful")), "j2": None, "new": None},
        "after",
    )
    return compare(a, b)


def test_that_rows_are_in_display_units(mixed: Any) -> None:
    row = dict(zip(job_columns(ENGLISH), job_rows(mixed, ENGLISH)[0], strict=True))
    assert row["discharge A (ft³/s)"] == "353.15"
    assert row["change (%)"] == "+100.00"
    assert row["verdict"] == "good → doubtful"
    assert row["beyond uncertainty"] == "yes"
    assert row["differs in"] == "alpha"


def test_that_rows_name_jobs_of_one_run_last(mixed: Any) -> None:
    assert [row[:2] for row in job_rows(mixed, METRIC)] == [
        ("j1", "completed"),
        ("j2", "completed → failed"),
        ("old", "only in A"),
        ("new", "only in B"),
    ]
    assert difference_rows(mixed) == (("j1", "alpha", "0.85", "0.9"),)


def test_that_the_sentences_hold_the_totals(mixed: Any) -> None:
    text = "\n".join(total_lines(mixed))
    assert "1 of 2 common jobs have a discharge in both runs, 0 unchanged." in text
    assert "+100.00 % at most (j1)" in text
    assert "1 changes exceed" not in text
    assert "1 change exceeds the stated uncertainties (95 %)." in text


def test_that_csv_and_json_can_be_read_back(mixed: Any) -> None:
    rows = list(csv.reader(comparison_csv(mixed).splitlines()))
    assert {len(row) for row in rows} == {len(job_columns(METRIC))}
    content = json.loads(comparison_json(mixed))
    assert content["jobs"][0]["discharge_change_percent"] == pytest.approx(100.0)
    assert content["only_in_b"] == ["new"]
    assert content["totals"]["beyond_uncertainty"] == 1
