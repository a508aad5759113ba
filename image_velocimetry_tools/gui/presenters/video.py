"""The Video tab: which video is measured, which part of it, and how its frames are prepared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from ...domain.errors import IvyError
from ...domain.project import Project
from ...domain.units import unit_system
from ...domain.video import VideoMetadata
from ...media.frame_folder import write_video_of_pictures
from ...services.player.player_service import PlayerService
from ...services.video_service import VideoService
from ..models.document import Change
from ..models.tasks import TaskControl
from ..models.video import with_opened_video, with_video
from ..models.video_facts import video_facts
from ..models.workbench import Workbench
from .dialogs import FileKind
from .video_clip import ClipPresenter, ClipView
from .video_player import PlayerPresenter, PlayerView
from .video_preparation import PreparationPresenter, PreparationView
from .video_sampling import SamplingPresenter, SamplingView

_FIND = "Find the video…"


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
            self._import(folder)

    def open_dropped(self, path: Path) -> None:
        """Open the video, or import the folder, that was dropped on the tab."""
        if path.is_dir():
            self._import(path)
        else:
            self.open_video(path)

    def rest(self, is_resting: bool) -> None:
        """Leave the processors to other work."""
        self.player.rest(is_resting)

    def close(self) -> None:
        """End the thread of the player."""
        self.player.close()

    def _import(self, folder: Path) -> None:
        title, question = "Import frames", "Frames per second at which the pictures were taken"
        rate = self._bench.dialogs.ask_number(title, question, 30.0, unit="fps")
        target = folder.parent / f"{folder.name}.mp4"
        if rate is None or not self._may_write(target):
            return

        def write(control: TaskControl) -> Path:
            def report(share: float) -> None:
                control.progress(share, f"Writing {target.name}")

            return write_video_of_pictures(folder, target, rate, progress=report, cancel=control)

        self._bench.tasks.start(title, write, self.open_video)

    def _may_write(self, target: Path) -> bool:
        if not target.exists():
            return True
        question = f"The pictures become the video {target}, which exists already. Replace it?"
        return self._bench.dialogs.ask("Import frames", question, yes="Replace", no="Keep")

    def _probe(self, title: str, path: Path, take: Callable[[VideoMetadata], None]) -> None:
        document = self._bench.document
        sitting = document.sitting

        def take_if_wanted(metadata: VideoMetadata) -> None:
            if document.sitting is sitting:
                take(metadata)
            else:
                self._bench.said.emit(f"{path.name} was not opened: another project was opened meanwhile")

        self._bench.tasks.start(title, lambda _: self._service.probe(path), take_if_wanted, slot="open video")

    def _take_opened(self, metadata: VideoMetadata) -> None:
        document, before = self._bench.document, self._bench.document.project
        document.edit(f"Open video {metadata.path.name}", with_opened_video(before, metadata))
        level_m, units = before.calibration.water_surface_elevation_m, unit_system(before.display_units)
        if before.calibration.image is None:
            self._bench.said.emit(
                "The video is open. A frame of it can serve as calibration image: choose it in the Frames tab"
            )
        elif level_m is not None and before.video.path not in (None, metadata.path):
            level = f"{level_m * units.length:.3f} {units.length_label}"
            self._bench.said.emit(
                f"The video is open. The water surface elevation is still {level}, as with the video before: check it"
                " on the Orthorectification tab"
            )

    def _take_found(self, metadata: VideoMetadata) -> None:
        project = with_video(self._bench.document.project, path=metadata.path, metadata=metadata)
        self._bench.document.edit(f"Find video {metadata.path.name}", project)

    def _follow(self, change: Change) -> None:
        if change.touches("video"):
            self._show()

    def _show(self) -> None:
        video = self._bench.document.project.video
        path, metadata = video.path, video.metadata
        self._view.show_video(
            "" if path is None else path.name,
            "" if path is None else str(path.parent),
            () if metadata is None else video_facts(metadata),
        )
        self.player.take_video(video)
        if path is None or metadata is not None:
            self._view.show_problem("")
        else:
            self._look_into(path)

    def _look_into(self, path: Path) -> None:
        """Find out the facts of a video that came with a project; that is no edit."""

        def is_wanted(project: Project) -> bool:
            return project.video.path == path and project.video.metadata is None

        def take(metadata: VideoMetadata) -> None:
            project = self._bench.document.project
            if is_wanted(project):
                self._bench.document.complete(with_video(project, metadata=metadata))

        def fail(error: Exception) -> None:
            if is_wanted(self._bench.document.project):
                self._view.show_problem(_words_of(path, error), _FIND)

        self._bench.tasks.start(
            "Read the video", lambda _: self._service.probe(path), take, failed=fail, slot="read video", quiet=True
        )


def _words_of(path: Path, error: Exception) -> str:
    if not path.exists():
        return f"The video {path} is not there."
    return f"The video {path.name} cannot be read. {error}" if isinstance(error, IvyError) else str(error)
