"""The panel of the comments: the list, and the line in which one is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from .object_names import name_widgets
from .widgets.number_fields import ChoiceField
from .widgets.tables import Cell, Column, Table

if TYPE_CHECKING:
    from ..models.reporting_comments import CommentRow
    from ..presenters.reporting_comments import CommentListPresenter

_COLUMNS = (
    Column("About", width_px=180),
    Column("Time", width_px=185),
    Column("User", width_px=120),
    Column("Comment", width_px=300),
)


class CommentsPanel(QWidget):
    """Lists comments; see ``CommentListView``."""

    presenter: CommentListPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[CommentRow] = ()
        self.filterField = ChoiceField(self)
        self.filterField.setToolTip("Which comments are listed")
        self.changeButton = QPushButton("Change…", self)
        self.changeButton.setToolTip("Change the text of the selected comment (double click, Enter)")
        self.deleteButton = QPushButton("Delete", self)
        self.deleteButton.setToolTip("Delete the selected comments (Del)")
        self.commentsTable = Table(_COLUMNS, self)
        self.commentsTable.setWordWrap(False)
        self.commentsTable.horizontalHeader().setStretchLastSection(True)
        self.categoryField = ChoiceField(self)
        self.categoryField.setToolTip("What the new comment is about")
        self.categoryField.setSizeAdjustPolicy(QComboBox.AdjustToMinimumContentsLengthWithIcon)
        self.categoryField.setMinimumContentsLength(18)
        self.newCommentField = QLineEdit(self)
        self.newCommentField.setPlaceholderText("New comment")
        self.newCommentField.setToolTip("A remark for the record and the report; Enter adds it")
        self.addButton = QPushButton("Add", self)
        self.addButton.setToolTip("Add the comment, signed with your name (Edit, Settings) and the time")
        name_widgets(self)
        self._lay_out()
        self._allow()

    def bind(self, presenter: CommentListPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.filterField.chosen.connect(lambda category: presenter.choose_filter(category))
        self.commentsTable.rows_selected.connect(lambda rows: self._allow())
        self.commentsTable.row_activated.connect(lambda row: presenter.change(self._rows[row].index))
        self.commentsTable.delete_pressed.connect(lambda: presenter.delete(self._selected()))
        self.changeButton.clicked.connect(lambda: presenter.change(self._selected()[0]))
        self.deleteButton.clicked.connect(lambda: presenter.delete(self._selected()))
        self.addButton.clicked.connect(self._add)
        self.newCommentField.returnPressed.connect(self._add)

    def show_categories(self, categories: Sequence[str], chosen: str) -> None:
        """Offer what a comment can be about."""
        self.categoryField.set_choices([(category, category) for category in categories])
        self.categoryField.show_value(chosen)

    def show_filter(self, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer what the list can be restricted to."""
        self.filterField.set_choices(choices)
        self.filterField.show_value(chosen)

    def show_rows(self, rows: Sequence[CommentRow]) -> None:
        """List comments."""
        self._rows = rows
        self.commentsTable.show_rows([_cells(row) for row in rows])
        self._allow()

    def begin_writing(self, category: str) -> None:
        """Let the user write a comment."""
        self.categoryField.show_value(category)
        self.newCommentField.setFocus(Qt.OtherFocusReason)

    def clear_written(self) -> None:
        """The comment is added."""
        self.newCommentField.clear()

    def _add(self) -> None:
        self.presenter.add(self.categoryField.shown_value() or "", self.newCommentField.text())

    def _selected(self) -> list[int]:
        return [self._rows[row].index for row in self.commentsTable.selected_rows()]

    def _allow(self) -> None:
        chosen = [self._rows[row] for row in self.commentsTable.selected_rows() if row < len(self._rows)]
        self.changeButton.setEnabled(len(chosen) == 1 and not chosen[0].is_fixed)
        self.deleteButton.setEnabled(any(not row.is_fixed for row in chosen))

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        title = QLabel("<b>Comments</b>", self)
        above.addWidget(title)
        above.addWidget(self.filterField)
        above.addStretch()
        above.addWidget(self.changeButton)
        above.addWidget(self.deleteButton)
        below.addWidget(self.categoryField)
        below.addWidget(self.newCommentField, 1)
        below.addWidget(self.addButton)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(above)
        layout.addWidget(self.commentsTable, 1)
        layout.addLayout(below)


def _cells(row: CommentRow) -> list[Cell]:
    tip = f"{row.text}\n(noted by the program itself)" if row.is_fixed else row.text
    return [Cell(value, tooltip=tip, is_grey=row.is_fixed) for value in (row.category, row.stamp, row.user, row.text)]
