"""The live table, drawn on terminals of several sizes."""

from __future__ import annotations

import io
import re
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console
from store_values import BATCH, a_batch, a_result, completed, failed, some_jobs, started

from image_velocimetry_tools.batch.events import (
    AnyEvent,
    BatchNotice,
    BatchPausing,
    BatchSampled,
    BatchStarted,
    JobProgressed,
    JobRetried,
)
from image_velocimetry_tools.batch.following.picture import BatchPicture
from image_velocimetry_tools.batch.store.records import StoredEvent
from image_velocimetry_tools.cli.monitors.live_table import LiveTable
from image_velocimetry_tools.cli.monitors.table_drawing import drawing

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
SAMPLE = BatchSampled(
    batch_id=BATCH,
    memory_bytes=15 * 10**8,
    memory_limit_bytes=4 * 10**9,
    slots=2,
    running=1,
    jobs_per_minute=3.2,
    seconds_to_go_range=(170.0, 320.0),
    waiting_for="memory",
)


def a_picture(jobs: int, *events: AnyEvent, name: str = "Boneyard") -> BatchPicture:
    picture = BatchPicture(a_batch(name=name), some_jobs(jobs))
    for event in (BatchStarted(batch_id=BATCH, at=NOW - timedelta(seconds=125)), *events):
        picture.bring_forward(event)
    return picture


def screen(picture: BatchPicture, width: int = 80, height: int = 24) -> list[str]:
    """The lines that a terminal of this size would show."""
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None, legacy_windows=False)
    console.print(drawing(picture, NOW, width, height))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def running(number: int) -> AnyEvent:
    return started(f"job_{number}", at=NOW - timedelta(seconds=30))


def test_that_the_head_tells_how_the_batch_stands() -> None:
    done = completed("job_1", result=a_result("job_1", total_discharge=2.5))
    picture = a_picture(8, running(1), done, running(2), failed("job_2"), running(3), SAMPLE)
    first, second, third, *_ = screen(picture, width=120)
    assert first.startswith("Boneyard")
    assert re.search(r"running .* 25 %  2:05 min, 3 to 5 min left", first)
    assert second == "1 completed, 1 failed, 1 running, 5 waiting"
    assert third == "3.2 jobs/min   memory 1.5 GB of 4.0 GB   1 of 2 slots   waits for memory"


def test_that_no_time_is_promised_while_the_batch_pauses() -> None:
    picture = a_picture(8, running(1), SAMPLE, BatchPausing(batch_id=BATCH, reason="the disk is full"))
    first, _, third, *_ = screen(picture, width=120)
    assert "pausing" in first
    assert "left" not in first
    assert third.endswith("waits for memory")


def test_that_running_ended_and_next_jobs_have_a_line_each() -> None:
    done = completed("job_1", at=NOW, result=a_result("job_1", total_discharge=2.5, quality="good"))
    progress = JobProgressed(batch_id=BATCH, job_id="job_2", attempt=1, stage="decode", fraction=0.5)
    rows = screen(a_picture(9, running(1), done, running(2), progress))[3:]
    assert re.fullmatch(r"job_2 +decode +\S+ +31 % +30 s 2\.mp4", rows[0].rstrip())
    assert re.fullmatch(r"job_1 +completed +30 s 2\.5 m³/s, good", rows[1].rstrip())
    assert [row.split()[:2] for row in rows[2:]] == [[f"job_{n}", "waiting"] for n in (3, 4, 5)]


def test_that_failures_show_their_reason_and_retries_their_number() -> None:
    picture = a_picture(2, running(1), failed("job_1"))
    assert "the clip is empty" in "\n".join(screen(picture))
    when = (NOW + timedelta(seconds=5)).astimezone()
    picture.bring_forward(JobRetried(batch_id=BATCH, job_id="job_1", is_automatic=True, not_before=when))
    assert f"retry 1/3 at {when:%H:%M:%S}" in "\n".join(screen(picture))


@pytest.mark.parametrize("height", [5, 8, 24, 50])
@pytest.mark.parametrize("at_a_time", [0, 2, 16, 200])
def test_that_it_fits_any_terminal_however_many_jobs_run(height: int, at_a_time: int) -> None:
    ends = [event for n in range(300, 320) for event in (running(n), failed(f"job_{n}"))]
    picture = a_picture(10_000, *(running(n) for n in range(1, at_a_time + 1)), *ends, SAMPLE)
    lines = screen(picture, 80, height)
    assert len(lines) < height
    assert max(map(len, lines)) <= 80 - len("^C")
    shown = sum(line.startswith("job_") and "geometry" not in line and "starting" in line for line in lines)
    left_out = re.search(r"and (\d+) more", "\n".join(lines))
    assert shown + (int(left_out[1]) if left_out else 0) == at_a_time


def test_that_long_names_do_not_push_the_figures_out() -> None:
    lines = screen(a_picture(3, SAMPLE, name="n" * 100))
    assert "3 to 5 min left" in lines[0]
    assert max(map(len, lines)) <= 80 - len("^C")


def test_that_a_long_id_keeps_both_its_ends() -> None:
    (job,) = some_jobs(1)
    long_id = "flood_of_june_2017_at_the_weir_36"
    picture = BatchPicture(a_batch(), [replace(job, job=replace(job.job, job_id=long_id))])
    assert any(line.startswith("flood_of…e_weir_36 ") for line in screen(picture))
    assert any(line.startswith(long_id) for line in screen(picture, width=160))


class Terminal(io.StringIO):
    """A terminal that tells when something was written, and that may go away."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Condition()
        self.is_gone = False

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.is_gone:
            raise OSError(5, "Input/output error")
        with self.written:
            self.written.notify_all()
            return super().write(text)

    def wait_for(self, text: str) -> bool:
        with self.written:
            return self.written.wait_for(lambda: text in self.getvalue(), timeout=10.0)


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def table(terminal: Terminal) -> LiveTable:
    console = Console(file=terminal, force_terminal=True, width=80, height=24, color_system=None, highlight=False)
    return LiveTable(terminal, console)


def tell(table: LiveTable, *events: AnyEvent) -> None:
    for event in events:
        table.event(StoredEvent(1, event), [])


def test_that_changes_are_drawn_by_themselves(table: LiveTable, terminal: Terminal) -> None:
    table.begin(a_batch(), some_jobs(3))
    try:
        tell(table, BatchStarted(batch_id=BATCH), started("job_2"))
        assert terminal.wait_for("1 running, 2 waiting")
    finally:
        table.close()


def test_that_failures_and_notices_stay_when_the_table_is_gone(table: LiveTable, terminal: Terminal) -> None:
    table.begin(a_batch(), some_jobs(3))
    notice = BatchNotice(batch_id=BATCH, text="[the scaffold] has changed")
    tell(table, BatchStarted(batch_id=BATCH), started(), failed(), notice, started("job_2"), completed("job_2"))
    tell(table, BatchPausing(batch_id=BATCH, reason="paused by the user"))
    table.close()
    text = terminal.getvalue()
    for line in ("job_1 failed: the clip is empty", "[the scaffold] has changed", "batch pausing: paused by the user"):
        assert line in text
    assert "job_2 completed: 2.5" not in text


def test_that_it_draws_at_most_four_times_a_second(table: LiveTable, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[float] = []
    monkeypatch.setattr(LiveTable, "_draw", lambda self: drawn.append(time.monotonic()))
    table.begin(a_batch(), some_jobs(1))
    tell(table, started())
    until = time.monotonic() + 1.2
    while time.monotonic() < until:
        tell(table, JobProgressed(batch_id=BATCH, job_id="job_1", attempt=1, stage="decode", fraction=0.5))
    table.close()
    assert 2 <= len(drawn) <= 6


def test_that_closing_leaves_no_thread_and_may_be_done_twice(table: LiveTable) -> None:
    before = set(threading.enumerate())
    table.close()
    table.begin(a_batch(), some_jobs(1))
    table.close()
    table.close()
    assert set(threading.enumerate()) <= before


def test_that_a_terminal_that_goes_away_harms_nothing(table: LiveTable, terminal: Terminal) -> None:
    table.begin(a_batch(), some_jobs(2))
    terminal.is_gone = True
    tell(table, BatchStarted(batch_id=BATCH), started(), failed(), started("job_2"), completed("job_2"))
    table.close()
