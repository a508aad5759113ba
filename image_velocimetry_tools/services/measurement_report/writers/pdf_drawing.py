"""Drawings on a page of the PDF: their pictures as they are encoded, their shapes as lines that stay sharp."""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from ..drawings.drawing import Area, Circle, Drawing, Line, Point, Shape, Words
from ..drawings.palette import LIGHT, STYLES, Style
from .pdf_fonts import REGULAR, draw_text, width_of

# points for a unit of a drawing: words of 12 are then 9 points high
_LARGEST_SCALE = 0.75


class DrawingFlowable(Flowable):  # type: ignore[misc]
    """A drawing, scaled to a width on the page in points and never higher than ``most_height``."""

    def __init__(self, drawing: Drawing, width: float, most_height: float = float("inf")) -> None:
        super().__init__()
        self._drawing = drawing
        self._scale = min(_LARGEST_SCALE, width / drawing.width, most_height / drawing.height)
        self.width, self.height = drawing.width * self._scale, drawing.height * self._scale

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """The size that the drawing takes."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw it with its lower left corner at the origin."""
        canvas: Canvas = self.canv
        canvas.saveState()
        if self._drawing.picture:
            canvas.drawImage(ImageReader(BytesIO(self._drawing.picture)), 0, 0, self.width, self.height)
        border = canvas.beginPath()
        border.rect(0, 0, self.width, self.height)
        canvas.clipPath(border, stroke=0, fill=0)
        canvas.scale(self._scale, self._scale)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        for shape in self._drawing.shapes:
            self._draw_shape(canvas, shape)
        canvas.restoreState()

    def _draw_shape(self, canvas: Canvas, shape: Shape) -> None:
        match shape:
            case Line(points, name):
                _apply(canvas, STYLES[name])
                self._path(canvas, points, has_fill=False, is_closed=False)
            case Area(points, name):
                _apply(canvas, STYLES[name])
                self._path(canvas, points, has_fill=bool(STYLES[name].fill), has_stroke=bool(STYLES[name].stroke))
            case Circle((x, y), radius, name):
                _apply(canvas, STYLES[name])
                style = STYLES[name]
                canvas.circle(x, self._up(y), radius, stroke=int(bool(style.stroke)), fill=int(bool(style.fill)))
            case Words():
                self._draw_words(canvas, shape)

    def _path(
        self,
        canvas: Canvas,
        points: tuple[Point, ...],
        *,
        has_fill: bool,
        has_stroke: bool = True,
        is_closed: bool = True,
    ) -> None:
        if not points:
            return
        path = canvas.beginPath()
        path.moveTo(points[0][0], self._up(points[0][1]))
        for x, y in points[1:]:
            path.lineTo(x, self._up(y))
        if is_closed:
            path.close()
        canvas.drawPath(path, stroke=int(has_stroke), fill=int(has_fill))

    def _draw_words(self, canvas: Canvas, words: Words) -> None:
        canvas.saveState()
        canvas.translate(words.at[0], self._up(words.at[1]))
        if words.is_upright:
            canvas.rotate(90)
        canvas.setDash()
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
        x = -shift * width_of(words.text, REGULAR, words.size)
        if words.has_halo:
            _apply(canvas, Style("dark", "dark", width=3.0))
            draw_text(canvas, x, 0, words.text, REGULAR, words.size, mode=2)
        _apply(canvas, Style(fill=words.colour))
        draw_text(canvas, x, 0, words.text, REGULAR, words.size)
        canvas.restoreState()

    def _up(self, y: float) -> float:
        return self._drawing.height - y


def _apply(canvas: Canvas, style: Style) -> None:
    if style.stroke:
        canvas.setStrokeColor(HexColor(LIGHT[style.stroke]))
    if style.fill:
        canvas.setFillColor(HexColor(LIGHT[style.fill]))
    canvas.setLineWidth(style.width)
    canvas.setDash(*((list(style.dash),) if style.dash else ()))
    canvas.setStrokeAlpha(style.opacity)
    canvas.setFillAlpha(style.opacity)
