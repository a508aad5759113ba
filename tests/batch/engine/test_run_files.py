"""The files about a whole batch, while an engine runs it."""

from __future__ import annotations

import csv

import pytest
from engine_parts import EngineCase, finished

from image_velocimetry_tools.batch.engine.batch_run import BatchRun
from image_velocimetry_tools.batch.engine.run_files import RunFiles
from image_velocimetry_tools.batch.events import BatchNotice


def notices(case: EngineCase, run: BatchRun) -> list[str]:
    events = (stored.event for stored in case.store.events_after(0, run.batch_id))
    return [event.text for event in events if isinstance(event, BatchNotice)]


def test_that_the_summary_has_a_row_for_every_job_whenever_the_batch_rests(case: EngineCase) -> None:
    case.executor.by_itself = finished
    run = case.run_of(["a", "b", "c"])
    case.engine.run()
    with (run.state.output_directory / "batch_summary.csv").open(encoding="utf-8-sig") as stream:
        assert [(row["job_id"], row["status"]) for row in csv.DictReader(stream)] == [
            (job_id, "completed") for job_id in "abc"
        ]


def test_that_a_summary_that_cannot_be_written_is_said_once_and_tried_again(case: EngineCase) -> None:
    run = case.run_of(["a"])
    blocked = run.state.output_directory / "batch_summary.csv"
    blocked.mkdir()
    files = RunFiles(run)

    for _ in range(3):
        files.touch()
        files.bring_up_to_date()
    assert len(notices(case, run)) == 1
    blocked.rmdir()
    files.bring_up_to_date()
    assert blocked.is_file()
    blocked.unlink()
    blocked.mkdir()
    files.touch()
    files.bring_up_to_date()
    assert len(notices(case, run)) == 2


def test_that_files_are_written_only_after_a_change_and_not_all_the_time(
    case: EngineCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = case.run_of(["a"])
    files = RunFiles(run)
    files.refresh()
    summary = run.state.output_directory / "batch_summary.csv"
    summary.unlink()
    files.refresh()
    files.touch()
    files.refresh()
    assert not summary.exists()
    files._next_s = 0.0
    files.refresh()
    assert summary.exists()
