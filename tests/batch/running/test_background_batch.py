"""A batch in a thread, and the plain callbacks of scripts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engine_parts import EngineCase, engine_case, finished

from image_velocimetry_tools.batch.config import BatchResult, ScaffoldConfig
from image_velocimetry_tools.batch.engine.stop_control import Stop, StopControl
from image_velocimetry_tools.batch.models import JobProgress, JobStatus
from image_velocimetry_tools.batch.running.background_batch import BackgroundBatch
from image_velocimetry_tools.batch.running.progress_listening import cancelled_by, told_progress
from image_velocimetry_tools.domain.errors import IvyError

DEADLINE_S = 10.0


def test_that_the_caller_goes_on_once_the_batch_is_written_down() -> None:
    go = threading.Event()

    def run(created: Callable[[], None]) -> BatchResult:
        created()
        assert go.wait(DEADLINE_S)
        return BatchResult(total_time_s=3.0)

    batch = BackgroundBatch(run, "batch")
    batch.wait_until_created()
    assert batch.is_alive
    go.set()
    assert batch.result().total_time_s == 3.0
    assert not batch.is_alive


def test_that_what_the_batch_raises_is_raised_where_its_result_is_asked_for() -> None:
    def run(created: Callable[[], None]) -> BatchResult:
        raise IvyError("no folder")

    batch = BackgroundBatch(run, "batch")
    for _ in range(2):
        with pytest.raises(IvyError, match="no folder"):
            batch.result()
    with pytest.raises(IvyError, match="no folder"):
        batch.wait_until_created()


@pytest.fixture
def case(tmp_path: Path, site: ScaffoldConfig) -> Iterator[EngineCase]:
    with engine_case(tmp_path, site) as made:
        yield made


def test_that_a_callback_is_told_every_step_of_every_job(case: EngineCase) -> None:
    told: list[JobProgress] = []
    case.run_of(["a", "b"], told_progress(told.append))
    case.step()
    key = next(iter(case.executor.running))
    case.executor.tell(key, "decode", 0.5)
    case.step()
    case.executor.by_itself = finished
    for job_id in ("a", "b"):
        case.end(job_id)
    case.engine.run()

    half = next(one for one in told if one.fraction == 0.5)
    assert (half.job_id, half.position, half.total, half.status, half.stage) == (
        "a", 1, 2, JobStatus.RUNNING, "decode",
    )  # fmt: skip
    last = {one.job_id: one for one in told}
    assert {one.status for one in last.values()} == {JobStatus.COMPLETED}
    assert {one.job_fraction for one in last.values()} == {1.0}


def test_that_a_callback_that_raises_is_told_nothing_more_and_harms_nothing(case: EngineCase) -> None:
    calls: list[JobProgress] = []

    def raises(progress: JobProgress) -> None:
        calls.append(progress)
        raise RuntimeError("a mistake of the script")

    case.executor.by_itself = finished
    run = case.run_of(["a", "b"], told_progress(raises))
    case.engine.run()
    assert len(calls) == 1
    assert {job.status for job in run.jobs.values()} == {JobStatus.COMPLETED}


def test_that_a_check_that_answers_true_cancels() -> None:
    control, answer, asked = StopControl(), threading.Event(), threading.Event()
    control.connect(asked.set)
    with cancelled_by(answer.is_set, control):
        assert control.step is Stop.NO
        answer.set()
        assert asked.wait(DEADLINE_S)
        assert control.step is Stop.CANCEL
    with cancelled_by(lambda: True, early := StopControl()):
        assert early.step is Stop.CANCEL
    with cancelled_by(None, never := StopControl()):
        assert never.step is Stop.NO
    assert not any(thread.name == "cancel check" for thread in threading.enumerate())
