"""A page of Markdown, with its tables drawn and its headings known."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPalette, QTextCharFormat, QTextCursor, QTextDocument, QTextFrameFormat, QTextTable
from PyQt5.QtWidgets import QTextBrowser, QTextEdit, QWidget

_MARGIN_PX = 14
_CELL_PX = 4
_MARK = QColor("#e8b93c")
_ROOM_OVER_HEADING_PX = 18


class HelpBrowser(QTextBrowser):
    """Shows a page; links are left to whoever listens to ``anchorClicked``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(_MARGIN_PX)

    def show_markdown(self, markdown: str) -> None:
        """Show a page from its beginning."""
        self.setMarkdown(markdown)
        self._draw_tables()
        self._set_headings_apart()
        self.moveCursor(QTextCursor.Start)

    def headings(self) -> list[tuple[int, str, int]]:
        """Level, text and position of every heading."""
        found = []
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel():
                found.append((block.blockFormat().headingLevel(), block.text(), block.position()))
            block = block.next()
        return found

    def scroll_to(self, position: int) -> None:
        """Bring a position to the top."""
        cursor = self.textCursor()
        cursor.setPosition(position)
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + self.cursorRect(cursor).top() - _CELL_PX)

    def mark_all(self, words: str) -> int:
        """Mark every place with some words; the answer is how many there are."""
        looks, marks = QTextCharFormat(), []
        looks.setBackground(_MARK)
        looks.setForeground(QColor("black"))
        cursor = QTextCursor(self.document())
        while words and not (cursor := self.document().find(words, cursor)).isNull():
            mark = QTextEdit.ExtraSelection()
            mark.cursor, mark.format = cursor, looks
            marks.append(mark)
        self.setExtraSelections(marks)
        return len(marks)

    def find_around(self, words: str, *, backward: bool) -> None:
        """Select the next place with some words; beyond the last follows the first."""
        way = QTextDocument.FindFlags(QTextDocument.FindBackward) if backward else QTextDocument.FindFlags()
        if not self.find(words, way):
            self.moveCursor(QTextCursor.End if backward else QTextCursor.Start)
            self.find(words, way)

    def _draw_tables(self) -> None:
        line = self.palette().color(QPalette.Disabled, QPalette.Text)
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                looks = frame.format()
                looks.setBorder(1)
                looks.setBorderStyle(QTextFrameFormat.BorderStyle_Solid)
                looks.setBorderBrush(line)
                looks.setBorderCollapse(True)
                looks.setCellPadding(_CELL_PX)
                looks.setCellSpacing(0)
                frame.setFormat(looks)

    def _set_headings_apart(self) -> None:
        for _, _, position in self.headings():
            cursor = QTextCursor(self.document())
            cursor.setPosition(position)
            room = cursor.blockFormat()
            room.setTopMargin(_ROOM_OVER_HEADING_PX)
            cursor.setBlockFormat(room)
