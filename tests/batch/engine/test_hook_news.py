"""What hooks are told of a batch."""

from __future__ import annotations

from typing import Any

from engine_parts import EngineCase, finished, value_of

from image_velocimetry_tools.batch.engine.hook_news import HookListener
from image_velocimetry_tools.batch.models import JobStatus
from image_velocimetry_tools.plugins.executors import Attempt, AttemptEnded, ExitCause


class Notebook:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda news: self.told.append((name, news))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.told]


def test_that_hooks_are_told_beginning_jobs_and_end(case: EngineCase) -> None:
    notebook = Notebook()
    case.executor.by_itself = finished
    run = case.run_of(["a"], HookListener(notebook))  # type: ignore[arg-type]
    case.engine.run()

    assert notebook.names == ["batch_started", "job_started", "job_finished", "batch_finished"]
    job, batch = notebook.told[2][1], notebook.told[3][1]
    assert (job.job_id, job.status, job.attempt) == ("a", "completed", 1)
    assert job.result["total_discharge"] == 2.5
    assert (batch.status, dict(batch.counts)) == ("completed", {"completed": 1})
    assert batch.output_directory == run.state.output_directory


def test_that_a_job_whose_retry_is_to_come_has_not_finished(case: EngineCase) -> None:
    notebook = Notebook()

    def dies_once(attempt: Attempt) -> AttemptEnded:
        if attempt.key.endswith("#1"):
            return AttemptEnded(attempt.key, ExitCause.KILLED)
        value = value_of(attempt.work.planned.job, JobStatus.FAILED)
        return AttemptEnded(attempt.key, ExitCause.FINISHED, value)

    case.executor.by_itself = dies_once
    case.run_of(["a"], HookListener(notebook))  # type: ignore[arg-type]
    case.engine.run()

    assert notebook.names == ["batch_started", "job_started", "job_started", "job_finished", "batch_finished"]
    assert notebook.told[3][1].status == "failed"
    assert notebook.told[3][1].message == "it failed"
