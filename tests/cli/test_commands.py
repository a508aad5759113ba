"""The commands: options, exit codes, what is printed where, and what is left behind."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from known_rivers import LEVEL_M, film, mill_site, mill_video, write_settings
from stand_in_results import summary_rows
from typer.testing import Result

from image_velocimetry_tools.domain.errors import VideoError

Invoke = Callable[..., Result]
RUN = ("run", "--executor", "inline")


def statuses(output: Path) -> list[str]:
    return [row["status"] for row in summary_rows(output)]


def test_that_process_writes_the_result_under_the_name_of_the_video(
    invoke: Invoke, measurement: Any, scaffold_path: Path, video: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = invoke("process", scaffold_path, video, "--wse", 413.4, "--alpha", 0.9, "--start", "0:01", "-o", out)
    assert done.exit_code == 0
    assert json.loads((out / "jobs" / "flood" / "flood.json").read_text())["discharge_m3s"] == 1.0
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
    assert "error: " in done.stderr.lower()
    assert done.stdout == ""


def test_that_quiet_and_verbose_exclude_each_other(invoke: Invoke, scaffold_path: Path) -> None:
    done = invoke("info", scaffold_path, "--quiet", "--verbose")
    assert done.exit_code == 2
    assert "--quiet and --verbose exclude each other" in done.stderr


def test_that_run_writes_a_summary_in_csv_order(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    done = invoke(*RUN, scaffold_path, jobs_csv, "--output", tmp_path / "out", "--no-plots", "--quiet")
    assert (done.exit_code, done.output) == (0, "")
    rows = summary_rows(tmp_path / "out")
    assert [(r["job_id"], r["status"], r["water_surface_elevation"]) for r in rows] == [
        ("job_001", "completed", "413.4"),
        ("job_002", "completed", "413.2"),
    ]
    assert not (tmp_path / "out" / "errors.log").exists()


def test_that_run_is_1_when_a_job_fails_and_goes_on(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    measurement.errors["job_001"] = VideoError("broken", remedy="Copy it again", stage="decode")
    done = invoke(*RUN, scaffold_path, jobs_csv, "--output", tmp_path / "out")
    assert done.exit_code == 1
    assert "job_002 completed: 35.31 ft³/s" in done.stdout
    assert done.stderr.splitlines()[-1] == "error: job_001 failed in stage decode: broken. Copy it again."
    assert "what to do: Copy it again" in (tmp_path / "out" / "errors.log").read_text()


def test_that_stop_on_first_failure_skips_the_rest(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    measurement.errors["job_001"] = VideoError("broken")
    flags = ("--stop-on-first-failure", "--save-projects")
    assert invoke(*RUN, scaffold_path, jobs_csv, "--output", tmp_path / "out", *flags).exit_code == 1
    assert len(measurement.options) == 1
    assert measurement.options[0]["save_project"] is True


def test_that_ctrl_c_lets_the_running_job_finish_and_the_batch_can_be_resumed(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    """A real signal, taken by the handler of the command."""
    measurement.before = lambda job: os.kill(os.getpid(), signal.SIGINT)
    before = signal.getsignal(signal.SIGINT)
    done = invoke(*RUN, scaffold_path, jobs_csv, "--output", tmp_path / "out")
    assert done.exit_code == 130
    assert statuses(tmp_path / "out") == ["completed", "pending"]
    assert f"go on with: ivytools-batch resume {tmp_path / 'out'}" in done.stdout
    assert signal.getsignal(signal.SIGINT) is before
    measurement.before = lambda job: None
    done = invoke("resume", tmp_path / "out")
    assert done.exit_code == 0
    assert statuses(tmp_path / "out") == ["completed", "completed"]
    assert [one["job"].job_id for one in measurement.options] == ["job_001", "job_002"]


def test_that_a_second_run_says_what_it_skips_and_force_redoes(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    command = (*RUN, scaffold_path, jobs_csv, "--output", tmp_path / "out")
    invoke(*command)
    done = invoke(*command)
    assert (done.exit_code, len(measurement.options)) == (0, 2)
    assert statuses(tmp_path / "out") == ["skipped", "skipped"]
    assert "2 of 2 jobs completed" in done.stdout
    assert "35.31" in done.stdout
    plan = invoke("plan", *command[3:])
    assert "to run: 0, up to date: 2; nothing was written" in plan.stdout
    assert invoke(*command, "--force").exit_code == 0
    assert len(measurement.options) == 4
    assert statuses(tmp_path / "out") == ["completed", "completed"]


def test_that_json_prints_nothing_but_events(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    measurement.errors["job_001"] = VideoError("broken", stage="decode")
    done = invoke(*RUN, scaffold_path, jobs_csv, "--output", tmp_path / "out", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"job_failed", "job_completed", "batch_completed"} <= {line.get("type", line.get("event")) for line in lines}
    assert done.stderr.splitlines()[-1] == "error: job_001 failed in stage decode: broken."
    assert done.exit_code == 1


def test_that_a_dry_run_writes_nothing(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    done = invoke(*RUN, scaffold_path, jobs_csv, "--output", tmp_path / "out", "--dry-run")
    assert done.exit_code == 2
    assert "to run: 2; nothing was written" in done.stdout
    assert "job job_001" in done.stderr
    assert invoke("plan", scaffold_path, jobs_csv, "--output", tmp_path / "out").output == done.output
    assert measurement.options == []
    assert not (tmp_path / "out").exists()


def test_that_hundreds_of_bad_rows_are_hundreds_of_lines(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    jobs_csv.write_text("video_path,water_surface_elevation\n" + "flood.mp4,high\n" * 250 + "gone.mp4,413.4\n" * 50)
    done = invoke(*RUN, scaffold_path, jobs_csv, "--output", tmp_path / "out")
    lines = done.stderr.splitlines()
    assert done.exit_code == 2
    assert len([line for line in lines if line.startswith(f"error: {jobs_csv}, line ")]) == 300
    assert "line 301, column 'video_path'" in lines[-1]
    assert not (tmp_path / "out").exists()


def test_that_unknown_columns_are_refused_unless_they_are_allowed(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, tmp_path: Path
) -> None:
    jobs_csv.write_text("video_path,water_surface_elevation,stiv_num_pixel,operator\nflood.mp4,413.4,32,Ann\n")
    done = invoke(*RUN, scaffold_path, jobs_csv, "--output", tmp_path / "out")
    assert done.exit_code == 2
    assert "Did you mean 'stiv_num_pixels'?" in done.stderr
    done = invoke(*RUN, scaffold_path, jobs_csv, "--output", tmp_path / "out", "--allow-unknown-columns")
    assert done.exit_code == 0
    header, row = (tmp_path / "out" / "batch_summary.csv").read_text(encoding="utf-8-sig").splitlines()
    assert header.endswith(",stiv_num_pixel,operator")
    assert row.endswith(",32,Ann")


def test_that_an_output_folder_that_is_a_file_is_2(
    invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, video: Path
) -> None:
    done = invoke(*RUN, scaffold_path, jobs_csv, "--output", video)
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


def test_that_demo_writes_the_case_measures_it_and_compares(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small film in place of the demonstration's, really measured, in a process of its own."""
    import image_velocimetry_tools.demo as demo

    truth = demo.flow_truth(mill_site(), mill_video()).discharge_m3s

    def write(directory: Path, progress: Callable[[str], None]) -> Path:
        progress("scaffold_project.ivy")
        write_settings(mill_site(), directory / "scaffold_project.ivy")
        film(mill_site(), mill_video(), directory / "v.mp4")
        (directory / "truth.json").write_text(json.dumps({"jobs": [{"discharge_m3s": truth}]}))
        (directory / "jobs.csv").write_text(f"video_path,water_surface_elevation\nv.mp4,{LEVEL_M}\n")
        return directory / "jobs.csv"

    monkeypatch.setattr(demo, "write_demo_case", write)
    done = invoke("demo", tmp_path / "case", "--no-plots")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "writing scaffold_project.ivy" in done.stdout
    job_id, measured, true, difference, percent = done.stdout.splitlines()[-1].split()
    assert (job_id, true, percent) == ("job_001", f"{truth:.4f}", "%")
    assert float(difference) == pytest.approx(100.0 * (float(measured) / truth - 1.0), abs=0.01)
    assert abs(float(difference)) < 1.0
    assert statuses(tmp_path / "case" / "results") == ["completed"]


def test_that_demo_refuses_a_folder_that_is_a_file(invoke: Invoke, video: Path) -> None:
    done = invoke("demo", video)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "the output folder is a file" in done.stderr
