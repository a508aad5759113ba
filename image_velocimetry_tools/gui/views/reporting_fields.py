"""Fields of text that tell what the user typed, and a date that can be empty."""

from __future__ import annotations

from datetime import date

from PyQt5.QtCore import QDate, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import (
    QCalendarWidget,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QToolButton,
    QWidget,
    QWidgetAction,
)


class TextField(QLineEdit):
    """One line of text.

    Signals
    -------
    typed(text)
        At each key.
    entered(text)
        Another text was typed, and Enter pressed or another field entered.
    """

    typed = pyqtSignal(str)
    entered = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None, *, example: str = "") -> None:
        super().__init__(parent)
        self._shown = ""
        self._is_typed = False
        self.setPlaceholderText(example)
        self.textEdited.connect(self._note_typing)
        self.editingFinished.connect(self.finish_typing)

    def show_text(self, text: str) -> None:
        """Show a text; what is being typed stays while there is no other to show."""
        if text != self._shown:
            self._shown = text
            self._is_typed = False
            if text != self.text():
                self.setText(text)
                self.setCursorPosition(0)  # the beginning of a long text is in sight

    def finish_typing(self) -> None:
        """Tell of what was typed, if that was not done."""
        if self._is_typed:
            self._is_typed = False
            self._shown = self.text()
            self.entered.emit(self._shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape brings back what was shown."""
        if event.key() == Qt.Key_Escape and self._is_typed:
            self._is_typed = False
            self.setText(self._shown)
        else:
            super().keyPressEvent(event)

    def _note_typing(self, text: str) -> None:
        self._is_typed = True
        self.typed.emit(text)


class TextArea(QPlainTextEdit):
    """Several lines of text; ``typed(text)`` comes at each key."""

    typed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.textChanged.connect(lambda: self.typed.emit(self.toPlainText()))

    def show_text(self, text: str) -> None:
        """Show a text."""
        if text != self.toPlainText():
            blocked = self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(blocked)


class DateField(QWidget):
    """A date, typed or chosen in a calendar; empty for none.

    Signals
    -------
    entered(text)
        A date was typed, or the text emptied.
    chosen(date)
        A date, or none, was chosen in the calendar.
    """

    entered = pyqtSignal(str)
    chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textField = TextField(self, example="2024-05-14")
        self.textField.entered.connect(self.entered)
        self.calendar = QCalendarWidget(self)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.NoVerticalHeader)
        self.calendar.clicked.connect(self._choose)
        self.calendarMenu = QMenu(self)
        days = QWidgetAction(self.calendarMenu)
        days.setDefaultWidget(self.calendar)
        self.calendarMenu.addAction(days)
        self.calendarMenu.addAction("Today", lambda: self._choose(QDate.currentDate()))
        self.calendarMenu.addAction("No date", lambda: self._choose(None))
        self.calendarMenu.aboutToShow.connect(self._turn_pages)
        self.calendarButton = QToolButton(self)
        self.calendarButton.setText("▾")
        self.calendarButton.setToolTip("Choose the date in a calendar")
        self.calendarButton.setPopupMode(QToolButton.InstantPopup)
        self.calendarButton.setMenu(self.calendarMenu)
        self.calendarButton.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        for name in ("textField", "calendar", "calendarMenu", "calendarButton"):
            getattr(self, name).setObjectName(name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.textField, 1)
        layout.addWidget(self.calendarButton)
        self.setFocusProxy(self.textField)

    def show_text(self, text: str) -> None:
        """Show a date as year, month and day, or nothing."""
        self.textField.show_text(text)

    def finish_typing(self) -> None:
        """Tell of what was typed, if that was not done."""
        self.textField.finish_typing()

    def _turn_pages(self) -> None:
        shown = QDate.fromString(self.textField.text(), Qt.ISODate)
        self.calendar.setSelectedDate(shown if shown.isValid() else QDate.currentDate())

    def _choose(self, day: QDate | None) -> None:
        self.calendarMenu.close()
        self.chosen.emit(None if day is None else date(day.year(), day.month(), day.day()))
