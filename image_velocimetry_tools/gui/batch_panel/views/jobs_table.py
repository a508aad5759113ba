"""The table of jobs: selected by rows, typed into, pasted into, and videos dropped onto it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QItemSelection, QItemSelectionModel, Qt, pyqtSignal
from PyQt5.QtGui import QCursor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent
from PyQt5.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QMenu, QTableView

from ..shown import Cells, Column
from .jobs_table_model import JobsTableModel
from .share_delegate import ShareDelegate

_ROW_HEIGHT_PX = 24
_LONG_TEXT_PX = 140
_MEANT_CHARACTER_PX, _TITLE_MARGIN_PX = 7, 16


class JobsTable(QTableView):
    """The view of a :class:`JobsTableModel`.

    Attributes
    ----------
    edited
        Texts by (row, column), typed, pasted or deleted.
    dropped
        Paths that were dragged in.
    opened
        The row that was clicked twice.
    selected
        The rows that are selected now.
    removal
        The user wants the selected rows out.
    column_removal
        The user wants a column out.
    """

    edited = pyqtSignal(object)
    dropped = pyqtSignal(object)
    opened = pyqtSignal(int)
    selected = pyqtSignal(object)
    removal = pyqtSignal()
    column_removal = pyqtSignal(int)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.jobs = JobsTableModel(self)
        self.setModel(self.jobs)
        self._shares, self._painted = ShareDelegate(self), 0
        self._meant_px: list[int] = []
        self._has_own_widths = self._is_fitting = False
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setSelectionMode(QAbstractItemView.ExtendedSelection)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DropOnly)
        self.setToolTip("Drag videos, a folder of videos or a jobs CSV into the table")
        for header in (self.verticalHeader(), self.horizontalHeader()):
            assert header is not None
            header.setSectionResizeMode(
                QHeaderView.Fixed if header is self.verticalHeader() else QHeaderView.Interactive
            )
        rows = self.verticalHeader()
        assert rows is not None
        rows.setDefaultSectionSize(_ROW_HEIGHT_PX)
        titles = self.horizontalHeader()
        assert titles is not None
        titles.sectionResized.connect(self._width_changed)
        titles.setContextMenuPolicy(Qt.CustomContextMenu)
        titles.customContextMenuRequested.connect(lambda place: self._offer(titles.logicalIndexAt(place)))
        self.jobs.edited.connect(lambda row, column, text: self.edited.emit({(row, column): text}))
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        chosen = self.selectionModel()
        assert chosen is not None
        chosen.selectionChanged.connect(lambda *_: self.selected.emit(self.selected_rows()))

    def show_table(self, columns: Sequence[Column], rows: Sequence[Cells]) -> None:
        """Another table; widths stay if the columns are the same."""
        is_same = [c.name for c in columns] == [c.name for c in self.jobs.columns]
        bar = self.verticalScrollBar()
        place = bar.value() if bar is not None else 0
        self.jobs.show_table(columns, rows)
        if not is_same:
            self._has_own_widths = False
            self._paint_shares(columns)
            self._fit_columns(columns)
        elif bar is not None:
            bar.setValue(place)
        is_live = not any(column.is_editable for column in columns)
        self.setSelectionBehavior(QAbstractItemView.SelectRows if is_live else QAbstractItemView.SelectItems)

    def _paint_shares(self, columns: Sequence[Column]) -> None:
        """Bars where they belong; cells of text are painted by Qt itself, which is several times as fast."""
        texts = self.itemDelegate()
        assert texts is not None
        for index in range(max(len(columns), self._painted)):
            is_share = index < len(columns) and columns[index].kind == "share"
            self.setItemDelegateForColumn(index, self._shares if is_share else texts)
        self._painted = len(columns)

    def _fit_columns(self, columns: Sequence[Column]) -> None:
        """Widths as they were meant, in the present font, and never less than the titles need."""
        metrics = self.fontMetrics()
        scale = metrics.averageCharWidth() / _MEANT_CHARACTER_PX
        for index, column in enumerate(columns):
            title_px = metrics.horizontalAdvance(column.title) + _TITLE_MARGIN_PX
            self.setColumnWidth(index, max(round(column.width * scale), title_px))
        self._meant_px = [self.columnWidth(index) for index in range(len(columns))]
        self._fill_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give texts the room that came, as long as the user has not chosen the widths."""
        super().resizeEvent(event)
        self._fill_room()

    def _fill_room(self) -> None:
        """Columns of long texts share the room that the others leave."""
        viewport, columns, meant = self.viewport(), self.jobs.columns, self._meant_px
        if viewport is None or len(columns) != len(meant) or self._has_own_widths:
            return
        wide = [i for i, column in enumerate(columns) if column.kind == "text" and column.width >= _LONG_TEXT_PX]
        room, taken = max(0, viewport.width() - sum(meant)), sum(meant[i] for i in wide)
        self._is_fitting = True
        for index in wide:
            self.setColumnWidth(index, meant[index] + room * meant[index] // taken)
        self._is_fitting = False

    def _width_changed(self, index: int, before_px: int, now_px: int) -> None:
        is_by_hand = bool(QApplication.mouseButtons() & Qt.LeftButton) and not self._is_fitting
        self._has_own_widths = self._has_own_widths or is_by_hand

    def show_cell(self, row: int, column: int) -> None:
        """Bring a cell to view and go there."""
        index = self.jobs.index(row, column)
        self.scrollTo(index, QAbstractItemView.PositionAtCenter)
        self.setCurrentIndex(index)
        self.setFocus()

    def change_rows(self, rows: Mapping[int, Cells]) -> None:
        """New texts in some rows."""
        self.jobs.change_rows(rows)

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select rows and bring the last one to view."""
        model, last = self.selectionModel(), self.jobs.columnCount() - 1
        if model is None or not rows or last < 0:
            return
        selection = QItemSelection()
        selection.select(self.jobs.index(min(rows), 0), self.jobs.index(max(rows), last))
        model.setCurrentIndex(self.jobs.index(min(rows), 0), QItemSelectionModel.NoUpdate)
        model.select(selection, QItemSelectionModel.ClearAndSelect)
        self.scrollTo(self.jobs.index(max(rows), 0))

    def selected_rows(self) -> list[int]:
        """The rows in which something is selected."""
        model = self.selectionModel()
        if model is None:
            return []
        parts: Any = model.selection()  # a list of ranges, which the stubs do not know
        return sorted({row for part in parts for row in range(part.top(), part.bottom() + 1)})

    # keys

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Copy, paste and delete."""
        if event is None:
            return
        if event.matches(QKeySequence.Copy):
            self.copy()
        elif event.matches(QKeySequence.Paste) and self._is_editable:
            self.paste()
        elif event.key() in (Qt.Key_Delete, Qt.Key_Backspace) and self._is_editable:
            self._delete()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected cells on the clipboard, as spreadsheets read them."""
        model, clipboard = self.selectionModel(), QApplication.clipboard()
        if model is None or clipboard is None:
            return
        cells = sorted((index.row(), index.column()) for index in model.selectedIndexes())
        rows: dict[int, list[str]] = {}
        for row, column in cells:
            rows.setdefault(row, []).append(self.jobs.text(row, column))
        clipboard.setText("\n".join("\t".join(texts) for texts in rows.values()))

    def paste(self) -> None:
        """Write the cells of the clipboard from the current one on; files are taken in as if they were dragged."""
        clipboard = QApplication.clipboard()
        data = clipboard.mimeData() if clipboard is not None else None
        if data is None:
            return
        if data.hasUrls():
            self.dropped.emit([Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()])
            return
        start = self.currentIndex()
        top, left = max(0, start.row()), max(0, start.column())
        lines = [line.split("\t") for line in data.text().rstrip("\r\n").splitlines()]
        cells = {(top + i, left + j): text for i, line in enumerate(lines) for j, text in enumerate(line)}
        if cells:
            self.edited.emit(cells)

    def _offer(self, column: int) -> None:
        """The menu of a title."""
        if column < 0 or not self._is_editable:
            return
        menu = QMenu(self)
        action = menu.addAction(f"Remove the column '{self.jobs.columns[column].title}'")
        assert action is not None
        action.triggered.connect(lambda: self.column_removal.emit(column))
        menu.popup(QCursor.pos())

    def _delete(self) -> None:
        """Empty the selected cells; whole rows that are selected are taken out."""
        model = self.selectionModel()
        if model is None:
            return
        indexes = model.selectedIndexes()
        if indexes and len(indexes) == len(self.selected_rows()) * self.jobs.columnCount():
            self.removal.emit()
        elif indexes:
            self.edited.emit({(index.row(), index.column()): "" for index in indexes})

    @property
    def _is_editable(self) -> bool:
        return any(column.is_editable for column in self.jobs.columns)

    # drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Files are welcome while the table is edited."""
        _accept_files(event, self._is_editable)

    def dragMoveEvent(self, event: QDragMoveEvent | None) -> None:
        """They may be dropped anywhere."""
        _accept_files(event, self._is_editable)

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Send the paths out."""
        data = event.mimeData() if event is not None else None
        if event is None or data is None or not self._is_editable:
            return
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)


def _accept_files(event: QDragMoveEvent | None, is_editable: bool) -> None:
    data = event.mimeData() if event is not None else None
    if event is not None and data is not None and data.hasUrls() and is_editable:
        event.acceptProposedAction()
