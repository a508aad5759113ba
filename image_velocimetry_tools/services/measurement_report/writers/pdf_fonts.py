"""The fonts of the PDF, embedded so that ³, α and names in Latin, Greek and Cyrillic letters look alike everywhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import matplotlib
from reportlab.lib.fonts import addMapping
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"


@cache
def register_fonts() -> None:
    """Make the fonts known to the PDF library, once."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in (REGULAR, BOLD):
        registerFont(TTFont(name, folder / f"{name}.ttf"))
    for is_bold, name in ((0, REGULAR), (1, BOLD)):
        for is_italic in (0, 1):
            addMapping(REGULAR, is_bold, is_italic, name)
