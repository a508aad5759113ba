"""More pieces of work for tests of executors: what they find in their process, and bad manners of rarer kinds."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from image_velocimetry_tools.plugins.executors import WorkContext


class DescribeProcess:
    """Returns what matters about the process that it runs in."""

    def __call__(self, context: WorkContext) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "parent": os.getppid(),
            "session": os.getsid(0),
            "directory": os.getcwd(),
            "modules": [
                name for name in ("numpy", "cv2", "av", "sqlalchemy", "fastapi", "PyQt5") if name in sys.modules
            ],
            "ignores_interrupt": signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
            "terminates": signal.getsignal(signal.SIGTERM) is signal.SIG_DFL,
            "open_files": sorted(os.readlink(f"/proc/self/fd/{name}") for name in _open_descriptors()),
            "main": getattr(sys.modules["__main__"], "__file__", None),
        }


def _open_descriptors() -> list[str]:
    return [name for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")]


class CountThreads:
    """Loads the numerics and returns how many threads each library would use."""

    def __call__(self, context: WorkContext) -> dict[str, Any]:
        import cv2
        import numpy as np
        from threadpoolctl import threadpool_info

        np.linalg.inv(np.eye(200))
        pools = {pool["num_threads"] for pool in threadpool_info()}
        return {"pools": sorted(pools), "cv2": cv2.getNumThreads(), "environment": os.environ["OMP_NUM_THREADS"]}


@dataclass(frozen=True, slots=True)
class FloodWithStages:
    """Tells a new stage as fast as it can, for ever; thinning does not hold back new stages."""

    lifeline: Path

    def __call__(self, context: WorkContext) -> None:
        with self.lifeline.open("wb", buffering=0) as line:
            line.write(b"\0")
            number = 0
            while True:
                number += 1
                context.progress(f"stage {number}", 0.0)


class HangInUnpickling:
    """Takes for ever to arrive in the other process."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _wait_for_ever, ()


def _wait_for_ever() -> None:
    threading.Event().wait()


@dataclass(frozen=True, slots=True)
class StopItself:
    """Stops like a process under a debugger: asks and SIGTERM wait, SIGKILL does not."""

    lifeline: Path

    def __call__(self, context: WorkContext) -> None:
        with self.lifeline.open("wb", buffering=0) as line:
            line.write(b"\0")
            os.kill(os.getpid(), signal.SIGSTOP)
            threading.Event().wait()


@dataclass(frozen=True, slots=True)
class UseMemory:
    """Fills so much memory, then dies at once."""

    size_bytes: int

    def __call__(self, context: WorkContext) -> None:
        block = b"\1" * self.size_bytes
        os._exit(len(block) % 7 + 1)


@dataclass(frozen=True, slots=True)
class HoldInterpreter:
    """Keeps every other thread of its process from running, as badly written numerics do."""

    lifeline: Path

    def __call__(self, context: WorkContext) -> None:
        with self.lifeline.open("wb", buffering=0) as line:
            line.write(b"\0")
            sys.setswitchinterval(1e6)
            while time.monotonic() >= 0.0:
                pass
