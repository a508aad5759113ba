"""What makes a result what it is: fingerprints of parameters, and stamps of the files that went in.

Two fingerprints are kept per job, so that a recomputation knows what is still good: ``velocity`` covers everything up
to the surface velocities, ``discharge`` what is made of them. The video is not part of them: it is stamped.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from ...domain.scaffold import Scaffold
from ..models import BatchJob, PlannedJob

MEASUREMENT_VERSION = 2
"""Raised whenever the measurement itself gives other figures for the same inputs."""

_BLOCK_BYTES = 1 << 20
_LABELS = ("title", "measurement_number", "measurement_date", "measurement_time", "gage_height", "comments")
# the section decides where the points lie, so it belongs to the velocities too
_NOT_VELOCITY = frozenset({
    "source_path", "project", "comments", "alpha", "is_alpha_set", "calibration_image", "display_units", "measured_on",
})  # fmt: skip


class FileStamp(BaseModel):
    """A file as it was; the hash is None where nobody has read the whole file yet."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    path: str
    size_bytes: int
    mtime_ns: int = 0
    sha256: str | None = None


class JobIdentity(BaseModel):
    """Fingerprints of what a result depends on, by stage, and the kind of its outputs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    velocity: str
    discharge: str
    has_plots: bool = True
    has_project: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class MethodChoice:
    """The velocimetry method of a batch: its name, the version of its figures, and its settings.

    ``reference`` is ``module:attribute`` of its plugin specification; empty means that none is loaded (tests).
    """

    name: str = "stiv"
    version: str = "1"
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    reference: str = ""


def stamp(path: Path) -> FileStamp | None:
    """Size and time of a file, without reading it; None if it is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return FileStamp(path=str(path), size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)


def is_same_file(before: FileStamp, path: Path) -> bool:
    """Whether a file still has the content that was stamped.

    Size and time decide where they can: a file of the same size whose time has changed is read and its hash compared.
    """
    now = stamp(path)
    if now is None or now.size_bytes != before.size_bytes:
        return False
    if now.mtime_ns == before.mtime_ns:
        return True
    return before.sha256 is not None and sha256_of(path) == before.sha256


def video_stamp(job: BatchJob) -> FileStamp | None:
    """The video of a job as it is now, None if it is not there; of one with a URL no more than that is known."""
    return stamp(job.video_path) if job.video_url is None else FileStamp(path=job.video_url, size_bytes=0)


def is_same_video(before: FileStamp, job: BatchJob) -> bool:
    """Whether a job's video still is the one that was stamped.

    A URL stands for its content: asking every server about every job would take longer than a plan may.
    """
    return is_same_file(before, job.video_path) if job.video_url is None else before.path == job.video_url


def sha256_of(path: Path) -> str:
    """Hash of the content of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def identity_of(
    planned: PlannedJob, method: MethodChoice, *, plots: bool = True, save_project: bool = False
) -> JobIdentity:
    """The identity of a job that is planned, its overrides applied."""
    job, scaffold = planned.job, planned.scaffold
    velocity = _fingerprint(_velocity_inputs(job, scaffold, method))
    labels = {name: getattr(job, name) for name in _LABELS}
    discharge = _fingerprint({"velocity": velocity, "alpha": job.alpha, "labels": labels})
    return JobIdentity(velocity=velocity, discharge=discharge, has_plots=plots, has_project=save_project)


def _velocity_inputs(job: BatchJob, scaffold: Scaffold, method: MethodChoice) -> dict[str, Any]:
    site = {
        field.name: getattr(scaffold, field.name)
        for field in dataclasses.fields(scaffold)
        if field.name not in _NOT_VELOCITY
    }
    # roughness makes a conveyance, which no discharge here depends on
    site["section"] = dataclasses.replace(scaffold.section, manning_n=(), subsection_bounds_m=())
    picture = scaffold.calibration_image
    return {
        "measurement": MEASUREMENT_VERSION,
        "method": [method.name, method.version, dict(method.settings)],
        "site": site,
        "calibration_image": hashlib.sha256(picture).hexdigest() if picture else None,
        "clip": job.clip,
        "level_m": job.water_surface_elevation_m,
    }


def _fingerprint(content: Mapping[str, Any]) -> str:
    text = json.dumps(_plain(content), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    """The same value in the types of JSON; floats keep every digit."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
