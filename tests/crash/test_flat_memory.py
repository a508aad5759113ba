"""The process that coordinates a batch does not grow with the number of jobs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tiny_batches import TinyBatch

MEGABYTE = 1_000_000


@pytest.mark.slow
def test_that_the_coordinator_stays_small_and_flat(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny(300)

    program = batch.start()
    program.end()

    resident = [line["resident_bytes"] for line in program.events("job_completed")]
    assert len(resident) == 300
    assert max(resident[50:]) - resident[50] < 6 * MEGABYTE
    assert max(resident) < 150 * MEGABYTE
