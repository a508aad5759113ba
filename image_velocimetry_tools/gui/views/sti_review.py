"""The page with the space-time images: a list of points with their images, and one image large to draw on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QShortcut,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from .sti_list import COMMENT, StiList
from .widgets.image_view import ImageView
from .widgets.number_fields import ChoiceField, NumberField, SwitchField
from .widgets.tables import CellValue
from .widgets.text_field import TextField

if TYPE_CHECKING:
    from ..models.sti_review import ReviewRow
    from ..presenters.sti_review import StiReviewPresenter

FloatArray = NDArray[np.float64]

_MEASURED, _DRAWN = "#ffe14d", "#ff4d4d"
_FILTERS = ("All points", "With remarks", "Set aside by the program", "Reviewed", "With a comment")
_HELP = (
    "Time runs to the right, distance along the search line downwards. A streak moves as many pixels down in a frame as"
    " the water moves along the line; the steeper, the faster. Several lines are averaged."
)


class StiReviewPage(QWidget):
    """Shows space-time images for review; see ``StiReviewView``."""

    presenter: StiReviewPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        splitter = QSplitter(Qt.Horizontal, self)
        splitter.addWidget(self._list_side())
        splitter.addWidget(self._image_side())
        splitter.setSizes([790, 450])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(splitter)

    def bind(self, presenter: StiReviewPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.filterField.chosen.connect(lambda name: presenter.choose_filter(name))
        self.qualityField.edited.connect(lambda quality: presenter.set_least_quality(quality))
        self.stiList.rows_selected.connect(self._choose)
        self.stiList.edited.connect(self._comment_in_list)
        self.stiList.row_activated.connect(lambda row: self.imageView.setFocus())
        self.drawButton.toggled.connect(lambda on: self.imageView.set_mode("line" if on else "navigate"))
        self.imageView.cursor_moved.connect(lambda x, y: presenter.hover(x, y))
        self.imageView.cursor_left.connect(lambda: self.show_cursor(""))
        self.imageView.line_drawn.connect(lambda *line: presenter.draw_line(line))
        self.imageView.line_moved.connect(lambda layer, index, *line: presenter.move_line(index, line))
        self.removeButton.clicked.connect(lambda: presenter.remove_last_line())
        self.revertButton.clicked.connect(lambda: presenter.revert())
        self.upstreamField.switched.connect(lambda on: presenter.set_upstream(on))
        self.stretchField.switched.connect(lambda on: presenter.stretch_contrast(on))
        self.commentEdit.entered.connect(lambda text: presenter.set_comment(text))
        self.previousButton.clicked.connect(lambda: presenter.step(-1))
        self.nextButton.clicked.connect(lambda: presenter.step(1))
        for key, places in ((Qt.Key_PageDown, 1), (Qt.Key_PageUp, -1)):
            shortcut = QShortcut(key, self, context=Qt.WidgetWithChildrenShortcut)
            # what is typed belongs to the point that is left
            shortcut.activated.connect(self.commentEdit.finish_typing)
            shortcut.activated.connect(lambda places=places: presenter.step(places))

    # what the presenter shows

    def show_units(self, velocity_label: str) -> None:
        """Name the unit of velocity."""
        self._velocity_label = velocity_label
        self.stiList.show_units(velocity_label)

    def show_points(self, rows: Sequence[ReviewRow], images: Sequence[NDArray[np.uint8]]) -> None:
        """List points with their images."""
        self.stiList.show_points(rows, images)

    def show_chosen(self, place: int | None) -> None:
        """Select a point in the list."""
        self.stiList.select_rows([] if place is None else [place])

    def show_image(self, picture: NDArray[np.uint8] | None, streak: FloatArray | None, lines: FloatArray) -> None:
        """Show an image large, with the measured streak and the lines drawn by hand."""
        self.imageView.clear_layers()
        self.drawButton.setEnabled(picture is not None)
        if picture is None:
            self.imageView.clear()
            return
        self.imageView.show_picture(picture)
        if streak is not None:
            self.imageView.set_lines("measured", streak.reshape(-1, 2, 2), _MEASURED, dashed=True)
        self.imageView.set_lines("drawn", lines.reshape(-1, 2, 2), _DRAWN, width=2.5, draggable=True)

    def show_reading(self, row: ReviewRow | None, is_upstream: bool) -> None:
        """Show what is read of the point."""
        has_point = row is not None
        for widget in (self.removeButton, self.revertButton, self.upstreamField, self.commentEdit):
            widget.setEnabled(has_point)
        self.upstreamField.show_value(is_upstream)
        if row is None:
            self.readingLabel.setText("No point is chosen")
            self.commentEdit.show_text("")
            return
        self.commentEdit.show_text(row.comment)
        unit = self._velocity_label
        reviewed = "–" if np.isnan(row.reviewed) else f"<b>{row.reviewed:.3f} {unit}</b>"
        self.readingLabel.setText(
            f"Point {row.point + 1}: streak {row.angle_deg:.1f}°, measured {row.measured:.3f} {unit},"
            f" reviewed {reviewed}"
        )

    def show_cursor(self, text: str) -> None:
        """Say what the cursor points at."""
        self.cursorLabel.setText(text)

    def show_hint(self, text: str) -> None:
        """Say how many points are listed, or what to do."""
        self.hintLabel.setText(text)

    # building

    def _list_side(self) -> QWidget:
        side = QWidget(self)
        self._velocity_label = "m/s"
        self.filterField = ChoiceField(side, [(name, name) for name in _FILTERS])
        self.filterField.setToolTip("Which points are listed")
        self.filterField.show_value(_FILTERS[0])
        self.qualityField = NumberField(side, decimals=2, minimum=0.0, maximum=1.0, step=0.05)
        self.qualityField.setToolTip("List only points of less than this quality; 0 lists all")
        self.qualityField.show_value(0.0)
        self.hintLabel = QLabel(side)
        self.hintLabel.setWordWrap(True)
        self.hintLabel.setAlignment(Qt.AlignRight | Qt.AlignVCenter)
        self.stiList = StiList(side)
        bar = QHBoxLayout()
        for widget in (QLabel("Show"), self.filterField, QLabel("of quality below"), self.qualityField):
            bar.addWidget(widget)
        bar.addWidget(self.hintLabel, 1)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.stiList, 1)
        for name in ("filterField", "qualityField", "hintLabel", "stiList"):
            getattr(self, name).setObjectName(name)
        return side

    def _image_side(self) -> QWidget:
        side = QWidget(self)
        self.imageView = ImageView(side)
        self.imageView.setToolTip(_HELP)
        self.readingLabel = QLabel(side)
        self.readingLabel.setWordWrap(True)
        self.cursorLabel = QLabel(side)
        self.cursorLabel.setToolTip("Time and place in the image under the cursor")
        self.drawButton = _button("Draw lines", "Draw along the streaks with two clicks or one drag", side)
        self.drawButton.setCheckable(True)
        self.removeButton = _button("Delete line", "Delete the line drawn last", side)
        self.revertButton = _button("Back to measured", "Delete all lines and the upstream mark", side)
        self.previousButton = _button("Previous", "Previous point of the list (Page up)", side)
        self.nextButton = _button("Next", "Next point of the list (Page down)", side)
        self.upstreamField = SwitchField("Upstream flow", side)
        self.upstreamField.setToolTip(
            "The water flows upstream here: the velocity counts negative. Lines drawn set this as they go"
        )
        self.stretchField = SwitchField("Stretch contrast", side)
        self.stretchField.setToolTip("Spread the grey levels of the image; the measurement is not affected")
        self.commentEdit = TextField(side, example="Comment on this point")
        self.commentEdit.setMaxLength(240)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(_row(self.drawButton, self.removeButton, self.revertButton, None))
        layout.addWidget(self.imageView, 1)
        layout.addWidget(self.cursorLabel)
        layout.addWidget(self.readingLabel)
        layout.addLayout(_row(self.upstreamField, self.stretchField, None, self.previousButton, self.nextButton))
        layout.addWidget(self.commentEdit)
        names = (
            "imageView",
            "cursorLabel",
            "readingLabel",
            "drawButton",
            "removeButton",
            "revertButton",
            "previousButton",
        )
        for name in (*names, "nextButton", "upstreamField", "stretchField", "commentEdit"):
            getattr(self, name).setObjectName(name)
        return side

    def _choose(self, rows: list[int]) -> None:
        if rows:
            self.presenter.choose(rows[0])

    def _comment_in_list(self, row: int, column: int, value: CellValue) -> None:
        if column == COMMENT:
            self.presenter.set_comment(str(value), row)


def _button(text: str, tooltip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setToolTip(tooltip)
    return button


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets in a row; None is a gap that gives way."""
    row = QHBoxLayout()
    for widget in widgets:
        if widget is None:
            row.addStretch()
        else:
            row.addWidget(widget)
    return row
