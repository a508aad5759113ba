"""Surface velocity across a section in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BetaProfile:
    """A power law at each bank: v = c * xi^left * (1 - xi)^right, xi from 0 at the left edge to 1 at the right one.

    The factor c makes ``peak_mps`` the largest velocity; a negative peak is flow upstream. Exponents of 0 are a
    uniform velocity; 1/7 to 1/5 is the law of a smooth to rough wall, about 1/2 that of a sloped bank.
    """

    peak_mps: float
    left_exponent: float = 0.2
    right_exponent: float = 0.4

    @property
    def factor_mps(self) -> float:
        """The factor c in front of the two powers."""
        left, right = self.left_exponent, self.right_exponent
        total = left + right
        if total == 0.0:
            return self.peak_mps
        return float(self.peak_mps * (total / max(left, 1e-300)) ** left * (total / max(right, 1e-300)) ** right)

    def velocity_mps(self, xi: ArrayLike) -> FloatArray:
        """Velocity at relative positions ``xi``; zero outside [0, 1]."""
        position = np.asarray(xi, dtype=float)
        inside = (position >= 0.0) & (position <= 1.0)
        clipped = np.clip(position, 0.0, 1.0)
        velocity = self.factor_mps * clipped**self.left_exponent * (1.0 - clipped) ** self.right_exponent
        return np.where(inside, velocity, 0.0)

    def moment(self, xi: ArrayLike, order: int) -> FloatArray:
        """Integral of v(xi) xi^order from 0 to ``xi``, m/s: an incomplete beta function."""
        from scipy.special import beta, betainc

        a, b = self.left_exponent + order + 1.0, self.right_exponent + 1.0
        return np.asarray(self.factor_mps * beta(a, b) * betainc(a, b, np.clip(xi, 0.0, 1.0)), dtype=float)
