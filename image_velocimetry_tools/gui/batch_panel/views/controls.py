"""Buttons and labels as the pages of the panel need them."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QPushButton, QSizePolicy, QToolButton


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


def line(name: str = "") -> QLabel:
    """A label that never makes its window wider, and whose text can be copied."""
    made = QLabel()
    made.setObjectName(name)
    made.setTextInteractionFlags(Qt.TextSelectableByMouse)
    made.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Fixed)
    made.setTextFormat(Qt.PlainText)
    return made
