from __future__ import annotations

import pytest
from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import QApplication

from image_velocimetry_tools.gui.views.theme import Theme, apply_theme, palette_of
from image_velocimetry_tools.gui.views.widgets.notice_looks import GOOD, NOT_JUDGED, NOTE, PROBLEM, WARNING, NoticeLook

_Role = QPalette.ColorRole


def _luminance(colour: QColor) -> float:
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(first: QColor, second: QColor) -> float:
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (_Role.WindowText, _Role.Window),
        (_Role.Text, _Role.Base),
        (_Role.Text, _Role.AlternateBase),
        (_Role.ButtonText, _Role.Button),
        (_Role.ToolTipText, _Role.ToolTipBase),
        (_Role.Link, _Role.Base),
    ],
)
def test_that_texts_can_be_read(theme: Theme, text: QPalette.ColorRole, ground: QPalette.ColorRole) -> None:
    palette = palette_of(theme)
    assert _contrast(palette.color(text), palette.color(ground)) > 4.5


@pytest.mark.usefixtures("qapp")
def test_that_the_theme_reaches_the_whole_program() -> None:
    apply_theme("dark")
    assert QApplication.palette().color(_Role.Window) == palette_of("dark").color(_Role.Window)
    apply_theme("light")
    assert QApplication.palette().color(_Role.Window) == palette_of("light").color(_Role.Window)
    assert QApplication.style().objectName().lower() == "fusion"


@pytest.mark.parametrize("look", [GOOD, NOT_JUDGED, NOTE, PROBLEM, WARNING])
def test_that_notices_can_be_read_in_both_themes(look: NoticeLook) -> None:
    for tones in (look.light, look.dark):
        assert _contrast(QColor(tones.text), QColor(tones.ground)) > 7.0
    assert _luminance(QColor(look.dark.ground)) < 0.1 < _luminance(QColor(look.light.ground))
