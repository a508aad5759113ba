"""What becomes of attempts when workers, the scheduler or the program go away, or are not there at all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from worker_work import CountBegins

from image_velocimetry_tools.builtins.executors.dask.connection import Connection, connect
from image_velocimetry_tools.builtins.executors.dask.executor import DaskExecutor
from image_velocimetry_tools.builtins.executors.dask.settings import DaskSettings
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.plugins.executors import AttemptStarted, ExitCause
from image_velocimetry_tools.testing.attempt_work import IgnoreEverything, ReturnValue, RunUntilCancelled
from image_velocimetry_tools.testing.lifeline import Lifeline

from .conftest import DEADLINE_S, MEMORY_OF_WORKER_BYTES, QUICK, Bench, CommandLineCluster


@pytest.fixture
def far_bench(command_line_cluster: CommandLineCluster, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(DaskSettings(scheduler=command_line_cluster.address, connect_timeout_s=20.0, **QUICK), tmp_path)
    bench.listen_until(lambda: bench.executor.slots() == 2)
    yield bench
    bench.executor.close()


@pytest.mark.parametrize("allowed_failures", [0, 3])
def test_that_an_attempt_of_a_killed_worker_is_lost_and_not_repeated(
    bench: Bench,
    lifeline: Lifeline,
    dask_cluster: Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    allowed_failures: int,
) -> None:
    assert dask_cluster.cluster is not None
    monkeypatch.setattr(dask_cluster.cluster.scheduler, "allowed_failures", allowed_failures)
    record = tmp_path / "begins"
    bench.start("victim", CountBegins(record, lifeline.path))
    worker = bench.worker_of("victim")
    assert lifeline.wait_until_held(DEADLINE_S)
    worker.kill()
    ended = bench.ended("victim")
    assert ended.cause is ExitCause.LOST
    assert "worker" in ended.detail
    assert lifeline.wait_until_released(5.0)
    assert bench.run(ReturnValue("on another worker"), "next").value == "on another worker"
    assert record.read_text() == "begun\n"


def test_that_a_killed_scheduler_loses_what_runs_and_ends_it(
    far_bench: Bench, lifeline: Lifeline, command_line_cluster: CommandLineCluster
) -> None:
    far_bench.start("lost", IgnoreEverything(lifeline.path))
    assert lifeline.wait_until_held(DEADLINE_S)
    command_line_cluster.scheduler.kill()
    assert far_bench.ended("lost").cause is ExitCause.LOST
    assert lifeline.wait_until_released(DEADLINE_S)
    far_bench.executor._settings = far_bench.executor._settings.model_copy(update={"connect_timeout_s": 0.2})
    with pytest.raises(IvyError, match="scheduler cannot be reached") as refusal:
        far_bench.start("next", ReturnValue())
    assert command_line_cluster.address in str(refusal.value)


def test_that_attempts_share_the_memory_that_a_worker_declares(far_bench: Bench, lifeline: Lifeline) -> None:
    most = int(0.6 * MEMORY_OF_WORKER_BYTES)
    far_bench.start("first", RunUntilCancelled(lifeline.path), most)
    far_bench.listen_for(AttemptStarted, "first")
    far_bench.start("too much with the first", ReturnValue(2), most)
    far_bench.start("small", ReturnValue(3), MEMORY_OF_WORKER_BYTES // 10)
    assert far_bench.ended("small").value == 3
    assert not far_bench.told(AttemptStarted, "too much with the first")
    far_bench.executor.cancel("first")
    assert far_bench.ended("first").cause is ExitCause.CANCELLED
    assert far_bench.ended("too much with the first").value == 2


def test_that_an_attempt_larger_than_every_worker_gets_one_for_itself(bench: Bench) -> None:
    bench.start("huge", ReturnValue(1), 10**18)
    assert bench.ended("huge").value == 1


def test_that_slots_follow_the_workers(bench: Bench, dask_cluster: Connection) -> None:
    assert bench.executor.slots() == 2
    assert dask_cluster.cluster is not None
    dask_cluster.cluster.scale(3)
    bench.listen_until(lambda: bench.executor.slots() == 3)
    dask_cluster.cluster.scale(2)
    bench.listen_until(lambda: bench.executor.slots() == 2)


def test_that_an_attempt_that_waits_for_a_worker_can_be_cancelled(bench: Bench, tmp_path: Path) -> None:
    lifelines = [Lifeline(tmp_path / str(number)) for number in range(2)]
    for number, lifeline in enumerate(lifelines):
        bench.start(f"running {number}", RunUntilCancelled(lifeline.path))
        assert lifeline.wait_until_held(DEADLINE_S)
    bench.start("waiting", ReturnValue())
    bench.executor.cancel("waiting")
    ended = bench.ended("waiting")
    assert (ended.cause, ended.detail) == (ExitCause.CANCELLED, "it had not begun")
    assert not bench.told(AttemptStarted, "waiting")
    for lifeline in lifelines:
        lifeline.close()


def test_that_attempts_of_a_killed_program_end(lifeline: Lifeline, dask_settings: DaskSettings, tmp_path: Path) -> None:
    script = (
        "from image_velocimetry_tools.builtins.executors.dask.connection import connect\n"
        "from image_velocimetry_tools.builtins.executors.dask.executor import DaskExecutor\n"
        "from image_velocimetry_tools.builtins.executors.dask.settings import DaskSettings\n"
        "from image_velocimetry_tools.plugins.executors import Attempt\n"
        "from image_velocimetry_tools.testing.attempt_work import IgnoreEverything\n"
        "from pathlib import Path\n"
        f"executor = DaskExecutor(DaskSettings.model_validate_json({dask_settings.model_dump_json()!r}), connect)\n"
        f"work = IgnoreEverything(Path({str(lifeline.path)!r}))\n"
        f"executor.start(Attempt('a', work, Path({str(tmp_path)!r}) / 'log'))\n"
        "while True: executor.poll(60)\n"
    )
    program = subprocess.Popen([sys.executable, "-c", script])
    assert lifeline.wait_until_held(DEADLINE_S)
    program.kill()
    program.wait()
    assert lifeline.wait_until_released(DEADLINE_S)


def test_that_closing_leaves_no_process_on_the_workers(dask_settings: DaskSettings, tmp_path: Path) -> None:
    bench = Bench(dask_settings, tmp_path)
    bench.run(ReturnValue())
    workers = [int(pid) for pid in bench.executor._connection.client.run(os.getpid).values()]
    assert sum(len(psutil.Process(pid).children()) for pid in workers) > 0
    bench.executor.close()
    assert [psutil.Process(pid).children() for pid in workers] == [[], []]


def test_that_a_cluster_of_our_own_is_gone_with_the_executor(tmp_path: Path) -> None:
    bench = Bench(DaskSettings(workers=1, **QUICK), tmp_path)
    assert bench.executor.slots() == 1
    assert bench.run(ReturnValue(5)).value == 5
    started = bench.listen_for(AttemptStarted, "only")
    workers = [int(pid) for pid in bench.executor._connection.client.run(os.getpid).values()]
    bench.executor.close()
    assert not any(psutil.pid_exists(pid) for pid in [*workers, started.pid])


def test_that_a_scheduler_that_is_not_there_is_named() -> None:
    began_s = time.monotonic()
    with pytest.raises(IvyError, match=r"tcp://127\.0\.0\.1:9: the Dask scheduler cannot be reached"):
        DaskExecutor(DaskSettings(scheduler="tcp://127.0.0.1:9", connect_timeout_s=0.3), connect)
    assert time.monotonic() - began_s < 10.0


@pytest.mark.parametrize("address", ["nonsense://a:1", "no such host", "tcp://:-1"])
def test_that_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(IvyError, match="scheduler cannot be reached") as refusal:
        DaskExecutor(DaskSettings(scheduler=address, connect_timeout_s=0.3), connect)
    assert refusal.value.problems[0].where == address


def test_that_nothing_starts_after_closing(bench: Bench) -> None:
    bench.executor.close()
    with pytest.raises(IvyError, match="closed"):
        bench.start("late", ReturnValue())
