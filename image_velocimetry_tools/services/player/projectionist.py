"""The work of a player: it opens a video, fulfils wishes, and decodes beforehand while there is none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from ...domain.errors import Cancelled, IvyError
from ...media.frame_seeking import FrameSeeker
from ...media.picture_conversion import Picture
from .listener import PlayerListener, PlayerPicture, PlayerVideo
from .look import PlayerLook
from .wishes import Exact, Near, Play, Wish, Wishes

Style = tuple[int, PlayerLook | None]
"""The largest width of pictures, pixels, and how they look."""

_ADVANCE_S = 0.04
_TOO_LATE_S = 0.5


class Projectionist:
    """What the thread of a session does: ``run`` ends when the wishes are closed."""

    _seeker: FrameSeeker

    def __init__(
        self, wishes: Wishes, listener: PlayerListener, current_style: Callable[[], Style], resting: threading.Event
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
