"""The window: menus, toolbar, a tab for each step, the status bar."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QIcon
from PyQt5.QtWidgets import QLabel, QMainWindow, QTabWidget, QVBoxLayout, QWidget

from ... import __version__
from ...domain.units import DisplayUnits
from ..models.step_states import Step, StepState
from .activity_bar import ActivityBar
from .boxes import Box
from .icons import drawn_icon
from .theme import Theme, apply_theme
from .unfinished_typing import finish_typing
from .window_actions import WindowActions

if TYPE_CHECKING:
    from ..presenters.main_window import MainWindowPresenter

PROGRAM = "IVyTools"
_ICONS = {StepState.DONE: "done", StepState.NEXT: "next", StepState.OUTDATED: "warning", StepState.LACKING: "warning"}
_WORDS = {
    StepState.DONE: "Done",
    StepState.NEXT: "Next",
    StepState.LATER: "Later",
    StepState.OUTDATED: "Out of date",
    StepState.LACKING: "Missing",
}
_SAID_MS = 10_000
_FIRST_SIZE = QSize(1240, 760)


class MainWindow(QMainWindow):
    """See the protocol of the main window in the presenters.

    Attributes
    ----------
    page_needed
        Emitted with the name of a page that comes to the front.
    """

    page_needed = pyqtSignal(str)

    presenter: MainWindowPresenter

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAcceptDrops(True)
        self.resize(_FIRST_SIZE)
        self._pages: dict[str, QWidget] = {}
        self._steps: dict[str, Step] = {}
        self._panels: set[str] = set()
        self.activityBar: ActivityBar = ActivityBar()
        self.tabWidget = QTabWidget()
        self.tabWidget.setObjectName("tabWidget")
        self.tabWidget.setDocumentMode(True)
        self.tabWidget.currentChanged.connect(self._tell_page)
        self.setCentralWidget(self.tabWidget)
        self.statusBar().addPermanentWidget(self.activityBar)
        self.actions_by_name = WindowActions(self)

    def bind(self, presenter: MainWindowPresenter) -> None:
        """Report to a presenter from now on."""
        self.presenter = presenter

    def add_page(self, name: str, title: str) -> None:
        """Add an empty page, to be filled when it is needed."""
        page = QWidget()
        page.setObjectName(f"{name}Page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        self._pages[name] = page
        self.tabWidget.addTab(page, title)

    def fill_page(self, name: str, content: QWidget) -> None:
        """Put the content into a page."""
        self._pages[name].layout().addWidget(content)

    def fill_page_with_failure(self, name: str, sentence: str) -> None:
        """Say on a page why it has no content."""
        label = QLabel(sentence)
        label.setObjectName("failureLabel")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fill_page(name, label)

    def add_panel(self, name: str, title: str, content: QWidget) -> None:
        """Add the tab of a plugin."""
        self._panels.add(name)
        self.add_page(name, title)
        self.fill_page(name, content)

    @property
    def current_page(self) -> str:
        """The name of the page in front."""
        return self._name_of(self.tabWidget.currentWidget())

    def show_title(self, name: str, is_modified: bool) -> None:
        """Show which project is open."""
        self.setWindowTitle(f"{name}[*] - {PROGRAM}")
        self.setWindowModified(is_modified)

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show on the tabs what is done, next, and out of date."""
        for step in steps:
            page = self._pages.get(step.name)
            if page is not None and self._steps.get(step.name) != step:
                self._steps[step.name] = step
                index = self.tabWidget.indexOf(page)
                icon = drawn_icon(_ICONS[step.state]) if step.state in _ICONS else QIcon()
                self.tabWidget.setTabIcon(index, icon)
                words = _WORDS[step.state]
                self.tabWidget.setTabToolTip(index, words if step.state is StepState.DONE else f"{words}: {step.hint}")

    def show_undo(self, undo_label: str, redo_label: str) -> None:
        """Show what can be undone and redone."""
        for name, word, label in (("undo", "&Undo", undo_label), ("redo", "&Redo", redo_label)):
            action = self.actions_by_name[name]
            action.setEnabled(bool(label))
            action.setText(f"{word}: {label}" if label else word)

    def show_units(self, units: DisplayUnits) -> None:
        """Mark the units."""
        self.actions_by_name.show_units(str(units))

    def show_theme(self, theme: Theme) -> None:
        """Take on the looks of a theme."""
        self.actions_by_name.show_theme(theme)
        apply_theme(theme)

    def show_recent(self, paths: Sequence[str]) -> None:
        """Offer the recent projects."""
        menu = self.actions_by_name.recentMenu
        menu.clear()
        menu.setEnabled(bool(paths))
        for path in paths:
            action = menu.addAction(path.replace("&", "&&"))
            action.triggered.connect(lambda: finish_typing(self))
            action.triggered.connect(lambda _, chosen=path: self.presenter.projects.open(Path(chosen)))

    def show_tab(self, name: str) -> None:
        """Bring a tab to the front."""
        if name in self._pages:
            self.tabWidget.setCurrentWidget(self._pages[name])

    def say(self, sentence: str) -> None:
        """Show a sentence in the status bar."""
        self.statusBar().showMessage(sentence, _SAID_MS)

    def place(self) -> str:
        """Place and size of the window, as a text."""
        return bytes(self.saveGeometry().toBase64()).decode("ascii")

    def restore_place(self, place: str) -> None:
        """Go to a place that was remembered."""
        if place:
            self.restoreGeometry(QByteArray.fromBase64(place.encode("ascii", "replace")))

    def show_about(self) -> None:
        """Say which program this is."""
        text = (
            f"{PROGRAM} {__version__}\nRiver discharge from video: space-time image velocimetry over a surveyed "
            "cross-section.\nMIT licence."
        )
        Box(self, "information", f"About {PROGRAM}", text).exec()

    def close_window(self) -> None:
        """Close, as the user wanted before."""
        self.close()

    def changeEvent(self, event: QEvent) -> None:
        """Somebody comes back from another program."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and hasattr(self, "presenter"):
            self.presenter.look_again()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close if nothing would be lost."""
        finish_typing(self)
        if self.presenter.may_close():
            self.presenter.close()
            event.accept()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if _local_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Give dropped files to whoever needs them."""
        event.acceptProposedAction()
        # the program that they were dragged from waits until this returns
        paths = _local_files(event)
        QTimer.singleShot(0, lambda: self.presenter.take_files(paths))

    def _tell_page(self, _: int) -> None:
        name = self.current_page
        self.actions_by_name.leave_keys(name in self._panels)
        if name and hasattr(self, "presenter"):
            self.presenter.tab_shown(name)
            self.page_needed.emit(name)

    def _name_of(self, page: QWidget | None) -> str:
        return next((name for name, one in self._pages.items() if one is page), "")


def _local_files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
