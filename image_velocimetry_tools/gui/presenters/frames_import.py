"""A folder of pictures becomes a video: which of them are frames, at which rate, and whether a file may be replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...domain.errors import IvyError
from ...media.frame_folder import EVERY_NAME, series_in, write_video_of_pictures
from ...media.written_frames import read_frames_note
from ..models.tasks import TaskControl
from ..models.workbench import Workbench

_USUAL_RATE_FPS = 30.0
_MOST_SERIES = 6


class FramesImport:
    """Asks what has to be known, writes the video beside the folder, and opens it."""

    def __init__(self, bench: Workbench, open_video: Callable[[Path], None]) -> None:
        self._bench = bench
        self._open_video = open_video

    def begin(self, folder: Path) -> None:
        """Import a folder."""
        title, question = "Import frames", "Frames per second at which the pictures were taken"
        pattern = self._pattern(folder)
        if pattern is None:
            return
        known_fps, _ = read_frames_note(folder)
        rate = self._bench.dialogs.ask_number(title, question, known_fps or _USUAL_RATE_FPS, unit="fps")
        target = folder.parent / f"{folder.name}.mp4"
        if rate is None or not self._may_write(target):
            return

        def write(control: TaskControl) -> Path:
            def report(share: float) -> None:
                control.progress(share, f"Writing {target.name}")

            return write_video_of_pictures(folder, target, rate, pattern=pattern, progress=report, cancel=control)

        self._bench.tasks.start(title, write, self._open_video)

    def _pattern(self, folder: Path) -> str | None:
        """Which pictures of a folder are frames; the user is asked where there are several series of them."""
        try:
            found = series_in(folder)
        except IvyError as error:
            self._bench.dialogs.show_error("Import frames", error)
            return None
        if len(found) < 2:
            return EVERY_NAME
        listed = ", ".join(f"{name} ({count})" for name, count in list(found.items())[:_MOST_SERIES])
        question = f"The folder holds several series of pictures: {listed}. Names of the frames (* stands for anything)"
        return self._bench.dialogs.ask_text("Import frames", question, next(iter(found))) or None

    def _may_write(self, target: Path) -> bool:
        if not target.exists():
            return True
        question = f"The pictures become the video {target}, which exists already. Replace it?"
        return self._bench.dialogs.ask("Import frames", question, yes="Replace", no="Keep")
