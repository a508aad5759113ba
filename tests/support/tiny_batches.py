"""Batches of tiny jobs in processes of their own, driven and looked at by tests of crashes."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil

from image_velocimetry_tools.batch.faults import VARIABLE
from image_velocimetry_tools.batch.following.from_outside import Standing, standing
from image_velocimetry_tools.batch.models import JobStatus

SUPPORT = Path(__file__).parent
SCAFFOLD = SUPPORT.parents[1] / "batch_test_data" / "inputs" / "scaffold_project.ivy"
DEADLINE_S = 60.0
_MARK = "IVYTOOLS_TINY_BATCH"
QUICK = {"jobs": 2, "threads": 1, "plots": False, "retry_delay_s": 0.05, "memory_limit": None}


def until(check: Callable[[], Any], what: str, deadline_s: float = DEADLINE_S) -> Any:
    """Wait for something of another process; fails loudly when it does not come."""
    end_s = time.monotonic() + deadline_s
    while time.monotonic() < end_s:
        found = check()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"it did not happen in {deadline_s:g} s: {what}")


class Program:
    """A running program; its lines arrive in a queue."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            command, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[dict[str, Any]] = []
        self.text: list[str] = []
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(line)
        self._queue.put(None)

    def wait_for(self, event: str, job_id: str | None = None, count: int = 1) -> dict[str, Any]:
        """The ``count``-th event of a kind (of a job) from now on."""
        end_s = time.monotonic() + DEADLINE_S
        while True:
            line = self._next(end_s)
            assert line is not None, f"no {event} came:\n{''.join(self.text)}"
            is_it = line.get("event") == event and job_id in (None, line.get("job_id"))
            count -= is_it
            if is_it and count == 0:
                return line

    def end(self) -> dict[str, Any]:
        """The last line, when the program has ended."""
        end_s = time.monotonic() + DEADLINE_S
        while self._next(end_s) is not None:
            pass
        self.process.wait(DEADLINE_S)
        return self.lines[-1] if self.lines else {}

    def _next(self, end_s: float) -> dict[str, Any] | None:
        try:
            line = self._queue.get(timeout=max(0.0, end_s - time.monotonic()))
        except queue.Empty:
            raise AssertionError(f"nothing more came:\n{''.join(self.text)}") from None
        if line is None:
            return None
        return self._take(line)

    def said(self) -> str:
        """Everything that it has printed up to now."""
        with contextlib.suppress(queue.Empty):
            while (line := self._queue.get_nowait()) is not None:
                self._take(line)
            self._queue.put(None)
        return "".join(self.text)

    def _take(self, line: str) -> dict[str, Any]:
        self.text.append(line)
        self.lines.append(json.loads(line) if line.startswith("{") else {"text": line})
        return self.lines[-1]

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line.get("event") == kind]


class TinyBatch:
    """A batch in a folder, which programs run, resume and kill."""

    def __init__(self, folder: Path, jobs: Mapping[str, Any] | int, /, **settings: Any) -> None:
        self.folder, self.output = folder, folder / "out"
        self.marks, self.videos = folder / "marks", folder / "videos"
        for place in (self.marks, self.videos):
            place.mkdir(parents=True, exist_ok=True)
        self.scaffold = folder / "site.ivy"
        if not self.scaffold.exists():
            self.scaffold.write_bytes(SCAFFOLD.read_bytes())
        self._id = uuid.uuid4().hex
        self.programs: list[Program] = []
        self.describe(jobs if isinstance(jobs, Mapping) else {f"j{n}": "" for n in range(1, jobs + 1)}, **settings)

    def describe(self, jobs: Mapping[str, Any], /, **settings: Any) -> None:
        """Say which jobs there are and how they are run from now on."""
        self.jobs = dict(jobs)
        for job_id in jobs:
            video = self.videos / f"{job_id}.mp4"
            if not video.exists():
                video.write_bytes(f"film of {job_id}".encode())
        places = {name: str(getattr(self, name)) for name in ("output", "marks", "videos", "scaffold")}
        case = {**places, "jobs": self.jobs, "settings": {**QUICK, **settings}}
        (self.folder / "case.json").write_text(json.dumps(case))

    def start(self, what: str = "run", *, fault: str = "", **changes: Any) -> Program:
        """Start a program that runs, resumes or retries the batch."""
        environment = {**os.environ, _MARK: self._id, "PYTHONPATH": str(SUPPORT)}
        environment.pop(VARIABLE, None)
        if fault:
            environment[VARIABLE] = fault
        command = [sys.executable, str(SUPPORT / "tiny_program.py"), str(self.folder / "case.json"), what]
        self.programs.append(Program([*command, json.dumps(changes)], environment))
        return self.programs[-1]

    def finish(self, what: str = "run", *, fault: str = "", **changes: Any) -> dict[str, Any]:
        """Run a program to its end."""
        return self.start(what, fault=fault, **changes).end()

    def go(self) -> None:
        """Let the jobs that wait go on."""
        (self.marks / "go").touch()

    def kill(self, program: Program) -> None:
        """kill -9, and wait until everything it had started is gone."""
        program.process.send_signal(signal.SIGKILL)
        program.process.wait(DEADLINE_S)
        self.wait_until_nothing_runs()

    def wait_until_nothing_runs(self) -> None:
        until(lambda: not self.processes(), "every process of the batch is gone", 20.0)

    def processes(self) -> list[psutil.Process]:
        """Whatever lives of the batch: programs, servers, children, grandchildren."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(_MARK) == self._id and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def close(self) -> None:
        for process in self.processes():
            process.kill()

    # what there is

    @property
    def standing(self) -> Standing:
        return standing(self.output)

    def statuses(self) -> dict[str, JobStatus]:
        return {job.job_id: job.status for job in self.standing.jobs}

    def attempts(self) -> Counter[str]:
        """How often the measurement of each job began."""
        return self._counted("begun")

    def measured(self) -> Counter[str]:
        """How often each job was measured to its end."""
        return self._counted("done")

    def marked(self, name: str) -> list[str]:
        path = self.marks / name
        return path.read_text().splitlines() if path.exists() else []

    def _counted(self, name: str) -> Counter[str]:
        return Counter(line.split()[0] for line in self.marked(name))

    def results(self) -> dict[str, Any]:
        """The results, but for the time they took."""
        found = {}
        for path in sorted((self.output / "jobs").glob("*/*.json")):
            if path.stem == path.parent.name:
                found[path.stem] = {k: v for k, v in json.loads(path.read_text()).items() if k != "timings_s"}
        return found

    def stamps(self) -> dict[str, tuple[int, int]]:
        """Which result files there are; one that is written again has another stamp."""
        found = (path for path in (self.output / "jobs").glob("*/*.json") if path.stem == path.parent.name)
        return {path.stem: ((status := path.stat()).st_ino, status.st_mtime_ns) for path in found}

    def leftovers(self) -> list[str]:
        return sorted(path.name for path in (self.output / "jobs").glob("*") if "." in path.name)

    def summary(self) -> dict[str, str]:
        """Status of every job in the summary."""
        import csv

        with (self.output / "batch_summary.csv").open(encoding="utf-8-sig", newline="") as stream:
            return {row["job_id"]: row["status"] for row in csv.DictReader(stream)}

    def errors(self) -> str:
        return (self.output / "errors.log").read_text(encoding="utf-8")
