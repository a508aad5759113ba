"""Small pictures of the frames in a list, decoded one at a time for the rows that are seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...domain.project import VideoSettings
from ...domain.video import ContrastFilters, FramePreparation
from ...services.player.listener import PlayerListener, PlayerPicture
from ...services.player.player_service import PlayerService, PlayerSession

Picture = NDArray[np.uint8]

WIDTH_PX = 64
MOST_KEPT = 400
"""Small pictures that are kept, about 4 MB; those not seen for longest go first."""

_MEMORY_BYTES = 4 * 2**20


class ThumbnailView(Protocol):
    """A list whose rows have small pictures."""

    def deliver(self, work: Callable[[], None]) -> None:
        """Call ``work`` soon in the thread of the window; may be called in any thread."""
        ...

    def show_thumbnail(self, row: int, picture: Picture | None) -> None:
        """Show a small picture (height, width, 3), RGB, in a row; None takes it away."""
        ...


class Thumbnails:
    """Has one picture decoded after the other, in a thread that there is only while somebody looks."""

    def __init__(self, view: ThumbnailView, service: PlayerService) -> None:
        self._view = view
        self._service = service
        self._session: PlayerSession | None = None
        self._video = VideoSettings()
        self._times_s: NDArray[np.float64] = np.empty(0)
        self._seen = range(0)
        self._asked: int | None = None
        self._known: OrderedDict[int, None] = OrderedDict()
        self._is_looked_at = False
        self._is_resting = False

    def take_frames(self, video: VideoSettings, times_s: NDArray[np.float64]) -> None:
        """Show other frames."""
        self._end(waits=False)
        for row in self._known:
            self._view.show_thumbnail(row, None)
        self._known.clear()
        self._video, self._times_s = video, times_s
        self._go_on()

    def prepare(self, video: VideoSettings) -> None:
        """Show the same frames prepared as they are now."""
        if _placed(video) != _placed(self._video):
            self.take_frames(video, self._times_s)

    def want(self, first: int, last: int) -> None:
        """Have pictures for the rows that are seen, ends included."""
        self._seen = range(max(0, first), last + 1)
        for row in self._seen:
            if row in self._known:
                self._known.move_to_end(row)
        self._go_on()

    def look(self, is_on: bool) -> None:
        """Begin, or end decoding."""
        self._is_looked_at = is_on
        if is_on:
            self._go_on()
        else:
            self._end(waits=False)

    def rest(self, is_resting: bool) -> None:
        """Leave the processors to other work, or go on."""
        self._is_resting = is_resting
        if is_resting:
            self._end(waits=False)
        self._go_on()

    def close(self) -> None:
        """End the thread."""
        self._end(waits=True)

    def _end(self, *, waits: bool) -> None:
        session, self._session = self._session, None
        self._asked = None
        if session is not None:
            session.close(waits=waits)

    def _go_on(self) -> None:
        """Ask for the next picture, one at a time: rows that are scrolled past are left out."""
        if self._asked is not None or self._is_resting or not self._is_looked_at or self._video.path is None:
            return
        wanted = (row for row in self._seen if row < len(self._times_s) and row not in self._known)
        self._asked = next(wanted, None)
        if self._asked is None:
            return
        if self._session is None:
            self._session = self._opened()
        self._session.show_exact(float(self._times_s[self._asked]))

    def _opened(self) -> PlayerSession:
        assert self._video.path is not None
        opening = self._opening = object()

        def later(picture: Picture | None) -> None:
            # what comes from a session that was closed is not to be seen
            self._view.deliver(
                lambda: self._take(picture) if self._opening is opening and self._session is not None else None
            )

        def take(picture: PlayerPicture) -> None:
            later(picture.picture)

        session = self._service.open(
            self._video.path,
            PlayerListener(on_picture=take, on_error=lambda _: later(None)),
            width_px=WIDTH_PX,
            preparation=_placed(self._video),
            memory_bytes=_MEMORY_BYTES,
        )
        session.rest(True)
        return session

    def _take(self, picture: Picture | None) -> None:
        """A picture of the row that was asked for; None, for a frame that cannot be decoded, leaves the row without."""
        row, self._asked = self._asked, None
        if row is None:
            return
        self._known[row] = None
        if picture is not None:
            self._view.show_thumbnail(row, picture)
        while len(self._known) > MOST_KEPT:
            self._view.show_thumbnail(self._known.popitem(last=False)[0], None)
        self._go_on()


def _placed(video: VideoSettings) -> FramePreparation:
    """How small pictures are prepared: contrast filters would cost more than they show."""
    return replace(video.preparation, contrast=ContrastFilters())
