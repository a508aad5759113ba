"""The comments of a measurement as the Reporting tab lists and changes them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from ...domain.project import Comment, CommentCategory, Project

ALL = ""


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One comment; ``index`` is its place in the project, ``is_fixed`` marks what the program itself noted."""

    index: int
    category: str
    stamp: str
    user: str
    text: str
    is_fixed: bool


def comment_rows(project: Project, category: str = ALL) -> tuple[CommentRow, ...]:
    """The comments of a category, or all, in the order in which they were made."""
    return tuple(
        CommentRow(index, str(told.category), told.stamp, told.user, told.text, _is_fixed(told))
        for index, told in enumerate(project.comments)
        if category in (ALL, str(told.category))
    )


def filter_choices(project: Project) -> tuple[tuple[str, str], ...]:
    """What the list can be restricted to: all, then each category of which there are comments, with their number."""
    counts = {category: sum(told.category is category for told in project.comments) for category in CommentCategory}
    there = [(str(category), f"{category} ({count})") for category, count in counts.items() if count]
    return ((ALL, f"All comments ({len(project.comments)})"), *there)


def categories_to_write() -> tuple[str, ...]:
    """What the user can comment on; entries on the system are the program's."""
    return tuple(str(category) for category in CommentCategory if category is not CommentCategory.SYSTEM)


def with_comment(project: Project, comment: Comment) -> Project:
    """The project with one comment more."""
    return replace(project, comments=(*project.comments, comment))


def with_comment_text(project: Project, index: int, text: str) -> Project:
    """The project with another text of a comment; who made it when stays."""
    comments = list(project.comments)
    comments[index] = replace(comments[index], text=text.strip())
    return replace(project, comments=tuple(comments))


def without_comments(project: Project, indices: Collection[int]) -> Project:
    """The project without some comments; those of the program stay."""
    kept = tuple(told for index, told in enumerate(project.comments) if index not in indices or _is_fixed(told))
    return project if len(kept) == len(project.comments) else replace(project, comments=kept)


def _is_fixed(comment: Comment) -> bool:
    return comment.category is CommentCategory.SYSTEM
