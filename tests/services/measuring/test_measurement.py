"""From tiles to velocities that were checked, and on to a discharge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from known_rivers import Parts

from image_velocimetry_tools.domain.errors import DischargeError
from image_velocimetry_tools.domain.velocimetry import REJECTING, PointFlag
from image_velocimetry_tools.numerics.section import depths_at
from image_velocimetry_tools.numerics.stiv import StivResult, TileStack
from image_velocimetry_tools.services.discharge_service import DischargeService
from image_velocimetry_tools.services.measuring.frame_slots import FrameSlots
from image_velocimetry_tools.services.measuring.measurement import (
    SurfaceVelocities,
    discharge_of,
    surface_velocities,
    tiles_of,
)
from image_velocimetry_tools.services.measuring.usable_velocities import FEWEST_POINTS, FEWEST_POINTS_SHARE

COUNT = 20


class Found:
    """Stands in for the search: gives the velocities that it was made with."""

    def __init__(self, result: StivResult) -> None:
        self.result = result
        self.asked: dict[str, Any] = {}

    def measure_tiles(self, tiles: TileStack, search: object, **options: Any) -> StivResult:
        self.asked = options
        return self.result


def velocities_of(parts: Parts, masked: tuple[int, ...] = (), **found: Any) -> SurfaceVelocities:
    """Checked velocities if the search had found something else."""
    geometry = parts.geometry
    is_masked = np.isin(np.arange(COUNT), masked)
    geometry = replace(geometry, points=replace(geometry.points, is_masked=is_masked))
    depth = depths_at(parts.scaffold.section, geometry.points.station_m, geometry.water_surface_elevation_m)
    service = Found(replace(parts.velocities.stiv, **found))
    return surface_velocities(
        None,  # type: ignore[arg-type]
        parts.search,
        geometry,
        1 / 30,
        depth,
        service,  # type: ignore[arg-type]
    )


def with_flags(parts: Parts, flags: dict[int, tuple[PointFlag, ...]]) -> tuple[tuple[PointFlag, ...], ...]:
    return tuple(flags.get(index, ()) for index in range(COUNT))


# -- the tiles on the grid of time ------------------------------------------------------------------------------------


def slots_like(slots: FrameSlots, frame: list[int], valid: list[bool]) -> FrameSlots:
    return replace(slots, frame=np.array(frame, dtype=np.int64), valid=np.array(valid))


def test_that_regular_frames_are_not_copied(parts: Parts) -> None:
    seen = np.ones(COUNT, dtype=bool)
    stack = tiles_of(parts.recording, parts.slots, seen)
    assert np.shares_memory(stack.pixels, parts.recording.tiles)
    assert stack.valid is None
    assert (stack.offset_px == 0).all()
    assert stack.inside is seen


def test_that_a_gap_shows_the_frame_before_and_does_not_count(parts: Parts) -> None:
    recording = replace(parts.recording, tiles=parts.recording.tiles[..., :5], scene_levels=np.full(5, 100.0))
    slots = slots_like(parts.slots, [0, 1, 2, 2, 3, 4], [True, True, True, False, True, True])
    stack = tiles_of(recording, slots, np.ones(COUNT, dtype=bool))
    np.testing.assert_array_equal(stack.pixels, recording.tiles[..., [0, 1, 2, 2, 3, 4]])
    assert stack.valid is not None
    np.testing.assert_array_equal(stack.valid, slots.valid)


def test_that_repeated_frames_are_left_out(parts: Parts) -> None:
    slots = slots_like(parts.slots, [0, 1, 3, 4], [True] * 4)
    recording = replace(parts.recording, tiles=parts.recording.tiles[..., :5], scene_levels=np.full(5, 100.0))
    stack = tiles_of(recording, slots, np.ones(COUNT, dtype=bool))
    np.testing.assert_array_equal(stack.pixels, recording.tiles[..., [0, 1, 3, 4]])
    assert stack.valid is None


def test_that_brightness_is_divided_out_only_where_it_flickers(parts: Parts) -> None:
    seen = np.ones(COUNT, dtype=bool)
    frames = np.arange(len(parts.slots.frame))
    assert tiles_of(parts.recording, parts.slots, seen).brightness is None
    flicker = 100.0 * (1.0 + 0.05 * (frames % 2))
    brightness = tiles_of(replace(parts.recording, scene_levels=flicker), parts.slots, seen).brightness
    assert brightness is not None
    np.testing.assert_allclose(brightness, flicker / flicker.mean())
    drift = 100.0 * (1.0 + 0.001 * frames)
    assert tiles_of(replace(parts.recording, scene_levels=drift), parts.slots, seen).brightness is None


def test_that_brightness_follows_the_frames_into_their_slots(parts: Parts) -> None:
    levels = np.array([90.0, 110.0, 90.0, 110.0, 90.0])
    recording = replace(parts.recording, tiles=parts.recording.tiles[..., :5], scene_levels=levels)
    slots = slots_like(parts.slots, [0, 1, 1, 2, 3, 4], [True, True, False, True, True, True])
    brightness = tiles_of(recording, slots, np.ones(COUNT, dtype=bool)).brightness
    assert brightness is not None
    np.testing.assert_allclose(brightness, levels[slots.frame] / levels[slots.frame].mean())


def test_that_a_black_video_is_not_divided_by_nothing(parts: Parts) -> None:
    black = replace(parts.recording, scene_levels=np.zeros(len(parts.recording.times_s)))
    assert tiles_of(black, parts.slots, np.ones(COUNT, dtype=bool)).brightness is None


# -- checked velocities -----------------------------------------------------------------------------------------------


def test_that_the_search_is_asked_with_this_video_s_scale(parts: Parts) -> None:
    service = Found(parts.velocities.stiv)
    depth = np.ones(COUNT)
    surface_velocities(
        None,  # type: ignore[arg-type]
        parts.search,
        parts.geometry,
        0.04,
        depth,
        service,  # type: ignore[arg-type]
        threads=3,
    )
    assert service.asked["pixel_size_m"] == parts.geometry.raster.pixel_size_m
    assert service.asked["interval_s"] == 0.04
    assert service.asked["threads"] == 3


def test_that_the_component_across_the_section_counts(parts: Parts) -> None:
    """20 degrees off the normal, either side, cost 6 %."""
    normal = parts.geometry.normal
    straight = np.degrees(np.arctan2(normal[0], -normal[1])) % 360.0
    for turn in (-20.0, 20.0):
        found = velocities_of(parts, directions_deg=np.full(COUNT, straight + turn), magnitudes_mps=np.ones(COUNT))
        np.testing.assert_allclose(found.normal_mps, np.cos(np.radians(20.0)), rtol=1e-9)


def test_that_flow_against_the_normal_is_negative_flagged_and_used(parts: Parts) -> None:
    turned = (parts.velocities.stiv.directions_deg + 180.0) % 360.0
    found = velocities_of(parts, directions_deg=turned)
    assert (found.normal_mps < 0).all()
    assert all(PointFlag.REVERSE in flags for flags in found.flags)
    assert found.is_used.all()


@pytest.mark.parametrize("flag", [flag for flag in PointFlag if flag not in (PointFlag.FILLED, PointFlag.REVERSE)])
def test_that_only_a_rejecting_flag_sets_a_point_aside(parts: Parts, flag: PointFlag) -> None:
    found = velocities_of(parts, flags=with_flags(parts, {4: (flag,)}))
    assert flag in found.flags[4]
    assert bool(found.is_used[4]) == (flag not in REJECTING)
    assert np.delete(found.is_used, 4).all()
    assert found.stiv.magnitudes_mps[4] == parts.velocities.stiv.magnitudes_mps[4]


def test_that_a_direction_at_the_edge_of_the_fan_still_counts() -> None:
    assert PointFlag.FAN_EDGE not in REJECTING
    assert PointFlag.REVERSE not in REJECTING


def test_that_a_masked_point_is_flagged_and_not_used(parts: Parts) -> None:
    found = velocities_of(parts, masked=(6, 7))
    np.testing.assert_array_equal(np.flatnonzero(~found.is_used), [6, 7])
    assert found.flags[6] == (PointFlag.MASKED,)
    assert found.flags[5] == ()


def test_that_a_point_without_an_estimate_is_not_used(parts: Parts) -> None:
    speed = parts.velocities.stiv.magnitudes_mps.copy()
    speed[2] = np.nan
    found = velocities_of(parts, magnitudes_mps=speed)
    np.testing.assert_array_equal(np.flatnonzero(~found.is_used), [2])


def test_that_a_point_unlike_its_neighbours_keeps_its_raw_estimate(parts: Parts) -> None:
    speed = parts.velocities.stiv.magnitudes_mps.copy()
    speed[10] = 3.5
    found = velocities_of(parts, magnitudes_mps=speed)
    np.testing.assert_array_equal(np.flatnonzero(~found.is_used), [10])
    assert found.flags[10] == (PointFlag.OUTLIER,)
    assert found.stiv.magnitudes_mps[10] == 3.5
    assert found.normal_mps[10] > 3.0


def test_that_a_rejected_point_is_neither_an_outlier_nor_a_neighbour(parts: Parts) -> None:
    """Wild points that were set aside already make no good one between them look wild."""
    speed = parts.velocities.stiv.magnitudes_mps.copy()
    wild = [8, 9, 11, 12]
    speed[wild] = 3.5
    weak = dict.fromkeys(wild, (PointFlag.WEAK_PEAK,))
    found = velocities_of(parts, magnitudes_mps=speed, flags=with_flags(parts, weak))
    np.testing.assert_array_equal(np.flatnonzero(~found.is_used), wild)
    assert found.flags[9] == (PointFlag.WEAK_PEAK,)
    assert found.flags[10] == ()


def test_that_the_froude_number_is_that_of_each_vertical(parts: Parts) -> None:
    depth = depths_at(parts.scaffold.section, parts.geometry.points.station_m, parts.geometry.water_surface_elevation_m)
    expected = np.abs(parts.velocities.normal_mps) / np.sqrt(9.81 * depth)
    np.testing.assert_allclose(parts.velocities.froude, expected)


# -- the discharge ----------------------------------------------------------------------------------------------------


def rejecting(parts: Parts, *kept: int) -> SurfaceVelocities:
    """Velocities of which only some points are used; the others are weak, three of them masked as well."""
    flags = [() if i in kept else (PointFlag.WEAK_PEAK,) + ((PointFlag.MASKED,) if i < 3 else ()) for i in range(COUNT)]
    return replace(parts.velocities, flags=tuple(flags), is_used=np.isin(np.arange(COUNT), kept))


def discharged(parts: Parts, velocities: SurfaceVelocities, alpha: float = 0.85) -> float:
    found = discharge_of(velocities, parts.geometry, parts.scaffold, alpha, DischargeService())
    return found.discharge.discharge_m3s


def test_that_no_velocity_at_all_is_an_error_that_counts_the_reasons(parts: Parts) -> None:
    with pytest.raises(DischargeError) as caught:
        discharged(parts, rejecting(parts))
    message = str(caught.value)
    assert "none of the 20 velocities can be used (weak correlation at 20, masked at 3)" in message
    assert "space-time images" in message
    assert caught.value.stage == "velocimetry"


def test_that_remarks_that_reject_nothing_are_not_counted(parts: Parts) -> None:
    velocities = rejecting(parts)
    remarked = tuple((*flags, PointFlag.REVERSE, PointFlag.FAN_EDGE) for flags in velocities.flags)
    with pytest.raises(DischargeError) as caught:
        discharged(parts, replace(velocities, flags=remarked))
    assert "expected flow" not in str(caught.value)
    assert "edge of the search" not in str(caught.value)


def test_that_too_few_velocities_are_as_good_as_none(parts: Parts) -> None:
    fewest = max(FEWEST_POINTS, int(np.ceil(FEWEST_POINTS_SHARE * COUNT)))
    kept = [4, 8, 12, 16][: fewest - 1]
    with pytest.raises(DischargeError, match=f"only {len(kept)} of the 20 velocities can be used"):
        discharged(parts, rejecting(parts, *kept))
    assert discharged(parts, rejecting(parts, *[4, 8, 12, 16, 18][:fewest])) > 0


def test_that_alpha_scales_the_discharge(parts: Parts) -> None:
    assert discharged(parts, parts.velocities, 0.8) == pytest.approx(
        discharged(parts, parts.velocities, 0.9) * 8 / 9, rel=1e-12
    )


def test_that_rejected_points_are_filled_and_shared_out(parts: Parts) -> None:
    velocities = replace(parts.velocities, is_used=~np.isin(np.arange(COUNT), (9, 10)))
    found = discharge_of(velocities, parts.geometry, parts.scaffold, 0.85, DischargeService())
    np.testing.assert_array_equal(np.flatnonzero(found.is_filled), [9, 10])
    assert found.discharge.discharge_m3s == pytest.approx(parts.measurement.discharge.discharge_m3s, rel=0.02)
    assert found.discharge.interpolated_fraction > 0.05
    assert parts.measurement.discharge.interpolated_fraction == 0.0


def test_that_the_error_of_the_control_points_widens_the_uncertainty(parts: Parts) -> None:
    coarse = replace(parts.geometry, residuals=replace(parts.geometry.residuals, rmse_m=0.3))
    wide = discharge_of(parts.velocities, coarse, parts.scaffold, 0.85, DischargeService())
    assert wide.iso.u95_percent > parts.measurement.iso.u95_percent
