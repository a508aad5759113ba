"""How a project prepares its frames: step, rotation, flip, luma, curve, lens, stabilisation and contrast.

Most settings are kept twice. ``ffmpeg_parameters`` holds what the frames were extracted with, so it wins over the
``video_*`` keys. The frame step is the exception: ``extraction_frame_step`` is the one that the desktop application
shows and from which it computed its time step, so it comes first. Every disagreement gives a warning.
"""

from __future__ import annotations

from typing import cast

from ...domain.video import ContrastFilters, Flip, FramePreparation, FrameSize, LensModel
from ..project.values import ProjectValues

_FLIPS = ("none", "hflip", "vflip")


def read_frame_step(values: ProjectValues) -> int:
    """Every how many frames one is used; 1 if the project does not say.

    The order is ``extraction_frame_step``, ``ffmpeg_parameters.extract_frame_step``, then ``frame_step`` in either.
    """
    ffmpeg = values.part("ffmpeg_parameters")
    places = (
        (values, "extraction_frame_step"),
        (ffmpeg, "extract_frame_step"),
        (ffmpeg, "frame_step"),
        (values, "frame_step"),
    )
    found = [(part.prefix + key, part.integer(key, None, 1)) for part, key in places if part.has(key)]
    steps = [(name, step) for name, step in found if step is not None]
    for name, step in steps[1:]:
        if step != steps[0][1]:
            values.warn(f"'{steps[0][0]}' is {steps[0][1]} but '{name}' is {step}; {steps[0][1]} is used")
    return steps[0][1] if steps else 1


def read_preparation(values: ProjectValues, frame: FrameSize | None) -> FramePreparation:
    """Preparation of the frames; ``frame`` is the size of the prepared frame, for a lens centre given in pixels."""
    ffmpeg = values.part("ffmpeg_parameters")
    return FramePreparation(
        rotation_deg=_rotation(values, ffmpeg),
        flip=_flip(values, ffmpeg),
        normalize_luma=_flag_of_two(values, ffmpeg, "normalize_luma", "video_normalize_luma"),
        curve_preset=_text_of_two(values, ffmpeg, "curve_preset", "video_curve_preset") or "none",
        lens=_lens(ffmpeg, frame),
        stabilize=_flag_of_two(values, ffmpeg, "stabilize", "video_ffmpeg_stabilize"),
        contrast=_contrast(values.part("contrast_filters")),
    )


def _rotation(values: ProjectValues, ffmpeg: ProjectValues) -> int:
    turns = [part.number("video_rotation", None) for part in (ffmpeg, values)]
    degrees = next((turn for turn in turns if turn is not None), 0.0)
    if degrees % 90:
        values.report(f"'video_rotation' is {degrees:g}; frames turn by 0, 90, 180 or 270 degrees")
        return 0
    if None not in turns and len({cast(float, turn) % 360 for turn in turns}) > 1:
        _warn_of_two(values, "video_rotation", f"{turns[0]:g}", f"{turns[1]:g}")
    return int(degrees % 360)


def _flip(values: ProjectValues, ffmpeg: ProjectValues) -> Flip:
    flip = _text_of_two(values, ffmpeg, "video_flip", "video_flip").lower() or "none"
    if flip not in _FLIPS:
        values.report(f"'video_flip' is '{flip}'; known are {', '.join(_FLIPS)}")
        return "none"
    return cast(Flip, flip)


def _text_of_two(values: ProjectValues, ffmpeg: ProjectValues, key: str, twin: str) -> str:
    first, second = ffmpeg.text(key), values.text(twin)
    if first and second and first != second:
        _warn_of_two(values, twin, first, second)
    return first or second


def _flag_of_two(values: ProjectValues, ffmpeg: ProjectValues, key: str, twin: str) -> bool:
    first, second = ffmpeg.flag(key, False), values.flag(twin, False)
    if ffmpeg.has(key) and values.has(twin) and first != second:
        _warn_of_two(values, twin, str(first).lower(), str(second).lower())
    return first if ffmpeg.has(key) else second


def _warn_of_two(values: ProjectValues, twin: str, first: str, second: str) -> None:
    values.warn(f"'{twin}' is {second} but 'ffmpeg_parameters' says {first}, which is used")


def _lens(ffmpeg: ProjectValues, frame: FrameSize | None) -> LensModel:
    k1, k2 = ffmpeg.number("k1", 0.0), ffmpeg.number("k2", 0.0)
    if k1 == 0.0 and k2 == 0.0:
        # Without distortion the centre means nothing, and projects hold 0, 0 then.
        return LensModel()
    if ffmpeg.has("calibrate_radial") and not ffmpeg.flag("calibrate_radial", True):
        ffmpeg.warn(
            "'ffmpeg_parameters.calibrate_radial' is off but k1 and k2 are not zero; USGS IVyTools corrects the lens"
            " of such frames all the same, so it is corrected here too"
        )
    width, height = (frame.width_px, frame.height_px) if frame else (None, None)
    centre_x, centre_y = _centre(ffmpeg, "cx", width), _centre(ffmpeg, "cy", height)
    if centre_x == 0.0 and centre_y == 0.0:
        ffmpeg.warn("the centre of the lens correction is the upper left corner of the frame")
    return LensModel(k1, k2, centre_x, centre_y)


def _centre(ffmpeg: ProjectValues, key: str, size_px: int | None) -> float:
    centre = ffmpeg.number(key, 0.5)
    if centre > 1.0 and size_px is not None:
        ffmpeg.warn(f"'ffmpeg_parameters.{key}' is {centre:g}, taken for pixels of {size_px}")
        centre /= size_px
    if not 0.0 <= centre <= 1.0:
        ffmpeg.report(f"'ffmpeg_parameters.{key}' is outside the frame: {ffmpeg.number(key, 0.5):g}")
        return 0.5
    return centre


def _contrast(part: ProjectValues) -> ContrastFilters:
    """Our own key: ``{"clahe_clip_limit": 2.0, "clahe_tiles": [8, 8], "auto_contrast_percent": 1.0}``; null is off."""
    limit, percent = part.number("clahe_clip_limit", None), part.number("auto_contrast_percent", None)
    tiles = part.array("clahe_tiles")
    if limit is not None and not limit > 0.0:
        part.report("CLAHE clip limit must be positive")
    if percent is not None and not 0.0 <= percent <= 100.0:
        part.report("Auto-contrast percentage must be between 0 and 100")
    if tiles is None:
        return ContrastFilters(limit, auto_contrast_percent=percent)
    if tiles.shape != (2,) or (tiles != tiles.round()).any() or (tiles <= 0).any():
        part.report("CLAHE tile sizes must be positive whole numbers, one for each direction")
        return ContrastFilters(limit, auto_contrast_percent=percent)
    return ContrastFilters(limit, (int(tiles[0]), int(tiles[1])), percent)
