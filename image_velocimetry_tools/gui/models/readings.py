"""What can be read off a plot under the cursor, in display units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure at each place, values (n,) with their unit; NaN where there is none."""

    name: str
    values: FloatArray
    unit: str
    decimals: int = 3

    def text(self, place: int) -> str:
        """Name, value and unit; empty where there is none."""
        value = float(self.values[place])
        return f"{self.name} {value:.{self.decimals}f} {self.unit}".strip() if np.isfinite(value) else ""


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Places (n,) of a plot at which something can be read.

    The cursor snaps to the place nearest along the horizontal axis, or along the vertical one if ``by_level``.
    ``heads`` begin the texts, ``tails`` end them; both may be left out.
    """

    x: FloatArray
    y: FloatArray
    figures: tuple[Figure, ...]
    heads: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    by_level: bool = False

    def nearest(self, x: float, y: float) -> int | None:
        """The place to which a cursor snaps; of several equally near the one nearest along the other axis."""
        along, across = (self.y - y, self.x - x) if self.by_level else (self.x - x, self.y - y)
        known = np.flatnonzero(np.isfinite(along))
        if not known.size:
            return None
        far = np.abs(along[known])
        near = known[far <= far.min() * (1.0 + 1e-9)]
        return int(near[np.argmin(np.nan_to_num(np.abs(across[near]), nan=np.inf))])

    def text(self, place: int) -> str:
        """What is read at a place, in one line."""
        listed = ", ".join(text for figure in self.figures if (text := figure.text(place)))
        head = f"{self.heads[place]}: " if self.heads else ""
        tail = f" ({self.tails[place]})" if self.tails and self.tails[place] else ""
        return f"{head}{listed}{tail}"
