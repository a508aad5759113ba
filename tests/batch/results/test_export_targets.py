"""Where exports are written, and where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from image_velocimetry_tools.batch.results.export_targets import (
    export_file_name,
    export_targets,
    made_folders,
    require_harmless,
)
from image_velocimetry_tools.domain.errors import OutputError
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.plugins.exporters import ExportedJob, ExportSource


@pytest.fixture
def source(tmp_path: Path) -> ExportSource:
    video, scaffold, output = (tmp_path / name for name in ("flood.mp4", "site.ivy", "out"))
    (output / "jobs" / "a").mkdir(parents=True)
    for path in (video, scaffold, output / "jobs" / "a" / "a.json"):
        path.write_bytes(b"precious")
    facts = {"scaffold_path": str(scaffold)}
    job = ExportedJob(1, "a", "completed", video)
    return ExportSource("batch_001", "Crue d'été: 5/2024", output, DisplayUnits.METRIC, (job,), facts=facts)


def test_that_usual_names_are_safe_file_names(source: ExportSource) -> None:
    assert export_file_name(source, "points", ".csv") == "Crue_d_été_5_2024-points.csv"


def test_that_one_export_goes_into_the_named_file(tmp_path: Path) -> None:
    assert export_targets(["a.csv"], tmp_path / "x.txt", tmp_path / "usual") == [tmp_path / "x.txt"]


def test_that_a_folder_gets_the_usual_names(tmp_path: Path) -> None:
    assert export_targets(["a.csv"], tmp_path, tmp_path / "usual") == [tmp_path / "a.csv"]
    assert export_targets(["a.csv"], None, tmp_path / "usual") == [tmp_path / "usual" / "a.csv"]
    new = tmp_path / "new"
    assert export_targets(["a.csv", "a.zip"], new, tmp_path / "usual") == [new / "a.csv", new / "a.zip"]


def test_that_several_exports_are_not_written_into_one_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="several exports need a folder"):
        export_targets(["a.csv", "a.zip"], tmp_path / "file", tmp_path)


def test_that_folders_are_made_but_not_for_a_named_file(tmp_path: Path) -> None:
    new = tmp_path / "a" / "b"
    assert made_folders([new / "x", new / "y", tmp_path / "z"], None) == [new]
    assert new.is_dir()
    named = tmp_path / "missing" / "x.csv"
    assert made_folders([named], named) == []
    assert not named.parent.exists()


def test_that_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file/exports"):
        made_folders([tmp_path / "file" / "exports" / "x"], None)


@pytest.mark.parametrize(
    "path",
    ["flood.mp4", "site.ivy", "out/batch_summary.csv", "out/jobs/a/a.json", "out/.ivytools/x", "out/../flood.mp4"],
)
def test_that_what_the_batch_needs_is_not_written_over(source: ExportSource, tmp_path: Path, path: str) -> None:
    with pytest.raises(OutputError, match="a file of the batch"):
        require_harmless(tmp_path / path, source)


def test_that_a_link_to_a_video_is_not_written_over(source: ExportSource, tmp_path: Path) -> None:
    (tmp_path / "link.mp4").symlink_to(tmp_path / "flood.mp4")
    with pytest.raises(OutputError, match="a file of the batch"):
        require_harmless(tmp_path / "link.mp4", source)


def test_that_other_places_in_the_output_folder_are_free(source: ExportSource) -> None:
    require_harmless(source.output_directory / "report.html", source)
    require_harmless(source.output_directory / "exports" / "x.csv", source)
