from __future__ import annotations

from datetime import datetime

from image_velocimetry_tools.domain.project import Comment, CommentCategory, Project
from image_velocimetry_tools.gui.models.reporting_comments import (
    categories_to_write,
    comment_rows,
    filter_choices,
    with_comment,
    with_comment_text,
    without_comments,
)

VIDEO = Comment(CommentCategory.VIDEO, "A. B.", "05/04/2024 12:00:00", "calm")
SAVED = Comment(CommentCategory.SYSTEM, "ab", "05/04/2024 12:30:00", "File Saved Q = 1.00 m³/s")
OTHER = Comment(CommentCategory.OTHER, "A. B.", "05/04/2024 13:00:00", "rain set in")
PROJECT = Project(comments=(VIDEO, SAVED, OTHER))


def test_that_comments_are_listed_in_the_order_in_which_they_were_made() -> None:
    assert [(row.index, row.text) for row in comment_rows(PROJECT)] == [
        (0, "calm"),
        (1, "File Saved Q = 1.00 m³/s"),
        (2, "rain set in"),
    ]
    assert [row.index for row in comment_rows(PROJECT, "Other")] == [2]


def test_that_the_filter_counts_and_offers_only_what_is_there() -> None:
    assert filter_choices(PROJECT) == (
        ("", "All comments (3)"),
        ("Video Preprocessing", "Video Preprocessing (1)"),
        ("System", "System (1)"),
        ("Other", "Other (1)"),
    )


def test_that_nobody_writes_in_the_name_of_the_program() -> None:
    assert "System" not in categories_to_write()
    assert len(categories_to_write()) == len(CommentCategory) - 1


def test_that_a_comment_is_signed_in_the_form_of_project_files() -> None:
    comment = Comment.signed(CommentCategory.GRID, "A. B.", " two\nlines ", datetime(2024, 5, 4, 9, 8, 7))
    assert comment == Comment(CommentCategory.GRID, "A. B.", "05/04/2024 09:08:07", "two\nlines")
    assert with_comment(PROJECT, comment).comments[-1] is comment


def test_that_a_changed_comment_keeps_user_and_time() -> None:
    changed = with_comment_text(PROJECT, 2, "rain set in at noon ").comments
    assert changed == (VIDEO, SAVED, Comment(OTHER.category, OTHER.user, OTHER.stamp, "rain set in at noon"))


def test_that_what_the_program_noted_is_not_deleted() -> None:
    assert without_comments(PROJECT, [0, 1]).comments == (SAVED, OTHER)
    assert without_comments(PROJECT, [1]) is PROJECT
