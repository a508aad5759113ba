"""What the report says of a batch: totals, times, what took part in the rating curve, and what is missing."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.reports.report import ReportOptions, collect_report
from image_velocimetry_tools.domain.errors import Cancelled
from image_velocimetry_tools.domain.units import ENGLISH, METRIC
from image_velocimetry_tools.plugins.exporters import ExportedJob


def failed_job(number: int, status: str = "failed") -> ExportedJob:
    facts = {"stage": "decode", "remedies": ("Check the clip",), "attempt": 2}
    return ExportedJob(
        number, f"job_{number:03d}", status, Path("/v/x.mp4"), message="the video is cut off", facts=facts
    )


def test_that_totals_count_states_verdicts_times_and_quality(measured_job, source_of):
    rejected = {"verdict": "rejected", "reasons": ["nothing moves"], "figures": {"median_quality": 0.1}}
    jobs = [
        measured_job(1, 97.0, 4.0),
        measured_job(2, 97.5, 8.0),
        measured_job(3, 97.5, 100.0, quality=rejected),
        failed_job(4),
        failed_job(5, "skipped"),
        failed_job(6, "pending"),
    ]
    totals = collect_report(source_of(*jobs), ReportOptions()).totals
    assert (totals.num_jobs, totals.num_measured, totals.num_open) == (6, 3, 1)
    assert totals.status_counts == {"pending": 1, "completed": 3, "failed": 1, "skipped": 1}
    assert totals.verdict_counts == {"good": 2, "rejected": 1}
    assert totals.success_rate == 0.75
    assert totals.mean_processing_time_s == 5.0
    assert totals.mean_quality == pytest.approx(0.5)
    assert next((time.stage, time.mean_s, time.share) for time in totals.stage_times) == ("decode", 2.0, 0.5)
    assert (totals.lowest_discharge_m3s, totals.highest_discharge_m3s, totals.mean_discharge_m3s) == (4.0, 8.0, 6.0)


def test_that_a_batch_without_a_single_result_has_a_report(source_of):
    report = collect_report(source_of(failed_job(1), is_finished=False), ReportOptions())
    assert report.totals.success_rate == 0.0
    assert report.rating is None
    assert report.rating_refusal
    assert report.state == "Still running: 1 of 1 jobs have ended."


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"discharge_m3s": null}', '{"discharge_m3s": 1, "quality": 3}']
)
def test_that_a_damaged_result_is_said_and_spares_the_others(measured_job, source_of, content):
    good, bad = measured_job(1, 97.0, 4.0), measured_job(2, 97.0, 4.0)
    bad.result_path.write_text(content)
    report = collect_report(source_of(good, bad), ReportOptions())
    assert report.totals.num_measured == 1
    assert len(report.missing) == 1
    assert "job_002" in report.missing[0]
    assert "damaged" in report.missing[0]


def test_that_a_result_that_has_gone_is_said(measured_job, source_of):
    job = measured_job(1, 97.0, 4.0)
    job.result_path.unlink()
    assert "has gone" in collect_report(source_of(job), ReportOptions()).missing[0]


def test_that_the_rating_curve_names_the_outlier(rated_jobs, source_of):
    report = collect_report(source_of(*rated_jobs), ReportOptions())
    assert report.rating is not None
    assert [job.job_id for job in report.rating.jobs if job.is_outlier] == ["job_009"]
    assert report.rating.b == pytest.approx(1.7, abs=0.2)
    assert report.rating.h0_m == pytest.approx(96.0, abs=0.1)
    assert report.rating.highest_level_m == pytest.approx(97.9)


def test_that_rejected_results_and_reverse_flow_take_no_part_in_the_rating_curve(rated_jobs, measured_job, source_of):
    odd = [
        measured_job(10, 97.0, 50.0, quality={"verdict": "rejected"}),
        measured_job(11, 97.0, -2.0, quality={"verdict": "doubtful"}),
    ]
    rating = collect_report(source_of(*rated_jobs, *odd), ReportOptions()).rating
    assert rating is not None
    assert not {"job_010", "job_011"} & {job.job_id for job in rating.jobs}
    assert any("1 result with the verdict rejected took no part" in note for note in rating.notes)
    assert any("1 result of zero or reverse flow took no part" in note for note in rating.notes)


def test_that_the_formula_gives_the_same_discharge_in_either_units(rated_jobs, source_of):
    rating = collect_report(source_of(*rated_jobs), ReportOptions()).rating
    assert rating is not None

    def evaluated(units, level_m):
        text = rating.formula(units).removeprefix("Q = ").replace("h", str(level_m * units.length))
        return eval(text.replace(" (", "*(").replace("^", "**").replace("−", "-")) / units.discharge

    assert evaluated(ENGLISH, 97.3) == pytest.approx(evaluated(METRIC, 97.3), rel=2e-3)
    assert evaluated(METRIC, 97.3) == pytest.approx(6.0 * 1.3**1.7, rel=0.05)


@pytest.mark.parametrize(
    ("date", "time", "video", "moment", "has_time"),
    [
        ("2017-06-30", "12:30:00", "a.mp4", datetime(2017, 6, 30, 12, 30), True),
        ("2017-06-30", None, "cam_20170630-115500.mp4", datetime(2017, 6, 30, 11, 55), True),
        ("2017-06-29", None, "cam_20170630-115500.mp4", datetime(2017, 6, 29), False),
        (None, None, "cam_20170630-115500.mp4", datetime(2017, 6, 30, 11, 55), True),
        ("yesterday", None, "a.mp4", None, False),
    ],
)
def test_that_the_time_of_a_measurement_is_what_was_stated_else_that_of_the_video(
    measured_job, source_of, date, time, video, moment, has_time
):
    job = measured_job(1, 97.0, 4.0, measurement_date=date, measurement_time=time)
    named = ExportedJob(1, job.job_id, job.status, Path("/v") / video, result_path=job.result_path)
    reported = collect_report(source_of(named), ReportOptions()).jobs[0]
    assert (reported.measured_at, reported.has_time_of_day) == (moment, has_time)


def test_that_provenance_is_said_once_and_differences_are_named(measured_job, source_of):
    jobs = [measured_job(number, 97.0, 4.0) for number in (1, 2, 3)]
    content = json.loads(jobs[2].result_path.read_text())
    content["provenance"]["parameters"]["stiv"]["num_pixels"] = 48
    jobs[2].result_path.write_text(json.dumps(content))
    made = collect_report(source_of(*jobs), ReportOptions()).provenance
    assert ("IVyTools", "2.0.0", 3) in made.versions
    assert made.parameters == (("method", "stiv"),)
    assert made.differing == (("stiv.num_pixels", "32", 2), ("stiv.num_pixels", "48", 1))
    assert [(file.sha256, file.num_jobs) for file in made.shared_inputs] == [("ab12", 3)]
    assert made.video_sha256["job_002"] == "sha-job_002"


def test_that_collecting_reports_progress_and_can_be_cancelled(measured_job, source_of):
    source = source_of(*[measured_job(number, 97.0, 4.0) for number in range(1, 5)])
    shares: list[float] = []
    with pytest.raises(Cancelled):
        collect_report(
            source, ReportOptions(), progress=lambda share, text: shares.append(share), cancel=lambda: len(shares) == 2
        )
    assert shares == sorted(shares)
    assert len(shares) == 2
