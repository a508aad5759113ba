"""The Frames tab: the frames that are measured, one by one, their contrast, and one of them as calibration image."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError
from ...domain.project import VideoSettings
from ...domain.video import ContrastFilters, FrameSize
from ...formats.atomic_file import write_bytes
from ...formats.clip_times import format_clip_time
from ...services.player.player_service import PlayerService
from ...services.project_setup.editing import with_calibration_image
from ...services.video_service import VideoService
from ..models.document import Change
from ..models.frames import ClipFrames, colour_picture, encoded_picture, frames_of, measured_picture
from ..models.video import problems_of, with_preparation
from ..models.workbench import Hint, Workbench
from .dialogs import FileKind
from .frames_thumbnails import Thumbnails, ThumbnailView
from .frames_viewer import FrameView, FrameViewer

Picture = NDArray[np.uint8]

_HINT = "There is no calibration image yet. Choose a frame in which the control points are seen and use it as one."
_NO_VIDEO = "Open a video in the Video tab to see its frames"
_READING = "The first frame is shown here as soon as the video is read"


class FramesView(FrameView, ThumbnailView, Protocol):
    """The list of frames, the viewer, and the contrast filters."""

    def bind(self, presenter: FramesPresenter) -> None:
        """Take the presenter that hears what the user does."""
        ...

    def show_frames(self, times: list[str]) -> None:
        """Show the list of frames by their times."""
        ...

    def show_current(self, index: int, title: str) -> None:
        """Show which frame of the list the viewer shows."""
        ...

    def show_filters(self, filters: ContrastFilters) -> None:
        """Show the contrast filters that are being tried."""
        ...

    def show_filter_problems(self, problems: list[str]) -> None:
        """Show what is wrong with the contrast filters; nothing if it is empty."""
        ...

    def show_filter_state(self, text: str, can_apply: bool, can_compare: bool) -> None:
        """Show whether the filters are those of the measurement."""
        ...

    def show_hint(self, text: str) -> None:
        """Show what could be done next; nothing if it is empty."""
        ...

    def allow(self, has_frames: bool) -> None:
        """Turn on what needs a frame."""
        ...


class FramesPresenter:
    """Browses the frames of the clip."""

    def __init__(self, view: FramesView, bench: Workbench, player: PlayerService | None = None) -> None:
        self._view = view
        self._bench = bench
        self._service = VideoService()
        self._viewer = FrameViewer(view, bench.tasks, player or PlayerService())
        self._thumbnails = Thumbnails(view, player or PlayerService())
        self._frames = ClipFrames(np.empty(0))
        self._listed: VideoSettings | None = None
        self._index = 0
        self._filters = self._video.preparation.contrast
        self._is_before = False
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        self._show_contrast()
        self._show_all()

    def look(self, is_on: bool) -> None:
        """Decode frames only while the tab is seen."""
        self._viewer.look(is_on)
        self._thumbnails.look(is_on)

    def rest(self, is_resting: bool) -> None:
        """Leave the processors to other work."""
        self._viewer.rest(is_resting)
        self._thumbnails.rest(is_resting)

    def close(self) -> None:
        """End the thread of the viewer."""
        self._viewer.close()
        self._thumbnails.close()

    def look_at_rows(self, first: int, last: int) -> None:
        """Have small pictures of the rows of the list that are seen, ends included."""
        self._thumbnails.want(first, last)

    def previous_frame(self) -> None:
        """Show the frame before."""
        self.select(self._index - 1)

    def next_frame(self) -> None:
        """Show the frame after."""
        self.select(self._index + 1)

    def select(self, index: int) -> None:
        """Show a frame of the list; beyond its ends the first or last one."""
        if not len(self._frames):
            return
        index = min(max(index, 0), len(self._frames) - 1)
        if index != self._index:
            self._index = index
            self._show_current()

    def set_clahe(self, clip_limit: float | None, tiles: tuple[int, int]) -> None:
        """Try adaptive histogram equalisation; None turns it off."""
        self._try(ContrastFilters(clip_limit, tiles, self._filters.auto_contrast_percent))

    def set_auto_contrast(self, percent: float | None) -> None:
        """Try automatic contrast that saturates a share of the pixels; None turns it off."""
        self._try(ContrastFilters(self._filters.clahe_clip_limit, self._filters.clahe_tiles, percent))

    def compare(self, is_before: bool) -> None:
        """Show the frame without the contrast filters for as long as a button is held."""
        if self._is_before != is_before:
            self._is_before = is_before
            self._show_contrast()

    def apply_filters(self) -> None:
        """Measure with the contrast filters that are being tried."""
        if self._filter_problems():
            return
        project = with_preparation(self._bench.document.project, contrast=self._filters)
        self._bench.document.edit("Apply contrast filters", project)
        self._bench.said.emit("All frames are measured with this contrast; no file is changed")

    def save_frame(self) -> None:
        """Save the frame as it is shown as a picture."""
        if not len(self._frames):
            return
        suggested = f"{self._name()}.png"
        path = self._bench.dialogs.save_file("Save this frame", FileKind.IMAGE, suggested)
        if path is None:
            return
        video, time_s, filters = self._video, self._time_s, self._filters

        def save(_: object) -> Path:
            write_bytes(path, encoded_picture(_picture(video, time_s, filters), path.suffix))
            return path

        self._bench.tasks.start(
            "Save frame", save, lambda saved: self._bench.said.emit(f"The frame was saved to {saved}")
        )

    def use_as_calibration_image(self) -> None:
        """Make the frame, upright and free of distortion, the image in which control points are digitised."""
        if not len(self._frames) or not self._may_replace():
            return
        video, time_s, name = self._video, self._time_s, f"{self._name()}.jpg"

        def prepare(_: object) -> tuple[bytes, FrameSize]:
            picture = colour_picture(video, time_s)
            return encoded_picture(picture), FrameSize(picture.shape[1], picture.shape[0])

        def take(prepared: tuple[bytes, FrameSize]) -> None:
            document = self._bench.document
            document.edit("Use frame as calibration image", with_calibration_image(document.project, *prepared, name))
            self._bench.said.emit(Hint(f"The calibration image is {name}. Digitise the control points in it next"))

        self._bench.tasks.start("Use as calibration image", prepare, take, slot="calibration image")

    @property
    def _video(self) -> VideoSettings:
        return self._bench.document.project.video

    @property
    def _time_s(self) -> float:
        return float(self._frames.times_s[self._index])

    def _name(self) -> str:
        stem = self._video.path.stem if self._video.path is not None else "video"
        return f"{stem}_{self._time_s:.3f}s"

    def _may_replace(self) -> bool:
        known = self._bench.document.project.calibration
        if known.image is None:
            return True
        name = f" {known.image_name}" if known.image_name else ""
        question = (
            f"The project has a calibration image{name} already. Replace it by this frame? Control points that were "
            "digitised keep their places in the picture."
        )
        return self._bench.dialogs.ask("Use as calibration image", question, yes="Replace", no="Keep")

    def _follow(self, change: Change) -> None:
        if change.touches("video"):
            if change.before.video.preparation.contrast != change.after.video.preparation.contrast:
                self._filters = change.after.video.preparation.contrast
                self._show_contrast()
            self._show_all()
        elif change.touches("calibration"):
            self._show_hint()

    def _show_all(self) -> None:
        video = self._video
        if video.metadata is None or problems_of(video):
            self._bench.tasks.cancel("list of frames")
            self._listed = None
            self._take_frames(ClipFrames(np.empty(0)))
        elif self._is_listed(video):
            self._thumbnails.prepare(video)
            self._show_current()
        else:
            self._list_frames(video)
        self._show_filters()
        self._show_hint()

    def _is_listed(self, video: VideoSettings) -> bool:
        known = self._listed
        return known is not None and (known.path, known.film, known.clip) == (
            video.path,
            video.film,
            video.clip,
        )

    def _list_frames(self, video: VideoSettings) -> None:
        if not len(self._frames):
            self._viewer.show_nothing(_READING)

        def take(frames: ClipFrames) -> None:
            self._listed = video
            self._take_frames(frames)

        def fail(error: Exception) -> None:
            self._listed = None
            self._take_frames(ClipFrames(np.empty(0)))
            self._viewer.show_nothing(str(error))

        self._bench.tasks.start(
            "List the frames", lambda _: frames_of(video), take, failed=fail, slot="list of frames", quiet=True
        )

    def _take_frames(self, frames: ClipFrames) -> None:
        kept_s = self._time_s if len(self._frames) else 0.0
        self._frames = frames
        self._index = frames.nearest(kept_s) if len(frames) else 0
        self._thumbnails.take_frames(self._video, frames.times_s)
        self._view.show_frames([format_clip_time(max(0.0, float(time_s)), 3) for time_s in frames.times_s])
        self._view.allow(len(frames) > 0)
        self._show_current()

    def _show_current(self) -> None:
        if not len(self._frames):
            self._view.show_current(-1, "")
            waiting = _NO_VIDEO if self._video.path is None else _READING
            self._viewer.show_nothing(". ".join(problems_of(self._video)) or waiting)
            return
        title = f"Frame {self._index + 1} of {len(self._frames)}, {format_clip_time(max(0.0, self._time_s), 3)}"
        self._view.show_current(self._index, title)
        self._viewer.show(self._video, self._time_s)

    def _show_contrast(self) -> None:
        hidden = self._is_before or self._filter_problems()
        self._viewer.filter(ContrastFilters() if hidden else self._filters)

    def _try(self, filters: ContrastFilters) -> None:
        if filters != self._filters:
            self._filters = filters
            self._show_filters()
            self._show_contrast()

    def _filter_problems(self) -> list[str]:
        try:
            self._service.check_contrast(self._filters)
        except IvyError as error:
            return [problem.what for problem in error.problems]
        return []

    def _show_filters(self) -> None:
        problems = self._filter_problems()
        is_applied = self._filters == self._video.preparation.contrast
        self._view.show_filters(self._filters)
        self._view.show_filter_problems(problems)
        self._view.show_filter_state(
            _state_of(self._filters, is_applied),
            can_apply=not is_applied and not problems and self._video.path is not None,
            can_compare=not self._filters.is_identity and not problems,
        )

    def _show_hint(self) -> None:
        project = self._bench.document.project
        has_need = project.video.metadata is not None and project.calibration.image is None
        self._view.show_hint(_HINT if has_need else "")


def _picture(video: VideoSettings, time_s: float, filters: ContrastFilters) -> Picture:
    """In colour as long as no filter changes the grey values that are measured."""
    if filters.is_identity:
        return colour_picture(video, time_s)
    return measured_picture(video, time_s, filters)


def _state_of(filters: ContrastFilters, is_applied: bool) -> str:
    if not is_applied:
        return "A preview: not yet part of the measurement"
    return "No contrast filter is used" if filters.is_identity else "All frames are measured with this contrast"
