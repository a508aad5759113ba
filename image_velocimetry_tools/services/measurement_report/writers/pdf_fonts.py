"""The fonts of the PDF, embedded so that ³, α and names in Latin, Greek and Cyrillic letters look alike everywhere.

Chinese, Japanese and Korean letters are shown with the fonts that every PDF reader has for them.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib
from reportlab.lib.fonts import addMapping
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import getFont, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
_HAN, _HANGUL = "STSong-Light", "HYSMyeongJo-Medium"
_HANGUL_LETTERS = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7A3))
_HAN_LETTERS = ((0x2E80, 0x312F), (0x3190, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF))
_UNKNOWN = "?"


@cache
def register_fonts() -> None:
    """Make the fonts known to the PDF library, once."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in (REGULAR, BOLD):
        registerFont(TTFont(name, folder / f"{name}.ttf"))
    for is_bold, name in ((0, REGULAR), (1, BOLD)):
        for is_italic in (0, 1):
            addMapping(REGULAR, is_bold, is_italic, name)
    for name in (_HAN, _HANGUL):
        registerFont(UnicodeCIDFont(name))
        for is_bold, is_italic in ((0, 0), (0, 1), (1, 0), (1, 1)):
            addMapping(name, is_bold, is_italic, name)


def runs_of(text: str, font: str) -> list[tuple[str, str]]:
    """Stretches of a text with the font that has their letters; a letter that none has becomes a question mark."""
    register_fonts()
    chosen = [(_font_of(letter, font), letter) for letter in text]
    known = [(name or font, letter if name else _UNKNOWN) for name, letter in chosen]
    return [(name, "".join(letter for _, letter in run)) for name, run in groupby(known, key=lambda pair: pair[0])]


def marked_up(text: str) -> str:
    """A text for a paragraph, without markup of its own; line breaks stay, control characters go."""
    printable = "".join(c for c in text if c.isprintable() or c == "\n")
    lines = (runs_of(line, REGULAR) for line in printable.split("\n"))
    return "<br/>".join("".join(_in_font(run, name) for name, run in line) for line in lines)


def width_of(text: str, font: str, size: float) -> float:
    """Width of a text on one line, points."""
    return float(sum(stringWidth(run, name, size) for name, run in runs_of(text, font)))


def draw_text(canvas: Canvas, x: float, y: float, text: str, font: str, size: float, mode: int = 0) -> None:
    """Draw a text on one line, each letter in a font that has it."""
    for name, run in runs_of(text, font):
        canvas.setFont(name, size)
        canvas.drawString(x, y, run, mode=mode)
        x += stringWidth(run, name, size)


def _in_font(text: str, font: str) -> str:
    return escape(text) if font == REGULAR else f'<font name="{font}">{escape(text)}</font>'


def _font_of(letter: str, font: str) -> str:
    """The font that shows a letter; empty if there is none."""
    code = ord(letter)
    if code in getFont(font).face.charToGlyph:
        return font
    for name, ranges in ((_HANGUL, _HANGUL_LETTERS), (_HAN, _HAN_LETTERS)):
        if any(first <= code <= last for first, last in ranges):
            return name
    return ""
