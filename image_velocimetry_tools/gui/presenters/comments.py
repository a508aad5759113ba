"""Remarks that the user adds to the record of the measurement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from ...domain.project import Comment, CommentCategory
from ..models.reporting_comments import categories_to_write, with_comment
from ..models.workbench import Workbench

_CATEGORIES = {
    "video": CommentCategory.VIDEO,
    "frames": CommentCategory.FRAMES,
    "orthorectification": CommentCategory.ORTHORECTIFICATION,
    "cross_section": CommentCategory.CROSS_SECTION,
    "grid": CommentCategory.GRID,
    "velocimetry": CommentCategory.STIV,
    "discharge": CommentCategory.DISCHARGE,
    "reporting": CommentCategory.REPORTING,
}


class CommentView(Protocol):
    """The box in which a comment is written."""

    def bind(self, presenter: CommentsPresenter) -> None: ...
    def show_form(self, user: str, categories: Sequence[str], chosen: str) -> None: ...
    def show_problem(self, sentence: str) -> None: ...
    def close_form(self) -> None: ...


class CommentsPresenter:
    """Adds comments, signed and dated."""

    def __init__(
        self, view: CommentView, bench: Workbench, current_tab: Callable[[], str], now: Callable[[], datetime]
    ) -> None:
        self._view = view
        self._bench = bench
        self._current_tab = current_tab
        self._now = now
        view.bind(self)

    def begin(self) -> None:
        """Show the form; the category is that of the tab in front."""
        chosen = _CATEGORIES.get(self._current_tab(), CommentCategory.OTHER)
        self._view.show_form(self._bench.preferences.user_name, categories_to_write(), str(chosen))

    def add(self, user: str, category: str, text: str) -> None:
        """Add a comment to the project."""
        if not text.strip():
            self._view.show_problem("Write what you want to remark")
            return
        user = " ".join(user.split()) or self._bench.preferences.user_name
        if user != self._bench.preferences.user_name:
            self._bench.preferences.change(user_name=user)
        comment = Comment.signed(CommentCategory(category), user, text, self._now())
        self._bench.document.edit("Add comment", with_comment(self._bench.document.project, comment))
        self._bench.said.emit(f"Added a comment on {category}")
        self._view.close_form()
