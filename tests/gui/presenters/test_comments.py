from __future__ import annotations

from datetime import datetime
from typing import Any
from unittest.mock import create_autospec

import pytest
from gui_workbench import workbench

from image_velocimetry_tools.domain.project import CommentCategory
from image_velocimetry_tools.gui.presenters.comments import CommentsPresenter, CommentView

NOW = datetime(2026, 3, 4, 5, 6, 7)


def _case(tab: str = "video") -> tuple[Any, Any, CommentsPresenter]:
    bench, view = workbench(), create_autospec(CommentView, instance=True)
    bench.preferences.change(user_name="Ada Lovelace")
    return bench, view, CommentsPresenter(view, bench, lambda: tab, lambda: NOW)


@pytest.mark.parametrize(
    ("tab", "category"),
    [("cross_section", CommentCategory.CROSS_SECTION), ("panel_batch", CommentCategory.OTHER)],
)
def test_that_the_category_is_that_of_the_tab_in_front(tab: str, category: CommentCategory) -> None:
    _, view, presenter = _case(tab)
    presenter.begin()
    user, categories, chosen = view.show_form.call_args.args
    assert (user, chosen) == ("Ada Lovelace", str(category))
    assert tuple(categories) == tuple(str(one) for one in CommentCategory if one is not CommentCategory.SYSTEM)


def test_that_a_comment_is_signed_dated_and_can_be_undone() -> None:
    bench, view, presenter = _case()
    presenter.add("Ada  Lovelace", str(CommentCategory.GRID), "  Shade on the left bank\n")
    (comment,) = bench.document.project.comments
    assert (comment.category, comment.user) == (CommentCategory.GRID, "Ada Lovelace")
    assert (comment.stamp, comment.text) == ("03/04/2026 05:06:07", "Shade on the left bank")
    view.close_form.assert_called_once_with()
    bench.document.undo()
    assert bench.document.project.comments == ()


def test_that_an_empty_comment_is_not_added() -> None:
    bench, view, presenter = _case()
    presenter.add("Ada", str(CommentCategory.GRID), "   ")
    assert not bench.document.is_modified
    view.show_problem.assert_called_once()
    view.close_form.assert_not_called()


def test_that_another_name_is_remembered() -> None:
    bench, _, presenter = _case()
    presenter.add("Grace Hopper", str(CommentCategory.OTHER), "Wind")
    assert bench.preferences.user_name == "Grace Hopper"
