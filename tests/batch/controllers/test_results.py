"""The presenter of reports, exports and comparisons, on real batches of generated results."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
from batch_folders import Change, batch_folder
from example_exporters import install_example_exporters
from recorded_view import RecordedView
from store_values import BATCH

from image_velocimetry_tools.batch.controllers.results import ResultsController
from image_velocimetry_tools.batch.folders.state_folder import find_state
from image_velocimetry_tools.batch.job.result import JobResult
from image_velocimetry_tools.batch.models import BatchStatus
from image_velocimetry_tools.batch.results.export_wish import ExportWish, naming
from image_velocimetry_tools.batch.store import BatchStore
from image_velocimetry_tools.plugins.registry import PluginRegistry


@pytest.fixture
def view() -> RecordedView:
    return RecordedView()


@pytest.fixture
def controller(view: RecordedView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ResultsController:
    install_example_exporters(tmp_path, monkeypatch)
    return ResultsController(view, registry=PluginRegistry())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return batch_folder(tmp_path / "a")


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_that_a_report_is_a_web_page_in_the_folder(
    controller: ResultsController, view: RecordedView, folder: Path
) -> None:
    assert controller.report(folder, [], ExportWish()) == 0
    assert "<html" in (folder / "report.html").read_text(encoding="utf-8")
    assert view.said == [f"written: {folder / 'report.html'}"]
    assert not {"report.json", "report.csv"} & names_in(folder)


def test_that_a_report_comes_in_every_form_at_once(controller: ResultsController, folder: Path, tmp_path: Path) -> None:
    assert controller.report(folder, ["json", "csv"], ExportWish(output=tmp_path / "new")) == 0
    assert names_in(tmp_path / "new") == {"report.json", "report.csv"}
    assert len(json.loads((tmp_path / "new" / "report.json").read_text(encoding="utf-8"))["jobs"]) == 4


def test_that_the_ending_of_the_file_chooses_the_form(
    controller: ResultsController, folder: Path, tmp_path: Path
) -> None:
    for name in ("r.JSON", "r.txt"):
        assert controller.report(folder, [], ExportWish(output=tmp_path / name)) == 0
    assert json.loads((tmp_path / "r.JSON").read_text(encoding="utf-8"))
    assert "<html" in (tmp_path / "r.txt").read_text(encoding="utf-8")


def test_that_an_unknown_form_is_refused(controller: ResultsController, view: RecordedView, folder: Path) -> None:
    assert controller.report(folder, ["jsn", "html"], ExportWish()) == 2
    assert view.problems == ["there is no report in the form 'jsn'. Did you mean 'json'."]
    assert "report.html" not in names_in(folder)


def test_that_gauged_discharges_reach_the_report(controller: ResultsController, folder: Path, tmp_path: Path) -> None:
    gauged = tmp_path / "gauged.csv"
    gauged.write_text("job_id,discharge_m3s\njob_001,10\njob_002,25\n")
    shared = {"gauged_file": gauged, "gauged_column": None}
    assert controller.report(folder, ["json"], ExportWish(shared=shared)) == 0
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    pairs = report["gauged_comparison"]["pairs"]
    assert [(pair["job_id"], pair["gauged_m3s"]) for pair in pairs] == [("job_001", 10.0), ("job_002", 25.0)]


def test_that_a_running_batch_is_reported_as_far_as_it_is(
    controller: ResultsController, view: RecordedView, tmp_path: Path
) -> None:
    folder = batch_folder(tmp_path / "b", 2, status=BatchStatus.RUNNING)
    state, _ = find_state(folder)
    with BatchStore.open(state.database_url) as store:
        assert controller.report(folder, ["csv"], ExportWish()) == 0
        # whoever runs the batch can write meanwhile
        assert store.batch(BATCH).status is BatchStatus.RUNNING
    assert view.said[0] == "the batch is not finished: 2 of 2 jobs have a result so far"


def test_that_exports_have_usual_places_and_names(
    controller: ResultsController, view: RecordedView, folder: Path
) -> None:
    assert controller.export(folder, ExportWish(("points", "zip", "points"))) == 0
    assert names_in(folder / "exports") == {"Boneyard_May-points.csv", "Boneyard_May-zip.zip"}
    with (folder / "exports" / "Boneyard_May-points.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert {row["job_id"] for row in csv.DictReader(stream)} == {"job_001", "job_002", "job_004"}
    # once, though both exports lack it
    assert view.warnings == ["job_003: no result, failed (too little of the water has texture)."]


def test_that_failed_jobs_and_names_can_be_chosen(controller: ResultsController, folder: Path, tmp_path: Path) -> None:
    shared = {"include_failed": False, "prefix": "may-", **naming("{job_id}-{number}")}
    assert controller.export(folder, ExportWish(("zip",), tmp_path / "x.zip", shared)) == 0
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        folders = {name.split("/")[0] for name in archive.namelist() if "/" in name}
    assert folders == {"may-job_001-0001", "may-job_002-0002", "may-job_004-0004"}


def test_that_progress_runs_through_all_exports(
    controller: ResultsController, view: RecordedView, folder: Path
) -> None:
    assert controller.export(folder, ExportWish(("ids", "points"))) == 0
    shares = [share for _, share in view.shares]
    assert shares == sorted(shares)
    assert (view.shares[0][0], shares[0]) == ("ids: job_001", pytest.approx(0.125))
    assert shares[-1] == 1.0
    assert any(label.startswith("points: ") and share >= 0.5 for label, share in view.shares)


def test_that_many_missing_things_are_not_all_shouted(
    controller: ResultsController, view: RecordedView, tmp_path: Path
) -> None:
    folder = batch_folder(tmp_path / "many", 13)
    assert controller.export(folder, ExportWish(("ids",))) == 0
    assert view.warnings[-1] == "3 more things are missing; --verbose lists them."
    assert len(view.warnings) == 11
    assert view.details == [f"job_0{number} has no colour." for number in (11, 12, 13)]


def test_that_what_fails_does_not_keep_the_others(
    controller: ResultsController, view: RecordedView, folder: Path
) -> None:
    assert controller.export(folder, ExportWish(("crash", "refuse", "ids"))) == 2
    assert names_in(folder / "exports") == {"Boneyard_May-ids.txt"}
    crash, refuse = view.problems
    assert crash.startswith("plugin crash: it failed (RuntimeError: a defect)")
    assert refuse == f"{folder / 'exports' / 'Boneyard_May-refuse.txt'}: the disk is full."


def test_that_a_failed_export_leaves_the_older_one(controller: ResultsController, folder: Path, tmp_path: Path) -> None:
    older = tmp_path / "old.txt"
    older.write_text("older")
    assert controller.export(folder, ExportWish(("crash",), older)) == 2
    assert older.read_text() == "older"
    assert controller.export(folder, ExportWish(("ids",), older)) == 0
    assert older.read_text() == "xjob_001 xjob_002 xjob_003 xjob_004 "


@pytest.mark.parametrize("exporter", ["points", "zip", "netcdf", "playlist", "video"])
def test_that_a_cancelled_export_leaves_nothing(view: RecordedView, folder: Path, exporter: str) -> None:
    before = names_in(folder)
    asked = iter([False, False])
    controller = ResultsController(view, cancel=lambda: next(asked, True))
    assert controller.export(folder, ExportWish((exporter,))) == 130
    assert names_in(folder) == before
    assert "Cancelled" in view.problems[0]


def test_that_what_was_finished_before_a_cancel_is_kept(
    view: RecordedView, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_example_exporters(tmp_path, monkeypatch)
    asked = iter([False])
    controller = ResultsController(view, registry=PluginRegistry(), cancel=lambda: next(asked, True))
    assert controller.export(folder, ExportWish(("ids", "points"))) == 130
    assert names_in(folder / "exports") == {"Boneyard_May-ids.txt"}


def test_that_a_batch_is_never_written_over(controller: ResultsController, view: RecordedView, folder: Path) -> None:
    summary = folder / "batch_summary.csv"
    before = summary.read_bytes()
    assert controller.export(folder, ExportWish(("points",), summary)) == 2
    assert controller.compare(folder, folder, csv_path=summary) == 2
    assert summary.read_bytes() == before
    assert all("this is a file of the batch" in problem for problem in view.problems)


@pytest.mark.parametrize("what", ["report", "export", "compare"])
def test_that_a_folder_without_a_batch_is_refused(
    controller: ResultsController, view: RecordedView, tmp_path: Path, what: str
) -> None:
    commands = {
        "report": lambda: controller.report(tmp_path, [], ExportWish()),
        "export": lambda: controller.export(tmp_path, ExportWish(("points",))),
        "compare": lambda: controller.compare(tmp_path, tmp_path),
    }
    assert commands[what]() == 2
    assert "the folder holds no batch" in view.problems[0]


def faster(factor: float) -> Change:
    def change(result: JobResult) -> JobResult:
        moved = factor if result.job_id == "job_002" else 1.0
        return result.model_copy(update={"discharge_m3s": result.discharge_m3s * moved})

    return change


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The same batch, but for job_002, whose discharge is 2 % higher."""
    return batch_folder(tmp_path / "b", change=faster(1.02))


def test_that_a_comparison_shows_what_changed(
    controller: ResultsController, view: RecordedView, folder: Path, other: Path
) -> None:
    assert controller.compare(folder, other) == 0
    ((_, rows),) = view.tables
    assert [(row[0], row[5]) for row in rows] == [("job_002", "+2.00")]
    assert "3 of 4 common jobs have a discharge in both runs, 3 unchanged." in view.said


def test_that_a_comparison_can_show_all_jobs(
    controller: ResultsController, view: RecordedView, folder: Path, other: Path
) -> None:
    assert controller.compare(folder, other, all_jobs=True) == 0
    assert [row[0] for row in view.tables[0][1]] == ["job_001", "job_002", "job_003", "job_004"]


def test_that_differing_parameters_are_listed_and_long_ones_shortened(
    controller: ResultsController, view: RecordedView, folder: Path, tmp_path: Path
) -> None:
    def changed(result: JobResult) -> JobResult:
        made = {**result.provenance.parameters, "mask_polygons": "1 2 3 4 5 " * 20, "method": "klt"}
        return result.model_copy(update={"provenance": result.provenance.model_copy(update={"parameters": made})})

    assert controller.compare(folder, batch_folder(tmp_path / "b", change=changed)) == 0
    header, rows = view.tables[-1]
    assert header == ("job", "differs in", "A", "B")
    assert ("all jobs", "method", "stiv", "klt") in rows
    (mask,) = [row for row in rows if row[1] == "mask_polygons"]
    assert len(mask[3]) == 40
    assert mask[3].endswith("…")


@pytest.mark.parametrize(("tolerance_percent", "code"), [(None, 0), (3.0, 0), (1.9, 1)])
def test_that_a_tolerance_decides_the_exit_code(
    controller: ResultsController,
    view: RecordedView,
    folder: Path,
    other: Path,
    tolerance_percent: float | None,
    code: int,
) -> None:
    assert controller.compare(folder, other, tolerance_percent=tolerance_percent) == code
    expected = ["1 job changed by more than 1.9 %, or lost or gained a discharge: job_002."] if code else []
    assert view.problems == expected


def test_that_a_job_of_one_run_only_is_beyond_any_tolerance(
    controller: ResultsController, view: RecordedView, folder: Path, tmp_path: Path
) -> None:
    assert controller.compare(folder, batch_folder(tmp_path / "b", 3), tolerance_percent=1000.0) == 1
    assert view.problems[0].endswith(": job_004.")


def test_that_a_change_from_no_flow_is_beyond_any_tolerance(
    controller: ResultsController, view: RecordedView, folder: Path, tmp_path: Path
) -> None:
    still = batch_folder(tmp_path / "b", change=faster(0.0))
    assert controller.compare(still, folder, tolerance_percent=1000.0) == 1
    assert controller.compare(still, still, tolerance_percent=0.0) == 0


def test_that_a_comparison_is_written_as_json_and_csv(
    controller: ResultsController, view: RecordedView, folder: Path, other: Path, tmp_path: Path
) -> None:
    texts: list[str] = []
    assert controller.compare(folder, other, csv_path=tmp_path / "c.csv", write_json=texts.append) == 0
    (text,) = texts
    assert json.loads(text)["totals"]["largest_change_job"] == "job_002"
    with (tmp_path / "c.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row[0] for row in csv.reader(stream)] == ["job", "job_001", "job_002", "job_003", "job_004"]
    assert (view.tables, view.said) == ([], [])


def test_that_an_address_of_a_database_is_not_used_for_a_folder_that_holds_its_own(
    view: RecordedView, folder: Path, tmp_path: Path
) -> None:
    elsewhere = ResultsController(view, database_url=f"sqlite:///{tmp_path / 'none.sqlite3'}")
    assert elsewhere.compare(folder, folder) == 0
    assert elsewhere.export(folder, ExportWish(("points",))) == 2
