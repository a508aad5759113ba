"""Boxes with a text, perhaps a list that can be copied, and buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

_PICTURES = {
    "information": QStyle.StandardPixmap.SP_MessageBoxInformation,
    "question": QStyle.StandardPixmap.SP_MessageBoxQuestion,
    "warning": QStyle.StandardPixmap.SP_MessageBoxWarning,
    "error": QStyle.StandardPixmap.SP_MessageBoxCritical,
}
_WIDTH_PX = 420


class Box(QDialog):
    """A text with answers on buttons; ``answer`` is the one that was given, None if the box was closed.

    Parameters
    ----------
    kind
        ``"information"``, ``"question"``, ``"warning"`` or ``"error"``.
    answers
        Texts of the buttons, the usual answer first.
    details
        Shown in a field below the text, with a button that copies everything.
    """

    def __init__(
        self,
        parent: QWidget | None,
        kind: str,
        title: str,
        text: str,
        answers: Sequence[str] = ("OK",),
        details: str = "",
    ) -> None:
        super().__init__(parent)
        self.answer: str | None = None
        self.setWindowTitle(title)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.textLabel = QLabel(text)
        self.textLabel.setObjectName("textLabel")
        self.textLabel.setWordWrap(True)
        self.textLabel.setMinimumWidth(_WIDTH_PX)
        self.textLabel.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.detailsField = QPlainTextEdit(details)
        self.detailsField.setObjectName("detailsField")
        self.detailsField.setReadOnly(True)
        self.detailsField.setVisible(bool(details))
        self.detailsField.setToolTip("Select and copy what you need")
        self.buttonBox = QDialogButtonBox()
        self._add_answers(answers)
        if details:
            self._add_copy_button()
        self._lay_out(kind)

    def _add_answers(self, answers: Sequence[str]) -> None:
        for index, answer in enumerate(answers):
            button = QPushButton(answer)
            button.setObjectName(f"{answer.lower().replace(' ', '_')}Button")
            button.setToolTip(answer)
            button.setDefault(index == 0)
            button.clicked.connect(lambda _, given=answer: self._give(given))
            self.buttonBox.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)

    def _add_copy_button(self) -> None:
        self.copyButton = QPushButton("Copy")
        self.copyButton.setObjectName("copyButton")
        self.copyButton.setToolTip("Copy the whole text, to send it to somebody")
        self.copyButton.setAutoDefault(False)
        self.copyButton.clicked.connect(self._copy)
        self.buttonBox.addButton(self.copyButton, QDialogButtonBox.ButtonRole.ResetRole)

    def _lay_out(self, kind: str) -> None:
        picture = QLabel()
        picture.setPixmap(self.style().standardIcon(_PICTURES[kind]).pixmap(40, 40))
        words = QVBoxLayout()
        words.addWidget(self.textLabel)
        words.addWidget(self.detailsField)
        above = QHBoxLayout()
        above.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        above.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(above)
        layout.addWidget(self.buttonBox)

    def _give(self, answer: str) -> None:
        self.answer = answer
        self.accept()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.textLabel.text()}\n{self.detailsField.toPlainText()}")
