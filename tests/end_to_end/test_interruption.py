"""The real program stopped by real signals in the middle of real measurements, and taken up again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from known_rivers import LEVEL_M, film, mill_site, mill_video, write_settings
from stand_in_results import summary_rows

import image_velocimetry_tools
from image_velocimetry_tools.demo import flow_truth

pytestmark = pytest.mark.slow

JOBS = 3
DEADLINE_S = 90.0
MARK = "IVYTOOLS_INTERRUPTION_TEST"


class Program:
    """``ivytools-batch`` as a process; it is ended when its test hangs."""

    def __init__(self, folder: Path, *arguments: object) -> None:
        root = Path(image_velocimetry_tools.__file__).parents[1]
        environment = {**os.environ, "PYTHONPATH": str(root), MARK: str(folder)}
        code = "from image_velocimetry_tools.cli.main import main; main()"
        command = [sys.executable, "-c", code, *map(str, arguments)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment)
        self._watchdog = threading.Timer(DEADLINE_S, self.process.kill)
        self._watchdog.start()

    def events(self) -> Iterator[dict[str, Any]]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield json.loads(line)

    def wait_for(self, kind: str, **facts: object) -> dict[str, Any]:
        for event in self.events():
            if event.get("type") == kind and all(event.get(name) == value for name, value in facts.items()):
                return event
        raise AssertionError(f"no {kind} came")

    def end(self) -> tuple[int, str]:
        _, errors = self.process.communicate()
        self._watchdog.cancel()
        return self.process.returncode, errors


class Case:
    """A site, a film and three jobs of it, measured one at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "out"
        write_settings(mill_site(), folder / "site.ivy")
        film(mill_site(), mill_video(), folder / "mill.mp4")
        rows = [f"mill.mp4,{LEVEL_M}"] * JOBS
        (folder / "jobs.csv").write_text("\n".join(["video_path,water_surface_elevation", *rows]))

    def run(self) -> Program:
        places = (self.folder / "site.ivy", self.folder / "jobs.csv", "--output", self.out)
        return Program(self.folder, "run", *places, "--jobs", "1", "--no-plots", "--json")

    def resume(self) -> tuple[int, str]:
        return Program(self.folder, "resume", self.out, "--quiet").end()

    @property
    def statuses(self) -> list[str]:
        return [row["status"] for row in summary_rows(self.out)]

    @property
    def leftovers(self) -> list[str]:
        return [path.name for path in (self.out / "jobs").glob("*.*")]

    def processes(self) -> list[int]:
        """Whatever still lives of the programs of this case."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == str(self.folder) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process.pid)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def assert_complete(case: Case) -> None:
    assert case.statuses == ["completed"] * JOBS
    discharges = [float(row["discharge"]) for row in summary_rows(case.out)]
    assert set(discharges) == {discharges[0]}
    assert discharges[0] == pytest.approx(flow_truth(mill_site(), mill_video()).discharge_m3s, rel=0.015)
    assert case.leftovers == []
    assert case.processes() == []


def test_that_ctrl_c_finishes_the_running_job_and_resume_the_rest(case: Case) -> None:
    program = case.run()
    program.wait_for("job_started", job_id="job_001")
    program.process.send_signal(signal.SIGINT)
    assert program.end() == (130, "")
    assert case.statuses == ["completed", "pending", "pending"]
    assert (case.leftovers, case.processes()) == ([], [])
    first = (case.out / "jobs" / "job_001" / "job_001.json").read_bytes()
    assert case.resume() == (0, "")
    assert (case.out / "jobs" / "job_001" / "job_001.json").read_bytes() == first
    assert_complete(case)


def test_that_a_second_ctrl_c_cancels_and_resume_still_does_what_was_not_done(case: Case) -> None:
    program = case.run()
    program.wait_for("job_progressed", job_id="job_002")
    program.process.send_signal(signal.SIGINT)
    program.wait_for("batch_pausing")
    program.process.send_signal(signal.SIGINT)
    assert program.end() == (130, "")
    assert case.statuses[0] == "completed"
    # the running job may have been about to finish
    assert case.statuses[1] in ("cancelled", "completed")
    assert case.statuses[2] == "skipped"
    assert (case.leftovers, case.processes()) == ([], [])
    assert case.resume() == (0, "")
    assert_complete(case)


def test_that_a_request_to_terminate_ends_the_running_job_which_runs_again(case: Case) -> None:
    program = case.run()
    program.wait_for("job_progressed", job_id="job_001")
    program.process.send_signal(signal.SIGTERM)
    assert program.end() == (130, "")
    assert case.statuses == ["interrupted", "pending", "pending"]
    assert (case.leftovers, case.processes()) == ([], [])
    assert case.resume() == (0, "")
    assert_complete(case)
