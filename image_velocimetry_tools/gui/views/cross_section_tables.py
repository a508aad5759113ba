"""The tables of the Cross-Section tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...domain.section import Bank
from .widgets.tables import CellValue, Column, Table

if TYPE_CHECKING:
    from ..models.cross_section import SurveyRow
    from ..presenters.cross_section import CrossSectionPresenter


class FiguresTable(Table):
    """What the section says at the water level."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((Column("Figure", width_px=220), Column("Value", width_px=160)), parent)
        self.horizontalHeader().setStretchLastSection(True)


class SurveysPage(QWidget):
    """The sub-surveys, where each is placed, and a button to delete one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.surveysTable = Table(_survey_columns(""), self)
        self.surveysTable.setObjectName("surveysTable")
        self.deleteSurveyButton = QPushButton("Delete survey", self)
        self.deleteSurveyButton.setObjectName("deleteSurveyButton")
        self.deleteSurveyButton.setToolTip("Take the selected survey out of the section")
        _stack(self, self.surveysTable, self.deleteSurveyButton)

    def report_to(self, presenter: CrossSectionPresenter) -> None:
        """Report to a presenter what the user does."""
        self._presenter = presenter
        self.surveysTable.rows_selected.connect(self._choose)
        self.surveysTable.edited.connect(self._edit)
        self.surveysTable.delete_pressed.connect(self._delete)
        self.deleteSurveyButton.clicked.connect(self._delete)

    def show_units(self, length_label: str) -> None:
        """Name the unit of length in the titles."""
        self.surveysTable.set_columns(_survey_columns(length_label))

    def show_surveys(self, rows: Sequence[SurveyRow], chosen: int) -> None:
        """List the surveys, one of them selected."""
        self.surveysTable.show_rows(
            [
                (
                    row.name,
                    row.kind,
                    row.first_station,
                    row.last_station,
                    row.station_offset,
                    row.stage_offset,
                    row.start_edge is Bank.RIGHT,
                )
                for row in rows
            ]
        )
        self.surveysTable.select_rows([chosen] if rows else [])
        self.deleteSurveyButton.setEnabled(bool(rows))

    def _choose(self, rows: list[int]) -> None:
        if rows:
            self._presenter.choose_survey(rows[0])

    def _edit(self, row: int, column: int, value: CellValue) -> None:
        if column == 6:
            self._presenter.place_survey(row, start_edge=Bank.RIGHT if value else Bank.LEFT)
        elif isinstance(value, float) and column == 4:
            self._presenter.place_survey(row, station_offset=value)
        elif isinstance(value, float):
            self._presenter.place_survey(row, stage_offset=value)

    def _delete(self) -> None:
        rows = self.surveysTable.selected_rows()
        if rows:
            self._presenter.remove_survey(rows[0])


class PointsPage(QWidget):
    """The points of one sub-survey, to be edited, added and deleted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pointsTable = Table(_point_columns(""), self)
        self.pointsTable.setObjectName("pointsTable")
        self.pointsTable.takes_pasted_rows = True
        self.pointsTable.setToolTip("Copy and paste with Ctrl+C and Ctrl+V; more rows than there are become new points")
        self.addPointButton = QPushButton("Add point", self)
        self.addPointButton.setObjectName("addPointButton")
        self.addPointButton.setToolTip("Add a point behind the selected one")
        self.deletePointsButton = QPushButton("Delete points", self)
        self.deletePointsButton.setObjectName("deletePointsButton")
        self.deletePointsButton.setToolTip("Delete the selected points")
        _stack(self, self.pointsTable, self.addPointButton, self.deletePointsButton)
        self._values: NDArray[np.float64] = np.empty((0, 2))

    def report_to(self, presenter: CrossSectionPresenter) -> None:
        """Report to a presenter what the user does."""
        self._presenter = presenter
        self.pointsTable.edited.connect(self._edit)
        self.pointsTable.delete_pressed.connect(self._delete)
        self.pointsTable.pasted.connect(lambda pasted: presenter.paste_points(pasted))
        self.deletePointsButton.clicked.connect(self._delete)
        self.addPointButton.clicked.connect(self._add)

    def show_units(self, length_label: str) -> None:
        """Name the unit of length in the titles."""
        self.pointsTable.set_columns(_point_columns(length_label))

    def show_points(self, stations: NDArray[np.float64], elevations: NDArray[np.float64]) -> None:
        """List the points."""
        self._values = np.column_stack([stations, elevations])
        self.pointsTable.show_rows([(n + 1, *map(float, row)) for n, row in enumerate(self._values)])
        self.addPointButton.setEnabled(len(self._values) > 0)
        self.deletePointsButton.setEnabled(len(self._values) > 0)

    def _edit(self, row: int, column: int, value: float | None) -> None:
        if value is not None:
            point = self._values[row].copy()
            point[column - 1] = value
            self._presenter.move_point(row, float(point[0]), float(point[1]))

    def _add(self) -> None:
        rows = self.pointsTable.selected_rows()
        self._presenter.add_point(rows[-1] if rows else len(self._values) - 1)

    def _delete(self) -> None:
        self._presenter.remove_points(self.pointsTable.selected_rows())


def _survey_columns(unit: str) -> tuple[Column, ...]:
    return (
        Column("File", width_px=130),
        Column("Type"),
        Column(f"Start station ({unit})", "number"),
        Column(f"End station ({unit})", "number"),
        Column(f"Station offset ({unit})", "number", is_editable=True, unit=unit),
        Column(f"Stage offset ({unit})", "number", is_editable=True, unit=unit),
        Column("From right bank", "check", is_editable=True, tooltip="The survey starts at the right edge of water"),
    )


def _point_columns(unit: str) -> tuple[Column, ...]:
    return (
        Column("No.", width_px=50),
        Column(f"Station ({unit})", "number", is_editable=True, decimals=4, width_px=130, unit=unit),
        Column(f"Elevation ({unit})", "number", is_editable=True, decimals=4, width_px=130, unit=unit),
    )


def _stack(page: QWidget, table: Table, *buttons: QPushButton) -> None:
    bar = QHBoxLayout()
    for button in buttons:
        bar.addWidget(button)
    bar.addStretch()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(2, 2, 2, 2)
    layout.addWidget(table, 1)
    layout.addLayout(bar)
