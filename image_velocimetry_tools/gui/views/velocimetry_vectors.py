"""The picture with points, search lines and vectors, and the table of velocities below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from .object_names import name_widgets
from .velocimetry_filter import FilterPanel
from .widgets.image_view import ImageView
from .widgets.number_fields import ChoiceField, NumberField
from .widgets.tables import Cell, Column, Row, Table

if TYPE_CHECKING:
    from ..models.velocimetry_results import VectorDrawing, VelocityRow
    from ..presenters.velocimetry_vectors import VectorsPresenter

FloatArray = NDArray[np.float64]

_SECTION, _POINT, _FAN, _DIRECTION = "#ffffff", "#ffe14d", "#5ac8fa", "#ff9f0a"
# colours of vectors, then the same faded for velocities that are out of date
_VECTORS = {
    "normal": ("#ffe14d", "#a39b72", "across&nbsp;the&nbsp;section"),
    "rejected": ("#aab1ba", "#8a8f94", "set&nbsp;aside"),
    "measured": ("#35d05a", "#7d9a84", "as&nbsp;measured"),
    "reviewed": ("#ff4d4d", "#a37c7c", "reviewed"),
}
_ALL_NUMBERED = 12
_FANS = (("all", "at all points"), ("selected", "at selected points"), ("none", "hidden"))


class VectorsPanel(QWidget):
    """Shows points and velocities; see ``VectorsView``. ``filter`` is a panel of its own, to be placed by the tab."""

    presenter: VectorsPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.imageView = ImageView(self)
        self.legendLabel = QLabel(self)
        self.fansField = ChoiceField(self, _FANS)
        self.fansField.setToolTip("Where the search lines, with the range of directions, are drawn")
        self.scaleField = NumberField(self, decimals=1, minimum=0.1, maximum=10_000.0, step=5.0)
        self.scaleField.setToolTip("Length of the arrows in pixels of the rectified image")
        self.fitScaleButton = QPushButton("Fit", self)
        self.fitScaleButton.setToolTip("Choose the length of the arrows so that the fastest is well seen")
        self.fitScaleButton.setMaximumWidth(50)
        self.velocityTable = Table(_columns("m", "m/s"), self)
        self.summaryLabel = QLabel(self)
        self.summaryLabel.setWordWrap(True)
        self.filter = FilterPanel()
        self.legendLabel.setWordWrap(True)
        self.scaleField.setMaximumWidth(150)
        self.velocityTable.horizontalHeader().setStretchLastSection(True)
        name_widgets(self)
        splitter = QSplitter(Qt.Vertical, self)
        splitter.addWidget(self._upper())
        splitter.addWidget(self._lower())
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([400, 200])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def bind(self, presenter: VectorsPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.velocityTable.rows_selected.connect(lambda rows: presenter.select_points(rows))
        self.imageView.point_clicked.connect(lambda layer, index: presenter.select_points([index]))
        self.fansField.chosen.connect(lambda choice: presenter.choose_fans(choice))
        self.scaleField.edited.connect(lambda scale: presenter.set_scale(scale))
        self.fitScaleButton.clicked.connect(lambda: presenter.fit_scale())
        self.filter.leastQualityField.edited.connect(lambda least: presenter.set_filter(least_quality=least))
        self.filter.largestSpreadField.edited.connect(lambda most: presenter.set_filter(largest_spread=most / 100.0))
        self.filter.neighboursField.switched.connect(lambda tests: presenter.set_filter(tests_neighbours=tests))

    # what the presenter shows

    def show_units(self, length_label: str, velocity_label: str) -> None:
        """Name the units."""
        self.velocityTable.set_columns(_columns(length_label, velocity_label))
        self.scaleField.set_unit(f"px per {velocity_label}")

    def show_picture(self, picture: NDArray[np.uint8] | None) -> None:
        """Show the rectified image."""
        if picture is None:
            self.imageView.clear()
        else:
            self.imageView.show_picture(picture)

    def show_scale(self, pixel_size: float | None, length_label: str) -> None:
        """Show the scale of the picture."""
        self.imageView.set_scale_bar(pixel_size, length_label)

    def show_section_line(self, line_px: FloatArray | None) -> None:
        """Draw the section line."""
        if line_px is None:
            self.imageView.clear_layer("section")
        else:
            self.imageView.set_lines("section", line_px[np.newaxis], _SECTION, width=1.0, dashed=True)

    def show_points(self, points_px: FloatArray, selected: Sequence[int]) -> None:
        """Draw the points, and the numbers of so many that arrows stay visible."""
        labels = [str(n + 1) if _is_numbered(n, len(points_px)) or n in selected else "" for n in range(len(points_px))]
        self.imageView.set_points("points", points_px, labels, _POINT, "dot", selected=selected)

    def show_fans(self, lines_px: FloatArray, outlines_px: Sequence[FloatArray]) -> None:
        """Draw search lines and the range of directions."""
        opacity = 0.3 if len(outlines_px) == 1 else 0.08
        self.imageView.set_polygons("fans", outlines_px, _FAN, fill_opacity=opacity)
        self.imageView.set_lines("search lines", lines_px, _FAN, width=1.5)

    def show_fan_choice(self, choice: str) -> None:
        """Show where fans are drawn."""
        self.fansField.show_value(choice)

    def show_direction(self, arrow_px: FloatArray | None) -> None:
        """Draw the expected flow direction."""
        if arrow_px is None:
            self.imageView.clear_layer("direction")
        else:
            self.imageView.set_lines("direction", arrow_px[np.newaxis], _DIRECTION, width=3.0, arrow=True)

    def show_vectors(self, vectors: VectorDrawing | None, is_current: bool) -> None:
        """Draw the velocities, with a legend of what there is; faded if they are out of date."""
        entries = []
        for name, (bright, faded, words) in _VECTORS.items():
            drawn = None if vectors is None else getattr(vectors, name)
            if drawn is None or not len(drawn.xy_px):
                self.imageView.clear_layer(name)
                continue
            colour = bright if is_current else faded
            self.imageView.set_vectors(name, drawn.xy_px, drawn.uv_px, colour, dotted=name == "measured")
            entries.append(f"<span style='color:{colour}; background:#333333'>&nbsp;➔&nbsp;</span>&nbsp;{words}")
        self.legendLabel.setText(" &nbsp;".join(entries))

    def show_vector_scale(self, px_per_velocity: float) -> None:
        """Show the scale of the arrows."""
        self.scaleField.show_value(px_per_velocity)

    def show_rows(self, rows: Sequence[VelocityRow], is_current: bool) -> None:
        """List the velocities."""
        self.velocityTable.show_rows([_cells(row, is_current) for row in rows])

    def show_selection(self, points: Sequence[int]) -> None:
        """Select rows of the table."""
        self.velocityTable.select_rows(points)

    def show_filter(self, least_quality: float | None, largest_spread: float | None, neighbours: bool) -> None:
        """Show the rules of the filter."""
        self.filter.show_rules(least_quality, largest_spread, neighbours)

    def show_summary(self, text: str) -> None:
        """Say what was found."""
        self.summaryLabel.setText(text)

    # building

    def _upper(self) -> QWidget:
        page = QWidget(self)
        bar = QHBoxLayout()
        bar.addWidget(self.legendLabel, 1)
        for text, field in (("Search lines", self.fansField), ("Arrows", self.scaleField)):
            bar.addWidget(QLabel(text, page))
            bar.addWidget(field)
        bar.addWidget(self.fitScaleButton)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.imageView, 1)
        layout.addLayout(bar)
        return page

    def _lower(self) -> QWidget:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.summaryLabel)
        layout.addWidget(self.velocityTable, 1)
        return page


def _is_numbered(number: int, count: int) -> bool:
    return count <= _ALL_NUMBERED or number in (0, count - 1) or (number + 1) % 5 == 0


def _columns(length: str, velocity: str) -> tuple[Column, ...]:
    return (
        Column("Point", width_px=52),
        Column("Used", "check", width_px=52, tooltip="Decided by the program, the filter and the Discharge tab"),
        Column(f"Station ({length})", "number", decimals=2, width_px=98),
        Column(f"Speed ({velocity})", "number", width_px=106),
        Column("Direction (°)", "number", decimals=1, width_px=102, tooltip="Clockwise from the top of the picture"),
        Column(f"Across ({velocity})", "number", width_px=110, tooltip="Across the section, positive downstream"),
        Column("Quality", "number", decimals=2, width_px=70, tooltip="How clearly the velocity shows, 0 to 1"),
        Column("Remarks", width_px=120),
    )


def _cells(row: VelocityRow, is_current: bool) -> Row:
    is_grey = not row.is_used or not is_current
    figures = (row.station, row.speed, row.direction_deg, row.normal, row.quality)
    return (
        row.name,
        row.is_used,
        *(Cell(figure, is_grey=is_grey, is_bold=row.is_reviewed) for figure in figures),
        Cell(row.remarks, tooltip=row.remarks, is_grey=is_grey),
    )
