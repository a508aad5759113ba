"""The date of a job picks its section and its alpha."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.config import ScaffoldConfig
from image_velocimetry_tools.batch.inputs.folder import folder_job_list
from image_velocimetry_tools.batch.inputs.folder_options import FolderOptions
from image_velocimetry_tools.batch.inputs.validity import DatedSettings
from image_velocimetry_tools.batch.jobs import BatchCSVParser, JobList
from image_velocimetry_tools.domain.errors import IvyError, JobsCsvError
from image_velocimetry_tools.domain.video import FrameSize, VideoMetadata
from image_velocimetry_tools.formats.jobs.validity_table import read_validity_table

HEADER = "video_path,water_surface_elevation,measurement_date,alpha,stiv_num_pixels\n"
TABLE = "valid_from,valid_to,alpha,stiv_num_pixels\n2019-01-01,2019-12-31,0.8,40\n2020-06-01,,0.9,\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "validity.csv"
    path.write_text(TABLE)
    return path


def parsed(folder: Path, site: ScaffoldConfig, table: Path, rows: str) -> JobList:
    for name in ("a.mp4", "b_20190630-120000.mp4", "c_20200229.mp4"):
        (folder / name).write_bytes(b"x")
    (folder / "jobs.csv").write_text(HEADER + rows)
    return BatchCSVParser(validity=DatedSettings.read(table, site.scaffold)).parse(folder / "jobs.csv", site)


def test_that_the_date_picks_and_the_row_goes_before(tmp_path: Path, site: ScaffoldConfig, table: Path) -> None:
    rows = "a.mp4,333,2019-05-01,,\na.mp4,333,2021-01-01,,32\na.mp4,333,2019-05-01,0.7,\nb_20190630-120000.mp4,333,,,\n"
    jobs = parsed(tmp_path, site, table, rows).jobs
    assert [planned.job.alpha for planned in jobs] == [0.8, 0.9, 0.7, 0.8]
    assert [planned.scaffold.stiv.num_pixels for planned in jobs] == [40, 32, 40, 40]
    assert jobs[0].job.overrides == {"stiv_num_pixels": "40"}


def test_that_jobs_in_gaps_and_without_dates_are_all_named(tmp_path: Path, site: ScaffoldConfig, table: Path) -> None:
    rows = "a.mp4,333,2018-05-01,,\na.mp4,333,1.5.2019,,\nc_20200229.mp4,333,,,\na.mp4,333,,,\na.mp4,333,2019-05-01,,\n"
    with pytest.raises(JobsCsvError) as caught:
        parsed(tmp_path, site, table, rows)
    found = [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]
    assert found[0] == (
        "jobs.csv, line 2: no settings hold on 2018-05-01, the date of the job."
        " Add a row for that date to validity.csv, or correct the date."
    )
    assert "line 3, column 'measurement_date': '1.5.2019' is not a date" in found[1]
    assert "line 4: no settings hold on 2020-02-29" in found[2]
    assert "line 5: the job has no date" in found[3]
    assert len(found) == 4


def test_that_a_section_is_read_before_any_job_and_named_by_its_row(
    tmp_path: Path, site: ScaffoldConfig, table: Path
) -> None:
    (tmp_path / "bad.mat").write_bytes(b"no section")
    table.write_text("valid_from,cross_section_file\n2019-01-01,bad.mat\n")
    with pytest.raises(JobsCsvError, match=r"validity.csv, line 2|bad.mat"):
        DatedSettings.read(table, site.scaffold)


def test_that_jobs_share_the_section_of_their_period(
    tmp_path: Path, site: ScaffoldConfig, table: Path, shared_data: Path
) -> None:
    shutil.copy(shared_data / "boneyard_site" / "Cross-Section_AC3_meters.mat", tmp_path / "new.mat")
    table.write_text("valid_from,cross_section_file\n2019-01-01,\n2020-01-01,new.mat\n")
    rows = "a.mp4,333,2019-05-01,,\na.mp4,318,2020-05-01,,\na.mp4,318.5,2020-05-02,,\n"
    old, new, newer = (planned.scaffold for planned in parsed(tmp_path, site, table, rows).jobs)
    assert old.section is site.scaffold.section
    assert new.section is newer.section
    assert new.section is not old.section


def test_that_a_folder_takes_the_time_of_the_video(tmp_path: Path, site: ScaffoldConfig, table: Path) -> None:
    videos = tmp_path / "videos"
    videos.mkdir()
    for name in ("20190630-120000.mp4", "20200701-120000.mp4"):
        (videos / name).write_bytes(b"x")
    dated = DatedSettings.read(table, site.scaffold)
    jobs = folder_job_list(videos, site, FolderOptions(wse=333.0), validity=dated).jobs
    assert [planned.job.alpha for planned in jobs] == [0.8, 0.9]
    said = folder_job_list(videos, site, FolderOptions(wse=333.0, alpha=0.7), validity=dated).jobs
    assert {planned.job.alpha for planned in said} == {0.7}
    (videos / "20180101-120000.mp4").write_bytes(b"x")
    found = folder_job_list(videos, site, FolderOptions(wse=333.0), validity=dated)
    assert len(found.jobs) == 2
    assert "no settings hold on 2018-01-01" in str(found.left_out[0])
    with pytest.raises(IvyError, match="no settings hold on 2018-01-01"):
        folder_job_list(videos, site, FolderOptions(wse=333.0, strict=True), validity=dated)


def recorded(when: datetime) -> object:
    def probe(path: Path) -> VideoMetadata:
        return VideoMetadata(path, FrameSize(64, 48), 30.0, 5.0, 150, "h264", "yuv420p", 0, None, when, "metadata")

    return probe


@pytest.mark.parametrize(
    ("hour", "zone", "alpha"), [(12, None, None), (20, "-06:00", 0.8), (4, "-06:00", 0.8), (23, "+02:00", 0.9)]
)
def test_that_a_day_that_depends_on_the_zone_is_not_guessed(
    tmp_path: Path, site: ScaffoldConfig, table: Path, hour: int, zone: str | None, alpha: float | None
) -> None:
    table.write_text("valid_from,alpha\n2019-01-01,0.8\n2019-07-01,0.9\n")
    (tmp_path / "a.mp4").write_bytes(b"x")
    probe = recorded(datetime(2019, 6, 30, hour, tzinfo=UTC))
    dated = DatedSettings(read_validity_table(table), timezone=zone, probe=probe)  # type: ignore[arg-type]
    options = FolderOptions(wse=333.0)
    if alpha is None:
        with pytest.raises(IvyError, match="2019-06-30 or 2019-07-01, depending on the time zone"):
            folder_job_list(tmp_path, site, options, validity=dated)
        return
    (planned,) = folder_job_list(tmp_path, site, options, validity=dated).jobs
    assert planned.job.alpha == alpha
