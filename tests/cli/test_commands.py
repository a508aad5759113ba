"""The commands: options, exit codes, what is printed where, and what is left behind."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from image_velocimetry_tools.domain.errors import VideoError

Invoke = Callable[..., Result]


def test_that_process_writes_the_result_under_the_name_of_the_video(
    invoke: Invoke, measurement: Any, scaffold_path: Path, video: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = invoke("process", scaffold_path, video, "--wse", 413.4, "--alpha", 0.9, "--start", "0:01", "-o", out)
    assert done.exit_code == 0
    assert json.loads((out / "jobs" / "flood" / "flood.json").read_text()) == {"discharge_m3s": 1.0}
    assert "35.31 ft³/s" in done.stdout
    assert done.stderr == ""
    job = measurement.options[0]["job"]
    assert (job.alpha, job.clip.start_s, job.clip.end_s) == (0.9, 1.0, None)
    assert job.water_surface_elevation_m == pytest.approx(413.4 * 0.3048)


def test_that_process_has_a_default_folder_and_takes_options(
    invoke: Invoke,
    measurement: Any,
    scaffold_path: Path,
    video: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    flags = ("--job-id", "june", "--save-project", "--no-plots", "--quiet")
    done = invoke("process", scaffold_path, video, "--wse", 413.4, *flags)
    assert (done.exit_code, done.output) == (0, "")
    assert (tmp_path / "ivytools_output" / "jobs" / "june" / "june.json").exists()
    assert (measurement.options[0]["plots"], measurement.options[0]["save_project"]) == (False, True)


def test_that_a_failed_measurement_is_one_line_on_stderr_and_leaves_nothing(
    invoke: Invoke, measurement: Any, scaffold_path: Path, video: Path, tmp_path: Path
) -> None:
    measurement.errors["flood"] = VideoError("the clip has\n4 frames", where="flood.mp4", remedy="Use a longer clip")
    done = invoke("process", scaffold_path, video, "--wse", 413.4, "--quiet", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert (done.stdout, done.stderr) == ("", "error: flood.mp4: the clip has 4 frames. Use a longer clip.\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--wse", "126.0"), "126 ft is below the bed (lowest point 410 ft). The level looks like m, the scaffold"),
        (("--wse", "500"), "500 ft is above the section (surveyed up to"),
        (("--wse", "413.4", "--alpha", "0"), "alpha must lie above 0"),
        (("--wse", "413.4", "--start", "5", "--end", "4"), "the end of the clip (4) is not after its start (5)"),
        (("--wse", "413.4", "--start", "noon"), "'noon' is not a time"),
        (("--wse", "413.4", "--job-id", "a/b"), "the job id 'a/b' holds characters"),
    ],
)
def test_that_bad_input_to_process_is_2_and_leaves_nothing(
    invoke: Invoke,
    measurement: Any,
    scaffold_path: Path,
    video: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    done = invoke("process", scaffold_path, video, *arguments, "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_that_a_missing_scaffold_or_video_is_2(
    invoke: Invoke, measurement: Any, scaffold_path: Path, video: Path, tmp_path: Path
) -> None:
    done = invoke("process", tmp_path / "no.ivy", video, "--wse", 1)
    assert done.exit_code == 2
    assert done.stderr == f"error: {tmp_path}/no.ivy: the scaffold does not exist. Check the path.\n"
    done = invoke("process", scaffold_path, tmp_path / "no.mp4", "--wse", 413.4)
    assert done.exit_code == 2
    assert "no.mp4 does not exist" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("process", "a.ivy", "b.mp4"), ("run", "a.ivy", "b.csv"), ("fly",), ("process", "a.ivy", "b.mp4", "--wse", "x")],
)
def test_that_wrong_usage_is_2(invoke: Invoke, arguments: tuple[str, ...]) -> None:
    done = invoke(*arguments)
    assert done.exit_code == 2
    assert "Error: " in done.stderr


def test_that_quiet_and_verbose_exclude_each_other(invoke: Invoke, scaffold_path: Path) -> None:
    done = invoke("info", scaffold_path, "--quiet", "--verbose")
    assert done.exit_code == 2
    assert "--quiet and --verbose exclude each other" in done.stderr


def test_that_run_writes_a_summary_in_csv_order(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    done = invoke("run", scaffold_path, jobs_csv, "--output", tmp_path / "out", "--no-plots", "--quiet")
    assert (done.exit_code, done.output) == (0, "")
    with open(tmp_path / "out" / "batch_summary.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["job_id"], r["status"], r["water_surface_elevation"]) for r in rows] == [
        ("job_001", "completed", "413.4"),
        ("job_002", "completed", "413.2"),
    ]
    assert not (tmp_path / "out" / "errors.log").exists()


def test_that_run_is_1_when_a_job_fails_and_goes_on(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    measurement.errors["job_001"] = VideoError("broken", remedy="Copy it again", stage="decode")
    done = invoke("run", scaffold_path, jobs_csv, "--output", tmp_path / "out")
    assert done.exit_code == 1
    assert "job_002 (2 of 2) completed" in done.stdout
    assert done.stderr.splitlines()[-1] == "error: job_001 failed in stage decode: broken. Copy it again."
    assert "what to do: Copy it again" in (tmp_path / "out" / "errors.log").read_text()


def test_that_stop_on_first_failure_skips_the_rest(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    measurement.errors["job_001"] = VideoError("broken")
    flags = ("--stop-on-first-failure", "--save-projects")
    assert invoke("run", scaffold_path, jobs_csv, "--output", tmp_path / "out", *flags).exit_code == 1
    assert len(measurement.options) == 1
    assert measurement.options[0]["save_project"] is True


def test_that_an_interrupted_run_is_130(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    measurement.errors["job_002"] = KeyboardInterrupt()
    done = invoke("run", scaffold_path, jobs_csv, "--output", tmp_path / "out")
    assert done.exit_code == 130
    assert "error: Interrupted" in done.stderr
    summary = (tmp_path / "out" / "batch_summary.csv").read_text(encoding="utf-8-sig")
    assert "job_002,cancelled" in summary


def test_that_a_dry_run_writes_nothing(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    done = invoke("run", scaffold_path, jobs_csv, "--output", tmp_path / "out", "--dry-run")
    assert done.exit_code == 2
    assert "2 jobs would run; nothing was written" in done.stdout
    assert "job job_001" in done.stderr
    assert measurement.options == []
    assert not (tmp_path / "out").exists()


def test_that_hundreds_of_bad_rows_are_hundreds_of_lines(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    jobs_csv.write_text("video_path,water_surface_elevation\n" + "flood.mp4,high\n" * 250 + "gone.mp4,413.4\n" * 50)
    done = invoke("run", scaffold_path, jobs_csv, "--output", tmp_path / "out")
    lines = done.stderr.splitlines()
    assert done.exit_code == 2
    assert len([line for line in lines if line.startswith(f"error: {jobs_csv}, line ")]) == 300
    assert "line 301, column 'video_path'" in lines[-1]
    assert not (tmp_path / "out").exists()


def test_that_unknown_columns_are_refused_unless_they_are_allowed(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    jobs_csv.write_text("video_path,water_surface_elevation,stiv_num_pixel,operator\nflood.mp4,413.4,32,Ann\n")
    done = invoke("run", scaffold_path, jobs_csv, "--output", tmp_path / "out")
    assert done.exit_code == 2
    assert "Did you mean 'stiv_num_pixels'?" in done.stderr
    done = invoke("run", scaffold_path, jobs_csv, "--output", tmp_path / "out", "--allow-unknown-columns")
    assert done.exit_code == 0
    header, row = (tmp_path / "out" / "batch_summary.csv").read_text(encoding="utf-8-sig").splitlines()
    assert header.endswith(",stiv_num_pixel,operator")
    assert row.endswith(",32,Ann")


def test_that_an_output_folder_that_is_a_file_is_2(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, video: Path
) -> None:
    done = invoke("run", scaffold_path, jobs_csv, "--output", video)
    assert (done.exit_code, measurement.options) == (2, [])
    assert done.stderr.splitlines()[-1].startswith(f"error: {video}: the output folder is a file. Choose another")


def test_that_info_shows_the_site_in_its_units(invoke: Invoke, scaffold_path: Path) -> None:
    done = invoke("info", scaffold_path)
    assert done.exit_code == 0
    assert "display units          English (ft, ft³/s)" in done.stdout
    assert "413.400 ft: width 20.05 ft, area 52.11 ft²" in done.stdout


def test_that_validate_names_a_video_that_is_none(invoke: Invoke, scaffold_path: Path, jobs_csv: Path) -> None:
    assert invoke("validate", scaffold_path).exit_code == 0
    done = invoke("validate", scaffold_path, jobs_csv)
    assert done.exit_code == 2
    assert "error: job job_001: " in done.stderr
    assert "not a video" in done.stderr


def test_that_demo_writes_the_case_and_compares(
    invoke: Invoke, measurement: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scaffold_path: Path
) -> None:
    import image_velocimetry_tools.demo as demo

    def write(directory: Path, progress: Callable[[str], None]) -> Path:
        progress("scaffold_project.ivy")
        (directory / "scaffold_project.ivy").write_bytes(scaffold_path.read_bytes())
        (directory / "v.mp4").write_bytes(b"x")
        (directory / "truth.json").write_text(json.dumps({"jobs": [{"discharge_m3s": 0.8}]}))
        (directory / "jobs.csv").write_text("video_path,water_surface_elevation\nv.mp4,413.4\n")
        return directory / "jobs.csv"

    monkeypatch.setattr(demo, "write_demo_case", write)
    done = invoke("demo", tmp_path / "case")
    assert done.exit_code == 0
    assert "writing scaffold_project.ivy" in done.stdout
    assert done.stdout.splitlines()[-1].split() == ["job_001", "1.0000", "0.8000", "+25.00", "%"]
    assert (tmp_path / "case" / "results" / "batch_summary.csv").exists()


def test_that_demo_refuses_a_folder_that_is_a_file(invoke: Invoke, video: Path) -> None:
    done = invoke("demo", video)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "the output folder is a file" in done.stderr
