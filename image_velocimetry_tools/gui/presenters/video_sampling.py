"""Every how many frames one is measured, and which step suits an expected velocity."""

from __future__ import annotations

from typing import Protocol

from ...domain.project import VideoSettings
from ...domain.units import UnitSystem, unit_system
from ..models.document import Change
from ..models.rectified_image import RectifiedImage
from ..models.video import advised_frame_step, displacement_px, problems_of, sampling_of, with_clip
from ..models.workbench import Workbench


class SamplingView(Protocol):
    """The frame step, what follows from it, and its helper."""

    def bind(self, presenter: SamplingPresenter) -> None:
        """Take the presenter that hears what the user does."""
        ...

    def show_step(self, step: int) -> None:
        """Show the frame step."""
        ...

    def show_sampling(self, frame_rate: str, interval: str, frames: str) -> None:
        """Show what the frame step makes of the clip; empty without a video."""
        ...

    def show_units(self, velocity: str, length: str) -> None:
        """Show the units of the helper's fields."""
        ...

    def show_pixel_size(self, pixel_size: float | None) -> None:
        """Show the pixel size of the rectified image in display units, where it is known."""
        ...

    def show_advice(self, text: str, can_apply: bool) -> None:
        """Show what the helper advises."""
        ...

    def allow(self, has_video: bool) -> None:
        """Turn the fields on where there is a video."""
        ...


class SamplingPresenter:
    """Edits the frame step."""

    def __init__(self, view: SamplingView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        self._wish: tuple[float | None, float | None, float | None] = (None, None, None)
        self._advised: int | None = None
        self._is_own_pixel_size = False
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        bench.rectified.changed.subscribe(self._take_rectified)
        self._show_units()
        self._take_rectified(bench.rectified.current)
        self._show()

    def set_step(self, step: int) -> None:
        """Measure every ``step``-th frame."""
        project = with_clip(self._bench.document.project, frame_step=max(1, step))
        self._bench.document.edit("Set frame step", project, merge="frame step")

    def advise(self, displacement: float | None, velocity: float | None, pixel_size: float | None) -> None:
        """Find a step from a displacement in pixels per frame, a velocity and a pixel size, in display units."""
        self._wish = (displacement, velocity, pixel_size)
        self._show_advice()

    def apply_advice(self) -> None:
        """Take the advised step over."""
        if self._advised is not None:
            self.set_step(self._advised)

    @property
    def _video(self) -> VideoSettings:
        return self._bench.document.project.video

    @property
    def _units(self) -> UnitSystem:
        return unit_system(self._bench.document.project.display_units)

    def _follow(self, change: Change) -> None:
        if change.touches("video"):
            self._show()
        if change.before.display_units != change.after.display_units:
            self._wish = (self._wish[0], None, None)
            self._show_units()
            self._take_rectified(self._bench.rectified.current)
            self._show_advice()

    def _show_units(self) -> None:
        self._view.show_units(self._units.velocity_label, self._units.length_label)

    def _take_rectified(self, image: RectifiedImage) -> None:
        raster = image.solved.raster if image.solved is not None else None
        if raster is not None:
            self._view.show_pixel_size(raster.pixel_size_m * self._units.length)

    def _show(self) -> None:
        video = self._video
        self._view.show_step(video.clip.frame_step)
        self._view.allow(video.metadata is not None)
        if video.metadata is None or problems_of(video):
            self._view.show_sampling("", "", "")
        else:
            sampling = sampling_of(video.metadata, video.clip)
            interval = f"{1000.0 * sampling.interval_s:.4g} ms"
            self._view.show_sampling(f"{sampling.frame_rate_fps:.4g} fps", interval, str(sampling.frame_count))
        self._show_advice()

    def _show_advice(self) -> None:
        self._advised = None
        displacement, velocity, pixel_size = self._wish
        metadata = self._video.metadata
        if not displacement or not velocity or not pixel_size or metadata is None:
            self._view.show_advice("Enter the expected velocity and the pixel size of the rectified image", False)
            return
        velocity_mps, pixel_size_m = abs(velocity) / self._units.velocity, abs(pixel_size) / self._units.length
        rate = metadata.frame_rate_fps
        step = advised_frame_step(abs(displacement), velocity_mps, pixel_size_m, rate)
        moved = displacement_px(step, velocity_mps, pixel_size_m, rate)
        self._advised = step
        frames = "every frame" if step == 1 else f"frame step {step}"
        self._view.show_advice(f"Take {frames}: the water moves {moved:.2g} px between frames", True)
