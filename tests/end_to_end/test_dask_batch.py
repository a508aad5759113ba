"""A batch of the real program on a Dask cluster of two worker processes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import distributed
import pytest
from known_rivers import LEVEL_M, film, mill_site, mill_video, write_settings
from stand_in_results import summary_rows
from typer.testing import CliRunner

from image_velocimetry_tools.batch.following.from_outside import standing
from image_velocimetry_tools.builtins.executors.dask.orders import TOPIC
from image_velocimetry_tools.cli.main import app
from image_velocimetry_tools.demo import flow_truth

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster() -> Iterator[distributed.LocalCluster]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", memory_limit=0, dashboard_address=None
    ) as cluster:
        yield cluster


def test_that_jobs_run_on_the_workers_of_a_scheduler_and_fetch_their_videos_there(
    cluster: distributed.LocalCluster, tmp_path: Path
) -> None:
    out, video = tmp_path / "out", tmp_path / "videos" / "mill.mp4"
    video.parent.mkdir()
    write_settings(mill_site(), tmp_path / "site.ivy")
    film(mill_site(), mill_video(), video)
    rows = [f"{video},{LEVEL_M},path", f"{video.as_uri()},{LEVEL_M},url", f"{video.as_uri()}x,{LEVEL_M},gone"]
    (tmp_path / "jobs.csv").write_text("\n".join(["video_path,water_surface_elevation,job_id", *rows]))
    places = [tmp_path / "site.ivy", tmp_path / "jobs.csv", "--output", out]
    options = ["--executor", "dask", "--scheduler", cluster.scheduler_address, "--no-plots", "--quiet"]
    outcome = CliRunner().invoke(app, ["run", *map(str, places), *options])
    assert outcome.exit_code == 1, outcome.output
    found = {row["job_id"]: row for row in summary_rows(out)}
    assert {name: row["status"] for name, row in found.items()} == {
        "path": "completed",
        "url": "completed",
        "gone": "failed",
    }
    assert found["path"]["discharge"] == found["url"]["discharge"]
    truth_m3s = flow_truth(mill_site(), mill_video()).discharge_m3s
    assert float(found["url"]["discharge"]) == pytest.approx(truth_m3s, rel=0.015)
    assert (found["gone"]["error_stage"], found["url"]["video_path"]) == ("fetch", video.as_uri())
    result = json.loads((out / "jobs" / "url" / "url.json").read_text())
    assert result["provenance"]["inputs"]["video"]["path"] == video.as_uri()
    assert sorted(folder.name for folder in (out / "jobs").iterdir()) == ["path", "url"]
    assert {job.attempt for job in standing(out).jobs} == {1}
    with distributed.Client(cluster) as client:
        # what our workers told, so that nobody measured elsewhere
        assert len(client.get_events(TOPIC)) >= len(rows)
