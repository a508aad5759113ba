"""The Video tab: which video is measured, which part of it, and how its frames are prepared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ...domain.errors import IvyError
from ...domain.project import Project
from ...domain.sentences import begun_with_capital
from ...domain.units import unit_system
from ...domain.video import Film, VideoMetadata
from ...services.measured_project.out_of_date import why_another_film
from ...services.player.player_service import PlayerService
from ...services.video_service import VideoService
from ..models.document import Change
from ..models.prepared_frames import preparation_warning
from ..models.video import with_opened_video, with_video
from ..models.video_facts import video_facts, words_of_recording
from ..models.workbench import Hint, Workbench
from ..models.written_clips import done_twice, without_done_twice
from .dialogs import FileKind
from .frames_import import FramesImport
from .video_clip import ClipPresenter, ClipView
from .video_player import PlayerPresenter, PlayerView
from .video_preparation import PreparationPresenter, PreparationView
from .video_sampling import SamplingPresenter, SamplingView

_FIND = "Find the video…"


@dataclass(frozen=True, slots=True)
class _Found:
    """What looking into a file found out."""

    metadata: VideoMetadata
    film: Film


class VideoView(Protocol):
    """The tab: facts of the video, and its panels."""

    @property
    def player(self) -> PlayerView:
        """The player."""
        ...

    @property
    def clip(self) -> ClipView:
        """The panel of the clip."""
        ...

    @property
    def sampling(self) -> SamplingView:
        """The panel of the frame step."""
        ...

    @property
    def preparation(self) -> PreparationView:
        """The panel of the preparation."""
        ...

    def bind(self, presenter: VideoPresenter) -> None:
        """Take the presenter that hears what the user does."""
        ...

    def show_video(self, name: str, folder: str, facts: Sequence[tuple[str, str]]) -> None:
        """Show the name of the video and what is known of it; empty without one."""
        ...

    def show_problem(self, sentence: str, action: str = "") -> None:
        """Show what is wrong with the video, and a button to mend it; nothing if the sentence is empty."""
        ...


class VideoPresenter:
    """Opens videos and keeps their facts; its parts do the rest.

    Attributes
    ----------
    player, clip, sampling, preparation
        The presenters of the panels.
    """

    def __init__(
        self,
        view: VideoView,
        bench: Workbench,
        service: VideoService | None = None,
        player: PlayerService | None = None,
    ) -> None:
        self._view = view
        self._bench = bench
        self._service = service or VideoService()
        self._missing: Path | None = None
        self._frames_import = FramesImport(bench, self.open_video)
        self.player = PlayerPresenter(view.player, player or PlayerService())
        self.clip = ClipPresenter(view.clip, bench, lambda: self.player.time_s)
        self.sampling = SamplingPresenter(view.sampling, bench)
        self.preparation = PreparationPresenter(view.preparation, bench)
        view.bind(self)
        bench.document.changed.subscribe(self._follow, while_hidden=True)
        self._show()

    def choose_video(self) -> None:
        """Ask for a video and open it."""
        path = self._bench.dialogs.open_file("Open video", FileKind.VIDEO, FileKind.ANY)
        if path is not None:
            self.open_video(path)

    def open_video(self, path: Path) -> None:
        """Measure another video."""
        self._probe("Open video", path, self._take_opened)

    def find_video(self) -> None:
        """Ask where the video of the project is now; clip and preparation stay."""
        path = self._bench.dialogs.open_file("Find the video", FileKind.VIDEO, FileKind.ANY)
        if path is not None:
            self._probe("Find video", path, self._take_found)

    def import_frames_folder(self) -> None:
        """Make a video of a folder of pictures and open it."""
        folder = self._bench.dialogs.open_folder("Import a folder of frames")
        if folder is not None:
            self._frames_import.begin(folder)

    def open_dropped(self, path: Path) -> None:
        """Open the video, or import the folder, that was dropped on the tab."""
        if path.is_dir():
            self._frames_import.begin(path)
        else:
            self.open_video(path)

    def video_came_or_went(self, is_missing: bool) -> None:
        """The file of the present video is not where it was, or is there again."""
        self._missing = self._bench.document.project.video.path if is_missing else None
        self._show_problem()

    def rest(self, is_resting: bool) -> None:
        """Leave the processors to other work."""
        self.player.rest(is_resting)

    def close(self) -> None:
        """End the thread of the player."""
        self.player.close()

    def _probe(self, title: str, path: Path, take: Callable[[_Found], None]) -> None:
        document = self._bench.document
        sitting = document.sitting

        def take_if_wanted(found: _Found) -> None:
            if document.sitting is sitting:
                take(found)
            else:
                self._bench.said.emit(f"{path.name} was not opened: another project was opened meanwhile")

        self._bench.tasks.start(title, lambda _: self._look(path), take_if_wanted, slot="open video")

    def _look(self, path: Path) -> _Found:
        metadata = self._service.probe(path)
        return _Found(metadata, self._service.film_of(metadata))

    def _take_opened(self, found: _Found) -> None:
        document, before, metadata = self._bench.document, self._bench.document.project, found.metadata
        opened = self._prepared_once(with_opened_video(before, metadata, found.film))
        document.edit(f"Open video {metadata.path.name}", opened)
        notes = [_next_after_opening(before, metadata)]
        if opened.reporting is not before.reporting:
            notes.append(words_of_recording(metadata))
        if any(notes):
            self._bench.said.emit(Hint(". ".join(["The video is open", *filter(None, notes)])))

    def _prepared_once(self, project: Project) -> Project:
        """The project without the preparation that its video has already, if the user wants that."""
        done = done_twice(project)
        if not done:
            return project
        question = (
            f"The frames of this file were {_listed(done)} when it was written. The settings of the Video tab would do"
            " it to them once more. Take these settings back?"
        )
        is_wanted = self._bench.dialogs.ask("Open video", question, yes="Take back", no="Keep")
        return without_done_twice(project) if is_wanted else project

    def _take_found(self, found: _Found) -> None:
        metadata, before = found.metadata, self._bench.document.project
        project = with_video(before, path=metadata.path, metadata=metadata, film=found.film)
        self._bench.document.edit(f"Find video {metadata.path.name}", project)
        known = before.video.film
        if known is not None and known.is_same_as(found.film):
            self._bench.said.emit(f"{metadata.path.name} is the film of this project; everything measured on it stays")

    def _follow(self, change: Change) -> None:
        if change.touches("video"):
            self._show()
        elif change.touches("velocities", "calibration"):
            self._show_problem()

    def _show(self) -> None:
        video = self._bench.document.project.video
        path, metadata = video.path, video.metadata
        self._view.show_video(
            "" if path is None else path.name,
            "" if path is None else str(path.parent),
            () if metadata is None else video_facts(metadata),
        )
        self.player.take_video(video)
        self._show_problem()

    def _show_problem(self) -> None:
        video = self._bench.document.project.video
        if video.path is not None and video.metadata is None:
            self._look_into(video.path)
            return
        if video.path is not None and video.path == self._missing:
            self._view.show_problem(f"The video {video.path} is not there.", _FIND)
            return
        another = _another_film(self._bench.document.project)
        if another:
            self._view.show_problem(another, _FIND)
        else:
            self._view.show_problem(preparation_warning(self._bench.document.project))

    def _say_another_film(self) -> None:
        another = _another_film(self._bench.document.project)
        if another:
            self._bench.said.emit(another)

    def _look_into(self, path: Path) -> None:
        """Find out the facts of a video that came with a project; that is no edit."""

        def is_wanted(project: Project) -> bool:
            return project.video.path == path and project.video.metadata is None

        def take(found: _Found) -> None:
            project = self._bench.document.project
            if is_wanted(project):
                self._bench.document.complete(with_video(project, metadata=found.metadata, film=found.film))
                self._say_another_film()

        def fail(error: Exception) -> None:
            if is_wanted(self._bench.document.project):
                self._view.show_problem(_words_of(path, error), _FIND)

        self._bench.tasks.start(
            "Read the video", lambda _: self._look(path), take, failed=fail, slot="read video", quiet=True
        )


def _next_after_opening(before: Project, metadata: VideoMetadata) -> str:
    level_m, units = before.calibration.water_surface_elevation_m, unit_system(before.display_units)
    if before.calibration.image is None:
        return "A frame of it can serve as calibration image: choose it in the Frames tab"
    if level_m is None or before.video.path in (None, metadata.path):
        return ""
    level = f"{level_m * units.length:.3f} {units.length_label}"
    where = "check it on the Orthorectification tab"
    return f"The water surface elevation is still {level}, as with the video before: {where}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _another_film(project: Project) -> str:
    why = why_another_film(project)
    return f"{begun_with_capital(why)}." if why else ""


def _words_of(path: Path, error: Exception) -> str:
    if not path.exists():
        return f"The video {path} is not there."
    return f"The video {path.name} cannot be read. {error}" if isinstance(error, IvyError) else str(error)
