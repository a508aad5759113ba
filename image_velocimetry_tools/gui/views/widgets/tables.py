"""Tables of the tabs: rows come from a presenter, edits and selections go to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PyQt5.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QKeyEvent, QPalette
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from .table_clipboard import TableClipboard
from .table_rows import Cell, CellValue, Column, Row, RowsModel

__all__ = ["Cell", "CellValue", "Column", "Row", "Table"]


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
    pasted(cells)
        `PastedCells` from the clipboard; a table to which nobody listens takes none. ``takes_pasted_rows`` lets them
        reach behind the last row.
    """

    edited = pyqtSignal(int, int, object)
    rows_selected = pyqtSignal(list)
    row_activated = pyqtSignal(int)
    delete_pressed = pyqtSignal()
    pasted = pyqtSignal(object)
    takes_pasted_rows = False

    def __init__(self, columns: Sequence[Column] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RowsModel(self)
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
        self._model.refused.connect(self._tell_refusal)
        # the presenter may show other rows at once, which Qt's editor of the cell would not survive
        self._model.edited.connect(self.edited, Qt.QueuedConnection)  # type: ignore[call-arg]  # the stubs know one
        self.selectionModel().selectionChanged.connect(self._tell_selection)
        self.activated.connect(self._tell_activation)
        self._clipboard = TableClipboard(self)
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
            title_px = max(header.fontMetrics().horizontalAdvance(line) for line in column.title.split("\n")) + 24
            header.resizeSection(number, max(title_px, column.width_px or 0))

    def columns(self) -> tuple[Column, ...]:
        """The columns that are shown."""
        return self._model.columns

    def takes_pasted_cells(self) -> bool:
        """Whether anybody listens to what is pasted."""
        return self.receivers(self.pasted) > 0

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show rows, one value or cell for each column; selection and scrolling stay as far as they can."""
        selected = self.selected_rows()
        model = self._model
        model.refusals.clear()
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

    def _tell_refusal(self, index: QModelIndex, sentence: str) -> None:
        QToolTip.showText(self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()), sentence, self)

    def _tell_activation(self, index: QModelIndex) -> None:
        if not self._model.flags(index) & Qt.ItemIsEditable:
            self.row_activated.emit(index.row())
