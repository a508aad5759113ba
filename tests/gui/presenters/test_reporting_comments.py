from __future__ import annotations

from datetime import datetime
from unittest.mock import MagicMock, create_autospec

from gui_workbench import workbench

from image_velocimetry_tools.domain.project import Comment, CommentCategory, Project
from image_velocimetry_tools.gui.presenters.reporting_comments import CommentListPresenter, CommentListView

VIDEO = Comment(CommentCategory.VIDEO, "A. B.", "05/04/2024 12:00:00", "calm")
SAVED = Comment(CommentCategory.SYSTEM, "ab", "05/04/2024 12:30:00", "File Saved Q = 1.00 m³/s")
GRID = Comment(CommentCategory.GRID, "A. B.", "05/04/2024 13:00:00", "25 points")


class Panel:
    """The presenter with a view that remembers what it was told."""

    def __init__(self, *comments: Comment) -> None:
        self.bench = workbench(Project(comments=comments))
        self.bench.preferences.change(user_name="J. Doe")
        self.view = create_autospec(CommentListView, instance=True)
        self.presenter = CommentListPresenter(self.view, self.bench, lambda: datetime(2024, 5, 4, 14, 0, 5))
        self.dialogs: MagicMock = self.bench.dialogs  # type: ignore[assignment]

    @property
    def comments(self) -> tuple[Comment, ...]:
        return self.bench.document.project.comments

    @property
    def listed(self) -> list[str]:
        return [row.text for row in self.view.show_rows.call_args.args[0]]


def test_that_a_comment_is_added_signed_and_dated() -> None:
    panel = Panel(VIDEO)
    panel.presenter.add("Discharge", " rising ")
    assert panel.comments == (VIDEO, Comment(CommentCategory.DISCHARGE, "J. Doe", "05/04/2024 14:00:05", "rising"))
    assert panel.listed == ["calm", "rising"]
    panel.view.clear_written.assert_called_once_with()
    panel.bench.document.undo()
    assert panel.listed == ["calm"]


def test_that_an_empty_comment_is_not_added() -> None:
    panel = Panel()
    panel.presenter.add("Discharge", "  ")
    assert panel.comments == ()
    panel.view.clear_written.assert_not_called()


def test_that_the_list_is_restricted_to_a_category_until_another_is_written() -> None:
    panel = Panel(VIDEO, GRID)
    panel.presenter.choose_filter("Grid Preparation")
    assert panel.listed == ["25 points"]
    panel.presenter.begin()
    panel.view.begin_writing.assert_called_with("Grid Preparation")
    panel.presenter.add("Other", "rain")
    assert panel.listed == ["calm", "25 points", "rain"]


def test_that_a_category_without_comments_gives_way_to_all() -> None:
    panel = Panel(VIDEO, GRID)
    panel.presenter.choose_filter("Grid Preparation")
    panel.presenter.delete([1])
    assert panel.view.show_filter.call_args.args[1] == ""
    assert panel.listed == ["calm"]


def test_that_the_text_of_a_comment_is_changed() -> None:
    panel = Panel(VIDEO, GRID)
    panel.dialogs.ask_text.return_value = "30 points\n"
    panel.presenter.change(1)
    assert panel.comments[1] == Comment(GRID.category, GRID.user, GRID.stamp, "30 points")
    for nothing in (None, " ", "30 points"):
        panel.dialogs.ask_text.return_value = nothing
        panel.presenter.change(1)
    panel.bench.document.undo()
    assert panel.comments == (VIDEO, GRID)


def test_that_comments_are_deleted_in_one_step() -> None:
    panel = Panel(VIDEO, SAVED, GRID)
    panel.presenter.delete([0, 1, 2])
    assert panel.comments == (SAVED,)
    panel.bench.document.undo()
    assert panel.comments == (VIDEO, SAVED, GRID)


def test_that_what_the_program_noted_stays_as_it_is() -> None:
    panel = Panel(SAVED)
    panel.presenter.delete([0])
    panel.presenter.change(0)
    assert panel.comments == (SAVED,)
    assert panel.dialogs.show_error.call_count == 2
    panel.dialogs.ask_text.assert_not_called()
    panel.presenter.delete([])
    assert panel.dialogs.show_error.call_count == 2
    panel.presenter.choose_filter("System")
    panel.presenter.begin()
    panel.view.begin_writing.assert_called_with("Reporting")
