"""Copy and paste between a table and spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QModelIndex, QObject, Qt
from PyQt5.QtGui import QKeyEvent, QKeySequence
from PyQt5.QtWidgets import QApplication

from image_velocimetry_tools.gui.models.pasted_cells import NO, YES, PastedCells, PasteTarget

if TYPE_CHECKING:
    from image_velocimetry_tools.gui.views.widgets.tables import Table


class TableClipboard(QObject):
    """Answers the keys for copy and paste: selected rows go out; what comes in begins at the current cell.

    Rows as wide as the table begin at its first column, wherever the current cell is.
    """

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._table = table
        table.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys before the table does."""
        if isinstance(event, QKeyEvent) and self._answers(event):
            return True
        return bool(super().eventFilter(watched, event))

    def _answers(self, event: QKeyEvent) -> bool:
        is_paste = event.matches(QKeySequence.StandardKey.Paste)
        if event.type() == QEvent.Type.ShortcutOverride:
            # elsewhere in the window the same key imports a video
            if is_paste and self._table.takes_pasted_cells():
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress:
            if is_paste:
                self.paste()
                return True
            if event.matches(QKeySequence.StandardKey.Copy):
                self.copy()
                return True
        return False

    def copy(self) -> None:
        """Put the selected rows into the clipboard."""
        model = self._table.model()
        columns = range(model.columnCount())
        lines = [[self._text(model.index(row, column)) for column in columns] for row in self._table.selected_rows()]
        if lines:
            QApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def paste(self) -> None:
        """Tell the table what the clipboard holds for it."""
        text = QApplication.clipboard().text()
        if text.strip() and self._table.takes_pasted_cells():
            self._table.pasted.emit(self._read(text))

    def _read(self, text: str) -> PastedCells:
        model, columns = self._table.model(), self._table.columns()
        count = model.rowCount()
        target = PasteTarget(columns, count, self._closed, self._table.takes_pasted_rows)
        index = self._table.currentIndex()
        row = index.row() if index.isValid() else 0
        is_whole_row = text.split("\n", 1)[0].count("\t") + 1 == len(columns)
        return target.read(text, row, 0 if is_whole_row else self._first_open(max(index.column(), 0)))

    def _first_open(self, column: int) -> int:
        """The first column from one on that is meant to be edited, else that one."""
        columns = self._table.columns()
        return next((n for n in range(column, len(columns)) if columns[n].is_editable), column)

    def _closed(self, row: int, column: int) -> str | None:
        model = self._table.model()
        if row >= model.rowCount():
            return None if self._table.columns()[column].is_editable else ""
        index = model.index(row, column)
        is_open = model.flags(index) & (Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable)
        return None if is_open else self._text(index)

    def _text(self, index: QModelIndex) -> str:
        if self._table.columns()[index.column()].kind == "check":
            return YES if index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked else NO
        return " ".join(str(index.data() or "").split())
