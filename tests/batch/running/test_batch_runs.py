"""Batches from the first check to the last result: what happens to the other jobs when one goes wrong."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stand_in_results import summary_rows

from image_velocimetry_tools.batch.config import BatchResult, BatchVideoConfig, RunSettings, ScaffoldConfig
from image_velocimetry_tools.batch.folders.state_folder import state_folder
from image_velocimetry_tools.batch.following.from_outside import standing
from image_velocimetry_tools.batch.models import BatchStatus, JobProgress, JobStatus, PlannedJob
from image_velocimetry_tools.batch.running.batch_runs import Company, NewBatch, planned_videos, run_again, run_new
from image_velocimetry_tools.domain.errors import Cancelled, IvyError, OutputError, VideoError

Planner = Callable[..., list[PlannedJob]]
Press = Callable[[Any], None]
BROKEN = VideoError("the clip has 4 frames", where="b.mp4", remedy="Use a longer clip", stage="decode")


@dataclass(slots=True)
class Bench:
    """A folder, a site, and the stand-in that measures there."""

    executor: Any
    loader: Any
    site: ScaffoldConfig
    out: Path

    def run(self, jobs: list[PlannedJob], company: Company | None = None, **changes: Any) -> BatchResult:
        settings = RunSettings(**{"retry_delay_s": 0.0, **changes})
        new = NewBatch(self.site, tuple(jobs), state_folder(self.out), settings)
        return run_new(new, replace(company or Company(), runner=self.executor))

    def again(self, **how: Any) -> BatchResult:
        return run_again(self.out, Company(runner=self.executor), loader=self.loader, **how)

    @property
    def status(self) -> BatchStatus:
        return standing(self.out).batch.status

    @property
    def summary(self) -> list[str]:
        return [row["status"] for row in summary_rows(self.out)]

    @property
    def leftovers(self) -> list[Path]:
        return [path for pattern in ("*.partial*", "*.old*") for path in self.out.rglob(pattern)]


@pytest.fixture
def bench(executor: Any, loader: Any, site: ScaffoldConfig, tmp_path: Path) -> Bench:
    return Bench(executor, loader, site, tmp_path / "out")


def statuses(result: BatchResult) -> list[str]:
    return [str(one.status) for one in result.video_results]


# -- one job goes wrong -----------------------------------------------------------------------------------------------


def test_that_a_failing_job_does_not_stop_the_others(bench: Bench, planned: Planner) -> None:
    bench.executor.outcomes["b"] = BROKEN
    result = bench.run(planned("a", "b", "c"))
    assert statuses(result) == bench.summary == ["completed", "failed", "completed"]
    failed = result.failed[0]
    assert (failed.stage, failed.error_message, failed.remedy) == (
        "decode",
        "b.mp4: the clip has 4 frames.",
        "Use a longer clip",
    )
    assert bench.status is BatchStatus.COMPLETED
    assert not bench.leftovers


def test_that_bad_input_is_measured_once_and_what_can_pass_again(bench: Bench, planned: Planner) -> None:
    away = OSError(errno.EIO, "the share was away")
    bench.executor.outcomes |= {"a": BROKEN, "b": [away, away, 3.0], "c": away}
    result = bench.run(planned("a", "b", "c"), max_retries=2)
    assert statuses(result) == ["failed", "completed", "failed"]
    assert [bench.executor.measured_ids.count(job_id) for job_id in "abc"] == [1, 3, 3]
    assert result.video_results[1].total_discharge == 3.0
    assert [options["attempt"] for job, _, options in bench.executor.calls if job.job_id == "b"] == [1, 2, 3]


def test_that_the_error_log_says_job_stage_reason_and_remedy(bench: Bench, planned: Planner) -> None:
    bench.executor.outcomes["b"] = VideoError("the clip has 4 frames", remedy="Use a longer clip", stage="decode")
    result = bench.run(planned("a", "b"))
    assert result.errors_path == bench.out / "errors.log"
    lines = result.errors_path.read_text().splitlines()
    assert lines[0] == "job:        b"
    assert lines[2:] == [
        "stage:      decode",
        "reason:     the clip has 4 frames.",
        "what to do: Use a longer clip",
    ]


def test_that_there_is_no_error_log_when_nothing_failed(bench: Bench, planned: Planner) -> None:
    bench.out.mkdir()
    (bench.out / "errors.log").write_text("left by an earlier batch")
    result = bench.run(planned("a"))
    assert result.errors_path is None
    assert {path.name for path in bench.out.iterdir()} - {"logs", "batch.log"} == {
        ".ivytools",
        "batch_summary.csv",
        "jobs",
    }


def test_that_an_unexpected_error_becomes_a_sentence_and_the_stage_is_known(bench: Bench, planned: Planner) -> None:
    bench.executor.outcomes["a"] = KeyError("rho")
    result = bench.run(planned("a", "b"))
    first = result.video_results[0]
    assert first.stage == "decode"
    assert first.error_message == "an unexpected error of the program (KeyError: 'rho')."
    assert "Traceback" not in (bench.out / "errors.log").read_text()
    assert "Traceback" in (bench.out / "batch.log").read_text()
    assert result.video_results[1].success


def test_that_stop_on_first_failure_skips_the_rest_with_the_reason(bench: Bench, planned: Planner) -> None:
    bench.executor.outcomes["b"] = BROKEN
    result = bench.run(planned("a", "b", "c", "d"), stop_on_first_failure=True)
    assert statuses(result) == ["completed", "failed", "skipped", "skipped"]
    assert summary_rows(bench.out)[3]["error_message"] == "the batch stopped at its first failure (job b)"
    assert bench.executor.measured_ids == ["a", "b"]
    assert bench.status is BatchStatus.FAILED
    assert [r.job_id for r in result.failed] == ["b"]
    assert not result.success


def test_that_a_batch_without_a_success_has_failed(bench: Bench, planned: Planner) -> None:
    bench.executor.outcomes["a"] = BROKEN
    bench.run(planned("a"))
    assert bench.status is BatchStatus.FAILED


def test_that_a_failed_redo_points_at_the_old_result(bench: Bench, planned: Planner) -> None:
    bench.run(planned("a"))
    bench.executor.outcomes["a"] = BROKEN
    result = bench.run(planned("a"), force=True)
    assert result.video_results[0].note == "the folder of the job still holds the result of an earlier run"
    assert "note:" in (bench.out / "errors.log").read_text()
    assert (bench.out / "jobs" / "a" / "a.json").exists()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outcomes=st.lists(st.sampled_from(["fine", "error", "bug"]), min_size=1, max_size=5), stop=st.booleans())
def test_that_every_job_ends_in_the_state_that_its_outcome_asks_for(
    outcomes: list[str], stop: bool, bench: Bench, planned: Planner, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ids = [f"j{i}" for i in range(len(outcomes))]
    errors = {"error": BROKEN, "bug": ZeroDivisionError("x")}
    bench.executor.outcomes = {i: errors[o] for i, o in zip(ids, outcomes, strict=True) if o in errors}
    bench.out = tmp_path_factory.mktemp("run")
    result = bench.run(planned(*ids), stop_on_first_failure=stop)
    expected = ["completed" if o == "fine" else "failed" for o in outcomes]
    if stop and "failed" in expected:
        first = expected.index("failed")
        expected[first + 1 :] = ["skipped"] * (len(expected) - first - 1)
    assert statuses(result) == bench.summary == expected
    assert (bench.out / "errors.log").exists() == ("failed" in expected)
    assert all(r.status.is_final and (r.success or r.error_message) for r in result.video_results)
    assert len(result.successful) == expected.count(JobStatus.COMPLETED)
    stopped = stop and "failed" in expected
    fine = "completed" in expected and not stopped
    assert bench.status is (BatchStatus.COMPLETED if fine else BatchStatus.FAILED)


# -- stopping and going on --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("during", ["b", "c"], ids=["in the middle", "in the last job"])
def test_that_ctrl_c_leaves_a_paused_batch_that_goes_on_where_it_stopped(
    bench: Bench, planned: Planner, press_ctrl_c: Press, during: str
) -> None:
    bench.executor.before = lambda job: press_ctrl_c(job) if job.job_id == during else None
    with pytest.raises(KeyboardInterrupt):
        bench.run(planned("a", "b", "c"))
    assert bench.status is BatchStatus.PAUSED
    assert (
        bench.summary
        == {"b": ["completed", "interrupted", "pending"], "c": ["completed"] * 2 + ["interrupted"]}[during]
    )
    assert sorted(p.name for p in (bench.out / "jobs").iterdir()) == ["a", "b"][: 1 + (during == "c")]
    bench.executor.before = lambda job: None
    result = bench.again()
    assert statuses(result) == bench.summary == ["completed"] * 3
    assert bench.executor.measured_ids == ["a", "b", *(["b", "c"] if during == "b" else ["c", "c"])]
    assert bench.status is BatchStatus.COMPLETED


def test_that_a_cancel_check_ends_what_runs_and_skips_the_rest(bench: Bench, planned: Planner) -> None:
    token = threading.Event()

    def cancelled(job: Any) -> None:
        token.set()
        bench.executor.wait_for_cancel(job)
        raise Cancelled

    bench.executor.before = lambda job: cancelled(job) if job.job_id == "b" else None
    result = bench.run(planned("a", "b", "c"), Company(cancel=token.is_set))
    assert statuses(result) == bench.summary == ["completed", "cancelled", "skipped"]
    assert [one.error_message for one in result.video_results[1:]] == [
        "cancelled while it ran",
        "cancelled before it ran",
    ]
    assert bench.status is BatchStatus.CANCELLED
    assert sorted(p.name for p in (bench.out / "jobs").iterdir()) == ["a"]


def test_that_a_job_that_finishes_although_it_was_to_be_cancelled_keeps_its_result(
    bench: Bench, planned: Planner
) -> None:
    token = threading.Event()

    def finish_all_the_same(job: Any) -> None:
        token.set()
        bench.executor.wait_for_cancel(job)

    bench.executor.before = finish_all_the_same
    result = bench.run(planned("a", "b", "c"), Company(cancel=token.is_set))
    assert statuses(result) == ["completed", "skipped", "skipped"]
    assert bench.status is BatchStatus.CANCELLED


def test_that_a_cancel_check_that_is_true_from_the_start_runs_nothing(bench: Bench, planned: Planner) -> None:
    result = bench.run(planned("a", "b"), Company(cancel=lambda: True))
    assert statuses(result) == ["skipped", "skipped"]
    assert bench.executor.calls == []


def test_that_retrying_runs_the_jobs_named_and_no_other(bench: Bench, planned: Planner) -> None:
    bench.executor.outcomes |= {"a": BROKEN, "c": BROKEN}
    bench.run(planned("a", "b", "c"))
    bench.executor.outcomes.clear()
    assert statuses(bench.again(retries=["c"])) == ["failed", "completed", "completed"]
    assert bench.executor.measured_ids == ["a", "b", "c", "c"]
    with pytest.raises(IvyError, match=r"only jobs that failed or were cancelled can be retried: b is completed"):
        bench.again(retries=["b"])
    assert statuses(bench.again(retries=[])) == ["completed"] * 3
    with pytest.raises(IvyError, match="no job of the batch failed"):
        bench.again(retries=[])


def test_that_a_full_disk_makes_the_batch_wait_and_not_fail(bench: Bench, planned: Planner) -> None:
    full = OutputError("the disk is full", where="out", stage="output")
    full.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    bench.executor.outcomes["b"] = [full, 2.0]
    seen: list[str] = []
    company = Company(
        listener=lambda run, stored: seen.append(f"{stored.event.type} {getattr(stored.event, 'reason', '')}")
    )
    result = bench.run(planned("a", "b", "c"), company, max_retries=0)
    assert statuses(result) == ["completed"] * 3
    assert "batch_pausing the disk is full; it goes on when there is space again" in seen
    assert bench.executor.measured_ids.count("b") == 2
    assert not bench.leftovers


# -- incremental ------------------------------------------------------------------------------------------------------


def test_that_a_second_run_repeats_what_is_up_to_date(bench: Bench, planned: Planner) -> None:
    bench.executor.outcomes["b"] = BROKEN
    first = bench.run(planned("a", "b"))
    bench.executor.outcomes.clear()
    again = bench.run(planned("a", "b"))
    assert statuses(again) == bench.summary == ["skipped", "completed"]
    assert (again.success, len(again.successful), again.failed) == (True, 2, [])
    repeated, original = again.video_results[0], first.video_results[0]
    assert repeated.error_message == "up to date"
    assert repeated.model_dump(exclude={"status", "error_message", "processing_time_s"}) == original.model_dump(
        exclude={"status", "error_message", "processing_time_s"}
    )
    assert repeated.result == original.result != {}
    assert bench.executor.measured_ids == ["a", "b", "b"]
    assert bench.status is BatchStatus.COMPLETED


def test_that_a_batch_of_which_everything_is_up_to_date_completes(bench: Bench, planned: Planner) -> None:
    for _ in range(2):
        result = bench.run(planned("a", "b"))
    assert statuses(result) == ["skipped", "skipped"]
    assert (result.success, bench.status) == (True, BatchStatus.COMPLETED)
    assert result.get_discharge_summary()["count"] == 2


@pytest.mark.parametrize("change", ["alpha", "level", "video", "plots", "force", "result", "nothing"])
def test_that_only_what_changed_is_measured_again(bench: Bench, planned: Planner, change: str) -> None:
    bench.run(planned("a"), plots=False)
    jobs, settings = planned("a"), {"plots": False}
    if change == "alpha":
        jobs = planned("a", alpha=0.8)
    elif change == "level":
        jobs = planned("a", water_surface_elevation_m=101.6)
    elif change == "video":
        jobs[0].job.video_path.write_bytes(b"another film")
    elif change == "result":
        (bench.out / "jobs" / "a" / "a.json").write_text("{}")
    else:
        settings |= {"plots": change == "plots", "force": change == "force"}
    expected = "skipped" if change == "nothing" else "completed"
    assert statuses(bench.run(jobs, **settings)) == [expected]
    assert len(bench.executor.calls) == 1 + (change != "nothing")


# -- what is told and written while it runs ---------------------------------------------------------------------------


def test_that_a_progress_callback_that_raises_does_not_fail_the_job(bench: Bench, planned: Planner) -> None:
    told: list[JobProgress] = []

    def listener(event: JobProgress) -> None:
        told.append(event)
        raise RuntimeError("window closed")

    result = bench.run(planned("a", "b"), Company(progress=listener))
    assert len(result.successful) == 2
    assert len(told) == 1


def test_that_progress_tells_stage_position_and_share(bench: Bench, planned: Planner) -> None:
    events: list[JobProgress] = []
    bench.executor.outcomes["b"] = VideoError("broken", stage="decode")
    bench.run(planned("a", "b"), Company(progress=events.append))
    told = [(e.job_id, e.position, e.status, e.stage, round(e.batch_fraction, 6), e.message) for e in events]
    assert told == [
        ("a", 1, "running", "", 0.0, ""),
        ("a", 1, "running", "decode", 0.155, ""),
        ("a", 1, "completed", "decode", 0.5, ""),
        ("b", 2, "running", "", 0.5, ""),
        ("b", 2, "running", "decode", 0.655, ""),
        ("b", 2, "failed", "decode", 1.0, "broken."),
    ]


def test_that_the_summary_has_every_row_from_the_start(bench: Bench, planned: Planner) -> None:
    """It is brought up to date every other second, since writing it takes longer the more jobs there are."""
    seen: list[list[str]] = []
    looked = threading.Event()

    def look(run: Any, stored: Any) -> None:
        if stored.event.type == "job_started" and (bench.out / "batch_summary.csv").exists():
            seen.append(bench.summary)
            looked.set()

    bench.run(planned("a", "b", "c"), Company(listener=look))
    assert looked.is_set()
    assert all(len(rows) == 3 and rows[-1] == "pending" for rows in seen)
    assert bench.summary == ["completed"] * 3


def test_that_a_summary_that_is_held_open_is_written_later(bench: Bench, planned: Planner) -> None:
    # A folder of that name is what a locked file is on Windows: it cannot be replaced.
    obstacle = bench.out / "batch_summary.csv"
    obstacle.mkdir(parents=True)
    bench.executor.before = lambda job: obstacle.rmdir() if job.job_id == "b" else None
    result = bench.run(planned("a", "b"))
    assert bench.summary == ["completed", "completed"]
    assert result.problems == ()
    assert result.success


def test_that_a_summary_that_could_not_be_written_is_said_in_the_end(bench: Bench, planned: Planner) -> None:
    (bench.out / "batch_summary.csv").mkdir(parents=True)
    result = bench.run(planned("a"))
    assert len(result.successful) == 1
    assert not result.success
    assert "batch_summary.csv" in result.problems[0]
    assert not bench.leftovers


# -- which jobs there are ---------------------------------------------------------------------------------------------


def test_that_videos_of_two_sites_are_refused(config: Callable[..., BatchVideoConfig], tmp_path: Path) -> None:
    here = config()
    other = here.scaffold.model_copy(update={"scaffold_path": tmp_path / "other.ivy"})
    with pytest.raises(IvyError, match="the videos are of 2 scaffolds"):
        planned_videos([here, BatchVideoConfig(scaffold=other, video=here.video)], None)


def test_that_planned_jobs_need_their_site_and_do_not_mix_with_configurations(
    planned: Planner, config: Callable[..., BatchVideoConfig], site: ScaffoldConfig
) -> None:
    with pytest.raises(ValueError, match="need the scaffold"):
        planned_videos(planned("a"), None)
    with pytest.raises(ValueError, match="either all"):
        planned_videos([*planned("a"), config()], site)
    jobs, found = planned_videos(iter(planned("a")), site)
    assert ([one.job.job_id for one in jobs], found) == (["a"], site)


def test_that_two_batches_cannot_own_a_folder_at_once(bench: Bench, planned: Planner) -> None:
    refused: list[IvyError] = []

    def run_inside(job: Any) -> None:
        bench.executor.before = lambda job: None
        with pytest.raises(IvyError) as caught:
            bench.run(planned("z"))
        refused.append(caught.value)

    bench.executor.before = run_inside
    assert bench.run(planned("a")).success
    assert len(refused) == 1
    assert bench.executor.measured_ids == ["a"]
