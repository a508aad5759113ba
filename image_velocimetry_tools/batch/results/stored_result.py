"""Results of jobs read back from their folders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..config import ProcessingResult
from ..failures import outcome
from ..job.attempt import result_path
from ..models import BatchJob, JobStatus


def stored_result(job: BatchJob, jobs_directory: Path, status: JobStatus = JobStatus.COMPLETED) -> ProcessingResult:
    """What the batch reports of a job whose result lies in its folder.

    Raises
    ------
    OSError, ValueError, KeyError
        If there is no result file, or it is damaged.
    """
    path = result_path(jobs_directory, job.job_id)
    content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    uncertainty, quality = content["uncertainty"], content["quality"]
    return outcome(job, status).model_copy(
        update={
            "total_discharge": content["discharge_m3s"],
            "area_m2": content["area_m2"],
            "mean_velocity_mps": content["mean_velocity_mps"],
            "max_surface_velocity_mps": content["max_surface_velocity_mps"],
            "measured_discharge_fraction": content["measured_discharge_fraction"],
            "uncertainty_iso_95pct": uncertainty["iso_u95"],
            "uncertainty_ive_95pct": uncertainty["ive_u95"],
            "quality": quality["verdict"],
            "quality_reasons": tuple(quality["reasons"]),
            "quality_remarks": tuple(quality.get("remarks", ())),
            "processing_time_s": content["timings_s"]["total"],
            "result_path": path,
        }
    )


def stored_result_or_none(job: BatchJob, jobs_directory: Path) -> ProcessingResult | None:
    """As :func:`stored_result`, None where there is none that can be read."""
    try:
        return stored_result(job, jobs_directory)
    except (OSError, ValueError, KeyError, TypeError):
        return None
