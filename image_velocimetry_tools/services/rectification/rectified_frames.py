"""The frames of a clip rectified and written as pictures, for use in other programs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ...domain.errors import Cancelled, OutputError, VideoError, output_error
from ...domain.project import VideoSettings
from ...domain.video import FrameSize
from ...media.decoding import CancelToken
from ...numerics.raster import remap
from ..orthorectification_service import Orthorectification
from ..video_service import VideoService
from .picture_geometry import frame_scale

Picture = NDArray[np.uint8]

PATTERN = "t[0-9][0-9][0-9][0-9][0-9].jpg"
"""Names of the pictures: ``t00001.jpg``, ``t00002.jpg``, ..."""

_EXTRACTED = 0.5
_JPEG_QUALITY = 95


def export_rectified_frames(
    video: VideoSettings,
    solved: Orthorectification,
    folder: Path | str,
    *,
    progress: Callable[[float], None] | None = None,
    cancel: CancelToken | None = None,
) -> tuple[Path, ...]:
    """Write every frame that is used of a clip, rectified, into a folder and return the pictures in order.

    Frames of another size and the same shape as the calibration image are scaled to it first. Pictures of that name
    pattern which lie there already are replaced, all at once when the new ones are complete.

    Raises
    ------
    VideoError, OutputError, Cancelled
        If there is no video, it does not hold the clip or has frames of another shape, a picture cannot be written,
        or the token was set.
    """
    if video.path is None:
        raise VideoError("there is no video", remedy="Open one on the Video tab")
    report = progress or _nothing
    target = Path(folder).absolute()
    try:
        with _workspace(target) as space:
            work = Path(space)
            frames = VideoService().extract_frames(
                video.path,
                work / "frames",
                video.clip,
                video.preparation,
                progress=lambda share: report(_EXTRACTED * share),
                cancel=cancel,
            )
            for _, share in _rectified(frames, solved, work, cancel):
                report(_EXTRACTED + (1.0 - _EXTRACTED) * share)
            return _moved(sorted(work.glob(PATTERN)), target)
    except OSError as error:
        raise output_error(target, error) from error


def _rectified(
    frames: tuple[Path, ...], solved: Orthorectification, work: Path, cancel: CancelToken | None
) -> Iterator[tuple[Path, float]]:
    """Write the rectified frames one by one, with the share that is done; the frames they come from are deleted."""
    rectification = solved.rectification
    maps = rectification.maps(0, 0, rectification.width_px, rectification.height_px)
    for number, frame in enumerate(frames, start=1):
        if cancel is not None and cancel.is_set():
            raise Cancelled
        path = work / f"t{number:05d}.jpg"
        path.write_bytes(_encoded(remap(_sized(_read(frame), solved.frame), *maps), path))
        frame.unlink()
        yield path, number / len(frames)


def _read(path: Path) -> Picture:
    content = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    picture = cv2.imdecode(content, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if picture is None:
        raise VideoError("a frame cannot be read", where=path.name, remedy="Check the space that is free on the disk")
    return np.asarray(picture, dtype=np.uint8)


def _sized(picture: Picture, calibrated: FrameSize) -> Picture:
    size = FrameSize(picture.shape[1], picture.shape[0])
    if size == calibrated:
        return picture
    frame_scale(size, calibrated)
    how = cv2.INTER_AREA if size.width_px > calibrated.width_px else cv2.INTER_LINEAR
    resized = cv2.resize(picture, (calibrated.width_px, calibrated.height_px), interpolation=how)
    return np.asarray(resized, dtype=np.uint8)


def _encoded(picture: Picture, path: Path) -> bytes:
    is_good, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not is_good:
        raise OutputError("the picture cannot be written", where=path.name, remedy="Choose a smaller extent")
    return bytes(code.tobytes())


def _moved(pictures: list[Path], target: Path) -> tuple[Path, ...]:
    for old in target.glob(PATTERN):
        old.unlink()
    return tuple(Path(shutil.move(picture, target / picture.name)) for picture in pictures)


def _workspace(target: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder inside the target, so that moving the pictures is a mere rename; it is gone afterwards."""
    target.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix=".partial-", dir=target, ignore_cleanup_errors=True)


def _nothing(_: float) -> None: ...
