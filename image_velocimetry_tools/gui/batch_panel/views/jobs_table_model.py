"""The jobs table as Qt reads it: texts by row and column, and marks; Qt asks only for what is on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QColor

from ..shown import Cells, Column

SHARE_ROLE = Qt.UserRole + 1
WRONG = QColor(214, 69, 65, 70)
_STATUS_COLOURS = {
    "completed": QColor(40, 140, 70),
    "running": QColor(30, 100, 190),
    "failed": QColor(200, 50, 45),
    "timed out": QColor(200, 50, 45),
    "out of memory": QColor(200, 50, 45),
    "interrupted": QColor(190, 120, 20),
    "cancelled": QColor(120, 120, 120),
    "skipped": QColor(120, 120, 120),
    "up to date": QColor(40, 140, 70),
}
_NOTHING = Qt.ItemFlags(Qt.NoItemFlags)
_SHOWN = Qt.ItemFlags(Qt.ItemIsSelectable | Qt.ItemIsEnabled)
_EDITABLE = Qt.ItemFlags(_SHOWN | Qt.ItemIsEditable)
_TEXTS = frozenset({int(Qt.DisplayRole), int(Qt.EditRole)})
_BACKGROUND, _ALIGNMENT, _FOREGROUND = int(Qt.BackgroundRole), int(Qt.TextAlignmentRole), int(Qt.ForegroundRole)
_ANSWERED = _TEXTS | {_BACKGROUND, _ALIGNMENT, _FOREGROUND, SHARE_ROLE, int(Qt.ToolTipRole)}
_WRONG_BRUSH = QBrush(WRONG)
_RIGHT, _LEFT = int(Qt.AlignRight | Qt.AlignVCenter), int(Qt.AlignLeft | Qt.AlignVCenter)


class JobsTableModel(QAbstractTableModel):
    """Rows of texts; what the user types is sent out and comes back from the presenter.

    Attributes
    ----------
    edited
        Row, column and the new text.
    """

    edited = pyqtSignal(int, int, str)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.columns: tuple[Column, ...] = ()
        self._rows: list[Cells] = []
        self._marks: Mapping[tuple[int, int], str] = {}

    def show_table(self, columns: Sequence[Column], rows: Sequence[Cells]) -> None:
        """Another table."""
        self.beginResetModel()
        self.columns, self._rows, self._marks = tuple(columns), list(rows), {}
        self.endResetModel()

    def change_rows(self, rows: Mapping[int, Cells]) -> None:
        """New texts; runs of neighbouring rows are told of at once."""
        first_new = len(self._rows)
        added = sorted(row for row in rows if row >= first_new)
        if added:
            self.beginInsertRows(QModelIndex(), first_new, first_new + len(added) - 1)
            self._rows += [rows[row] for row in added]
            self.endInsertRows()
        known = sorted(row for row in rows if row < first_new)
        for row in known:
            self._rows[row] = rows[row]
        for first, last in _runs(known):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def mark_cells(self, marks: Mapping[tuple[int, int], str]) -> None:
        """Where something is wrong."""
        touched = sorted({row for row, _ in self._marks} | {row for row, _ in marks})
        self._marks = marks
        if touched and self._rows and self.columns:
            last = min(touched[-1], len(self._rows) - 1)
            self.dataChanged.emit(self.index(touched[0], 0), self.index(last, len(self.columns) - 1))

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        return self._rows[row][column]

    # what Qt asks

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: QModelIndex) -> Qt.ItemFlags:
        """What may be done with a cell."""
        if not index.isValid():
            return _NOTHING
        return _EDITABLE if self.columns[index.column()].is_editable else _SHOWN

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.DisplayRole) -> Any:
        """Titles of columns, numbers of rows."""
        if orientation == Qt.Vertical:
            return str(section + 1) if role == Qt.DisplayRole else None
        if role == Qt.DisplayRole:
            return self.columns[section].title
        if role == Qt.ToolTipRole:
            return self.columns[section].tip or None
        return None

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """One facet of a cell."""
        # asked some thousand times for every picture: the answer to most roles is that there is nothing to say
        if role not in _ANSWERED or not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role in _TEXTS:
            return self._rows[row][column]
        if role == _BACKGROUND:
            return _WRONG_BRUSH if (row, column) in self._marks else None
        kind = self.columns[column].kind
        if role == _ALIGNMENT:
            return _RIGHT if kind == "number" else _LEFT
        if role == _FOREGROUND:
            return _STATUS_COLOURS.get(self._rows[row][column]) if kind == "status" else None
        if role == SHARE_ROLE:
            return self._rows[row][column] if kind == "share" else None
        return self._marks.get((row, column)) or self._explanation(row, column) or None

    def _explanation(self, row: int, column: int) -> str:
        """The tooltip of a cell: its whole text, and what explains it."""
        text, name = self._rows[row][column], self.columns[column].explained_by
        if not name:
            return text
        reason = next((self._rows[row][i] for i, one in enumerate(self.columns) if one.name == name), "")
        return f"{text}: {reason}" if text and reason else text

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.EditRole) -> bool:
        """Send out what was typed."""
        if role != Qt.EditRole or not index.isValid():
            return False
        self.edited.emit(index.row(), index.column(), str(value))
        return True


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
