"""What people said of the measurement: its description and the comments by category."""

from __future__ import annotations

from ....domain.project import CommentCategory
from ..blocks import Block, Paragraph, Part, Remarks
from ..sources import ReportSources


def description_part(sources: ReportSources) -> Part:
    """The description of the project."""
    text = sources.project.reporting.description.strip()
    return Part("Project description", (Paragraph(text or "The project has no description."),))


def comments_part(sources: ReportSources) -> Part:
    """Comments in the order of the work, and within a category in that of their time."""
    comments = sources.project.comments
    blocks: list[Block] = []
    for category in CommentCategory:
        told = [c for c in comments if c.category is category]
        if told:
            lines = tuple(f"{', '.join(filter(None, (c.user, c.stamp)))}: {c.text}" for c in told)
            blocks.append(Remarks(category.value, lines))
    return Part("Comments", tuple(blocks) or (Paragraph("There are no comments."),))
