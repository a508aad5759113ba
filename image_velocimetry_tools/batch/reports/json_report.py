"""The report as JSON: SI throughout, percent where the name says so."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...formats.atomic_file import replace_file
from .report import Report, raise_if_cancelled
from .reported_job import Measurement, ReportedJob, SectionProfile

FORMAT_VERSION = 1


def write_json_report(
    report: Report, target: Path, *, job_sections: bool = True, cancel: Callable[[], bool] | None = None
) -> None:
    """Write the report, job by job, so that a large batch needs little memory.

    Raises
    ------
    OutputError
        If the file cannot be written.
    Cancelled
        If ``cancel`` answers true.
    """
    with replace_file(target) as stream:
        for part in _parts(report, job_sections):
            raise_if_cancelled(cancel)
            stream.write(part.encode("utf-8"))


def _parts(report: Report, job_sections: bool) -> Iterator[str]:
    head = json.dumps(_plain(_head(report)), ensure_ascii=False, indent=1)
    yield head.removesuffix("\n}") + ',\n "jobs": ['
    for index, job in enumerate(report.jobs):
        yield ("," if index else "") + "\n  " + json.dumps(_plain(_job(job, job_sections)), ensure_ascii=False)
    yield "\n ]\n}\n"


def _head(report: Report) -> dict[str, Any]:
    """Everything but the jobs."""
    return {
        "format_version": FORMAT_VERSION,
        "batch_id": report.batch_id,
        "name": report.name,
        "written_at": report.written_at.isoformat(timespec="seconds"),
        "is_finished": report.is_finished,
        "state": report.state,
        "display_units": str(report.units.name),
        "output_directory": report.output_directory,
        "facts": report.facts,
        "totals": report.totals,
        "rating_curve": report.rating,
        "rating_curve_refusal": report.rating_refusal,
        "gauged_comparison": report.gauged and _gauged(report),
        "provenance": report.provenance,
        "warnings": report.warnings,
        "missing": report.missing,
    }


def _gauged(report: Report) -> dict[str, Any]:
    assert report.gauged is not None
    pairs = [
        {**_fields(pair), "difference_m3s": pair.difference_m3s, "difference_percent": pair.difference_percent}
        for pair in report.gauged.pairs
    ]
    return {**_fields(report.gauged), "pairs": pairs, "num_counting": report.gauged.num_counting}


def _job(job: ReportedJob, job_sections: bool) -> dict[str, Any]:
    content = _fields(job)
    # The parameters are said once for all jobs, and in full in each result file.
    content.pop("provenance")
    measurement: Measurement | None = content.pop("measurement")
    content["measured_at"] = job.measured_at.isoformat() if job.measured_at else None
    if measurement is not None:
        content |= _fields(measurement)
        content["section"] = measurement.section if job_sections else None
    return content


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def _plain(value: Any) -> Any:
    """The value in types of JSON; what is not finite becomes null."""
    if isinstance(value, SectionProfile) or (dataclasses.is_dataclass(value) and not isinstance(value, type)):
        return _plain(_fields(value))
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int | bool):
        return value
    return str(value)
