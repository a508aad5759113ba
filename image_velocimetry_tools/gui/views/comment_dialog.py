"""The box in which a comment is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from .form_dialog import FormDialog

if TYPE_CHECKING:
    from ..presenters.comments import CommentsPresenter


class CommentDialog(FormDialog):
    """User, category and text of a comment."""

    presenter: CommentsPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Add comment", parent)
        self.userField = QLineEdit()
        self.userField.setObjectName("userField")
        self.userField.setToolTip("Who makes this remark")
        self.categoryBox = QComboBox()
        self.categoryBox.setObjectName("categoryBox")
        self.categoryBox.setToolTip("What it is about")
        self.textField = QPlainTextEdit()
        self.textField.setObjectName("textField")
        self.textField.setToolTip("The remark; it stands in the project and in the report")
        self.textField.setTabChangesFocus(True)
        form = QFormLayout()
        form.addRow("User", self.userField)
        form.addRow("About", self.categoryBox)
        form.addRow("Comment", self.textField)
        self.lay_out(form)
        self.accepted_form.connect(self._add)

    def bind(self, presenter: CommentsPresenter) -> None:
        """Report to a presenter from now on."""
        self.presenter = presenter

    def show_form(self, user: str, categories: Sequence[str], chosen: str) -> None:
        """Show the empty form."""
        self.userField.setText(user)
        self.categoryBox.clear()
        self.categoryBox.addItems(categories)
        self.categoryBox.setCurrentText(chosen)
        self.textField.clear()
        self.textField.setFocus()
        self.open_form()

    def _add(self) -> None:
        self.presenter.add(self.userField.text(), self.categoryBox.currentText(), self.textField.toPlainText())
