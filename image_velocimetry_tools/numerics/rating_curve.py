"""The rating curve of a site, Q = a (h - h0)^b, fitted to measured pairs of level and discharge.

Sources: ISO 18320:2020 (stage-discharge relationship: least squares on logarithms, standard error and confidence
limits of the curve); Rantz et al. 1982, USGS Water-Supply Paper 2175, chapter 10 (effective zero of flow found by
trial); Herschy 2009, Streamflow Measurement, chapter 4. Outliers do not pull the curve: it starts from least absolute
deviations and goes on with Tukey's biweight (Huber and Ronchetti 2009, Robust Statistics, chapter 7).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtr, stdtrit

from ..domain.errors import IvyError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

FEWEST_POINTS = 5
FEWEST_LEVELS = 4
SMALLEST_RANGE_M = 0.01
DEFAULT_OUTLIER_LIMIT = 3.0

_PARAMETERS = 3
# No discharge is measured better than this; keeps points that lie on a curve exactly from being told apart by rounding.
_LEAST_SCATTER = 1e-3
# Depth of the lowest point above h0, as shares of the range of levels: where h0 is looked for.
_DEPTH_SHARES = (1e-3, 10.0)
_TRIALS = 60
# Rounds of four times finer trials; fewer do while the weights are still to be found.
_ROUNDS, _ROUGH_ROUNDS = 13, 4
_LEVEL_STEP_M = 1e-3
_BIWEIGHT = 4.685
_REWEIGHTINGS = 20
_MAD_TO_SIGMA = 1.4826


class RatingCurveError(IvyError):
    """Measurements through which no rating curve can be drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class RatingCurve:
    """Q = a (h - h0)^b in SI, with the scatter of the measurements round it.

    Parameters
    ----------
    a, b, h0_m
        The curve; ``a`` in m³/s per m^b.
    level_m, discharge_m3s
        The measurements (n,), outliers too.
    residual
        Measured over rated discharge less 1, (n,).
    standardised_residual
        How unusual each point is, as a normal deviate, (n,): its distance in logarithms over the standard error of
        just that distance, judged by Student's t with the point itself left out.
    is_outlier
        Points that took no part in the fit, (n,).
    scatter
        Standard deviation of ln Q round the curve.
    is_zero_held
        Whether the measurements leave h0 open, so that it rests at a limit of the search.
    """

    a: float
    b: float
    h0_m: float
    level_m: FloatArray
    discharge_m3s: FloatArray
    residual: FloatArray
    standardised_residual: FloatArray
    is_outlier: BoolArray
    scatter: float
    is_zero_held: bool
    _covariance: FloatArray
    _degrees_of_freedom: int

    @property
    def num_used(self) -> int:
        """Number of measurements that the curve rests on."""
        return int(np.count_nonzero(~self.is_outlier))

    @property
    def standard_error_percent(self) -> float:
        """Standard error of estimate, percent of the discharge (ISO 18320)."""
        return 100.0 * math.sqrt(math.expm1(self.scatter**2))

    @property
    def lowest_level_m(self) -> float:
        """Lowest level of the measurements used."""
        return float(self.level_m[~self.is_outlier].min())

    @property
    def highest_level_m(self) -> float:
        """Highest level of the measurements used."""
        return float(self.level_m[~self.is_outlier].max())

    def discharge_at(self, level_m: ArrayLike) -> FloatArray:
        """Discharge (m³/s) at levels; 0 at and below h0."""
        depth = np.maximum(np.asarray(level_m, dtype=float) - self.h0_m, 0.0)
        return np.asarray(self.a * depth**self.b)

    def confidence_band(self, level_m: ArrayLike, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Lower and upper limit (m³/s) of the curve itself at levels, by the delta method with Student's t.

        The band widens away from the measurements. It is that of the mean discharge at a level, not of one measurement.
        At and below h0 both limits are 0.
        """
        level = np.asarray(level_m, dtype=float)
        depth = level - self.h0_m
        wet = depth > 0.0
        slopes = _slopes(np.where(wet, depth, 1.0), self.b)
        error = np.sqrt(np.einsum("...i,ij,...j->...", slopes, self._covariance, slopes))
        reach = np.minimum(float(stdtrit(self._degrees_of_freedom, 0.5 + 0.5 * confidence)) * error, 700.0)
        rated = self.discharge_at(level)
        return rated * np.exp(-reach), np.where(wet, rated * np.exp(reach), 0.0)


@dataclass(frozen=True, slots=True)
class _Fit:
    """ln Q = intercept + b ln(h - h0) by weighted least squares."""

    intercept: float
    b: float
    h0_m: float
    is_zero_held: bool

    def log_residual(self, level_m: FloatArray, log_q: FloatArray) -> FloatArray:
        """Distance of points from the curve in ln Q; infinite below h0."""
        depth = level_m - self.h0_m
        rated = self.intercept + self.b * np.log(np.where(depth > 0.0, depth, 1.0))
        return np.where(depth > 0.0, log_q - rated, np.inf)


def fit_rating_curve(
    level_m: ArrayLike, discharge_m3s: ArrayLike, *, outlier_limit: float = DEFAULT_OUTLIER_LIMIT
) -> RatingCurve:
    """Fit a rating curve to measurements.

    ln Q is fitted with equal weights: the scatter of discharges is near a constant percentage, and the uncertainties
    of one site's measurements share most of their causes. h0 is found by a search below the lowest level used.

    Parameters
    ----------
    level_m, discharge_m3s
        Measured pairs (n,), n >= 5 at four levels or more.
    outlier_limit
        Points whose standardised residual is larger take no part.

    Raises
    ------
    RatingCurveError
        If there are too few measurements or levels, a discharge is not positive, or discharge does not rise with level.
    """
    level, discharge = np.asarray(level_m, dtype=float), np.asarray(discharge_m3s, dtype=float)
    _require_curve(level, discharge)
    log_q = np.log(discharge)
    used = _robust_choice(level, log_q, outlier_limit)
    used = _settled(level, log_q, used, outlier_limit)
    return _curve(level, discharge, used)


def _require_curve(level: FloatArray, discharge: FloatArray) -> None:
    if level.shape != discharge.shape or level.ndim != 1:
        raise ValueError("Levels and discharges must be two lists of the same length")
    if not (np.isfinite(level).all() and np.isfinite(discharge).all()):
        raise ValueError("Levels and discharges must be finite")
    if level.size < FEWEST_POINTS:
        what = f"a rating curve needs at least {FEWEST_POINTS} measurements, there are {level.size}"
        raise RatingCurveError(what, remedy="Measure at more water levels")
    if (discharge <= 0.0).any():
        count = int(np.count_nonzero(discharge <= 0.0))
        what = f"a rating curve needs positive discharges, {count} of {level.size} are zero or negative"
        raise RatingCurveError(what, remedy="Leave reverse flow out; it belongs to no rating curve")
    _require_spread(level)


def _require_spread(level: FloatArray) -> None:
    distinct, spread_m = np.unique(np.round(level / _LEVEL_STEP_M)).size, float(np.ptp(level))
    if distinct < FEWEST_LEVELS or spread_m < SMALLEST_RANGE_M:
        what = (
            f"a rating curve needs {FEWEST_LEVELS} water levels or more over {SMALLEST_RANGE_M:g} m or more, there are "
            f"{distinct} over {spread_m:.3f} m"
        )
        raise RatingCurveError(what, remedy="Measure at more water levels")


def _robust_choice(level: FloatArray, log_q: FloatArray, limit: float) -> BoolArray:
    """Points (n,) that lie near the curve through the bulk of them."""
    weight = np.ones_like(level)
    for _ in range(_REWEIGHTINGS):
        fit = _least_squares(level, log_q, weight, _ROUGH_ROUNDS)
        weight = 1.0 / np.maximum(np.abs(fit.log_residual(level, log_q)), _LEAST_SCATTER)
    scatter = _scale(fit.log_residual(level, log_q))
    for _ in range(_REWEIGHTINGS):
        share = fit.log_residual(level, log_q) / (_BIWEIGHT * scatter)
        weight = np.where(np.abs(share) < 1.0, (1.0 - np.minimum(share**2, 1.0)) ** 2, 0.0)
        if not _can_carry(level, weight > 0.0):
            return np.ones(level.shape, dtype=bool)
        fit = _least_squares(level, log_q, weight, _ROUGH_ROUNDS)
    near = np.abs(fit.log_residual(level, log_q)) <= limit * scatter
    return near if _can_carry(level, near) else np.ones(level.shape, dtype=bool)


def _settled(level: FloatArray, log_q: FloatArray, used: BoolArray, limit: float) -> BoolArray:
    """Points (n,) that stay within the limit of the curve fitted to just those points.

    The robust choice is generous to nobody: of few points it turns away some that Student's t takes back here.
    """
    for _ in range(10):
        curve = _curve(level, np.exp(log_q), used)
        inside = np.abs(curve.standardised_residual) <= limit
        if (inside == used).all() or not _can_carry(level, inside):
            break
        used = inside
    return used


def _can_carry(level: FloatArray, used: BoolArray) -> bool:
    """Whether a curve can stand on these points and most points are among them."""
    if np.count_nonzero(used) < max(FEWEST_POINTS, 0.5 * used.size):
        return False
    kept = level[used]
    return bool(np.unique(np.round(kept / _LEVEL_STEP_M)).size >= FEWEST_LEVELS and np.ptp(kept) >= SMALLEST_RANGE_M)


def _scale(log_residual: FloatArray) -> float:
    size = np.sort(np.abs(log_residual[np.isfinite(log_residual)]))
    # The fit makes three residuals small whatever the scatter: they say nothing of it.
    return max(_MAD_TO_SIGMA * float(np.median(size[min(_PARAMETERS, size.size - 1) :])), _LEAST_SCATTER)


def _least_squares(level: FloatArray, log_q: FloatArray, weight: FloatArray, rounds: int = _ROUNDS) -> _Fit:
    """The curve of least weighted squares; h0 by trial on a grid, then on ever finer ones round the best."""
    counts = weight > 0.0
    level, log_q, weight = level[counts], log_q[counts], weight[counts]
    lowest, spread = float(level.min()), float(np.ptp(level))
    first, last = np.log(np.array(_DEPTH_SHARES) * spread)
    trials = np.linspace(first, last, _TRIALS)
    for _ in range(rounds):
        intercept, b, misfit = _lines(level - lowest, log_q, weight, trials)
        best = int(np.argmin(misfit))
        found, fit = float(trials[best]), (float(intercept[best]), float(b[best]))
        trials = np.linspace(trials[max(best - 1, 0)], trials[min(best + 1, trials.size - 1)], 9)
    is_held = min(found - first, last - found) < 1e-3
    return _Fit(*fit, lowest - math.exp(found), is_held)


def _lines(
    above_lowest: FloatArray, log_q: FloatArray, weight: FloatArray, log_depths: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Intercept, slope and misfit (m,) of the straight line in logarithms for each of m depths of the lowest point."""
    x = np.log(above_lowest[None, :] + np.exp(log_depths)[:, None])
    total = weight.sum()
    mean_x, mean_y = x @ weight / total, float(log_q @ weight / total)
    dx, dy = x - mean_x[:, None], log_q - mean_y
    slope = (dx * dy) @ weight / (dx**2 @ weight)
    misfit = ((dy - slope[:, None] * dx) ** 2) @ weight
    return mean_y - slope * mean_x, slope, misfit


def _curve(level: FloatArray, discharge: FloatArray, used: BoolArray) -> RatingCurve:
    log_q = np.log(discharge)
    fit = _least_squares(level, log_q, used.astype(float))
    if fit.b <= 0.0:
        what = "no rating curve fits: the discharge does not rise with the level"
        raise RatingCurveError(what, remedy="Check the levels, backwater and the quality of the measurements")
    log_residual = fit.log_residual(level, log_q)
    freedom = int(np.count_nonzero(used)) - _PARAMETERS
    scatter = max(math.sqrt(float(np.sum(log_residual[used] ** 2)) / freedom), _LEAST_SCATTER)
    slopes = _slopes(np.maximum(level - fit.h0_m, 1e-9), fit.b)
    unit_covariance = _inverse_of_squares(slopes[used])
    leverage = np.einsum("ni,ij,nj->n", slopes, unit_covariance, slopes)
    return RatingCurve(
        a=math.exp(fit.intercept),
        b=fit.b,
        h0_m=fit.h0_m,
        level_m=level,
        discharge_m3s=discharge,
        residual=np.expm1(np.minimum(log_residual, 700.0)),
        standardised_residual=_standardised(log_residual, leverage, used, scatter, freedom),
        is_outlier=~used,
        scatter=scatter,
        is_zero_held=fit.is_zero_held,
        _covariance=scatter**2 * unit_covariance,
        _degrees_of_freedom=freedom,
    )


def _slopes(depth_m: FloatArray, b: float) -> FloatArray:
    """Change of ln Q with ln a, b and h0, (..., 3), at depths above h0."""
    return np.stack([np.ones_like(depth_m), np.log(depth_m), -b / depth_m], axis=-1)


def _inverse_of_squares(slopes: FloatArray) -> FloatArray:
    """Inverse (3, 3) of S'S; columns are scaled first, since h0 close to the lowest level makes one of them huge."""
    size = np.linalg.norm(slopes, axis=0)
    scaled = slopes / size
    return np.linalg.pinv(scaled.T @ scaled, rcond=1e-14, hermitian=True) / np.outer(size, size)


def _standardised(
    log_residual: FloatArray, leverage: FloatArray, used: BoolArray, scatter: float, freedom: int
) -> FloatArray:
    """Externally studentised residuals as normal deviates (Cook and Weisberg 1982, section 2.2)."""
    squares = freedom * scatter**2
    room = np.maximum(np.where(used, 1.0 - leverage, 1.0 + leverage), 1e-9)
    without = np.maximum(squares - np.where(used, log_residual**2 / room, 0.0), 0.0)
    degrees = np.where(used, max(freedom - 1, 1), freedom)
    spread = np.maximum(np.sqrt(without / degrees), _LEAST_SCATTER)
    deviate = np.abs(log_residual) / (spread * np.sqrt(room))
    # Far out in the tail the probability vanishes; 37 is where the normal distribution ends in floating point.
    tail = np.clip(stdtr(degrees, -np.minimum(deviate, 1e12)), 1e-299, 0.5)
    return np.sign(log_residual) * -ndtri(tail)
