"""A plot with the look of the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtGui import QColor, QPen
from PyQt5.QtWidgets import QAction, QApplication, QVBoxLayout, QWidget

from image_velocimetry_tools.gui.views.widgets.plot_pointer import PlotPointer

from .screen import FloatArray

# After Qt: pyqtgraph takes the binding that is loaded.
import pyqtgraph as pg  # isort: skip

if TYPE_CHECKING:
    from image_velocimetry_tools.gui.models.readings import Readings

_LEFT_AXIS_PX = 72
_LEGEND_PX = 24
_LEGEND_COLUMNS = 6


@dataclass(frozen=True)
class PlotColours:
    """Ground, axes and marks of a theme."""

    ground: str
    axes: str
    mark: str


LIGHT = PlotColours(ground="#ffffff", axes="#303030", mark="#101010")
DARK = PlotColours(ground="#232629", axes="#c8c8c8", mark="#ffffff")


class Plot(QWidget):
    """Named curves on labelled axes.

    Dragging with the left button zooms to a rectangle, with the middle one pans; the wheel zooms; *Show all* in the
    context menu returns to the whole. A `Readout` shows what ``pointer`` reads.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = pg.PlotWidget(self)
        self.colours = LIGHT
        self._curves: dict[str, tuple[pg.PlotDataItem, str | None]] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self._plot = self.canvas.getPlotItem()
        self._box = self._plot.getViewBox()
        self._box.setMouseMode(pg.ViewBox.RectMode)
        self._plot.showGrid(x=True, y=True, alpha=0.2)
        # over the axes, where it hides no data
        self._legend = pg.LegendItem(offset=(-8, 1), colCount=_LEGEND_COLUMNS, verSpacing=0)
        self._legend.layout.setContentsMargins(0, 0, 0, 0)
        self._legend.setParentItem(self._plot)
        self._plot.legend = self._legend
        self._show_legend()
        # Plots above each other are in line whatever their numbers.
        self._plot.getAxis("left").setWidth(_LEFT_AXIS_PX)
        self._make_menu()
        # the line below the plot has a button with words for it
        self._plot.hideButtons()
        self.pointer = PlotPointer(self.canvas)
        # That of subclasses needs what they have not made yet.
        Plot.apply_theme(self, dark=self._is_in_the_dark())

    def set_axes(self, x_label: str, x_unit: str, y_label: str, y_unit: str) -> None:
        """Name the axes; no unit for pure numbers."""
        for side, label, unit in (("bottom", x_label, x_unit), ("left", y_label, y_unit)):
            axis = self._plot.getAxis(side)
            # Hydrographers read 0.05 m³/s, not 50 litres of something; turning prefixes off keeps one found before.
            axis.setLabel(f"{label} ({unit})" if unit else label, siPrefixEnableRanges=())
            axis.enableAutoSIPrefix(False)

    def show_curve(
        self,
        name: str,
        x: ArrayLike,
        y: ArrayLike,
        colour: str = "#1f77b4",
        width: float = 2.0,
        dashed: bool = False,
        symbol: str | None = None,
        legend: str | None = None,
    ) -> None:
        """Show a curve in place of the one of that name; gaps where values are not numbers.

        ``symbol`` marks the points ("o", "s", "t", "+", ...); a width of 0 shows the symbols alone.
        """
        values = _with_a_point(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
        pen = line_pen(colour, width, dashed) if width else None
        look = {"pen": pen, "symbol": symbol, "symbolBrush": colour, "symbolPen": colour, "symbolSize": 7}
        curve, known_legend = self._curves.get(name, (None, None))
        if curve is not None and known_legend == legend:
            # much quicker than another curve, for which the legend is laid out anew
            curve.setData(*values, **look)
            return
        self.clear_curve(name)
        curve = self._plot.plot(*values, **look, name=legend, antialias=True, connect="finite")
        self._curves[name] = curve, legend
        self._show_legend()

    def empty_curve(self, name: str) -> None:
        """Show no point of a curve; its place in the legend stays, which is much quicker than taking it away."""
        if name in self._curves:
            self._curves[name][0].setData([], [])

    def clear_curve(self, name: str) -> None:
        """Take away one curve."""
        if name in self._curves:
            curve, _ = self._curves.pop(name)
            self._plot.removeItem(curve)
            self._show_legend()

    def clear_curves(self) -> None:
        """Take away all curves."""
        for name in list(self._curves):
            self.clear_curve(name)

    def link_stations(self, other: Plot) -> None:
        """Zoom and pan the horizontal axis together with that of another plot."""
        self._box.setXLink(other._box)

    def show_readings(self, readings: Readings | None) -> None:
        """What can be read under the cursor."""
        self.pointer.show_readings(readings)

    def drag_to_move(self, is_on: bool) -> None:
        """Let the left button move the plot instead of zooming to a rectangle."""
        self._box.setMouseMode(pg.ViewBox.PanMode if is_on else pg.ViewBox.RectMode)

    def home(self) -> None:
        """Show everything, also what is added later."""
        self._box.enableAutoRange()

    def apply_theme(self, dark: bool) -> None:
        """Colours for light or dark surroundings."""
        self.colours = DARK if dark else LIGHT
        self.canvas.setBackground(self.colours.ground)
        for side in ("bottom", "left"):
            axis = self._plot.getAxis(side)
            # The grid belongs to the axes and lies under the curves.
            axis.setZValue(-1)
            axis.setPen(self.colours.axes)
            axis.setTextPen(self.colours.axes)
        self.pointer.set_colour(self.colours.mark)
        self._legend.setLabelTextColor(self.colours.axes)
        for _, label in self._legend.items:
            label.setText(label.text, color=self.colours.axes)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the looks of the program."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.apply_theme(self._is_in_the_dark())

    def data_position(self, position: QPointF) -> tuple[float, float]:
        """Values at a position in the plot's widget."""
        point = self._box.mapSceneToView(self.canvas.mapToScene(position.toPoint()))
        return point.x(), point.y()

    def widget_position(self, x: float, y: float) -> QPointF:
        """Position of values in the plot's widget."""
        return QPointF(self.canvas.mapFromScene(self._box.mapViewToScene(QPointF(x, y))))

    def copy_picture(self) -> None:
        """Put the plot as it is into the clipboard."""
        QApplication.clipboard().setPixmap(self.canvas.grab())

    def _show_legend(self) -> None:
        is_needed = bool(self._legend.items)
        self._legend.setVisible(is_needed)
        self._plot.layout.setRowFixedHeight(0, _LEGEND_PX if is_needed else 0)

    def _is_in_the_dark(self) -> bool:
        return self.palette().window().color().lightness() < 128

    def _make_menu(self) -> None:
        """The plot library's own menu speaks to programmers."""
        self._plot.setMenuEnabled(False, enableViewBoxMenu=True)
        self.canvas.scene().contextMenu = []
        menu = self._box.menu
        for action in menu.actions():
            action.setVisible(False)
        for text, act in (("Show all", self.home), ("Copy picture", self.copy_picture)):
            entry = QAction(text, menu)
            entry.triggered.connect(lambda _checked, act=act: act())
            menu.addAction(entry)


def _with_a_point(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The same curve, empty if it has no point to draw: the plot library looks for the limits of what it is given."""
    return (x, y) if np.isfinite(x + y).any() else (np.empty(0), np.empty(0))


def line_pen(colour: str, width: float = 2.0, dashed: bool = False) -> QPen:
    """Pen of constant width on the screen."""
    pen = QPen(QColor(colour), width, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
    pen.setCosmetic(True)
    return pen
