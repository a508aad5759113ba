"""Results as lines and rows for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch.config import BatchResult, ProcessingResult
from image_velocimetry_tools.batch.following.result_rows import (
    failure_lines,
    result_facts,
    result_row,
    result_row_header,
)
from image_velocimetry_tools.batch.models import JobStatus
from image_velocimetry_tools.domain.units import ENGLISH, METRIC, UnitSystem


def result(status: JobStatus = JobStatus.COMPLETED, **figures: Any) -> ProcessingResult:
    return ProcessingResult(job_id="june", video_path=Path("v.mp4"), status=status, **figures)


MEASURED = result(
    total_discharge=2.0,
    area_m2=4.0,
    mean_velocity_mps=0.5,
    max_surface_velocity_mps=0.9,
    measured_discharge_fraction=0.954,
    uncertainty_iso_95pct=6.54,
    uncertainty_ive_95pct=8.25,
    quality="doubtful",
    quality_reasons=("night", "waves"),
    processing_time_s=12.34,
    result_path=Path("out/jobs/june/june.json"),
)


@pytest.mark.parametrize(
    ("units", "title", "discharge"), [(METRIC, "discharge (m³/s)", "2"), (ENGLISH, "discharge (ft³/s)", "70.63")]
)
def test_that_a_row_is_in_display_units_and_fits_its_header(units: UnitSystem, title: str, discharge: str) -> None:
    row = dict(zip(result_row_header(units), result_row(MEASURED, units), strict=True))
    assert (row["job"], row["status"], row[title]) == ("june", "completed", discharge)
    assert (row["± ISO 95 %"], row["measured"], row["quality"], row["time (s)"]) == (
        "6.5 %",
        "95.4 %",
        "doubtful",
        "12.3",
    )


def test_that_what_is_not_known_is_blank() -> None:
    assert result_row(result(JobStatus.PENDING), METRIC) == ("june", "pending", "", "", "", "", "")


def test_that_the_facts_of_a_measurement_have_units_and_reasons() -> None:
    facts = dict(result_facts(MEASURED, ENGLISH))
    assert facts["discharge"] == "70.63 ft³/s"
    assert facts["wetted area"] == "43.06 ft²"
    assert facts["mean velocity"] == "1.64 ft/s"
    assert facts["largest surface velocity"] == "2.953 ft/s"
    assert facts["quality"] == "doubtful; night; waves"
    assert facts["result"] == str(MEASURED.result_path)


def test_that_every_problem_of_every_failure_is_a_line_and_so_are_those_of_the_batch() -> None:
    batch = BatchResult(
        video_results=(
            MEASURED,
            result(
                JobStatus.FAILED, stage="decode", problems=("too dark. Use a lamp.", "too short."), error_message="x"
            ),
            result(JobStatus.TIMED_OUT, error_message="it ran longer than its limit of 9 s"),
            result(JobStatus.CANCELLED, error_message="cancelled while it ran"),
            result(JobStatus.SKIPPED, error_message="the batch stopped"),
        ),
        problems=("out/batch_summary.csv: cannot be written",),
    )
    assert failure_lines(batch) == [
        "june failed in stage decode: too dark. Use a lamp.",
        "june failed in stage decode: too short.",
        "june timed out: it ran longer than its limit of 9 s",
        "out/batch_summary.csv: cannot be written",
    ]
