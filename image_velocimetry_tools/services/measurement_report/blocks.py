"""What a report is made of, in display units and as it is read; writers decide only how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from .drawings.drawing import Drawing

Cell = str | Drawing


class Tone(StrEnum):
    """How much attention something asks for."""

    PLAIN = "plain"
    GOOD = "good"
    DOUBTFUL = "doubtful"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with its name, or anything that is said in two words."""

    name: str
    value: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``share`` is its part of the width relative to the other columns."""

    title: str
    is_number: bool = False
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or several; line breaks count."""

    kind: ClassVar[str] = "paragraph"
    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Facts:
    """Figures under a heading."""

    kind: ClassVar[str] = "facts"
    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table under a heading; it may be longer than a page. ``quiet`` are numbers of rows that do not count."""

    kind: ClassVar[str] = "table"
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    quiet: frozenset[int] = frozenset()
    footer: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Remarks:
    """A list of texts under a heading."""

    kind: ClassVar[str] = "remarks"
    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its caption."""

    kind: ClassVar[str] = "figure"
    drawing: Drawing
    caption: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Columns side by side, each a few blocks below each other."""

    kind: ClassVar[str] = "beside"
    columns: tuple[tuple[Facts | Table | Paragraph, ...], ...]


Block = Paragraph | Facts | Table | Remarks | Figure | Beside


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter of the report; ``starts_page`` where it should not begin at the foot of one."""

    title: str
    blocks: tuple[Block, ...]
    starts_page: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What must be read before any figure: the verdict in a word, a sentence, and all reasons."""

    tone: Tone
    word: str
    sentence: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportContents:
    """A whole report.

    ``heading`` stands at the top of every page, ``key_figures`` on the first. ``processed`` says when and with what the
    report was made.
    """

    title: str
    heading: tuple[Fact, ...]
    notice: Notice
    key_figures: tuple[Fact, ...]
    parts: tuple[Part, ...]
    processed: str
    author: str
