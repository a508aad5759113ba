"""A folder of videos turned into jobs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.inputs.folder_jobs import (
    find_videos,
    jobs_at_level,
    jobs_from_record,
    recording_time,
)
from image_velocimetry_tools.domain.errors import StageRecordError, VideoError
from image_velocimetry_tools.domain.video import FrameSize, VideoMetadata
from image_velocimetry_tools.formats.stage.stage_record import StageRecord, read_stage_record

RECORD = """# gage heights
datetime\ttz_cd\t1_00065
20d\t6s\t14n
2017-06-30 11:50\tCDT\t3.40
2017-06-30 12:00\tCDT\t3.50
2017-06-30 14:00\tCDT\t3.10
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "videos"
    path.mkdir()
    return path


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., StageRecord]:
    def make(**options: object) -> StageRecord:
        path = tmp_path / "stage.rdb"
        path.write_text(RECORD)
        return read_stage_record(path, **options)  # type: ignore[arg-type]

    return make


def add(folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def taken_at(when: datetime | None) -> Callable[[Path], VideoMetadata]:
    def probe(path: Path) -> VideoMetadata:
        source = "metadata" if when else ""
        return VideoMetadata(path, FrameSize(64, 48), 30.0, 5.0, 150, "h264", "yuv420p", 0, None, when, source)

    return probe


def test_that_the_time_in_the_name_finds_the_interpolated_level(
    folder: Path, record: Callable[..., StageRecord]
) -> None:
    add(folder, "cam_20170630-115500.mp4")
    stage = record(timezone="America/Chicago", datum_offset=315.0)
    jobs = jobs_from_record(folder, find_videos(folder), stage, datum_offset=315.0)
    (row,) = jobs.rows
    assert (row.water_surface_elevation, row.gage_height) == (318.45, 3.45)
    assert (row.measurement_date, row.measurement_time) == ("2017-06-30", "11:55:00")
    assert row.job_id == "cam_20170630-115500"


def test_that_the_zone_moves_the_time(folder: Path, record: Callable[..., StageRecord]) -> None:
    add(folder, "cam_20170630-105500.mp4")
    (row,) = jobs_from_record(folder, find_videos(folder), record(timezone="CST")).rows
    assert row.water_surface_elevation == 3.45


def test_that_a_time_without_a_zone_is_left_out_rather_than_guessed(
    folder: Path, record: Callable[..., StageRecord]
) -> None:
    path = add(folder, "cam_20170630-115500.mp4")
    jobs = jobs_from_record(folder, [path], record())
    assert jobs.rows == ()
    assert "has no time zone" in str(jobs.left_out[0])
    assert str(path) in str(jobs.left_out[0])


def test_that_metadata_serve_when_the_name_tells_no_time(folder: Path, record: Callable[..., StageRecord]) -> None:
    path = add(folder, "GOPR0001.MP4")
    probe = taken_at(datetime(2017, 6, 30, 16, 55, tzinfo=UTC))
    (row,) = jobs_from_record(folder, [path], record(), probe=probe).rows
    assert row.water_surface_elevation == 3.45
    assert row.measurement_time == "11:55:00"


def test_that_the_name_goes_before_the_metadata(folder: Path) -> None:
    path = add(folder, "20170630-115500.mp4")
    assert recording_time(path, taken_at(datetime(2001, 1, 1, tzinfo=UTC))) == datetime(2017, 6, 30, 11, 55)


def test_that_a_date_alone_is_no_time(folder: Path) -> None:
    path = add(folder, "flood_20170630.mp4")
    with pytest.raises(VideoError, match="neither the name nor the metadata"):
        recording_time(path, taken_at(None))


def test_that_every_video_without_a_level_is_listed_with_the_reason(
    folder: Path, record: Callable[..., StageRecord]
) -> None:
    add(folder, "a_20170630-115000.mp4")
    add(folder, "b_20170630-130000.mp4")
    add(folder, "c_20170630-150000.mp4")
    add(folder, "d.mp4").write_bytes(b"")
    add(folder, "e.mp4")
    stage = record(timezone="CDT", max_gap=timedelta(minutes=30))
    jobs = jobs_from_record(folder, find_videos(folder), stage, probe=taken_at(None))
    assert [row.job_id for row in jobs.rows] == ["a_20170630-115000"]
    reasons = [str(problem) for problem in jobs.left_out]
    expected = ["lies in a gap of 120 min", "is after all readings", "is empty (zero bytes)", "neither the name"]
    assert all(text in reason for text, reason in zip(expected, reasons, strict=True))
    assert all(name in reason for name, reason in zip("bcde", reasons, strict=True))


def test_that_ids_mirror_the_tree_and_stay_unique(folder: Path) -> None:
    for name in ("one.mp4", "day 1/one.mp4", "day 1/one.mov", "day 1/x/one.mp4"):
        add(folder, name)
    jobs = jobs_at_level(folder, find_videos(folder, recursive=True), 12.5)
    assert sorted(row.job_id for row in jobs.rows) == ["day_1__one", "day_1__one_2", "day_1__x__one", "one"]
    assert {row.water_surface_elevation for row in jobs.rows} == {12.5}


def test_that_only_videos_of_the_folder_itself_count_by_default(folder: Path) -> None:
    for name in ("b.MP4", "a.mov", "notes.txt", "sub/c.mp4"):
        add(folder, name)
    assert [p.name for p in find_videos(folder)] == ["a.mov", "b.MP4"]
    assert [p.name for p in find_videos(folder, "*.txt")] == ["notes.txt"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [(None, "the folder holds no video"), ("*.mp4", "no file that matches '\\*.mp4'"), ("/x", "is not a pattern")],
)
def test_that_a_folder_without_videos_is_refused(folder: Path, pattern: str | None, message: str) -> None:
    with pytest.raises(VideoError, match=message):
        find_videos(folder, pattern)


def test_that_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="the folder of videos does not exist"):
        find_videos(tmp_path / "gone")


def test_that_a_skipped_hour_is_not_measured(folder: Path, record: Callable[..., StageRecord]) -> None:
    with pytest.raises(StageRecordError, match="clocks skip it"):
        record(timezone="America/Chicago").level_at(datetime(2017, 3, 12, 2, 30))
