"""Blocks of the report as pieces of a page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, LongTable, Spacer
from reportlab.platypus import Paragraph as PdfParagraph
from reportlab.platypus import Table as PdfTable

from ..blocks import Beside, Block, Cell, Fact, Facts, Figure, Notice, Paragraph, Part, Remarks, Table, Tone
from ..drawings.drawing import Drawing
from ..drawings.palette import LIGHT
from .pdf_drawing import DrawingFlowable
from .pdf_fonts import BOLD, REGULAR, marked_up

_GAP = 14.0
_HIGHEST_FIGURE = 290.0


def _style(size: float, colour: str = "text", font: str = REGULAR, **more: object) -> ParagraphStyle:
    settings = {"leading": 1.32 * size, "splitLongWords": 1, **more}
    return ParagraphStyle("", fontName=font, fontSize=size, textColor=HexColor(LIGHT[colour]), **settings)


TEXT = _style(8.2, spaceAfter=4)
_SMALL = _style(6.9)
_SMALL_RIGHT = _style(6.9, alignment=TA_RIGHT)
_SMALL_BOLD = _style(6.9, font=BOLD)
_SMALL_BOLD_RIGHT = _style(6.9, font=BOLD, alignment=TA_RIGHT)
_QUIET = _style(6.9, "quiet")
_QUIET_RIGHT = _style(6.9, "quiet", alignment=TA_RIGHT)
_HEAD = _style(6.6, "quiet", BOLD)
_HEAD_RIGHT = _style(6.6, "quiet", BOLD, alignment=TA_RIGHT)
_CAPTION = _style(7.0, "quiet", spaceBefore=3, spaceAfter=8)
_TITLE = _style(13, font=BOLD, spaceBefore=12, spaceAfter=4, keepWithNext=1)
_SUBTITLE = _style(8.6, "accent", BOLD, spaceBefore=7, spaceAfter=2)
_BULLET = _style(8.2, leftIndent=11, bulletIndent=2, spaceAfter=2)
_RULE = ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(LIGHT["rule"]))
_TIGHT = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 7),
    ("TOPPADDING", (0, 0), (-1, -1), 1.6),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.8),
]


def part_flowables(part: Part, width: float) -> list[Flowable]:
    """A chapter, its title never alone at the foot of a page."""
    pieces = [CondPageBreak(400.0 if part.starts_page else 110.0), PdfParagraph(marked_up(part.title), _TITLE)]
    for block in part.blocks:
        pieces += block_flowables(block, width)
    return pieces


def notice_flowable(notice: Notice, width: float) -> Flowable:
    """The verdict in a box; what is wrong is framed in its colour and large."""
    is_good = notice.tone is Tone.GOOD
    colour = LIGHT[notice.tone if notice.tone is not Tone.PLAIN else "quiet"]
    word = _style(11 if is_good else 17, notice.tone, BOLD, spaceAfter=2)
    reasons = [PdfParagraph(marked_up(reason), _BULLET, bulletText="•") for reason in notice.reasons]
    title = notice.word if is_good else notice.word.upper()
    rows = [[piece] for piece in (PdfParagraph(marked_up(title), word), PdfParagraph(marked_up(notice.sentence), TEXT))]
    table = PdfTable([*rows, *([piece] for piece in reasons)], colWidths=[width], splitInRow=1)
    table.setStyle(
        [
            *_TIGHT,
            ("LEFTPADDING", (0, 0), (-1, -1), 12),
            ("TOPPADDING", (0, 0), (-1, 0), 6),
            ("BOTTOMPADDING", (0, -1), (-1, -1), 6),
            ("BACKGROUND", (0, 0), (-1, -1), HexColor(LIGHT[f"{notice.tone}-paper"])),
            ("LINEBEFORE", (0, 0), (0, -1), 5, HexColor(colour)),
            *([] if is_good else [("BOX", (0, 0), (-1, -1), 1.4, HexColor(colour))]),
        ]
    )
    return table


def tiles_flowable(facts: Sequence[Fact], width: float) -> Flowable:
    """The key figures in a row."""
    colours = ["text" if fact.tone is Tone.PLAIN else fact.tone.value for fact in facts]
    values = [
        PdfParagraph(marked_up(fact.value), _style(11.5, colour, BOLD))
        for fact, colour in zip(facts, colours, strict=True)
    ]
    names = [PdfParagraph(marked_up(fact.name), _QUIET) for fact in facts]
    table = PdfTable([values, names], colWidths=[width / len(facts)] * len(facts))
    table.setStyle(_TIGHT)
    return table


@singledispatch
def block_flowables(block: Block, width: float) -> list[Flowable]:
    """A block in the width of a page or of a column."""
    raise TypeError(f"no way to show {type(block).__name__}")


@block_flowables.register
def _(block: Paragraph, width: float) -> list[Flowable]:
    style = TEXT if block.tone is Tone.PLAIN else _style(8.6, block.tone, BOLD, spaceAfter=4)
    return [PdfParagraph(marked_up(line), style) for line in block.text.splitlines() if line.strip()]


@block_flowables.register
def _(block: Facts, width: float) -> list[Flowable]:
    rows = [
        [PdfParagraph(marked_up(fact.name), _QUIET), PdfParagraph(marked_up(fact.value), _SMALL_RIGHT)]
        for fact in block.facts
    ]
    table = PdfTable(rows, colWidths=[0.54 * width, 0.46 * width])
    table.setStyle([*_TIGHT, ("RIGHTPADDING", (1, 0), (1, -1), 0), _RULE])
    return [PdfParagraph(marked_up(block.title), _SUBTITLE), table]


@block_flowables.register
def _(block: Table, width: float) -> list[Flowable]:
    total = sum(column.share for column in block.columns)
    widths = [width * column.share / total for column in block.columns]
    head = [
        PdfParagraph(marked_up(column.title), _HEAD_RIGHT if column.is_number else _HEAD) for column in block.columns
    ]
    rows = [_cells(block, row, widths, is_quiet=i in block.quiet) for i, row in enumerate(block.rows)]
    footer = [_cells(block, block.footer, widths, is_bold=True)] if block.footer else []
    table = LongTable([head, *rows, *footer], colWidths=widths, repeatRows=1, splitInRow=1)
    strong = ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(LIGHT["quiet"]))
    table.setStyle([*_TIGHT, _RULE, strong, ("VALIGN", (0, 0), (-1, 0), "BOTTOM")])
    return [CondPageBreak(60.0), PdfParagraph(marked_up(block.title), _SUBTITLE), table]


@block_flowables.register
def _(block: Remarks, width: float) -> list[Flowable]:
    texts = [PdfParagraph(marked_up(text), _BULLET, bulletText="•") for text in block.texts]
    return [CondPageBreak(40.0), PdfParagraph(marked_up(block.title), _SUBTITLE), *texts]


@block_flowables.register
def _(block: Figure, width: float) -> list[Flowable]:
    drawing = DrawingFlowable(block.drawing, width, _HIGHEST_FIGURE)
    return [KeepTogether([Spacer(1, 4), drawing, PdfParagraph(marked_up(block.caption), _CAPTION)])]


@block_flowables.register
def _(block: Beside, width: float) -> list[Flowable]:
    count = len(block.columns)
    inner = (width - _GAP * (count - 1)) / count
    cells = [[p for part in column for p in block_flowables(part, inner)] for column in block.columns]
    cells = [[piece for piece in cell if not isinstance(piece, CondPageBreak)] for cell in cells]
    table = PdfTable([cells], colWidths=[inner + _GAP] * (count - 1) + [inner], splitInRow=1)
    table.setStyle([*_TIGHT, ("RIGHTPADDING", (0, 0), (-2, -1), _GAP), ("RIGHTPADDING", (-1, 0), (-1, -1), 0)])
    return [KeepTogether([table]), Spacer(1, 6)]


def _cells(
    block: Table, row: Sequence[Cell], widths: list[float], *, is_quiet: bool = False, is_bold: bool = False
) -> list[Flowable]:
    left, right = (_QUIET, _QUIET_RIGHT) if is_quiet else (_SMALL, _SMALL_RIGHT)
    if is_bold:
        left, right = _SMALL_BOLD, _SMALL_BOLD_RIGHT
    cells: list[Flowable] = []
    for value, column, width in zip(row, block.columns, widths, strict=True):
        if isinstance(value, Drawing):
            cells.append(DrawingFlowable(value, width - 7))
        else:
            cells.append(PdfParagraph(marked_up(value), right if column.is_number else left))
    return cells
