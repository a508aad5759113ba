"""Rating curves of known truth: recovered, banded and honest about what the measurements cannot tell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from image_velocimetry_tools.numerics.rating_curve import RatingCurveError, fit_rating_curve

FEET = 0.3048


def measurements(a, b, h0, *, n=15, scatter=0.0, seed=1, above=0.15, spread=2.0):
    rng = np.random.default_rng(seed)
    level = h0 + above + spread * np.sort(rng.random(n))
    return level, a * (level - h0) ** b * np.exp(rng.normal(0.0, scatter, n))


@settings(max_examples=30, deadline=None)
@given(
    a=st.floats(0.1, 200.0),
    b=st.floats(1.2, 3.0),
    h0=st.floats(-5.0, 300.0),
    n=st.integers(7, 40),
    seed=st.integers(0, 99),
)
def test_that_a_curve_without_scatter_is_recovered(a, b, h0, n, seed):
    level, discharge = measurements(a, b, h0, n=n, seed=seed)
    curve = fit_rating_curve(level, discharge)
    assert curve.discharge_at(level) == pytest.approx(discharge, rel=2e-3)
    assert curve.b == pytest.approx(b, rel=0.02)
    assert curve.h0_m == pytest.approx(h0, abs=0.03)
    assert not curve.is_outlier.any()


@pytest.mark.parametrize(("n", "scatter"), [(8, 0.05), (20, 0.1), (60, 0.03)])
def test_that_the_band_holds_the_true_curve_about_95_times_of_100(n, scatter):
    a, b, h0 = 8.0, 1.8, 0.3
    inside = []
    for seed in range(120):
        level, discharge = measurements(a, b, h0, n=n, scatter=scatter, seed=seed)
        asked = np.linspace(level.min(), level.max(), 5)
        lower, upper = fit_rating_curve(level, discharge).confidence_band(asked)
        truth = a * (asked - h0) ** b
        inside.append(np.mean((lower <= truth) & (truth <= upper)))
    assert 0.88 <= np.mean(inside) <= 0.99


def test_that_the_band_widens_beyond_the_measurements():
    level, discharge = measurements(8.0, 1.8, 0.3, scatter=0.05)
    curve = fit_rating_curve(level, discharge)
    asked = np.array([np.median(level), level.max(), level.max() + 1.0, level.max() + 3.0])
    lower, upper = curve.confidence_band(asked)
    width = upper / lower
    assert (np.diff(width) > 0.0).all()
    tighter = curve.confidence_band(asked, confidence=0.5)
    assert (tighter[0] > lower).all()
    assert (tighter[1] < upper).all()


@pytest.mark.parametrize("seed", range(8))
def test_that_gross_errors_are_named_and_do_not_bend_the_curve(seed):
    level, discharge = measurements(8.0, 1.8, 0.3, n=20, scatter=0.03, seed=seed)
    discharge[[2, 9, 18]] *= [0.4, 2.0, 0.5]
    curve = fit_rating_curve(level, discharge)
    assert curve.is_outlier[[2, 9, 18]].all()
    assert curve.is_outlier.sum() <= 4
    assert (np.sign(curve.standardised_residual[[2, 9, 18]]) == [-1, 1, -1]).all()
    assert curve.discharge_at(level) == pytest.approx(8.0 * (level - 0.3) ** 1.8, rel=0.08)


def test_that_clean_measurements_are_hardly_ever_called_outliers():
    called = sum(
        fit_rating_curve(*measurements(8.0, 1.8, 0.3, n=12, scatter=0.05, seed=seed)).is_outlier.sum()
        for seed in range(60)
    )
    assert called <= 0.02 * 60 * 12


def test_that_a_smaller_limit_calls_more_points_outliers():
    level, discharge = measurements(8.0, 1.8, 0.3, n=40, scatter=0.05)
    strict, lenient = (fit_rating_curve(level, discharge, outlier_limit=limit) for limit in (1.5, 4.0))
    assert strict.is_outlier.sum() > lenient.is_outlier.sum()


def test_that_the_curve_is_the_same_whatever_the_units():
    level, discharge = measurements(8.0, 1.8, 0.3, scatter=0.05)
    metric = fit_rating_curve(level, discharge)
    english = fit_rating_curve(level / FEET, discharge / FEET**3)
    assert english.discharge_at(level / FEET) * FEET**3 == pytest.approx(metric.discharge_at(level), rel=1e-4)
    assert english.h0_m * FEET == pytest.approx(metric.h0_m, abs=1e-4)
    assert english.b == pytest.approx(metric.b, rel=1e-4)


def test_that_residuals_are_measured_over_rated_less_one():
    level, discharge = measurements(8.0, 1.8, 0.3, scatter=0.05)
    curve = fit_rating_curve(level, discharge)
    assert curve.residual == pytest.approx(discharge / curve.discharge_at(level) - 1.0, rel=1e-9)
    assert curve.standard_error_percent == pytest.approx(5.0, abs=2.0)


def test_that_nothing_flows_at_and_below_the_level_of_zero_flow():
    curve = fit_rating_curve(*measurements(8.0, 1.8, 0.3, scatter=0.02))
    below = np.array([curve.h0_m - 1.0, curve.h0_m])
    assert (curve.discharge_at(below) == 0.0).all()
    assert (np.array(curve.confidence_band(below)) == 0.0).all()


def test_that_measurements_which_leave_the_zero_open_say_so():
    level = np.linspace(1.0, 1.5, 8)
    curve = fit_rating_curve(level, np.exp(2.0 * level))
    assert curve.is_zero_held
    assert not fit_rating_curve(*measurements(8.0, 1.8, 0.3)).is_zero_held


@pytest.mark.parametrize(
    ("level", "discharge", "words"),
    [
        ([1, 2, 3, 4], [1, 2, 3, 4], "at least 5 measurements"),
        ([1, 1, 1, 1, 1, 1], [1, 2, 3, 4, 5, 6], "water levels"),
        ([1, 1, 1, 2, 2, 2, 3], [1, 1, 1, 2, 2, 2, 3], "water levels"),
        ([1.001, 1.002, 1.003, 1.004, 1.005], [1, 2, 3, 4, 5], "water levels"),
        ([1, 2, 3, 4, 5], [1, 0, 3, 4, -5], "2 of 5 are zero or negative"),
        ([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], "does not rise with the level"),
    ],
)
def test_that_measurements_which_carry_no_curve_are_refused_with_a_sentence(level, discharge, words):
    with pytest.raises(RatingCurveError, match=words) as caught:
        fit_rating_curve(level, discharge)
    assert caught.value.remedy
