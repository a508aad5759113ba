"""The Velocimetry tab: picture and table on the left, search and method on the right, space-time images behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QFrame, QScrollArea, QShortcut, QSplitter, QTabWidget, QVBoxLayout, QWidget

from .object_names import name_widgets
from .sti_review import StiReviewPage
from .velocimetry_measuring import MeasuringPanel
from .velocimetry_method import MethodPanel
from .velocimetry_search import SearchPanel
from .velocimetry_vectors import VectorsPanel
from .widgets.banner import Banner

if TYPE_CHECKING:
    from ..presenters.velocimetry import VelocimetryPresenter

_SIDE_PX = 370


class VelocimetryTab(QWidget):
    """Holds the panels; see ``VelocimetryView``."""

    presenter: VelocimetryPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner(self)
        self.search, self.method = SearchPanel(self), MethodPanel(self)
        self.measuring = MeasuringPanel(self.banner, self)
        self.vectors = VectorsPanel(self)
        self.review = StiReviewPage(self)
        self.pages = QTabWidget(self)
        name_widgets(self)
        # on both pages, wherever the focus is, while the tab is seen
        measure = QShortcut(QKeySequence("F5"), self)
        measure.activated.connect(self.measuring.measureButton.click)
        self.pages.addTab(self._first_page(), "Velocities")
        self.pages.addTab(self.review, "Space-time images")
        layout = QVBoxLayout(self)
        layout.addWidget(self.banner)
        layout.addWidget(self.pages, 1)

    def bind(self, presenter: VelocimetryPresenter) -> None:
        """Report to a presenter what the user does across panels."""
        self.presenter = presenter
        view = self.vectors.imageView
        self.search.drawDirectionButton.toggled.connect(lambda on: view.set_mode("line" if on else "navigate"))
        view.line_drawn.connect(self._take_direction)

    def _take_direction(self, *ends: float) -> None:
        self.search.drawDirectionButton.setChecked(False)
        self.presenter.search.draw_direction(np.array(ends, dtype=float).reshape(2, 2))

    def _first_page(self) -> QWidget:
        self.settings = QTabWidget(self)
        self.settings.setObjectName("settings")
        for title, panel in (("Search", self.search), ("Method", self.method), ("Filter", self.vectors.filter)):
            self.settings.addTab(_scrolled(panel), title)
        side = QWidget(self)
        side.setMinimumWidth(_SIDE_PX)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.settings, 1)
        column.addWidget(self.measuring)
        splitter = QSplitter(Qt.Horizontal, self)
        splitter.addWidget(self.vectors)
        splitter.addWidget(side)
        splitter.setStretchFactor(0, 1)
        splitter.setCollapsible(1, False)
        splitter.setSizes([1240 - _SIDE_PX, _SIDE_PX])
        return splitter


def _scrolled(panel: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidget(panel)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return scroll
