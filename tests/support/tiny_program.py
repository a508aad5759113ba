"""A program of its own that runs batches of tiny jobs: ``python tiny_program.py CASE.json run|resume|retry [JSON]``.

It prints every durable event as a line of JSON, and at the end how the batch stands.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from tiny_runner import TinyRunner

from image_velocimetry_tools.batch.config import RunSettings, ScaffoldConfig
from image_velocimetry_tools.batch.engine.batch_run import BatchRun
from image_velocimetry_tools.batch.engine.commands import retry
from image_velocimetry_tools.batch.engine.stop_control import StopControl
from image_velocimetry_tools.batch.folders.state_folder import state_folder
from image_velocimetry_tools.batch.labels import BatchLabels
from image_velocimetry_tools.batch.models import BatchJob, PlannedJob
from image_velocimetry_tools.batch.plan.planning import plan_job
from image_velocimetry_tools.batch.plan.scaffold_loader import ScaffoldLoader
from image_velocimetry_tools.batch.running.carrying_out import carry_out
from image_velocimetry_tools.batch.running.open_batch import OpenBatch, created_batch, taken_up_batch
from image_velocimetry_tools.batch.store.records import StoredEvent
from image_velocimetry_tools.domain.errors import IvyError


def planned_jobs(case: dict[str, Any], scaffold: ScaffoldConfig) -> list[PlannedJob]:
    """The jobs of a case: the name of each is that of its video, its value how it behaves."""
    videos = Path(case["videos"])
    planned = []
    for job_id, how in case["jobs"].items():
        changes = how if isinstance(how, dict) else {"comments": how}
        values = {"water_surface_elevation_m": 126.0, **changes}
        job = BatchJob(job_id, videos / f"{job_id}.mp4", **values)
        planned.append(plan_job(job, scaffold.scaffold)[0])
    return planned


def opened(case: dict[str, Any], what: str, changes: dict[str, Any]) -> AbstractContextManager[OpenBatch]:
    """The batch, written down or taken up."""
    if what == "run":
        scaffold = ScaffoldLoader().load(Path(case["scaffold"]))
        settings = RunSettings.model_validate({**case["settings"], **changes})
        jobs = planned_jobs(case, scaffold)
        return created_batch(scaffold, jobs, state_folder(Path(case["output"])), settings, BatchLabels())
    strict = bool(changes.pop("strict", False))
    return taken_up_batch(Path(case["output"]), changes=changes, strict=strict)


def tell(run: BatchRun, stored: StoredEvent) -> None:
    """Print an event, and how much memory this process holds."""
    event = stored.event
    if event.is_transient and event.type != "job_progressed":
        return
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    facts = {"event": event.type, "job_id": getattr(event, "job_id", ""), "resident_bytes": resident}
    facts |= {"attempt": getattr(event, "attempt", None), "pid": getattr(event, "pid", None)}
    facts |= {"reason": getattr(event, "reason", "") or getattr(event, "text", "")}
    print(json.dumps(facts), flush=True)


def main() -> int:
    case = json.loads(Path(sys.argv[1]).read_text())
    what, changes = sys.argv[2], json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}
    control = StopControl()
    signal.signal(signal.SIGINT, lambda number, frame: control.next_step())
    try:
        with opened(case, what, changes) as batch:
            if what == "retry":
                jobs = batch.store.jobs(batch.batch_id)
                batch.store.record_all(retry(batch.batch, jobs, starts=False).events)
            runner = TinyRunner(Path(case["marks"]), batch.planner.method)
            result = carry_out(batch, listener=tell, control=control, runner=runner)
            statuses = {one.job_id: str(one.status) for one in result.video_results}
            reasons = {one.job_id: one.error_message for one in result.video_results}
            print(json.dumps({"end": str(batch.batch.status), "jobs": statuses, "reasons": reasons}), flush=True)
    except IvyError as error:
        print(json.dumps({"refused": str(error)}), flush=True)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
