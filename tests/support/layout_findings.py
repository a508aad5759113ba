"""What is cut off, overlaps or sticks out in a window, found by going through all its visible widgets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QSizePolicy,
    QSplitter,
    QTableView,
    QTabWidget,
    QToolButton,
    QWidget,
)

_WITH_LAYOUTS_OF_QT = (QMainWindow, QTabWidget, QSplitter, QAbstractItemView, QScrollBar)
LARGEST_LEAST = QSize(1280, 800)
_SLACK_PX = 1
_TITLE_MARGIN_PX = 6
_BUTTON_MARGIN_PX = 8
_ARROW_PX = 24


def findings(window: QWidget) -> list[str]:
    """Sentences about what cannot be read as the window stands; none if all is well."""
    found: list[str] = []
    for widget in (window, *_visible(window)):
        found += _cut_off(widget) + _sticking_out(widget)
        if isinstance(widget, QTableView):
            found += _titles_cut_off(widget.horizontalHeader())
        if isinstance(widget, QScrollArea):
            found += _needless_bars(widget)
        found += _overlaps(widget)
    return found


def size_findings(window: QWidget) -> list[str]:
    """Whether the window asks for more room than a small laptop has."""
    least = window.minimumSizeHint().expandedTo(window.minimumSize())
    if least.width() <= LARGEST_LEAST.width() and least.height() <= LARGEST_LEAST.height():
        return []
    return [f"the window needs {least.width()} by {least.height()}"]


def _visible(window: QWidget) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        if widget.isVisibleTo(window) and widget.window() is window and not widget.objectName().startswith("qt_"):
            yield widget


def _cut_off(widget: QWidget) -> list[str]:
    """Texts for which there is too little room; labels that wrap need the height, the others the width."""
    if isinstance(widget, QLabel):
        return _label_cut_off(widget)
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() == Qt.ToolButtonIconOnly and _has_icon(widget):
        return []
    if isinstance(widget, QPushButton | QToolButton) and widget.text():
        # Qt asks for more room than short words need
        icon_px = widget.iconSize().width() + 4 if _has_icon(widget) else 0
        return _narrow(widget, _text_px(widget, widget.text()) + icon_px + _BUTTON_MARGIN_PX, widget.text())
    if isinstance(widget, QComboBox):
        # a list may hold one long entry; the one that is shown must be read
        return _narrow(widget, _text_px(widget, widget.currentText()) + _ARROW_PX, widget.currentText())
    if isinstance(widget, QAbstractButton) and widget.text():
        return _narrow(widget, widget.minimumSizeHint().width(), widget.text())
    if isinstance(widget, QGroupBox) and widget.title():
        return _narrow(widget, widget.minimumSizeHint().width(), widget.title())
    return []


def _label_cut_off(label: QLabel) -> list[str]:
    if not label.text() or label.sizePolicy().horizontalPolicy() == QSizePolicy.Ignored:
        return []
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        return [f"{_name(label)} is too low for '{label.text()[:60]}'"] if label.height() < needed - 2 else []
    return _narrow(label, label.sizeHint().width(), label.text())


def _narrow(widget: QWidget, needed: int, text: str) -> list[str]:
    if widget.width() >= needed - _SLACK_PX:
        return []
    return [f"{_name(widget)} shows '{text[:60]}' in {widget.width()} of {needed} pixels"]


def _has_icon(button: QAbstractButton) -> bool:
    return not button.icon().isNull()


def _text_px(widget: QWidget, text: str) -> int:
    return widget.fontMetrics().size(Qt.TextShowMnemonic, text).width() if text else 0


def _sticking_out(widget: QWidget) -> list[str]:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or _is_scrolled(widget):
        return []
    if parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
        return []
    return [f"{_name(widget)} sticks out of {_name(parent)}"]


def _is_scrolled(widget: QWidget) -> bool:
    """Whether the widget lies in something that moves it about."""
    parent: Any = widget
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea | QHeaderView):
            return parent is not widget
        parent = parent.parentWidget()
    return False


def _titles_cut_off(header: QHeaderView) -> list[str]:
    found = []
    for section in range(header.count()):
        title = str(header.model().headerData(section, Qt.Horizontal) or "")
        needed = max((header.fontMetrics().horizontalAdvance(line) for line in title.split("\n")), default=0)
        if not header.isSectionHidden(section) and header.sectionSize(section) < needed + _TITLE_MARGIN_PX:
            found.append(f"{_name(header)} cuts off the title '{title}'")
    return found


def _needless_bars(area: QScrollArea) -> list[str]:
    """Forms may scroll upwards and downwards in small windows, but nobody reads a line by scrolling sideways."""
    content = area.widget()
    if content is None:
        return []
    if area.horizontalScrollBar().isVisible():
        return [f"{_name(area)} scrolls sideways"]
    is_wider = content.width() > area.viewport().width() + _SLACK_PX
    return [f"{_name(area)} hides the right of what it holds"] if is_wider else []


def _overlaps(parent: QWidget) -> list[str]:
    """Children that are laid out and lie on each other."""
    if isinstance(parent, _WITH_LAYOUTS_OF_QT) or parent.layout() is None:
        return []
    laid_out = list(_laid_out(parent.layout()))
    found = []
    for one, other in combinations(laid_out, 2):
        common = one.geometry().intersected(other.geometry())
        if common.width() > _SLACK_PX and common.height() > _SLACK_PX:
            found.append(f"{_name(one)} and {_name(other)} overlap")
    return found


def _laid_out(layout: Any) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item.layout() is not None:
            yield from _laid_out(item.layout())
        elif item.widget() is not None and item.widget().isVisibleTo(item.widget().parentWidget()):
            yield item.widget()


def _name(widget: QWidget) -> str:
    """The name of a widget with that of the nearest named one around it."""
    names: list[str] = []
    parent: QWidget | None = widget
    while parent is not None and len(names) < 2:
        if parent.objectName() and not parent.objectName().startswith("qt_"):
            names.append(parent.objectName())
        parent = parent.parentWidget()
    own = "" if widget.objectName() else f"{type(widget).__name__} in "
    return own + " in ".join(names)


def report(title: str, sentences: Sequence[str]) -> list[str]:
    """Sentences with what they are about."""
    return [f"{title}: {sentence}" for sentence in sentences]
