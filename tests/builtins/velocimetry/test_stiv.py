"""Space-time image velocimetry as a velocimetry method."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from image_velocimetry_tools.builtins.velocimetry import STIV, StivSettings
from image_velocimetry_tools.builtins.velocimetry.stiv import StivMethod
from image_velocimetry_tools.domain.scaffold import StivParameters
from image_velocimetry_tools.numerics.stiv import StivResult, TileStack, two_dimensional_stiv_optimized
from image_velocimetry_tools.plugins.velocimetry import VelocimetryMethod
from image_velocimetry_tools.services.measuring.velocimetry import Velocimetry
from image_velocimetry_tools.services.stiv_service import LineSearch, STIVService
from image_velocimetry_tools.testing.velocimetry_contract import VelocimetryContract, drifting

PARAMETERS = StivParameters(num_pixels=32, phi_origin_deg=90.0, phi_range_deg=20.0, d_phi_deg=1.0, blur_sigma_px=0.5)


class TestRidge(VelocimetryContract):
    """The contract of all methods, with the default estimator."""

    def make_method(self) -> VelocimetryMethod:
        """As a job makes it."""
        method: VelocimetryMethod = STIV.create(STIV.settings())
        return method


def measured(method: Velocimetry, search: LineSearch, pictures: np.ndarray) -> StivResult:
    reach = search.reach_px
    tile = pictures[80 - reach.y : 81 + reach.y, 80 - reach.x : 81 + reach.x]
    tiles = TileStack(tile[None], np.zeros((1, 2)), np.ones(1, dtype=bool))
    return method.measure_tiles(tiles, search, pixel_size_m=0.02, interval_s=0.04, threads=1)


def test_that_the_default_is_the_service_to_the_last_bit() -> None:
    pictures = drifting(1.7, 95.0)
    results = [measured(method, method.line_search(PARAMETERS), pictures) for method in (StivMethod(), STIVService())]
    for name in ("velocities_mps", "directions_deg", "quality", "peak", "spread", "dispersion", "thetas_deg"):
        np.testing.assert_array_equal(getattr(results[0], name), getattr(results[1], name))
    assert results[0].flags == results[1].flags


def test_that_theta_is_the_estimator_of_the_reference() -> None:
    pictures = drifting(1.7, 90.0)
    method = StivMethod(StivSettings(estimator="theta"))
    found = measured(method, method.line_search(PARAMETERS), pictures)
    expected = two_dimensional_stiv_optimized(
        [80], [80], pictures, 32, 90.0, 1.0, 20.0, 0.02, 0.04, sigma=0.5, estimator="theta"
    )
    np.testing.assert_array_equal(found.velocities_mps, expected.velocities_mps)
    np.testing.assert_array_equal(found.directions_deg, expected.directions_deg)
    assert found.magnitudes_mps[0] == pytest.approx(1.7 * 0.02 / 0.04, rel=0.06)


def test_that_theta_makes_an_odd_line_even() -> None:
    assert StivMethod(StivSettings(estimator="theta")).line_search(PARAMETERS, 33).fan.num_pixels == 34
    assert StivMethod().line_search(PARAMETERS, 33).fan.num_pixels == 33


def test_that_an_unknown_estimator_is_refused() -> None:
    with pytest.raises(ValidationError, match="estimator"):
        StivSettings(estimator="best")  # type: ignore[arg-type]
