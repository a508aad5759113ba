from __future__ import annotations

import pytest
from PyQt5.QtCore import QSize
from PyQt5.QtGui import QColor, QIcon, QImage

from image_velocimetry_tools.gui.views.icons import _DRAWINGS, drawn_icon
from image_velocimetry_tools.gui.views.theme import apply_theme


def _ink(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> list[QColor]:
    image: QImage = icon.pixmap(QSize(32, 32), mode).toImage()
    colours = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return [colour for colour in colours if colour.alpha() > 200]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", sorted(_DRAWINGS))
def test_that_every_icon_draws_something(name: str) -> None:
    assert len(_ink(drawn_icon(name))) > 20


@pytest.mark.usefixtures("qapp")
def test_that_an_icon_follows_the_theme_by_itself() -> None:
    icon = drawn_icon("save")
    apply_theme("dark")
    dark = max(colour.lightness() for colour in _ink(icon))
    apply_theme("light")
    light = min(colour.lightness() for colour in _ink(icon))
    assert dark > 180
    assert light < 70


@pytest.mark.usefixtures("qapp")
def test_that_an_icon_that_cannot_be_used_is_fainter() -> None:
    apply_theme("light")
    icon = drawn_icon("undo")
    usable = min(colour.lightness() for colour in _ink(icon))
    assert min(colour.lightness() for colour in _ink(icon, QIcon.Mode.Disabled)) > usable


def test_that_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        drawn_icon("nothing")
