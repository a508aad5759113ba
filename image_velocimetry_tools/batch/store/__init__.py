"""The durable state of batches: jobs, attempts and a numbered log of events, in SQLite or PostgreSQL."""

from __future__ import annotations

from ..folders.state_folder import sqlite_url
from .attempt_record import AttemptRecord
from .errors import NotFoundError, StoreError
from .records import BatchRecord, JobRecord, StoredEvent
from .store import BatchStore

__all__ = [
    "AttemptRecord",
    "BatchRecord",
    "BatchStore",
    "JobRecord",
    "NotFoundError",
    "StoreError",
    "StoredEvent",
    "sqlite_url",
]
