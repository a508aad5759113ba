"""The list of batches, commands and results, without Qt and without an engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from batch_folders import batch_folder
from panel_host import Memory, TestHost
from store_values import BATCH

from image_velocimetry_tools.batch.engine.inbox import Inbox, Pause
from image_velocimetry_tools.batch.events import BatchStarted
from image_velocimetry_tools.batch.folders.owner_lock import OwnerLock
from image_velocimetry_tools.batch.folders.state_folder import find_state
from image_velocimetry_tools.batch.following.from_outside import standing
from image_velocimetry_tools.batch.models import BatchStatus
from image_velocimetry_tools.batch.store import BatchStore
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.gui.batch_panel.models import steering
from image_velocimetry_tools.gui.batch_panel.models.known_batches import KEY
from image_velocimetry_tools.gui.batch_panel.presenters.panel import LEAVE, PAUSE, STAY, BatchPanelPresenter
from image_velocimetry_tools.gui.batch_panel.shown import DRAFT, ExportChoice


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    return batch_folder(tmp_path / "may", 4)


def add(presenter: BatchPanelPresenter, host: TestHost, folder: Path) -> None:
    host.dialogs.open_folder.return_value = folder
    presenter.add_batch()


def test_that_batches_of_earlier_sessions_are_listed_as_they_stand(view: Any, finished: Path, tmp_path: Path) -> None:
    memory = Memory()
    memory.remember(KEY, [str(finished), str(tmp_path / "gone")])
    presenter = BatchPanelPresenter(view, TestHost(memory=memory), ("stiv",))
    batches, selected = view.show_batches.call_args.args
    presenter.close()
    assert selected == DRAFT
    assert [(batch.name, batch.state) for batch in batches[1:]] == [("Boneyard, May", "completed, 1 of 4 failed")]


def test_that_a_batch_that_is_added_is_shown_and_remembered(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, finished: Path
) -> None:
    add(presenter, host, finished)
    columns, rows = view.show_table.call_args.args
    assert len(rows) == 4
    assert columns[0].name == "job_id"
    assert host.memory.kept[KEY] == (str(finished),)
    assert view.show_summary.call_args.args[0].name == "Boneyard, May"


def test_that_a_folder_without_a_batch_is_refused(
    presenter: BatchPanelPresenter, host: TestHost, tmp_path: Path
) -> None:
    add(presenter, host, tmp_path)
    assert "no batch" in str(host.dialogs.show_error.call_args.args[1])
    assert presenter.selected == DRAFT


def test_that_removing_a_batch_from_the_list_leaves_its_files(
    presenter: BatchPanelPresenter, host: TestHost, finished: Path
) -> None:
    add(presenter, host, finished)
    presenter.forget_batch()
    assert host.memory.kept[KEY] == ()
    assert (finished / ".ivytools").is_dir()
    assert presenter.selected == DRAFT


def test_that_commands_follow_the_selected_jobs(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, finished: Path
) -> None:
    add(presenter, host, finished)
    assert "retry_jobs" in view.show_refusals.call_args.args[0]
    presenter.running.select_rows([0, 2])
    refusals = view.show_refusals.call_args.args[0]
    assert "retry_jobs" not in refusals
    assert "pause" in refusals


def test_that_a_job_that_cannot_be_opened_says_why(
    presenter: BatchPanelPresenter, host: TestHost, finished: Path
) -> None:
    add(presenter, host, finished)
    with pytest.raises(IvyError, match="scaffold"):
        presenter.running.open_job(0)
    with pytest.raises(IvyError, match="no result: it is failed"):
        presenter.running.open_job(2)
    assert not host.opened


def test_that_a_finished_job_opens_as_a_project(presenter: BatchPanelPresenter, host: TestHost, finished: Path) -> None:
    add(presenter, host, finished)
    project = finished / "jobs" / "job_001" / "job_001.ivy"
    project.write_bytes(b"a project")
    presenter.running.open_job(0)
    assert host.opened == [project]


def test_that_opening_a_job_leaves_the_new_batch_its_scaffold(
    presenter: BatchPanelPresenter, host: TestHost, finished: Path, tmp_path: Path
) -> None:
    host.dialogs.open_folder.return_value = tmp_path / "next"
    presenter.draft.form.choose_output()
    add(presenter, host, finished)
    (finished / "jobs" / "job_001" / "job_001.ivy").write_bytes(b"a project")
    presenter.running.open_job(0)
    kept = presenter.draft.form.set_up.scaffold
    assert kept == tmp_path / "next" / "set_up" / "scaffold.ivy"
    assert host.project is not None
    assert kept.read_bytes() == host.project.read_bytes()
    assert not presenter.draft.form.set_up.uses_current_project
    assert str(kept) in host.said[-1]


def test_that_opening_a_job_goes_on_with_the_scaffold_of_the_batch_that_was_begun(
    presenter: BatchPanelPresenter, host: TestHost, finished: Path
) -> None:
    own = finished / "set_up" / "scaffold.ivy"
    own.parent.mkdir(exist_ok=True)
    own.write_bytes(b"as it was")
    host.dialogs.open_folder.return_value = finished
    presenter.draft.form.choose_output()
    presenter.draft.mark_begun(presenter.draft.form.set_up)
    add(presenter, host, finished)
    (finished / "jobs" / "job_001" / "job_001.ivy").write_bytes(b"a project")
    presenter.running.open_job(0)
    assert presenter.draft.form.set_up.scaffold == own
    assert own.read_bytes() == b"as it was"
    presenter.draft.form.show()
    assert f"The project kept for {finished.name}" in presenter._view.show_set_up.call_args.args[0].scaffold


def test_that_the_report_is_written_and_opened(presenter: BatchPanelPresenter, host: TestHost, finished: Path) -> None:
    add(presenter, host, finished)
    presenter.running.report()
    path = host.dialogs.show_document.call_args.args[0]
    assert path == finished / "report.html"
    assert "Boneyard" in path.read_text(encoding="utf-8")


def test_that_an_export_goes_where_the_user_says_with_the_settings_of_the_form(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, finished: Path, tmp_path: Path
) -> None:
    add(presenter, host, finished)
    view.ask_export.return_value = ExportChoice("playlist", {"include_failed": "no"})
    host.dialogs.save_file.return_value = tmp_path / "list"
    presenter.running.export()
    text = (tmp_path / "list.m3u8").read_text(encoding="utf-8")
    assert text.count("#EXTINF") == 3
    [exporters] = view.ask_export.call_args.args
    fields = {field.name: field.kind for one in exporters if one.name == "zip" for field in one.fields}
    assert fields["names"] == "choice"
    assert fields["include_failed"] == "switch"
    assert not any(one.name.startswith("report-") for one in exporters)


def test_that_two_batches_are_compared(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, finished: Path, tmp_path: Path
) -> None:
    def doubled(result: Any) -> Any:
        return result.model_copy(update={"discharge_m3s": 2 * result.discharge_m3s})

    other = batch_folder(tmp_path / "june", 4, change=doubled)
    add(presenter, host, finished)
    host.dialogs.open_folder.return_value = other
    presenter.running.compare()
    [comparison] = view.show_comparison.call_args.args
    assert comparison.jobs.rows[0][5] == "+100.00"
    assert "+100.00 %" in " ".join(comparison.totals)


def test_that_a_batch_cannot_start_before_it_is_complete(presenter: BatchPanelPresenter, host: TestHost) -> None:
    presenter.start()
    told = " ".join(host.dialogs.show_warnings.call_args.args[1])
    assert "folder" in told
    assert "empty" in told


def test_that_pressing_start_twice_starts_once(
    presenter: BatchPanelPresenter, host: TestHost, inputs: Path, tmp_path: Path
) -> None:
    presenter.draft.load_jobs(inputs / "boneyard_batch.csv")
    host.dialogs.open_folder.return_value = tmp_path / "out"
    presenter.draft.form.choose_output()
    host.tasks.is_held = True
    presenter.start()
    presenter.start()
    assert host.tasks.titles.count("Start the batch") == 1


def test_that_a_folder_in_which_a_batch_runs_takes_no_other(
    presenter: BatchPanelPresenter, host: TestHost, inputs: Path, finished: Path
) -> None:
    presenter.draft.load_jobs(inputs / "boneyard_batch.csv")
    host.dialogs.open_folder.return_value = finished
    presenter.draft.form.choose_output()
    with OwnerLock(finished / ".ivytools"):
        presenter.start()
    assert "runs into this folder" in str(host.dialogs.show_error.call_args.args[1])
    host.dialogs.ask.return_value = False
    presenter.start()
    assert "Start the batch" not in host.tasks.titles


def test_that_a_window_without_running_batches_closes_without_a_question(
    presenter: BatchPanelPresenter, host: TestHost, finished: Path
) -> None:
    add(presenter, host, finished)
    assert presenter.may_close()
    host.dialogs.choose.assert_not_called()


@pytest.mark.parametrize(
    ("answer", "closes", "pauses"), [(LEAVE, True, 0), (PAUSE, True, 1), (STAY, False, 0), (None, False, 0)]
)
def test_that_the_user_decides_what_becomes_of_a_running_batch(
    presenter: BatchPanelPresenter, host: TestHost, tmp_path: Path, answer: str | None, closes: bool, pauses: int
) -> None:
    folder = batch_folder(tmp_path / "now", 4, status=BatchStatus.CREATED)
    add(presenter, host, folder)
    host.dialogs.choose.return_value = answer
    state, _ = find_state(folder)
    with OwnerLock(state.own):
        assert presenter.may_close() is closes
    waiting = Inbox(state.inbox).waiting()
    assert len(waiting) == pauses
    assert all(isinstance(command, Pause) for command in waiting)


@pytest.mark.parametrize("answer", [True, False])
def test_that_rows_that_were_typed_are_not_lost_without_a_question(
    presenter: BatchPanelPresenter, host: TestHost, tmp_path: Path, answer: bool
) -> None:
    presenter.draft.edit_cells({(0, 1): "a.mp4"})
    host.dialogs.ask.return_value = answer
    assert presenter.may_close() is answer
    host.dialogs.save_file.return_value = tmp_path / "jobs.csv"
    presenter.draft.save_jobs()
    host.dialogs.ask.reset_mock()
    assert presenter.may_close()
    host.dialogs.ask.assert_not_called()


@pytest.mark.parametrize("is_run", [True, False])
def test_that_retried_jobs_are_run_by_the_process_there_is_or_by_a_new_one(
    presenter: BatchPanelPresenter, host: TestHost, finished: Path, monkeypatch: pytest.MonkeyPatch, is_run: bool
) -> None:
    asked: list[tuple[str, ...]] = []
    started: list[Path] = []

    def retry(folder: Path, job_ids: tuple[str, ...]) -> bool:
        asked.append(tuple(job_ids))
        return is_run

    monkeypatch.setattr(steering, "retry", retry)
    monkeypatch.setattr(presenter.running, "_start_engine", started.append)
    add(presenter, host, finished)
    presenter.running.retry()
    presenter.running.select_rows([0, 2, 3])
    presenter.running.retry_jobs()
    assert asked == [(), ("job_003",)]
    assert started == ([] if is_run else [finished, finished])


def test_that_an_interrupted_batch_can_be_cancelled_without_any_process(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, tmp_path: Path, inputs: Path
) -> None:
    folder = batch_folder(tmp_path / "lost", 4, status=BatchStatus.CREATED)
    state, _ = find_state(folder)
    with BatchStore.open(state.database_url) as store:
        store.record(BatchStarted(batch_id=BATCH))
    add(presenter, host, folder)
    refusals = view.show_refusals.call_args.args[0]
    assert "resume" not in refusals
    assert "cancel" not in refusals
    host.dialogs.ask.return_value = False
    presenter.running.cancel()
    assert standing(folder).batch.status is BatchStatus.RUNNING


def test_that_a_batch_whose_folder_has_gone_says_so(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, finished: Path
) -> None:
    add(presenter, host, finished)
    finished.rename(finished.with_name("elsewhere"))
    presenter.running.look()
    assert view.show_findings.call_args.args[0] == "The batch cannot be read."
