"""An image view on the screen, with a hand on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from image_view_hand import Hand, grey_picture
from PyQt5.QtCore import QThread, QTimer

from image_velocimetry_tools.gui.views.widgets.image_view import ImageView


@pytest.fixture
def view(qtbot) -> Iterator[ImageView]:
    view = ImageView()
    view.resize(800, 600)
    qtbot.addWidget(view)
    view.show()
    qtbot.waitExposed(view)
    view.show_picture(grey_picture())
    yield view
    assert not [timer for timer in view.findChildren(QTimer) if timer.isActive()]
    assert not view.findChildren(QThread)


@pytest.fixture
def hand(view: ImageView) -> Hand:
    return Hand(view)
