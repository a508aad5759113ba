"""Pictures of a video for a player: while the slider is dragged, exactly at a time, step by step, and in motion."""

from __future__ import annotations

import threading
from pathlib import Path

from ...domain.video import FramePreparation
from .listener import PlayerListener
from .look import PlayerLook
from .projectionist import Projectionist, Style
from .wishes import Exact, Near, Pause, Play, Wishes

MEMORY_BYTES = 256 * 2**20
"""Memory for pictures that may be wanted again."""


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
        worker = Projectionist(self._wishes, listener, self._current_style, self._resting)
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

    def close(self, *, waits: bool = True) -> None:
        """End the thread and close the file; no call comes after this.

        Without waiting it ends once the frame is decoded that it is at, and a last call may still come.
        """
        self._wishes.close()
        if waits and threading.current_thread() is not self._thread:
            self._thread.join()

    def _current_style(self) -> Style:
        with self._style_lock:
            return self._style


def _look(preparation: FramePreparation | None) -> PlayerLook | None:
    return None if preparation in (None, FramePreparation()) else PlayerLook(preparation)
