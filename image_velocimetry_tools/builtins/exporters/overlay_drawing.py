"""Drawing on the frames of the overlay video: arrows on the water, the section, and strips with title and legend."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ...domain.units import UnitSystem
from ...domain.video import FrameSize
from ...media.colour_clip import ColourPicture
from .water_arrows import PointKind, WaterArrows

FloatArray = NDArray[np.float64]
Colour = tuple[int, int, int]

# blue, green, red; told apart by people with red-green weakness too
COLOURS: dict[PointKind, Colour] = {
    PointKind.USED: (255, 220, 60),
    PointKind.FILLED: (40, 150, 255),
    PointKind.REJECTED: (170, 170, 170),
}
VERDICT_COLOURS: dict[str, Colour] = {"good": (90, 200, 90), "doubtful": (60, 190, 250), "rejected": (80, 80, 235)}
_SECTION: Colour = (255, 255, 255)
_OUTLINE: Colour = (20, 20, 20)
_STRIP: Colour = (38, 32, 28)
_TEXT: Colour = (240, 240, 240)
_BACKGROUND: Colour = (0, 0, 0)
_LONGEST_ARROW_SHARE = 0.16
_TIP_PX = 0.3


@dataclass(frozen=True, slots=True)
class Layout:
    """Canvas of the video: a strip with the title above the picture, one with the legend below."""

    size: FrameSize

    @property
    def strip_px(self) -> int:
        """Height of a strip."""
        return max(24, round(self.size.height_px / 16))

    @property
    def picture_box(self) -> FrameSize:
        """Room for the picture."""
        return FrameSize(self.size.width_px, self.size.height_px - 2 * self.strip_px)


def layout_for(height_px: int, aspect: float, width_px: int | None = None) -> Layout:
    """A canvas whose picture has an aspect (width over height); upright pictures get room for the title beside them.

    Sizes are even, as the encoder needs them.
    """
    height = 2 * round(height_px / 2)
    picture_height = height - 2 * Layout(FrameSize(0, height)).strip_px
    width = width_px or max(aspect * picture_height, 4.0 / 3.0 * height)
    return Layout(FrameSize(2 * round(width / 2), height))


@dataclass(frozen=True, slots=True, eq=False)
class ArrowStyle:
    """Scale of the arrows of one clip: pixels per m/s, and thickness of the lines."""

    px_per_mps: float
    thickness_px: int


def arrow_style(arrows: WaterArrows, picture_height_px: int) -> ArrowStyle:
    """A scale with which the fastest arrow that counts has a fixed share of the picture's height."""
    counts = np.array([kind is not PointKind.REJECTED for kind in arrows.kinds])
    speeds = arrows.speed_mps[counts if counts.any() else np.ones_like(counts)]
    fastest = float(np.nanmax(speeds, initial=0.0)) or 1.0
    return ArrowStyle(_LONGEST_ARROW_SHARE * picture_height_px / fastest, max(2, round(picture_height_px / 280)))


def draw_arrows(picture: ColourPicture, arrows: WaterArrows, places: FloatArray, style: ArrowStyle) -> None:
    """Draw an arrow at each point, ``places`` (n, 2) in the picture; those that count come on top.

    The length of an arrow is its speed times the scale of the clip wherever it lies; its direction is that of the
    motion as the camera sees it.
    """
    limit_mps = 1.5 * _LONGEST_ARROW_SHARE * picture.shape[0] / style.px_per_mps
    order = sorted(range(len(places)), key=lambda index: arrows.kinds[index] is not PointKind.REJECTED)
    for index in order:
        kind, foot = arrows.kinds[index], places[index]
        if not np.isfinite(foot).all():
            continue
        colour = COLOURS[kind]
        radius = style.thickness_px + 1
        cv2.circle(picture, _pixel(foot), radius + 1, _OUTLINE, -1, cv2.LINE_AA)
        cv2.circle(picture, _pixel(foot), radius, colour, -1, cv2.LINE_AA)
        # a raw estimate that was set aside may be absurd; it must not cross the whole picture
        speed = min(float(arrows.speed_mps[index]), limit_mps)
        tip = foot + arrows.heading[index] * speed * style.px_per_mps
        if np.isfinite(tip).all():
            _arrow(picture, foot, tip, colour, style.thickness_px)


def draw_section(picture: ColourPicture, ends: FloatArray, thickness_px: int) -> None:
    """Draw the section (2, 2) with marks at the edges of water."""
    if not np.isfinite(ends).all():
        return
    first, last = (_pixel(end) for end in ends)
    for colour, extra in ((_OUTLINE, 2), (_SECTION, 0)):
        cv2.line(picture, first, last, colour, thickness_px + extra, cv2.LINE_AA)
        for end in (first, last):
            cv2.circle(picture, end, 2 * thickness_px + 1 + extra // 2, colour, -1, cv2.LINE_AA)


def canvas(layout: Layout, title: str, verdict: str) -> ColourPicture:
    """An empty frame with its title strip; the verdict is a coloured mark at the beginning."""
    size, strip = layout.size, layout.strip_px
    picture = np.full((size.height_px, size.width_px, 3), _BACKGROUND, dtype=np.uint8)
    picture[:strip] = picture[-strip:] = _STRIP
    left = strip // 2
    if verdict in VERDICT_COLOURS:
        cv2.circle(picture, (left + strip // 5, strip // 2), strip // 5, VERDICT_COLOURS[verdict], -1, cv2.LINE_AA)
        left += strip * 7 // 10
    _text(picture, title, left, strip // 2, round(0.5 * strip), size.width_px - left - strip // 2)
    return picture


def draw_legend(
    frame: ColourPicture, layout: Layout, arrows: WaterArrows, style: ArrowStyle, units: UnitSystem
) -> None:
    """Draw the scale of the arrows and the meaning of their colours into the lower strip."""
    strip, middle = layout.strip_px, layout.size.height_px - layout.strip_px // 2
    text_px = round(0.42 * strip)
    speed, length_px = scale_bar(style.px_per_mps / units.velocity)
    left = strip // 2
    right = round(left + length_px)
    start, end = np.array([left, middle], dtype=float), np.array([right, middle], dtype=float)
    _arrow(frame, start, end, _TEXT, style.thickness_px)
    left = right + strip // 3
    left += _text(frame, f"{speed:g} {units.velocity_label}", left, middle, text_px, layout.size.width_px - left)
    for kind in PointKind:
        count = arrows.kinds.count(kind)
        if not count:
            continue
        left += strip
        cv2.circle(frame, (left, middle), strip // 6, COLOURS[kind], -1, cv2.LINE_AA)
        left += strip // 3
        left += _text(frame, f"{count} {kind.value}", left, middle, text_px, layout.size.width_px - left)


def scale_bar(px_per_unit: float) -> tuple[float, float]:
    """A round speed whose arrow has a handy length, and that length in pixels."""
    wanted = 70.0 / px_per_unit
    magnitude = 10.0 ** math.floor(math.log10(wanted))
    speed = max((step * magnitude for step in (1.0, 2.0, 5.0) if step * magnitude <= wanted), default=magnitude)
    return speed, speed * px_per_unit


def place_picture(frame: ColourPicture, picture: ColourPicture, layout: Layout) -> None:
    """Put a picture into the middle of the room for it."""
    box = layout.picture_box
    top = layout.strip_px + (box.height_px - picture.shape[0]) // 2
    left = (box.width_px - picture.shape[1]) // 2
    frame[top : top + picture.shape[0], left : left + picture.shape[1]] = picture


def title_card(layout: Layout, title: str, reason: str) -> ColourPicture:
    """A still frame for a job that has nothing to show."""
    frame = canvas(layout, title, "")
    size, strip = layout.size, layout.strip_px
    width = size.width_px - 2 * strip
    for number, line in enumerate(_wrapped(reason, round(0.5 * strip), width)):
        _text(frame, line, strip, size.height_px // 3 + round(number * 0.8 * strip), round(0.5 * strip), width)
    return frame


def _arrow(picture: ColourPicture, foot: FloatArray, tip: FloatArray, colour: Colour, thickness_px: int) -> None:
    length = float(np.hypot(*(tip - foot)))
    if length < 1.0:
        return
    head = min(_TIP_PX, 8.0 * thickness_px / length)
    for shade, extra in ((_OUTLINE, 2), (colour, 0)):
        cv2.arrowedLine(picture, _pixel(foot), _pixel(tip), shade, thickness_px + extra, cv2.LINE_AA, 0, head)


def _text(picture: ColourPicture, text: str, left: int, middle: int, size_px: int, width_px: int) -> int:
    """Write a line centred on a height, smaller if it is too long; returns its width."""
    face, shape = cv2.FontFace("sans"), (picture.shape[1], picture.shape[0])
    while size_px > 8 and _width(text, size_px) > width_px:
        size_px -= 1
    cv2.putText(picture, text, (left, middle + round(0.35 * size_px)), _TEXT, face, size_px, 400)
    return cv2.getTextSize(shape, text, (0, 0), face, size_px, 400)[2]


def _width(text: str, size_px: int) -> int:
    return cv2.getTextSize((10000, 100), text, (0, 0), cv2.FontFace("sans"), size_px, 400)[2]


def _wrapped(text: str, size_px: int, width_px: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _width(longer, size_px) > width_px:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _pixel(place: FloatArray) -> tuple[int, int]:
    """The nearest pixel, kept near enough to the picture for OpenCV's integers."""
    x, y = np.clip(np.rint(place), -30000, 30000)
    return int(x), int(y)
