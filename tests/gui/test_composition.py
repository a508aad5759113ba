from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from project_files_in_memory import FilesInMemory
from PyQt5.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PyQt5.QtGui import QDropEvent
from PyQt5.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot
from shell_tabs import StandInPresenter

from image_velocimetry_tools.domain.errors import Cancelled
from image_velocimetry_tools.domain.project import DischargeSettings, Project
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.composition import Desktop, Places
from image_velocimetry_tools.gui.models.recovery import RecoveryFolder
from image_velocimetry_tools.gui.models.tasks import TaskControl
from image_velocimetry_tools.gui.tab_set import TABS, Tab
from image_velocimetry_tools.gui.views.help_window import HelpWindow
from image_velocimetry_tools.plugins.discovery import PluginEntry, PluginFailure
from image_velocimetry_tools.plugins.interfaces import PluginSpec
from image_velocimetry_tools.plugins.panels import PANEL_GROUP
from image_velocimetry_tools.plugins.registry import LoadedPlugin

VIEW, PRESENTER = "shell_tabs:StandInTab", "shell_tabs:StandInPresenter"


@dataclass
class Plugins:
    """Panels that are installed, by name: what their ``create`` answers, or why they cannot be loaded."""

    panels: dict[str, Any]

    def entries(self, group: str | None = None) -> tuple[PluginEntry, ...]:
        return tuple(PluginEntry(PANEL_GROUP, name, "river-panels", "1.0", None) for name in self.panels)  # type: ignore[arg-type]

    def is_left_out(self, entry: PluginEntry) -> bool:
        return False

    def load(self, entry: PluginEntry) -> LoadedPlugin:
        found = self.panels[entry.name]
        if isinstance(found, str):
            return LoadedPlugin(
                entry, failures=(PluginFailure(PANEL_GROUP, entry.name, "river-panels", found, "Update it"),)
            )
        return LoadedPlugin(entry, PluginSpec(entry.name, "A panel", lambda _: found))

    def create(self, group: str, name: str, values: Any = None) -> Any:
        return self.panels[name]


class StandInPanel:
    """A panel with nothing on it."""

    title = "Levels"

    def __init__(self, host: Any, may_close: bool = True) -> None:
        self.content = QWidget()
        self.is_closed = False
        self.stays = not may_close

    def widget(self) -> QWidget:
        return self.content

    def may_close(self) -> bool:
        return not self.stays

    def close(self) -> None:
        self.is_closed = True


def _tabs(**other: str) -> list[Tab]:
    return [replace(tab, view=VIEW, presenter=other.get(tab.name, PRESENTER)) for tab in TABS]


class Case:
    """The whole program, of stand-ins."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.files = FilesInMemory()
        self.places = Places(folder / "preferences.json", folder / "recovery", folder / "ivytools.log")
        self.desktops: list[Desktop] = []
        self.timers: list[QTimer] = []

    def start(
        self, panels: dict[str, Any] | None = None, path: Path | None = None, tabs: list[Tab] | None = None
    ) -> Desktop:
        desktop = Desktop(self.places, tabs=tabs or _tabs(), plugins=Plugins(panels or {}), files=self.files)
        self.desktops.append(desktop)
        # nothing is asked at the end of a test
        self.qtbot.addWidget(
            desktop.window, before_close_func=lambda _: desktop.bench.document.replace(desktop.bench.document.project)
        )
        desktop.show(path)
        with self.qtbot.waitExposed(desktop.window):
            desktop.window.activateWindow()
        return desktop

    def whole(self, desktop: Desktop) -> Desktop:
        self.qtbot.waitUntil(lambda: desktop.tabs.is_complete)
        return desktop

    def answer(self, word: str, seen: list[str] | None = None) -> None:
        """Click a button of the next box as soon as it is open."""

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            button = dialog.findChild(QWidget, f"{word}Button") if isinstance(dialog, QDialog) else None
            if button is not None:
                timer.stop()
                if seen is not None:
                    seen.append(" ".join(label.text() for label in dialog.findChildren(QLabel)))
                    seen[-1] += " " + " ".join(
                        field.toPlainText() for field in dialog.findChildren(QWidget, "detailsField")
                    )
                self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

        timer = QTimer()
        self.timers.append(timer)
        timer.timeout.connect(look)
        timer.start(10)


@pytest.fixture
def case(qtbot: QtBot, tmp_path: Path) -> Iterator[Case]:
    StandInPresenter.calls.clear()
    made = Case(qtbot, tmp_path)
    yield made
    for timer in made.timers:
        timer.stop()
    for desktop in made.desktops:
        assert desktop.finish()


def _edit(desktop: Desktop, alpha: float = 0.9) -> Project:
    changed = replace(desktop.bench.document.project, discharge=DischargeSettings(alpha=alpha))
    desktop.bench.document.edit("Set alpha", changed)
    return changed


def test_that_the_first_tab_is_built_at_once_and_the_others_while_nobody_waits(case: Case) -> None:
    desktop = case.start()
    names = [tab.title for tab in TABS]
    shown = [desktop.window.tabWidget.tabText(i) for i in range(desktop.window.tabWidget.count())]
    assert shown == names
    case.whole(desktop)
    assert all(desktop.tabs.presenter(tab.name) for tab in TABS)


def test_that_a_tab_is_built_when_it_is_first_shown(case: Case, qtbot: QtBot) -> None:
    desktop = case.start()
    bar = desktop.window.tabWidget.tabBar()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(6).center())
    assert desktop.window.current_page == "discharge"
    assert desktop.presenter.current_tab == "discharge"
    assert desktop.window.tabWidget.currentWidget().findChild(QWidget, "textField") is not None


def test_that_a_tab_that_cannot_be_built_says_so_on_its_page_and_harms_no_other(case: Case) -> None:
    desktop = case.whole(case.start(tabs=_tabs(grid="shell_tabs:BrokenPresenter", frames="no_such_module:Nothing")))
    page = desktop.window.tabWidget.widget(4)
    assert "no camera" in page.findChild(QLabel, "failureLabel").text()
    assert desktop.tabs.presenter("reporting")
    seen: list[str] = []
    case.answer("ok", seen)
    desktop.presenter._command("grid", "anything")
    assert "no camera" in seen[0]


def test_that_panels_of_plugins_follow_the_tabs(case: Case) -> None:
    panels: list[StandInPanel] = []

    def factory(host: Any) -> StandInPanel:
        panels.append(StandInPanel(host))
        return panels[-1]

    desktop = case.whole(case.start({"levels": factory}))
    assert desktop.window.tabWidget.tabText(8) == "Levels"
    desktop.window.close()
    assert panels[0].is_closed


def test_that_broken_panels_are_told_in_sentences_and_stop_nothing(case: Case) -> None:
    def broken(host: Any) -> Any:
        raise RuntimeError("no licence")

    seen: list[str] = []
    case.answer("ok", seen)
    desktop = case.start({"absent": "cannot be loaded (ImportError: x)", "broken": broken, "levels": StandInPanel})
    case.whole(desktop)
    assert "'absent' of river-panels cannot be loaded" in seen[0]
    assert "no licence" in seen[0]
    assert desktop.window.tabWidget.tabText(8) == "Levels"


def test_that_a_panel_may_keep_the_window_open(case: Case) -> None:
    panels: list[StandInPanel] = []

    def factory(host: Any) -> StandInPanel:
        panels.append(StandInPanel(host, may_close=False))
        return panels[-1]

    desktop = case.whole(case.start({"levels": factory}))
    assert not desktop.window.close()
    panels[0].stays = False
    assert desktop.window.close()


@pytest.mark.parametrize(
    ("key", "modifier", "call"),
    [
        (Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier, "choose_video"),
        (Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier, "import_frames_folder"),
        (Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier, "import_image"),
        (Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier, "import_survey"),
        (Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier, "import_points"),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier, "next_frame"),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier, "previous_frame"),
    ],
)
def test_that_keys_reach_the_tabs(
    case: Case, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier, call: str
) -> None:
    desktop = case.whole(case.start())
    desktop.window.setFocus()
    qtbot.keyClick(desktop.window, key, modifier)
    assert call in StandInPresenter.calls


def test_that_ctrl_v_in_a_text_field_pastes(case: Case, qtbot: QtBot) -> None:
    desktop = case.whole(case.start())
    field = desktop.tabs.presenter("video").view.textField
    QApplication.clipboard().setText("12.5")
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "12.5"
    assert StandInPresenter.calls == []


def test_that_ctrl_v_on_a_panel_is_left_to_the_panel(case: Case, qtbot: QtBot) -> None:
    desktop = case.whole(case.start({"levels": StandInPanel}))
    desktop.window.tabWidget.setCurrentIndex(8)
    qtbot.keyClick(desktop.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert StandInPresenter.calls == []
    desktop.window.tabWidget.setCurrentIndex(0)
    qtbot.keyClick(desktop.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert StandInPresenter.calls == ["choose_video"]


def test_that_f1_opens_the_help_at_the_tab_in_front(case: Case, qtbot: QtBot) -> None:
    desktop = case.whole(case.start())
    desktop.window.show_tab("grid")
    qtbot.keyClick(desktop.window, Qt.Key.Key_F1)
    helped = desktop.window.findChild(HelpWindow)
    qtbot.waitUntil(helped.isVisible)
    assert helped.browser.textCursor().block().text() == "5. Grid"


def test_that_undo_and_redo_follow_the_keys_and_name_what_they_do(case: Case, qtbot: QtBot) -> None:
    desktop = case.whole(case.start())
    undo = desktop.window.actions_by_name["undo"]
    assert not undo.isEnabled()
    changed = _edit(desktop)
    assert undo.text() == "&Undo: Set alpha"
    assert desktop.window.isWindowModified()
    desktop.window.setFocus()
    qtbot.keyClick(desktop.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desktop.bench.document.project is not changed
    qtbot.keyClick(
        desktop.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert desktop.bench.document.project is changed


def test_that_the_project_of_the_command_line_is_opened(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "river.ivy"
    path.write_bytes(b"a project")
    case.files.projects[path] = Project(discharge=DischargeSettings(alpha=0.7))
    desktop = case.start(path=path)
    case.qtbot.waitUntil(lambda: desktop.bench.document.path == path)
    assert desktop.window.windowTitle() == "river.ivy[*] - IVyTools"
    menu = desktop.window.actions_by_name.recentMenu
    assert [action.text() for action in menu.actions()] == [str(path)]


def test_that_a_dropped_video_goes_to_its_tab(case: Case, tmp_path: Path) -> None:
    desktop = case.whole(case.start())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "creek.mp4"))])
    event = QDropEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    desktop.window.dropEvent(event)
    case.qtbot.waitUntil(lambda: StandInPresenter.calls == ["open_video creek.mp4"])


def test_that_the_window_asks_before_it_loses_changes_and_saves_them(case: Case, tmp_path: Path) -> None:
    desktop = case.whole(case.start())
    desktop.bench.document.replace(Project(), tmp_path / "river.ivy")
    changed = _edit(desktop)
    case.answer("cancel")
    assert not desktop.window.close()
    assert desktop.window.isVisible()
    case.answer("save")
    desktop.window.close()
    case.qtbot.waitUntil(lambda: not desktop.window.isVisible())
    assert case.files.projects[tmp_path / "river.ivy"] is changed


def test_that_work_of_a_crashed_program_is_offered_and_recovered(case: Case) -> None:
    gone = RecoveryFolder(case.places.recovery)
    gone.prepare()
    gone.file.write_bytes(b"work")
    gone.note("river.ivy", None)
    gone.close(keeps_copy=True)
    work = Project(discharge=DischargeSettings(alpha=0.7))
    case.files.open = lambda path, control: case.files.save(path, work, control)  # type: ignore[method-assign]
    seen: list[str] = []
    case.answer("recover", seen)
    desktop = case.start()
    case.qtbot.waitUntil(lambda: desktop.bench.document.project is work)
    assert "ended unexpectedly" in seen[0]
    assert desktop.window.isWindowModified()


def test_that_a_fault_in_a_click_is_shown_and_the_work_kept(
    case: Case, qtbot: QtBot, capture_faults: Callable[[Desktop], None]
) -> None:
    desktop = case.whole(case.start(tabs=_tabs(video="shell_tabs:FailingPresenter")))
    capture_faults(desktop)
    _edit(desktop)
    seen: list[str] = []
    case.answer("ok", seen)
    desktop.window.actions_by_name["nextFrame"].trigger()
    assert "was kept for recovery" in seen[0]
    assert "ZeroDivisionError: no frames" in seen[0]
    assert len(case.files.copies) == 1
    assert desktop.window.isVisible()


@pytest.fixture
def capture_faults() -> Iterator[Callable[[Desktop], None]]:
    given_back: list[Callable[[], None]] = []
    yield lambda desktop: given_back.append(desktop.faults.install())
    for give_back in given_back:
        give_back()


def test_that_units_and_theme_are_there_in_the_next_session(case: Case) -> None:
    desktop = case.whole(case.start())
    desktop.window.actions_by_name._units["English"].trigger()
    desktop.window.actions_by_name._themes["dark"].trigger()
    desktop.bench.document.replace(desktop.bench.document.project)
    desktop.window.close()
    again = case.whole(case.start())
    assert again.bench.document.project.display_units is DisplayUnits.ENGLISH
    assert again.window.actions_by_name._themes["dark"].isChecked()
    assert again.window.actions_by_name._units["English"].isChecked()
    again.presenter.choose_theme("light")


def test_that_shift_escape_stops_the_work_that_runs(case: Case, qtbot: QtBot) -> None:
    desktop = case.whole(case.start())
    stopped: list[bool] = []

    def work(control: TaskControl) -> None:
        while not control.is_set():
            time.sleep(0.005)
        raise Cancelled

    desktop.tasks.start("Measure", work, lambda _: None, stopped=lambda: stopped.append(True))
    desktop.window.setFocus()
    qtbot.keyClick(desktop.window, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: bool(stopped), timeout=1000)


def test_that_players_rest_while_the_user_waits_for_work(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = case.whole(case.start())
    told: list[bool] = []
    monkeypatch.setattr(StandInPresenter, "rest", lambda _, is_resting: told.append(is_resting))
    may_end = threading.Event()
    desktop.tasks.start("Measure", lambda _: may_end.wait(10), lambda _: None)
    assert told
    assert all(told)
    told.clear()
    may_end.set()
    case.qtbot.waitUntil(lambda: desktop.tasks.is_idle)
    assert told
    assert not any(told)
