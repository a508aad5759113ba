from __future__ import annotations

import numpy as np

from image_velocimetry_tools.media.frame_index import FrameIndex
from image_velocimetry_tools.media.looking_ahead import frame_worth_decoding
from image_velocimetry_tools.media.picture_conversion import PictureStore

PICTURE = np.zeros((4, 4, 3), np.uint8)


def _index(frames: int, group: int) -> FrameIndex:
    stamps = np.arange(frames)
    return FrameIndex(stamps, stamps / 30.0, np.arange(0, frames, group), 1.0 / 30.0)


def _order(index: FrameIndex, looked_at: int, decoding_s: float) -> list[int]:
    store, order = PictureStore(10**7), []
    while (number := frame_worth_decoding(index, store, looked_at, decoding_s, ())) is not None:
        order.append(number)
        store.put(number, PICTURE, looked_at)
    return order


def test_that_the_group_at_the_play_head_comes_first_then_key_frames_then_the_rest() -> None:
    order = _order(_index(40, 10), looked_at=12, decoding_s=0.05)
    assert order[:10] == list(range(10, 20))
    assert order[10:13] == [20, 0, 30] or order[10:13] == [0, 20, 30]
    assert sorted(order) == list(range(40))


def test_that_groups_that_decode_quickly_are_left_for_when_they_are_wanted() -> None:
    assert sorted(_order(_index(40, 10), looked_at=12, decoding_s=0.001)) == [0, *range(10, 20), 20, 30]


def test_that_a_frame_that_cannot_be_decoded_is_not_tried_for_ever() -> None:
    assert frame_worth_decoding(_index(20, 10), PictureStore(10**7), 3, 0.001, range(20)) is None
