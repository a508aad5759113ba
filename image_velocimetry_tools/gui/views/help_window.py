"""The window of the help: contents at the left, a field to find words in, the page."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QSize, Qt, QUrl
from PyQt5.QtGui import QDesktopServices, QKeySequence, QTextCursor
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QShortcut,
    QSplitter,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..models.help_page import anchor_of
from .help_browser import HelpBrowser

_FIRST_SIZE = QSize(980, 720)
_CONTENTS_PX, _PAGE_PX = 230, 750


class HelpWindow(QWidget):
    """See the protocol of the help in the presenters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("helpWindow")
        self.setWindowTitle("IVyTools: Help")
        self.resize(_FIRST_SIZE)
        self._markdown = ""
        self._places: dict[str, int] = {}
        self.contentsTree, self.findField, self.browser = QTreeWidget(), QLineEdit(), HelpBrowser()
        self.foundLabel = QLabel()
        self.previousButton, self.nextButton = QToolButton(), QToolButton()
        self._name_parts()
        self._lay_out()
        self.contentsTree.itemClicked.connect(lambda item, _: self._go_to(item.text(0)))
        self.contentsTree.itemActivated.connect(lambda item, _: self._go_to(item.text(0)))
        self.browser.anchorClicked.connect(self._follow)
        self.findField.textChanged.connect(lambda _: self._find_from_here())
        self.findField.returnPressed.connect(self.find_next)
        self.nextButton.clicked.connect(self.find_next)
        self.previousButton.clicked.connect(self.find_previous)
        for keys, do in (
            (QKeySequence(QKeySequence.Find), self._begin_finding),
            (QKeySequence("F3"), self.find_next),
            (QKeySequence("Shift+F3"), self.find_previous),
            (QKeySequence("Esc"), self.close),
        ):
            QShortcut(keys, self).activated.connect(do)

    @property
    def has_page(self) -> bool:
        """Whether the page is in the window already."""
        return bool(self._markdown)

    def show_page(self, markdown: str) -> None:
        """Put the page into the window."""
        self._markdown = markdown
        self.browser.show_markdown(markdown)
        self._list_contents()

    def open_at(self, heading: str) -> None:
        """Show the window with a heading on top; the place that was read last if there is none of that name."""
        self.show()
        self.raise_()
        self.activateWindow()
        self._go_to(heading)

    def find_next(self) -> None:
        """Go to the next place with the words of the field, after the last to the first."""
        self._find(backward=False)

    def find_previous(self) -> None:
        """Go to the place before."""
        self._find(backward=True)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the looks of the program: colours are part of the laid out page."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._markdown:
            self.show_page(self._markdown)

    def _name_parts(self) -> None:
        self.contentsTree.setHeaderHidden(True)
        self.findField.setPlaceholderText("Find")
        self.findField.setClearButtonEnabled(True)
        self.previousButton.setText("▲")
        self.nextButton.setText("▼")
        for name, tip in (
            ("contentsTree", "Contents: click to go there"),
            ("findField", "Words to find in the page (Ctrl+F)"),
            ("previousButton", "The place before (Shift+F3)"),
            ("nextButton", "The next place (F3)"),
            ("foundLabel", "How often the words occur"),
            ("browser", ""),
        ):
            getattr(self, name).setObjectName(name)
            getattr(self, name).setToolTip(tip)

    def _lay_out(self) -> None:
        finding = QHBoxLayout()
        for part in (self.findField, self.previousButton, self.nextButton):
            finding.addWidget(part)
        side = QWidget()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(finding)
        layout.addWidget(self.foundLabel)
        layout.addWidget(self.contentsTree, 1)
        split = QSplitter()
        split.addWidget(side)
        split.addWidget(self.browser)
        split.setSizes([_CONTENTS_PX, _PAGE_PX])
        split.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.addWidget(split)

    def _list_contents(self) -> None:
        self.contentsTree.clear()
        self._places = {}
        above: QTreeWidgetItem | None = None
        for level, title, position in self.browser.headings():
            self._places[title] = position
            item = QTreeWidgetItem([title])
            if level > 2 and above is not None:
                above.addChild(item)
            else:
                self.contentsTree.addTopLevelItem(item)
                above = item
        self.contentsTree.expandAll()

    def _go_to(self, heading: str) -> None:
        if heading in self._places:
            self.browser.scroll_to(self._places[heading])
            found = self.contentsTree.findItems(heading, Qt.MatchExactly | Qt.MatchRecursive)
            self.contentsTree.setCurrentItem(found[0])

    def _follow(self, url: QUrl) -> None:
        if url.scheme():
            QDesktopServices.openUrl(url)
        for heading in self._places:
            if anchor_of(heading) == url.fragment():
                self._go_to(heading)

    def _begin_finding(self) -> None:
        self.findField.setFocus()
        self.findField.selectAll()

    def _find_from_here(self) -> None:
        cursor = self.browser.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self.browser.setTextCursor(cursor)
        self._find(backward=False)

    def _find(self, *, backward: bool) -> None:
        words = self.findField.text()
        count = self.browser.mark_all(words)
        self.foundLabel.setText("" if not words else f"{count} found" if count else "Not found")
        if not count:
            self.browser.moveCursor(QTextCursor.Start)
        else:
            self.browser.find_around(words, backward=backward)
