"""kill -9 at moments that nobody chose."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable

import pytest
from tiny_batches import TinyBatch

from image_velocimetry_tools.batch.models import JobStatus


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_that_a_batch_whose_program_is_killed_again_and_again_is_completed_once(
    tiny: Callable[..., TinyBatch], seed: int
) -> None:
    chance = random.Random(seed)
    batch = tiny(12)
    kinds = ("job_started", "job_placed", "job_progressed", "job_completed")
    finished: dict[str, tuple[int, int]] = {}
    program = batch.start()
    for _ in range(4):
        program.wait_for(chance.choice(kinds), count=chance.randint(1, 2))
        batch.kill(program)
        finished = batch.stamps() | finished
        program = batch.start("resume")
    end = program.end()

    assert end["end"] == "completed"
    assert set(batch.statuses().values()) == {JobStatus.COMPLETED}
    assert batch.stamps() == batch.stamps() | finished
    assert batch.summary() == dict.fromkeys(batch.jobs, "completed")
    assert batch.leftovers() == []
    batch.wait_until_nothing_runs()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_that_jobs_killed_at_random_are_retried_and_nothing_is_done_twice(
    tiny: Callable[..., TinyBatch], seed: int
) -> None:
    chance = random.Random(seed)
    batch = tiny({f"j{n}": "wait@1" for n in range(8)}, max_retries=5)
    program = batch.start()
    killed: set[str] = set()
    wanted = chance.randint(3, 6)
    while len(killed) < wanted:
        placed = program.wait_for("job_placed")
        if placed["attempt"] == 1:
            # somewhere between its first instruction and its wait
            threading.Event().wait(chance.uniform(0.0, 0.05))
            os.kill(placed["pid"], signal.SIGKILL)
            killed.add(placed["job_id"])
    batch.go()
    end = program.end()

    assert set(end["jobs"].values()) == {"completed"}
    assert set(batch.measured().values()) == {1}
    assert batch.leftovers() == []


def test_that_the_server_of_processes_may_be_killed(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({f"j{n}": "wait@1" for n in range(4)})
    program = batch.start()
    placed = program.wait_for("job_placed", count=2)
    servers = {process.ppid() for process in batch.processes() if process.pid == placed["pid"]}
    assert len(servers) == 1
    assert servers != {program.process.pid}
    os.kill(servers.pop(), signal.SIGKILL)
    program.wait_for("job_retried")
    batch.go()
    end = program.end()

    assert set(end["jobs"].values()) == {"completed"}
    batch.wait_until_nothing_runs()
