"""One frame of the clip to look at, with the contrast filters that are being tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...domain.project import VideoSettings
from ...domain.video import ContrastFilters, FramePreparation
from ...services.player.listener import PlayerListener, PlayerPicture
from ...services.player.player_service import PlayerService, PlayerSession
from ..models.frames import ContrastPreview
from ..models.tasks import TaskRunner
from ..models.video import prepared_size

Picture = NDArray[np.uint8]

_MEMORY_BYTES = 96 * 2**20


class FrameView(Protocol):
    """Where a frame is seen."""

    def deliver(self, work: Callable[[], None]) -> None:
        """Call ``work`` soon in the thread of the window; may be called in any thread."""
        ...

    def show_picture(self, picture: Picture) -> None:
        """Show a picture, grey (height, width) or RGB (height, width, 3)."""
        ...

    def show_message(self, text: str) -> None:
        """Show a text in place of the picture."""
        ...


class FrameViewer:
    """Decodes the frames that are looked at, in a thread that there is only while somebody looks."""

    def __init__(self, view: FrameView, tasks: TaskRunner, service: PlayerService) -> None:
        self._view = view
        self._tasks = tasks
        self._service = service
        self._session: PlayerSession | None = None
        self._video = VideoSettings()
        self._time_s: float | None = None
        self._filters = ContrastFilters()
        self._preview: ContrastPreview | None = None
        self._is_looked_at = False
        self._is_resting = False

    def look(self, is_on: bool) -> None:
        """Begin or end decoding."""
        self._is_looked_at = is_on
        if not is_on:
            self.close()
        elif self._time_s is not None:
            self.show(self._video, self._time_s)

    def show(self, video: VideoSettings, time_s: float) -> None:
        """Show the frame of a time of a video, which must have been read."""
        before, self._video, self._time_s = self._video, video, time_s
        if not self._is_looked_at:
            return
        if self._session is None or (before.path, before.film) != (video.path, video.film):
            self._begin()
        elif before.preparation != video.preparation:
            self._session.set_preparation(self._preparation)
            self._prepare_filters()
        elif before.clip != video.clip:
            self._prepare_filters()
        assert self._session is not None
        self._session.show_exact(time_s)

    def show_nothing(self, text: str) -> None:
        """Show a text and no frame."""
        self.close()
        self._time_s = None
        self._view.show_message(text)

    def filter(self, filters: ContrastFilters) -> None:
        """Show frames with these contrast filters."""
        self._filters = filters
        self._prepare_filters()

    def rest(self, is_resting: bool) -> None:
        """Leave the processors to other work: decode nothing beforehand."""
        self._is_resting = is_resting
        if self._session is not None:
            self._session.rest(is_resting)

    def close(self) -> None:
        """End the thread."""
        self._tasks.cancel("contrast preview")
        session, self._session = self._session, None
        if session is not None:
            session.close()

    @property
    def _preparation(self) -> FramePreparation:
        return replace(self._video.preparation, contrast=ContrastFilters())

    def _begin(self) -> None:
        self.close()
        path, size = self._video.path, prepared_size(self._video)
        assert path is not None
        assert size is not None
        opening = self._opening = object()

        def later(work: Callable[[], None]) -> None:
            # what comes from a session that was closed is not to be seen
            self._view.deliver(lambda: work() if self._opening is opening and self._session is not None else None)

        def take(picture: PlayerPicture) -> None:
            preview = self._preview
            shown = picture.picture if preview is None else preview.applied(picture.picture)
            later(lambda: self._view.show_picture(shown))

        self._session = self._service.open(
            path,
            PlayerListener(on_picture=take, on_error=lambda error: later(lambda: self._view.show_message(str(error)))),
            width_px=size.width_px,
            preparation=self._preparation,
            memory_bytes=_MEMORY_BYTES,
        )
        self._session.rest(self._is_resting)
        self._prepare_filters()

    def _prepare_filters(self) -> None:
        """Automatic contrast needs the first frame of the clip, which is decoded beside the window."""
        if self._session is None or self._filters.is_identity:
            self._tasks.cancel("contrast preview")
            self._use(None)
            return
        video, filters = self._video, self._filters
        self._tasks.start(
            "Preview contrast",
            lambda _: ContrastPreview(video, filters),
            self._use,
            failed=lambda error: self._view.show_message(str(error)),
            slot="contrast preview",
            quiet=True,
        )

    def _use(self, preview: ContrastPreview | None) -> None:
        self._preview = preview
        if self._session is not None and self._time_s is not None:
            self._session.show_exact(self._time_s)
