"""A box with a form, a line for what is wrong, and two buttons."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLayout, QVBoxLayout, QWidget

from .widgets.number_box import NumberBox

_PROBLEM_COLOUR = "#d1372c"


class FormDialog(QDialog):
    """It stays open until its presenter closes it.

    Attributes
    ----------
    accepted_form
        Emitted when the user confirms the form; not when a number in it was refused just now, which is told.
    """

    accepted_form = pyqtSignal()

    def __init__(self, title: str, parent: QWidget | None = None, confirm: str = "OK", leave: str = "Cancel") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.problemLabel = QLabel()
        self.problemLabel.setObjectName("problemLabel")
        self.problemLabel.setWordWrap(True)
        self.problemLabel.setStyleSheet(f"color: {_PROBLEM_COLOUR}")
        self.buttonBox = QDialogButtonBox()
        self.okButton = self.buttonBox.addButton(confirm, QDialogButtonBox.ButtonRole.ApplyRole)
        self.cancelButton = self.buttonBox.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        for button, name, tip in (
            (self.okButton, "okButton", "Confirm what was entered"),
            (self.cancelButton, "cancelButton", "Leave everything as it is"),
        ):
            button.setObjectName(name)
            button.setToolTip(tip)
        self.okButton.setDefault(True)
        self.okButton.clicked.connect(self._confirm)
        self.buttonBox.rejected.connect(self.reject)

    def lay_out(self, form: QLayout) -> None:
        """Put the form above the line for problems and the buttons."""
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.problemLabel)
        layout.addWidget(self.buttonBox)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong."""
        self.problemLabel.setText(sentence)

    def open_form(self) -> None:
        """Show the box."""
        self.problemLabel.clear()
        self.open()

    def _confirm(self) -> None:
        refusals = [field.take_refusal() for field in self.findChildren(NumberBox)]
        if any(refusals):
            self.show_problem("\n".join(filter(None, refusals)))
        else:
            self.accepted_form.emit()

    def close_form(self) -> None:
        """Close the box."""
        self.accept()
