"""A folder of videos gives the jobs that a CSV would."""

from __future__ import annotations

from pathlib import Path

import pytest

from image_velocimetry_tools.batch.config import ScaffoldConfig
from image_velocimetry_tools.batch.inputs.folder import folder_job_list, folder_rows
from image_velocimetry_tools.batch.inputs.folder_options import FolderOptions
from image_velocimetry_tools.batch.jobs import BatchCSVParser, JobList
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.formats.jobs.jobs_csv import write_jobs_csv

RECORD = "datetime,stage\n2017-06-30 11:50,332.0\n2017-06-30 12:00,333.0\n2017-06-30 12:20,350.0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("20170630-115500.mp4", "day 2/20170630-115930.mp4"):
        add(tmp_path / "videos", name)
    return tmp_path / "videos"


@pytest.fixture
def options(tmp_path: Path) -> FolderOptions:
    (tmp_path / "stage.csv").write_text(RECORD)
    return FolderOptions(stage_record=tmp_path / "stage.csv", timezone="CST", recursive=True)


def add(folder: Path, name: str, content: bytes = b"x") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def ids(found: JobList) -> list[str]:
    return [planned.job.job_id for planned in found.jobs]


def test_that_the_jobs_are_those_of_the_csv_that_the_folder_would_make(
    folder: Path, site: ScaffoldConfig, options: FolderOptions
) -> None:
    found = folder_job_list(folder, site, options)
    write_jobs_csv(folder / "jobs.csv", folder_rows(folder, options).rows)
    same = BatchCSVParser().parse(folder / "jobs.csv", site)
    assert ids(found) == ids(same) == ["20170630-115500", "day_2__20170630-115930"]
    for mine, theirs in zip(found.jobs, same.jobs, strict=True):
        assert mine.job.water_surface_elevation_m == theirs.job.water_surface_elevation_m
        assert (mine.job.video_path, mine.job.clip) == (theirs.job.video_path, theirs.job.clip)
    assert found.jobs[0].job.water_surface_elevation_m == pytest.approx(332.5 * 0.3048)
    assert found.left_out == ()


def test_that_one_level_clip_and_alpha_serve_all(folder: Path, site: ScaffoldConfig) -> None:
    options = FolderOptions(wse=333.0, alpha=0.9, start_time="0:05", end_time=20, recursive=True)
    found = folder_job_list(folder, site, options)
    assert {job.job.alpha for job in found.jobs} == {0.9}
    assert {(job.job.clip.start_s, job.job.clip.end_s, job.job.clip.frame_step) for job in found.jobs} == {(5, 20, 2)}


def test_that_videos_without_a_usable_level_are_left_out_with_reasons(
    folder: Path, site: ScaffoldConfig, options: FolderOptions
) -> None:
    add(folder, "20170630-125500.mp4")
    add(folder, "20170630-121500.mp4")
    add(folder, "20170630-115600.mp4", b"")
    add(folder, "._20170630-115500.mp4")
    found = folder_job_list(folder, site, options)
    assert len(found.jobs) == 2
    reasons = {Path(problem.where).name or problem.what: problem.what for problem in found.left_out}
    assert len(reasons) == 3
    text = "\n".join(str(problem) for problem in found.left_out)
    assert "20170630-125500.mp4" in text
    assert "is after all readings" in text
    assert "is above the section" in text
    assert "is empty (zero bytes)" in text


def test_that_strict_refuses_with_the_problems_of_all_videos(
    folder: Path, site: ScaffoldConfig, options: FolderOptions
) -> None:
    add(folder, "20170630-125500.mp4")
    add(folder, "20170630-121500.mp4")
    with pytest.raises(IvyError) as caught:
        folder_job_list(folder, site, options.model_copy(update={"strict": True}))
    assert len(caught.value.problems) == 2
    assert caught.value.stage == "input"


def test_that_a_folder_without_any_level_is_refused(folder: Path, site: ScaffoldConfig, options: FolderOptions) -> None:
    with pytest.raises(IvyError) as caught:
        folder_job_list(folder, site, options.model_copy(update={"datum_offset": 100.0}))
    assert len(caught.value.problems) == 2


def test_that_one_wrong_level_for_all_is_one_sentence(folder: Path, site: ScaffoldConfig) -> None:
    with pytest.raises(IvyError) as caught:
        folder_job_list(folder, site, FolderOptions(wse=101.5, recursive=True))
    (problem,) = caught.value.problems
    assert problem.where == "the water level for all videos"
    assert "looks like m" in problem.remedy


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "have no water level"),
        ({"wse": 1.0, "stage_record": Path("x")}, "two sources of water levels"),
        ({"wse": 333.0, "start_time": "20", "end_time": "10"}, "is not after its start"),
        ({"wse": 333.0, "pattern": "*.avi"}, "no file that matches"),
    ],
)
def test_that_contradictions_are_refused(
    folder: Path, site: ScaffoldConfig, options: dict[str, object], message: str
) -> None:
    with pytest.raises(IvyError, match=message):
        folder_job_list(folder, site, FolderOptions.model_validate(options))


def test_that_videos_that_join_later_get_ids_that_are_free(folder: Path, site: ScaffoldConfig) -> None:
    options = FolderOptions(wse=333.0)
    late = [add(folder, "20170630-115500.mov"), add(folder.parent, "elsewhere/other.mp4")]
    found = folder_job_list(folder, site, options, videos=late, taken_ids=["20170630-115500"])
    assert ids(found) == ["20170630-115500_2", "other"]


def test_that_the_folder_of_the_results_is_not_looked_into(folder: Path, site: ScaffoldConfig) -> None:
    add(folder, "results/exports/merged.mp4")
    found = folder_job_list(folder, site, FolderOptions(wse=333.0, recursive=True), ignored=[folder / "results"])
    assert len(found.jobs) == 2
