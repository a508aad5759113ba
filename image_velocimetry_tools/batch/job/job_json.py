"""A job as JSON and back, for the store and for the process that measures it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from ...domain.alpha import AlphaSource
from ...domain.video import Clip
from ..models import BatchJob

_CLIP_KEYS = frozenset(field.name for field in fields(Clip))
_JOB_KEYS = frozenset(field.name for field in fields(BatchJob))


def job_json(job: BatchJob) -> dict[str, Any]:
    """A job as values that JSON knows; :func:`job_from_json` gives an equal job."""
    values = {key: getattr(job, key) for key in _JOB_KEYS}
    values["video_path"] = str(job.video_path)
    values["clip"] = {key: getattr(job.clip, key) for key in _CLIP_KEYS}
    values["overrides"], values["extra"] = dict(job.overrides), dict(job.extra)
    return values


def job_from_json(values: Mapping[str, Any]) -> BatchJob:
    """The job that :func:`job_json` wrote; keys that only a later version of the program knows are left out."""
    known = {key: value for key, value in values.items() if key in _JOB_KEYS}
    known["video_path"] = Path(known["video_path"])
    known["alpha_source"] = AlphaSource(known.get("alpha_source", AlphaSource.GIVEN))
    clip = known.get("clip", {})
    known["clip"] = Clip(**{key: value for key, value in clip.items() if key in _CLIP_KEYS})
    return BatchJob(**known)
