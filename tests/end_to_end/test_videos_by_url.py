"""Videos that have a URL, measured by the real program: fetched where a job runs, and named by their URL ever after."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from known_rivers import LEVEL_M, film, mill_site, mill_video, write_settings
from stand_in_results import summary_rows
from typer.testing import CliRunner
from web_server import served

from image_velocimetry_tools.api import process_video
from image_velocimetry_tools.cli.main import app
from image_velocimetry_tools.demo import flow_truth
from image_velocimetry_tools.formats.project.archive import read_project

TRUTH_M3S = flow_truth(mill_site(), mill_video()).discharge_m3s


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the settings of a site and a video of it."""
    folder = tmp_path_factory.mktemp("river")
    write_settings(mill_site(), folder / "site.ivy")
    film(mill_site(), mill_video(), folder / "mill.mp4")
    return folder


def run_batch(river: Path, out: Path, *urls: str) -> list[dict[str, str]]:
    jobs = out.with_suffix(".csv")
    jobs.write_text("\n".join(["video_path,water_surface_elevation", *(f"{url},{LEVEL_M}" for url in urls)]))
    arguments = ["run", river / "site.ivy", jobs, "--output", out, "--no-plots", "--quiet", "--max-retries", "0"]
    CliRunner().invoke(app, [str(one) for one in arguments])
    return summary_rows(out)


@pytest.mark.slow
def test_that_a_batch_measures_a_video_by_its_url_and_only_once(river: Path, tmp_path: Path) -> None:
    url, out = (river / "mill.mp4").as_uri(), tmp_path / "out"
    missing = (river / "none.mp4").as_uri()
    rows = run_batch(river, out, url, missing)
    assert [row["video_path"] for row in rows] == [url, missing]
    assert [row["status"] for row in rows] == ["completed", "failed"]
    assert float(rows[0]["discharge"]) == pytest.approx(TRUTH_M3S, rel=0.015)
    assert rows[1]["error_stage"] == "fetch"
    assert f"{missing}: it cannot be fetched" in rows[1]["error_message"]
    result = json.loads((out / "jobs" / "job_001" / "job_001.json").read_text())
    stamped = result["provenance"]["inputs"]["video"]
    assert (result["video_path"], stamped["path"]) == (url, url)
    assert stamped["size_bytes"] == (river / "mill.mp4").stat().st_size
    assert sorted(path.name for path in (out / "jobs").iterdir()) == ["job_001"]
    assert run_batch(river, out, url)[0]["status"] == "skipped"


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("aiohttp") is None, reason="aiohttp is not installed")
def test_that_a_video_of_a_web_server_is_measured(river: Path, tmp_path: Path) -> None:
    with served(river) as address:
        (row,) = run_batch(river, tmp_path / "out", f"{address}/mill.mp4")
    assert (row["status"], row["video_path"]) == ("completed", f"{address}/mill.mp4")


def test_that_a_single_video_is_measured_by_its_url_and_its_project_names_it(river: Path, tmp_path: Path) -> None:
    url = (river / "mill.mp4").as_uri()
    result = process_video(
        scaffold_path=river / "site.ivy",
        video_path=url,
        water_surface_elevation=LEVEL_M,
        output_directory=tmp_path,
        plots=False,
        save_project=True,
    )
    assert (result.job_id, result.video_url, result.success) == ("mill", url, True)
    assert sorted(path.name for path in (tmp_path / "jobs").iterdir()) == ["mill"]
    assert str(tmp_path) not in (tmp_path / "jobs" / "mill" / "mill.json").read_text()
    project = read_project(tmp_path / "jobs" / "mill" / "mill.ivy").data
    assert (project["video_file_name"], project["video_file"]) == (url, "mill.mp4")


def test_that_a_single_video_that_cannot_be_fetched_is_named(river: Path, tmp_path: Path) -> None:
    url = (river / "none.mp4").as_uri()
    result = process_video(
        scaffold_path=river / "site.ivy", video_path=url, water_surface_elevation=LEVEL_M, output_directory=tmp_path
    )
    assert (result.stage, result.success) == ("fetch", False)
    assert url in (result.error_message or "")
    assert not (tmp_path / "jobs").exists()
