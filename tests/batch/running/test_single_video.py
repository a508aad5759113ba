"""One video without a batch round it: what is told, and what is left behind."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch.config import BatchVideoConfig, ProcessingResult
from image_velocimetry_tools.batch.models import JobProgress, JobStatus
from image_velocimetry_tools.batch.running.single_video import measure_video
from image_velocimetry_tools.domain.errors import Cancelled, OutputError, VideoError

Config = Callable[..., BatchVideoConfig]


@pytest.fixture
def measure(executor: Any, config: Config, tmp_path: Path) -> Callable[..., ProcessingResult]:
    def run(output: Path = tmp_path / "out", options: dict[str, Any] | None = None, **video: Any) -> ProcessingResult:
        return measure_video(executor, config(**video), output, **(options or {}))

    return run


def test_that_only_the_result_is_left_and_no_state(measure: Any, tmp_path: Path) -> None:
    result = measure()
    assert (result.success, result.status, result.job_id) == (True, JobStatus.COMPLETED, "flood_1")
    assert result.result_path == tmp_path / "out" / "jobs" / "flood_1" / "flood_1.json"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["jobs"]


@pytest.mark.parametrize("was_there", [False, True])
def test_that_a_failure_leaves_the_output_folder_as_it_was(
    measure: Any, executor: Any, tmp_path: Path, was_there: bool
) -> None:
    if was_there:
        (tmp_path / "out").mkdir()
    executor.outcomes["flood_1"] = VideoError("broken", stage="decode")
    result = measure()
    assert (result.status, result.stage) == (JobStatus.FAILED, "decode")
    assert (tmp_path / "out").exists() == was_there
    assert not was_there or list((tmp_path / "out").iterdir()) == []


def test_that_a_failed_redo_keeps_the_result_and_says_so(measure: Any, executor: Any) -> None:
    first = measure()
    executor.outcomes["flood_1"] = VideoError("broken", stage="decode")
    again = measure()
    assert again.note == "the folder of the job still holds the result of an earlier run"
    assert first.result["discharge_m3s"] == 2.0


def test_that_a_cancelled_video_has_no_result(measure: Any, executor: Any, tmp_path: Path) -> None:
    executor.outcomes["flood_1"] = Cancelled()
    result = measure()
    assert (result.status, result.error_message, result.stage) == (
        JobStatus.CANCELLED,
        "cancelled while it ran",
        "decode",
    )
    assert not (tmp_path / "out").exists()


def test_that_the_check_for_cancelling_and_the_options_reach_the_executor(measure: Any, executor: Any) -> None:
    def check() -> bool:
        return False

    measure(options={"cancel": check, "plots": False, "save_project": True})
    options = executor.calls[0][2]
    assert (options["cancel"], options["plots"], options["save_project"], options["attempt"]) == (check, False, True, 1)


def test_that_progress_is_that_of_the_only_job(measure: Any) -> None:
    events: list[JobProgress] = []
    measure(options={"progress": events.append})
    assert events == [JobProgress("flood_1", 1, 1, JobStatus.RUNNING, "decode", 0.5)]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"start_time": "noon"}, "noon"),
        ({"alpha": 3.0}, "alpha"),
        ({"video_path": Path("/nowhere.mp4")}, "nowhere.mp4"),
    ],
)
def test_that_bad_input_is_a_result_of_the_stage_input(
    measure: Any, executor: Any, tmp_path: Path, changes: dict[str, Any], word: str
) -> None:
    result = measure(**changes)
    assert (result.status, result.stage, result.success) == (JobStatus.FAILED, "input", False)
    assert word in str(result.error_message)
    assert result.job_id
    assert executor.calls == []
    assert not (tmp_path / "out").exists()


def test_that_an_output_folder_that_cannot_be_used_is_raised(measure: Any, video: Path, executor: Any) -> None:
    with pytest.raises(OutputError):
        measure(video / "below a file")
    assert executor.calls == []


def test_that_the_log_is_closed_whatever_happens(measure: Any, executor: Any, tmp_path: Path) -> None:
    logger = logging.getLogger("image_velocimetry_tools")
    before = (list(logger.handlers), logger.level)
    executor.outcomes["flood_1"] = ZeroDivisionError("a bug")
    measure()
    assert (list(logger.handlers), logger.level) == before
    assert "ZeroDivisionError" in (tmp_path / "out" / "batch.log").read_text()
