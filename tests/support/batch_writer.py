"""A process that owns a batch and writes what would happen: ``python batch_writer.py OUTPUT_DIRECTORY EVENTS``.

It records as many steps of progress, ten a second, and then the end of the job and of the batch.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from image_velocimetry_tools.batch.config import ProcessingResult
from image_velocimetry_tools.batch.events import BatchCompleted, BatchStarted, JobCompleted, JobProgressed, JobStarted
from image_velocimetry_tools.batch.folders.owner_lock import OwnerLock
from image_velocimetry_tools.batch.folders.state_folder import find_state
from image_velocimetry_tools.batch.models import JobStatus
from image_velocimetry_tools.batch.store import BatchStore


def main(output_directory: Path, steps: int) -> None:
    state, batch_id = find_state(output_directory)
    with OwnerLock(state.own), BatchStore.open(state.database_url) as store:
        print("owned", flush=True)
        sys.stdin.readline()
        job = store.jobs(batch_id)[0]
        attempt = {"batch_id": batch_id, "job_id": job.job_id, "attempt": 1}
        store.record(BatchStarted(batch_id=batch_id))
        store.record(JobStarted(**attempt))
        for step in range(steps):
            store.record(JobProgressed(**attempt, stage="decode", fraction=step / steps))
            time.sleep(0.1)
        result = ProcessingResult(
            job_id=job.job_id, video_path=job.job.video_path, status=JobStatus.COMPLETED, total_discharge=2.5
        )
        store.record(JobCompleted(**attempt, result=result))
        store.record(BatchCompleted(batch_id=batch_id))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
