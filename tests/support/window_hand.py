"""A user at the whole window: menus by their keys, boxes and choosers of files answered by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.gui.composition import Desktop, Places
from image_velocimetry_tools.gui.views.boxes import Box
from image_velocimetry_tools.gui.views.widgets.number_fields import NumberField

PATIENCE_MS = 30_000


class WindowHand:
    """Works on the real program in an offscreen window."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.desktop = Desktop(Places(None, folder / "recovery", folder / "log"))
        self.window = self.desktop.window
        self.window.resize(1280, 800)
        self.desktop.show()
        qtbot.waitUntil(lambda: self.desktop.tabs.is_complete, timeout=PATIENCE_MS)
        self.settle()

    @property
    def project(self) -> Any:
        """The project as it stands."""
        return self.desktop.bench.document.project

    def settle(self) -> None:
        """Wait until no work runs."""
        self.qtbot.waitUntil(lambda: self.desktop.tasks.is_idle, timeout=PATIENCE_MS)

    def go_to(self, name: str) -> Any:
        """Click on a tab; the answer is its page."""
        tabs = self.window.tabWidget
        title = next(t.title for t in _tabs() if t.name == name)
        place = next(i for i in range(tabs.count()) if tabs.tabText(i).strip() == title)
        QTest.mouseClick(tabs.tabBar(), Qt.LeftButton, pos=tabs.tabBar().tabRect(place).center())
        assert tabs.currentIndex() == place
        layout = tabs.currentWidget().layout()
        return layout.itemAt(layout.count() - 1).widget()

    def press(self, button: QWidget) -> None:
        """Click on a button that can be clicked."""
        assert button.isEnabled(), f"{button.objectName()} cannot be clicked"
        QTest.mouseClick(button, Qt.LeftButton)

    def enter(self, field: QWidget, text: str) -> None:
        """Type a value into a field, and Enter."""
        field.setFocus()
        editor = field.lineEdit() if isinstance(field, NumberField) else field
        editor.selectAll()
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key_Return)

    @contextmanager
    def answering(self, *answers: str | Path) -> Iterator[None]:
        """Answer the boxes that come meanwhile: a path for a chooser, the text of a button for a question."""
        waiting = list(answers)
        timer = QTimer()
        timer.setInterval(20)
        timer.timeout.connect(lambda: _answer(waiting))
        timer.start()
        try:
            yield
            self.qtbot.waitUntil(lambda: not waiting, timeout=PATIENCE_MS)
            self.qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=PATIENCE_MS)
        finally:
            timer.stop()
        self.settle()

    def choose_action(self, name: str) -> None:
        """Take an entry of the menus."""
        action = self.window.actions_by_name[name]
        assert action.isEnabled(), f"{name} cannot be chosen"
        action.trigger()

    def shortcut(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.ControlModifier) -> None:
        """Press a shortcut of the window."""
        self.activate()
        QTest.keyClick(self.window, key, modifier)

    def activate(self) -> None:
        """Let the window have the keyboard."""
        QApplication.setActiveWindow(self.window)
        self.wait_for(self.window.isActiveWindow)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until something is the case."""
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def close(self) -> None:
        """Close the window, leaving unsaved changes behind, and end the program."""
        document = self.desktop.bench.document
        if document.is_modified:
            with self.answering("Discard"):
                self.window.close()
        else:
            self.window.close()
        assert self.desktop.finish()
        self.window.deleteLater()


def _tabs() -> Any:
    from image_velocimetry_tools.gui.tab_set import TABS

    return TABS


def _answer(waiting: list[str | Path]) -> None:
    box = QApplication.activeModalWidget()
    if not waiting or not isinstance(box, QDialog) or not box.isVisible():
        return
    answer = waiting[0]
    if isinstance(box, QFileDialog):
        assert isinstance(answer, Path), f"a file is asked for ({box.windowTitle()}), the answer is {answer}"
        waiting.pop(0)
        field = box.findChild(QLineEdit, "fileNameEdit")
        field.setText("")
        QTest.keyClicks(field, str(answer))
        QTest.keyClick(field, Qt.Key_Return)
        return
    buttons = {button.text().replace("&", ""): button for button in box.findChildren(QPushButton)}
    if str(answer) not in buttons:
        text = box.textLabel.text() if isinstance(box, Box) else box.windowTitle()
        box.reject()
        raise AssertionError(f"the box '{text}' has no button '{answer}', but {sorted(buttons)}")
    waiting.pop(0)
    QTest.mouseClick(buttons[str(answer)], Qt.LeftButton)
