"""Jobs CSVs held against a scaffold."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch.config import ScaffoldConfig
from image_velocimetry_tools.batch.jobs import BatchCSVParser
from image_velocimetry_tools.domain.errors import JobsCsvError
from image_velocimetry_tools.domain.units import DisplayUnits

Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, video: Path) -> Writer:
    """A jobs CSV beside the folder of videos."""

    def make(rows: list[dict[str, Any]]) -> Path:
        path = tmp_path / "jobs.csv"
        names = list(dict.fromkeys(name for row in rows for name in row))
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return make


VIDEO = "videos/flood 1.mp4"


def test_that_rows_become_jobs_in_order_with_levels_in_metres(write: Writer, site: ScaffoldConfig, video: Path) -> None:
    path = write(
        [
            {"video_path": VIDEO, "water_surface_elevation": 333, "end_time": "1:30", "comments": "high"},
            {"video_path": VIDEO, "water_surface_elevation": 332, "alpha": 0.9, "measurement_number": 7},
        ]
    )
    first, second = (planned.job for planned in BatchCSVParser().parse(path, site).jobs)
    assert (first.job_id, second.job_id) == ("job_001", "job_002")
    assert first.video_path == video
    assert first.water_surface_elevation_m == pytest.approx(333 * 0.3048)
    assert (first.clip.start_s, first.clip.end_s, first.clip.frame_step) == (None, 90.0, 2)
    assert (first.comments, first.alpha, second.alpha, second.measurement_number) == ("high", 0.85, 0.9, 7)
    assert second.line == 3


def test_that_levels_of_a_metric_site_stay(write: Writer, site: ScaffoldConfig) -> None:
    metric = site.model_copy(
        update={
            "display_units": DisplayUnits.METRIC,
            "scaffold": replace(site.scaffold, display_units=DisplayUnits.METRIC),
        }
    )
    path = write([{"video_path": VIDEO, "water_surface_elevation": 101.25}])
    assert BatchCSVParser().parse(path, metric).jobs[0].job.water_surface_elevation_m == 101.25


def test_that_override_columns_change_the_scaffold_of_their_row_only(write: Writer, site: ScaffoldConfig) -> None:
    path = write(
        [
            {"video_path": VIDEO, "water_surface_elevation": 333, "stiv_num_pixels": 64, "extraction_frame_step": 5},
            {"video_path": VIDEO, "water_surface_elevation": 333, "stiv_num_pixels": "", "extraction_frame_step": ""},
        ]
    )
    changed, same = BatchCSVParser().parse(path, site).jobs
    assert (changed.scaffold.stiv.num_pixels, changed.job.clip.frame_step) == (64, 5)
    assert (same.scaffold.stiv.num_pixels, same.job.clip.frame_step) == (20, 2)


def test_that_hundreds_of_bad_rows_are_all_reported_with_line_column_and_value(
    write: Writer, site: ScaffoldConfig
) -> None:
    rows = [{"video_path": f"videos/{i}.mp4", "water_surface_elevation": 3.0 + i / 1000} for i in range(300)]
    path = write(rows)
    with pytest.raises(JobsCsvError) as caught:
        BatchCSVParser().parse(path, site)
    problems = caught.value.problems
    assert len(problems) == 600
    assert problems[0].where == f"{path}, line 2, column 'video_path'"
    assert "videos/0.mp4 does not exist" in problems[0].what
    assert problems[-1].where == f"{path}, line 301, column 'water_surface_elevation'"
    assert "3.299 ft is below the bed (lowest point 328.084 ft)" in problems[-1].what
    assert caught.value.stage == "input"


def test_that_bad_cells_and_missing_videos_are_reported_together(write: Writer, site: ScaffoldConfig) -> None:
    path = write(
        [
            {"video_path": VIDEO, "water_surface_elevation": "high", "job_id": "a"},
            {"video_path": "videos/gone.mp4", "water_surface_elevation": 333, "job_id": "b"},
            {"video_path": VIDEO, "water_surface_elevation": 400, "job_id": "A"},
        ]
    )
    with pytest.raises(JobsCsvError) as caught:
        BatchCSVParser().parse(path, site)
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0].removeprefix(f"{path}, ") for line in lines] == [
        "line 2, column 'water_surface_elevation'",
        "line 3, column 'video_path'",
        "line 4, column 'water_surface_elevation'",
        "line 4, column 'job_id'",
    ]


def test_that_a_file_named_by_a_row_is_read_before_anything_runs(
    write: Writer, site: ScaffoldConfig, tmp_path: Path
) -> None:
    (tmp_path / "section.mat").write_bytes(b"not a section")
    row = {"video_path": "gone.mp4", "water_surface_elevation": 333, "cross_section_file": "section.mat"}
    with pytest.raises(JobsCsvError) as caught:
        BatchCSVParser().parse(write([row]), site)
    video, section = caught.value.problems
    assert "gone.mp4 does not exist" in video.what
    assert section.where.endswith("line 2, column 'bathymetry_ac3_filename'")
    assert "section.mat" in section.what


def test_that_an_empty_video_is_named(write: Writer, site: ScaffoldConfig, video: Path) -> None:
    video.write_bytes(b"")
    with pytest.raises(JobsCsvError, match=r"line 2, column 'video_path': the video .* is empty \(zero bytes\)"):
        BatchCSVParser().parse(write([{"video_path": VIDEO, "water_surface_elevation": 333}]), site)


def test_that_unknown_columns_are_refused_or_carried_through(write: Writer, site: ScaffoldConfig) -> None:
    path = write([{"video_path": VIDEO, "water_surface_elevation": 333, "operator": "Ann"}])
    with pytest.raises(JobsCsvError, match="unknown column 'operator'"):
        BatchCSVParser().parse(path, site)
    jobs = BatchCSVParser(allow_unknown_columns=True).parse(path, site).jobs
    assert jobs[0].job.extra == {"operator": "Ann"}


def test_that_the_same_clip_at_the_same_level_is_a_warning(write: Writer, site: ScaffoldConfig) -> None:
    found = BatchCSVParser().parse(write([{"video_path": VIDEO, "water_surface_elevation": 333}] * 2), site)
    assert len(found.jobs) == 2
    assert "measures the same clip" in found.warnings[0]


def test_that_a_missing_csv_is_said(site: ScaffoldConfig, tmp_path: Path) -> None:
    with pytest.raises(JobsCsvError, match="the jobs CSV does not exist"):
        BatchCSVParser().parse(tmp_path / "none.csv", site)


def test_that_the_alpha_of_a_row_goes_before_that_of_the_project_and_that_before_the_usual_one(
    write: Writer, site: ScaffoldConfig
) -> None:
    path = write([{"video_path": VIDEO, "water_surface_elevation": 333, "alpha": alpha} for alpha in ("", 0.8)])
    of_project = site.model_copy(update={"scaffold": replace(site.scaffold, alpha=0.92, is_alpha_set=True)})

    def said(config: ScaffoldConfig) -> list[tuple[float, str]]:
        return [(one.job.alpha, one.job.alpha_source.value) for one in BatchCSVParser().parse(path, config).jobs]

    assert said(site) == [(0.85, "usual"), (0.8, "given")]
    assert said(of_project) == [(0.92, "project"), (0.8, "given")]
