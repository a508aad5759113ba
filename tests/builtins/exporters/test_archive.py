"""The ZIP archive."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from image_velocimetry_tools.builtins.exporters.archive import ZIP, ArchiveExporter, ArchiveSettings
from image_velocimetry_tools.domain.errors import Cancelled
from image_velocimetry_tools.plugins.exporters import Exporter, ExportSource
from image_velocimetry_tools.testing.exporter_batch import write_example_batch
from image_velocimetry_tools.testing.exporter_contract import ExporterContract


class TestArchiveExporter(ExporterContract):
    reads_results = False

    def make_exporter(self) -> Exporter:
        return ArchiveExporter()

    def variants(self) -> list[Exporter]:
        return [ArchiveExporter(ArchiveSettings(include_failed=include)) for include in (True, False)]


@pytest.fixture
def source(tmp_path: Path) -> ExportSource:
    return write_example_batch(tmp_path)


def names_of(source: ExportSource, target: Path, **settings: object) -> list[str]:
    ZIP.create(ZIP.settings.model_validate(settings)).export(source, target)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_that_jobs_are_numbered_in_their_order(source: ExportSource, tmp_path: Path) -> None:
    assert names_of(source, tmp_path / "out.zip") == [
        "batch_summary.csv",
        "errors.log",
        "0001_job_001/job_001.json",
        "0001_job_001/section.png",
        "0002_job_002/job_002.json",
        "0002_job_002/section.png",
        "0003_job_003/no_result.txt",
        "0004_job_004/job_004.json",
        "0004_job_004/section.png",
        "README.txt",
    ]


def test_that_contents_are_those_of_the_files(source: ExportSource, tmp_path: Path) -> None:
    names_of(source, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert json.loads(archive.read("0002_job_002/job_002.json"))["discharge_m3s"] == 25.0
        result_path = source.jobs[0].result_path
        assert result_path is not None
        assert archive.read("0001_job_001/section.png") == (result_path.parent / "section.png").read_bytes()


def test_that_videos_and_space_time_images_come_along_when_asked_for(source: ExportSource, tmp_path: Path) -> None:
    names = names_of(source, tmp_path / "out.zip", videos=True, space_time_images=True)
    assert "0001_job_001/flood 1, été.mp4" in names
    assert "0003_job_003/flood 3, été.mp4" in names
    assert "0004_job_004/space_time_images/sti_0000.png" in names
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.read("0001_job_001/flood 1, été.mp4") == source.jobs[0].video_path.read_bytes()


@pytest.mark.parametrize(
    ("settings", "folder"),
    [
        ({"names": "original"}, "job_001"),
        ({"names": "original", "prefix": "site7-"}, "site7-job_001"),
        ({"names": "custom", "pattern": "{title} ({number})"}, "Crue_matin_ (0001)"),
        ({"names": "custom", "pattern": "../{job_id}"}, "_job_001"),
    ],
)
def test_that_folders_are_named_as_wished(
    source: ExportSource, tmp_path: Path, settings: dict[str, str], folder: str
) -> None:
    titled = replace(source, jobs=(replace(source.jobs[0], title="Crue/matin?"), *source.jobs[1:]))
    assert f"{folder}/job_001.json" in names_of(titled, tmp_path / "out.zip", **settings)


def test_that_equal_names_are_told_apart(source: ExportSource, tmp_path: Path) -> None:
    names = names_of(source, tmp_path / "out.zip", names="custom", pattern="flood")
    assert len(set(names)) == len(names)
    assert "flood_0001/job_001.json" in names


@pytest.mark.parametrize("pattern", ["{nobody}", "{", "{}"])
def test_that_a_pattern_of_unknown_fields_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError, match="pattern"):
        ArchiveSettings(pattern=pattern)


def test_that_failed_jobs_are_left_out_when_asked_for(source: ExportSource, tmp_path: Path) -> None:
    assert not any("job_003" in name for name in names_of(source, tmp_path / "out.zip", include_failed=False))


def test_that_what_is_missing_is_said_inside_too(source: ExportSource, tmp_path: Path) -> None:
    source.jobs[3].video_path.unlink()
    (source.output_directory / "batch_summary.csv").unlink()
    exported = ArchiveExporter(ArchiveSettings(videos=True)).export(source, tmp_path / "out.zip")
    assert len(exported.missing) == 3
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        text = archive.read("README.txt").decode("utf-8")
        assert "too little of the water has texture" in archive.read("0003_job_003/no_result.txt").decode("utf-8")
    for sentence in exported.missing:
        assert sentence in text


def test_that_a_video_with_a_url_is_not_fetched_and_said(source: ExportSource, tmp_path: Path) -> None:
    far = replace(source.jobs[0], video_path=Path("a.mp4"), video_url="https://host/a.mp4")
    exporter = ArchiveExporter(ArchiveSettings(videos=True))
    exported = exporter.export(replace(source, jobs=(far,)), tmp_path / "out.zip")
    assert exported.missing == ("job_001: its video https://host/a.mp4 has a URL and is not fetched.",)


def test_that_a_large_video_is_cancelled_in_its_middle(source: ExportSource, tmp_path: Path) -> None:
    with source.jobs[0].video_path.open("wb") as stream:
        stream.truncate(64 * 1024**2)
    shares: list[float] = []
    with pytest.raises(Cancelled):
        ArchiveExporter(ArchiveSettings(videos=True)).export(
            source,
            tmp_path / "out.zip",
            progress=lambda share, _: shares.append(share),
            cancel=lambda: bool(shares) and shares[-1] > 0.4,
        )
    assert 0.4 < shares[-1] < 0.5
    assert not list(tmp_path.glob("*.zip")) + list(tmp_path.glob(".*"))


def test_that_the_same_batch_gives_the_same_entries(source: ExportSource, tmp_path: Path) -> None:
    assert names_of(source, tmp_path / "a.zip") == names_of(source, tmp_path / "b.zip")
