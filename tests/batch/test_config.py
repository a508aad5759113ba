"""What goes into a batch and what comes out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import image_velocimetry_tools.batch as batch
from image_velocimetry_tools.batch.config import BatchResult, ProcessingResult, ScaffoldConfig, VideoConfig
from image_velocimetry_tools.batch.models import JobStatus


def result(discharge: float | None, status: JobStatus = JobStatus.COMPLETED) -> ProcessingResult:
    return ProcessingResult(job_id="j", video_path=Path("v.mp4"), status=status, total_discharge=discharge)


@given(st.lists(st.floats(min_value=-100, max_value=100), min_size=1, max_size=20))
def test_that_the_statistics_are_those_of_the_successful_jobs(values: list[float]) -> None:
    failed = [result(None, JobStatus.FAILED), result(None, JobStatus.SKIPPED)]
    whole = BatchResult(video_results=(*map(result, values), *failed))
    summary = whole.get_discharge_summary()
    assert summary["count"] == len(values) == len(whole.successful)
    assert (summary["min"], summary["max"]) == (min(values), max(values))
    assert summary["mean"] == pytest.approx(sum(values) / len(values), abs=1e-9)
    mean = sum(values) / len(values)
    spread = (sum((v - mean) ** 2 for v in values) / (len(values) - 1)) ** 0.5 if len(values) > 1 else 0.0
    assert summary["std"] == pytest.approx(spread, abs=1e-9)
    assert whole.failed == failed[:1]
    assert not whole.success


def test_that_statistics_of_nothing_are_none() -> None:
    summary = BatchResult().get_discharge_summary()
    assert summary == {"count": 0, "mean": None, "median": None, "min": None, "max": None, "std": None}


def test_that_a_misspelt_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="water_level"):
        VideoConfig(video_path="v.mp4", water_surface_elevation=1.0, water_level=2.0)  # type: ignore[call-arg]


def test_that_a_scaffold_configuration_keeps_what_scripts_pass_along(site: ScaffoldConfig) -> None:
    fields = {"scaffold": site.scaffold, "warnings": ("w",), "display_units": "English", "grid_points": 25}
    config = ScaffoldConfig(scaffold_path="site.ivy", **fields)
    assert config.units.length_label == "ft"
    assert config.grid_points == 25  # type: ignore[attr-defined]


def test_that_the_package_offers_its_parts_by_name() -> None:
    for name in batch.__all__:
        assert getattr(batch, name).__name__ == name
    assert set(batch.__all__) <= set(dir(batch))
    with pytest.raises(AttributeError, match="BatchProcesor"):
        _ = batch.BatchProcesor


def test_that_importing_the_package_imports_nothing_heavy() -> None:
    heavy = "[m for m in ('numpy', 'pydantic', 'av') if m in sys.modules]"
    code = f"import sys, image_velocimetry_tools.batch; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
