"""Batches as lines."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from store_values import BATCH, a_batch, a_result, completed, failed, some_jobs, started

from image_velocimetry_tools.batch.events import (
    AnyEvent,
    BatchCompleted,
    BatchFailed,
    BatchNotice,
    BatchPaused,
    BatchPausing,
    BatchSampled,
    BatchStarted,
    CommandApplied,
    JobAdopted,
    JobInterrupted,
    JobPlaced,
    JobProgressed,
    JobReopened,
    JobRetried,
    JobsAdded,
    JobSkipped,
)
from image_velocimetry_tools.batch.store.records import StoredEvent
from image_velocimetry_tools.cli.monitors.plain_lines import SUMMARY_EVERY_S, PlainLines
from image_velocimetry_tools.cli.terminal import TerminalView


@dataclass
class Lines:
    """A monitor together with what it printed, at a time that only the test moves."""

    verbose: bool = False
    jobs: int = 3
    now_s: float = 0.0
    out: io.StringIO = field(default_factory=io.StringIO)
    err: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        view = TerminalView(verbose=self.verbose, out=self.out, err=self.err)
        self.monitor = PlainLines(view, lambda: self.now_s)
        self.monitor.begin(a_batch(), some_jobs(self.jobs))
        self.tell(BatchStarted(batch_id=BATCH))
        self.taken()

    def tell(self, *events: AnyEvent) -> list[str]:
        for event in events:
            self.monitor.event(StoredEvent(1, event), some_jobs(1, first=9) if isinstance(event, JobsAdded) else [])
        return self.taken()

    def taken(self) -> list[str]:
        lines = self.out.getvalue().splitlines()
        self.out.seek(0)
        self.out.truncate()
        return lines


def progressed(stage: str, fraction: float) -> JobProgressed:
    return JobProgressed(batch_id=BATCH, job_id="job_1", attempt=1, stage=stage, fraction=fraction)


def test_that_a_batch_begins_with_its_name_and_counts() -> None:
    out = io.StringIO()
    PlainLines(TerminalView(out=out)).begin(a_batch(name="Boneyard"), some_jobs(3))
    assert out.getvalue() == "Boneyard: 3 jobs (3 waiting)\n"


def test_that_each_change_of_a_job_is_a_line() -> None:
    lines = Lines()
    not_before = datetime(2026, 5, 14, 12, 30, 5).astimezone(UTC)
    before = [started(), failed()]
    again = JobRetried(batch_id=BATCH, job_id="job_1", reason="killed", is_automatic=True, not_before=not_before)
    assert lines.tell(*before, again, started(attempt=2)) == [
        "job_1 started",
        "job_1 failed: the clip is empty (1 of 3)",
        "job_1 waits again for retry 1/3, not before 12:30:05: killed",
        "job_1 started, retry 1/3",
    ]
    done = completed(attempt=2, result=a_result(total_discharge=2.5, quality="good"))
    assert lines.tell(done) == ["job_1 completed: 2.5 m³/s, good (1 of 3)"]


def test_that_jobs_without_a_run_of_their_own_are_told_too() -> None:
    of_job = {"batch_id": BATCH, "job_id": "job_2"}
    assert Lines().tell(JobSkipped(**of_job, reason="up to date", result=a_result(total_discharge=1.0))) == [
        "job_2 skipped: 1 m³/s, up to date (1 of 3)"
    ]
    lines = Lines()
    assert lines.tell(started("job_2"), JobInterrupted(**of_job, attempt=1)) == ["job_2 started", "job_2 interrupted"]
    assert lines.tell(JobAdopted(**of_job, result=a_result(total_discharge=1.0))) == [
        "job_2 completed: 1 m³/s (1 of 3)"
    ]
    assert lines.tell(JobReopened(**of_job)) == ["job_2 waits again"]


def test_that_stages_are_for_those_who_ask_and_each_once() -> None:
    steps = [started(), progressed("decode", 0.0), progressed("decode", 0.5), progressed("velocimetry", 0.1)]
    assert Lines().tell(*steps) == ["job_1 started"]
    assert Lines(verbose=True).tell(*steps) == ["job_1 started", "job_1 decode", "job_1 velocimetry"]


def test_that_pauses_and_ends_of_the_batch_are_told_with_their_reason() -> None:
    lines = Lines()
    lines.tell(started())
    assert lines.tell(BatchPausing(batch_id=BATCH, reason="the disk is full")) == [
        "batch pausing, 1 running job finishes: the disk is full"
    ]
    assert lines.tell(completed(), BatchPaused(batch_id=BATCH))[-1] == "batch paused"
    assert Lines().tell(BatchCompleted(batch_id=BATCH)) == ["batch completed"]
    assert Lines().tell(BatchFailed(batch_id=BATCH, reason="stopped")) == ["batch failed: stopped"]


def test_that_warnings_go_to_the_standard_error_and_news_do_not() -> None:
    lines = Lines()
    notice = BatchNotice(batch_id=BATCH, text="the scaffold has changed")
    assert lines.tell(notice) == []
    assert lines.err.getvalue() == "warning: the scaffold has changed\n"
    assert lines.tell(notice.model_copy(update={"is_warning": False})) == ["the scaffold has changed"]


def test_that_added_jobs_and_refused_commands_are_told_and_the_rest_is_not() -> None:
    lines = Lines()
    assert lines.tell(JobsAdded(batch_id=BATCH, job_ids=("job_9",))) == ["1 jobs added: job_9"]
    applied = CommandApplied(batch_id=BATCH, command_id="c", command="pause")
    assert lines.tell(applied) == []
    assert lines.tell(applied.model_copy(update={"refusal": "it is over"})) == ["pause was refused: it is over"]
    assert lines.tell(started("job_9"), JobPlaced(batch_id=BATCH, job_id="job_9", attempt=1, host="h")) == [
        "job_9 started"
    ]


def test_that_a_long_batch_says_now_and_then_how_it_stands() -> None:
    lines = Lines()
    sample = BatchSampled(batch_id=BATCH, memory_bytes=1, memory_limit_bytes=1, slots=1, running=0)
    lines.now_s = SUMMARY_EVERY_S - 1
    assert lines.tell(sample) == []
    lines.now_s = SUMMARY_EVERY_S + 1
    assert lines.tell(sample, sample) == ["0 of 3 jobs over (0 %); 3 waiting"]


def test_that_events_before_the_beginning_are_left_out() -> None:
    out = io.StringIO()
    PlainLines(TerminalView(out=out)).event(StoredEvent(1, started()), [])
    assert out.getvalue() == ""


@pytest.mark.parametrize("quiet", [True, False])
def test_that_the_view_decides_whether_anything_is_printed(quiet: bool) -> None:
    out = io.StringIO()
    PlainLines(TerminalView(quiet=quiet, out=out)).begin(a_batch(), some_jobs(1))
    assert (out.getvalue() == "") is quiet
