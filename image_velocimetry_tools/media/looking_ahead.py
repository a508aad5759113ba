"""Which frame to decode while nobody asks for one."""

from __future__ import annotations

from collections.abc import Container

from .frame_index import FrameIndex
from .picture_conversion import PictureStore

_SLOW_GROUP_S = 0.15


def frame_worth_decoding(
    index: FrameIndex, store: PictureStore, looked_at: int, decoding_s: float, hopeless: Container[int]
) -> int | None:
    """Number of a frame that is not in the store and may be wanted soon, None if there is none.

    The group of pictures round the frame that is looked at comes first, for steps back; then the key frames, the
    nearest first, which a slider that is dragged shows. Groups that take long to decode (``decoding_s`` per frame)
    follow in the same order, as far as there is room: no frame in their midst could be shown quickly otherwise.
    """

    def missing_in(group: range) -> int | None:
        reach = store.reach(looked_at)
        return next((n for n in group if n not in store and n not in hopeless and abs(n - looked_at) < reach), None)

    group = index.group_of(looked_at)
    missing = missing_in(group)
    if missing is None and store.has_room:
        keys = (int(key) for key in index.key_frames if int(key) not in store and int(key) not in hopeless)
        missing = min(keys, key=lambda key: abs(key - looked_at), default=None)
    before, after = group[0] - 1, group[-1] + 1
    while missing is None and store.has_room and (before >= 0 or after < len(index)):
        is_forward = before < 0 or (after < len(index) and after - looked_at <= looked_at - before)
        group = index.group_of(after if is_forward else before)
        if is_forward:
            after = group[-1] + 1
        else:
            before = group[0] - 1
        if len(group) * decoding_s > _SLOW_GROUP_S:
            missing = missing_in(group)
    return missing
