"""Icons as line drawings of our own, in the colour of the text, so that they fit both themes."""

from __future__ import annotations

from functools import lru_cache

from PyQt5.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PyQt5.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap, QPixmapCache
from PyQt5.QtSvg import QSvgRenderer

# on a square of 24; lines without a colour take that of the text
_DRAWINGS = {
    "new": '<path d="M6 3h8l4 4v14H6z"/><path d="M14 3v4h4"/><path d="M12 11v6M9 14h6"/>',
    "open": '<path d="M3 19V5h6l2 3h8v3"/><path d="M3 19l3-8h16l-3 8z"/>',
    "save": '<path d="M4 4h13l3 3v13H4z"/><path d="M8 4v5h7V4"/><path d="M7 20v-7h10v7"/>',
    "video": '<rect x="3" y="6" width="12" height="12" rx="2"/><path d="M15 11l6-4v10l-6-4"/>',
    "frames": '<rect x="3" y="8" width="13" height="12" rx="1"/><path d="M6 8V6h13v11h-3"/><path d="M9 6V4h12v11h-2"/>',
    "image": '<rect x="3" y="4" width="18" height="16" rx="2"/><path d="M4 18l6-7 4 5 3-3 4 5"/>'
    '<circle cx="16" cy="9" r="1.6"/>',
    "section": '<path d="M2 5h3l4 12 5 2 5-14h3"/><path d="M5.5 9h11.8" stroke="#2f81f7"/>',
    "points": '<path d="M6 3v8M2 7h8M17 4v6M14 7h6M11 14v8M7 18h8"/>',
    "undo": '<path d="M9 6L4 11l5 5"/><path d="M4 11h10a6 5 0 0 1 0 9h-3"/>',
    "redo": '<path d="M15 6l5 5-5 5"/><path d="M20 11H10a6 5 0 0 0 0 9h3"/>',
    "report": '<path d="M6 3h8l4 4v14H6z"/><path d="M14 3v4h4"/><path d="M9 18v-3M12 18v-6M15 18v-4"/>',
    "comment": '<path d="M4 5h16v11h-9l-4 4v-4H4z"/><path d="M8 9h8M8 12h5"/>',
    "settings": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>',
    "help": '<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.8.4-1 .9-1 1.7"/>'
    '<path d="M12 16.8v.2"/>',
    "stop": '<circle cx="12" cy="12" r="9"/><path d="M9 9l6 6M15 9l-6 6"/>',
    "play": '<path d="M7 4l13 8-13 8z" fill="{colour}"/>',
    "pause": '<path d="M8 5v14M16 5v14" stroke-width="4"/>',
    "frame back": '<path d="M17 5l-9 7 9 7z" fill="{colour}"/><path d="M5 5v14"/>',
    "frame on": '<path d="M7 5l9 7-9 7z" fill="{colour}"/><path d="M19 5v14"/>',
    "done": '<path d="M4 13l5 5L20 6" stroke="#2da44e" stroke-width="3"/>',
    "next": '<path d="M4 12h14M12 6l6 6-6 6" stroke="#2f81f7" stroke-width="2.6"/>',
    "warning": '<path d="M12 3l10 18H2z" fill="#d29922" stroke="#d29922"/>'
    '<path d="M12 9v6M12 18v.3" stroke="#1c2128" stroke-width="2.2"/>',
}
_FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{colour}" stroke-width="1.7"'
    ' stroke-linecap="round" stroke-linejoin="round">{drawing}</svg>'
)


class DrawnIcon(QIconEngine):
    """Is drawn in the colours of the present theme whenever it is shown, so that a change of theme needs nothing."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon."""
        _drawing(self._name, _colour(mode)).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The icon as a picture, which is kept for the next time."""
        key = f"ivytools {self._name} {_colour(mode)} {size.width()} {size.height()}"
        picture = QPixmapCache.find(key)
        if picture is None:
            picture = QPixmap(size)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
            painter.end()
            QPixmapCache.insert(key, picture)
        return picture

    def clone(self) -> QIconEngine:
        """Another one like it."""
        return DrawnIcon(self._name)


def _colour(mode: QIcon.Mode) -> str:
    is_disabled = mode == QIcon.Mode.Disabled
    group = QPalette.ColorGroup.Disabled if is_disabled else QPalette.ColorGroup.Active
    return QGuiApplication.palette().color(group, QPalette.ColorRole.WindowText).name()


@lru_cache(maxsize=200)
def _drawing(name: str, colour: str) -> QSvgRenderer:
    svg = _FRAME.replace("{drawing}", _DRAWINGS[name]).replace("{colour}", colour)
    return QSvgRenderer(QByteArray(svg.encode("ascii")))


def drawn_icon(name: str) -> QIcon:
    """The icon of a name."""
    if name not in _DRAWINGS:
        raise KeyError(name)
    return QIcon(DrawnIcon(name))
