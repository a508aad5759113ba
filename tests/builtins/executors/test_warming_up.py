"""A fork server that is started before anybody needs it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import psutil
import pytest
from attempt_work import DescribeProcess

from image_velocimetry_tools.builtins.executors import LOCAL
from image_velocimetry_tools.builtins.executors.forking import fork_launcher, warm_up
from image_velocimetry_tools.builtins.executors.local import LocalExecutor
from image_velocimetry_tools.plugins.executors import Attempt, AttemptEnded

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked from a server on Linux only")
DEADLINE_S = 60.0


def ended(executor: LocalExecutor) -> AttemptEnded:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        for message in executor.poll(1.0):
            if isinstance(message, AttemptEnded):
                return message
    raise AssertionError("the attempt did not end")


def test_that_the_next_executor_takes_the_server_that_was_warmed_up(tmp_path: Path) -> None:
    assert LOCAL.warm_up is not None
    take_back = LOCAL.warm_up()
    (server,) = [child for child in psutil.Process().children() if "fork_server" in " ".join(child.cmdline())]
    executor = LocalExecutor()
    try:
        executor.start(Attempt("a", DescribeProcess(), tmp_path / "a.log"))
        assert ended(executor).value["parent"] == server.pid
        take_back()
        assert server.is_running()
    finally:
        executor.close()


def test_that_a_server_that_nobody_took_is_gone_at_once() -> None:
    before = {child.pid for child in psutil.Process().children()}
    take_back = warm_up()
    (server,) = [child for child in psutil.Process().children() if child.pid not in before]
    take_back()
    assert not server.is_running()


def test_that_a_server_that_loads_nothing_is_another_one() -> None:
    take_back = warm_up()
    try:
        assert fork_launcher(preload=False).server_pid is None
    finally:
        take_back()
