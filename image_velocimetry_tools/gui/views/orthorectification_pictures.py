"""The pictures of the Orthorectification tab: the original with its control points, and the rectified one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from .object_names import name_widgets
from .widgets.image_view import ImageView
from .widgets.number_fields import SwitchField

if TYPE_CHECKING:
    from ..models.orthorectification import ImageMarks
    from ..presenters.orthorectification import OrthorectificationPresenter
    from ..presenters.orthorectification_points import PointsEditor

FloatArray = NDArray[np.float64]
Picture = NDArray[np.uint8]

_COLOURS = {"used": "#ffe14d", "validation": "#4dd2ff", "unused": "#b8b8b8"}
_RESIDUAL, _PLUMB = "#ff5ad9", "#ff4d4d"
_RESIDUAL_SCALE = 10.0
_FINE_PX, _COARSE_PX = 0.1, 1.0
_STEPS: dict[int, tuple[int, int]] = {
    Qt.Key_Left: (-1, 0),
    Qt.Key_Right: (1, 0),
    Qt.Key_Up: (0, -1),
    Qt.Key_Down: (0, 1),
}


class PicturesPanel(QWidget):
    """Both pictures side by side, what is drawn over them, and the place under the mouse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: ImageMarks | None = None
        self._rectified: tuple[FloatArray, tuple[str, ...]] = (np.empty((0, 2)), ())
        self._selected: tuple[int, ...] = ()
        self.splitter = QSplitter(Qt.Horizontal, self)
        self.splitter.addWidget(self._original_side())
        self.splitter.addWidget(self._rectified_side())
        self.splitter.setSizes([620, 620])
        self.cursorLabel = QLabel(self)
        self.cursorLabel.setToolTip("Pixel under the mouse, and the place on the water that it shows")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.cursorLabel)
        name_widgets(self)
        self.originalView.installEventFilter(self)

    def report_to(self, presenter: OrthorectificationPresenter) -> None:
        """Report to a presenter what the user does."""
        self.importImageButton.clicked.connect(lambda: presenter.import_image())
        self.rectifyButton.clicked.connect(lambda: presenter.rectify())
        self.fitExtentButton.clicked.connect(lambda: presenter.fit_extent())
        self.exportFramesButton.clicked.connect(lambda: presenter.export_frames())
        for view, is_original in ((self.originalView, True), (self.rectifiedView, False)):
            view.cursor_moved.connect(lambda x, y, original=is_original: presenter.hover(x, y, original))
            view.cursor_left.connect(lambda: presenter.leave())

    def report_points_to(self, editor: PointsEditor) -> None:
        """Report what the user does to points."""
        self._editor = editor
        self.digitiseButton.clicked.connect(lambda on: editor.start_digitising() if on else editor.stop_digitising())
        self.originalView.picked.connect(lambda x, y: editor.pick(x, y))
        self.originalView.point_moved.connect(lambda layer, row, x, y: editor.place(row, x, y))
        for view in (self.originalView, self.rectifiedView):
            view.point_clicked.connect(lambda layer, row: editor.select([row]))

    def show_original(self, picture: Picture | None) -> None:
        """Show the calibration image."""
        _show(self.originalView, picture)

    def show_rectified(self, picture: Picture | None) -> None:
        """Show the rectified image."""
        _show(self.rectifiedView, picture)

    def show_whole(self) -> None:
        """Show both pictures whole."""
        self.originalView.fit()
        self.rectifiedView.fit()

    def show_marks(self, marks: ImageMarks) -> None:
        """Draw points, residuals and plumb lines over the original image."""
        self._marks = marks
        self._draw_points()
        self.originalView.set_lines("plumb lines", marks.plumb_lines_px, _PLUMB, width=1.5, dotted=True)
        known = np.isfinite(marks.xy_px).all(axis=1) & np.isfinite(marks.errors_px).all(axis=1)
        self.originalView.set_vectors(
            "residuals", marks.xy_px[known], _RESIDUAL_SCALE * marks.errors_px[known], _RESIDUAL
        )

    def show_rectified_points(self, xy_px: FloatArray, names: Sequence[str]) -> None:
        """Draw the points at their surveyed places in the rectified image."""
        self._rectified = (xy_px, tuple(names))
        self.rectifiedView.set_points("points", xy_px, names, _COLOURS["used"], selected=self._selected)

    def show_selected(self, rows: Sequence[int]) -> None:
        """Mark the selected points and bring a single one into sight."""
        is_new, self._selected = tuple(rows) != self._selected, tuple(rows)
        if self._marks is None:
            return
        self._draw_points()
        place = self._selected_place()
        if is_new and place is not None:
            self.originalView.reveal(*place)
        self.rectifiedView.set_points(
            "points", self._rectified[0], self._rectified[1], _COLOURS["used"], selected=self._selected
        )

    def show_scale(self, pixel_size: float | None, length_label: str) -> None:
        """Show the scale of the rectified image."""
        self.rectifiedView.set_scale_bar(pixel_size, length_label)

    def show_digitising(self, name: str | None) -> None:
        """Let clicks digitise a point, or no longer."""
        self.digitiseButton.setChecked(name is not None)
        self.originalView.set_mode("navigate" if name is None else "pick")
        self.originalView.set_marker_text("" if name is None else f"Click on point {name} (Esc ends)")
        if name is not None:
            self.originalView.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move the selected point, where there is one, instead of the picture."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.KeyPress and self._is_nudge(event):
            step = _COARSE_PX if event.modifiers() & Qt.ShiftModifier else _FINE_PX
            across, down = _STEPS[event.key()]
            self._editor.nudge(across * step, down * step)
            return True
        return super().eventFilter(watched, event)

    def _is_nudge(self, event: QKeyEvent) -> bool:
        if event.key() not in _STEPS or event.modifiers() & (Qt.ControlModifier | Qt.AltModifier):
            return False
        return self._selected_place() is not None

    def _selected_place(self) -> tuple[float, float] | None:
        """Where the only selected point is in the image; None if there is none or it is not digitised."""
        if self._marks is None or len(self._selected) != 1 or self.originalView.picture_size is None:
            return None
        row = self._selected[0]
        if row >= len(self._marks.xy_px) or not np.isfinite(self._marks.xy_px[row]).all():
            return None
        x, y = self._marks.xy_px[row].tolist()
        return x, y

    def _draw_points(self) -> None:
        marks = self._marks
        if marks is None:
            return
        for kind, colour in _COLOURS.items():
            is_other = np.array([str(own) != kind for own in marks.kinds], dtype=bool)
            xy = marks.xy_px.copy()
            xy[is_other] = np.nan
            self.originalView.set_points(
                kind, xy, marks.names, colour, "ring" if kind == "validation" else "cross", True, self._selected
            )

    def _original_side(self) -> QWidget:
        self.originalView = ImageView()
        self.originalView.setToolTip("Drag points; arrow keys move the selected one by 0.1 px, with Shift by 1 px")
        self.importImageButton = _button(
            "Import image…", "Import the image in which the control points are seen (Ctrl+G)"
        )
        self.digitiseButton = _button("Digitise", "Click the control points in the image, one after the other (D)")
        self.digitiseButton.setCheckable(True)
        self.residualsField = _switch("Residuals ×10", "Errors of the points, drawn ten times larger")
        self.plumbLinesField = _switch("Lines to the water", "From each point straight down to the water plane")
        for field, layer in ((self.residualsField, "residuals"), (self.plumbLinesField, "plumb lines")):
            field.switched.connect(lambda on, name=layer: self.originalView.set_layer_visible(name, on))
        bar = (self.importImageButton, self.digitiseButton, self.residualsField, self.plumbLinesField)
        return _side(bar, self.originalView)

    def _rectified_side(self) -> QWidget:
        self.rectifiedView = ImageView()
        self.rectifyButton = _button("Rectify image", "Show the whole rectified image; it always follows the points")
        self.fitExtentButton = _button("Fit to points", "Let the rectified image reach as far as the points do")
        self.exportFramesButton = _button(
            "Export rectified frames…",
            "Write all frames of the clip into a folder as they are measured: rectified, grey, filtered and steadied",
        )
        return _side((self.rectifyButton, self.fitExtentButton, self.exportFramesButton), self.rectifiedView)


def _show(view: ImageView, picture: Picture | None) -> None:
    if picture is None:
        view.clear()
    else:
        view.show_picture(picture)


def _side(bar: Sequence[QWidget], view: ImageView) -> QWidget:
    side = QWidget()
    row = QHBoxLayout()
    row.setSpacing(6)
    for widget in bar:
        row.addWidget(widget)
    row.addStretch()
    layout = QVBoxLayout(side)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(3)
    layout.addLayout(row)
    layout.addWidget(view, 1)
    view.setMinimumHeight(120)
    return side


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setSizePolicy(QSizePolicy.Minimum, QSizePolicy.Fixed)
    return button


def _switch(text: str, tip: str) -> SwitchField:
    field = SwitchField(text)
    field.setToolTip(tip)
    field.show_value(True)
    return field
