"""The player of a video: this program decodes what it shows, frame by frame, without codecs of the system."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError
from ...domain.project import VideoSettings
from ...domain.video import FramePreparation
from ...formats.clip_times import format_clip_time
from ...services.player.listener import PlayerListener, PlayerPicture
from ...services.player.player_service import PlayerService, PlayerSession

RgbPicture = NDArray[np.uint8]

_INVITATION = "Open a video, or drop its file here"


class PlayerView(Protocol):
    """The picture and what moves through the film."""

    def bind(self, presenter: PlayerPresenter) -> None:
        """Take the presenter that hears what the user does."""
        ...

    def deliver(self, work: Callable[[], None]) -> None:
        """Call ``work`` soon in the thread of the window; may be called in any thread."""
        ...

    def show_picture(self, picture: RgbPicture) -> None:
        """Show a picture."""
        ...

    def show_message(self, text: str) -> None:
        """Show a text in place of the picture."""
        ...

    def show_position(self, time_s: float, time: str, frame: str) -> None:
        """Show where in the film the picture is."""
        ...

    def show_duration(self, duration_s: float, frame_s: float, text: str) -> None:
        """Show how long the film and one frame of it are; 0 without a film, which turns the buttons off."""
        ...

    def show_clip(self, start_s: float | None, end_s: float | None) -> None:
        """Show which part of the film is the clip."""
        ...

    def show_playing(self, is_playing: bool) -> None:
        """Show whether the film is played."""
        ...


class PlayerPresenter:
    """Shows a video; whoever owns it says which, and how its frames are prepared."""

    def __init__(self, view: PlayerView, service: PlayerService) -> None:
        self._view = view
        self._service = service
        self._session: PlayerSession | None = None
        self._video = VideoSettings()
        self._is_prepared = True
        self._is_playing = False
        self._is_looked_at = True
        self._is_resting = False
        self._width_px = 1280
        self._shown: PlayerPicture | None = None
        view.bind(self)
        self._show_nothing(_INVITATION)

    @property
    def time_s(self) -> float:
        """Time of the frame that is shown."""
        return self._shown.time_s if self._shown is not None else 0.0

    def take_video(self, video: VideoSettings) -> None:
        """Show a video, which must have been read; the same one may have another clip or preparation."""
        before, self._video = self._video, video
        if video.path is None or video.metadata is None:
            self._close_session()
            self._show_nothing(_INVITATION if video.path is None else "")
            return
        if self._session is None or (before.path, before.film) != (video.path, video.film):
            self._begin(video.path)
        elif before.preparation != video.preparation:
            self._session.set_preparation(self._preparation)
        self._view.show_clip(video.clip.start_s, video.clip.end_s)

    def show_prepared(self, is_on: bool) -> None:
        """Show frames as they are prepared for the measurement, or as the camera recorded them."""
        self._is_prepared = is_on
        if self._session is not None:
            self._session.set_preparation(self._preparation)

    def set_width(self, width_px: int) -> None:
        """Deliver pictures for a place of some width."""
        self._width_px = width_px
        if self._session is not None:
            self._session.set_width(width_px)

    def toggle_playing(self) -> None:
        """Play, or stand still."""
        if self._session is None:
            return
        if self._is_playing:
            self._stand_still()
        else:
            self._session.play(0.0 if self._is_at_end else None)
            self._say_playing(True)

    def drag(self, time_s: float) -> None:
        """Follow the slider while it is dragged."""
        if self._session is not None:
            self._stand_still()
            self._session.show_near(time_s)

    def seek(self, time_s: float) -> None:
        """Show the frame of a time."""
        if self._session is not None:
            self._stand_still()
            self._session.show_exact(min(max(time_s, 0.0), self._duration_s))

    def step(self, frames: int) -> None:
        """Go some frames on, or back."""
        if self._session is not None:
            self._stand_still()
            self._session.step(frames)

    def look(self, is_on: bool) -> None:
        """Stand still, and decode nothing beforehand, while nobody looks."""
        self._is_looked_at = is_on
        if not is_on:
            self._stand_still()
        self._let_rest()

    def rest(self, is_resting: bool) -> None:
        """Leave the processors to other work: decode nothing beforehand."""
        self._is_resting = is_resting
        self._let_rest()

    def close(self) -> None:
        """End the thread of the player."""
        self._close_session()

    def _let_rest(self) -> None:
        if self._session is not None:
            self._session.rest(self._is_resting or not self._is_looked_at)

    @property
    def _preparation(self) -> FramePreparation | None:
        return self._video.preparation if self._is_prepared else None

    @property
    def _duration_s(self) -> float:
        return self._video.metadata.duration_s if self._video.metadata is not None else 0.0

    @property
    def _frame_s(self) -> float:
        return 1.0 / self._video.metadata.frame_rate_fps if self._video.metadata is not None else 0.0

    @property
    def _is_at_end(self) -> bool:
        return self.time_s >= self._duration_s - 1.5 * self._frame_s

    def _begin(self, path: Path) -> None:
        self._close_session()
        self._view.show_duration(self._duration_s, self._frame_s, format_clip_time(self._duration_s))
        opening = self._opening = object()

        def later(work: Callable[[], None]) -> None:
            # what an older video still delivers is not for this one
            self._view.deliver(lambda: work() if self._opening is opening else None)

        listener = PlayerListener(
            on_picture=lambda picture: later(lambda: self._take_picture(picture)),
            on_error=lambda error: later(lambda: self._take_error(error)),
            on_paused=lambda: later(self._take_pause),
        )
        self._session = self._service.open(path, listener, width_px=self._width_px, preparation=self._preparation)
        self._let_rest()
        self._session.show_exact(0.0)

    def _take_picture(self, picture: PlayerPicture) -> None:
        self._shown = picture
        self._view.show_picture(picture.picture)
        time = format_clip_time(max(0.0, picture.time_s))
        self._view.show_position(picture.time_s, time, f"Frame {picture.frame_index + 1}")

    def _take_error(self, error: IvyError) -> None:
        self._say_playing(False)
        self._view.show_message(str(error))

    def _take_pause(self) -> None:
        # a pause in the middle was asked for and is shown already; meanwhile it may be playing again
        if self._is_at_end:
            self._say_playing(False)

    def _stand_still(self) -> None:
        if self._is_playing and self._session is not None:
            self._session.pause()
            self._say_playing(False)

    def _say_playing(self, is_playing: bool) -> None:
        self._is_playing = is_playing
        self._view.show_playing(is_playing)

    def _close_session(self) -> None:
        self._opening = object()
        session, self._session = self._session, None
        self._shown = None
        self._is_playing = False
        if session is not None:
            session.close()

    def _show_nothing(self, text: str) -> None:
        self._view.show_duration(0.0, 0.0, format_clip_time(0.0))
        self._view.show_position(0.0, format_clip_time(0.0), "")
        self._view.show_clip(None, None)
        self._view.show_playing(False)
        self._view.show_message(text)
