"""One job from its video to its result folder, and nothing left where it fails."""

from __future__ import annotations

import errno
import hashlib
import itertools
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from known_rivers import LEVEL_M, film, mill_site, mill_video, write_settings

from image_velocimetry_tools.batch.folders.identity import MethodChoice, identity_of
from image_velocimetry_tools.batch.folders.manifest import agrees, read_manifest, up_to_date
from image_velocimetry_tools.batch.job.executor import JobExecutor
from image_velocimetry_tools.batch.job.result import JobResult
from image_velocimetry_tools.batch.models import BatchJob, JobProgress, JobStatus, PlannedJob
from image_velocimetry_tools.demo import flow_truth
from image_velocimetry_tools.domain.errors import (
    Cancelled,
    DischargeError,
    IvyError,
    OutputError,
    RectificationError,
    VelocimetryError,
    VideoError,
)
from image_velocimetry_tools.domain.scaffold import Scaffold
from image_velocimetry_tools.domain.video import Clip
from image_velocimetry_tools.services.discharge_service import DischargeService
from image_velocimetry_tools.services.project_service import ProjectService
from image_velocimetry_tools.services.rectification.job_geometry import JobGeometryService
from image_velocimetry_tools.services.stiv_service import STIVService
from image_velocimetry_tools.services.video_service import VideoService


@dataclass(frozen=True, slots=True)
class Site:
    video: Path
    scaffold: Scaffold

    def job(self, **changes: Any) -> BatchJob:
        return replace(BatchJob("job_001", self.video, LEVEL_M), **changes)


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("mill")
    scaffold = ProjectService().load_scaffold(write_settings(mill_site(), folder / "site.ivy")).scaffold
    return Site(film(mill_site(), mill_video(), folder / "mill.mp4"), scaffold)


@pytest.fixture(scope="module")
def done(mill: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[JobResult, Path]:
    """A job with everything that can be had, and its folder."""
    jobs = tmp_path_factory.mktemp("done")
    result = JobExecutor(threads=1).execute(mill.job(), mill.scaffold, jobs, save_project=True)
    return result, jobs / "job_001"


def execute(mill: Site, jobs: Path, executor: JobExecutor | None = None, **options: Any) -> JobResult:
    return (executor or JobExecutor(threads=1)).execute(mill.job(), mill.scaffold, jobs, **{"plots": False, **options})


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def without_circumstances(path: Path) -> dict[str, Any]:
    """A result file but for the time of day and the seconds it took."""
    content: dict[str, Any] = json.loads(path.read_text())
    del content["timings_s"], content["provenance"]["created"]
    return content


# -- what a job leaves ------------------------------------------------------------------------------------------------


def test_that_the_discharge_is_that_of_the_river(done: tuple[JobResult, Path]) -> None:
    truth = flow_truth(mill_site(), mill_video())
    assert done[0].discharge_m3s == pytest.approx(truth.discharge_m3s, rel=0.015)
    assert done[0].area_m2 == pytest.approx(truth.area_m2, rel=0.001)


def test_that_the_file_holds_the_result_that_is_returned(done: tuple[JobResult, Path]) -> None:
    result, folder = done
    stored = JobResult.model_validate_json((folder / "job_001.json").read_text(encoding="utf-8"))
    assert stored.model_dump(mode="json") == result.model_dump(mode="json")
    assert stored.status == JobStatus.COMPLETED


def test_that_plots_and_project_lie_beside_the_result(done: tuple[JobResult, Path]) -> None:
    images = {f"space_time_images/sti_{number:04d}.png" for number in range(20)}
    assert names(done[1]) == {"job_001.json", "job_001.ivy", "section.png", "manifest.json"} | images
    assert [path.name for path in done[1].parent.iterdir()] == ["job_001"]


def test_that_only_the_result_is_left_without_plots(mill: Site, tmp_path: Path) -> None:
    execute(mill, tmp_path)
    assert names(tmp_path) == {"job_001/job_001.json", "job_001/manifest.json"}


def test_that_the_manifest_names_every_file_and_what_it_was_made_from(mill: Site, done: tuple[JobResult, Path]) -> None:
    manifest = read_manifest(done[1])
    assert manifest is not None
    assert {file.path for file in manifest.files} == names(done[1]) - {"manifest.json"}
    assert agrees(done[1], manifest)
    assert (manifest.job_id, manifest.attempt) == ("job_001", 1)
    assert manifest.inputs["video"].sha256 == hashlib.sha256(mill.video.read_bytes()).hexdigest()
    planned = PlannedJob(mill.job(), mill.scaffold)
    for plots, project in itertools.product((False, True), repeat=2):
        wanted = identity_of(planned, MethodChoice(), plots=plots, save_project=project)
        assert up_to_date(done[1], planned, wanted) == manifest


def test_that_an_attempt_is_known_by_its_number(mill: Site, tmp_path: Path) -> None:
    execute(mill, tmp_path, attempt=3)
    manifest = read_manifest(tmp_path / "job_001")
    assert manifest is not None
    assert manifest.attempt == 3


def test_that_the_inputs_are_hashed(mill: Site, done: tuple[JobResult, Path]) -> None:
    inputs = done[0].provenance.inputs
    for name, path in (("video", mill.video), ("scaffold", mill.scaffold.source_path)):
        content = path.read_bytes()
        assert inputs[name].path == str(path)
        assert inputs[name].sha256 == hashlib.sha256(content).hexdigest()
        assert inputs[name].size_bytes == len(content)


def test_that_every_bit_is_the_same_with_one_thread_and_with_two(mill: Site, tmp_path: Path) -> None:
    for threads in (1, 2):
        execute(mill, tmp_path / str(threads), JobExecutor(threads=threads))
    one, two = (without_circumstances(tmp_path / str(threads) / "job_001" / "job_001.json") for threads in (1, 2))
    assert one == two


def test_that_a_second_run_gives_the_same(mill: Site, done: tuple[JobResult, Path], tmp_path: Path) -> None:
    execute(mill, tmp_path, plots=True)
    again = without_circumstances(tmp_path / "job_001" / "job_001.json")
    assert again == without_circumstances(done[1] / "job_001.json")
    for name in ("section.png", "space_time_images/sti_0007.png"):
        assert (tmp_path / "job_001" / name).read_bytes() == (done[1] / name).read_bytes()


def test_that_the_clip_of_the_job_is_measured(mill: Site, tmp_path: Path) -> None:
    job = mill.job(clip=Clip(0.3, 1.8))
    result = JobExecutor(threads=1).execute(job, mill.scaffold, tmp_path, plots=False)
    assert result.provenance.parameters["frames"] == 46
    assert result.provenance.parameters["clip_start_s"] == 0.3
    assert result.provenance.parameters["clip_end_s"] == 1.8


def test_that_stages_are_reported_in_their_order(mill: Site, tmp_path: Path) -> None:
    seen: list[tuple[str, float]] = []
    execute(mill, tmp_path, progress=lambda stage, fraction: seen.append((stage, fraction)))
    stages = [stage for stage, _ in seen]
    assert list(dict.fromkeys(reversed(stages)))[::-1] == [
        "geometry", "decode", "rectify", "velocimetry", "discharge", "output",
    ]  # fmt: skip
    assert all(0.0 <= fraction <= 1.0 for _, fraction in seen)


def test_that_the_share_of_a_job_that_is_done_never_falls(mill: Site, tmp_path: Path) -> None:
    shares: list[float] = []

    def note(stage: str, fraction: float) -> None:
        shares.append(JobProgress("job_001", 1, 1, JobStatus.RUNNING, stage, fraction).job_fraction)

    execute(mill, tmp_path, progress=note)
    assert shares == sorted(shares)


# -- what a failed job leaves: nothing --------------------------------------------------------------------------------


class FailingVideos(VideoService):
    def open_clip(self, *args: Any, **options: Any) -> Any:
        raise VideoError("cannot be opened")


class FailingGeometries(JobGeometryService):
    def prepare(self, *args: Any) -> Any:
        raise RectificationError("nothing fits")


class FailingSearches(STIVService):
    def measure_tiles(self, *args: Any, **options: Any) -> Any:
        raise VelocimetryError("nothing is found")


class FailingDischarges(DischargeService):
    def measure(self, *args: Any, **options: Any) -> Any:
        raise DischargeError("nothing flows")


class BrokenSearches(STIVService):
    def measure_tiles(self, *args: Any, **options: Any) -> Any:
        raise ZeroDivisionError("a bug")


FAILURES = [
    ("decode", VideoError, {"video_service": FailingVideos()}),
    ("geometry", RectificationError, {"geometry_service": FailingGeometries()}),
    ("velocimetry", VelocimetryError, {"stiv_service": FailingSearches()}),
    ("discharge", DischargeError, {"discharge_service": FailingDischarges()}),
]


@pytest.fixture(params=[False, True], ids=["first run", "second run"])
def jobs(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of the jobs, empty or with an earlier result in it."""
    folder = tmp_path / "jobs"
    if request.param:
        (folder / "job_001").mkdir(parents=True)
        (folder / "job_001" / "job_001.json").write_text("earlier")
    return folder


def assert_untouched(jobs: Path) -> None:
    """Nothing is there, or the earlier result and nothing else."""
    assert not jobs.exists() or names(jobs) in (set(), {"job_001/job_001.json"})
    if (jobs / "job_001").exists():
        assert (jobs / "job_001" / "job_001.json").read_text() == "earlier"
    assert not jobs.exists() or {path.name for path in jobs.iterdir()} <= {"job_001"}


@pytest.mark.parametrize(("stage", "kind", "services"), FAILURES, ids=[stage for stage, _, _ in FAILURES])
def test_that_a_failure_carries_its_stage_and_leaves_nothing(
    mill: Site, jobs: Path, stage: str, kind: type[IvyError], services: dict[str, Any]
) -> None:
    had_earlier = (jobs / "job_001").exists()
    with pytest.raises(kind) as caught:
        execute(mill, jobs, JobExecutor(threads=1, **services))
    assert caught.value.stage == stage
    assert_untouched(jobs)
    assert (jobs / "job_001").exists() == had_earlier


def test_that_a_bug_is_not_dressed_up_and_leaves_nothing(mill: Site, jobs: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        execute(mill, jobs, JobExecutor(threads=1, stiv_service=BrokenSearches()))
    assert_untouched(jobs)


@pytest.mark.parametrize("method", ["write_text", "write_bytes"])
def test_that_a_full_disk_leaves_nothing(mill: Site, jobs: Path, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """While the result is written, or a space-time image before it."""
    write: Callable[..., int] = getattr(Path, method)

    def full(self: Path, *args: Any, **options: Any) -> int:
        write(self, *args, **options)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, method, full)
    with pytest.raises(OutputError, match="the disk is full") as caught:
        execute(mill, jobs, plots=method == "write_bytes")
    assert caught.value.stage == "output"
    monkeypatch.undo()
    assert_untouched(jobs)


def test_that_a_full_disk_under_a_project_leaves_nothing(
    mill: Site, jobs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import zipfile

    def full(*args: Any, **options: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OutputError, match="disk is full"):
        execute(mill, jobs, save_project=True)
    monkeypatch.undo()
    assert_untouched(jobs)


@pytest.mark.parametrize("stage", ["geometry", "decode", "rectify", "velocimetry"])
def test_that_a_cancelled_job_leaves_nothing(mill: Site, jobs: Path, stage: str) -> None:
    entered: list[str] = []
    with pytest.raises(Cancelled):
        execute(
            mill,
            jobs,
            progress=lambda name, fraction: entered.append(name),
            cancel=lambda: stage in entered,
        )
    assert "discharge" not in entered
    assert_untouched(jobs)


def test_that_a_job_cancelled_from_the_start_decodes_nothing(mill: Site, jobs: Path) -> None:
    entered: list[str] = []
    with pytest.raises(Cancelled):
        execute(mill, jobs, progress=lambda name, fraction: entered.append(name), cancel=lambda: True)
    assert "rectify" not in entered
    assert_untouched(jobs)


def test_that_an_output_folder_in_the_way_is_told(mill: Site, tmp_path: Path) -> None:
    (tmp_path / "jobs").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        execute(mill, tmp_path / "jobs")


def test_that_a_scaffold_that_vanished_is_told_in_the_user_s_words(mill: Site, jobs: Path, tmp_path: Path) -> None:
    gone = replace(mill.scaffold, source_path=tmp_path / "gone.ivy")
    with pytest.raises(IvyError, match=r"gone\.ivy"):
        JobExecutor(threads=1).execute(mill.job(), gone, jobs, plots=False)
    assert_untouched(jobs)
