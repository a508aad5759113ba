"""The comments on the Reporting tab: read, add, change, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from ...domain.errors import IvyError
from ...domain.project import Comment, CommentCategory, Project
from ..models.document import Change
from ..models.reporting_comments import (
    ALL,
    CommentRow,
    categories_to_write,
    comment_rows,
    filter_choices,
    with_comment,
    with_comment_text,
    without_comments,
)
from ..models.workbench import Hint, Workbench

_FIXED = IvyError("the program noted this itself", remedy="Add a comment of your own beside it")


class CommentListView(Protocol):
    """The list of comments, and the line in which one is written."""

    def bind(self, presenter: CommentListPresenter) -> None: ...
    def show_categories(self, categories: Sequence[str], chosen: str) -> None: ...
    def show_filter(self, choices: Sequence[tuple[str, str]], chosen: str) -> None: ...
    def show_rows(self, rows: Sequence[CommentRow]) -> None: ...
    def begin_writing(self, category: str) -> None: ...
    def clear_written(self) -> None: ...


class CommentListPresenter:
    """Lists the comments of all categories or of one."""

    def __init__(self, view: CommentListView, bench: Workbench, now: Callable[[], datetime] = datetime.now) -> None:
        self._view = view
        self._bench = bench
        self._now = now
        self._filter = ALL
        view.bind(self)
        view.show_categories(categories_to_write(), str(CommentCategory.REPORTING))
        bench.document.changed.subscribe(self._follow)
        self._show()

    def begin(self) -> None:
        """Let the user write a comment, on the category that is listed."""
        is_writable = self._filter in categories_to_write()
        self._view.begin_writing(self._filter if is_writable else str(CommentCategory.REPORTING))

    def choose_filter(self, category: str) -> None:
        """List the comments of one category, or all."""
        self._filter = category
        self._show()

    def add(self, category: str, text: str) -> None:
        """Add a comment, signed and dated."""
        if not text.strip():
            self._bench.said.emit(Hint("Write the comment first"))
            self.begin()
            return
        if self._filter not in (ALL, category):
            self._filter = ALL
        comment = Comment.signed(CommentCategory(category), self._bench.preferences.user_name, text, self._now())
        self._view.clear_written()
        self._bench.document.edit("Add comment", with_comment(self._project, comment))

    def change(self, index: int) -> None:
        """Let the user change the text of a comment."""
        comment = self._project.comments[index]
        if comment.category is CommentCategory.SYSTEM:
            self._bench.dialogs.show_error("Change comment", _FIXED)
            return
        text = self._bench.dialogs.ask_text("Change comment", str(comment.category), comment.text, lines=True)
        if text is not None and text.strip() and text.strip() != comment.text:
            self._bench.document.edit("Change comment", with_comment_text(self._project, index, text))

    def delete(self, indices: Sequence[int]) -> None:
        """Delete comments; those of the program itself stay."""
        project = without_comments(self._project, indices)
        deleted = len(self._project.comments) - len(project.comments)
        if deleted:
            self._bench.document.edit("Delete comment" if deleted == 1 else "Delete comments", project)
        elif indices:
            self._bench.dialogs.show_error("Delete comment", _FIXED)

    @property
    def _project(self) -> Project:
        return self._bench.document.project

    def _follow(self, change: Change) -> None:
        if change.touches("comments"):
            self._show()

    def _show(self) -> None:
        choices = filter_choices(self._project)
        if self._filter not in dict(choices):
            self._filter = ALL
        self._view.show_filter(choices, self._filter)
        self._view.show_rows(comment_rows(self._project, self._filter))
