"""A line of text that tells only of what the user typed."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QLineEdit, QWidget


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
