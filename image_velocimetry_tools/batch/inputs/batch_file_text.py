"""Files of settings written for people: every key with what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from ...formats.atomic_file import write_bytes
from ...formats.jobs.batch_yaml import YamlEntry, format_yaml_settings
from ...formats.jobs.durations import format_duration
from ..config import RunSettings
from .batch_file import RUN_KEYS, BatchFile, FolderInput, file_keys

_FIELDS = {key: field for field, key in RUN_KEYS.items()}
_RUN_COMMENTS = {
    "plots": "draw the section and the space-time images of every job",
    "save_projects": "save a project per job that opens in the desktop application",
    "stop_on_first_failure": "skip what comes after the first job that fails",
    "force": "measure again what is up to date",
    "strict": "refuse to go on where doubt would otherwise only be said",
    "method": "velocimetry method; 'ivytools-batch plugins list' names them",
    "executor": "where jobs run; 'ivytools-batch plugins list' names them",
    "hooks": "what is told of the events of the batch, such as [notify]",
    "jobs": "jobs at a time, or auto: by cores and memory",
    "threads": "cores of each job; shared out if left out",
    "memory_limit": "memory for all jobs together, such as 4GB or 75%",
    "job_timeout_s": "longest time of a job, such as 90, 15m or 2h",
    "no_progress_timeout_s": "longest time without any progress of a job",
    "batch_timeout_s": "longest time of the batch; running jobs are ended then",
    "max_retries": "how often a job is tried again when the cause of its failure can pass",
    "retry_delay_s": "pause before the first of these; it doubles each time",
    "start_at": "when to begin, such as 2026-05-14 22:00",
}
#: What stands behind keys that are only shown, where the default would tell nothing.
_EXAMPLES: dict[str, Any] = {
    "scaffold": "site.ivy", "jobs_csv": "jobs.csv", "validity": "validity.csv", "output": "results", "name": "May 2024",
    "description": "floods of the spring", "state_dir": "/var/lib/ivytools", "database_url": "postgresql://user@host/ivy",
    "hooks": ["notify"], "threads": 2, "memory_limit": "4GB", "job_timeout": "15m", "batch_timeout": "8h",
    "start_at": "2026-05-14 22:00", "path": "videos", "pattern": "*.mp4", "wse": 318.2, "stage_record": "stage.rdb",
    "column": "gage_height", "timezone": "America/Chicago", "start_time": "0:05", "end_time": "0:20",
    "method_settings": {"klt": {}}, "executor_settings": {"dask": {"scheduler": "tcp://host:8786"}},
    "hook_settings": {"notify": {"webhook_url": "https://example.org/hook"}},
}  # fmt: skip
_TITLE = "Settings of a batch of IVyTools. Relative paths start at the folder of this file."


def example_batch_yaml() -> str:
    """A file that shows every key with its meaning; nothing in it is active."""
    return format_batch_yaml(BatchFile(), every_key=True)


def format_batch_yaml(batch: BatchFile, *, every_key: bool = False) -> str:
    """Text of a file with what was given; with ``every_key`` the others are shown in comments.

    A password in the URL of the database is left out: a file is copied and shown, and PostgreSQL has better places for
    it (``PGPASSWORD``, ``~/.pgpass``).
    """
    entries = _entries(batch.given(), file_keys(), BatchFile, every_key)
    return format_yaml_settings(entries, _TITLE)


def write_batch_yaml(path: Path, batch: BatchFile, *, every_key: bool = False) -> None:
    """Write that file atomically.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_bytes(path, format_batch_yaml(batch, every_key=every_key).encode("utf-8"))


def _entries(
    given: Mapping[str, Any], keys: tuple[str, ...], model: type[BaseModel], every_key: bool
) -> tuple[YamlEntry, ...]:
    entries = []
    for key in keys:
        is_given = key in given and given[key] is not None
        # A given null is a word too: no limit, where the default has one.
        if key in given or every_key:
            inner: tuple[YamlEntry, ...] = ()
            if key == "folder":
                section = given["folder"] if is_given else {}
                inner = _entries(section, file_keys("folder"), FolderInput, every_key or not is_given)
            value = _plain(key, given[key]) if key in given else _shown(key, model)
            entries.append(YamlEntry(key, value, comment_of(key, model), key in given, inner))
    return tuple(entries)


def comment_of(key: str, model: type[BaseModel] = BatchFile) -> str:
    """What a key means."""
    field = _FIELDS.get(key, "max_gap_min" if key == "max_gap" else key)
    if model is BatchFile and key in _FIELDS:
        return RunSettings.model_fields[field].description or _RUN_COMMENTS[field]
    return model.model_fields[field].description or ""


def _shown(key: str, model: type[BaseModel]) -> Any:
    if key in _EXAMPLES:
        return _EXAMPLES[key]
    owner, field = (RunSettings, _FIELDS[key]) if model is BatchFile and key in _FIELDS else (model, key)
    default = owner.model_fields["max_gap_min" if field == "max_gap" else field].get_default(call_default_factory=True)
    return _plain(key, None if default is PydanticUndefined else default)


def _plain(key: str, value: Any) -> Any:
    """The value as YAML writes it."""
    if value is None:
        return None
    if key == "max_gap":
        return format_duration(60.0 * value)
    if _FIELDS.get(key, "").endswith("_s"):
        return format_duration(value)
    if key == "database_url":
        return re.sub(r"(://[^/:@]*):[^/@]*@", r"\1@", str(value))
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, Mapping):
        return {name: _plain("", part) for name, part in value.items()}
    return [_plain("", part) for part in value] if isinstance(value, list | tuple) else value
