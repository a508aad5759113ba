"""Single videos, lists of videos, and batches built step by step."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch.config import BatchResult, BatchVideoConfig
from image_velocimetry_tools.batch.models import BatchStatus, JobProgress
from image_velocimetry_tools.batch.orchestrator import BatchOrchestrator
from image_velocimetry_tools.domain.errors import Cancelled, IvyError, OutputError, VelocimetryError, VideoError

Config = Callable[..., BatchVideoConfig]
DEADLINE_S = 30.0


@pytest.fixture
def orchestrator(executor: Any, loader: Any) -> BatchOrchestrator:
    return BatchOrchestrator(executor, loader)


def test_that_a_video_is_measured_at_its_level_in_metres(
    orchestrator: BatchOrchestrator, executor: Any, config: Config, tmp_path: Path
) -> None:
    result = orchestrator.process_video(
        config=config(water_surface_elevation=333.0, start_time="0:01.5", end_time=4), output_directory=tmp_path / "out"
    )
    assert result.success
    assert result.total_discharge == 2.0
    assert (result.result["job_id"], result.result["discharge_m3s"]) == ("flood_1", 2.0)
    assert (result.quality, result.uncertainty_iso_95pct) == ("doubtful", 6.5)
    job = executor.calls[0][0]
    assert job.water_surface_elevation_m == pytest.approx(101.4984)
    assert (job.clip.start_s, job.clip.end_s, job.clip.frame_step) == (1.5, 4.0, 2)
    assert job.alpha == 0.85
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["jobs"]


def test_that_the_options_reach_the_executor(
    orchestrator: BatchOrchestrator, executor: Any, config: Config, tmp_path: Path
) -> None:
    events: list[JobProgress] = []
    orchestrator.process_video(
        config=config(), output_directory=tmp_path / "o", plots=False, save_project=True, progress=events.append
    )
    options = executor.calls[0][2]
    assert (options["plots"], options["save_project"]) == (False, True)
    assert [(e.job_id, e.stage, e.fraction) for e in events] == [("flood_1", "decode", 0.5)]


@pytest.mark.parametrize(
    ("changes", "message", "remedy"),
    [
        ({"video_path": Path("/nowhere/x.mp4")}, "the video /nowhere/x.mp4 does not exist", "Check the path"),
        ({"water_surface_elevation": 101.5}, "101.5 ft is below the bed (lowest point 328.084 ft)", "looks like m"),
        ({"water_surface_elevation": 400.0}, "400 ft is above the section (surveyed up to 337.927 ft)", "datum"),
        ({"alpha": 1.2}, "alpha must lie above 0 and be at most 1, not 1.2", "0.85 is usual"),
        ({"start_time": "5", "end_time": "00:00:05"}, "end of the clip (00:00:05) is not after its start (5)", "later"),
        ({"start_time": "soon"}, "'soon' is not a time", "Write ss, mm:ss"),
        ({"job_id": "a/../evil"}, "the job id 'a/../evil' holds characters other than", "Use letters"),
        ({"overrides": {"stiv_num_pixels": "many"}}, "'stiv_num_pixels': must be a whole number", "Correct it"),
        ({"overrides": {"stiv_pixels": "3"}}, "'stiv_pixels': must be left out: it is no parameter", "Correct it"),
    ],
)
def test_that_bad_input_is_refused_before_anything_is_written(
    orchestrator: BatchOrchestrator,
    executor: Any,
    config: Config,
    tmp_path: Path,
    changes: dict[str, Any],
    message: str,
    remedy: str,
) -> None:
    result = orchestrator.process_video(config=config(**changes), output_directory=tmp_path / "out")
    assert not result.success
    assert result.stage == "input"
    assert message in str(result.error_message)
    assert remedy in result.remedy
    assert executor.calls == []
    assert not (tmp_path / "out").exists()


def test_that_every_problem_of_a_video_is_said_at_once(
    orchestrator: BatchOrchestrator, config: Config, video: Path, tmp_path: Path
) -> None:
    video.write_bytes(b"")
    settings = config(water_surface_elevation=1.0, alpha=0.0, job_id="a/b")
    result = orchestrator.process_video(config=settings, output_directory=tmp_path / "out")
    assert len(result.problems) == 4
    assert f"the video {video} is empty (zero bytes). Copy it again from the camera." in result.problems


def test_that_a_folder_is_no_video(orchestrator: BatchOrchestrator, config: Config, tmp_path: Path) -> None:
    result = orchestrator.process_video(config=config(video_path=tmp_path), output_directory=tmp_path / "out")
    assert "is a folder, not a file" in str(result.error_message)


def test_that_a_measurement_that_fails_is_a_result_with_its_stage(
    orchestrator: BatchOrchestrator, executor: Any, config: Config, tmp_path: Path
) -> None:
    error = VelocimetryError("every velocity was rejected", remedy="Look at the plots", stage="velocimetry")
    executor.outcomes["flood_1"] = error
    result = orchestrator.process_video(config=config(), output_directory=tmp_path / "out")
    assert (result.success, result.stage, result.total_discharge) == (False, "velocimetry", None)
    assert result.error_message == "every velocity was rejected."
    assert result.result == {}
    assert not (tmp_path / "out").exists()


def test_that_the_traceback_of_an_unexpected_error_is_in_the_log_file_only(
    orchestrator: BatchOrchestrator, executor: Any, config: Config, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    executor.outcomes["flood_1"] = ZeroDivisionError("division by zero")
    result = orchestrator.process_video(config=config(), output_directory=tmp_path / "out")
    assert result.problems == (
        "an unexpected error of the program (ZeroDivisionError: division by zero). "
        "Run it again; if it fails again, report it with the log file of the batch.",
    )
    log = (tmp_path / "out" / "batch.log").read_text()
    assert "Traceback" in log
    assert "ZeroDivisionError" in log
    assert capfd.readouterr() == ("", "")


def test_that_too_little_memory_is_told_as_such(
    orchestrator: BatchOrchestrator, executor: Any, config: Config, tmp_path: Path
) -> None:
    executor.outcomes["flood_1"] = MemoryError()
    result = orchestrator.process_video(config=config(), output_directory=tmp_path / "out")
    assert result.error_message == "the computer has not enough free memory for this job."


def test_that_a_listener_that_raises_does_not_fail_the_video(
    orchestrator: BatchOrchestrator, config: Config, tmp_path: Path
) -> None:
    def listener(event: JobProgress) -> None:
        raise RuntimeError("window closed")

    assert orchestrator.process_video(config=config(), output_directory=tmp_path / "out", progress=listener).success


def test_that_an_output_folder_that_is_a_file_is_refused(
    orchestrator: BatchOrchestrator, config: Config, video: Path
) -> None:
    with pytest.raises(OutputError, match="the output folder is a file"):
        orchestrator.process_video(config=config(), output_directory=video)


def test_that_equal_file_names_get_numbered_ids(
    orchestrator: BatchOrchestrator, executor: Any, config: Config, tmp_path: Path
) -> None:
    result = orchestrator.process_batch(videos=[config(), config(), config()], output_directory=tmp_path / "out")
    assert [r.job_id for r in result.video_results] == ["flood_1", "flood_1_2", "flood_1_3"]
    assert result.total == 3


def test_that_all_videos_are_checked_before_any_runs(
    orchestrator: BatchOrchestrator, executor: Any, config: Config, tmp_path: Path
) -> None:
    videos = [config(), config(alpha=2.0), config(job_id="x"), config(job_id="X"), config(water_surface_elevation=0)]
    with pytest.raises(VideoError) as caught:
        orchestrator.process_batch(videos=videos, output_directory=tmp_path / "out")
    assert [p.where for p in caught.value.problems] == [f"video {n} (flood 1.mp4)" for n in (2, 4, 5)]
    assert "the job id 'X' is used twice" in str(caught.value)
    assert executor.calls == []
    assert not (tmp_path / "out").exists()


def test_that_a_batch_is_built_started_and_read_by_its_id(
    orchestrator: BatchOrchestrator, config: Config, tmp_path: Path
) -> None:
    batch_id = orchestrator.create_batch(name="flood of June", output_directory=tmp_path / "out", priority=7)
    assert orchestrator.get_batch(batch_id).status is BatchStatus.CREATED
    assert orchestrator.add_video_to_batch(batch_id, config=config()) == "flood_1"
    assert orchestrator.add_video_to_batch(batch_id, config=config()) == "flood_1_2"
    result = orchestrator.start_batch(batch_id)
    batch = orchestrator.get_batch(batch_id)
    assert (batch.status, batch.result, batch.priority) == (BatchStatus.COMPLETED, result, 7)
    assert result.get_discharge_summary()["mean"] == 2.0


def test_that_a_batch_that_has_run_can_neither_be_changed_nor_started(
    orchestrator: BatchOrchestrator, config: Config, tmp_path: Path
) -> None:
    batch_id = orchestrator.create_batch(name="once", output_directory=tmp_path / "out")
    orchestrator.add_video_to_batch(batch_id, config=config())
    orchestrator.start_batch(batch_id)
    with pytest.raises(IvyError, match="batch_001: the batch is completed and can be neither changed nor started"):
        orchestrator.start_batch(batch_id)
    with pytest.raises(IvyError, match="is completed"):
        orchestrator.add_video_to_batch(batch_id, config=config())


def test_that_a_batch_whose_folder_was_refused_can_be_started_again(
    orchestrator: BatchOrchestrator, config: Config, video: Path, tmp_path: Path
) -> None:
    batch_id = orchestrator.create_batch(name="twice", output_directory=video)
    orchestrator.add_video_to_batch(batch_id, config=config())
    with pytest.raises(OutputError):
        orchestrator.start_batch(batch_id)
    assert orchestrator.start_batch(batch_id, output_directory=tmp_path / "out").success


@pytest.fixture
def batch_of_two(orchestrator: BatchOrchestrator, config: Config, tmp_path: Path) -> str:
    """A batch of the jobs a and b that has not started."""
    batch_id = orchestrator.create_batch(name="two", output_directory=tmp_path / "out")
    for job_id in ("a", "b"):
        orchestrator.add_video_to_batch(batch_id, config=config(job_id=job_id))
    return batch_id


def statuses(result: BatchResult) -> list[str]:
    return [str(one.status) for one in result.video_results]


def test_that_an_interrupted_batch_keeps_its_results_and_goes_on(
    orchestrator: BatchOrchestrator, executor: Any, batch_of_two: str, press_ctrl_c: Any, tmp_path: Path
) -> None:
    executor.before = lambda job: press_ctrl_c(job) if job.job_id == "b" else None
    with pytest.raises(KeyboardInterrupt):
        orchestrator.start_batch(batch_of_two)
    batch = orchestrator.get_batch(batch_of_two)
    assert batch.status is BatchStatus.PAUSED
    assert statuses(orchestrator.stored_result(tmp_path / "out")) == ["completed", "interrupted"]
    executor.before = lambda job: None
    assert statuses(orchestrator.resume_batch(batch_of_two)) == ["completed", "completed"]
    assert batch.status is BatchStatus.COMPLETED
    assert executor.measured_ids == ["a", "b", "b"]


def test_that_a_batch_in_the_background_is_followed_paused_resumed_and_waited_for(
    orchestrator: BatchOrchestrator, executor: Any, batch_of_two: str
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold(job: Any) -> None:
        begun.set()
        assert go_on.wait(DEADLINE_S)

    executor.before = hold
    assert orchestrator.start_batch(batch_of_two, wait=False).video_results == ()
    assert begun.wait(DEADLINE_S)
    batch = orchestrator.get_batch(batch_of_two)
    assert batch.status is BatchStatus.RUNNING
    orchestrator.pause_batch(batch_of_two)
    go_on.set()
    told = [stored.event.type for stored in orchestrator.events(batch_of_two)]
    assert statuses(orchestrator.wait_for_batch(batch_of_two)) == ["completed", "pending"]
    assert (told[0], told[-1]) == ("batch_created", "batch_paused")
    assert "job_completed" in told
    assert batch.status is BatchStatus.PAUSED
    assert executor.measured_ids == ["a"]
    assert statuses(orchestrator.resume_batch(batch_of_two)) == ["completed", "completed"]
    assert executor.measured_ids == ["a", "b"]


def test_that_a_batch_in_the_background_is_cancelled(
    orchestrator: BatchOrchestrator, executor: Any, batch_of_two: str
) -> None:
    begun = threading.Event()

    def until_cancelled(job: Any) -> None:
        begun.set()
        executor.wait_for_cancel(job)
        raise Cancelled

    executor.before = until_cancelled
    orchestrator.start_batch(batch_of_two, wait=False)
    assert begun.wait(DEADLINE_S)
    orchestrator.cancel_batch(batch_of_two)
    assert statuses(orchestrator.wait_for_batch(batch_of_two)) == ["cancelled", "skipped"]
    assert orchestrator.get_batch(batch_of_two).status is BatchStatus.CANCELLED


def test_that_what_goes_wrong_in_the_background_is_raised_where_it_is_started(
    orchestrator: BatchOrchestrator, config: Config, video: Path
) -> None:
    batch_id = orchestrator.create_batch(name="nowhere", output_directory=video)
    orchestrator.add_video_to_batch(batch_id, config=config())
    with pytest.raises(OutputError, match="the output folder is a file"):
        orchestrator.start_batch(batch_id, wait=False)
    assert orchestrator.get_batch(batch_id).status is BatchStatus.CREATED


def test_that_failed_jobs_are_retried_by_hand(
    orchestrator: BatchOrchestrator, executor: Any, batch_of_two: str
) -> None:
    executor.outcomes["b"] = VideoError("broken", stage="decode")
    assert statuses(orchestrator.start_batch(batch_of_two)) == ["completed", "failed"]
    executor.outcomes.clear()
    assert statuses(orchestrator.retry_batch(batch_of_two, ["b"])) == ["completed", "completed"]
    assert executor.measured_ids == ["a", "b", "b"]


def test_that_a_batch_that_has_not_started_has_neither_events_nor_an_end(
    orchestrator: BatchOrchestrator, batch_of_two: str
) -> None:
    for command in (
        orchestrator.events,
        orchestrator.pause_batch,
        orchestrator.cancel_batch,
        orchestrator.resume_batch,
    ):
        with pytest.raises(IvyError, match="the batch has not started"):
            command(batch_of_two)
    with pytest.raises(IvyError, match="does not run in the background"):
        orchestrator.wait_for_batch(batch_of_two)


def test_that_every_setting_that_will_not_do_is_said(orchestrator: BatchOrchestrator, config: Config) -> None:
    with pytest.raises(IvyError) as caught:
        orchestrator.process_batch(videos=[config()], output_directory="out", jobs=0, max_retrys=2)
    assert [str(problem) for problem in caught.value.problems] == [
        "there is no setting 'max_retrys'. Use 'max_retries'.",
        "setting 'jobs': it must be greater than or equal to 1 or 'auto', not 0. Correct it.",
    ]


def test_that_a_folder_without_a_batch_has_no_result(orchestrator: BatchOrchestrator, tmp_path: Path) -> None:
    assert not orchestrator.holds_batch(tmp_path)
    assert orchestrator.stored_result(tmp_path).total == 0
    with pytest.raises(IvyError, match="the folder holds no batch"):
        orchestrator.resume_folder(tmp_path)


def test_that_a_stand_in_measures_in_this_process_whatever_the_settings_say(
    orchestrator: BatchOrchestrator, executor: Any, config: Config, tmp_path: Path
) -> None:
    processes: list[int] = []
    executor.before = lambda job: processes.append(os.getpid())
    orchestrator.process_batch(videos=[config()], output_directory=tmp_path / "out", executor="local", jobs=2)
    assert processes == [os.getpid()]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": " "}, "1 to 100 characters"),
        ({"name": "n" * 101}, "1 to 100 characters"),
        ({"name": "n", "priority": 11}, "the priority lies within 0 and 10, not 11"),
    ],
)
def test_that_a_batch_with_a_bad_name_or_priority_is_refused(
    orchestrator: BatchOrchestrator, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(IvyError, match=message):
        orchestrator.create_batch(**settings)


def test_that_a_batch_needs_videos_and_a_folder(orchestrator: BatchOrchestrator, config: Config) -> None:
    batch_id = orchestrator.create_batch(name="empty")
    with pytest.raises(IvyError, match="the batch has no videos"):
        orchestrator.start_batch(batch_id, output_directory="somewhere")
    orchestrator.add_video_to_batch(batch_id, config=config())
    with pytest.raises(IvyError, match="the batch has no output folder"):
        orchestrator.start_batch(batch_id)


def test_that_an_unknown_batch_is_named(orchestrator: BatchOrchestrator) -> None:
    orchestrator.create_batch(name="one")
    with pytest.raises(IvyError, match=r"there is no batch 'x'\. Known batches: batch_001"):
        orchestrator.get_batch("x")


def test_that_an_override_changes_the_scaffold_of_its_job_only(
    orchestrator: BatchOrchestrator, executor: Any, config: Config, tmp_path: Path
) -> None:
    videos = [config(job_id="a", overrides={"stiv_num_pixels": 48, "frame_step": 3}), config(job_id="b")]
    orchestrator.process_batch(videos=videos, output_directory=tmp_path / "out")
    (job_a, scaffold_a, _), (job_b, scaffold_b, _) = executor.calls
    assert (scaffold_a.stiv.num_pixels, job_a.clip.frame_step) == (48, 3)
    assert (scaffold_b.stiv.num_pixels, job_b.clip.frame_step) == (20, 2)
