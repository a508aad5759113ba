"""How much runs at a time, as the gate puts it together from policy, estimates and machine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine_parts import EngineCase, PlayedExecutor, PlentifulMachine, finished

from image_velocimetry_tools.batch.config import RunSettings
from image_velocimetry_tools.batch.engine.gate import Gate
from image_velocimetry_tools.domain.errors import IvyError


def test_that_the_slots_are_those_asked_for_or_fit_the_cores() -> None:
    machine = PlentifulMachine(cores=3)
    assert Gate(RunSettings(jobs=7), PlayedExecutor(), machine).slots == 7
    assert Gate(RunSettings(jobs="auto"), PlayedExecutor(), machine).slots == 3
    tight = replace(machine, memory_bytes=600_000_000)
    assert Gate(RunSettings(jobs="auto"), PlayedExecutor(), tight).slots == 1


def test_that_a_memory_limit_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(IvyError, match="--memory-limit"):
        Gate(RunSettings(memory_limit="lots"), PlayedExecutor(), PlentifulMachine())


def test_that_cores_are_shared_out_among_the_slots(case: EngineCase) -> None:
    run = case.run_of(list("abcdefgh"))
    assert Gate(RunSettings(jobs=2), case.executor, PlentifulMachine(cores=4)).share(run, run.jobs["a"])[0] == 2
    assert Gate(RunSettings(jobs=8), case.executor, PlentifulMachine(cores=4)).share(run, run.jobs["a"])[0] == 1
    assert Gate(RunSettings(threads=3), case.executor, PlentifulMachine()).share(run, run.jobs["a"])[0] == 3


def test_that_memory_keeps_jobs_back_that_the_slots_would_let_through(case: EngineCase) -> None:
    one = Gate(RunSettings(), case.executor, case.machine)
    run = case.run_of(["a", "b", "c"])
    needed = one.share(run, run.jobs["a"])[1]
    case.machine = replace(case.machine, memory_bytes=int(2.5 * needed / 0.8))
    case.engine = case.new_engine(jobs=3)
    case.engine.add(run)
    case.step()
    assert len(case.executor.running) == 2
    case.end("a")
    case.step()
    case.step()
    assert {attempt.job_id for attempt in run.running.values()} == {"b", "c"}


def test_that_a_job_that_never_fits_is_let_through_so_that_the_batch_goes_on(case: EngineCase) -> None:
    case.machine = replace(case.machine, memory_bytes=1_000_000)
    case.engine = case.new_engine()
    case.executor.by_itself = finished
    run = case.run_of(["a", "b"])
    for _ in range(20):
        if case.step():
            break
    assert run.rests


def test_that_what_was_learned_is_kept_with_the_batch(case: EngineCase) -> None:
    case.executor.by_itself = finished
    run = case.run_of([f"j{n}" for n in range(4)])
    case.step()
    case.engine._next_sample_s = 0.0
    case.step()
    assert case.store.model(run.batch_id) != {}
    # and another process goes on with it, even if it was written by another version
    case.store.set_model(run.batch_id, {"from": "the future"})
    case.engine = case.new_engine()
    case.engine.add(run)
    case.step()
