"""What made the results of a batch: program versions, parameters and inputs, said once where jobs agree."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .reported_job import ReportedJob

# Of each video its own, not a choice of the user; they belong to the jobs.
_OF_EACH_VIDEO = frozenset(
    {
        *("frames", "clip_start_s", "clip_end_s", "frame_interval_s", "camera_matrix", "fastest_measurable_mps"),
        *("pixel_size_m", "pixel_gsd_m"),
    }
)


@dataclass(frozen=True, slots=True)
class InputHash:
    """A file that results rest on, and how many of them."""

    kind: str
    path: str
    sha256: str
    num_jobs: int


@dataclass(frozen=True, slots=True)
class BatchProvenance:
    """Versions and parameters (name, value and number of jobs), and the inputs that jobs share.

    ``differing`` are the parameters of which the jobs have more than one value. ``video_sha256`` goes by job.
    """

    versions: tuple[tuple[str, str, int], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    differing: tuple[tuple[str, str, int], ...] = ()
    shared_inputs: tuple[InputHash, ...] = ()
    video_sha256: Mapping[str, str] = field(default_factory=dict)


class ProvenanceCollector:
    """Takes the provenance of one result after the other and keeps only what differs."""

    def __init__(self) -> None:
        self._versions: Counter[tuple[str, str]] = Counter()
        self._parameters: dict[str, Counter[str]] = {}
        self._inputs: Counter[tuple[str, str, str]] = Counter()
        self._video_sha256: dict[str, str] = {}

    def add(self, job: ReportedJob) -> None:
        """Count what a job was made with; a job without a result says nothing."""
        provenance = job.provenance
        if not provenance:
            return
        self._versions["IVyTools", str(provenance.get("version", "unknown"))] += 1
        for name, version in dict(provenance.get("libraries") or {}).items():
            self._versions[str(name), str(version)] += 1
        for name, value in _flat(dict(provenance.get("parameters") or {})):
            self._parameters.setdefault(name, Counter())[value] += 1
        for kind, file in dict(provenance.get("inputs") or {}).items():
            self._add_input(job.job_id, str(kind), file)

    def _add_input(self, job_id: str, kind: str, file: Any) -> None:
        if not isinstance(file, Mapping):
            return
        sha256 = str(file.get("sha256", ""))
        if kind == "video":
            self._video_sha256[job_id] = sha256
        else:
            self._inputs[kind, str(file.get("path", "")), sha256] += 1

    def finished(self) -> BatchProvenance:
        """Everything that was counted."""
        same = {name: values for name, values in self._parameters.items() if len(values) == 1}
        different = {name: values for name, values in self._parameters.items() if len(values) > 1}
        return BatchProvenance(
            versions=tuple((name, version, count) for (name, version), count in self._versions.items()),
            parameters=tuple((name, next(iter(values))) for name, values in same.items()),
            differing=tuple(
                (name, value, count) for name, values in different.items() for value, count in values.most_common(10)
            ),
            shared_inputs=tuple(InputHash(*key, count) for key, count in self._inputs.items()),
            video_sha256=self._video_sha256,
        )


def _flat(parameters: Mapping[str, Any], prefix: str = "") -> Sequence[tuple[str, str]]:
    """Parameters by dotted name, their values as text."""
    found: list[tuple[str, str]] = []
    for name, value in parameters.items():
        if name in _OF_EACH_VIDEO:
            continue
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", value if isinstance(value, str) else json.dumps(value)))
    return found
