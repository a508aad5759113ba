"""The panel with Qt, threads and real engines in processes of their own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from panel_host import Memory, TestHost
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QPushButton, QToolButton

from image_velocimetry_tools.batch.following.from_outside import standing
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus
from image_velocimetry_tools.formats.project.archive import read_project
from image_velocimetry_tools.gui.batch_panel.composition import BatchPanel
from image_velocimetry_tools.gui.batch_panel.models.follower import is_run
from image_velocimetry_tools.gui.batch_panel.models.jobs_sheet import read_sheet
from image_velocimetry_tools.gui.batch_panel.presenters.panel import LEAVE, PAUSE
from image_velocimetry_tools.gui.batch_panel.shown import DRAFT
from image_velocimetry_tools.gui.models.tasks import TaskControl
from image_velocimetry_tools.gui.views.qt_tasks import QtTasks
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.project_service import ProjectService

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("engines")]

DEADLINE_MS = 60_000
STATUS, MESSAGE = 3, 8


class Window:
    """A panel in a window, with what a user does to it."""

    def __init__(self, qtbot: Any, memory: Memory, project: Path) -> None:
        self.failures: list[Exception] = []
        self.tasks = QtTasks(TaskControl, lambda title, error: self.failures.append(error))
        self.host = TestHost(self.tasks, project, memory)
        self.host.dialogs.show_error.side_effect = lambda title, error: self.failures.append(error)
        self.host.dialogs.open_folder.return_value = None
        self.panel = BatchPanel(self.host)
        self.presenter, self.widget, self.qtbot = self.panel.presenter, self.panel.view, qtbot
        qtbot.addWidget(self.widget)
        self.widget.resize(1280, 680)
        self.widget.show()

    def set_up(self, jobs_csv: Path, output: Path, copies: int = 0, **form: Any) -> None:
        self.presenter.draft.load_jobs(jobs_csv)
        self.until(lambda: len(self.presenter.draft.sheet.content.rows) > 0)
        for _ in range(copies):
            self.presenter.draft.duplicate_rows([0])
        self.host.dialogs.open_folder.return_value = output
        self.presenter.draft.form.choose_output()
        self.presenter.draft.form.change(plots=False, **form)

    def click(self, name: str, *, may_fail: bool = False) -> None:
        button = self.widget.findChild(QPushButton, name)
        self.until(button.isEnabled, may_fail=may_fail)
        self.qtbot.mouseClick(button, Qt.LeftButton)

    def until(self, check: Callable[[], Any], *, may_fail: bool = False) -> None:
        """Wait for something; a job that fails meanwhile ends the wait with its message, unless it may."""

        def is_over() -> bool:
            return bool(check()) or bool(self.failures) or (not may_fail and bool(self.failed_jobs()))

        self.qtbot.waitUntil(is_over, timeout=DEADLINE_MS)
        assert not self.failures, str(self.failures[0])
        assert may_fail or not self.failed_jobs(), self.failed_jobs()

    def failed_jobs(self) -> list[str]:
        if self.presenter.selected == DRAFT:
            return []
        rows = range(self.widget.jobsTable.jobs.rowCount())
        return [self.cell(row, MESSAGE) for row in rows if self.cell(row, STATUS) == "failed"]

    def cell(self, row: int, column: int) -> str:
        model = self.widget.jobsTable.jobs
        return model.text(row, column) if row < model.rowCount() else ""

    def close(self) -> None:
        self.panel.close()
        self.widget.close()
        assert self.tasks.close()


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def open_window(qtbot: Any, memory: Memory, inputs: Path) -> Iterator[Callable[[], Window]]:
    windows: list[Window] = []

    def opened() -> Window:
        windows.append(Window(qtbot, memory, inputs / "scaffold_project.ivy"))
        return windows[-1]

    yield opened
    for window in windows:
        window.close()


def ended(output: Path) -> bool:
    return not is_run(output)


def test_that_a_batch_is_started_followed_and_its_jobs_opened(
    open_window: Callable[[], Window], inputs: Path, tmp_path: Path
) -> None:
    window, output = open_window(), tmp_path / "out"
    window.set_up(inputs / "boneyard_batch.csv", output, name="Spring")
    seen: set[str] = set()
    window.click("startButton")
    window.until(lambda: window.presenter.selected == str(output))
    window.until(lambda: seen.add(window.cell(0, STATUS)) or window.widget.progressPage.batchProgress.value() == 1000)
    window.until(lambda: window.widget.progressPage.stateLabel.text().startswith("Spring: completed"))
    assert "completed" in seen
    assert {window.cell(row, STATUS) for row in range(3)} == {"completed"}
    table = window.widget.jobsTable
    place = table.visualRect(table.jobs.index(1, 0)).center()
    window.qtbot.mouseClick(table.viewport(), Qt.LeftButton, pos=place)
    window.qtbot.mouseDClick(table.viewport(), Qt.LeftButton, pos=place)
    window.until(lambda: window.host.opened)
    assert window.host.opened == [output / "jobs" / "job_002" / "job_002.ivy"]
    assert read_project(window.host.opened[0]).data
    window.click("reportButton")
    window.until(lambda: window.host.dialogs.show_document.called)


def test_that_a_job_without_a_saved_project_opens_with_its_discharge(
    open_window: Callable[[], Window], inputs: Path, tmp_path: Path
) -> None:
    window, output = open_window(), tmp_path / "out"
    window.set_up(inputs / "boneyard_batch.csv", output, save_projects=False)
    window.click("startButton")
    window.until(lambda: window.presenter.selected == str(output))
    window.until(lambda: ended(output) and window.cell(1, STATUS) == "completed")
    window.presenter.running.open_job(1)
    window.until(lambda: window.host.opened)
    assert window.host.opened == [output / "projects" / "job_002.ivy"]
    [_, [sentence]] = window.host.dialogs.show_warnings.call_args.args
    assert "no space-time images" in sentence
    stored = json.loads((output / "jobs" / "job_002" / "job_002.json").read_text())
    found = discharge_of_project(ProjectService().open(window.host.opened[0]).project)
    assert found.measurement.discharge.discharge_m3s == pytest.approx(stored["discharge_m3s"], rel=1e-9)
    assert not window.presenter.draft.form.set_up.uses_current_project


LAST = 4


def test_that_a_job_is_retried_when_its_video_is_back(
    open_window: Callable[[], Window], inputs: Path, tmp_path: Path
) -> None:
    case, away = tmp_path / "case", tmp_path / "away.mp4"
    shutil.copytree(inputs, case)
    window, output = open_window(), tmp_path / "out"
    window.set_up(case / "boneyard_batch.csv", output, copies=2, jobs_at_a_time="1", max_retries="0")
    window.until(lambda: window.presenter.draft.findings is not None)
    window.click("startButton")
    window.until(lambda: window.presenter.selected == str(output))
    # the jobs were accepted with it; it goes before the last is begun
    (case / "videos" / "alder_mill_3.mp4").rename(away)
    window.until(lambda: ended(output), may_fail=True)
    window.until(lambda: window.cell(LAST, STATUS) == "failed", may_fail=True)
    assert window.cell(LAST, MESSAGE).startswith("There is no such video.")
    away.rename(case / "videos" / "alder_mill_3.mp4")
    window.widget.jobsTable.select_rows([LAST])
    window.click("retryJobsButton", may_fail=True)
    window.until(lambda: window.cell(LAST, STATUS) == "completed", may_fail=True)
    window.until(lambda: ended(output))
    assert standing(output).batch.status is BatchStatus.COMPLETED


def test_that_a_batch_is_paused_and_resumed(open_window: Callable[[], Window], inputs: Path, tmp_path: Path) -> None:
    window, output = open_window(), tmp_path / "out"
    window.set_up(inputs / "boneyard_batch.csv", output, copies=3, jobs_at_a_time="1")
    window.click("startButton")
    window.until(lambda: window.presenter.selected == str(output))
    window.click("pauseButton")
    window.until(lambda: ended(output) and standing(output).batch.status is BatchStatus.PAUSED)
    assert any(job.status is JobStatus.PENDING for job in standing(output).jobs)
    window.click("resumeButton")
    window.until(lambda: standing(output).batch.status is BatchStatus.COMPLETED and ended(output))
    window.until(lambda: {window.cell(row, STATUS) for row in range(6)} == {"completed"})


def test_that_a_batch_is_cancelled_and_taken_up_again(
    open_window: Callable[[], Window], inputs: Path, tmp_path: Path
) -> None:
    window, output = open_window(), tmp_path / "out"
    window.set_up(inputs / "boneyard_batch.csv", output, jobs_at_a_time="1")
    window.click("startButton")
    window.until(lambda: window.presenter.selected == str(output))
    window.until(lambda: any(window.cell(row, STATUS) == "running" for row in range(3)))
    window.host.dialogs.ask.return_value = True
    window.click("cancelButton")
    window.until(lambda: ended(output) and standing(output).batch.status is BatchStatus.CANCELLED)
    # the job that ran may have been quicker than its end: then only jobs that never ran are left
    was_ended = any(job.status is JobStatus.CANCELLED for job in standing(output).jobs)
    window.click("retryButton" if was_ended else "resumeButton")
    window.until(lambda: standing(output).batch.status is BatchStatus.COMPLETED and ended(output))
    window.until(lambda: any(window.cell(row, STATUS) == "completed" for row in range(3)))


def test_that_closing_the_window_leaves_the_batch_running_and_another_window_finds_it(
    open_window: Callable[[], Window], inputs: Path, tmp_path: Path
) -> None:
    first, output = open_window(), tmp_path / "out"
    first.set_up(inputs / "boneyard_batch.csv", output, copies=5, jobs_at_a_time="1")
    first.click("startButton")
    first.until(lambda: first.presenter.selected == str(output))
    first.host.dialogs.choose.return_value = LEAVE
    assert first.panel.may_close()
    first.close()
    assert is_run(output)
    second = open_window()
    second.until(lambda: second.widget.batchList.count() == 2 and "running" in second.widget.batchList.item(1).text())
    second.widget.batchList.setCurrentRow(1)
    second.until(lambda: second.widget.jobsTable.jobs.rowCount() == 8)
    second.host.dialogs.choose.return_value = PAUSE
    assert second.panel.may_close()
    second.until(lambda: ended(output))
    assert standing(output).batch.status is BatchStatus.PAUSED


def test_that_a_batch_whose_engine_was_killed_is_found_and_resumed(
    open_window: Callable[[], Window], inputs: Path, tmp_path: Path
) -> None:
    window, output = open_window(), tmp_path / "out"
    window.set_up(inputs / "boneyard_batch.csv", output, jobs_at_a_time="1")
    window.click("startButton")
    window.until(lambda: window.presenter.selected == str(output))
    [engine] = window.presenter._engines
    psutil.Process(engine.pid).kill()
    window.qtbot.waitUntil(lambda: bool(window.failures), timeout=DEADLINE_MS)
    assert "ended from outside" in str(window.failures.pop())
    window.until(lambda: "interrupted" in window.widget.progressPage.stateLabel.text())
    window.click("resumeButton")
    window.until(lambda: standing(output).batch.status is BatchStatus.COMPLETED and ended(output))


def test_that_what_the_engine_refuses_is_told_and_the_batch_stays_a_draft(
    open_window: Callable[[], Window], inputs: Path, tmp_path: Path
) -> None:
    window, output = open_window(), tmp_path / "out"
    more = tmp_path / "more.yaml"
    more.write_text("method_settings:\n  stiv:\n    estimator: guesswork\n")
    window.set_up(inputs / "boneyard_batch.csv", output, settings_file=more)
    window.click("startButton")
    window.qtbot.waitUntil(lambda: bool(window.failures), timeout=DEADLINE_MS)
    assert "guesswork" in str(window.failures.pop())
    assert window.presenter.selected == DRAFT
    assert window.widget.batchList.count() == 1


def test_that_a_table_with_wrong_cells_starts_nothing(
    open_window: Callable[[], Window], inputs: Path, tmp_path: Path
) -> None:
    window, output = open_window(), tmp_path / "out"
    window.set_up(inputs / "boneyard_batch.csv", output)
    window.presenter.draft.edit_cells({(0, 1): "999"})
    window.click("startButton")
    window.qtbot.waitUntil(lambda: bool(window.failures), timeout=DEADLINE_MS)
    assert "above the section" in str(window.failures.pop())
    assert not (output / "set_up" / "jobs.csv").exists()


def test_that_no_control_is_cut_off_when_the_look_of_the_program_changes(open_window: Callable[[], Window]) -> None:
    window = open_window()
    window.widget.setStyleSheet("QPushButton, QToolButton { padding: 7px; }")
    window.qtbot.wait(1)
    for made in window.widget.sheetTools.findChildren(QToolButton):
        assert made.height() >= made.sizeHint().height()
    assert window.widget.sheetTools.geometry().bottom() <= window.widget.pages.height()


def test_that_the_panel_fits_a_small_screen(open_window: Callable[[], Window], inputs: Path, tmp_path: Path) -> None:
    window = open_window()
    window.set_up(inputs / "boneyard_batch.csv", tmp_path / "out")
    hint = window.widget.minimumSizeHint()
    assert hint.width() <= 1270
    assert hint.height() <= 640


def test_that_the_jobs_of_the_engine_are_those_of_the_table(
    open_window: Callable[[], Window], inputs: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case"
    shutil.copytree(inputs, case)
    window, output = open_window(), tmp_path / "out"
    window.set_up(case / "boneyard_batch.csv", output, alpha="0.9")
    window.presenter.draft.edit_cells({(row, 4): "" for row in range(3)})
    window.click("startButton")
    window.until(lambda: window.presenter.selected == str(output))
    window.until(lambda: ended(output))
    assert {job.job.alpha for job in standing(output).jobs} == {0.9}
    assert read_sheet(output / "set_up" / "jobs.csv").rows[0][0] == str(case / "videos" / "alder_mill_1.mp4")
