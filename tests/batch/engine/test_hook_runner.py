"""Telling hooks what a batch does, whatever they do to themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from image_velocimetry_tools.batch.engine.hook_runner import FAILURES_IN_A_ROW, HookRunner
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.plugins.hooks import BatchHooks, BatchNews, JobNews

DEADLINE_S = 20.0
BATCH = BatchNews("b1", "weir", "running", Path("/results"))


def job(number: int) -> JobNews:
    return JobNews(BATCH, f"job_{number:03d}", "completed", 1, Path("video.mp4"))


class Recorder(BatchHooks):
    """Writes down what it is told, and by which thread."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.threads: set[threading.Thread] = set()

    def note(self, what: str) -> None:
        self.told.append(what)
        self.threads.add(threading.current_thread())

    def on_batch_started(self, batch: BatchNews) -> None:
        self.note(f"started {batch.name}")

    def on_job_started(self, job: JobNews) -> None:
        self.note(f"started {job.job_id}")

    def on_job_finished(self, job: JobNews) -> None:
        self.note(f"finished {job.job_id}")

    def on_batch_finished(self, batch: BatchNews) -> None:
        self.note(f"finished {batch.name}")

    def close(self) -> None:
        self.note("closed")


class Failing(Recorder):
    """Raises at every job, or whatever else it is told to."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def on_job_finished(self, job: JobNews) -> None:
        super().on_job_finished(job)
        raise self.error


class Waiting(Recorder):
    """Waits at the first job until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.is_waiting, self.may_go_on = threading.Event(), threading.Event()

    def on_job_started(self, job: JobNews) -> None:
        self.is_waiting.set()
        assert self.may_go_on.wait(DEADLINE_S)
        super().on_job_started(job)


def tell_all(runner: HookRunner, jobs: int = 1) -> None:
    runner.batch_started(BATCH)
    for number in range(1, jobs + 1):
        runner.job_started(job(number))
        runner.job_finished(job(number))
    runner.batch_finished(BATCH)


def test_that_hooks_are_told_everything_in_order_by_one_other_thread() -> None:
    first, second, warnings = Recorder(), Recorder(), list[str]()
    runner = HookRunner([("first", first), ("second", second)], warnings.append)
    tell_all(runner, jobs=2)
    assert runner.close(DEADLINE_S)
    assert first.told == second.told
    assert first.told == [
        "started weir",
        "started job_001",
        "finished job_001",
        "started job_002",
        "finished job_002",
        "finished weir",
        "closed",
    ]
    assert first.threads == second.threads
    assert threading.current_thread() not in first.threads
    assert all(thread.daemon for thread in first.threads)
    assert warnings == []


def test_that_what_a_hook_raises_is_a_warning_and_harms_no_other_hook() -> None:
    for error in (ValueError("odd"), SystemExit(3), IvyError("nobody answers")):
        bad, good, warnings = Failing(error), Recorder(), list[str]()
        runner = HookRunner([("bad", bad), ("good", good)], warnings.append)
        tell_all(runner)
        assert runner.close(DEADLINE_S)
        assert good.told[-1] == bad.told[-1] == "closed"
        shown = str(error) if isinstance(error, IvyError) else f"{type(error).__name__}: {error}"
        assert warnings == [f"the hook bad failed in on_job_finished of job job_001: {shown}"]


def test_that_a_hook_that_keeps_failing_hears_of_the_batch_only() -> None:
    class FailingAtAllJobs(Failing):
        def on_job_started(self, job: JobNews) -> None:
            self.on_job_finished(job)

    bad, warnings = FailingAtAllJobs(ValueError("odd")), list[str]()
    runner = HookRunner([("bad", bad)], warnings.append)
    tell_all(runner, jobs=10)
    assert runner.close(DEADLINE_S)
    assert len(bad.told) == FAILURES_IN_A_ROW + 3
    assert bad.told[-2:] == ["finished weir", "closed"]
    assert warnings[-1] == "the hook bad failed 5 times in a row and hears no more of single jobs"


def test_that_a_success_in_between_forgives_failures() -> None:
    bad = Failing(ValueError("odd"))
    runner = HookRunner([("bad", bad)], lambda text: None)
    tell_all(runner, jobs=10)
    assert runner.close(DEADLINE_S)
    assert bad.told.count("closed") == 1
    assert [what for what in bad.told if what.startswith("finished job")][-1] == "finished job_010"


def test_that_a_slow_hook_holds_nobody_up_and_loses_news_of_jobs_only() -> None:
    slow, warnings = Waiting(), list[str]()
    runner = HookRunner([("slow", slow)], warnings.append, longest_queue=2)
    runner.job_started(job(1))
    assert slow.is_waiting.wait(DEADLINE_S)
    for number in range(2, 8):
        runner.job_finished(job(number))
    runner.batch_finished(BATCH)
    assert warnings == ["the hooks are too slow: news of jobs are being dropped"]
    slow.may_go_on.set()
    assert not runner.close(DEADLINE_S)
    assert slow.told == ["started job_001", "finished job_002", "finished job_003", "finished weir", "closed"]
    assert warnings[-1] == "4 news were not told to the hooks, which are too slow"


def test_that_a_hook_that_hangs_is_left_behind_and_named() -> None:
    hanging, behind, warnings = Waiting(), Recorder(), list[str]()
    runner = HookRunner([("hanging", hanging), ("behind", behind)], warnings.append)
    runner.job_started(job(1))
    assert hanging.is_waiting.wait(DEADLINE_S)
    runner.batch_finished(BATCH)
    assert not runner.close(0.01)
    assert warnings == [
        "the hook hanging (on_job_started of job job_001) did not end within 0.01 s and is left behind",
        "1 news were not told to the hooks, which are too slow",
    ]
    hanging.may_go_on.set()
    assert wait_for(lambda: not any(thread.name == "hooks" for thread in threading.enumerate()))
    assert behind.told == []


def test_that_hooks_are_closed_when_nothing_was_told() -> None:
    recorder = Recorder()
    assert HookRunner([("quiet", recorder)], lambda text: None).close(DEADLINE_S)
    assert recorder.told == ["closed"]


def test_that_closing_twice_closes_the_hooks_once() -> None:
    recorder = Recorder()
    runner = HookRunner([("quiet", recorder)], lambda text: None)
    assert runner.close(DEADLINE_S)
    runner.batch_finished(BATCH)
    assert runner.close(DEADLINE_S)
    assert recorder.told == ["closed"]


def test_that_without_hooks_there_is_no_thread() -> None:
    before = threading.active_count()
    runner = HookRunner([], lambda text: None)
    tell_all(runner)
    assert threading.active_count() == before
    assert runner.close(DEADLINE_S)


def test_that_a_warning_that_cannot_be_shown_stops_nothing() -> None:
    def broken(text: str) -> None:
        raise OSError("no terminal")

    good = Recorder()
    runner = HookRunner([("bad", Failing(ValueError("odd"))), ("good", good)], broken)
    tell_all(runner)
    assert runner.close(DEADLINE_S)
    assert good.told[-1] == "closed"


def wait_for(condition: Callable[[], bool]) -> bool:
    """Whether a condition comes true before the deadline; the threads that are waited for are joined."""
    for thread in threading.enumerate():
        if thread.name == "hooks":
            thread.join(DEADLINE_S)
    return condition()
