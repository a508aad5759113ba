"""Round lengths for scale bars."""

from __future__ import annotations

import math

from .drawing import Sketch


def round_length(most: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above a length."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= most)


def scale_bar(sketch: Sketch, units_per_length: float, label: str) -> None:
    """A bar in the lower left corner, about a fifth of the width, with its length in the unit of ``label``."""
    length = round_length(0.22 * sketch.width / units_per_length)
    left, right, y = 16.0, 16.0 + length * units_per_length, sketch.height - 16.0
    for style in ("halo", "section-line"):
        sketch.line([(left, y - 5), (left, y), (right, y), (right, y - 5)], style)
    sketch.label(((left + right) / 2, y - 8), f"{length:g} {label}", "middle")
