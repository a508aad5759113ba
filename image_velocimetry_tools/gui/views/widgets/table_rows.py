"""What tables show: columns, cells with looks of their own, and the rows as Qt's model of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QColor, QFont
from PyQt5.QtWidgets import QWidget

from ....domain.errors import IvyError
from ....domain.typed_quantities import typed_quantity
from .notice_looks import PROBLEM

CellValue = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what its cells hold and whether the user may change them; never narrower than its title.

    Numbers that are typed with another unit than ``unit`` are converted.
    """

    title: str
    kind: Literal["text", "number", "check"] = "text"
    is_editable: bool = False
    decimals: int = 3
    tooltip: str = ""
    width_px: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with looks of its own; ``colour`` fills the cell, and its text stays readable on it."""

    value: CellValue
    tooltip: str = ""
    colour: str = ""
    is_bold: bool = False
    is_italic: bool = False
    is_grey: bool = False
    is_editable: bool | None = None


Row = Sequence[CellValue | Cell]


class RowsModel(QAbstractTableModel):
    """Rows as they were shown; the presenter owns the values, so an edit is only reported."""

    edited = pyqtSignal(int, int, object)
    refused = pyqtSignal(QModelIndex, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.refusals: dict[tuple[int, int], str] = {}
        self.columns: tuple[Column, ...] = ()
        self.rows: list[Row] = []

    def cell(self, index: QModelIndex) -> Cell:
        value = self.rows[index.row()][index.column()]
        return value if isinstance(value, Cell) else Cell(value)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's)
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.DisplayRole) -> Any:
        if orientation != Qt.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ToolTipRole:
            return column.tooltip or None
        return column.title if role == Qt.DisplayRole else None

    def flags(self, index: QModelIndex) -> Qt.ItemFlags:
        flags = Qt.ItemIsSelectable | Qt.ItemIsEnabled
        column, cell = self.columns[index.column()], self.cell(index)
        if column.is_editable if cell.is_editable is None else cell.is_editable:
            flags |= Qt.ItemIsUserCheckable if column.kind == "check" else Qt.ItemIsEditable
        return flags

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, cell = self.columns[index.column()], self.cell(index)
        if (index.row(), index.column()) in self.refusals:
            cell = replace(cell, tooltip=self.refusals[index.row(), index.column()], colour=PROBLEM.ground)
        if column.kind == "check":
            if role == Qt.CheckStateRole:
                return Qt.Checked if cell.value else Qt.Unchecked
        elif role in (Qt.DisplayRole, Qt.EditRole):
            return _text(cell.value, column)
        if role == Qt.TextAlignmentRole:
            return int(Qt.AlignVCenter | (Qt.AlignRight if column.kind == "number" else Qt.AlignLeft))
        return _look(cell, role)

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.EditRole) -> bool:
        column, place = self.columns[index.column()], (index.row(), index.column())
        if role == Qt.EditRole:
            self.refusals.pop(place, None)
        if column.kind == "check" and role == Qt.CheckStateRole:
            self.edited.emit(index.row(), index.column(), value == Qt.Checked)
            return True
        if role != Qt.EditRole or str(value) == _text(self.cell(index).value, column):
            return False
        try:
            typed = _number(str(value), column.unit) if column.kind == "number" else str(value)
        except IvyError as error:
            self.refusals[place] = f"{error} The cell keeps what it held before."
            self.refused.emit(index, self.refusals[place])
            return False
        self.edited.emit(index.row(), index.column(), typed)
        return True


def _text(value: CellValue, column: Column) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if column.kind == "number" and not isinstance(value, str):
        return f"{value:.{column.decimals}f}"
    return str(value)


def _number(text: str, unit: str) -> float | None:
    """The typed number in a unit, None if emptied; raises `IvyError`."""
    return typed_quantity(text, unit) if text.strip() else None


def _look(cell: Cell, role: int) -> Any:
    if role == Qt.ToolTipRole:
        return cell.tooltip or None
    if role == Qt.BackgroundRole and cell.colour:
        return QBrush(QColor(cell.colour))
    if role == Qt.ForegroundRole and cell.colour:
        return QBrush(QColor("black" if QColor(cell.colour).lightness() > 127 else "white"))
    if role == Qt.ForegroundRole and cell.is_grey:
        return QBrush(QColor("#8a8a8a"))
    if role == Qt.FontRole and (cell.is_bold or cell.is_italic):
        font = QFont()
        font.setBold(cell.is_bold)
        font.setItalic(cell.is_italic)
        return font
    return None
