"""A batch of jobs that do nothing, run by the real engine: ``python -m harness.batches FOLDER COUNT REPORT``."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .processes import REPOSITORY

if TYPE_CHECKING:
    from image_velocimetry_tools.batch.config import ScaffoldConfig
    from image_velocimetry_tools.batch.job.result import JobResult
    from image_velocimetry_tools.batch.models import PlannedJob

_EARLY_JOB = 100


def idle_batch() -> dict[str, str]:
    """The environment in which the module can be run, and in which the processes of jobs find it."""
    return {"PYTHONPATH": os.pathsep.join([str(REPOSITORY / "benchmarks"), str(REPOSITORY)])}


class IdleRunner:
    """Writes the folder of a job with a result in it, and measures nothing."""

    def execute(self, job: Any, scaffold: Any, jobs_directory: Path, **options: Any) -> JobResult:
        """Leave a result as a measurement does: partial folder, manifest, flush, rename."""
        from image_velocimetry_tools.batch.folders.identity import MethodChoice, identity_of, stamp
        from image_velocimetry_tools.batch.folders.job_folder import job_folder
        from image_velocimetry_tools.batch.folders.manifest import write_manifest
        from image_velocimetry_tools.batch.job.result import JobResult, Quality, Timings, Uncertainty
        from image_velocimetry_tools.batch.models import PlannedJob

        result = JobResult.model_construct(
            job_id=job.job_id,
            status="completed",
            discharge_m3s=1.0,
            area_m2=1.0,
            mean_velocity_mps=1.0,
            max_surface_velocity_mps=1.0,
            measured_discharge_fraction=1.0,
            uncertainty=Uncertainty(iso_u95=1.0, ive_u95=1.0),
            quality=Quality(verdict="good"),
            timings_s=Timings(decode=0.0, rectify=0.0, velocimetry=0.0, discharge=0.0, total=0.0),
        )
        identity = identity_of(PlannedJob(job, scaffold), MethodChoice(), plots=False)
        video = stamp(job.video_path)
        assert video is not None
        with job_folder(jobs_directory, job.job_id, options["attempt"]) as folder:
            (folder / f"{job.job_id}.json").write_text(result.model_dump_json(), encoding="utf-8")
            write_manifest(folder, job.job_id, options["attempt"], identity, {"video": video})
        return result


def _plan(folder: Path, count: int) -> tuple[ScaffoldConfig, list[PlannedJob]]:
    from image_velocimetry_tools.batch.models import BatchJob, PlannedJob
    from image_velocimetry_tools.batch.plan.scaffold_loader import ScaffoldLoader

    site = ScaffoldLoader().load(REPOSITORY / "batch_test_data" / "inputs" / "scaffold_project.ivy")
    video = folder / "clip.mp4"
    video.write_bytes(b"nobody looks into it")
    level = site.scaffold.water_surface_elevation_m
    return site, [PlannedJob(BatchJob(f"job_{i:04d}", video, level), site.scaffold) for i in range(count)]


def _resident_mb() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss / 2**20)


def _run(folder: Path, count: int) -> dict[str, float]:
    from image_velocimetry_tools.batch.config import RunSettings
    from image_velocimetry_tools.batch.engine.batch_run import BatchRun
    from image_velocimetry_tools.batch.engine.engine import start_or_resume
    from image_velocimetry_tools.batch.folders.state_folder import state_folder
    from image_velocimetry_tools.batch.labels import BatchLabels
    from image_velocimetry_tools.batch.running.carrying_out import engine_for
    from image_velocimetry_tools.batch.running.open_batch import created_batch

    site, jobs = _plan(folder, count)
    settings = RunSettings(jobs=1, plots=False)
    ended, memory_mb = 0, {}

    def listen(run: BatchRun, stored: Any) -> None:
        nonlocal ended
        if stored.event.type == "job_completed":
            ended += 1
            if ended in (min(_EARLY_JOB, count), count):
                memory_mb[ended] = _resident_mb()

    with created_batch(site, jobs, state_folder(folder / "out"), settings, BatchLabels()) as opened:
        started = time.perf_counter()
        with engine_for(settings, IdleRunner()) as engine:
            run = BatchRun(opened.store, opened.batch_id, opened.planner, opened.state, listen)
            start_or_resume(run)
            engine.add(run)
            engine.run()
        seconds = time.perf_counter() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    early = memory_mb[min(_EARLY_JOB, count)]
    return {"seconds": seconds, "peak_mb": peak_mb, "early_mb": early, "late_mb": memory_mb[count], "jobs": ended}


if __name__ == "__main__":
    # the runner must have a name that the processes of jobs can import
    import harness.batches as module

    figures = module._run(Path(sys.argv[1]), int(sys.argv[2]))
    Path(sys.argv[3]).write_text(json.dumps(figures), encoding="utf-8")
