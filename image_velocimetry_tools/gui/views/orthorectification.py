"""The Orthorectification tab: pictures above, points and settings below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QShortcut, QSplitter, QVBoxLayout, QWidget

from .object_names import name_widgets
from .orthorectification_pictures import PicturesPanel
from .orthorectification_points import PointsPanel
from .orthorectification_settings import SettingsPanel
from .widgets.banner import Banner

if TYPE_CHECKING:
    from ..models.orthorectification import ImageMarks, PointRow
    from ..presenters.orthorectification import OrthorectificationPresenter
    from ..presenters.orthorectification_points import PointsEditor

FloatArray = NDArray[np.float64]
Picture = NDArray[np.uint8]

_MOST_SENTENCES = 4


class OrthorectificationTab(QWidget):
    """Shows a calibration and what follows from it; see ``OrthorectificationView``."""

    presenter: OrthorectificationPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner(self)
        self.picturesPanel, self.pointsPanel = PicturesPanel(self), PointsPanel(self)
        self.settingsPanel = SettingsPanel(self)
        lower = QSplitter(Qt.Horizontal, self)
        lower.addWidget(self.pointsPanel)
        lower.addWidget(self.settingsPanel)
        lower.setSizes([870, 370])
        lower.setCollapsible(0, False)
        lower.setCollapsible(1, False)
        self.splitter = QSplitter(Qt.Vertical, self)
        self.splitter.addWidget(self.picturesPanel)
        self.splitter.addWidget(lower)
        self.splitter.setSizes([340, 250])
        self.splitter.setStretchFactor(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.banner)
        layout.addWidget(self.splitter, 1)
        self._digitiseKey, self._endKey = self._key("D"), self._key("Esc")
        self._endKey.setEnabled(False)
        name_widgets(self)

    def bind(self, presenter: OrthorectificationPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.picturesPanel.report_to(presenter)
        self.pointsPanel.report_to(presenter)
        self.settingsPanel.report_to(presenter)

    def bind_points(self, editor: PointsEditor) -> None:
        """Report what the user does to points."""
        self.picturesPanel.report_points_to(editor)
        self.pointsPanel.report_points_to(editor)
        self._digitiseKey.activated.connect(lambda: editor.start_digitising())
        self._endKey.activated.connect(lambda: editor.stop_digitising())

    def show_units(self, length_label: str) -> None:
        """Name the unit of length."""
        self.pointsPanel.show_units(length_label)
        self.settingsPanel.show_units(length_label)

    def show_selected(self, rows: Sequence[int]) -> None:
        """Mark the selected points in table and pictures."""
        self.pointsPanel.show_selected(rows)
        self.picturesPanel.show_selected(rows)

    def show_digitising(self, name: str | None) -> None:
        """Let clicks in the image digitise a point, or no longer."""
        self._endKey.setEnabled(name is not None)
        self.picturesPanel.show_digitising(name)

    def show_extent(self, is_fixed: bool) -> None:
        """Show whether the extent of the rectified image is kept while points change."""
        self.picturesPanel.fitExtentButton.setEnabled(is_fixed)

    def show_findings(self, problems: Sequence[str], warnings: Sequence[str], note: str) -> None:
        """Say what is wrong, and what to do; what does not fit stands at the points in the table."""
        if not problems and not warnings:
            self.banner.show_note(note)
            return
        shown = list(problems[:_MOST_SENTENCES])
        also = list(warnings[: _MOST_SENTENCES - len(shown)])
        rest = len(problems) + len(warnings) - len(shown) - len(also)
        if rest:
            also.append(f"And {rest} more: point at the coloured cells of the table to read them.")
        self.banner.show_sentences(shown, also)

    def show_original(self, picture: Picture | None) -> None:
        """Show the calibration image."""
        self.picturesPanel.show_original(picture)

    def show_rectified(self, picture: Picture | None) -> None:
        """Show the rectified image."""
        self.picturesPanel.show_rectified(picture)

    def show_whole(self) -> None:
        """Show both pictures whole."""
        self.picturesPanel.show_whole()

    def show_rows(self, rows: Sequence[PointRow]) -> None:
        """List the points."""
        self.pointsPanel.show_rows(rows)

    def show_marks(self, marks: ImageMarks) -> None:
        """Draw points and their errors over the calibration image."""
        self.picturesPanel.show_marks(marks)

    def show_rectified_points(self, xy_px: FloatArray, names: Sequence[str]) -> None:
        """Draw the points over the rectified image."""
        self.picturesPanel.show_rectified_points(xy_px, names)

    def show_scale(self, pixel_size: float | None, length_label: str) -> None:
        """Show the scale of the rectified image."""
        self.picturesPanel.show_scale(pixel_size, length_label)

    def show_level(self, level: float | None) -> None:
        """Show the water surface elevation."""
        self.settingsPanel.show_level(level)

    def show_method(self, method: str, reason: str) -> None:
        """Show the method, and which is used for what reason."""
        self.settingsPanel.show_method(method, reason)

    def show_flips(self, flip_x: bool, flip_y: bool) -> None:
        """Show whether the rectified image is mirrored."""
        self.settingsPanel.show_flips(flip_x, flip_y)

    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """List the figures of the solution."""
        self.settingsPanel.show_figures(figures)

    def show_matrix(self, matrix: FloatArray | None, title: str) -> None:
        """Show the matrix of the solution."""
        self.settingsPanel.show_matrix(matrix, title)

    def show_cursor(self, text: str) -> None:
        """Show the place under the mouse."""
        self.picturesPanel.cursorLabel.setText(text)

    def _key(self, key: str) -> QShortcut:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.WidgetWithChildrenShortcut)
        return shortcut
