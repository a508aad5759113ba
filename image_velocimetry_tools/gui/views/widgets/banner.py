"""The strip over a tab that says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from image_velocimetry_tools.domain.sentences import begun_with_capital
from image_velocimetry_tools.gui.views.widgets.notice_looks import GOOD, NOTE, PROBLEM, WARNING, NoticeLook


class Banner(QFrame):
    """Shows problems (red) before warnings (amber), or a note (blue) or good news (green); nothing: it is not there.

    An optional button stands at the end; connect to ``actionButton.clicked``.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._sentences: tuple[str, ...] = ()
        self._look = NOTE
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
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.paletteChanged.connect(self._paint)
        self.hide()

    @property
    def text(self) -> str:
        """What it says, as plain text; empty while it is hidden."""
        return "\n".join(self._sentences) if not self.isHidden() else ""

    def show_sentences(self, problems: Sequence[str], warnings: Sequence[str] = (), *, action: str = "") -> None:
        """Show problems and warnings, with a button of that name; nothing hides the strip."""
        self._say((*problems, *warnings), PROBLEM if problems else WARNING, action)

    def show_note(self, text: str, *, is_good: bool = False, action: str = "") -> None:
        """Show a note, or good news."""
        self._say((text,) if text else (), GOOD if is_good else NOTE, action)

    def _say(self, sentences: Sequence[str], look: NoticeLook, action: str) -> None:
        self._sentences = tuple(map(begun_with_capital, sentences))
        self._look = look
        self._paint()
        self.textLabel.setText("<br>".join(escape(sentence) for sentence in self._sentences))
        self.actionButton.setText(action)
        self.actionButton.setVisible(bool(action))
        self.setVisible(bool(sentences))

    def _paint(self) -> None:
        """Take on the colours of the present theme."""
        self.setStyleSheet(f"QFrame#banner {{ {self._look.style} }} QLabel {{ color: {self._look.text}; }}")
