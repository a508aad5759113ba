"""``make-csv``: a folder of videos and a stage record become a jobs CSV."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from image_velocimetry_tools.formats.jobs.jobs_csv import read_jobs_csv

Invoke = Callable[..., Result]

RECORD = "datetime,gage height (ft)\n2017-06-30 11:50,3.40\n2017-06-30 12:00,3.50\n2017-06-30 13:00,3.10\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "videos"
    for name in ("20170630-115500.mp4", "day 2/20170630-115900.mp4", "20170630-123000.mp4", "20170630-114900.mp4"):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(b"x")
    return path


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "stage.csv"
    path.write_text(RECORD)
    return path


def test_that_videos_with_a_level_become_rows_and_the_others_are_listed(
    invoke: Invoke, folder: Path, record: Path
) -> None:
    flags = ("--timezone", "America/Chicago", "--datum-offset", 315, "--recursive")
    done = invoke("make-csv", folder, "--stage-record", record, *flags)
    assert done.exit_code == 0
    rows = read_jobs_csv(folder / "jobs.csv").rows
    assert [(r.job_id, r.water_surface_elevation, r.gage_height) for r in rows] == [
        ("20170630-115500", 318.45, 3.45),
        ("day_2__20170630-115900", 318.49, 3.49),
    ]
    assert [r.video_path.exists() for r in rows] == [True, True]
    assert "2 jobs, 2 videos left out" in done.stdout
    before, gap = done.stderr.splitlines()
    assert "20170630-114900.mp4" in before
    assert "is before all readings" in before
    assert "20170630-123000.mp4" in gap
    assert "lies in a gap of 60 min" in gap


def test_that_a_larger_gap_can_be_allowed(invoke: Invoke, folder: Path, record: Path, tmp_path: Path) -> None:
    out = tmp_path / "my.csv"
    flags = ("--timezone", "CDT", "--max-gap", 60, "--pattern", "*-12*.mp4", "--output", out, "--quiet")
    done = invoke("make-csv", folder, "--stage-record", record, *flags)
    assert (done.exit_code, done.output) == (0, "")
    (row,) = read_jobs_csv(out).rows
    assert row.water_surface_elevation == pytest.approx(3.3)


def test_that_without_a_time_zone_nothing_is_guessed(invoke: Invoke, folder: Path, record: Path) -> None:
    done = invoke("make-csv", folder, "--stage-record", record)
    assert done.exit_code == 2
    assert "time zone" in done.stderr
    assert not (folder / "jobs.csv").exists()


def test_that_one_level_can_serve_all(invoke: Invoke, folder: Path) -> None:
    assert invoke("make-csv", folder, "--wse", -1.5).exit_code == 0
    assert {r.water_surface_elevation for r in read_jobs_csv(folder / "jobs.csv").rows} == {-1.5}


@pytest.mark.parametrize("flags", [(), ("--wse", "1", "--stage-record", "x")])
def test_that_levels_come_from_one_source(invoke: Invoke, folder: Path, flags: tuple[str, ...]) -> None:
    done = invoke("make-csv", folder, *flags)
    assert done.exit_code == 2
    assert "give either --stage-record or --wse" in done.stderr


def test_that_a_folder_in_which_no_video_has_a_level_gives_no_csv(invoke: Invoke, folder: Path, record: Path) -> None:
    flags = ("--timezone", "UTC", "--pattern", "*-123000.mp4")
    done = invoke("make-csv", folder, "--stage-record", record, *flags)
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == "error: no video has a water level; nothing was written"
    assert not (folder / "jobs.csv").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (("--timezone", "Mars"), "the time zone 'Mars' is not known"),
        (("--timezone", "UTC", "--column", "level"), "the stage record has no column 'level'"),
        (("--timezone", "UTC", "--pattern", "*.avi"), "the folder holds no file that matches '*.avi'"),
    ],
)
def test_that_bad_options_are_explained(
    invoke: Invoke, folder: Path, record: Path, changes: tuple[str, ...], message: str
) -> None:
    done = invoke("make-csv", folder, "--stage-record", record, *changes)
    assert done.exit_code == 2
    assert message in done.stderr


def test_that_a_csv_that_cannot_be_written_is_said(invoke: Invoke, folder: Path, tmp_path: Path) -> None:
    done = invoke("make-csv", folder, "--wse", 1, "--output", tmp_path / "gone" / "jobs.csv")
    assert done.exit_code == 2
    assert done.stderr == f"error: {tmp_path}/gone: the folder does not exist. Create it or choose another.\n"


def test_that_levels_become_those_of_the_scaffold_once_its_units_are_said(
    invoke: Invoke, folder: Path, record: Path
) -> None:
    flags = ("--timezone", "America/Chicago", "--datum-offset", 100, "--units", "metric")
    done = invoke("make-csv", folder, "--stage-record", record, *flags)
    assert done.exit_code == 0
    (row,) = read_jobs_csv(folder / "jobs.csv").rows
    assert row.gage_height == pytest.approx(3.45 * 0.3048, abs=1e-6)
    assert row.water_surface_elevation == pytest.approx(100.0 + 3.45 * 0.3048, abs=1e-6)
    assert "are in ft, as the record says; they were converted to m" in done.stderr
