"""What a session of a player tells: the video that it opened, pictures of it, errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError
from ...domain.video import VideoMetadata
from ...media.picture_conversion import RgbPicture


@dataclass(frozen=True, slots=True, eq=False)
class PlayerPicture:
    """A picture to show: (height, width, 3) red, green, blue; its time, number, and whether it is what was asked for.

    ``time_s`` counts from the first frame of the video.
    """

    picture: RgbPicture
    time_s: float
    frame_index: int
    is_exact: bool


@dataclass(frozen=True, slots=True, eq=False)
class PlayerVideo:
    """Facts of the video that was opened, and the times (n,) of all its frames, seconds from the first."""

    metadata: VideoMetadata
    times_s: NDArray[np.float64]


def _nothing(*_: object) -> None: ...


@dataclass(frozen=True, slots=True)
class PlayerListener:
    """What a session calls, from its own thread: hand over and return, and never wait for the thread that closes it.

    ``on_opened`` comes first, or ``on_error`` if there is no opening it; ``on_paused`` tells that playing has ended.
    """

    on_picture: Callable[[PlayerPicture], None]
    on_error: Callable[[IvyError], None]
    on_opened: Callable[[PlayerVideo], None] = _nothing
    on_paused: Callable[[], None] = _nothing
