"""Fields of text that tell what the user typed, and a date that can be empty."""

from __future__ import annotations

from datetime import date

from PyQt5.QtCore import QDate, QPoint, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QCalendarWidget,
    QHBoxLayout,
    QMenu,
    QPlainTextEdit,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from .widgets.text_field import TextField


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
        # a menu of the button itself would bring a second arrow
        self.calendarButton.clicked.connect(self._open_calendar)
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

    def _open_calendar(self) -> None:
        corner = self.calendarButton.rect().bottomRight()
        under = self.calendarButton.mapToGlobal(corner)
        self.calendarMenu.popup(QPoint(under.x() - self.calendarMenu.sizeHint().width(), under.y()))

    def _choose(self, day: QDate | None) -> None:
        self.calendarMenu.close()
        self.chosen.emit(None if day is None else date(day.year(), day.month(), day.day()))
