"""Settings of the rectification and what came of them, on the Orthorectification tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtWidgets import (
    QApplication,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from .object_names import name_widgets
from .widgets.number_fields import ChoiceField, NumberField, SwitchField
from .widgets.tables import Cell, Column, Table

if TYPE_CHECKING:
    from ..presenters.orthorectification import OrthorectificationPresenter

FloatArray = NDArray[np.float64]

_METHODS = (
    ("automatic", "Automatic"), ("scale", "Scale"), ("homography", "Homography"), ("camera matrix", "Camera matrix"),
)  # fmt: skip


class SettingsPanel(QWidget):
    """Water level, method and flips above, figures and matrix below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matrix_text = ""
        self.levelField = NumberField(self, decimals=3, step=0.1)
        self.levelField.setToolTip("Elevation of the water surface, in the datum of the control points")
        self.methodField = ChoiceField(self, _METHODS)
        self.flipXField, self.flipYField = SwitchField("Flip X", self), SwitchField("Flip Y", self)
        self.flipXField.setToolTip("Reverse the columns of the rectified image")
        self.flipYField.setToolTip("Reverse the rows of the rectified image")
        flips = QHBoxLayout()
        flips.addWidget(self.flipXField)
        flips.addWidget(self.flipYField)
        flips.addStretch()
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.addRow("Water surface elevation", self.levelField)
        form.addRow("Method", self.methodField)
        self.levelField.setMinimumWidth(110)
        self.methodField.setMinimumWidth(110)
        form.addRow("Rectified image", flips)
        self.resultTabs = self._results()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(form)
        layout.addWidget(self.resultTabs, 1)
        name_widgets(self)

    def report_to(self, presenter: OrthorectificationPresenter) -> None:
        """Report to a presenter what the user does."""
        self.levelField.edited.connect(lambda level: presenter.set_level(level))
        self.methodField.chosen.connect(lambda method: presenter.choose_method(method))
        for field in (self.flipXField, self.flipYField):
            field.switched.connect(lambda _: presenter.flip(self.flipXField.isChecked(), self.flipYField.isChecked()))

    def show_units(self, length_label: str) -> None:
        """Name the unit of length."""
        self.levelField.set_unit(length_label)

    def show_level(self, level: float | None) -> None:
        """Show the water surface elevation."""
        self.levelField.show_value(level)

    def show_method(self, method: str, reason: str) -> None:
        """Show the method that is chosen, and which is used for what reason."""
        self.methodField.show_value(method)
        self.methodField.setToolTip(f"Used: {reason}")

    def show_flips(self, flip_x: bool, flip_y: bool) -> None:
        """Show whether the rectified image is mirrored."""
        self.flipXField.show_value(flip_x)
        self.flipYField.show_value(flip_y)

    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """List the figures of the solution."""
        self.figuresTable.show_rows([(name, Cell(value, tooltip=value)) for name, value in figures])
        self.figuresTable.setColumnWidth(0, max(80, self.figuresTable.sizeHintForColumn(0)))

    def show_matrix(self, matrix: FloatArray | None, title: str) -> None:
        """Show the matrix of the solution."""
        rows = [] if matrix is None else matrix.tolist()
        columns = len(rows[0]) if rows else 4
        self.matrixTable.set_columns([Column(str(number + 1), width_px=84) for number in range(columns)])
        self.matrixTable.show_rows([[f"{value:.7g}" for value in row] for row in rows])
        self.matrixLabel.setText(title)
        self.copyMatrixButton.setEnabled(bool(rows))
        self._matrix_text = "\n".join("\t".join(repr(value) for value in row) for row in rows)

    def _results(self) -> QTabWidget:
        self.figuresTable = Table((Column("Figure", width_px=140), Column("Value", width_px=160)), self)
        self.figuresTable.horizontalHeader().setStretchLastSection(True)
        self.figuresTable.horizontalHeader().hide()
        self.matrixTable = Table((), self)
        self.matrixLabel = QLabel(self)
        self.matrixLabel.setWordWrap(True)
        self.copyMatrixButton = QPushButton("Copy", self)
        self.copyMatrixButton.setToolTip("Copy the matrix with all digits, to be pasted into a spreadsheet")
        self.copyMatrixButton.clicked.connect(lambda: QApplication.clipboard().setText(self._matrix_text))
        head = QHBoxLayout()
        head.addWidget(self.matrixLabel, 1)
        head.addWidget(self.copyMatrixButton)
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.addLayout(head)
        layout.addWidget(self.matrixTable, 1)
        tabs = QTabWidget(self)
        tabs.addTab(self.figuresTable, "Result")
        tabs.addTab(page, "Matrix")
        return tabs
