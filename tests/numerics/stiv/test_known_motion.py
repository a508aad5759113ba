"""Velocities of texture whose motion is exactly known."""

from __future__ import annotations

import numpy as np
import pytest
from moving_water import moving_texture, noise_only
from numpy.typing import NDArray

from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.numerics.stiv import (
    StivResult,
    quality,
    ridge,
    two_dimensional_stiv_exhaustive,
    two_dimensional_stiv_optimized,
)

NODES = np.array([36.0, 48.0, 60.0, 48.0]), np.array([48.0, 40.0, 48.0, 57.5])


def measured(
    stack: NDArray[np.uint8], phi_origin: float = 90.0, phi_range: float = 20.0, **options: object
) -> StivResult:
    settings = {"num_pixels": 32, "d_phi": 1.0, "pixel_gsd": 1.0, "d_t": 1.0, "sigma": 0.0, "max_vel_threshold": 100.0}
    return two_dimensional_stiv_exhaustive(
        *NODES, stack, phi_origin=phi_origin, phi_range=phi_range, **(settings | options)
    )


@pytest.mark.parametrize("speed", [0.05, 0.2, 0.7, 1.3, 2.5, 5.4, 8.3, 13.0])
def test_that_slow_and_fast_flow_are_measured_without_bias(speed: float) -> None:
    result = measured(moving_texture((speed, 0.0), frames=300))
    assert result.velocities_mps == pytest.approx(np.full(4, speed), rel=0.01, abs=0.006)


def test_that_water_that_changes_as_it_moves_is_measured_without_bias() -> None:
    results = [measured(moving_texture((3.7, 0.0), lifetime_frames=15, noise=6.0, seed=seed)) for seed in range(4)]
    velocities = np.concatenate([result.velocities_mps for result in results])
    assert velocities.mean() == pytest.approx(3.7, rel=0.005)
    assert velocities.std() < 0.03 * 3.7


@pytest.mark.parametrize("direction_deg", [78.0, 90.0, 101.5])
def test_that_the_direction_is_found_between_the_lines_of_the_fan(direction_deg: float) -> None:
    radians = np.radians(direction_deg)
    result = measured(moving_texture((3.0 * np.sin(radians), -3.0 * np.cos(radians))))
    assert result.directions_deg == pytest.approx(np.full(4, direction_deg), abs=1.5)
    assert result.magnitudes_mps == pytest.approx(np.full(4, 3.0), rel=0.01)


def test_that_flow_against_the_expected_direction_has_a_negative_velocity_and_its_own_direction() -> None:
    result = measured(moving_texture((-3.0, 0.0)))
    assert result.velocities_mps == pytest.approx(np.full(4, -3.0), rel=0.01)
    assert result.magnitudes_mps == pytest.approx(np.full(4, 3.0), rel=0.01)
    assert result.directions_deg == pytest.approx(np.full(4, 270.0), abs=3.0)


def test_that_a_blur_in_space_does_not_change_the_velocity() -> None:
    stack = moving_texture((4.2, 0.0))
    assert measured(stack, sigma=1.5).velocities_mps == pytest.approx(np.full(4, 4.2), rel=0.01)


def test_that_the_line_is_centred_on_the_point() -> None:
    """Texture that moves only right of the point: a line that starts there would see nothing else."""
    stack = moving_texture((2.0, 0.0))
    stack[:, :40] = stack[:, :40, :1]
    result = measured(stack)
    full = measured(moving_texture((2.0, 0.0)))
    assert result.peak[0] < 0.75 * full.peak[0]
    assert result.velocities_mps[2] == pytest.approx(2.0, rel=0.01)


def test_that_the_number_of_threads_does_not_change_a_bit_of_the_result() -> None:
    from image_velocimetry_tools.numerics.stiv import StackSettings, fan_angles, measure_tiles, search_fan
    from image_velocimetry_tools.numerics.stiv.tiles import cut_tiles

    fan = search_fan(fan_angles(90.0, 20.0, 1.0), 32)
    tiles = cut_tiles(moving_texture((2.2, 0.3), noise=8.0), *NODES, fan.reach_px, [fan] * 4)
    first, second = (measure_tiles(tiles, [fan] * 4, StackSettings(1.0, 1.0), threads=n) for n in (1, 3))
    assert first.velocities_mps.tobytes() == second.velocities_mps.tobytes()
    assert first.quality.tobytes() == second.quality.tobytes()
    assert first.line_deg.tobytes() == second.line_deg.tobytes()


def test_that_the_search_from_coarse_to_fine_finds_what_the_exhaustive_one_finds() -> None:
    stack = moving_texture((3.1, 0.4), noise=5.0)
    arguments = (*NODES, stack, 32, 90.0, 1.0, 30.0, 1.0, 1.0)
    fine = two_dimensional_stiv_exhaustive(*arguments, sigma=0.0)
    quick = two_dimensional_stiv_optimized(*arguments, sigma=0.0)
    assert quick.velocities_mps == pytest.approx(fine.velocities_mps, rel=1e-6)
    assert quick.directions_deg == pytest.approx(fine.directions_deg, abs=1e-3)


def test_that_noise_alone_is_flagged_at_every_point() -> None:
    result = measured(noise_only())
    rejecting = {PointFlag.WEAK_PEAK, PointFlag.UNSTEADY, PointFlag.AMBIGUOUS}
    assert all(rejecting & set(flags) for flags in result.flags)
    assert result.quality.max() < 0.1


def test_that_a_picture_without_motion_or_noise_has_no_texture_to_measure() -> None:
    still = np.repeat(moving_texture((0.0, 0.0), frames=1), 60, axis=2)
    result = measured(still)
    assert all(PointFlag.NO_TEXTURE in flags for flags in result.flags)
    assert not result.quality.any()


def test_that_speed_at_the_limit_of_the_line_is_flagged_with_the_largest_measurable_speed() -> None:
    result = measured(moving_texture((15.9, 0.0)))
    assert result.fastest_mps == pytest.approx(16.0)
    assert all(PointFlag.LINE_TOO_SHORT in flags for flags in result.flags)


def test_that_speed_above_the_limit_is_flagged_and_its_raw_estimate_kept() -> None:
    result = measured(moving_texture((3.0, 0.0)), max_vel_threshold=2.0)
    assert all(PointFlag.TOO_FAST in flags for flags in result.flags)
    assert result.magnitudes_mps == pytest.approx(np.full(4, 3.0), rel=0.01)


def test_that_a_direction_at_the_edge_of_the_fan_is_flagged() -> None:
    result = measured(moving_texture((2.0, 2.0)), phi_range=15.0)
    assert all(PointFlag.FAN_EDGE in flags for flags in result.flags)


def test_that_a_fan_of_all_directions_has_no_edge() -> None:
    result = measured(moving_texture((0.0, 2.0)), phi_range=90.0, d_phi=3.0)
    assert not any(PointFlag.FAN_EDGE in flags for flags in result.flags)
    assert result.directions_deg == pytest.approx(np.full(4, 180.0), abs=4.0)


def test_that_a_line_that_leaves_the_picture_gives_no_velocity_and_says_so() -> None:
    stack = moving_texture((2.0, 0.0))
    result = two_dimensional_stiv_exhaustive([5, 48], [48, 48], stack, 32, 90, 1, 10, 1.0, 1.0, sigma=0.0)
    assert np.isnan(result.magnitudes_mps[0])
    assert result.flags[0] == (PointFlag.OUTSIDE_PICTURE,)
    assert result.magnitudes_mps[1] == pytest.approx(2.0, rel=0.01)


def test_that_periodic_waves_that_fit_two_velocities_are_flagged() -> None:
    """Stripes 8 px apart that move 3 px a frame look the same as stripes that move 5 px back."""
    x, t = np.meshgrid(np.arange(96), np.arange(80), indexing="ij")
    stripes = np.round(128 + 80 * np.sin(2 * np.pi * (x - 3.0 * t) / 8.0)).astype(np.uint8)
    result = measured(np.broadcast_to(stripes, (96, 96, 80)).copy())
    assert all(PointFlag.AMBIGUOUS in flags for flags in result.flags)


def test_that_parts_of_the_clip_that_disagree_are_flagged() -> None:
    stack = np.concatenate([moving_texture((2.0, 0.0), 60), moving_texture((6.0, 0.0), 60, seed=1)], axis=2)
    assert all(PointFlag.UNSTEADY in flags for flags in measured(stack).flags)


def test_that_progress_reaches_one_and_cancel_stops_the_search() -> None:
    from threading import Event

    from image_velocimetry_tools.domain.errors import Cancelled

    seen: list[float] = []
    stack = moving_texture((2.0, 0.0), 40)
    measured(stack, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        measured(stack, cancel=stop)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"num_pixels": 6}, "at least 8 pixels"),
        ({"d_phi": 0.0}, "step must be positive"),
        ({"phi_range": -1.0}, "must not be negative"),
        ({"num_pixels": 21, "estimator": "theta"}, "even number"),
    ],
)
def test_that_settings_that_make_no_sense_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        measured(moving_texture((1.0, 0.0), 20), **change)


def test_that_a_stack_of_another_type_is_refused() -> None:
    with pytest.raises(ValueError, match="uint8"):
        measured(moving_texture((1.0, 0.0), 20).astype(np.float32))


@pytest.mark.parametrize(("grain_px", "lifetime_frames"), [(1.5, 6.0), (8.0, 10.0)], ids=["short-lived", "coarse"])
def test_that_texture_that_hardly_lives_or_is_coarse_does_not_look_faster(
    grain_px: float, lifetime_frames: float
) -> None:
    """Fast candidates use short lags, at which the correlation is high whatever the velocity."""
    velocities = np.concatenate(
        [
            measured(
                moving_texture((6.0, 0.0), 240, 160, grain_px=grain_px, lifetime_frames=lifetime_frames, seed=seed)
            ).velocities_mps
            for seed in range(3)
        ]
    )
    assert np.median(velocities) == pytest.approx(6.0, rel=0.02)


def test_that_a_slow_change_of_light_does_not_hide_the_velocity() -> None:
    stack = moving_texture((1.5, 0.0), 150).astype(float)
    stack *= 1.0 + 0.15 * np.sin(np.arange(150) / 40.0)
    result = measured(np.clip(np.rint(stack), 0, 255).astype(np.uint8))
    assert result.velocities_mps == pytest.approx(np.full(4, 1.5), rel=0.02)
    assert not any(result.flags)


def test_that_waves_that_outrun_the_water_show_as_dispersion() -> None:
    """Fine texture drifts at 2 px a frame, waves four times as coarse run at 3: what is measured cannot be trusted."""
    fine = moving_texture((2.0, 0.0), 150, 128).astype(float)
    waves = moving_texture((3.0, 0.0), 150, 128, grain_px=6.0, seed=5).astype(float)
    mixed = np.clip(np.rint(128 + 0.7 * (fine - 128) + 0.7 * (waves - 128)), 0, 255).astype(np.uint8)
    assert measured(mixed).dispersion.min() > 0.1
    drifting = moving_texture((2.0, 0.0), 150, 128)
    assert np.abs(measured(drifting).dispersion).max() < 0.03


def test_that_a_line_half_of_which_stands_still_is_measured_by_its_other_half() -> None:
    stack = moving_texture((2.4, 0.0), 150)
    random = np.random.default_rng(3)
    stack[:, :48] = np.clip(120 + 2.0 * random.standard_normal((96, 48, 150)), 0, 255).astype(np.uint8)
    result = measured(stack)
    assert result.velocities_mps[1] == pytest.approx(2.4, rel=0.03)
    assert result.quality[1] > 0.4


@pytest.mark.parametrize("frames", [12, 20, 40])
def test_that_noise_in_a_short_clip_is_not_taken_for_a_velocity(frames: int) -> None:
    """The fewer frames, the higher chance alone correlates."""
    from image_velocimetry_tools.domain.velocimetry import REJECTING

    used = [
        not REJECTING.intersection(flags)
        for seed in range(6)
        for flags in measured(noise_only(frames, seed=seed)).flags
    ]
    assert np.mean(used) < 0.05


def test_that_what_stands_has_no_moving_texture() -> None:
    """Half a pixel at the longest lag that is looked at is the least motion that is told from none."""
    search = ridge.velocity_search(40, 200)
    slowest = ridge.slowest_px(search, 200)
    assert slowest == pytest.approx(0.5 / 64)
    velocity = np.array([0.0, 0.9 * slowest, -0.9 * slowest, 1.1 * slowest, -1.1 * slowest])
    nothing, fine = np.zeros(5), np.ones(5)
    evidence = quality.Evidence(nothing, nothing, nothing, fine.astype(bool), 200)
    flags = quality.flags(evidence, fine, velocity, search)
    assert [PointFlag.NO_TEXTURE in own for own in flags] == [True, True, True, False, False]
