"""The report exporters as users choose them: settings with descriptions, one file, progress, what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from image_velocimetry_tools.builtins.exporters.report import CSV_REPORT, HTML_REPORT, JSON_REPORT, ReportSettings
from image_velocimetry_tools.domain.errors import Cancelled, OutputError
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.plugins.exporters import ExportedJob, ExportSource

SPECS = [HTML_REPORT, JSON_REPORT, CSV_REPORT]


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "job_001.json"
    path.write_text(json.dumps({"discharge_m3s": 4.0, "water_surface_elevation_m": 97.0}), encoding="utf-8")
    facts = {"extra": {"tracer": "3.9"}}
    jobs = (
        ExportedJob(1, "job_001", "completed", Path("/v/a.mp4"), result_path=path, facts=facts),
        ExportedJob(2, "job_002", "completed", Path("/v/b.mp4"), result_path=tmp_path / "gone.json"),
    )
    return ExportSource("b", "Mill creek", tmp_path, DisplayUnits.METRIC, jobs)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_that_each_form_writes_its_file_and_says_what_is_missing(spec, source, tmp_path):
    exporter = spec.create(spec.settings())
    target = tmp_path / f"report{exporter.suffix}"
    shares: list[float] = []
    exported = exporter.export(source, target, progress=lambda share, text: shares.append(share))
    assert exported.paths == (target,)
    assert target.stat().st_size > 100
    assert any("job_002" in text for text in exported.missing)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_that_a_cancelled_export_leaves_nothing(spec, source, tmp_path):
    target = tmp_path / "out" / "report"
    target.parent.mkdir()
    with pytest.raises(Cancelled):
        spec.create(spec.settings()).export(source, target, cancel=lambda: True)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_that_a_folder_that_does_not_exist_is_said(spec, source, tmp_path):
    with pytest.raises(OutputError, match="folder does not exist"):
        spec.create(spec.settings()).export(source, tmp_path / "nowhere" / "report")


def test_that_the_gauged_column_of_the_settings_is_compared(source, tmp_path):
    settings = ReportSettings(gauged_column="tracer")
    JSON_REPORT.create(settings).export(source, tmp_path / "report.json")
    content = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert content["gauged_comparison"]["pairs"][0]["gauged_m3s"] == 3.9


def test_that_every_setting_has_a_default_and_a_description():
    assert ReportSettings()
    assert all(field.description for field in ReportSettings.model_fields.values())


@pytest.mark.parametrize("wrong", [{"gauged_max_gap_min": 0}, {"outlier_limit": 0.5}, {"colour": "red"}])
def test_that_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValidationError):
        ReportSettings(**wrong)
