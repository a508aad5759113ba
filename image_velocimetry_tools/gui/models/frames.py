"""The frames of a clip as a list, and one of them prepared as the measurement does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError, VideoError
from ...domain.project import VideoSettings
from ...domain.video import Clip, ContrastFilters
from ...media import encoded_pictures
from ...media.colour_clip import FrameView, evenly_timed_frames
from ...media.decoding import first_picture
from ...media.tone import Tone, contrast_limits
from ...numerics.contrast import ContrastLimits, apply, curve_lut, filter_contrast
from ...numerics.frame_geometry import FrameGeometry
from ...services.video_service import VideoService

Picture = NDArray[np.uint8]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ClipFrames:
    """Times (n,) of the frames that are measured, seconds from the first frame of the video."""

    times_s: FloatArray

    def __len__(self) -> int:
        """Number of frames."""
        return len(self.times_s)

    def nearest(self, time_s: float) -> int:
        """Index of the frame nearest to a time."""
        return int(np.argmin(np.abs(self.times_s - time_s)))


def frames_of(video: VideoSettings) -> ClipFrames:
    """The frames of the clip of a video.

    Raises
    ------
    VideoError
        If the video cannot be read or does not hold the clip.
    """
    return ClipFrames(VideoService().sample_times_s(_path_of(video), video.clip))


def measured_picture(video: VideoSettings, time_s: float, filters: ContrastFilters) -> Picture:
    """The frame at a time as it is measured, grey (height, width): brightness, curve, contrast filters, geometry.

    The limits of automatic contrast are those of the first frame of the clip, as in the measurement.

    Raises
    ------
    VideoError
        If the video cannot be read or has no such frame.
    """
    path = _path_of(video)
    frame, full_range = first_picture(path, time_s)
    tone = Tone(replace(video.preparation, contrast=filters), full_range)
    if filters.auto_contrast_percent is not None:
        tone.whole(first_picture(path, video.clip.start_s or 0.0)[0].luma)
    return np.asarray(_geometry(video).picture(tone.whole(frame.luma)), dtype=np.uint8)


class ContrastPreview:
    """Contrast filters on colour pictures of the frames of one clip, as grey pictures (height, width).

    The grey values differ from the measured ones by roundings only, since the filters do not mind the range of luma.

    Raises
    ------
    VideoError
        If automatic contrast needs the first frame of the clip and the video has none.
    """

    def __init__(self, video: VideoSettings, filters: ContrastFilters) -> None:
        self._filters = filters
        self._limits: ContrastLimits | None = None
        if filters.auto_contrast_percent is not None:
            first = colour_picture(video, video.clip.start_s or 0.0)
            self._limits = contrast_limits(_grey(first), filters)

    def applied(self, rgb: Picture) -> Picture:
        """The picture as it is measured; the picture itself if no filter is on."""
        return rgb if self._filters.is_identity else filter_contrast(_grey(rgb), self._filters, self._limits)


def colour_picture(video: VideoSettings, time_s: float) -> Picture:
    """The frame at a time upright, flipped, free of lens distortion and with its contrast curve, RGB, in full size.

    Raises
    ------
    VideoError
        If the video cannot be read or has no such frame.
    """
    path, how, metadata = _path_of(video), video.preparation, video.metadata
    if metadata is None:
        raise ValueError("a video that is not read yet has no frames")
    view = FrameView(metadata.size, metadata.rotation_tag_deg, how, _geometry(video).prepared_size)
    rate = metadata.frame_rate_fps
    picture = None
    # one frame; the loop ends by itself, which closes the file
    for _, frame in evenly_timed_frames(path, Clip(start_s=time_s), rate, 0.5 / rate):
        picture = view.picture(frame)
    if picture is None:
        raise VideoError(f"there is no frame at {time_s:.2f} s", where=str(path))
    return np.ascontiguousarray(apply(picture, curve_lut(how.curve_preset or "none"))[:, :, ::-1])


def encoded_picture(picture: Picture, suffix: str = ".jpg") -> bytes:
    """A picture, grey or RGB, as a JPEG of high quality or in another format by the ending of its name.

    Raises
    ------
    IvyError
        If there is no such format.
    """
    known = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff")
    if suffix.lower() not in known:
        raise IvyError(f"pictures cannot be saved as '{suffix}'", remedy=f"Choose one of {', '.join(known)}")
    return encoded_pictures.encoded_picture(picture, suffix)


def _path_of(video: VideoSettings) -> Path:
    if video.path is None:
        raise ValueError("there is no video")
    return video.path


def _geometry(video: VideoSettings) -> FrameGeometry:
    if video.metadata is None:
        raise ValueError("a video that is not read yet has no frames")
    return FrameGeometry(video.metadata.size, video.metadata.rotation_tag_deg, video.preparation)


def _grey(rgb: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
