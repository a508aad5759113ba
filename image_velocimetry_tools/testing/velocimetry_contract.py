"""What every velocimetry method has to do; subclass :class:`VelocimetryContract` in the tests of yours.

.. code-block:: python

    class TestMyMethod(VelocimetryContract):
        def make_method(self) -> VelocimetryMethod:
            return MyMethod(MySettings())

Needs pytest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ..demo.texture import random_texture
from ..domain.angles import angular_difference_deg, direction_vector
from ..domain.errors import Cancelled, VelocimetryError
from ..domain.scaffold import StivParameters
from ..domain.velocimetry import REJECTING, PointFlag
from ..numerics.stiv import StivResult, TileStack
from ..plugins.velocimetry import VelocimetryMethod
from ..services.stiv_service import LineSearch

Pictures = NDArray[np.uint8]

PARAMETERS = StivParameters(num_pixels=32, phi_origin_deg=90.0, phi_range_deg=30.0, d_phi_deg=1.0)
PIXEL_SIZE_M, INTERVAL_S = 0.02, 1 / 30
MPS_PER_PX = PIXEL_SIZE_M / INTERVAL_S
SPEED_PX, DIRECTION_DEG = 2.3, 84.0
FRAMES, SIDE_PX = 90, 160
POINTS_PX = ((70, 80), (80, 75), (85, 88))


class VelocimetryContract:
    """The properties. ``tolerance`` is relative, ``tolerance_deg`` in degrees."""

    tolerance = 0.03
    tolerance_deg = 3.0

    def make_method(self) -> VelocimetryMethod:
        """A new method, as a job would make it."""
        raise NotImplementedError("a test of a velocimetry method says how to make it")

    @pytest.fixture(autouse=True)
    def _method(self) -> None:
        self.method = self.make_method()
        self.search = self.method.line_search(PARAMETERS)

    def measured(self, tiles: TileStack, search: LineSearch | None = None, **options: Any) -> StivResult:
        """The result for tiles, at the scale of the tests unless ``options`` say otherwise."""
        scale = {"pixel_size_m": PIXEL_SIZE_M, "interval_s": INTERVAL_S, "threads": 1}
        return self.method.measure_tiles(tiles, search or self.search, **{**scale, **options})

    def tiles(self, pictures: Pictures, **fields: Any) -> TileStack:
        """The tiles of the method round the points of the tests, cut out of pictures (height, width, n_frames)."""
        reach = self.search.reach_px
        cut = [pictures[y - reach.y : y + reach.y + 1, x - reach.x : x + reach.x + 1] for x, y in POINTS_PX]
        return TileStack(np.stack(cut), np.zeros((len(cut), 2)), np.ones(len(cut), dtype=bool), **fields)

    def expect(self, result: StivResult, speed_px: float = SPEED_PX, direction_deg: float = DIRECTION_DEG) -> None:
        """Every point has this velocity, and nothing speaks against it."""
        np.testing.assert_allclose(result.magnitudes_mps, speed_px * MPS_PER_PX, rtol=self.tolerance)
        turned = angular_difference_deg(result.directions_deg, direction_deg)
        np.testing.assert_allclose(turned, 0.0, atol=self.tolerance_deg)
        assert not [flags for flags in result.flags if REJECTING.intersection(flags)]

    @pytest.mark.parametrize("speed_px", [0.8, 1.4, SPEED_PX, 4.7])
    @pytest.mark.parametrize("against_deg", [0.0, 180.0])
    def test_that_texture_is_followed_in_both_directions(self, speed_px: float, against_deg: float) -> None:
        direction_deg = DIRECTION_DEG + against_deg
        self.expect(self.measured(self.tiles(drifting(speed_px, direction_deg))), speed_px, direction_deg)

    def test_that_what_stands_still_does_not_slow_the_texture(self) -> None:
        generator = np.random.default_rng(7)
        bed = 40.0 * random_texture((SIDE_PX, SIDE_PX), 6.0, generator)[..., None]
        both = np.clip(0.6 * drifting(SPEED_PX, DIRECTION_DEG) + 50.0 + bed, 0, 255).astype(np.uint8)
        self.expect(self.measured(self.tiles(both)))

    def test_that_pictures_in_which_nothing_moves_are_flagged(self) -> None:
        still = np.repeat(drifting(0.0, DIRECTION_DEG, frames=1), FRAMES, axis=2)
        result = self.measured(self.tiles(still))
        assert all(REJECTING.intersection(flags) for flags in result.flags)
        assert (result.quality < 0.1).all()

    def test_that_noise_is_flagged(self) -> None:
        generator = np.random.default_rng(11)
        noise = np.clip(60.0 + 8.0 * generator.standard_normal((SIDE_PX, SIDE_PX, FRAMES)), 0, 255)
        result = self.measured(self.tiles(np.rint(noise).astype(np.uint8)))
        assert all(REJECTING.intersection(flags) for flags in result.flags)
        assert (result.quality < 0.1).all()

    def test_that_points_outside_the_picture_or_masked_have_no_velocity(self) -> None:
        tiles = self.tiles(drifting(SPEED_PX, DIRECTION_DEG))
        whole = self.measured(tiles)
        result = self.measured(replace(tiles, inside=np.array([True, False, True])))
        for name in ("magnitudes_mps", "directions_deg", "velocities_mps", "thetas_deg"):
            assert np.isnan(getattr(result, name)[1])
            np.testing.assert_array_equal(getattr(result, name)[[0, 2]], getattr(whole, name)[[0, 2]])
        assert result.quality[1] == 0.0
        assert result.flags[1] == (PointFlag.OUTSIDE_PICTURE,)

    def test_that_no_point_at_all_is_no_failure(self) -> None:
        tiles = replace(self.tiles(drifting(SPEED_PX, DIRECTION_DEG)), inside=np.zeros(len(POINTS_PX), dtype=bool))
        assert np.isnan(self.measured(tiles).magnitudes_mps).all()

    def test_that_the_result_fits_the_tiles(self) -> None:
        result = self.measured(self.tiles(drifting(SPEED_PX, DIRECTION_DEG)))
        for name in ("magnitudes_mps", "directions_deg", "thetas_deg", "velocities_mps", "line_deg", "quality"):
            assert getattr(result, name).shape == (len(POINTS_PX),)
        for name in ("peak", "ambiguity", "spread", "dispersion"):
            assert getattr(result, name).shape == (len(POINTS_PX),)
        assert len(result.flags) == len(result.space_time_images) == len(POINTS_PX)
        for image in result.space_time_images:
            assert image.shape == (self.search.fan.num_pixels, FRAMES)
            assert image.dtype == np.uint8
        assert ((result.quality >= 0) & (result.quality <= 1)).all()
        np.testing.assert_allclose(result.magnitudes_mps, np.abs(result.velocities_mps))
        assert result.fastest_mps > SPEED_PX * MPS_PER_PX

    def test_that_the_scale_is_that_of_the_video(self) -> None:
        tiles = self.tiles(drifting(SPEED_PX, DIRECTION_DEG))
        plain, scaled = self.measured(tiles), self.measured(tiles, pixel_size_m=2 * PIXEL_SIZE_M, interval_s=0.1)
        factor = 2 * INTERVAL_S / 0.1
        np.testing.assert_allclose(scaled.magnitudes_mps, factor * plain.magnitudes_mps, rtol=1e-9)
        assert scaled.fastest_mps == pytest.approx(factor * plain.fastest_mps)

    def test_that_frames_that_do_not_count_change_nothing_much(self) -> None:
        pictures = drifting(SPEED_PX, DIRECTION_DEG).copy()
        valid = np.ones(FRAMES, dtype=bool)
        valid[[9, 25, 26, 60]] = False
        pictures[..., ~valid] = np.random.default_rng(3).integers(0, 256, pictures[..., ~valid].shape)
        self.expect(self.measured(self.tiles(pictures, valid=valid)))

    def test_that_a_speed_beyond_the_limit_of_the_settings_is_flagged(self) -> None:
        limited = replace(PARAMETERS, max_velocity_mps=0.5 * SPEED_PX * MPS_PER_PX)
        result = self.measured(self.tiles(drifting(SPEED_PX, DIRECTION_DEG)), self.method.line_search(limited))
        assert all(PointFlag.TOO_FAST in flags for flags in result.flags)

    def test_that_the_result_does_not_depend_on_the_number_of_threads(self) -> None:
        tiles = self.tiles(drifting(SPEED_PX, DIRECTION_DEG))
        one, three = (self.measured(tiles, threads=threads) for threads in (1, 3))
        for name in ("velocities_mps", "directions_deg", "thetas_deg", "quality", "peak", "spread", "dispersion"):
            np.testing.assert_array_equal(getattr(one, name), getattr(three, name))
        assert one.flags == three.flags
        for first, second in zip(one.space_time_images, three.space_time_images, strict=True):
            np.testing.assert_array_equal(first, second)

    def test_that_progress_goes_up_to_one(self) -> None:
        told: list[float] = []
        self.measured(self.tiles(drifting(SPEED_PX, DIRECTION_DEG)), progress=told.append)
        assert told == sorted(told)
        assert told[-1] == 1.0

    def test_that_it_stops_when_it_is_cancelled(self) -> None:
        class Pressed:
            def is_set(self) -> bool:
                return True

        with pytest.raises(Cancelled):
            self.measured(self.tiles(drifting(SPEED_PX, DIRECTION_DEG)), cancel=Pressed())

    def test_that_settings_that_make_no_search_are_refused(self) -> None:
        with pytest.raises(VelocimetryError) as caught:
            self.method.line_search(replace(PARAMETERS, d_phi_deg=0.0))
        assert caught.value.remedy

    def test_that_the_length_of_the_job_counts(self) -> None:
        assert self.method.line_search(PARAMETERS, 24).fan.num_pixels == 24


def drifting(speed_px: float, direction_deg: float, frames: int = FRAMES) -> Pictures:
    """Pictures (height, width, n_frames) of a periodic texture that moves by exactly this step from each to the next.

    It is moved by the phases of its Fourier transform, which is exact at any fraction of a pixel.
    """
    texture = random_texture((SIDE_PX, SIDE_PX), 5.0, np.random.default_rng(5))
    spectrum = np.fft.rfft2(texture)
    step_x, step_y = speed_px * direction_vector(direction_deg)
    wave = step_x * np.fft.rfftfreq(SIDE_PX)[None, :] + step_y * np.fft.fftfreq(SIDE_PX)[:, None]
    pictures = [np.fft.irfft2(spectrum * np.exp(-2j * np.pi * wave * frame)) for frame in range(frames)]
    return np.clip(np.rint(128.0 + 35.0 * np.stack(pictures, axis=2)), 0, 255).astype(np.uint8)
