"""Which velocities count, and what they say of a measurement."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from known_rivers import measured, mill_site

from image_velocimetry_tools.domain.errors import DischargeError
from image_velocimetry_tools.domain.quality import QualityFigures
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.services.measuring.usable_velocities import (
    checked_along_section,
    median_of_known,
    require_enough,
    velocity_figures,
)
from image_velocimetry_tools.services.quality_service import checked_velocities

STATION_M = np.arange(10.0)
DEPTH_M = np.full(10, 1.5)
NO_FLAGS = ((),) * 10


def test_that_a_velocity_unlike_its_neighbours_is_set_aside_only_if_that_is_wanted() -> None:
    normal = np.full(10, 1.0)
    normal[4] = 4.0
    flags, is_used = checked_along_section(NO_FLAGS, STATION_M, normal, DEPTH_M)
    assert [i for i in range(10) if not is_used[i]] == [4]
    assert flags[4] == (PointFlag.OUTLIER,)
    untested, counted = checked_along_section(NO_FLAGS, STATION_M, normal, DEPTH_M, tests_neighbours=False)
    assert counted.all()
    assert untested == NO_FLAGS


def test_that_unknown_and_rejected_velocities_do_not_count_and_reverse_ones_are_remarked() -> None:
    normal = np.array([np.nan, 1.0, -0.2, *([1.0] * 7)])
    own = ((), (PointFlag.LOW_QUALITY,), *(((),) * 8))
    flags, is_used = checked_along_section(own, STATION_M, normal, DEPTH_M, tests_neighbours=False)
    assert not is_used[:2].any()
    assert is_used[2:].all()
    assert flags[2] == (PointFlag.REVERSE,)


def test_that_a_point_that_was_set_aside_speaks_for_no_other() -> None:
    """The last point hides behind another that is unlike the rest, and is asked again without it."""
    normal = np.array([0.9, 1.0, 1.1, 1.1, 1.1, 1.1, 1.1, -0.3, 0.25, np.nan, np.nan, np.nan, np.nan])
    flags, is_used = checked_along_section(((),) * 13, np.arange(13.0), normal, np.full(13, 1.5))
    assert np.flatnonzero(~is_used).tolist() == [7, 8, 9, 10, 11, 12]
    assert PointFlag.OUTLIER in flags[8]


@pytest.mark.parametrize(("count", "used", "is_enough"), [(10, 2, False), (10, 3, True), (40, 5, False), (40, 6, True)])
def test_that_a_discharge_needs_three_points_and_a_share_of_them(count: int, used: int, is_enough: bool) -> None:
    is_used = np.arange(count) < used
    flags = tuple(() if one else (PointFlag.LOW_QUALITY,) for one in is_used)
    if is_enough:
        require_enough(flags, is_used, remedy="Look", stage="discharge")
        return
    with pytest.raises(DischargeError, match=f"only {used} of the {count} velocities .* at {count - used}"):
        require_enough(flags, is_used, remedy="Look", stage="discharge")


def test_that_the_figures_are_those_of_the_whole_measurement() -> None:
    job = measured(mill_site())
    found = velocity_figures(checked_velocities(job.velocities), job.measurement, job.geometry.residuals.rmse_m)
    assert set(found) < {field.name for field in fields(QualityFigures)}
    assert found == {name: getattr(job.figures, name) for name in found}


def test_that_a_median_passes_over_what_is_unknown() -> None:
    assert median_of_known(np.array([np.nan, 3.0, 1.0, np.inf])) == 2.0
    assert np.isnan(median_of_known(np.array([np.nan])))


@pytest.mark.parametrize(("free", "words"), [(0, "all 25 points lie under masks"), (2, "only 2 of the 25 points lie")])
def test_that_masks_are_blamed_where_they_leave_too_little(free: int, words: str) -> None:
    flags = tuple(() if index < free else (PointFlag.MASKED,) for index in range(25))
    with pytest.raises(DischargeError, match=rf"{words}.*Delete masks on the Grid tab"):
        require_enough(flags, np.arange(25) < free, remedy="Look", stage="discharge")
