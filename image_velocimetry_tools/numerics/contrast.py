"""Contrast of grey pictures: CLAHE, and look-up tables for automatic contrast, luma range and ffmpeg's curves."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..domain.video import ContrastFilters

Picture = NDArray[np.uint8]
Lut = NDArray[np.uint8]
Knots = tuple[tuple[float, float], ...]

LIMITED_BLACK, LIMITED_WHITE = 16, 235
"""Luma of black and white in limited ("TV") range, ITU-R BT.601."""

LUMA_WEIGHTS = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in luma, ITU-R BT.601."""

_STRAIGHT: Knots = ((0.0, 0.0), (1.0, 1.0))
_MASTER_KNOTS: dict[str, Knots] = {
    "none": _STRAIGHT,
    "darker": ((0, 0), (0.5, 0.4), (1, 1)),
    "increase_contrast": ((0, 0), (0.149, 0.066), (0.831, 0.905), (0.905, 0.98), (1, 1)),
    "lighter": ((0, 0), (0.4, 0.5), (1, 1)),
    "linear_contrast": ((0, 0), (0.305, 0.286), (0.694, 0.713), (1, 1)),
    "medium_contrast": ((0, 0), (0.286, 0.219), (0.639, 0.643), (1, 1)),
    "negative": ((0, 1), (1, 0)),
    "strong_contrast": ((0, 0), (0.301, 0.196), (0.592, 0.6), (0.686, 0.737), (1, 1)),
}
_RGB_KNOTS: dict[str, tuple[Knots, Knots, Knots]] = {
    "color_negative": (
        ((0.129, 1), (0.466, 0.498), (0.725, 0)),
        ((0.109, 1), (0.301, 0.498), (0.517, 0)),
        ((0.098, 1), (0.235, 0.498), (0.423, 0)),
    ),
    "cross_process": (
        ((0, 0), (0.25, 0.156), (0.501, 0.501), (0.686, 0.745), (1, 1)),
        ((0, 0), (0.25, 0.188), (0.38, 0.501), (0.745, 0.815), (1, 0.815)),
        ((0, 0), (0.231, 0.094), (0.709, 0.874), (1, 1)),
    ),
    "vintage": (
        ((0, 0.11), (0.42, 0.51), (1, 0.95)),
        ((0, 0), (0.50, 0.48), (1, 1)),
        ((0, 0.22), (0.49, 0.44), (1, 0.8)),
    ),
}
CURVE_PRESETS: tuple[str, ...] = ("none", *sorted({*_MASTER_KNOTS, *_RGB_KNOTS} - {"none"}))
"""Names of the tone curves, those of ffmpeg's ``curves`` filter."""


@dataclass(frozen=True, slots=True)
class ContrastLimits:
    """Grey values that automatic contrast maps to black (``low``) and white (``high``)."""

    low: int
    high: int


def clahe(picture: Picture, clip_limit: float = 2.0, tiles: tuple[int, int] = (8, 8)) -> Picture:
    """Contrast-limited adaptive histogram equalisation.

    Parameters
    ----------
    picture
        Grey picture (height, width).
    clip_limit
        Largest slope of the equalisation relative to a flat histogram, positive.
    tiles
        Number of tiles across and down.
    """
    return np.asarray(cv2.createCLAHE(clipLimit=clip_limit, tileGridSize=tiles).apply(picture), dtype=np.uint8)


def auto_contrast_limits(picture: Picture, percent: float = 1.0) -> ContrastLimits:
    """Grey values between which all but ``percent`` of the pixels lie, half of the rest at each end.

    Take them from one frame and keep them for the whole clip: limits that follow every frame make the clip flicker,
    and flicker is a motion to space-time images.

    Parameters
    ----------
    picture
        Grey picture (height, width).
    percent
        Share of the pixels that may be saturated, 0 to 100.
    """
    histogram = cv2.calcHist([picture], [0], None, [256], [0, 256]).ravel()
    clipped = histogram.sum() * percent / 200.0
    low = int(np.searchsorted(np.cumsum(histogram), clipped, side="right"))
    high = 255 - int(np.searchsorted(np.cumsum(histogram[::-1]), clipped, side="right"))
    if high <= low:
        return ContrastLimits(0, 255)
    return ContrastLimits(low, high)


def contrast_lut(limits: ContrastLimits) -> Lut:
    """Table (256,) that stretches ``limits`` to 0 and 255; grey values beyond them saturate."""
    gain = 255.0 / (limits.high - limits.low)
    return _as_lut((np.arange(256.0) - limits.low) * gain)


def auto_contrast(picture: Picture, percent: float = 1.0, limits: ContrastLimits | None = None) -> Picture:
    """Stretch the contrast of a grey picture to the full range, with its own limits unless some are given."""
    return apply(picture, contrast_lut(limits or auto_contrast_limits(picture, percent)))


def luma_lut(full_range: bool) -> Lut:
    """Table (256,) that brings luma to full range: nothing to do if it has that already, else 16-235 becomes 0-255."""
    if full_range:
        return np.arange(256, dtype=np.uint8)
    return _as_lut((np.arange(256.0) - LIMITED_BLACK) * 255.0 / (LIMITED_WHITE - LIMITED_BLACK))


def curve_lut(preset: str, *, full_range: bool = True) -> Lut:
    """Table (256,) of a tone curve of ffmpeg's ``curves`` filter, for luma.

    The curves are natural cubic splines through the filter's published control points, held constant beyond the
    outer ones. Three presets have a curve for each of red, green and blue (``color_negative``, ``cross_process``,
    ``vintage``); on a grey picture their luma is the weighted mean of the three (ITU-R BT.601).

    Parameters
    ----------
    preset
        One of :data:`CURVE_PRESETS`.
    full_range
        Whether the luma that goes in, and comes out, is full range; ffmpeg's curves are defined on full range.

    Raises
    ------
    ValueError
        If there is no such preset.
    """
    levels = np.arange(256.0) / 255.0
    black, span = (0.0, 255.0) if full_range else (float(LIMITED_BLACK), float(LIMITED_WHITE - LIMITED_BLACK))
    if preset == "none":
        return np.arange(256, dtype=np.uint8)
    grey = np.clip((levels * 255.0 - black) / span, 0.0, 1.0)
    if preset in _MASTER_KNOTS:
        curve = _natural_spline(_MASTER_KNOTS[preset], grey)
    elif preset in _RGB_KNOTS:
        curves = [_natural_spline(knots, grey) for knots in _RGB_KNOTS[preset]]
        curve = np.average(curves, axis=0, weights=LUMA_WEIGHTS)
    else:
        raise ValueError(f"unknown curve preset {preset!r}; known are {', '.join(CURVE_PRESETS)}")
    return _as_lut(black + span * curve)


def chain_luts(*luts: Lut) -> Lut:
    """One table that does what the given ones do one after the other."""
    chained = np.arange(256, dtype=np.uint8)
    for lut in luts:
        chained = lut[chained]
    return chained


def apply(picture: Picture, lut: Lut) -> Picture:
    """Send every pixel of a picture through a table (256,)."""
    return np.asarray(cv2.LUT(picture, lut), dtype=np.uint8)


def filter_contrast(picture: Picture, filters: ContrastFilters, limits: ContrastLimits | None = None) -> Picture:
    """CLAHE, then automatic contrast, as far as they are on; ``limits`` are those of the clip's first frame."""
    if filters.clahe_clip_limit is not None:
        picture = clahe(picture, filters.clahe_clip_limit, filters.clahe_tiles)
    if filters.auto_contrast_percent is not None:
        picture = auto_contrast(picture, filters.auto_contrast_percent, limits)
    return picture


def contrast_problems(filters: ContrastFilters) -> tuple[str, ...]:
    """What is wrong with the settings of the contrast filters; empty if nothing is."""
    problems = []
    if filters.clahe_clip_limit is not None and not filters.clahe_clip_limit > 0:
        problems.append("CLAHE clip limit must be positive")
    if min(filters.clahe_tiles) <= 0:
        problems.append("CLAHE tile sizes must be positive")
    if filters.auto_contrast_percent is not None and not 0 <= filters.auto_contrast_percent <= 100:
        problems.append("Auto-contrast percentage must be between 0 and 100")
    return tuple(problems)


def _as_lut(values: NDArray[np.float64]) -> Lut:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _natural_spline(knots: Knots, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values (n,) between 0 and 1 of the natural cubic spline through ``knots``, constant beyond the outer ones."""
    x, y = np.array(knots, dtype=float).T
    step = np.diff(x)
    slope = np.diff(y) / step
    system = np.eye(len(x))
    right = np.zeros(len(x))
    for i in range(1, len(x) - 1):
        system[i, i - 1 : i + 2] = step[i - 1], 2 * (step[i - 1] + step[i]), step[i]
        right[i] = 6 * (slope[i] - slope[i - 1])
    bend = np.linalg.solve(system, right)
    inside = np.clip(at, x[0], x[-1])
    k = np.clip(np.searchsorted(x, inside, side="right") - 1, 0, len(x) - 2)
    left, rest = inside - x[k], x[k + 1] - inside
    cubic = (bend[k] * rest**3 + bend[k + 1] * left**3) / (6 * step[k])
    linear = (y[k] / step[k] - bend[k] * step[k] / 6) * rest + (y[k + 1] / step[k] - bend[k + 1] * step[k] / 6) * left
    return np.asarray(np.clip(cubic + linear, 0.0, 1.0), dtype=np.float64)
