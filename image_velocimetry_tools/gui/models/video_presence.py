"""Whether the video of the project is where it should be: it may be moved, deleted, or on another computer."""

from __future__ import annotations

from pathlib import Path

from .document import Change, Document
from .events import Event
from .tasks import TaskControl, TaskRunner


class VideoPresence:
    """Looks when another video is chosen, and whenever it is asked to; the disk may be slow, so beside the window.

    Attributes
    ----------
    changed
        Emitted with whether the video is missing, when that is another answer than before.
    """

    def __init__(self, document: Document, tasks: TaskRunner) -> None:
        self.changed: Event[bool] = Event()
        self._document = document
        self._tasks = tasks
        self._is_missing = False
        document.changed.subscribe(self._follow)
        self.look()

    @property
    def is_missing(self) -> bool:
        """Whether there is no file where the video should be, as far as is known."""
        return self._is_missing

    def look(self) -> None:
        """Look whether the file is there."""
        path = self._document.project.video.path
        if path is None:
            self._tasks.cancel("look for the video")
            self._take(path, False)
            return

        def work(_: TaskControl) -> bool:
            return not path.is_file()

        self._tasks.start(
            "Look for the video", work, lambda found: self._take(path, found), slot="look for the video", quiet=True
        )

    def _take(self, path: Path | None, is_missing: bool) -> None:
        if path == self._document.project.video.path and is_missing != self._is_missing:
            self._is_missing = is_missing
            self.changed.emit(is_missing)

    def _follow(self, change: Change) -> None:
        if change.touches("video"):
            self.look()
