"""A job that measures nothing but leaves a folder as real ones do, and misbehaves if its comment says so.

It is sent to other processes, so it lies in a module of its own.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from image_velocimetry_tools.batch.faults import VARIABLE
from image_velocimetry_tools.batch.folders.identity import MethodChoice, identity_of, sha256_of, stamp
from image_velocimetry_tools.batch.folders.job_folder import job_folder
from image_velocimetry_tools.batch.folders.manifest import write_manifest
from image_velocimetry_tools.batch.job.result import JobResult, Quality, Uncertainty
from image_velocimetry_tools.batch.models import BatchJob, PlannedJob
from image_velocimetry_tools.domain.errors import Cancelled, VideoError
from image_velocimetry_tools.domain.scaffold import Scaffold

CHILD_FAULTS = ("outputs_written", "before_rename", "old_moved", "renamed")


@dataclass(frozen=True, slots=True)
class TinyRunner:
    """Stands in for what measures.

    Parameters
    ----------
    marks
        Folder for what tests look at: ``begun`` and ``done`` have a line per attempt, ``go`` lets jobs that wait go on.
    method
        The method of the batch, as the identity of a result has it.
    """

    marks: Path
    method: MethodChoice

    def execute(
        self,
        job: BatchJob,
        scaffold: Scaffold,
        jobs_directory: Path,
        *,
        plots: bool = True,
        save_project: bool = False,
        attempt: int = 1,
        progress: Callable[[str, float], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> JobResult:
        self._let_only_the_first_child_die()
        self._mark("begun", f"{job.job_id} {attempt} {os.getpid()}")
        if progress is not None:
            progress("decode", 0.5)
        behaviour, _, only_at = (job.comments or "").partition("@")
        if behaviour and (not only_at or int(only_at) == attempt):
            name, _, argument = behaviour.partition(":")
            _BEHAVIOURS[name](self, argument, cancel or (lambda: False))
        planned = PlannedJob(job, scaffold)
        identity = identity_of(planned, self.method, plots=plots, save_project=save_project)
        video = stamp(job.video_path)
        if video is None:
            raise VideoError("the video is gone", where=str(job.video_path))
        video = video.model_copy(update={"sha256": sha256_of(job.video_path)})
        self._mark("done", f"{job.job_id} {attempt}")
        with job_folder(jobs_directory, job.job_id, attempt) as folder:
            if plots:
                (folder / "plot.png").write_bytes(b"a plot")
            (folder / f"{job.job_id}.json").write_text(json.dumps(_content(job)), encoding="utf-8")
            write_manifest(folder, job.job_id, attempt, identity, {"video": video})
        return _measured(job)

    def _let_only_the_first_child_die(self) -> None:
        """Every process counts its faults by itself; without this each attempt would end at the same point."""
        if os.environ.get(VARIABLE, "").partition(":")[0] not in CHILD_FAULTS:
            return
        try:
            os.close(os.open(self.marks / "died", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            os.environ.pop(VARIABLE)

    def _mark(self, name: str, line: str) -> None:
        with (self.marks / name).open("a", encoding="utf-8") as stream:
            stream.write(f"{line}\n")

    # bad manners

    def wait_for_go(self, argument: str, cancel: Callable[[], bool]) -> None:
        while not (self.marks / "go").exists():
            if cancel():
                raise Cancelled
            time.sleep(0.01)

    def hang_deaf(self, argument: str, cancel: Callable[[], bool]) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self._mark("deaf", str(os.getpid()))
        threading.Event().wait()

    def leave_a_grandchild(self, argument: str, cancel: Callable[[], bool]) -> None:
        child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
        self._mark("grandchildren", str(child.pid))
        os._exit(3)

    def segfault(self, argument: str, cancel: Callable[[], bool]) -> None:
        print("about to read where nothing is", flush=True)
        ctypes.string_at(0)

    def exit_at_once(self, argument: str, cancel: Callable[[], bool]) -> None:
        os._exit(int(argument))

    def eat_memory(self, argument: str, cancel: Callable[[], bool]) -> None:
        """Take so many MB; with ``address-space`` after a limit of the process's own."""
        size, _, kind = argument.partition(":")
        if kind == "limited":
            import resource

            used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
            resource.setrlimit(resource.RLIMIT_AS, (used + 50_000_000, resource.RLIM_INFINITY))
        held = [b"\1" * 10_000_000 for _ in range(int(size) // 10)]
        self._mark("fed", str(len(held)))
        threading.Event().wait()

    def find_the_disk_full(self, argument: str, cancel: Callable[[], bool]) -> None:
        if not (self.marks / "space").exists():
            raise OSError(errno.ENOSPC, "No space left on device")

    def fail(self, argument: str, cancel: Callable[[], bool]) -> None:
        raise VideoError("the film is of another river", remedy="Take the right one", stage="decode")

    def trip(self, argument: str, cancel: Callable[[], bool]) -> None:
        raise OSError(errno.EIO, "the share was away for a moment")


_BEHAVIOURS: dict[str, Callable[[TinyRunner, str, Callable[[], bool]], None]] = {
    "wait": TinyRunner.wait_for_go,
    "hang": TinyRunner.hang_deaf,
    "orphan": TinyRunner.leave_a_grandchild,
    "segfault": TinyRunner.segfault,
    "exit": TinyRunner.exit_at_once,
    "eat": TinyRunner.eat_memory,
    "full": TinyRunner.find_the_disk_full,
    "fail": TinyRunner.fail,
    "trip": TinyRunner.trip,
}


def _measured(job: BatchJob) -> JobResult:
    discharge = job.water_surface_elevation_m * job.alpha
    return JobResult.model_construct(
        job_id=job.job_id,
        status="completed",
        discharge_m3s=discharge,
        area_m2=4.0,
        mean_velocity_mps=discharge / 4.0,
        max_surface_velocity_mps=0.9,
        measured_discharge_fraction=0.95,
        uncertainty=Uncertainty(iso_u95=6.5, ive_u95=8.25),
        quality=Quality(verdict="good", reasons=()),
    )


def _content(job: BatchJob) -> dict[str, Any]:
    measured = _measured(job)
    return {
        "job_id": job.job_id,
        "discharge_m3s": measured.discharge_m3s,
        "area_m2": measured.area_m2,
        "mean_velocity_mps": measured.mean_velocity_mps,
        "max_surface_velocity_mps": measured.max_surface_velocity_mps,
        "measured_discharge_fraction": measured.measured_discharge_fraction,
        "uncertainty": {"iso_u95": 6.5, "ive_u95": 8.25},
        "quality": {"verdict": "good", "reasons": []},
        "timings_s": {"total": 0.01},
    }
