"""What is told about a batch or a job: a subject, some lines for people, an object for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ...plugins.hooks import BatchNews, JobNews
from .settings import NotifierEvent


@dataclass(frozen=True, slots=True)
class Message:
    """One message; ``content`` is JSON-compatible and has the lines as ``text``, where chat services look for them."""

    subject: str
    text: str
    content: Mapping[str, Any]


def about_batch(event: NotifierEvent, batch: BatchNews) -> Message:
    """What to say of a batch."""
    state = "has started" if event is NotifierEvent.BATCH_STARTED else f"is over: {batch.status}"
    subject = f"IVyTools: batch {batch.name} {state}"
    lines = [subject, f"Jobs: {_counts(batch) or 'none'}", f"Results: {batch.output_directory}"]
    return _message(event, subject, lines, batch)


def about_job(event: NotifierEvent, job: JobNews) -> Message:
    """What to say of a job."""
    state = f"started, attempt {job.attempt}" if event is NotifierEvent.JOB_STARTED else job.status
    subject = f"IVyTools: job {job.job_id} of {job.batch.name} {state}"
    discharge = job.result.get("total_discharge")
    lines = [
        subject,
        job.message,
        f"Discharge: {discharge:.4g} m³/s" if isinstance(discharge, int | float) else "",
        f"Quality: {job.result['quality']}" if job.result.get("quality") else "",
        f"Video: {job.video_url or job.video_path}",
        f"Results: {job.batch.output_directory}",
    ]
    facts = {
        "job_id": job.job_id,
        "status": job.status,
        "attempt": job.attempt,
        "video_path": job.video_url or str(job.video_path),
        "message": job.message,
        "result": job.result,
    }
    return _message(event, subject, lines, job.batch, facts)


def _message(
    event: NotifierEvent, subject: str, lines: list[str], batch: BatchNews, job: Mapping[str, Any] | None = None
) -> Message:
    text = "\n".join(line for line in lines if line)
    content: dict[str, Any] = {
        "event": event.value,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "text": text,
        "batch": {
            "batch_id": batch.batch_id,
            "name": batch.name,
            "status": batch.status,
            "output_directory": str(batch.output_directory),
            "counts": dict(batch.counts),
        },
    }
    if job is not None:
        content["job"] = job
    return Message(subject, text, _jsonable(content))


def _counts(batch: BatchNews) -> str:
    return ", ".join(f"{number} {status}" for status, number in batch.counts.items() if number)


def _jsonable(value: Any) -> Any:
    """JSON has no NaN, and figures may come as NumPy scalars or paths."""
    if isinstance(value, Mapping):
        return {str(key): _jsonable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(part) for part in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    try:
        json.dumps(value)
    except TypeError:
        return str(value)
    return value
