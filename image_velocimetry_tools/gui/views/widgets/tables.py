"""Tables of the tabs: rows come from a presenter, edits and selections go to it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PyQt5.QtCore import QAbstractTableModel, QItemSelection, QItemSelectionModel, QModelIndex, Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QColor, QFont, QKeyEvent, QPalette
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

CellValue = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what its cells hold and whether the user may change them; never narrower than its title."""

    title: str
    kind: Literal["text", "number", "check"] = "text"
    is_editable: bool = False
    decimals: int = 3
    tooltip: str = ""
    width_px: int | None = None


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


class _RowsModel(QAbstractTableModel):
    """Rows as they were shown; the presenter owns the values, so an edit is only reported."""

    edited = pyqtSignal(int, int, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
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
        if column.kind == "check":
            if role == Qt.CheckStateRole:
                return Qt.Checked if cell.value else Qt.Unchecked
        elif role in (Qt.DisplayRole, Qt.EditRole):
            return _text(cell.value, column)
        if role == Qt.TextAlignmentRole:
            return int(Qt.AlignVCenter | (Qt.AlignRight if column.kind == "number" else Qt.AlignLeft))
        return _look(cell, role)

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.EditRole) -> bool:
        column = self.columns[index.column()]
        if column.kind == "check" and role == Qt.CheckStateRole:
            self.edited.emit(index.row(), index.column(), value == Qt.Checked)
            return True
        if role != Qt.EditRole or str(value) == _text(self.cell(index).value, column):
            return False
        typed = _number(str(value)) if column.kind == "number" else str(value)
        if isinstance(typed, float) and math.isnan(typed):
            return False
        self.edited.emit(index.row(), index.column(), typed)
        return True


class _Looks(QStyledItemDelegate):
    """Check boxes whose frame is seen on dark ground as well."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        super().initStyleOption(option, index)
        if option.features & QStyleOptionViewItem.HasCheckIndicator and option.palette.base().color().lightness() < 128:
            option.palette.setColor(QPalette.Window, QColor("#c3c9d1"))


class Table(QTableView):
    """A table that shows rows and reports what the user does; showing never reports.

    Signals
    -------
    edited(row, column, value)
        The user changed a cell: text, a number (None if emptied) or yes/no. The presenter shows the rows anew.
    rows_selected(rows)
        The user selected other rows.
    row_activated(row)
        Double click or Enter on a row that cannot be edited there.
    delete_pressed()
        The Delete key.
    """

    edited = pyqtSignal(int, int, object)
    rows_selected = pyqtSignal(list)
    row_activated = pyqtSignal(int)
    delete_pressed = pyqtSignal()

    def __init__(self, columns: Sequence[Column] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _RowsModel(self)
        self._is_showing = False
        self.setModel(self._model)
        self.setItemDelegate(_Looks(self))
        self.setSelectionBehavior(QAbstractItemView.SelectRows)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(
            QAbstractItemView.DoubleClicked | QAbstractItemView.EditKeyPressed | QAbstractItemView.AnyKeyPressed
        )
        vertical = self.verticalHeader()
        vertical.setVisible(False)
        vertical.setSectionResizeMode(QHeaderView.Fixed)
        vertical.setDefaultSectionSize(self.fontMetrics().height() + 8)
        # bold titles of selected columns would not fit
        self.horizontalHeader().setHighlightSections(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollPerPixel)
        # the presenter may show other rows at once, which Qt's editor of the cell would not survive
        self._model.edited.connect(self.edited, Qt.QueuedConnection)  # type: ignore[call-arg]  # the stubs know one
        self.selectionModel().selectionChanged.connect(self._tell_selection)
        self.activated.connect(self._tell_activation)
        if columns:
            self.set_columns(columns)

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show these columns; rows must be shown anew if their number changes."""
        model = self._model
        if tuple(columns) == model.columns:
            return
        if len(columns) == len(model.columns):
            model.columns = tuple(columns)
            model.headerDataChanged.emit(Qt.Horizontal, 0, len(columns) - 1)
            return
        model.beginResetModel()
        model.columns, model.rows = tuple(columns), []
        model.endResetModel()
        header = self.horizontalHeader()
        for number, column in enumerate(columns):
            title_px = header.fontMetrics().horizontalAdvance(column.title) + 24
            header.resizeSection(number, max(title_px, column.width_px or 0))

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show rows, one value or cell for each column; selection and scrolling stay as far as they can."""
        selected = self.selected_rows()
        model = self._model
        self._is_showing = True
        if len(rows) == len(model.rows):
            model.rows = list(rows)
            if rows:
                model.dataChanged.emit(model.index(0, 0), model.index(len(rows) - 1, len(model.columns) - 1))
        else:
            position = self.verticalScrollBar().value()
            model.beginResetModel()
            model.rows = list(rows)
            model.endResetModel()
            self.verticalScrollBar().setValue(position)
            self.select_rows(row for row in selected if row < len(rows))
        self._is_showing = False

    def selected_rows(self) -> list[int]:
        """The selected rows, ascending."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def select_rows(self, rows: Iterable[int]) -> None:
        """Select rows without telling, and bring the first into sight."""
        was_showing, self._is_showing = self._is_showing, True
        chosen = QItemSelection()
        wanted = [row for row in rows if 0 <= row < len(self._model.rows)]
        last = len(self._model.columns) - 1
        for row in wanted:
            chosen.select(self._model.index(row, 0), self._model.index(row, last))
        self.selectionModel().select(chosen, QItemSelectionModel.ClearAndSelect)
        if wanted:
            first = self._model.index(wanted[0], 0)
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.NoUpdate)
            self.scrollTo(first)
        self._is_showing = was_showing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete is an action on rows, and Enter on what cannot be edited opens the row."""
        if event.key() == Qt.Key_Delete:
            self.delete_pressed.emit()
        elif event.key() in (Qt.Key_Return, Qt.Key_Enter) and self.currentIndex().isValid():
            index = self.currentIndex()
            if self._model.flags(index) & Qt.ItemIsEditable:
                self.edit(index)
            else:
                self.row_activated.emit(index.row())
        else:
            super().keyPressEvent(event)

    def _tell_selection(self) -> None:
        if not self._is_showing:
            self.rows_selected.emit(self.selected_rows())

    def _tell_activation(self, index: QModelIndex) -> None:
        if not self._model.flags(index) & Qt.ItemIsEditable:
            self.row_activated.emit(index.row())


def _text(value: CellValue, column: Column) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if column.kind == "number" and not isinstance(value, str):
        return f"{value:.{column.decimals}f}"
    return str(value)


def _number(text: str) -> float | None:
    """The typed number, with point or comma; None if emptied, NaN if it is no number."""
    if not text.strip():
        return None
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


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
