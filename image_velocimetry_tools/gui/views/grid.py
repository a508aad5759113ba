"""The Grid tab: the rectified image with points and masks on the left, where they lie on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from ...domain.project import PointLayout
from .grid_settings import MasksPanel, PointsPanel
from .object_names import name_widgets
from .widgets.banner import Banner
from .widgets.image_view import ImageView

if TYPE_CHECKING:
    from ..models.grid import MaskRow
    from ..presenters.grid import GridPresenter

FloatArray = NDArray[np.float64]

_LINE, _POINT, _MASK, _CHOSEN_MASK, _MASKED = "#ffd23f", "#35d05a", "#ff5a4d", "#ffffff", "#c9ced6"
_SIDE_PX = 350


class GridTab(QWidget):
    """Shows the measurement points; see ``GridView``."""

    presenter: GridPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner(self)
        self.imageView = ImageView(self)
        self.pointsPanel = PointsPanel(self)
        self.masksPanel = MasksPanel(self)
        name_widgets(self)
        side = QWidget(self)
        panels = QVBoxLayout(side)
        panels.setContentsMargins(0, 0, 0, 0)
        panels.addWidget(self.pointsPanel)
        panels.addWidget(self.masksPanel, 1)
        splitter = QSplitter(Qt.Horizontal, self)
        splitter.addWidget(self.imageView)
        splitter.addWidget(side)
        splitter.setStretchFactor(0, 1)
        splitter.setCollapsible(1, False)
        splitter.setSizes([1240 - _SIDE_PX, _SIDE_PX])
        columns = QHBoxLayout()
        columns.addWidget(splitter)
        layout = QVBoxLayout(self)
        layout.addWidget(self.banner)
        layout.addLayout(columns, 1)

    def bind(self, presenter: GridPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        points, masks = self.pointsPanel, self.masksPanel
        points.layoutField.chosen.connect(lambda layout: presenter.choose_layout(layout))
        points.countField.edited.connect(lambda count: presenter.set_count(count))
        points.spacingXField.edited.connect(lambda spacing: presenter.set_spacing(x_px=spacing))
        points.spacingYField.edited.connect(lambda spacing: presenter.set_spacing(y_px=spacing))
        points.drawLineButton.toggled.connect(self._prepare_line)
        masks.drawMaskButton.toggled.connect(self._prepare_mask)
        masks.deleteMaskButton.clicked.connect(lambda: presenter.delete_masks())
        masks.deleteAllButton.clicked.connect(lambda: presenter.delete_all_masks())
        masks.masksTable.delete_pressed.connect(lambda: presenter.delete_masks())
        masks.masksTable.rows_selected.connect(lambda rows: presenter.select_masks(rows))
        view = self.imageView
        view.line_drawn.connect(self._take_line)
        view.line_moved.connect(lambda layer, index, *ends: presenter.draw_line(_line(ends)))
        view.polygon_drawn.connect(self._take_mask)
        view.polygon_moved.connect(lambda layer, index, vertices: presenter.move_mask(index, vertices))

    # what the presenter shows

    def show_units(self, area_label: str) -> None:
        """Name the units in titles."""
        self.masksPanel.show_units(area_label)

    def show_picture(self, picture: NDArray[np.uint8] | None) -> None:
        """Show the rectified image."""
        if picture is None:
            self.imageView.clear()
        else:
            self.imageView.show_picture(picture)
        for button in (self.pointsPanel.drawLineButton, self.masksPanel.drawMaskButton):
            button.setEnabled(picture is not None)

    def show_scale(self, pixel_size: float | None, length_label: str) -> None:
        """Show the scale of the picture."""
        self.imageView.set_scale_bar(pixel_size, length_label)

    def show_section_line(self, line_px: FloatArray | None, edges: tuple[str, str]) -> None:
        """Draw the section line between the named edges of water."""
        if line_px is None:
            self.imageView.clear_layer("section")
            self.imageView.clear_layer("edges")
            return
        self.imageView.set_lines("section", line_px[np.newaxis], _LINE, width=1.5)
        self.imageView.set_points("edges", line_px, edges, _LINE, "ring")

    def show_layout(self, layout: PointLayout) -> None:
        """Show how the points lie, and the settings of that layout."""
        self.pointsPanel.show_layout(layout)

    def show_count(self, count: int) -> None:
        """Show the number of points."""
        self.pointsPanel.countField.show_value(count)

    def show_spacing(self, x_px: int, y_px: int, on_ground: tuple[str, str]) -> None:
        """Show the spacing of the regular grid, with its size on the ground."""
        self.pointsPanel.show_spacing(x_px, y_px, on_ground)

    def show_simple_line(self, line_px: FloatArray | None) -> None:
        """Draw the simple line, to be dragged by its ends."""
        if line_px is None:
            self.imageView.clear_layer("line")
        else:
            self.imageView.set_lines("line", line_px[np.newaxis], "#5ac8fa", width=2.0, draggable=True)

    def show_points(self, points_px: FloatArray, is_masked: NDArray[np.bool_], labels: Sequence[str]) -> None:
        """Draw the points, masked ones hollow."""
        view = self.imageView
        free = [label for label, masked in zip(labels, is_masked, strict=True) if not masked]
        hollow = [label for label, masked in zip(labels, is_masked, strict=True) if masked]
        view.set_points("points", points_px[~is_masked], free, _POINT, "dot")
        view.set_points("masked", points_px[is_masked], hollow, _MASKED, "ring")

    def show_masks(self, masks_px: Sequence[FloatArray], rows: Sequence[MaskRow], selected: Sequence[int]) -> None:
        """Draw the masks and list them."""
        labels = [f"mask {number + 1}" for number in range(len(masks_px))]
        self.imageView.set_polygons("masks", masks_px, _MASK, draggable=True, labels=labels)
        chosen = [masks_px[index] for index in selected]
        self.imageView.set_polygons("chosen masks", chosen, _CHOSEN_MASK, fill_opacity=0.15)
        self.masksPanel.show_masks(rows, selected)

    def show_summary(self, text: str) -> None:
        """Say how many points there are."""
        self.pointsPanel.summaryLabel.setText(text)

    def show_problems(self, problems: Sequence[str]) -> None:
        """Say what is wrong, and what to do."""
        self.banner.show_sentences(problems)

    # what the user does

    def _prepare_line(self, is_drawing: bool) -> None:
        if is_drawing:
            self.masksPanel.drawMaskButton.setChecked(False)
        self.imageView.set_mode("line" if is_drawing else "navigate")

    def _prepare_mask(self, is_drawing: bool) -> None:
        if is_drawing:
            self.pointsPanel.drawLineButton.setChecked(False)
            self.imageView.setFocus()
        self.imageView.set_mode("polygon" if is_drawing else "navigate")

    def _take_line(self, *ends: float) -> None:
        self.pointsPanel.drawLineButton.setChecked(False)
        self.presenter.draw_line(_line(ends))

    def _take_mask(self, vertices: Sequence[tuple[float, float]]) -> None:
        self.masksPanel.drawMaskButton.setChecked(False)
        self.presenter.draw_mask(vertices)


def _line(ends: Sequence[float]) -> FloatArray:
    return np.array(ends, dtype=float).reshape(2, 2)
