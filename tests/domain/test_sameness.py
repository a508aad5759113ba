from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pytest

from image_velocimetry_tools.domain.project import GridSettings
from image_velocimetry_tools.domain.sameness import is_same


@dataclass(frozen=True, eq=False)
class Part:
    level_m: float | None
    line_px: np.ndarray | None = None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1.0, 1.0 + 1e-12),
        (1e6, 1e6 * (1.0 + 1e-10)),
        (0.0, 1e-12),
        (float("nan"), float("nan")),
        (np.array([1.0, np.nan]), np.array([1.0 + 1e-12, np.nan])),
        ((1.0, "a"), (1.0, "a")),
        (MappingProxyType({"a": 1.0}), {"a": 1.0}),
        (Part(2.0, np.eye(2)), Part(2.0, np.eye(2))),
        (None, None),
        (True, True),
    ],
)
def test_that_rounding_makes_no_other_value(first: object, second: object) -> None:
    assert is_same(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1.0, 1.0 + 1e-6),
        (1.0, None),
        (True, False),
        (float("nan"), 1.0),
        (np.zeros(2), np.zeros(3)),
        (np.zeros(2), np.array([0.0, 1e-6])),
        ((1.0,), (1.0, 2.0)),
        ({"a": 1}, {"b": 1}),
        (Part(2.0), Part(2.0, np.eye(2))),
        (b"jpeg", b"other"),
    ],
)
def test_that_other_values_are_told_apart(first: object, second: object) -> None:
    assert not is_same(first, second)


def test_that_masks_are_compared_one_by_one() -> None:
    one = GridSettings(mask_polygons_px=(np.eye(2), np.ones((3, 2))))
    assert is_same(one, replace(one, mask_polygons_px=(np.eye(2), np.ones((3, 2)))))
    assert not is_same(one, replace(one, mask_polygons_px=(np.ones((3, 2)), np.eye(2))))
