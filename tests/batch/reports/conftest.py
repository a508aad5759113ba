"""Batches on disk whose results are made up, so that every part of a report has something to say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.plugins.exporters import ExportedJob, ExportSource

CFS = 0.3048**3


def result_content(job_id: str, level_m: float, discharge_m3s: float, **changes: Any) -> dict[str, Any]:
    """The content of a result file: five points, the third of them filled in."""
    points = [
        {
            "station_m": 0.5 + i,
            "depth_m": 0.8,
            "normal_velocity_mps": 1.0,
            "filled_velocity_mps": 0.9 if i == 2 else None,
            "used": i != 2,
            "flags": ["unlike its neighbours"] if i == 2 else [],
        }
        for i in range(5)
    ]
    content = {
        "job_id": job_id,
        "status": "completed",
        "water_surface_elevation_m": level_m,
        "alpha": 0.85,
        "discharge_m3s": discharge_m3s,
        "area_m2": 4.0,
        "wetted_width_m": 5.0,
        "mean_depth_m": 0.8,
        "max_depth_m": 0.8,
        "mean_velocity_mps": 0.85,
        "mean_surface_velocity_mps": 1.0,
        "max_surface_velocity_mps": 1.2,
        "measured_discharge_fraction": 0.8,
        "interpolated_discharge_fraction": 0.2,
        "edge_discharge_fraction": 0.0,
        "uncertainty": {"iso_u95": 8.0, "ive_u95": 6.0, "rating": "Fair"},
        "quality": {"verdict": "good", "reasons": [], "figures": {"median_quality": 0.7}},
        "points": points,
        "edges": [{"station_m": 0.0, "depth_m": 0.8}, {"station_m": 5.0, "depth_m": 0.8}],
        "timings_s": {"decode": 2.0, "rectify": 0.5, "velocimetry": 1.0, "discharge": 0.1, "total": 4.0},
        "provenance": {
            "version": "2.0.0",
            "parameters": {"method": "stiv", "stiv": {"num_pixels": 32}},
            "inputs": {
                "video": {"path": "v.mp4", "sha256": f"sha-{job_id}"},
                "scaffold": {"path": "site.ivy", "sha256": "ab12"},
            },
            "libraries": {"numpy": "2.4.6"},
        },
        "measurement_date": "2017-06-30",
        "measurement_time": "12:00:00",
    }
    return content | changes


@pytest.fixture
def measured_job(tmp_path: Path) -> Callable[..., ExportedJob]:
    """Makes a completed job with a result file; ``extra`` are carried columns, the rest goes into the result."""

    def make(
        number: int, level_m: float, discharge_m3s: float, *, extra: dict[str, str] | None = None, **changes: Any
    ) -> ExportedJob:
        job_id = f"job_{number:03d}"
        path = tmp_path / f"{job_id}.json"
        path.write_text(json.dumps(result_content(job_id, level_m, discharge_m3s, **changes)), encoding="utf-8")
        facts = {"level_m": level_m, "extra": extra or {}, "processing_time_s": 5.0}
        return ExportedJob(number, job_id, "completed", Path(f"/videos/{number}.mp4"), result_path=path, facts=facts)

    return make


@pytest.fixture
def source_of(tmp_path: Path) -> Callable[..., ExportSource]:
    """Makes the batch of some jobs."""

    def make(*jobs: ExportedJob, units: DisplayUnits = DisplayUnits.METRIC, **changes: Any) -> ExportSource:
        return ExportSource("b-1", "Mill creek", tmp_path, units, tuple(jobs), **changes)

    return make


@pytest.fixture
def rated_jobs(measured_job: Callable[..., ExportedJob]) -> list[ExportedJob]:
    """Eight jobs on Q = 6 (h - 96)^1.7 and a ninth that is twice as much."""
    levels = [96.5 + 0.2 * i for i in range(9)]
    wobble = [1.0, 1.02, 0.99, 1.01, 0.98, 1.0, 1.015, 0.985, 2.0]
    return [
        measured_job(i + 1, level, 6.0 * (level - 96.0) ** 1.7 * factor)
        for i, (level, factor) in enumerate(zip(levels, wobble, strict=True))
    ]
