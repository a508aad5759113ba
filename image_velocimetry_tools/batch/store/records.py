"""What the store holds, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ..config import ProcessingResult, RunSettings
from ..events import AnyEvent
from ..models import BatchJob, BatchStatus, JobStatus


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A batch without its jobs. ``inputs`` are stamps of its files (scaffold) when it was created."""

    batch_id: str
    name: str
    output_directory: Path
    scaffold_path: Path
    settings: RunSettings
    status: BatchStatus = BatchStatus.CREATED
    description: str = ""
    priority: int = 5
    owner: str = ""
    display_units: str = "Metric"
    inputs: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    created: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job as it stands.

    ``attempt`` is the number of attempts begun; ``retries`` counts the automatic ones since the job was last asked for
    by hand. ``pid``, ``pid_created`` and ``host`` tell where a running attempt runs. ``estimate`` is what admission
    knows of the job, ``inputs`` the stamps of its files when it was planned. ``result`` is what came of the last
    attempt.
    """

    batch_id: str
    job: BatchJob
    position: int
    status: JobStatus = JobStatus.PENDING
    priority: int = 5
    stage: str = ""
    fraction: float = 0.0
    attempt: int = 0
    retries: int = 0
    not_before: datetime | None = None
    memory_bytes: int | None = None
    runs_alone: bool = False
    host: str = ""
    pid: int | None = None
    pid_created: float | None = None
    reason: str = ""
    result: ProcessingResult | None = None
    estimate: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    started: datetime | None = None
    finished: datetime | None = None
    peak_memory_bytes: int | None = None
    log_tail: tuple[str, ...] = ()

    @property
    def job_id(self) -> str:
        """Name of the job within its batch."""
        return self.job.job_id


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its number in the log; numbers only grow."""

    number: int
    event: AnyEvent
