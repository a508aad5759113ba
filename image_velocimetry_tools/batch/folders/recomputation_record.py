"""What a batch knows of a job whose discharge was recomputed, so that a later run judges rightly what is up to date.

The velocities of a recomputed result are the same, so they keep the fingerprint of their measurement. Its discharge has
the fingerprint of a job with the new alpha if that is all that changed: a run that asks for that alpha finds it up to
date. A section, filter or gap rule, which no jobs file can ask for, gives a fingerprint of its own: a new run measures
the job again, while ``resume`` of the same batch, whose rows know of the recomputation, leaves it alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ..models import PlannedJob
from .identity import JobIdentity, is_same_video
from .manifest import agrees, read_manifest

KEY = "recomputed"


class RecomputationRecord(BaseModel):
    """Kept with the inputs of a job: the identity that the job was planned with then, and that of its result."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    planned: JobIdentity
    result: JobIdentity


def recomputed_identity(
    measured: JobIdentity, planned: JobIdentity, particulars: Mapping[str, Any], *, has_plots: bool
) -> JobIdentity:
    """The identity of a recomputed result.

    Parameters
    ----------
    measured, planned
        Identities of the measurement and of a job with the new alpha.
    particulars
        What no job can ask for, as JSON values; empty if there is nothing of the kind.
    """
    discharge = planned.discharge
    if particulars:
        text = json.dumps([discharge, particulars], sort_keys=True, separators=(",", ":"))
        discharge = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return JobIdentity(velocity=measured.velocity, discharge=discharge, has_plots=has_plots, has_project=False)


def recorded_inputs(inputs: Mapping[str, Any], record: RecomputationRecord) -> dict[str, Any]:
    """The inputs of a job's row with the recomputation among them."""
    return {**inputs, "identity": record.result.model_dump(), KEY: record.model_dump()}


def still_holds(inputs: Mapping[str, Any], folder: Path, planned: PlannedJob, now: JobIdentity) -> bool:
    """Whether a job's recomputed result is still what was wanted: same site and video, the folder whole.

    Parameters
    ----------
    inputs
        Of the job's row; false for a job that was not recomputed.
    folder
        Of the job's result.
    now
        The identity that the job would be planned with now.
    """
    try:
        record = RecomputationRecord.model_validate(inputs.get(KEY))
    except ValidationError:
        return False
    manifest = read_manifest(folder)
    if manifest is None or manifest.identity != record.result or not agrees(folder, manifest, thoroughly=False):
        return False
    if (now.velocity, now.discharge) != (record.planned.velocity, record.planned.discharge):
        return False
    video = manifest.inputs.get("video")
    job = planned.job
    has_gone = job.video_url is None and not job.video_path.exists()
    return video is None or has_gone or is_same_video(video, job)
