"""What a project knows of its video: the file, the clip of it, and how its frames are prepared."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

from ...domain.errors import VideoError
from ...domain.project import VideoSettings
from ...domain.video import Clip, Film, Flip, FramePreparation, FrameSize, LensModel
from ..clip_times import parse_clip_time
from ..project.values import ProjectValues
from ..scaffold.frames import read_frame_step, read_preparation

_LONGEST_S = 1e7
_FLIPS: dict[str, Flip] = {"none": "none", "hflip": "hflip", "vflip": "vflip"}


def read_video(values: ProjectValues, own: ProjectValues, folder: Path, frame: FrameSize | None) -> VideoSettings:
    """The video with its clip; ``frame`` is the size of the prepared frame. Its metadata are not looked up."""
    strips = values.part("ffmpeg_parameters")
    return VideoSettings(
        path=_video_path(values, folder),
        clip=_clip(values, own),
        preparation=read_preparation(values, frame),
        strip_audio=strips.flag("strip_audio", values.flag("video_strip_audio", True)),
        film=read_film(own),
    )


def read_film(own: ProjectValues) -> Film | None:
    """The film that a part of the project names; None if it names none, or says too little to tell it from others."""
    kept = own.part("film")
    size_bytes, fingerprint = kept.integer("size_bytes", None, 0), kept.text("fingerprint")
    if size_bytes is None or not fingerprint:
        return None
    return Film(
        size_bytes=size_bytes,
        fingerprint=fingerprint,
        frame_size=_frame_size(kept),
        frame_rate_fps=kept.number("frame_rate_fps", 0.0),
        duration_s=kept.number("duration_s", 0.0),
        frame_count=kept.integer("frame_count", None, 0),
    )


def read_prepared_as(own: ProjectValues, video: VideoSettings) -> FramePreparation:
    """How frames were prepared when the calibration image was taken: as they are, where a file says nothing of it."""
    kept = own.part("calibration").part("prepared_as")
    rotation, flip, lens = kept.integer("rotation_deg", None, 0), _FLIPS.get(kept.text("flip")), kept.array("lens")
    if rotation is None or flip is None or lens is None or lens.shape != (4,):
        return video.preparation.placing
    return FramePreparation(rotation_deg=rotation, flip=flip, lens=LensModel(*lens.tolist()))


def _frame_size(kept: ProjectValues) -> FrameSize:
    size = kept.array("frame_size")
    return FrameSize(0, 0) if size is None or size.shape != (2,) else FrameSize(int(size[0]), int(size[1]))


def found_file(name: str, folder: Path) -> Path | None:
    """A file named in a project: where it says, else seen from the project's folder, else beside the project."""
    candidates = (Path(name), folder / name, folder / base_name(name))
    return next((path for path in candidates if _is_file(path)), None)


def _video_path(values: ProjectValues, folder: Path) -> Path | None:
    places = (
        (values, "video_file_name"),
        (values.part("ffmpeg_parameters"), "input_video"),
        (values, "video_file"),
    )
    names = [part.text(key) for part, key in places if isinstance(part.data.get(key), str | None)]
    name = next((name for name in names if name), "")
    if not name:
        return None
    found = found_file(name, folder)
    if found is not None:
        return found if found.is_absolute() else found.absolute()
    if "://" in name:
        values.warn(f"its video is '{name}'; download it and open it on the Video tab")
        return None
    values.warn(f"its video '{name}' is not there; open it on the Video tab")
    return Path(name)


def base_name(name: str) -> str:
    """The last part of a path of any system."""
    # It takes both kinds of slash, and projects come from Windows more often than not.
    return PureWindowsPath(name).name


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False  # a name that the file system cannot hold


def _clip(values: ProjectValues, own: ProjectValues) -> Clip:
    """The clip; the texts of the project are rounded, what this program added beside them is not."""
    ffmpeg, exact = values.part("ffmpeg_parameters"), own.part("clip")
    start, end = _time(ffmpeg, "start_time"), _time(ffmpeg, "end_time")
    if exact.data:
        start, end = _seconds(exact, "start_s"), _seconds(exact, "end_s")
    elif not start:
        start = None
    if end is not None and end <= (start or 0.0):
        values.warn("the clip ends before it starts; it is taken to the end of the video")
        end = None
    return Clip(start, end, read_frame_step(values))


def _seconds(exact: ProjectValues, key: str) -> float | None:
    seconds = exact.number(key, None)
    if seconds is None or 0.0 <= seconds < _LONGEST_S:
        return seconds
    exact.report(f"'{exact.prefix}{key}' is no time within a video: {seconds:g} s")
    return None


def _time(ffmpeg: ProjectValues, key: str) -> float | None:
    text = ffmpeg.text(key)
    try:
        return parse_clip_time(text) if text else None
    except VideoError:
        ffmpeg.report(f"'{ffmpeg.prefix}{key}' is not a time: '{text[:40]}'")
        return None
