"""What the store of pictures keeps, and in what quality."""

from __future__ import annotations

import numpy as np
import pytest

from image_velocimetry_tools.domain.video import FrameSize
from image_velocimetry_tools.media.picture_conversion import PictureConversion, PictureStore


def _picture(grey: int) -> np.ndarray:
    return np.full((20, 30, 3), (grey, grey // 2, 255 - grey), dtype=np.uint8)


def test_that_pictures_come_back_in_their_colours() -> None:
    store = PictureStore(100_000)
    store.put(3, _picture(200), 3)
    found = store.get(3)
    assert found is not None
    assert np.abs(found.astype(int) - _picture(200)).max() <= 3
    assert store.get(4) is None


def test_that_the_farthest_pictures_go_first() -> None:
    store = PictureStore(1)
    store.put(0, _picture(1), 0)
    assert len(store) == 0
    store = PictureStore(4000)
    for number in range(30):
        store.put(number, _picture(number), looked_at=number)
    kept = [number for number in range(30) if number in store]
    assert kept == list(range(kept[0], 30))
    assert 1 < len(kept) < 30
    store.put(0, _picture(0), looked_at=29)
    assert 0 not in store
    assert not store.has_room
    assert store.reach(29) == 29 - kept[0]


def test_that_the_nearest_number_is_found_among_stored_and_others() -> None:
    store = PictureStore(100_000)
    assert store.nearest(5) is None
    store.put(8, _picture(8), 8)
    assert store.nearest(5) == 8
    assert store.nearest(5, [4]) == 4
    store.clear()
    assert store.nearest(5, [0]) == 0


@pytest.mark.parametrize(
    ("tag", "width", "size"),
    [(0, 100, FrameSize(100, 50)), (90, 100, FrameSize(100, 200)), (180, 900, FrameSize(400, 200))],
)
def test_that_the_width_is_that_of_the_upright_picture(tag: int, width: int, size: FrameSize) -> None:
    assert PictureConversion(FrameSize(400, 200), tag, width).size == size
