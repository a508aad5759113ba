"""How frames are prepared for the measurement: upright, in good contrast, free of lens distortion, steady."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ...domain.project import VideoSettings
from ...domain.video import Flip, FramePreparation, FrameSize, LensModel
from ...numerics.contrast import CURVE_PRESETS
from ..models.document import Change
from ..models.video import prepared_size, problems_of, with_preparation
from ..models.video_stabilisation import StabilisationPreview, stabilisation_preview
from ..models.workbench import Workbench

Picture = NDArray[np.uint8]


class PreparationView(Protocol):
    """Controls of the preparation."""

    def bind(self, presenter: PreparationPresenter) -> None:
        """Take the presenter that hears what the user does."""
        ...

    def show_presets(self, names: tuple[str, ...]) -> None:
        """Offer contrast curves."""
        ...

    def show_preparation(self, preparation: FramePreparation, lens: str) -> None:
        """Show the settings, the lens as a text."""
        ...

    def allow(self, has_video: bool, has_clip: bool) -> None:
        """Turn on what needs a video, and what needs a good clip."""
        ...

    def ask_lens(self, lens: LensModel, size: FrameSize) -> LensModel | None:
        """Ask for the distortion of the lens in frames of a size; None changes nothing."""
        ...

    def show_stabilisation(self, before: Picture, after: Picture | None, text: str) -> None:
        """Show the first frame of the clip over the last one, as recorded and stabilised, in a window."""
        ...


class PreparationPresenter:
    """Edits the preparation of the frames."""

    def __init__(self, view: PreparationView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        view.bind(self)
        view.show_presets(CURVE_PRESETS)
        bench.document.changed.subscribe(self._follow)
        self._show()

    def set_rotation(self, degrees: int) -> None:
        """Turn frames clockwise by 0, 90, 180 or 270 degrees."""
        self._edit("Rotate video", rotation_deg=degrees)

    def set_flip(self, flip: Flip) -> None:
        """Mirror frames."""
        self._edit("Flip video", flip=flip)

    def set_curve(self, preset: str) -> None:
        """Change the contrast by a curve."""
        self._edit("Change contrast curve", curve_preset=preset)

    def set_normalize_luma(self, is_on: bool) -> None:
        """Bring brightness to its full range."""
        self._edit("Normalise luma", normalize_luma=is_on)

    def set_stabilize(self, is_on: bool) -> None:
        """Take the motion of the camera out."""
        self._edit("Stabilise video", stabilize=is_on)

    def edit_lens(self) -> None:
        """Ask for the distortion of the lens."""
        size = prepared_size(self._video)
        if size is None:
            return
        lens = self._view.ask_lens(self._video.preparation.lens, size)
        if lens is not None:
            self._edit("Correct lens distortion", lens=lens)

    def reset_lens(self) -> None:
        """Correct no distortion of the lens."""
        self._edit("Remove lens correction", lens=LensModel())

    def preview_stabilisation(self) -> None:
        """Show what stabilising the clip does."""
        project = self._bench.document.project
        if project.video.metadata is None:
            return
        self._bench.tasks.start(
            "Preview stabilisation",
            lambda control: stabilisation_preview(project, control),
            lambda preview: self._view.show_stabilisation(preview.before, preview.after, _words_of(preview)),
            slot="stabilisation preview",
        )

    @property
    def _video(self) -> VideoSettings:
        return self._bench.document.project.video

    def _edit(self, label: str, **changes: Any) -> None:
        self._bench.document.edit(label, with_preparation(self._bench.document.project, **changes))

    def _follow(self, change: Change) -> None:
        if change.touches("video"):
            self._show()

    def _show(self) -> None:
        video = self._video
        self._view.show_preparation(video.preparation, _words_of_lens(video.preparation.lens))
        has_video = video.metadata is not None
        self._view.allow(has_video, has_video and not problems_of(video))


def _words_of_lens(lens: LensModel) -> str:
    return "not corrected" if lens.is_identity else f"k1 {lens.k1:g}, k2 {lens.k2:g}"


def _words_of(preview: StabilisationPreview) -> str:
    ground = _words_of_ground(preview.water_source)
    if preview.after is None:
        return f"Too little static ground can be recognised: this clip cannot be stabilised. {ground}"
    moved = f"The camera moved by {preview.shift_px:.1f} px from the first frame to the last."
    if preview.unreliable:
        moved += f" {preview.unreliable} of {preview.frames} frames that were looked at could not be followed."
    return f"{moved} {ground}"


def _words_of_ground(water_source: str) -> str:
    if water_source:
        return f"Static ground was looked for outside the water, known by {water_source}, as the measurement does."
    return (
        "Static ground was looked for in the whole picture, since the place of the water is not known yet; the "
        "measurement looks outside the water only."
    )
