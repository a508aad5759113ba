"""Pictures of a video for a player: while the slider is dragged, exactly at a time, step by step, and in motion."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..domain.errors import Cancelled, IvyError
from ..domain.video import FramePreparation, VideoMetadata
from ..media.frame_seeking import FrameSeeker
from ..media.picture_conversion import Picture, RgbPicture
from .player_look import PlayerLook
from .player_wishes import Exact, Near, Pause, Play, Wish, Wishes

MEMORY_BYTES = 256 * 2**20
"""Memory for pictures that may be wanted again."""

_ADVANCE_S = 0.04
_TOO_LATE_S = 0.5


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


class PlayerService:
    """Opens videos for players; the service keeps no state."""

    def open(
        self,
        path: Path | str,
        listener: PlayerListener,
        *,
        width_px: int = 1280,
        preparation: FramePreparation | None = None,
        memory_bytes: int = MEMORY_BYTES,
    ) -> PlayerSession:
        """Begin to open a video; everything that follows is told to the listener."""
        return PlayerSession(Path(path), listener, width_px, preparation, memory_bytes)


class PlayerSession:
    """One open video and the thread that decodes it. All methods return at once, and only the latest wish counts."""

    def __init__(
        self,
        path: Path,
        listener: PlayerListener,
        width_px: int,
        preparation: FramePreparation | None,
        memory_bytes: int,
    ) -> None:
        self._wishes = Wishes()
        self._style = (width_px, _look(preparation))
        self._style_lock = threading.Lock()
        self._resting = threading.Event()
        worker = _Projectionist(self._wishes, listener, self._current_style, self._resting)
        self._thread = threading.Thread(target=worker.run, args=(path, memory_bytes), name="player", daemon=True)
        self._thread.start()

    def show_near(self, time_s: float) -> None:
        """Show what is there at once near a time, for dragging; in pauses that comes nearer to the time."""
        self._wishes.put(Near(time_s))

    def show_exact(self, time_s: float) -> None:
        """Show the frame of a time."""
        self._wishes.put(Exact(time_s))

    def step(self, frames: int) -> None:
        """Show the frame a number of frames after (or, if negative, before) the one that was asked for last."""
        self._wishes.add_steps(frames)

    def play(self, from_s: float | None = None, rate: float = 1.0, until_s: float | None = None) -> None:
        """Show the frames at their times, ``rate`` times as fast; those that would come too late are left out.

        Parameters
        ----------
        from_s, until_s
            Times in the video; None to play on from where the player is, and to the end.
        rate
            Positive. A rate that the decoder cannot keep up with plays as fast as it can.
        """
        if not rate > 0:
            raise ValueError("a video plays forward only")
        self._wishes.put(Play(from_s, rate, until_s))

    def pause(self) -> None:
        """Stop playing."""
        self._wishes.put(Pause())

    def set_width(self, width_px: int) -> None:
        """Deliver pictures of at most another width, what is shown now first."""
        with self._style_lock:
            self._style = (width_px, self._style[1])
        self._wishes.nudge()

    def set_preparation(self, preparation: FramePreparation | None) -> None:
        """Show frames as they are prepared, what is shown now first; None shows them as they are.

        Raises
        ------
        VideoError
            If they cannot be turned in that way.
        """
        look = _look(preparation)
        with self._style_lock:
            self._style = (self._style[0], look)
        self._wishes.nudge()

    def rest(self, is_resting: bool) -> None:
        """Decode nothing beforehand, as while nobody looks or the cores are wanted for a measurement; or do again."""
        if is_resting:
            self._resting.set()
        else:
            self._resting.clear()
        self._wishes.nudge()

    def close(self) -> None:
        """End the thread and close the file; no call comes after this."""
        self._wishes.close()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _current_style(self) -> _Style:
        with self._style_lock:
            return self._style


_Style = tuple[int, PlayerLook | None]


def _look(preparation: FramePreparation | None) -> PlayerLook | None:
    return None if preparation in (None, FramePreparation()) else PlayerLook(preparation)


class _Projectionist:
    """What the thread of a session does."""

    _seeker: FrameSeeker

    def __init__(
        self, wishes: Wishes, listener: PlayerListener, current_style: Callable[[], _Style], resting: threading.Event
    ) -> None:
        self._wishes = wishes
        self._listener = listener
        self._current_style = current_style
        self._resting = resting
        self._style = current_style()
        self._position = 0
        self._shown: int | None = None
        self._dragged_to_s: float | None = None

    def run(self, path: Path, memory_bytes: int) -> None:
        """Open the video and fulfil wishes until all is over."""
        try:
            seeker = FrameSeeker(path, self._style[0], memory_bytes=memory_bytes, cancel=self._wishes.closed)
        except Cancelled:
            return
        except IvyError as error:
            if not self._wishes.closed.is_set():
                self._listener.on_error(error)
            return
        with seeker:
            self._seeker = seeker
            self._apply_width()
            self._listener.on_opened(PlayerVideo(seeker.metadata, seeker.times_s))
            self._serve()

    def _serve(self) -> None:
        is_busy = False
        while not self._wishes.closed.is_set():
            wish = self._wishes.take(wait=not is_busy)
            try:
                is_busy = self._has_more_to_do(wish)
            except Cancelled:
                is_busy = False  # the new wish is there already
            except IvyError as error:
                is_busy = False
                self._listener.on_error(error)

    def _has_more_to_do(self, wish: Wish | None) -> bool:
        if self._is_restyled() and wish is None and self._shown is not None:
            wish = Exact() if self._dragged_to_s is None else Near(self._dragged_to_s)
        if wish is None:
            return self._look_ahead()
        self._dragged_to_s = None
        if isinstance(wish, Near):
            self._show_near(wish.time_s)
        elif isinstance(wish, Exact):
            self._show_exact(wish)
        elif isinstance(wish, Play):
            self._play(wish)
        return True

    def _look_ahead(self) -> bool:
        """Decode what may be wanted next; False if nothing is."""
        if self._shown is None or self._resting.is_set():
            return False
        if self._dragged_to_s is None:
            return self._seeker.prepare_next()
        self._seeker.advance_towards(self._dragged_to_s, _ADVANCE_S, self._wishes)
        self._show_nearest(self._dragged_to_s)
        return self._shown != self._position and self._seeker.can_come_nearer(self._dragged_to_s)

    def _show_near(self, time_s: float) -> None:
        self._dragged_to_s = time_s
        before, self._position = self._position, self._seeker.index.shown_at(time_s)
        self._show_nearest(time_s)
        # in a fast drag the next key frame is worth more than frames that lie behind already
        if before in self._seeker.index.group_of(self._position):
            self._seeker.advance_towards(time_s, _ADVANCE_S)

    def _show_nearest(self, time_s: float) -> None:
        if self._seeker.number_near(time_s) != self._shown:
            ready = self._seeker.ready_near(time_s)
            if ready is not None and self._is_nearer(ready.frame_index):
                # what is there already is shown before what has to be decoded
                self._deliver(ready, is_exact=ready.frame_index == self._position)
                return
            picture = self._seeker.near(time_s)
            self._deliver(picture, is_exact=picture.frame_index == self._position)

    def _is_nearer(self, number: int) -> bool:
        shown = self._shown
        return number != shown and (shown is None or abs(number - self._position) < abs(shown - self._position))

    def _show_exact(self, wish: Exact) -> None:
        base = self._position if wish.time_s is None else self._seeker.index.shown_at(wish.time_s)
        self._position = min(max(base + wish.steps, 0), len(self._seeker.index) - 1)
        picture = None
        if wish.steps < 0:
            picture = self._seeker.frame_before(self._position + 1, self._wishes)
        self._deliver(picture or self._seeker.frame(self._position, self._wishes))

    def _play(self, wish: Play) -> None:
        times_s, shown_at = self._seeker.times_s, self._seeker.index.shown_at
        number = self._position if wish.from_s is None else shown_at(wish.from_s)
        last = len(times_s) - 1 if wish.until_s is None else shown_at(wish.until_s)
        begins_s, began = float(times_s[number]), time.perf_counter()
        try:
            while number <= last:
                self._position = number
                picture = self._seeker.frame(number, self._wishes)
                due = began + (float(times_s[number]) - begins_s) / wish.rate
                if not self._wishes.wait_until(due):
                    return
                self._is_restyled()
                self._deliver(picture)
                now = time.perf_counter()
                if now - due > _TOO_LATE_S:
                    began += now - due
                number = max(number + 1, min(last, shown_at(begins_s + (now - began) * wish.rate)))
        except Cancelled:
            pass  # by the wish that ends the playing
        finally:
            if not self._wishes.closed.is_set():
                self._listener.on_paused()

    def _deliver(self, picture: Picture, is_exact: bool = True) -> None:
        look = self._style[1]
        rgb = picture.rgb if look is None else look.applied(picture.rgb)
        self._shown = picture.frame_index
        if not self._wishes.closed.is_set():
            self._listener.on_picture(PlayerPicture(rgb, picture.time_s, picture.frame_index, is_exact))

    def _is_restyled(self) -> bool:
        """Whether width or preparation have changed; they apply from now on."""
        style = self._current_style()
        if style == self._style:
            return False
        self._style = style
        self._apply_width()
        return True

    def _apply_width(self) -> None:
        width_px, look = self._style
        upright = self._seeker.metadata.display_size
        self._seeker.set_max_width(width_px if look is None else look.width_to_ask_for(width_px, upright))
