"""Somebody who clicks and types at random over a whole window, always the same for a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PyQt5 import sip
from PyQt5.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QGraphicsView,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QTableView,
    QTabWidget,
    QWidget,
)

TEXTS = (
    "0", "1", "-1", "5", "413.4", "1e9", "-99999", "nan", "inf", "1,5", "1,234.5", "abc", "", "1e-9", "99999999999",
    "00:01", "10:99", "2024-13-40", "2024-02-29", "ü€☃", "a" * 60, "=1+1", "<b>x</b>", "../x", "3.14159265358979",
)  # fmt: skip
_KEYS = (Qt.Key_Return, Qt.Key_Tab, Qt.Key_Up, Qt.Key_Escape)
_VIEW_KEYS = (Qt.Key_Escape, Qt.Key_Return, Qt.Key_Delete, Qt.Key_Backspace, Qt.Key_Left)
_ANSWER_EVERY_MS = 15


class Monkey:
    """Takes one random action after the other.

    Attributes
    ----------
    done
        What it did last, to find out what led to a fault.
    """

    def __init__(self, window: QWidget, seed: int, leaves_alone: Callable[[QWidget], bool]) -> None:
        self.random = random.Random(seed)
        self.done: list[str] = []
        self._window = window
        self._leaves_alone = leaves_alone
        self._hands: tuple[tuple[type, Callable[[Any], None]], ...] = (
            (QTableView, self._use_table),
            (QGraphicsView, self._use_picture),
            (QAbstractSpinBox, self._use_field),
            (QLineEdit, self._use_field),
            (QComboBox, self._use_choice),
            (QPlainTextEdit, lambda area: self._type(area, self._text())),
            (QSlider, lambda slider: self._click(slider, self._place(slider))),
            (QAbstractButton, self._click),
        )
        self._timer = QTimer()
        self._timer.setInterval(_ANSWER_EVERY_MS)
        self._timer.timeout.connect(self._answer)

    def __enter__(self) -> Monkey:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()

    def file(self, folder: Path, *names: str) -> Path | None:
        """One of some files, or none, as the answer of a chooser."""
        name = self.random.choice((*names, ""))
        return folder / name if name else None

    def use_something(self) -> None:
        """Click on, or type into, any widget that can be used."""
        usable = [(w, hand) for kind, hand in self._hands for w in self._visible(kind)]
        if not usable:
            return
        widget, hand = self.random.choice(usable)
        self.done.append(f"{type(widget).__name__} {widget.objectName()}")
        hand(widget)

    def turn_pages(self, tabs: QTabWidget) -> None:
        """Bring any page to the front."""
        place = self.random.randrange(tabs.count())
        self.done.append(f"page {place}")
        tabs.setCurrentIndex(place)

    def _visible(self, kind: type) -> list[Any]:
        return [
            widget
            for widget in self._window.findChildren(kind)
            if widget.isEnabled() and not widget.visibleRegion().isEmpty() and not self._leaves_alone(widget)
        ]

    def _use_table(self, table: QTableView) -> None:
        model = table.model()
        if model is None or not model.rowCount() or not model.columnCount():
            return
        index = model.index(self.random.randrange(model.rowCount()), self.random.randrange(model.columnCount()))
        table.scrollTo(index)
        place = table.visualRect(index).center()
        modifier = self.random.choice((Qt.NoModifier, Qt.ControlModifier, Qt.ShiftModifier))
        QTest.mouseClick(table.viewport(), Qt.LeftButton, modifier, place)
        if self.random.random() < 0.5:
            QTest.mouseDClick(table.viewport(), Qt.LeftButton, Qt.NoModifier, place)
            editor = QApplication.focusWidget()
            if isinstance(editor, QLineEdit) and table.isAncestorOf(editor):
                self._use_field(editor)
        elif self.random.random() < 0.3:
            QTest.keyClick(table, Qt.Key_Delete)

    def _use_picture(self, view: QGraphicsView) -> None:
        surface = view.viewport()
        if self.random.random() < 0.4:
            button = self.random.choice((Qt.LeftButton, Qt.LeftButton, Qt.RightButton))
            QTest.mouseClick(surface, button, Qt.NoModifier, self._place(surface))
        elif self.random.random() < 0.7:
            QTest.mousePress(surface, Qt.LeftButton, Qt.NoModifier, self._place(surface))
            QTest.mouseMove(surface, self._place(surface))
            QTest.mouseRelease(surface, Qt.LeftButton, Qt.NoModifier, self._place(surface))
        else:
            QTest.keyClick(view, self.random.choice(_VIEW_KEYS))

    def _use_field(self, field: Any) -> None:
        editor = field.lineEdit() if isinstance(field, QAbstractSpinBox) else field
        field.setFocus()
        editor.selectAll()
        self._type(editor, self._text())
        if self.random.random() < 0.7 and not sip.isdeleted(editor):
            QTest.keyClick(editor, self.random.choice(_KEYS))

    def _use_choice(self, box: QComboBox) -> None:
        box.setFocus()
        QTest.keyClick(box, self.random.choice((Qt.Key_Down, Qt.Key_Up, Qt.Key_Home, Qt.Key_End)))

    def _click(self, widget: QWidget, place: QPoint | None = None) -> None:
        QTest.mouseClick(widget, Qt.LeftButton, Qt.NoModifier, widget.rect().center() if place is None else place)

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(self.random.randrange(max(1, widget.width())), self.random.randrange(max(1, widget.height())))

    def _text(self) -> str:
        text = self.random.choice(TEXTS)
        self.done.append(f"typed {text}")
        return text

    def _type(self, target: QObject, text: str) -> None:
        # keyClicks knows ASCII only
        for letter in text:
            for kind in (QEvent.KeyPress, QEvent.KeyRelease):
                QApplication.sendEvent(target, QKeyEvent(kind, 0, Qt.NoModifier, letter))

    def _answer(self) -> None:
        """Close menus, and press any button of a dialog or none."""
        popup, dialog = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if isinstance(popup, QMenu):
            popup.close()
        elif isinstance(dialog, QDialog):
            for field in dialog.findChildren(QLineEdit):
                if not field.isReadOnly() and self.random.random() < 0.4:
                    field.setText(self.random.choice(TEXTS))
            buttons = [one for one in dialog.findChildren(QPushButton) if one.isVisible() and one.isEnabled()]
            if buttons and self.random.random() < 0.7:
                self._click(self.random.choice(buttons))
            else:
                dialog.reject()
