"""Batches whose discharges are made anew: figures, folders, rows, and what a later run thinks of them."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from known_rivers import LEVEL_M, film, mill_site, mill_video, opened, write_settings

from image_velocimetry_tools.batch.config import RunSettings
from image_velocimetry_tools.batch.folders.manifest import read_manifest, verified
from image_velocimetry_tools.batch.folders.owner_lock import OwnedElsewhere
from image_velocimetry_tools.batch.folders.recomputation_record import still_holds
from image_velocimetry_tools.batch.folders.state_folder import find_state, state_folder
from image_velocimetry_tools.batch.labels import BatchLabels
from image_velocimetry_tools.batch.models import BatchJob, BatchStatus, JobStatus, PlannedJob
from image_velocimetry_tools.batch.plan.scaffold_loader import ScaffoldLoader
from image_velocimetry_tools.batch.recompute.whole_batch import recompute_batch
from image_velocimetry_tools.batch.recompute.wishes import RecomputeWishes
from image_velocimetry_tools.batch.running.carrying_out import carry_out
from image_velocimetry_tools.batch.running.open_batch import created_batch, taken_up_batch
from image_velocimetry_tools.batch.store import BatchStore
from image_velocimetry_tools.batch.store.records import JobRecord
from image_velocimetry_tools.domain.errors import IvyError


@pytest.fixture(scope="module")
def measured_batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two jobs measured, with everything that can be had, and one whose video is none."""
    folder = tmp_path_factory.mktemp("mill")
    scaffold = ScaffoldLoader().load(write_settings(mill_site(), folder / "site.ivy"))
    video = film(mill_site(), mill_video(), folder / "mill.mp4")
    broken = folder / "broken.mp4"
    broken.write_bytes(b"not really a video")
    jobs = [BatchJob("a", video, LEVEL_M), BatchJob("b", video, LEVEL_M - 0.05), BatchJob("none", broken, LEVEL_M)]
    planned = [PlannedJob(job, scaffold.scaffold) for job in jobs]
    settings = RunSettings(jobs=1, threads=1, executor="inline", save_projects=True, max_retries=0)
    state = state_folder(folder / "out")
    with created_batch(scaffold, planned, state, settings, BatchLabels("mill")) as taken:
        carry_out(taken)
    return folder / "out"


@pytest.fixture
def batch(measured_batch: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(measured_batch, tmp_path / "out"))


@pytest.fixture
def deeper_csv(tmp_path: Path) -> Path:
    """The mill's section with its bed 0.2 m lower, stations counted from elsewhere."""
    section = opened(mill_site()).section
    rows = [
        f"{station + 100.0!r},{elevation - (0.2 if elevation < LEVEL_M - 0.3 else 0.0)!r}"
        for station, elevation in zip(section.station_m.tolist(), section.elevation_m.tolist(), strict=True)
    ]
    path = tmp_path / "resurvey.csv"
    path.write_text("station,elevation\n" + "\n".join(rows) + "\n")
    return path


def result_of(folder: Path, job_id: str = "a") -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "jobs" / job_id / f"{job_id}.json").read_text(encoding="utf-8"))
    return content


def rows_of(folder: Path) -> dict[str, JobRecord]:
    state, batch_id = find_state(folder)
    with BatchStore.open(state.database_url, read_only=True) as store:
        return {job.job_id: job for job in store.jobs(batch_id)}


def files_of(folder: Path) -> dict[str, bytes]:
    jobs = folder / "jobs"
    return {str(path.relative_to(jobs)): path.read_bytes() for path in jobs.rglob("*") if path.is_file()}


def test_that_without_a_change_nothing_at_all_is_touched(batch: Path) -> None:
    before = files_of(batch)

    report = recompute_batch(batch, RecomputeWishes())

    assert [change.change_percent for change in report.changes] == [0.0, 0.0]
    assert files_of(batch) == before


def test_that_another_alpha_changes_results_rows_summary_and_says_so(batch: Path) -> None:
    before = result_of(batch)

    report = recompute_batch(batch, RecomputeWishes(alpha=0.7))

    after, row = result_of(batch), rows_of(batch)["a"]
    assert after["discharge_m3s"] == pytest.approx(before["discharge_m3s"] * 0.7 / 0.85, rel=1e-12)
    assert (after["alpha"], row.job.alpha, row.status) == (0.7, 0.7, JobStatus.COMPLETED)
    assert row.result is not None
    assert row.result.total_discharge == after["discharge_m3s"]
    note = after["provenance"]["recomputed"]
    assert note["changes"] == ["alpha 0.85 -> 0.7"]
    assert note["measured"]["discharge_m3s"] == before["discharge_m3s"]
    summary = list(csv.DictReader((batch / "batch_summary.csv").open(encoding="utf-8-sig")))
    assert [line["alpha"] for line in summary] == ["0.7", "0.7", "0.85"]
    assert report.mean_after_m3s == pytest.approx(report.mean_before_m3s * 0.7 / 0.85)
    assert report.chosen == 2


def test_that_going_back_gives_the_measured_figures_to_the_last_bit(batch: Path) -> None:
    before = result_of(batch)
    recompute_batch(batch, RecomputeWishes(alpha=0.7, gap_rule="drop", tests_neighbours=False))
    recompute_batch(batch, RecomputeWishes(alpha=0.85, gap_rule="froude", tests_neighbours=True))

    after = result_of(batch)

    del before["provenance"], after["provenance"]
    assert after == before


def test_that_a_row_that_missed_its_recomputation_is_put_right_by_the_next(batch: Path) -> None:
    database = batch / ".ivytools" / "state.sqlite3"
    before = database.read_bytes()
    recompute_batch(batch, RecomputeWishes(alpha=0.7))
    for leftover in database.parent.glob("state.sqlite3-*"):
        leftover.unlink()
    database.write_bytes(before)

    recompute_batch(batch, RecomputeWishes(alpha=0.7))

    row = rows_of(batch)["a"]
    assert row.result is not None
    assert (row.job.alpha, row.result.total_discharge) == (0.7, result_of(batch)["discharge_m3s"])


def test_that_images_stay_the_section_is_drawn_anew_and_the_project_goes(batch: Path) -> None:
    before = files_of(batch)

    report = recompute_batch(batch, RecomputeWishes(alpha=0.7), ["a"])

    after = files_of(batch)
    images = {name for name in before if name.startswith("a/space_time_images/")}
    assert images
    assert all(after[name] == before[name] for name in images)
    assert after["a/section.png"] != before["a/section.png"]
    assert "a/a.ivy" in before
    assert "a/a.ivy" not in after
    assert [change.leaves_project for change in report.changes] == [True]
    assert {name: content for name, content in after.items() if name.startswith("b/")} == {
        name: content for name, content in before.items() if name.startswith("b/")
    }


def test_that_without_plots_no_drawing_of_the_old_discharge_is_left(batch: Path) -> None:
    recompute_batch(batch, RecomputeWishes(alpha=0.7), plots=False)

    assert not (batch / "jobs" / "a" / "section.png").exists()
    assert (batch / "jobs" / "a" / "space_time_images").is_dir()


def test_that_a_dry_run_compares_and_changes_nothing(batch: Path) -> None:
    before, rows = files_of(batch), rows_of(batch)

    report = recompute_batch(batch, RecomputeWishes(alpha=0.7), dry_run=True)

    assert report.changes[0].change_percent == pytest.approx(100.0 * (0.7 / 0.85 - 1.0))
    assert files_of(batch) == before
    assert rows_of(batch) == rows


def test_that_a_resurveyed_section_gives_depths_at_the_places_that_were_measured(batch: Path, deeper_csv: Path) -> None:
    before = result_of(batch)

    recompute_batch(batch, RecomputeWishes(section_path=deeper_csv))

    after = result_of(batch)
    assert after["area_m2"] > before["area_m2"]
    for old, new in zip(before["points"], after["points"], strict=True):
        assert new["station_m"] == pytest.approx(old["station_m"] + 100.0, abs=1e-9)
        assert new["distance_from_edge_m"] == pytest.approx(old["distance_from_edge_m"], abs=1e-9)
        assert (new["x_px"], new["normal_velocity_mps"]) == (old["x_px"], old["normal_velocity_mps"])
    assert after["provenance"]["recomputed"]["section"]["path"] == str(deeper_csv)


def test_that_a_replaced_section_stays_when_alpha_changes_later(batch: Path, deeper_csv: Path) -> None:
    recompute_batch(batch, RecomputeWishes(section_path=deeper_csv))
    between = result_of(batch)
    deeper_csv.unlink()

    recompute_batch(batch, RecomputeWishes(alpha=0.425))

    assert result_of(batch)["area_m2"] == between["area_m2"]
    assert result_of(batch)["discharge_m3s"] == pytest.approx(between["discharge_m3s"] / 2.0)


def test_that_jobs_whose_level_the_section_does_not_reach_are_left_as_they_were(batch: Path, tmp_path: Path) -> None:
    low = tmp_path / "low.csv"
    low.write_text(f"0,{LEVEL_M - 0.02}\n3,{LEVEL_M - 2}\n6,{LEVEL_M - 0.02}\n")
    before = files_of(batch)

    report = recompute_batch(batch, RecomputeWishes(section_path=low))

    assert [problem.where.split(",")[0] for problem in report.problems] == ["job a", "job b"]
    assert "above the section" in report.problems[0].what
    assert files_of(batch) == before


def test_that_another_folder_gets_a_batch_of_its_own_and_the_old_one_stays(batch: Path, tmp_path: Path) -> None:
    before = files_of(batch)

    report = recompute_batch(batch, RecomputeWishes(alpha=0.7), new_directory=tmp_path / "new")
    shutil.rmtree(batch / "jobs")

    assert report.output_directory == tmp_path / "new"
    rows = rows_of(tmp_path / "new")
    assert {job_id: (row.status, row.job.alpha) for job_id, row in rows.items()} == {
        job_id: (JobStatus.COMPLETED, 0.7) for job_id in ("a", "b")
    }
    state, batch_id = find_state(tmp_path / "new")
    with BatchStore.open(state.database_url, read_only=True) as store:
        assert store.batch(batch_id).status is BatchStatus.COMPLETED
    assert (tmp_path / "new" / "batch_summary.csv").exists()
    manifest = read_manifest(tmp_path / "new" / "jobs" / "a")
    assert manifest is not None
    assert verified(tmp_path / "new" / "jobs" / "a", manifest.identity) == manifest
    images = {name for name in before if "space_time_images" in name}
    assert images <= set(files_of(tmp_path / "new"))


def test_that_a_folder_with_a_batch_is_not_taken_for_the_new_one(batch: Path) -> None:
    with pytest.raises(IvyError, match="holds a batch already"):
        recompute_batch(batch, RecomputeWishes(alpha=0.7), new_directory=batch)


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        (RecomputeWishes(alpha=1.2), "alpha must lie above 0"),
        (RecomputeWishes(least_quality=2.0), "least quality"),
        (RecomputeWishes(largest_spread=0.0), "largest spread"),
        (RecomputeWishes(gap_rule="guess"), "gap rule 'guess'"),
        (RecomputeWishes(section_path=Path("nowhere.mat")), "nowhere.mat"),
    ],
)
def test_that_a_wish_without_sense_is_refused_before_anything_changes(
    batch: Path, wishes: RecomputeWishes, message: str
) -> None:
    before = files_of(batch)

    with pytest.raises(IvyError, match=message):
        recompute_batch(batch, wishes)

    assert files_of(batch) == before


def test_that_jobs_that_are_unknown_or_without_a_result_are_named_together(batch: Path) -> None:
    with pytest.raises(IvyError) as caught:
        recompute_batch(batch, RecomputeWishes(alpha=0.7), ["a", "aa", "none"])

    assert [problem.what for problem in caught.value.problems] == [
        "there is no job 'aa'",
        "job none is failed and has no result",
    ]


def test_that_a_damaged_result_is_said_and_the_others_are_recomputed(batch: Path) -> None:
    path = batch / "jobs" / "a" / "a.json"
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")

    report = recompute_batch(batch, RecomputeWishes(alpha=0.7))

    assert [(problem.where, problem.what) for problem in report.problems] == [
        ("job a", "its result is gone or damaged")
    ]
    assert [change.job_id for change in report.changes] == ["b"]


def test_that_a_job_of_a_site_that_has_changed_since_is_refused(batch: Path) -> None:
    with taken_up_batch(batch, checks_inputs=False) as taken:
        scaffold_path = taken.batch.scaffold_path
        changed = ScaffoldLoader().load(scaffold_path)
    moved = replace(changed.scaffold, line_px=changed.scaffold.line_px + 3.0)

    class OtherSite:
        def load(self, path: Path | str) -> Any:
            return changed.model_copy(update={"scaffold": moved})

    loader: Any = OtherSite()
    report = recompute_batch(batch, RecomputeWishes(alpha=0.7), loader=loader)

    assert report.changes == ()
    assert {problem.what.split(",")[0] for problem in report.problems} == {"the scaffold"}


def test_that_a_batch_that_is_being_run_is_refused(batch: Path) -> None:
    with taken_up_batch(batch, checks_inputs=False), pytest.raises(OwnedElsewhere):
        recompute_batch(batch, RecomputeWishes(alpha=0.7))


def judged(folder: Path, **changes: Any) -> tuple[bool, bool]:
    """Whether a new run, asking for job a with some changes, and a resume would take the result as it lies."""
    with taken_up_batch(folder, checks_inputs=False) as taken:
        row = taken.store.job(taken.batch_id, "a")
        planner = taken.planner
        wanted = planner.planned(replace(row.job, **changes))
        planner.settings = planner.settings.model_copy(update={"save_projects": False})
        by_run = planner.up_to_date_result(wanted) is not None
        planned = planner.planned(row.job)
        identity = planner.identity(planned)
        by_resume = by_run or still_holds(row.inputs, folder / "jobs" / "a", planned, identity)
        return by_run, by_resume


def test_that_another_alpha_alone_is_up_to_date_for_a_run_that_asks_for_it(batch: Path) -> None:
    recompute_batch(batch, RecomputeWishes(alpha=0.7))

    assert judged(batch) == (True, True)
    assert judged(batch, alpha=0.85)[0] is False


@pytest.mark.parametrize(
    "wishes", [RecomputeWishes(gap_rule="drop"), RecomputeWishes(least_quality=0.2), RecomputeWishes(alpha=0.7)]
)
def test_that_a_resume_leaves_alone_what_a_new_run_would_measure_again(batch: Path, wishes: RecomputeWishes) -> None:
    recompute_batch(batch, wishes, plots=False)

    assert judged(batch) == (False, True)


def test_that_a_recomputed_result_no_longer_holds_once_its_file_is_damaged(batch: Path) -> None:
    recompute_batch(batch, RecomputeWishes(gap_rule="drop"))
    (batch / "jobs" / "a" / "a.json").write_text("{}")

    assert judged(batch) == (False, False)


@pytest.mark.slow
@pytest.mark.parametrize("case", ["boneyard", "trapezoid"])
def test_that_results_of_known_cases_come_back_byte_by_byte(shared_data: Path, tmp_path: Path, case: str) -> None:
    from image_velocimetry_tools.batch.jobs import BatchCSVParser
    from image_velocimetry_tools.batch.recompute.one_job import JobRecomputer

    scaffold = ScaffoldLoader().load(shared_data / case / "scaffold_project.ivy")
    jobs = BatchCSVParser().parse(next((shared_data / case).glob("*.csv")), scaffold).jobs
    settings = RunSettings(jobs=1, executor="inline", plots=False)
    with created_batch(scaffold, jobs, state_folder(tmp_path), settings, BatchLabels(case)) as taken:
        carry_out(taken)
        recomputer = JobRecomputer(taken.planner, RecomputeWishes())
        records = taken.store.jobs(taken.batch_id)
        assert records
        for record in records:
            text = (tmp_path / "jobs" / record.job_id / f"{record.job_id}.json").read_text(encoding="utf-8")
            assert recomputer.recomputed(record).after.model_dump_json(indent=1) + "\n" == text
