"""The files about a whole batch: what they say, and what happens when they cannot be written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from stand_in_results import summary_rows

from image_velocimetry_tools.batch.config import ProcessingResult
from image_velocimetry_tools.batch.failures import outcome
from image_velocimetry_tools.batch.models import BatchJob, JobStatus, PlannedJob
from image_velocimetry_tools.batch.results.summary import SummaryFiles, error_entry, summary_row
from image_velocimetry_tools.domain.units import ENGLISH, METRIC

Planner = Callable[..., list[PlannedJob]]


def job(job_id: str, **facts: object) -> BatchJob:
    return BatchJob(job_id, Path(f"/v/{job_id}.mp4"), 100.0, **facts)  # type: ignore[arg-type]


def failed(one: BatchJob) -> ProcessingResult:
    told = {"stage": "decode", "error_message": "too dark.", "remedies": ("Use a lamp",), "note": "an old one is there"}
    return outcome(one, JobStatus.FAILED).model_copy(update=told)


def test_that_jobs_keep_their_order_and_have_the_display_units(tmp_path: Path) -> None:
    jobs = [job("z", comments="first", extra={"operator": "Ann"}), job("a", alpha=0.9)]
    measured = {"total_discharge": 2.0, "area_m2": 4.0, "quality": "good"}
    results = [outcome(jobs[0], JobStatus.COMPLETED).model_copy(update=measured), outcome(jobs[1], JobStatus.PENDING)]
    SummaryFiles(tmp_path, ENGLISH).write(jobs, results)
    first, second = summary_rows(tmp_path)
    assert (first["job_id"], first["status"], first["discharge_units"]) == ("z", "completed", "ft³/s")
    assert float(first["discharge"]) == pytest.approx(70.6293, rel=1e-5)
    assert float(first["water_surface_elevation"]) == pytest.approx(100.0 / 0.3048)
    assert (first["comments"], first["operator"], second["alpha"]) == ("first", "Ann", "0.9")
    assert (second["status"], second["discharge"], second["processing_time_seconds"]) == ("pending", "", "")


@pytest.mark.parametrize("status", [status for status in JobStatus if status.is_failure])
def test_that_every_kind_of_failure_is_in_the_log_with_stage_and_remedy(tmp_path: Path, status: JobStatus) -> None:
    one = job("a")
    SummaryFiles(tmp_path, METRIC).write([one], [failed(one).model_copy(update={"status": status})])
    log = (tmp_path / "errors.log").read_text(encoding="utf-8")
    assert all(text in log for text in ("a", "decode", "too dark.", "Use a lamp", "an old one is there"))
    assert summary_rows(tmp_path)[0]["error_stage"] == "decode"


@pytest.mark.parametrize("status", [JobStatus.SKIPPED, JobStatus.CANCELLED, JobStatus.INTERRUPTED, JobStatus.PENDING])
def test_that_what_is_no_failure_is_not_in_the_log(tmp_path: Path, status: JobStatus) -> None:
    one = job("a")
    files = SummaryFiles(tmp_path, METRIC)
    files.write([one], [failed(one)])
    assert files.errors_path.exists()
    files.write([one], [outcome(one, status, "a reason", "decode")])
    assert not files.errors_path.exists()
    row = summary_rows(tmp_path)[0]
    assert (row["error_stage"], row["error_message"]) == ("", "a reason")


def test_that_a_file_in_the_way_is_a_problem_until_it_is_gone(tmp_path: Path) -> None:
    files = SummaryFiles(tmp_path, METRIC)
    files.summary_path.mkdir()
    one = job("a")
    files.write([one], [failed(one)])
    assert files.problem is not None
    assert "batch_summary.csv" in str(files.problem)
    files.summary_path.rmdir()
    files.write([one], [failed(one)])
    assert files.problem is None
    assert [path.name for path in tmp_path.iterdir()] == ["batch_summary.csv", "errors.log"]


def test_that_each_job_needs_its_result(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shorter"):
        SummaryFiles(tmp_path, METRIC).write([job("a"), job("b")], [failed(job("a"))])
    assert not (tmp_path / "batch_summary.csv").exists()


def test_that_a_job_that_took_no_time_has_none() -> None:
    one = job("a")
    assert summary_row(one, METRIC, outcome(one, JobStatus.SKIPPED)).processing_time_s is None
    assert error_entry(outcome(one, JobStatus.FAILED)).reasons == ("unknown",)
