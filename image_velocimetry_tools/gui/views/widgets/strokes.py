"""Symbols, lines and texts that stay readable on light and dark ground: each has a halo that contrasts with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

import numpy as np
from PyQt5.QtCore import QLineF, QPointF, Qt
from PyQt5.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPolygonF

from image_velocimetry_tools.gui.views.widgets.screen import FloatArray

Symbol = Literal["cross", "dot", "ring", "grip"]

_SYMBOL_PX = 19
_HEAD_PX = 12.0
_FONT_PX = 13


def halo_of(colour: QColor) -> QColor:
    """Dark round light colours, light round dark ones."""
    luminance = 0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue()
    return QColor(0, 0, 0, 170) if luminance > 90 else QColor(255, 255, 255, 190)


def line_pen(colour: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Pen of constant width on the screen, with flat ends for dashes and round ones else."""
    cap = Qt.PenCapStyle.RoundCap if style == Qt.PenStyle.SolidLine else Qt.PenCapStyle.FlatCap
    return QPen(colour, width, style, cap, Qt.PenJoinStyle.RoundJoin)


def draw_lines(
    painter: QPainter,
    segments: FloatArray,
    colour: QColor,
    width: float,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    """Draw segments (n, 2, 2) given in screen positions."""
    lines = [QLineF(*ends) for ends in segments.reshape(-1, 4).tolist()]
    if not lines:
        return
    halo = halo_of(colour)
    if style == Qt.PenStyle.DotLine:
        halo.setAlpha(halo.alpha() // 2)
    for pen in (line_pen(halo, width + 2), line_pen(colour, width, style)):
        painter.setPen(pen)
        painter.drawLines(lines)


def draw_arrows(
    painter: QPainter,
    segments: FloatArray,
    colour: QColor,
    width: float,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    """Draw arrows (n, 2, 2) to their second ends, with filled heads that are shorter on short arrows."""
    start, tip = segments[:, 0], segments[:, 1]
    length = np.linalg.norm(tip - start, axis=1, keepdims=True)
    along = (tip - start) / np.where(length > 0, length, 1.0)
    head = np.minimum(_HEAD_PX, 0.6 * length)
    back = tip - head * along
    across = 0.38 * head * np.stack([-along[:, 1], along[:, 0]], axis=1)
    # The shaft ends inside the head: its blunt end would blur the tip, which is where the arrow points to.
    draw_lines(painter, np.stack([start, back], axis=1), colour, width, style)
    painter.setPen(QPen(halo_of(colour), 0.8))
    painter.setBrush(colour)
    for corners in np.stack([tip, back + across, back - across], axis=1).tolist():
        painter.drawConvexPolygon(_polygon(corners))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def draw_outlines(painter: QPainter, outlines: Iterable[FloatArray], colour: QColor, fill: QColor) -> None:
    """Draw closed polygons, each (k, 2) screen positions."""
    shapes = [_polygon(corners.tolist()) for corners in outlines]
    for pen, brush in ((line_pen(halo_of(colour), 4.0), QColor(0, 0, 0, 0)), (line_pen(colour, 2.0), fill)):
        painter.setPen(pen)
        painter.setBrush(brush)
        for shape in shapes:
            painter.drawPolygon(shape)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _polygon(corners: Iterable[Sequence[float]]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in corners])


def draw_symbols(
    painter: QPainter, positions: FloatArray, symbol: Symbol, colour: QColor, density: float, *, strong: bool = False
) -> None:
    """Stamp one symbol at many screen positions (n, 2)."""
    stamp = _stamp(symbol, colour.rgba(), density, strong)
    corners = np.floor(positions).astype(int) - _SYMBOL_PX // 2
    for x, y in corners.tolist():
        painter.drawImage(x, y, stamp)


@lru_cache(maxsize=128)
def _stamp(symbol: Symbol, rgba: int, density: float, strong: bool) -> QImage:
    """Drawn once, stamped often: thousands of points stay quick. Images, unlike pixmaps, may outlive the program."""
    side = round(_SYMBOL_PX * density)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(density)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(_SYMBOL_PX / 2, _SYMBOL_PX / 2)
    colour = QColor.fromRgba(rgba)
    if strong:
        _draw_ring(painter, QColor("white"), 7.5)
    _draw_symbol(painter, symbol, colour)
    painter.end()
    return image


def _draw_symbol(painter: QPainter, symbol: Symbol, colour: QColor) -> None:
    if symbol == "cross":
        arms = np.array([[[-5, 0], [5, 0]], [[0, -5], [0, 5]]], dtype=float)
        draw_lines(painter, arms, colour, 1.6)
    elif symbol == "ring":
        _draw_ring(painter, colour, 4.5)
    else:
        radius = 3.2
        painter.setPen(QPen(halo_of(colour), 1.2))
        painter.setBrush(colour)
        if symbol == "dot":
            painter.drawEllipse(QPointF(0, 0), radius, radius)
        else:
            painter.drawRect(-4, -4, 8, 8)


def _draw_ring(painter: QPainter, colour: QColor, radius: float) -> None:
    for pen in (QPen(halo_of(colour), 3.6), QPen(colour, 1.8)):
        painter.setPen(pen)
        painter.drawEllipse(QPointF(0, 0), radius, radius)


def label_font() -> QFont:
    """Font of texts on images, in screen pixels whatever the zoom."""
    font = QFont()
    font.setPixelSize(_FONT_PX)
    font.setWeight(QFont.Weight.DemiBold)
    return font


@lru_cache(maxsize=4096)
def text_outline(text: str) -> QPainterPath:
    """Outline of a text that begins at (0, 0) on its base line."""
    outline = QPainterPath()
    outline.addText(0, 0, label_font(), text)
    return outline


def draw_text(painter: QPainter, x: float, y: float, text: str, colour: QColor) -> None:
    """Draw a text with its halo; (x, y) is the left end of the base line."""
    outline = text_outline(text)
    painter.translate(x, y)
    painter.strokePath(outline, line_pen(halo_of(colour), 3.0))
    painter.fillPath(outline, colour)
    painter.translate(-x, -y)
