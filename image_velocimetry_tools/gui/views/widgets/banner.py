"""The strip over a tab that says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

# ground, border and text: readable in the light and in the dark theme
_LOOKS = {
    "problem": ("#fbe0dc", "#c0392b", "#6b1a11"),
    "warning": ("#fdf0d0", "#c98a06", "#5c3f00"),
    "good": ("#dff2e1", "#2e8b57", "#14502c"),
    "note": ("#e3edf7", "#4a7fb5", "#173a5e"),
}


class Banner(QFrame):
    """Shows problems (red) before warnings (amber), or a note (blue) or good news (green); nothing: it is not there.

    An optional button stands at the end; connect to ``actionButton.clicked``.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._sentences: tuple[str, ...] = ()
        self.textLabel = QLabel(self)
        self.textLabel.setWordWrap(True)
        self.textLabel.setTextFormat(Qt.RichText)
        self.textLabel.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self.textLabel.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Preferred)
        self.actionButton = QPushButton(self)
        self.actionButton.setObjectName("actionButton")
        self.actionButton.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.addWidget(self.textLabel)
        layout.addWidget(self.actionButton)
        self.hide()

    @property
    def text(self) -> str:
        """What it says, as plain text; empty while it is hidden."""
        return "\n".join(self._sentences) if not self.isHidden() else ""

    def show_sentences(self, problems: Sequence[str], warnings: Sequence[str] = (), *, action: str = "") -> None:
        """Show problems and warnings, with a button of that name; nothing hides the strip."""
        self._say((*problems, *warnings), "problem" if problems else "warning", action)

    def show_note(self, text: str, *, is_good: bool = False, action: str = "") -> None:
        """Show a note, or good news."""
        self._say((text,) if text else (), "good" if is_good else "note", action)

    def _say(self, sentences: Sequence[str], look: str, action: str) -> None:
        self._sentences = tuple(sentences)
        ground, border, text = _LOOKS[look]
        self.setStyleSheet(
            f"QFrame#banner {{ background: {ground}; border: 1px solid {border}; border-radius: 4px; }}"
            f" QLabel {{ color: {text}; }}"
        )
        self.textLabel.setText("<br>".join(escape(sentence) for sentence in sentences))
        self.actionButton.setText(action)
        self.actionButton.setVisible(bool(action))
        self.setVisible(bool(sentences))
