"""A process that writes is killed in the middle; what it was told to be written is there."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from store_values import BATCH, a_stored_batch, started

from image_velocimetry_tools.batch.events import BatchNotice, JobProgressed
from image_velocimetry_tools.batch.store import BatchStore, sqlite_url

# Says the number of each event after the store has said that it is written.
WRITER = f"""
import itertools, sys
from image_velocimetry_tools.batch.events import BatchNotice, JobProgressed
from image_velocimetry_tools.batch.store import BatchStore

store = BatchStore.open(sys.argv[1])
for count in itertools.count():
    notice = BatchNotice(batch_id={BATCH!r}, text="x" * (count % 700))
    progress = JobProgressed(batch_id={BATCH!r}, job_id="job_1", attempt=1, stage="decode", fraction=count % 10 / 10)
    print(store.record_all([notice, progress])[0], flush=True)
"""


def written_before_the_kill(url: str, after: int) -> list[int]:
    with subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline() for _ in range(after)]
        writer.kill()
        said += writer.stdout.readlines()
    assert writer.returncode == -signal.SIGKILL
    # The last line may have been cut off by the kill.
    return [int(line) for line in said if line.endswith("\n")]


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_that_a_killed_writer_loses_nothing_that_was_acknowledged(store: BatchStore, url: str) -> None:
    a_stored_batch(store)
    store.record(started())
    store.close()

    acknowledged: list[int] = []
    for kill in range(10):
        acknowledged += written_before_the_kill(url, after=3 + 7 * kill)
        with BatchStore.open(url, read_only=True) as reader:
            stored = reader.events_after(0, limit=100_000)
        notices = {one.number for one in stored if isinstance(one.event, BatchNotice)}
        assert set(acknowledged) <= notices
        assert len(notices - set(acknowledged)) <= kill + 1
        assert sum(isinstance(one.event, JobProgressed) for one in stored) == 1

    with BatchStore.open(url) as again:
        assert again.record(BatchNotice(batch_id=BATCH, text="on")) > max(acknowledged)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_that_a_killed_writer_leaves_a_sound_file(tmp_path: Path) -> None:
    file = tmp_path / "batches.sqlite"
    with BatchStore.open(sqlite_url(file)) as store:
        a_stored_batch(store)
    with BatchStore.open(sqlite_url(file)) as store:
        store.record(started())
    for _ in range(3):
        written_before_the_kill(sqlite_url(file), after=20)
    connection = sqlite3.connect(file)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        connection.close()
