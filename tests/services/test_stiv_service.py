"""Velocities of a texture that moves by a known step."""

from __future__ import annotations

import numpy as np
import pytest
from moving_water import moving_texture

from image_velocimetry_tools.domain.errors import Cancelled, VelocimetryError
from image_velocimetry_tools.domain.scaffold import StivParameters
from image_velocimetry_tools.numerics.stiv import TileStack
from image_velocimetry_tools.services.stiv_service import LineSearch, STIVService

PIXEL_M, INTERVAL_S = 0.02, 1 / 30
STEP_PX = (1.7, 0.0)
SPEED_MPS = STEP_PX[0] * PIXEL_M / INTERVAL_S
PARAMETERS = StivParameters(num_pixels=24, phi_origin_deg=90.0, phi_range_deg=20.0, d_phi_deg=1.0)


class Set:
    def is_set(self) -> bool:
        return True


@pytest.fixture(scope="module")
def texture() -> np.ndarray:
    return moving_texture(STEP_PX, frames=60, size=80, seed=5)


def tiles_of(stack: np.ndarray, points: list[tuple[int, int]], search: LineSearch) -> TileStack:
    reach = search.reach_px
    cut = [stack[y - reach.y : y + reach.y + 1, x - reach.x : x + reach.x + 1] for x, y in points]
    return TileStack(np.stack(cut), np.zeros((len(points), 2)), np.ones(len(points), dtype=bool))


def test_that_the_lines_have_the_length_of_the_settings_or_of_the_job() -> None:
    service = STIVService()
    assert service.line_search(PARAMETERS).fan.num_pixels == 24
    assert service.line_search(PARAMETERS, 16).fan.num_pixels == 16


def test_that_the_fan_covers_the_range_about_its_origin() -> None:
    fan = STIVService().line_search(PARAMETERS).fan
    assert len(fan.angles_deg) == 41
    assert sorted(fan.angles_deg)[0] == pytest.approx(70.0)
    assert sorted(fan.angles_deg)[-1] == pytest.approx(110.0)


def test_that_the_tiles_hold_every_sample_and_the_blur_round_it() -> None:
    service = STIVService()
    plain = service.line_search(PARAMETERS)
    blurred = service.line_search(StivParameters(24, 90.0, 20.0, 1.0, blur_sigma_px=1.5))
    assert plain.reach_px.x >= np.abs(plain.fan.x_px).max()
    assert plain.reach_px.y >= np.abs(plain.fan.y_px).max()
    assert blurred.reach_px.x - plain.reach_px.x == 5
    assert blurred.reach_px.y - plain.reach_px.y == 5


@pytest.mark.parametrize("bad", [{"d_phi_deg": 0.0}, {"phi_range_deg": -5.0}, {"num_pixels": 1}])
def test_that_settings_that_make_no_search_are_refused(bad: dict[str, float]) -> None:
    settings = {"num_pixels": 24, "phi_range_deg": 20.0, "d_phi_deg": 1.0, **bad}
    with pytest.raises(VelocimetryError) as caught:
        STIVService().line_search(StivParameters(**settings))  # type: ignore[arg-type]
    assert caught.value.stage == "velocimetry"
    assert "STIV parameters of the scaffold" in caught.value.remedy


def test_that_tiles_give_speed_and_direction_in_metres(texture: np.ndarray) -> None:
    service = STIVService()
    search = service.line_search(PARAMETERS)
    result = service.measure_tiles(
        tiles_of(texture, [(40, 40), (30, 45)], search), search, pixel_size_m=PIXEL_M, interval_s=INTERVAL_S, threads=1
    )
    np.testing.assert_allclose(result.magnitudes_mps, SPEED_MPS, rtol=0.01)
    np.testing.assert_allclose(result.directions_deg, 90.0, atol=1.0)
    assert [image.shape for image in result.space_time_images] == [(24, 60), (24, 60)]


def test_that_half_the_interval_is_twice_the_speed(texture: np.ndarray) -> None:
    service = STIVService()
    search = service.line_search(PARAMETERS)
    tiles = tiles_of(texture, [(40, 40)], search)
    slow, fast = (
        service.measure_tiles(tiles, search, pixel_size_m=PIXEL_M, interval_s=interval, threads=1).magnitudes_mps[0]
        for interval in (INTERVAL_S, INTERVAL_S / 2)
    )
    assert fast == pytest.approx(2 * slow, rel=1e-12)


def test_that_the_blur_of_the_settings_reaches_the_tiles(texture: np.ndarray) -> None:
    service = STIVService()
    generator = np.random.default_rng(0)
    noisy = np.clip(texture + generator.normal(0, 40, texture.shape), 0, 255).astype(np.uint8)
    peaks = []
    for sigma in (0.0, 1.5):
        search = service.line_search(StivParameters(24, 90.0, 20.0, 1.0, blur_sigma_px=sigma))
        tiles = tiles_of(noisy, [(40, 40)], search)
        found = service.measure_tiles(tiles, search, pixel_size_m=PIXEL_M, interval_s=INTERVAL_S, threads=1)
        peaks.append(found.peak[0])
    assert peaks[1] > peaks[0] + 0.2


def test_that_the_result_does_not_depend_on_the_number_of_threads(texture: np.ndarray) -> None:
    service = STIVService()
    search = service.line_search(PARAMETERS)
    tiles = tiles_of(texture, [(30 + 2 * i, 40) for i in range(8)], search)
    one, three = (
        service.measure_tiles(tiles, search, pixel_size_m=PIXEL_M, interval_s=INTERVAL_S, threads=threads)
        for threads in (1, 3)
    )
    for name in ("velocities_mps", "directions_deg", "quality", "peak", "spread", "thetas_deg"):
        np.testing.assert_array_equal(getattr(one, name), getattr(three, name))
    assert one.flags == three.flags


@pytest.mark.parametrize(("estimator", "tolerance"), [("ridge", 0.01), ("theta", 0.06)])
@pytest.mark.parametrize("exhaustive", [True, False])
def test_that_a_stack_gives_its_speed(texture: np.ndarray, estimator: str, tolerance: float, exhaustive: bool) -> None:
    result = STIVService().measure_stack(
        [40],
        [40],
        texture,
        PARAMETERS,
        pixel_size_m=PIXEL_M,
        interval_s=INTERVAL_S,
        estimator=estimator,  # type: ignore[arg-type]
        exhaustive=exhaustive,
    )
    assert result.magnitudes_mps[0] == pytest.approx(SPEED_MPS, rel=tolerance)
    assert result.directions_deg[0] == pytest.approx(90.0, abs=2.0)


def test_that_the_speed_limit_of_the_settings_flags_a_point(texture: np.ndarray) -> None:
    limited = StivParameters(24, 90.0, 20.0, 1.0, max_velocity_mps=0.5 * SPEED_MPS)
    result = STIVService().measure_stack([40], [40], texture, limited, pixel_size_m=PIXEL_M, interval_s=INTERVAL_S)
    assert "faster than the velocity limit" in [str(flag) for flag in result.flags[0]]
    assert result.magnitudes_mps[0] == pytest.approx(SPEED_MPS, rel=0.01)


def test_that_a_cancelled_search_stops(texture: np.ndarray) -> None:
    service = STIVService()
    search = service.line_search(PARAMETERS)
    tiles = tiles_of(texture, [(40, 40)], search)
    with pytest.raises(Cancelled):
        service.measure_tiles(tiles, search, pixel_size_m=PIXEL_M, interval_s=INTERVAL_S, cancel=Set())
    with pytest.raises(Cancelled):
        service.measure_stack(
            [40], [40], texture, PARAMETERS, pixel_size_m=PIXEL_M, interval_s=INTERVAL_S, cancel=Set()
        )
