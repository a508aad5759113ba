"""The program ends at every named point of a batch's life as if the power went; it is resumed, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from tiny_batches import TinyBatch
from tiny_runner import CHILD_FAULTS

from image_velocimetry_tools.batch.faults import Fault
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus

JOBS = [f"j{number}" for number in range(1, 7)]
# the second or third time, so that there is something finished that could be lost
LATER = {
    Fault.BEFORE_START_RECORDED: 4,
    Fault.START_RECORDED: 4,
    Fault.ATTEMPT_STARTED: 4,
    Fault.BEFORE_END_RECORDED: 3,
    Fault.END_RECORDED: 3,
}
IN_THE_PROGRAM = [fault for fault in Fault if fault.value not in CHILD_FAULTS]
IN_THE_JOB = [fault for fault in Fault if fault.value in CHILD_FAULTS]


def expect_whole(batch: TinyBatch) -> None:
    """Everything is there once, nothing else is."""
    assert batch.standing.batch.status is BatchStatus.COMPLETED
    assert set(batch.statuses().values()) == {JobStatus.COMPLETED}
    assert batch.results() == {job_id: undisturbed(job_id) for job_id in batch.jobs}
    assert batch.summary() == {job_id: "completed" for job_id in batch.jobs}
    assert batch.leftovers() == []
    assert [process.cmdline() for process in batch.processes()] == []


def undisturbed(job_id: str) -> dict[str, object]:
    return {
        "job_id": job_id,
        "discharge_m3s": 126.0 * 0.85,
        "area_m2": 4.0,
        "mean_velocity_mps": 126.0 * 0.85 / 4.0,
        "max_surface_velocity_mps": 0.9,
        "measured_discharge_fraction": 0.95,
        "uncertainty": {"iso_u95": 6.5, "ive_u95": 8.25},
        "quality": {"verdict": "good", "reasons": []},
    }


@pytest.mark.parametrize("fault", IN_THE_PROGRAM)
def test_that_a_batch_goes_on_where_its_program_was_killed(tiny: Callable[..., TinyBatch], fault: Fault) -> None:
    batch = tiny(6)
    program = batch.start(fault=f"{fault}:{LATER.get(fault, 1)}")
    program.end()
    assert program.process.returncode == -9
    batch.wait_until_nothing_runs()
    finished = batch.stamps()

    end = batch.finish("resume")

    assert end.get("end") == "completed", end
    expect_whole(batch)
    assert batch.stamps() | finished == batch.stamps()
    assert set(batch.measured()) == set(JOBS)


@pytest.mark.parametrize("fault", IN_THE_JOB)
def test_that_a_job_killed_at_any_point_costs_no_other_one(tiny: Callable[..., TinyBatch], fault: Fault) -> None:
    batch = tiny(6)
    if fault is Fault.OLD_MOVED:
        batch.finish()
        (batch.marks / "done").unlink()

    end = batch.finish(fault=fault, force=True)

    assert end.get("end") == "completed", end
    assert (batch.marks / "died").exists()
    expect_whole(batch)
    # one that was killed after its result stood there is not measured again
    again = 0 if fault is Fault.RENAMED else 1
    begun = sum(batch.attempts().values()) - (6 if fault is Fault.OLD_MOVED else 0)
    assert begun == 6 + again


@pytest.mark.slow
@pytest.mark.parametrize("fault", IN_THE_JOB)
def test_that_program_and_job_may_die_together(tiny: Callable[..., TinyBatch], fault: Fault) -> None:
    batch = tiny(6, max_retries=0)
    if fault is Fault.OLD_MOVED:
        batch.finish()
        (batch.marks / "done").unlink()
    program = batch.start(fault=fault, force=True)
    program.wait_for("job_placed")
    while not (batch.marks / "died").exists():
        program.wait_for("job_progressed")
    batch.kill(program)

    end = batch.finish("resume")
    if end.get("end") != "completed" or set(end["jobs"].values()) != {"completed"}:
        # the end of the killed job was written down before the program was killed
        assert Counter(end["jobs"].values()) == {"completed": 5, "failed": 1}
        end = batch.finish("retry")

    assert end.get("end") == "completed", end
    expect_whole(batch)


@pytest.mark.slow
def test_that_a_batch_killed_at_every_point_in_turn_is_still_completed(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny(6)
    batch.start(fault=Fault.BATCH_CREATED).end()
    finished: dict[str, tuple[int, int]] = {}
    for fault in IN_THE_PROGRAM[1:]:
        batch.start("resume", fault=fault).end()
        batch.wait_until_nothing_runs()
        finished = batch.stamps() | finished

    end = batch.finish("resume")

    assert end.get("end") == "completed", end
    expect_whole(batch)
    assert batch.stamps() == finished
