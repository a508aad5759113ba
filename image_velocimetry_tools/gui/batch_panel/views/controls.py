"""Buttons and labels as the pages of the panel need them."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QPushButton, QToolButton

from ...views.widgets.number_box import NumberBox
from .elided_label import ElidedLabel


def button(name: str, text: str, tip: str, act: Callable[[], object]) -> QPushButton:
    """A push button; ``name`` is also the attribute that holds it."""
    made = QPushButton(text)
    made.setObjectName(name)
    made.setToolTip(tip)
    made.setStatusTip(tip)
    made.setAutoDefault(False)
    made.clicked.connect(lambda _=False: act())
    return made


def tool(name: str, text: str, tip: str, act: Callable[[], object]) -> QToolButton:
    """A small button of a row of tools."""
    made = QToolButton()
    made.setObjectName(name)
    made.setText(text)
    made.setToolTip(tip)
    made.setToolButtonStyle(Qt.ToolButtonTextOnly)
    made.clicked.connect(lambda _=False: act())
    return made


def line(name: str = "") -> ElidedLabel:
    """A label that never makes its window wider."""
    made = ElidedLabel()
    made.setObjectName(name)
    return made


def whole_number(name: str, tip: str, most: int, zero: str, act: Callable[[str], object]) -> NumberBox:
    """A field for a number from 0; ``zero`` is what stands for 0 there, and ``act`` takes the number as a text."""
    made = NumberBox()
    made.setDecimals(0)
    made.setObjectName(name)
    made.setToolTip(tip)
    made.setRange(0, most)
    made.setSpecialValueText(zero)
    made.setMinimumWidth(60)
    made.valueChanged.connect(lambda value: act(str(round(value))))
    return made
