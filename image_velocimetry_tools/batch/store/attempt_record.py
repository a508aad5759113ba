"""What the store keeps of one attempt at a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..models import JobStatus


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt; ``outcome`` is None while it runs, ``memory_bytes`` what was reserved for it."""

    number: int
    started: datetime
    finished: datetime | None = None
    outcome: JobStatus | None = None
    reason: str = ""
    threads: int = 1
    memory_bytes: int | None = None
    peak_memory_bytes: int | None = None
    host: str = ""
    log_tail: tuple[str, ...] = ()
