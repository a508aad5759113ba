"""One video of a whole batch: a clip per job with the measured velocities drawn on its water."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ...batch.job.result import JobResult
from ...domain.errors import IvyError, OutputError
from ...domain.units import UnitSystem, unit_system
from ...domain.video import Clip
from ...media.colour_clip import ColourPicture, FrameView, SteadyView, evenly_timed_frames
from ...media.frame_encoder import FrameEncoder, encoded_video
from ...media.probing import probe
from ...numerics.frame_geometry import FrameGeometry
from ...plugins.exporters import Exported, ExportedJob, ExportProgress, ExportSource
from .export_run import ExportRun
from .job_title import card_title, job_title
from .overlay_drawing import (
    Layout,
    arrow_style,
    canvas,
    draw_arrows,
    draw_legend,
    draw_section,
    layout_for,
    place_picture,
    title_card,
)
from .overlay_settings import OverlaySettings
from .water_arrows import WaterArrows, preparation_of, water_arrows

_USUAL_ASPECT = 16.0 / 9.0


class OverlayVideoExporter:
    """Writes the video; one frame is in memory at a time."""

    suffix = ".mp4"

    def __init__(self, settings: OverlaySettings | None = None) -> None:
        self._settings = settings or OverlaySettings()

    def export(
        self,
        source: ExportSource,
        target: Path,
        *,
        progress: ExportProgress | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> Exported:
        """Write the video; see :class:`~image_velocimetry_tools.plugins.exporters.Exporter`."""
        run = ExportRun(progress, cancel)
        run.tell(0.0, "looking for videos")
        # a run of its own: what is missing is told of when its turn comes
        layout = self._layout(source, ExportRun(None, cancel))
        clips = 0
        with encoded_video(target, layout.size, self._settings.fps) as encoder:
            film = _Film(source, run, layout, self._settings, encoder)
            for done in range(len(source.jobs)):
                clips += film.add(done)
            run.check()
            if not clips:
                remedy = "Check where the videos are, or wait until a job is completed"
                raise OutputError("no job of the batch can be shown", where=str(target), remedy=remedy)
        return run.finished(target)

    def _layout(self, source: ExportSource, run: ExportRun) -> Layout:
        """A canvas that the first clip fills."""
        aspect = next(self._aspects(source, run), _USUAL_ASPECT)
        return layout_for(self._settings.height, aspect, self._settings.width)

    @staticmethod
    def _aspects(source: ExportSource, run: ExportRun) -> Iterator[float]:
        for job in source.jobs:
            run.check()
            result = run.result(job) if job.result_path is not None else None
            if result is not None:
                try:
                    metadata = probe(job.local_video())
                    how = preparation_of(result)
                    size = FrameGeometry(metadata.size, metadata.rotation_tag_deg, how).prepared_size
                except IvyError:
                    continue
                yield size.width_px / size.height_px


class _Film:
    """Appends the jobs of a batch to a video, one after the other."""

    def __init__(
        self, source: ExportSource, run: ExportRun, layout: Layout, settings: OverlaySettings, encoder: FrameEncoder
    ) -> None:
        self._source = source
        self._run = run
        self._layout = layout
        self._settings = settings
        self._encoder = encoder
        self._units = unit_system(source.display_units)

    def add(self, index: int) -> bool:
        """Append a job; whether it could be shown."""
        job = self._source.jobs[index]
        self._tell(index, 0.0)
        if job.result_path is None and not self._settings.include_failed:
            return False
        result = self._run.result(job)
        if result is None:
            reason = job.message or "There is no result that can be read."
            self._add_card(card_title(job), reason)
            return False
        try:
            for share, frame in clip_frames(job, result, self._layout, self._settings, self._units):
                self._tell(index, share)
                self._encoder.write(frame)
        except OutputError:
            raise
        except IvyError as error:
            self._run.missing.append(f"{job.job_id} is not shown: {error.problems[0]}")
            self._add_card(job_title(job, result, self._units), str(error.problems[0]))
            return False
        return True

    def _add_card(self, title: str, reason: str) -> None:
        if not self._settings.include_failed:
            return
        card = title_card(self._layout, title, reason)
        for _ in range(max(1, round(self._settings.card_seconds * self._settings.fps))):
            self._run.check()
            self._encoder.write(card)

    def _tell(self, index: int, share: float) -> None:
        job = self._source.jobs[index]
        self._run.tell((index + share) / len(self._source.jobs), job.job_id)


def clip_frames(
    job: ExportedJob, result: JobResult, layout: Layout, settings: OverlaySettings, units: UnitSystem
) -> Iterator[tuple[float, ColourPicture]]:
    """The frames of a job's clip with everything drawn on them, and the share of the clip that is done.

    Raises
    ------
    IvyError
        If the video cannot be read, or the result does not say where its points lie.
    """
    arrows, preparation = water_arrows(result), preparation_of(result)
    video = job.local_video()
    metadata = probe(video)
    view = FrameView(metadata.size, metadata.rotation_tag_deg, preparation, layout.picture_box)
    steady = SteadyView(view.places(arrows.outline_px)) if preparation.stabilize else None
    overlay = _Overlay(arrows, view)
    frame = canvas(layout, job_title(job, result, units), result.quality.verdict)
    draw_legend(frame, layout, arrows, overlay.style, units)
    stated = result.provenance.parameters
    clip = Clip(stated.get("clip_start_s"), stated.get("clip_end_s"))
    for share, decoded in evenly_timed_frames(video, clip, settings.fps, settings.max_seconds_per_clip):
        picture = view.picture(decoded)
        if steady is not None:
            picture = steady.picture(picture)
        overlay.draw(picture)
        place_picture(frame, picture, layout)
        yield share, frame


class _Overlay:
    """What is drawn on every picture of a clip."""

    def __init__(self, arrows: WaterArrows, view: FrameView) -> None:
        self.style = arrow_style(arrows, view.size.height_px)
        self._arrows = arrows
        self._places = view.places(arrows.foot_px)
        self._section = view.places(arrows.section_px)

    def draw(self, picture: ColourPicture) -> None:
        draw_section(picture, self._section, self.style.thickness_px)
        draw_arrows(picture, self._arrows, self._places, self.style)
