"""What the menus and the toolbar offer: names, words, icons, keys, and what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QActionGroup, QMenu

from ...domain.units import DisplayUnits
from .icons import drawn_icon
from .unfinished_typing import finish_typing

if TYPE_CHECKING:
    from .main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Offer:
    """One action; ``call`` is None where the composition connects it. Keys are separated by blanks."""

    name: str
    text: str
    tip: str
    call: Callable[[MainWindow], object] | None = None
    icon: str = ""
    keys: str = ""


OFFERS = (
    Offer("newProject", "&New project", "Begin a new project", lambda w: w.presenter.projects.new(), "new", "Ctrl+N"),
    Offer("openProject", "&Open project…", "Open a project file", lambda w: w.presenter.projects.choose(), "open",
          "Ctrl+O"),
    Offer("saveProject", "&Save project", "Save the project", lambda w: w.presenter.projects.save(), "save", "Ctrl+S"),
    Offer("saveProjectAs", "Save project &as…", "Save the project in another file",
          lambda w: w.presenter.projects.save_as(), keys="Ctrl+Shift+S"),
    Offer("exit", "E&xit", "End the program", lambda w: w.close(), keys="Ctrl+Q"),
    Offer("undo", "&Undo", "Take the last change back", lambda w: w.presenter.undo(), "undo", "Ctrl+Z"),
    Offer("redo", "&Redo", "Bring back what was undone", lambda w: w.presenter.redo(), "redo", "Ctrl+Y Ctrl+Shift+Z"),
    Offer("settings", "&Settings…", "Your name, units, looks, paper, recovery", None, "settings", "Ctrl+,"),
    Offer("importVideo", "&Video…", "Open a video", lambda w: w.presenter.import_video(), "video", "Ctrl+V"),
    Offer("findVideo", "Find &the video…", "Say where the video of this project is now; what was measured on it stays",
          lambda w: w.presenter.find_video()),
    Offer("importFrames", "&Frames folder…", "Use a folder of pictures as the video",
          lambda w: w.presenter.import_frames_folder(), "frames", "Ctrl+I"),
    Offer("importImage", "Calibration &image…", "Import the picture in which the control points are seen",
          lambda w: w.presenter.import_image(), "image", "Ctrl+G"),
    Offer("importSection", "&Cross-section…", "Import a surveyed cross-section", lambda w: w.presenter.import_survey(),
          "section", "Ctrl+B"),
    Offer("importPoints", "Control &points…", "Import a table of ground control points",
          lambda w: w.presenter.import_points(), "points", "Ctrl+T"),
    Offer("exportPdf", "Report as &PDF…", "Write the report as a PDF", lambda w: w.presenter.export_pdf(), "report"),
    Offer("exportHtml", "Report as &web page…", "Write the report as a web page", lambda w: w.presenter.export_html()),
    Offer("exportTables", "&Tables…", "Write the tables of the measurement as CSV files",
          lambda w: w.presenter.export_tables()),
    Offer("sampleRate", "&Sample rate…", "Find which frames to measure with"),
    Offer("fourPoint", "&Four-point distances…", "Compute coordinates from the distances between four points",
          keys="Ctrl+Shift+H"),
    Offer("pointsTemplate", "Save &template of control points…", "Save a table of control points to fill in",
          lambda w: w.presenter.save_points_template()),
    Offer("previousFrame", "&Previous frame", "Step back by one frame", lambda w: w.presenter.previous_frame(),
          keys="Ctrl+Left"),
    Offer("nextFrame", "&Next frame", "Step forward by one frame", lambda w: w.presenter.next_frame(),
          keys="Ctrl+Right"),
    Offer("stopWork", "S&top the work", "Stop the work that runs", lambda w: w.activityBar.stop_all(), "stop",
          "Shift+Esc"),
    Offer("addComment", "Add &comment…", "Add a remark to the record of the measurement", None, "comment"),
    Offer("help", "&Documentation", "How to measure a discharge", None, "help", "F1"),
    Offer("about", "&About", "Which program this is", lambda w: w.show_about()),
)  # fmt: skip

MENUS = (
    ("&File", "newProject openProject RECENT saveProject saveProjectAs | exit"),
    ("&Edit", "undo redo | addComment | UNITS settings"),
    ("&Import", "importVideo findVideo importFrames importImage importSection importPoints"),
    ("E&xport", "exportPdf exportHtml exportTables"),
    ("&Tools", "sampleRate fourPoint pointsTemplate | stopWork"),
    ("&View", "THEME | previousFrame nextFrame"),
    ("&Help", "help about"),
)
TOOLBAR = (
    "newProject openProject saveProject | importVideo importFrames importImage importSection importPoints"
    " | undo redo | exportPdf | addComment settings help"
)
LEFT_TO_PANELS = ("importVideo", "undo", "redo")
"""Their keys mean something else in a panel: paste, and its own undo."""


class WindowActions:
    """The actions of the window by name, and the menus and toolbar that they stand in."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._by_name = {offer.name: self._made(offer) for offer in OFFERS}
        self.recentMenu = QMenu("Open &recent", window)
        self.recentMenu.setObjectName("recentMenu")
        self.unitsMenu, self._units = self._choices(
            "&Units", [(str(units), str(units)) for units in (DisplayUnits.ENGLISH, DisplayUnits.METRIC)],
            lambda word: window.presenter.choose_units(DisplayUnits(word)),
        )  # fmt: skip
        self.themeMenu, self._themes = self._choices(
            "&Colours", [("light", "Light"), ("dark", "Dark")],
            lambda word: window.presenter.choose_theme("dark" if word == "dark" else "light"),
        )  # fmt: skip
        self._fill_menus()
        self._fill_toolbar()

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def show_units(self, units: str) -> None:
        """Mark the units that are shown."""
        self._units[units].setChecked(True)

    def show_theme(self, theme: str) -> None:
        """Mark the theme that is shown."""
        self._themes[theme].setChecked(True)

    def leave_keys(self, are_left: bool) -> None:
        """Leave the keys that panels use to the panel in front, or take them back."""
        for offer in OFFERS:
            if offer.name in LEFT_TO_PANELS:
                keys = [] if are_left else [QKeySequence(key) for key in offer.keys.split()]
                self._by_name[offer.name].setShortcuts(keys)

    def _made(self, offer: Offer) -> QAction:
        action = QAction(offer.text, self._window)
        action.setObjectName(offer.name)
        keys = [QKeySequence(key) for key in offer.keys.split()]
        action.setShortcuts(keys)
        action.setToolTip(f"{offer.tip} ({keys[0].toString()})" if keys else offer.tip)
        action.setStatusTip(offer.tip)
        if offer.icon:
            action.setIcon(drawn_icon(offer.icon))
        action.triggered.connect(self._finish_typing)
        call = offer.call
        if call is not None:
            action.triggered.connect(lambda: call(self._window))
        self._window.addAction(action)
        return action

    def _choices(
        self, title: str, choices: list[tuple[str, str]], choose: Callable[[str], None]
    ) -> tuple[QMenu, dict[str, QAction]]:
        menu, group, actions = QMenu(title, self._window), QActionGroup(self._window), {}
        for word, text in choices:
            action = QAction(text, group)
            action.setObjectName(f"{word.lower()}Action")
            action.setCheckable(True)
            action.triggered.connect(self._finish_typing)
            action.triggered.connect(lambda _, chosen=word: choose(chosen))
            menu.addAction(action)
            actions[word] = action
        return menu, actions

    def _finish_typing(self) -> None:
        # connected before what an action does: it acts on what was typed
        finish_typing(self._window)

    def _fill_menus(self) -> None:
        submenus = {"RECENT": self.recentMenu, "UNITS": self.unitsMenu, "THEME": self.themeMenu}
        for title, names in MENUS:
            menu = QMenu(title, self._window)
            for name in names.split():
                if name in submenus:
                    menu.addMenu(submenus[name])
                elif name == "|":
                    menu.addSeparator()
                else:
                    menu.addAction(self._by_name[name])
            self._window.menuBar().addMenu(menu)

    def _fill_toolbar(self) -> None:
        toolbar = self._window.addToolBar("Main")
        toolbar.setObjectName("mainToolBar")
        toolbar.setMovable(False)
        for name in TOOLBAR.split():
            if name == "|":
                toolbar.addSeparator()
            else:
                toolbar.addAction(self._by_name[name])
