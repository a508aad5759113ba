"""A picture that one can zoom, pan and draw on; the part of the annotated viewer that deals with mouse and keys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PyQt5.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from image_velocimetry_tools.gui.views.widgets.annotations import Annotations, Grip
from image_velocimetry_tools.gui.views.widgets.layers import LineLayer, PointLayer, PolygonLayer
from image_velocimetry_tools.gui.views.widgets.navigation import STEP, Navigation
from image_velocimetry_tools.gui.views.widgets.picture import Picture, image_of
from image_velocimetry_tools.gui.views.widgets.screen import Screen
from image_velocimetry_tools.gui.views.widgets.tools import TOOLS, Mode, Spot

_BACKGROUND = QColor("#333333")
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class PictureView(QGraphicsView):
    """Shows a picture and tells what the user does on it; see `ImageView`, which adds the annotations."""

    picked = pyqtSignal(float, float)
    line_drawn = pyqtSignal(float, float, float, float)
    polygon_drawn = pyqtSignal(list)
    cursor_moved = pyqtSignal(float, float)
    cursor_left = pyqtSignal()
    point_clicked = pyqtSignal(str, int)
    point_moved = pyqtSignal(str, int, float, float)
    line_moved = pyqtSignal(str, int, float, float, float, float)
    polygon_moved = pyqtSignal(str, int, list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = Picture()
        self.annotations = Annotations()
        self._mode: Mode = "navigate"
        self._navigation = Navigation(self)
        self._tool = TOOLS["navigate"](self)
        self._pan_from: QPointF | None = None
        self._cursor_inside = False
        scene = QGraphicsScene(self)
        scene.addItem(self.picture)
        self.setScene(scene)
        self.setBackgroundBrush(_BACKGROUND)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    def sizeHint(self) -> QSize:
        """As large as the layout allows, whatever the picture's size."""
        return QSize(480, 320)

    def show_picture(self, array: NDArray[np.uint8], keep_zoom: bool = True) -> None:
        """Show grey values (h, w) or red, green, blue (h, w, 3), uint8; a picture of another size is shown whole."""
        size = self.picture.size
        self.picture.show_image(image_of(array))
        if not keep_zoom or size != self.picture.size:
            area = self.picture_area()
            self.setSceneRect(area.adjusted(-area.width(), -area.height(), area.width(), area.height()))
            self._navigation.fit()
        self.redraw()

    def clear(self) -> None:
        """Take away picture and layers."""
        self.picture.show_image(None)
        self.annotations.clear()
        self._tool.abandon()
        self._tell_cursor(None)
        self.redraw()

    @property
    def picture_size(self) -> tuple[int, int] | None:
        """Width and height of the picture in pixels, None if there is none."""
        return self.picture.size

    def picture_area(self) -> QRectF:
        """Edges of the outermost pixels."""
        return self.picture.boundingRect()

    def is_on_picture(self, x: float, y: float) -> bool:
        """Whether an image position lies on the picture."""
        return self.picture_area().contains(x, y)

    @property
    def mode(self) -> Mode:
        """What the left button does."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Let the left button do something else; what was begun is abandoned."""
        self._tool.abandon()
        self._mode, self._tool = mode, TOOLS[mode](self)
        self.set_pointer(self._tool.cursor)
        self.redraw()

    @property
    def zoom(self) -> float:
        """Screen pixels per image pixel."""
        return float(self.transform().m11())

    def fit(self) -> None:
        """Show the whole picture."""
        self._navigation.fit()

    def zoom_to(self, area: QRectF) -> None:
        """Show an area of the image; a right click returns."""
        self._navigation.zoom_to(area)

    def reveal(self, x: float, y: float) -> None:
        """Bring an image position into sight if it is not."""
        if not self.viewport().rect().contains(self.screen_position(x, y).toPoint()):
            self._navigation.centre_on(QPointF(x, y))

    def on_screen(self) -> Screen:
        """Where the image is on the screen now."""
        place, size = self.viewportTransform(), self.viewport().size()
        density = self.viewport().devicePixelRatioF()
        return Screen(place.m11(), place.dx(), place.dy(), size.width(), size.height(), density)

    def image_position(self, position: QPointF) -> QPointF:
        """Image position of a position in the viewport."""
        return QPointF(*self.on_screen().to_image(position.x(), position.y()))

    def screen_position(self, x: float, y: float) -> QPointF:
        """Position in the viewport of an image position."""
        return QPointF(*self.on_screen().from_image((x, y)).tolist())

    def grip_at(self, position: QPointF) -> Grip | None:
        """Handle of an annotation under a position in the viewport."""
        return self.annotations.grip_at(self.on_screen(), position.x(), position.y())

    def announce_move(self, grip: Grip) -> None:
        """Tell where the user has dragged a handle."""
        match grip.layer:
            case PointLayer():
                self.point_moved.emit(grip.name, grip.handle, *grip.xy)
            case LineLayer(segments=segments):
                index = grip.handle // 2
                self.line_moved.emit(grip.name, index, *segments[index].ravel().tolist())
            case PolygonLayer(polygons=polygons) as layer:
                index, _ = layer.vertex_of(grip.handle)
                self.polygon_moved.emit(grip.name, index, [(x, y) for x, y in polygons[index].tolist()])

    def set_pointer(self, shape: Qt.CursorShape) -> None:
        """Change the form of the mouse pointer over the picture."""
        self.viewport().setCursor(shape)

    def redraw(self) -> None:
        """Draw soon."""
        self.viewport().update()

    def paint_over(self, painter: QPainter, screen: Screen) -> None:
        """Draw what lies over the picture."""
        self._tool.paint(painter, screen)

    def paint_instead(self, painter: QPainter) -> None:
        """Draw what stands where there is no picture."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, then in screen pixels what lies over it."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.picture.size is None:
            self.paint_instead(painter)
        else:
            self.paint_over(painter, self.on_screen())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture whole while it is."""
        super().resizeEvent(event)
        self._navigation.follow_size()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Left: the mode's tool; middle: pan; right: back."""
        if self.picture.size is None:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._tool.press(self._spot(event))
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = event.localPos()
            self.set_pointer(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.RightButton:
            self._navigation.go_back()
        self.redraw()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan or hand on to the tool, and tell where the mouse is."""
        if self.picture.size is None:
            return
        if self._pan_from is not None:
            step, self._pan_from = event.localPos() - self._pan_from, event.localPos()
            self._navigation.pan(step.x(), step.y())
        spot = self._spot(event)
        self._tool.move(spot)
        self._tell_cursor(spot)
        self.redraw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what the button began."""
        if self.picture.size is None:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._tool.release(self._spot(event))
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = None
            self.set_pointer(self._tool.cursor)
        self.redraw()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Left: the mode's tool; right: whole picture."""
        if self.picture.size is None:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._tool.double_click(self._spot(event))
            self.redraw()
        elif event.button() == Qt.MouseButton.RightButton:
            self.fit()
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the mouse."""
        if self.picture.size is not None:
            self._navigation.zoom_about(event.position(), STEP ** (event.angleDelta().y() / 120))
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand keys to the tool, then to the navigation; all others belong to the window."""
        plain = not event.modifiers() & _COMMANDS and self.picture.size is not None
        if plain and (self._tool.key(event.key()) or self._navigation.key(event.key())):
            self.redraw()
        else:
            event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the mouse is elsewhere."""
        super().leaveEvent(event)
        self._tool.leave()
        self._tell_cursor(None)
        self.redraw()

    def _spot(self, event: QMouseEvent) -> Spot:
        # A mouse is over a whole pixel of the screen: its middle is meant, not its corner.
        position = event.localPos() + QPointF(0.5, 0.5)
        image = self.image_position(position)
        return Spot(image.x(), image.y(), position)

    def _tell_cursor(self, spot: Spot | None) -> None:
        inside = spot is not None and self.is_on_picture(spot.x, spot.y)
        if spot is not None and inside:
            self.cursor_moved.emit(spot.x, spot.y)
        elif self._cursor_inside:
            self.cursor_left.emit()
        self._cursor_inside = inside
