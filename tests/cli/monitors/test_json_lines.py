"""Events for programs."""

from __future__ import annotations

import io
import json

import pytest
from store_values import BATCH, a_batch, a_result, completed, some_jobs, started

from image_velocimetry_tools.batch.events import EVENTS, BatchSampled
from image_velocimetry_tools.batch.store.records import StoredEvent
from image_velocimetry_tools.cli.monitors.json_lines import JsonLines


class CountingStream(io.StringIO):
    """Counts how often it was flushed."""

    flushed = 0

    def flush(self) -> None:
        self.flushed += 1


class ClosedPipe(io.StringIO):
    """A stream whose reader went away."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_that_every_event_is_one_line_written_out_at_once() -> None:
    out = CountingStream()
    monitor = JsonLines(out)
    monitor.begin(a_batch(), some_jobs(1))
    assert out.getvalue() == ""
    for number, event in enumerate((started(), completed()), start=41):
        before = out.flushed
        monitor.event(StoredEvent(number, event), [])
        assert out.flushed > before
    monitor.close()
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert list(first)[:3] == ["number", "type", "batch_id"]
    assert (first["number"], first["type"], first["job_id"]) == (41, "job_started", "job_1")
    assert second["result"]["total_discharge"] == 2.5


def test_that_a_line_gives_the_event_back() -> None:
    out = io.StringIO()
    event = completed(log_tail=("Höhe\n",))
    JsonLines(out).event(StoredEvent(7, event), [])
    content = json.loads(out.getvalue())
    content.pop("number")
    assert EVENTS.validate_python(content) == event


def test_that_figures_json_does_not_have_are_null() -> None:
    out = io.StringIO()
    monitor = JsonLines(out)
    sample = BatchSampled(
        batch_id=BATCH, memory_bytes=1, memory_limit_bytes=1, slots=1, running=0, seconds_to_go=float("nan")
    )
    monitor.event(StoredEvent(1, sample), [])
    monitor.event(StoredEvent(2, completed(result=a_result(total_discharge=float("inf")))), [])
    first, second = (json.loads(line, parse_constant=pytest.fail) for line in out.getvalue().splitlines())
    assert first["seconds_to_go"] is None
    assert second["result"]["total_discharge"] is None


def test_that_a_reader_that_goes_away_ends_the_printing_only() -> None:
    monitor = JsonLines(ClosedPipe())
    monitor.event(StoredEvent(1, started()), [])
    assert monitor.reader_is_gone
    monitor.event(StoredEvent(2, completed()), [])
