"""Rows for jobs that are about to be written down."""

from __future__ import annotations

from ..folders.identity import video_stamp
from ..models import PlannedJob
from ..store.records import JobRecord
from .planner import JobPlanner


def job_record(planner: JobPlanner, batch_id: str, position: int, planned: PlannedJob) -> JobRecord:
    """The row of a job, with its identity and the stamp of its video as they are now."""
    video = video_stamp(planned.job)
    identity = planner.identity(planned)
    inputs = {"identity": identity.model_dump(), "video": video.model_dump() if video is not None else None}
    return JobRecord(batch_id, planned.job, position, inputs=inputs)
