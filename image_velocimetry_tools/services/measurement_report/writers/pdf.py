"""The report as PDF: a heading on every page, tables that go on over pages, pictures and vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer
from reportlab.platypus.doctemplate import LayoutError

from ....domain.errors import OutputError
from ....formats.atomic_file import replace_file
from ..blocks import Fact, ReportContents
from ..drawings.palette import LIGHT
from .pdf_blocks import notice_flowable, part_flowables, tiles_flowable
from .pdf_fonts import BOLD, REGULAR, draw_text, register_fonts, width_of

_MARGIN, _TOP, _BOTTOM = 36.0, 90.0, 40.0
_TITLE = "IVyTools Discharge Measurement Report"
# widths of the columns of the heading
_HEADING_SHARES = (0.34, 0.21, 0.24, 0.21)
_PAGE_COUNT = "number-of-pages"


class PaperSize(StrEnum):
    """Paper on which the report is laid out."""

    LETTER = "Letter"
    A4 = "A4"


_SIZES = {PaperSize.LETTER: LETTER, PaperSize.A4: A4}


def write_pdf(
    contents: ReportContents,
    target: Path,
    *,
    paper: PaperSize = PaperSize.LETTER,
    progress: Callable[[float], None],
    check: Callable[[], None],
) -> None:
    """Lay the report out and write it; the file appears only when it is whole.

    Parameters
    ----------
    contents
        What the report says.
    target
        The file.
    paper
        Size of the pages.
    progress
        Told the finished share.
    check
        Called before every piece of a page; it may raise to stop the work.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    register_fonts()
    size = _SIZES[paper]
    width = size[0] - 2 * _MARGIN
    story: list[Flowable] = [notice_flowable(contents.notice, width), Spacer(1, 8)]
    story.append(tiles_flowable(contents.key_figures, width))
    for part in contents.parts:
        check()
        story += part_flowables(part, width)
    with replace_file(target) as stream:
        document = _Document(stream, size, contents, len(story), progress, check)
        try:
            document.build(story, canvasmaker=_CountingCanvas)
        except LayoutError as error:
            what = "a text or picture of the report does not fit on a page"
            raise OutputError(what, where=str(target), remedy="Shorten the longest comment") from error
    progress(1.0)


class _Document(BaseDocTemplate):  # type: ignore[misc]
    """One frame on every page, below the heading."""

    def __init__(
        self,
        stream: Any,
        size: tuple[float, float],
        contents: ReportContents,
        count: int,
        progress: Callable[[float], None],
        check: Callable[[], None],
    ) -> None:
        super().__init__(
            stream,
            pagesize=size,
            title=f"{contents.title} – discharge measurement",
            author=contents.author or "IVyTools",
            subject="Discharge measurement from video",
            creator=contents.processed.split(", ")[-1],
        )
        height = size[1] - _TOP - _BOTTOM
        frame = Frame(_MARGIN, _BOTTOM, size[0] - 2 * _MARGIN, height, 0, 0, 0, 0)
        self.addPageTemplates(PageTemplate(frames=[frame], onPage=self._draw_heading))
        self._contents, self._count, self._done = contents, count, 0
        self._report_progress, self._check = progress, check

    def beforePage(self) -> None:  # noqa: N802 - name given by the library
        """Between two pages the work may be stopped."""
        self._check()

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - name given by the library
        """After each piece somebody may want to know how far it is, or to stop the work."""
        self._check()
        self._done += 1
        self._report_progress(min(1.0, self._done / max(self._count, 1)))

    def _draw_heading(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        width, height = document.pagesize
        canvas.saveState()
        canvas.setFillColor(HexColor(LIGHT["accent"]))
        canvas.rect(_MARGIN, height - 40, 4, 16, stroke=0, fill=1)
        canvas.setFont(BOLD, 11)
        canvas.drawString(_MARGIN + 9, height - 37, _TITLE)
        canvas.setFillColor(HexColor(LIGHT["quiet"]))
        canvas.setFont(REGULAR, 7)
        canvas.drawRightString(width - _MARGIN, height - 37, f"Processed {self._contents.processed}")
        _draw_facts(canvas, self._contents.heading, _MARGIN, height - 53, width - 2 * _MARGIN)
        canvas.setStrokeColor(HexColor(LIGHT["rule"]))
        canvas.line(_MARGIN, height - 79, width - _MARGIN, height - 79)
        page = f"{document.page} of "
        canvas.setFillColor(HexColor(LIGHT["quiet"]))
        draw_text(canvas, _MARGIN, 24, _fitting(self._contents.title, REGULAR, 7, 0.7 * width), REGULAR, 7)
        canvas.setFont(REGULAR, 7)
        canvas.drawRightString(width - _MARGIN - 14, 24, page)
        canvas.translate(width - _MARGIN - 14, 24)
        canvas.doForm(_PAGE_COUNT)
        canvas.restoreState()


class _CountingCanvas(Canvas):  # type: ignore[misc]
    """A canvas that draws the number of pages, known only at the end, into every page."""

    def save(self) -> None:
        """Finish the file."""
        self.beginForm(_PAGE_COUNT, 0, -4, 40, 12)
        self.setFillColor(HexColor(LIGHT["quiet"]))
        self.setFont(REGULAR, 7)
        self.drawString(0, 0, f"{self.getPageNumber() - 1}")
        self.endForm()
        super().save()


def _draw_facts(canvas: Canvas, facts: Sequence[Fact], left: float, top: float, width: float) -> None:
    """Rows of names and values; what does not fit in its place is cut."""
    for index, fact in enumerate(facts):
        row, column = divmod(index, len(_HEADING_SHARES))
        x, y = left + width * sum(_HEADING_SHARES[:column]), top - 14.0 * row
        place = width * _HEADING_SHARES[column]
        name = f"{fact.name}: "
        canvas.setFont(REGULAR, 7.4)
        canvas.setFillColor(HexColor(LIGHT["quiet"]))
        canvas.drawString(x, y, name)
        used = stringWidth(name, REGULAR, 7.4)
        canvas.setFillColor(HexColor(LIGHT[fact.tone if fact.tone != "plain" else "text"]))
        draw_text(canvas, x + used, y, _fitting(fact.value, BOLD, 7.4, place - used - 6), BOLD, 7.4)


def _fitting(text: str, font: str, size: float, width: float) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    text = " ".join(text.split())
    if width_of(text, font, size) <= width:
        return text
    while text and width_of(f"{text}…", font, size) > width:
        text = text[:-1]
    return f"{text}…"
