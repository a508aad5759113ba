"""The clip of the video that is measured: its times, its frame step, and writing it to files of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

from ...domain.errors import IvyError
from ...domain.project import VideoSettings
from ...formats.clip_times import format_clip_time, parse_clip_time
from ...media.clip_rules import clip_file_name
from ...media.clip_writing import ImageFormat, extract_frames, write_clip
from ..models.document import Change
from ..models.tasks import TaskControl
from ..models.video import problems_of, with_clip, with_video
from ..models.workbench import Workbench
from .dialogs import FileKind

_End = Literal["start", "end"]
_OLD_FRAMES = "f[0-9][0-9][0-9][0-9][0-9]"


class ClipView(Protocol):
    """Fields of the clip and buttons to write it."""

    def bind(self, presenter: ClipPresenter) -> None:
        """Take the presenter that hears what the user does."""
        ...

    def show_clip(self, start: str, end: str, length: str) -> None:
        """Show start and end, empty for those of the video, and what the clip is then."""
        ...

    def show_problems(self, problems: list[str]) -> None:
        """Show what is wrong with the clip; nothing if it is empty."""
        ...

    def show_file_name(self, name: str) -> None:
        """Show under which name the clip will be written."""
        ...

    def show_strip_audio(self, is_on: bool) -> None:
        """Show whether the sound is left out."""
        ...

    def allow(self, has_video: bool, has_clip: bool) -> None:
        """Turn fields on where there is a video, buttons that write where the clip is a good one."""
        ...


class ClipPresenter:
    """Edits the clip; ``head_s`` tells the time of the frame that the player shows."""

    def __init__(self, view: ClipView, bench: Workbench, head_s: Callable[[], float]) -> None:
        self._view = view
        self._bench = bench
        self._head_s = head_s
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        self._show()

    def start_here(self) -> None:
        """Begin the clip with the frame that is shown."""
        self._set("start", self._head_s())

    def end_here(self) -> None:
        """End the clip with the frame that is shown."""
        self._set("end", self._head_s())

    def type_start(self, text: str) -> None:
        """Begin the clip at a time; an empty text begins it with the video."""
        self._type("start", text)

    def type_end(self, text: str) -> None:
        """End the clip at a time; an empty text ends it with the video."""
        self._type("end", text)

    def clear(self) -> None:
        """Measure the whole video."""
        project = with_clip(self._bench.document.project, start_s=None, end_s=None)
        self._bench.document.edit("Clear clip", project)

    def strip_audio(self, is_on: bool) -> None:
        """Leave the sound out of clips, or keep it."""
        project = with_video(self._bench.document.project, strip_audio=is_on)
        self._bench.document.edit("Strip audio" if is_on else "Keep audio", project)

    def create_clip(self) -> None:
        """Write the clip as a video of its own."""
        video = self._video
        if video.path is None:
            return
        suggested = str(video.path.parent / self._file_name())
        target = self._bench.dialogs.save_file("Create video clip", FileKind.VIDEO, suggested)
        if target is None:
            return

        def write(control: TaskControl) -> Path:
            assert video.path is not None
            return write_clip(
                video.path,
                target,
                video.clip,
                video.preparation,
                strip_audio=video.strip_audio,
                progress=lambda share: control.progress(share, f"Writing {target.name}"),
                cancel=control,
            )

        self._bench.tasks.start("Create video clip", write, lambda path: self._say(f"The clip was written to {path}"))

    def extract_frames(self, image_format: ImageFormat = "jpg") -> None:
        """Write the frames of the clip as pictures into a folder."""
        video = self._video
        folder = self._bench.dialogs.open_folder("Extract frames to a folder") if video.path is not None else None
        if folder is None or not self._may_replace(folder, image_format):
            return

        def extract(control: TaskControl) -> tuple[Path, ...]:
            assert video.path is not None
            return extract_frames(
                video.path,
                folder,
                video.clip,
                video.preparation,
                image_format=image_format,
                progress=lambda share: control.progress(share, f"Extracting frames to {folder.name}"),
                cancel=control,
            )

        self._bench.tasks.start(
            "Extract frames", extract, lambda paths: self._say(f"{len(paths)} frames were written to {folder}")
        )

    @property
    def _video(self) -> VideoSettings:
        return self._bench.document.project.video

    def _may_replace(self, folder: Path, image_format: ImageFormat) -> bool:
        if not any(folder.glob(f"{_OLD_FRAMES}.{image_format}")):
            return True
        question = f"The folder {folder} holds extracted frames already. Replace them?"
        return self._bench.dialogs.ask("Extract frames", question, yes="Replace", no="Keep")

    def _say(self, sentence: str) -> None:
        self._bench.said.emit(sentence)

    def _type(self, end: _End, text: str) -> None:
        known = self._video.clip.start_s if end == "start" else self._video.clip.end_s
        if text.strip() == _text(known):
            self._show()
            return
        try:
            self._set(end, parse_clip_time(text) if text.strip() else None)
        except IvyError as error:
            self._view.show_problems([str(error)])

    def _set(self, end: _End, time_s: float | None) -> None:
        project = with_clip(self._bench.document.project, **{f"{end}_s": time_s})
        self._bench.document.edit(f"Set clip {end}", project)
        self._show()

    def _follow(self, change: Change) -> None:
        if change.touches("video"):
            self._show()

    def _show(self) -> None:
        video = self._video
        problems = problems_of(video)
        self._view.show_clip(_text(video.clip.start_s), _text(video.clip.end_s), self._length())
        self._view.show_problems(problems)
        self._view.show_strip_audio(video.strip_audio)
        self._view.show_file_name("" if problems else self._file_name())
        has_video = video.path is not None and video.metadata is not None
        self._view.allow(has_video, has_video and not problems)

    def _bounds_s(self) -> tuple[float, float]:
        clip, metadata = self._video.clip, self._video.metadata
        duration_s = metadata.duration_s if metadata is not None else 0.0
        return clip.start_s or 0.0, duration_s if clip.end_s is None else clip.end_s

    def _length(self) -> str:
        start_s, end_s = self._bounds_s()
        if self._video.metadata is None or end_s < start_s:
            return ""
        is_whole = self._video.clip.start_s is None and self._video.clip.end_s is None
        return f"{end_s - start_s:.2f} s" + (", the whole video" if is_whole else "")

    def _file_name(self) -> str:
        video = self._video
        if video.path is None or video.metadata is None:
            return ""
        return clip_file_name(video.path, *self._bounds_s(), video.preparation)


def _text(time_s: float | None) -> str:
    return "" if time_s is None else format_clip_time(max(0.0, time_s))
