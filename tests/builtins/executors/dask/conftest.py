"""Real clusters for the tests of the Dask executor, and a bench to run attempts on them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from image_velocimetry_tools.builtins.executors.dask.connection import Connection, connect
from image_velocimetry_tools.builtins.executors.dask.executor import DaskExecutor
from image_velocimetry_tools.builtins.executors.dask.settings import DaskSettings
from image_velocimetry_tools.plugins.executors import Attempt, AttemptEnded, AttemptMessage, AttemptStarted
from image_velocimetry_tools.testing.lifeline import Lifeline

DEADLINE_S = 30.0
QUICK = {"preload": False, "terminate_after_s": 0.2, "kill_after_s": 0.4}
MEMORY_OF_WORKER_BYTES = 100


class Bench:
    """An executor, and what it has told."""

    def __init__(self, settings: DaskSettings, folder: Path) -> None:
        self.folder = folder
        self.executor = DaskExecutor(settings, connect)
        self.heard: list[AttemptMessage] = []

    def start(self, key: str, work: Callable[..., Any], memory_bytes: int = 0) -> None:
        self.executor.start(Attempt(key, work, self.folder / f"{key}.log", 1, memory_bytes))

    def listen_until(self, is_enough: Callable[[], Any]) -> None:
        end_s = time.monotonic() + DEADLINE_S
        while not is_enough():
            assert time.monotonic() < end_s, f"heard {self.heard}"
            self.heard += self.executor.poll(0.2)

    def listen_for(self, kind: type, key: str) -> Any:
        self.listen_until(lambda: self.told(kind, key))
        return self.told(kind, key)[0]

    def told(self, kind: type, key: str) -> list[AttemptMessage]:
        return [message for message in self.heard if isinstance(message, kind) and message.key == key]

    def ended(self, key: str) -> AttemptEnded:
        return self.listen_for(AttemptEnded, key)

    def run(self, work: Callable[..., Any], key: str = "only") -> AttemptEnded:
        self.start(key, work)
        return self.ended(key)

    def worker_of(self, key: str) -> psutil.Process:
        """The worker whose process server forked the attempt."""
        started = self.listen_for(AttemptStarted, key)
        return psutil.Process(started.pid).parent().parent()


@pytest.fixture(scope="session")
def dask_cluster() -> Iterator[Connection]:
    """Two workers of this machine with their nannies, as the executor starts them itself."""
    own = connect(DaskSettings(workers=2))
    yield own
    own.close()


@pytest.fixture(scope="session")
def dask_settings(dask_cluster: Connection) -> DaskSettings:
    return DaskSettings(scheduler=dask_cluster.address, **QUICK)


@pytest.fixture
def bench(dask_settings: DaskSettings, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(dask_settings, tmp_path)
    yield bench
    bench.executor.close()


@pytest.fixture
def lifeline(tmp_path: Path) -> Iterator[Lifeline]:
    lifeline = Lifeline(tmp_path / "lifeline")
    yield lifeline
    lifeline.close()


@dataclass(frozen=True, slots=True)
class CommandLineCluster:
    """A scheduler and one worker of two threads, started by their commands."""

    address: str
    scheduler: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes]


@pytest.fixture
def command_line_cluster(tmp_path: Path) -> Iterator[CommandLineCluster]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    memory = f"memory={MEMORY_OF_WORKER_BYTES}"
    with (tmp_path / "cluster.log").open("wb") as log:
        scheduler = _dask(log, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        worker = _dask(log, "worker", address, "--nthreads", "2", "--resources", memory, "--no-dashboard")
    yield CommandLineCluster(address, scheduler, worker)
    for process in (worker, scheduler):
        process.terminate()
        process.wait(DEADLINE_S)


def _dask(log: Any, *arguments: str) -> subprocess.Popen[bytes]:
    support = str(Path(__file__).parents[3] / "support")
    command = [sys.executable, "-m", "dask", *arguments]
    return subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": support})
