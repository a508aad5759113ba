"""Jobs one after the other: what happens to the others when one goes wrong."""

from __future__ import annotations

import csv
import errno
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from image_velocimetry_tools.batch.models import BatchStatus, JobProgress, JobStatus, PlannedJob
from image_velocimetry_tools.batch.sequence import RunOptions, SequentialRun
from image_velocimetry_tools.domain.errors import Cancelled, OutputError, VideoError

Planner = Callable[..., list[PlannedJob]]


def summary_of(folder: Path) -> list[dict[str, str]]:
    with open(folder / "batch_summary.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def statuses_of(folder: Path) -> list[str]:
    return [row["status"] for row in summary_of(folder)]


def partial_folders(folder: Path) -> list[Path]:
    return list(folder.rglob("*.partial*"))


def test_that_a_failing_job_does_not_stop_the_others(executor: Any, planned: Planner, tmp_path: Path) -> None:
    error = VideoError("the clip has 4 frames", where="b.mp4", remedy="Use a longer clip", stage="decode")
    executor.outcomes["b"] = error
    run = SequentialRun(executor, planned("a", "b", "c"), tmp_path)
    result = run.run()
    assert [r.status for r in result.video_results] == ["completed", "failed", "completed"]
    assert statuses_of(tmp_path) == ["completed", "failed", "completed"]
    failed = result.failed[0]
    assert (failed.stage, failed.error_message, failed.remedy) == (
        "decode",
        "b.mp4: the clip has 4 frames.",
        "Use a longer clip",
    )
    assert run.status is BatchStatus.COMPLETED
    assert not partial_folders(tmp_path)


def test_that_the_error_log_says_job_stage_reason_and_remedy(executor: Any, planned: Planner, tmp_path: Path) -> None:
    executor.outcomes["b"] = VideoError("the clip has 4 frames", remedy="Use a longer clip", stage="decode")
    result = SequentialRun(executor, planned("a", "b"), tmp_path).run()
    assert result.errors_path == tmp_path / "errors.log"
    lines = result.errors_path.read_text().splitlines()
    assert lines[0] == "job:        b"
    assert lines[2:] == [
        "stage:      decode",
        "reason:     the clip has 4 frames.",
        "what to do: Use a longer clip",
    ]


def test_that_there_is_no_error_log_when_nothing_failed(executor: Any, planned: Planner, tmp_path: Path) -> None:
    (tmp_path / "errors.log").write_text("left by an earlier batch")
    result = SequentialRun(executor, planned("a"), tmp_path).run()
    assert result.errors_path is None
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "videos") == ["batch_summary.csv", "jobs"]


def test_that_stop_on_first_failure_skips_the_rest_with_the_reason(
    executor: Any, planned: Planner, tmp_path: Path
) -> None:
    executor.outcomes["b"] = VideoError("broken", stage="decode")
    run = SequentialRun(executor, planned("a", "b", "c", "d"), tmp_path, RunOptions(stop_on_first_failure=True))
    result = run.run()
    assert [r.status for r in result.video_results] == ["completed", "failed", "skipped", "skipped"]
    assert summary_of(tmp_path)[3]["error_message"] == "the batch stopped at its first failure (job b)"
    assert executor.measured_ids == ["a", "b"]
    assert run.status is BatchStatus.FAILED
    assert [r.job_id for r in result.failed] == ["b"]


def test_that_an_unexpected_error_becomes_a_sentence_and_the_stage_is_known(
    executor: Any, planned: Planner, tmp_path: Path
) -> None:
    executor.outcomes["a"] = KeyError("rho")
    result = SequentialRun(executor, planned("a", "b"), tmp_path).run()
    first = result.video_results[0]
    assert first.stage == "decode"
    assert first.error_message == "an unexpected error of the program (KeyError: 'rho')."
    assert "Traceback" not in (tmp_path / "errors.log").read_text()
    assert result.video_results[1].success


def test_that_ctrl_c_cancels_the_running_job_and_skips_the_rest(
    executor: Any, planned: Planner, tmp_path: Path
) -> None:
    executor.outcomes["b"] = KeyboardInterrupt()
    run = SequentialRun(executor, planned("a", "b", "c"), tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run.run()
    assert statuses_of(tmp_path) == ["completed", "cancelled", "skipped"]
    assert summary_of(tmp_path)[1]["error_message"] == "interrupted by the user"
    assert run.status is BatchStatus.CANCELLED
    assert sorted(p.name for p in (tmp_path / "jobs").iterdir()) == ["a"]


def test_that_a_cancel_token_stops_between_jobs(executor: Any, planned: Planner, tmp_path: Path) -> None:
    token = threading.Event()
    executor.before = lambda job: token.set()
    run = SequentialRun(executor, planned("a", "b", "c"), tmp_path, cancel=token.is_set)
    result = run.run()
    assert [r.status for r in result.video_results] == ["completed", "skipped", "skipped"]
    assert result.video_results[2].error_message == "the batch was cancelled before the job ran"


def test_that_a_job_that_was_cancelled_ends_the_batch_as_cancelled(
    executor: Any, planned: Planner, tmp_path: Path
) -> None:
    executor.outcomes["a"] = Cancelled()
    run = SequentialRun(executor, planned("a", "b"), tmp_path)
    assert [r.status for r in run.run().video_results] == ["cancelled", "skipped"]
    assert run.status is BatchStatus.CANCELLED


def test_that_a_full_disk_fails_one_job_and_not_all_that_follow(
    executor: Any, planned: Planner, tmp_path: Path
) -> None:
    full = OutputError("the disk is full", where="out", stage="output")
    full.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    executor.outcomes["b"] = full
    result = SequentialRun(executor, planned("a", "b", "c"), tmp_path).run()
    assert [r.status for r in result.video_results] == ["completed", "failed", "skipped"]
    assert result.video_results[2].error_message == "the batch stopped because the disk is full"
    assert not partial_folders(tmp_path)


def test_that_a_raw_error_of_a_full_disk_is_told_as_one(executor: Any, planned: Planner, tmp_path: Path) -> None:
    executor.outcomes["a"] = OSError(errno.ENOSPC, "No space left on device")
    result = SequentialRun(executor, planned("a", "b"), tmp_path).run()
    assert result.video_results[0].error_message == "the disk is full."
    assert result.video_results[0].remedy == "Free some space and run again"
    assert executor.measured_ids == ["a"]


def test_that_a_progress_callback_that_raises_does_not_fail_the_job(
    executor: Any, planned: Planner, tmp_path: Path
) -> None:
    def listener(event: JobProgress) -> None:
        raise RuntimeError("window closed")

    result = SequentialRun(executor, planned("a", "b"), tmp_path, progress=listener).run()
    assert len(result.successful) == 2


def test_that_progress_tells_stage_position_and_share(executor: Any, planned: Planner, tmp_path: Path) -> None:
    events: list[JobProgress] = []
    executor.outcomes["b"] = VideoError("broken", stage="decode")
    SequentialRun(executor, planned("a", "b"), tmp_path, progress=events.append).run()
    told = [(e.job_id, e.position, e.status, e.stage, round(e.batch_fraction, 6), e.message) for e in events]
    assert told == [
        ("a", 1, "running", "", 0.0, ""),
        ("a", 1, "running", "decode", 0.155, ""),
        ("a", 1, "completed", "", 0.5, ""),
        ("b", 2, "running", "", 0.5, ""),
        ("b", 2, "running", "decode", 0.655, ""),
        ("b", 2, "failed", "decode", 1.0, "broken."),
    ]


def test_that_the_summary_has_every_row_while_the_batch_runs(executor: Any, planned: Planner, tmp_path: Path) -> None:
    seen: list[list[str]] = []
    executor.before = lambda job: seen.append(statuses_of(tmp_path))
    SequentialRun(executor, planned("a", "b", "c"), tmp_path).run()
    assert seen == [
        ["pending", "pending", "pending"],
        ["completed", "pending", "pending"],
        ["completed", "completed", "pending"],
    ]


def test_that_a_summary_that_is_held_open_is_written_with_the_next_job(
    executor: Any, planned: Planner, tmp_path: Path
) -> None:
    # A folder of that name is what a locked file is on Windows: it cannot be replaced.
    obstacle = tmp_path / "batch_summary.csv"
    obstacle.mkdir()
    executor.before = lambda job: obstacle.rmdir() if job.job_id == "b" else None
    result = SequentialRun(executor, planned("a", "b"), tmp_path).run()
    assert statuses_of(tmp_path) == ["completed", "completed"]
    assert result.problems == ()
    assert result.success


def test_that_a_summary_that_could_not_be_written_is_said_in_the_end(
    executor: Any, planned: Planner, tmp_path: Path
) -> None:
    (tmp_path / "batch_summary.csv").mkdir()
    result = SequentialRun(executor, planned("a"), tmp_path).run()
    assert len(result.successful) == 1
    assert not result.success
    assert "batch_summary.csv" in result.problems[0]
    assert not [p for p in tmp_path.iterdir() if "partial" in p.name]


def test_that_a_failed_redo_points_at_the_old_result(executor: Any, planned: Planner, tmp_path: Path) -> None:
    jobs = planned("a")
    SequentialRun(executor, jobs, tmp_path).run()
    executor.outcomes["a"] = VideoError("broken", stage="decode")
    result = SequentialRun(executor, jobs, tmp_path).run()
    assert result.video_results[0].note == "the folder of the job still holds the result of an earlier run"
    assert "note:" in (tmp_path / "errors.log").read_text()


def test_that_a_batch_without_a_success_has_failed(executor: Any, planned: Planner, tmp_path: Path) -> None:
    executor.outcomes["a"] = VideoError("broken", stage="decode")
    run = SequentialRun(executor, planned("a"), tmp_path)
    run.run()
    assert run.status is BatchStatus.FAILED


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outcomes=st.lists(st.sampled_from(["fine", "error", "bug"]), min_size=1, max_size=5), stop=st.booleans())
def test_that_every_job_ends_in_the_state_that_its_outcome_asks_for(
    outcomes: list[str], stop: bool, executor: Any, planned: Planner, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ids = [f"j{i}" for i in range(len(outcomes))]
    errors = {"error": VideoError("broken", stage="decode"), "bug": ZeroDivisionError("x")}
    executor.outcomes = {i: errors[o] for i, o in zip(ids, outcomes, strict=True) if o in errors}
    folder = tmp_path_factory.mktemp("run")
    result = SequentialRun(executor, planned(*ids), folder, RunOptions(stop_on_first_failure=stop)).run()
    expected = ["completed" if o == "fine" else "failed" for o in outcomes]
    if stop and "failed" in expected:
        first = expected.index("failed")
        expected[first + 1 :] = ["skipped"] * (len(expected) - first - 1)
    assert [r.status for r in result.video_results] == expected
    assert statuses_of(folder) == expected
    assert (folder / "errors.log").exists() == ("failed" in expected)
    assert all(r.status.is_final and (r.success or r.error_message) for r in result.video_results)
    assert len(result.successful) == expected.count(JobStatus.COMPLETED)
