"""What the processes of the local executor are like, and what becomes of them when others die."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import attempt_work
import psutil
import pytest

from image_velocimetry_tools.builtins.executors.local import LocalExecutor
from image_velocimetry_tools.builtins.executors.settings import LocalSettings, StartMethod
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.plugins.executors import Attempt, AttemptEnded, AttemptStarted, ExitCause
from image_velocimetry_tools.testing.attempt_work import (
    IgnoreEverything,
    LeaveGrandchild,
    ReturnValue,
    RunUntilCancelled,
    TellProgress,
)
from image_velocimetry_tools.testing.lifeline import Lifeline

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc and forks")
DEADLINE_S = 30.0
SUPPORT = Path(__file__).parents[2] / "support"


class Bench:
    """An executor, and what it has told."""

    def __init__(self, folder: Path, settings: LocalSettings) -> None:
        self.folder = folder
        self.executor = LocalExecutor(settings)
        self.heard: list[Any] = []

    def start(self, key: str, work: Callable[..., Any], threads: int = 1) -> None:
        self.executor.start(Attempt(key, work, self.folder / f"{key}.log", threads))

    def listen_for(self, kind: type, key: str) -> Any:
        end_s = time.monotonic() + DEADLINE_S
        while time.monotonic() < end_s:
            for message in self.heard:
                if isinstance(message, kind) and message.key == key:
                    return message
            self.heard += self.executor.poll(1.0)
        raise AssertionError(f"no {kind.__name__} of {key} in {self.heard}")

    def run(self, work: Callable[..., Any], key: str = "only", threads: int = 1) -> AttemptEnded:
        self.start(key, work, threads)
        return self.listen_for(AttemptEnded, key)

    def server(self) -> psutil.Process:
        return next(child for child in psutil.Process().children() if "fork_server" in " ".join(child.cmdline()))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, LocalSettings(preload=False, terminate_after_s=0.2, kill_after_s=0.4))
    yield bench
    bench.executor.close()


@pytest.fixture
def loaded_bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, LocalSettings())
    yield bench
    bench.executor.close()


@pytest.fixture
def lifeline(tmp_path: Path) -> Iterator[Lifeline]:
    lifeline = Lifeline(tmp_path / "lifeline")
    yield lifeline
    lifeline.close()


def test_that_a_process_leads_its_own_session_and_is_deaf_to_ctrl_c(bench: Bench) -> None:
    found = bench.run(attempt_work.DescribeProcess()).value
    started = bench.listen_for(AttemptStarted, "only")
    assert found["pid"] == found["session"] == started.pid
    assert found["ignores_interrupt"]
    assert found["terminates"]
    assert found["directory"] == os.getcwd()


def test_that_a_process_inherits_no_files_but_its_own(bench: Bench, tmp_path: Path) -> None:
    bench.start("other", ReturnValue())
    with (tmp_path / "secret of the program").open("w"):
        found = bench.run(attempt_work.DescribeProcess()).value
    files = [name for name in found["open_files"] if not name.startswith("/proc")]
    sockets = [name for name in files if name.startswith("socket:")]
    assert len(sockets) == 1
    assert set(files) - set(sockets) == {"/dev/null", str(tmp_path / "only.log")}


def test_that_the_numerics_are_there_and_nothing_of_the_surfaces(loaded_bench: Bench) -> None:
    assert loaded_bench.run(attempt_work.DescribeProcess()).value["modules"] == ["numpy", "cv2", "av"]


def test_that_no_thread_runs_in_the_server(loaded_bench: Bench) -> None:
    loaded_bench.run(ReturnValue())
    assert loaded_bench.server().num_threads() == 1


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("method", list(StartMethod))
def test_that_libraries_use_the_threads_of_the_attempt(tmp_path: Path, method: StartMethod, threads: int) -> None:
    bench = Bench(tmp_path, LocalSettings(start_method=method))
    found = bench.run(attempt_work.CountThreads(), threads=threads)
    bench.executor.close()
    assert found.value == {"pools": [threads], "cv2": threads, "environment": str(threads)}


def test_that_a_process_is_known_by_its_time_of_creation(bench: Bench, lifeline: Lifeline) -> None:
    bench.start("only", RunUntilCancelled(lifeline.path))
    started = bench.listen_for(AttemptStarted, "only")
    assert psutil.Process(started.pid).create_time() == started.pid_created


def test_that_the_peak_memory_of_a_crash_is_known(bench: Bench) -> None:
    ended = bench.run(attempt_work.UseMemory(150_000_000))
    assert ended.cause is ExitCause.CRASHED
    assert ended.peak_memory_bytes is not None
    assert 150e6 < ended.peak_memory_bytes < 350e6
    assert f"used up to {ended.peak_memory_bytes / 1e6:.0f} MB" in ended.detail


def test_that_a_flood_of_messages_holds_up_neither_the_engine_nor_the_cancelling(
    bench: Bench, lifeline: Lifeline
) -> None:
    bench.start("flood", attempt_work.FloodWithStages(lifeline.path))
    assert lifeline.wait_until_held(DEADLINE_S)
    assert bench.run(ReturnValue(1), "other").value == 1
    bench.executor.cancel("flood")
    assert bench.listen_for(AttemptEnded, "flood").cause is ExitCause.CANCELLED
    assert lifeline.wait_until_released(0.5)


def test_that_work_that_never_arrives_can_be_cancelled(bench: Bench) -> None:
    bench.start("hung", attempt_work.HangInUnpickling())
    bench.listen_for(AttemptStarted, "hung")
    assert bench.run(ReturnValue(1), "other").value == 1
    bench.executor.cancel("hung")
    assert bench.listen_for(AttemptEnded, "hung").cause is ExitCause.CANCELLED


@pytest.mark.parametrize("work", [attempt_work.StopItself, attempt_work.HoldInterpreter])
def test_that_a_process_that_cannot_answer_is_killed(
    bench: Bench, lifeline: Lifeline, work: Callable[[Path], Callable[..., Any]]
) -> None:
    bench.start("only", work(lifeline.path))
    assert lifeline.wait_until_held(DEADLINE_S)
    bench.executor.cancel("only")
    assert bench.listen_for(AttemptEnded, "only").cause is ExitCause.CANCELLED
    assert lifeline.wait_until_released(0.5)


def test_that_attempts_of_a_killed_server_are_lost_and_the_next_ones_run(bench: Bench, tmp_path: Path) -> None:
    deaf, parent = Lifeline(tmp_path / "deaf"), Lifeline(tmp_path / "parent")
    bench.start("deaf", IgnoreEverything(deaf.path))
    bench.start("parent", LeaveGrandchild(parent.path, returns=False))
    for lifeline in (deaf, parent):
        assert lifeline.wait_until_held(DEADLINE_S)
    bench.server().kill()
    for key, lifeline in (("deaf", deaf), ("parent", parent)):
        ended = bench.listen_for(AttemptEnded, key)
        assert ended.cause is ExitCause.LOST
        assert "exit code -9" in ended.detail
        assert lifeline.wait_until_released(0.5)
        lifeline.close()
    assert bench.run(ReturnValue(1), "next").value == 1


def test_that_a_server_killed_between_attempts_is_replaced(bench: Bench) -> None:
    bench.run(ReturnValue(), "first")
    server = bench.server()
    server.kill()
    os.waitid(os.P_PID, server.pid, os.WEXITED | os.WNOWAIT)
    assert bench.run(ReturnValue(2), "second").value == 2


def test_that_an_attempt_can_be_ended_though_the_server_hangs(bench: Bench, lifeline: Lifeline) -> None:
    bench.start("only", IgnoreEverything(lifeline.path))
    assert lifeline.wait_until_held(DEADLINE_S)
    server = bench.server()
    server.suspend()
    bench.executor.cancel("only")
    assert bench.listen_for(AttemptEnded, "only").cause is ExitCause.CANCELLED
    assert lifeline.wait_until_released(0.5)


def test_that_nothing_is_left_after_closing(tmp_path: Path) -> None:
    files_before = len(os.listdir("/proc/self/fd"))
    bench = Bench(tmp_path, LocalSettings(preload=False))
    bench.run(ReturnValue())
    server = bench.server()
    bench.executor.close()
    bench.executor.close()
    assert not server.is_running()
    assert len(os.listdir("/proc/self/fd")) == files_before
    with pytest.raises(IvyError, match="closed"):
        bench.start("late", ReturnValue())


def test_that_files_do_not_pile_up_with_attempts(bench: Bench) -> None:
    bench.run(ReturnValue(), "first")
    server = bench.server()
    before = len(os.listdir("/proc/self/fd")), server.num_fds()
    for number in range(10):
        bench.run(TellProgress(("decode",)), f"attempt {number}")
    assert (len(os.listdir("/proc/self/fd")), server.num_fds()) == before
    assert server.children() == []


def test_that_work_that_cannot_be_sent_is_refused_with_a_remedy(bench: Bench) -> None:
    with pytest.raises(IvyError, match=r"cannot be sent to another process.*inline"):
        bench.start("only", lambda context: None)
    assert bench.executor.poll(0.0) == []


def test_that_a_log_that_cannot_be_written_is_said(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IvyError, match="no process can be started"):
        bench.executor.start(Attempt("only", ReturnValue(), tmp_path / "file" / "only.log"))
    assert bench.run(ReturnValue(1), "next").value == 1


PARENT = """
    import sys, threading
    from pathlib import Path
    sys.path.insert(0, {support!r})
    import attempt_work
    from image_velocimetry_tools.builtins.executors.local import LocalExecutor
    from image_velocimetry_tools.builtins.executors.settings import LocalSettings
    from image_velocimetry_tools.plugins.executors import Attempt
    from image_velocimetry_tools.testing.attempt_work import LeaveGrandchild
    folder = Path({folder!r})
    executor = LocalExecutor(LocalSettings(start_method={method!r}, preload={preload}))
    executor.start(Attempt("one", LeaveGrandchild(folder / "one", returns=False), folder / "one.log"))
    executor.start(Attempt("two", LeaveGrandchild(folder / "two", returns=False), folder / "two.log"))
    if {preload}:
        executor.start(Attempt("busy", attempt_work.HoldInterpreter(folder / "busy"), folder / "busy.log"))
    threading.Event().wait()
"""


@pytest.mark.parametrize(("method", "preload"), [("forkserver", True), ("spawn", False)])
def test_that_no_process_outlives_a_killed_program(tmp_path: Path, method: str, preload: bool) -> None:
    names = ["one", "two", "busy"] if preload else ["one", "two"]
    lifelines = [Lifeline(tmp_path / name) for name in names]
    code = textwrap.dedent(PARENT).format(support=str(SUPPORT), folder=str(tmp_path), method=method, preload=preload)
    with _running(code) as program:
        assert all(lifeline.wait_until_held(DEADLINE_S) for lifeline in lifelines)
        family = psutil.Process(program.pid).children(recursive=True)
        assert len(family) >= 4
        program.kill()
    _, alive = psutil.wait_procs(family, timeout=1.5)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    for lifeline in lifelines:
        assert lifeline.wait_until_released(0.1)
        lifeline.close()


def test_that_a_program_killed_while_the_server_loads_leaves_nothing(tmp_path: Path) -> None:
    lifelines = [Lifeline(tmp_path / name) for name in ("one", "two", "busy")]
    code = textwrap.dedent(PARENT).format(support=str(SUPPORT), folder=str(tmp_path), method="forkserver", preload=True)
    code = code.replace("threading.Event()", "print('started', flush=True); threading.Event()")
    with _running(code) as program:
        _read_line(program.stdout)
        family = psutil.Process(program.pid).children(recursive=True)
        program.kill()
    _, alive = psutil.wait_procs(family, timeout=DEADLINE_S)
    assert family
    assert alive == []
    for lifeline in lifelines:
        lifeline.close()


SCRIPT_WITHOUT_GUARD = """
    import json, sys
    from pathlib import Path
    sys.path.insert(0, {support!r})
    import attempt_work
    from image_velocimetry_tools.builtins.executors.local import LocalExecutor
    from image_velocimetry_tools.builtins.executors.settings import LocalSettings
    from image_velocimetry_tools.domain.errors import IvyError
    from image_velocimetry_tools.plugins.executors import Attempt, AttemptEnded

    print("run", flush=True)
    executor = LocalExecutor(LocalSettings(start_method={method!r}, preload=False))
    executor.start(Attempt("only", attempt_work.DescribeProcess(), Path({folder!r}) / "only.log"))
    messages = []
    while not messages or not isinstance(messages[-1], AttemptEnded):
        messages += executor.poll(10.0)

    def mine(context):
        return 1

    try:
        executor.start(Attempt("mine", mine, Path({folder!r}) / "mine.log"))
    except IvyError as error:
        print(error)
    print(json.dumps(messages[-1].value))
    executor.close()
"""


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_that_a_script_without_a_guard_is_run_once(tmp_path: Path, method: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(SCRIPT_WITHOUT_GUARD).format(support=str(SUPPORT), folder=str(tmp_path), method=method)
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=True)
    ran, refusal, described = done.stdout.splitlines()
    assert ran == "run"
    assert "defined in the script" in refusal
    assert json.loads(described)["main"] is None
    assert done.stderr == ""


def test_that_ctrl_c_of_the_terminal_does_not_reach_the_attempts(tmp_path: Path) -> None:
    lifelines = [Lifeline(tmp_path / name) for name in ("one", "two", "busy")]
    code = textwrap.dedent(PARENT).format(support=str(SUPPORT), folder=str(tmp_path), method="forkserver", preload=True)
    code = code.replace("import sys,", "import signal, sys,").replace(
        "folder = Path", "signal.signal(signal.SIGINT, lambda *_: print('heard', flush=True)); folder = Path"
    )
    with _running(code) as program:
        assert all(lifeline.wait_until_held(DEADLINE_S) for lifeline in lifelines)
        family = psutil.Process(program.pid).children(recursive=True)
        os.killpg(program.pid, signal.SIGINT)
        assert _read_line(program.stdout) == b"heard\n"
        assert all(process.is_running() for process in family)
    psutil.wait_procs(family, timeout=DEADLINE_S)
    for lifeline in lifelines:
        lifeline.close()


@contextmanager
def _running(code: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as program:
        try:
            yield program
        finally:
            program.kill()


def _read_line(stream: IO[bytes] | None) -> bytes:
    assert stream is not None
    readable, _, _ = select.select([stream], [], [], DEADLINE_S)
    assert readable
    return stream.readline()
