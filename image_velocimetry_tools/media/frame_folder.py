"""Single pictures of a folder, such as a camera's time series or extracted frames, as a video to be measured."""

from __future__ import annotations

import re
from collections import Counter
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..domain.errors import Cancelled, OutputError, Problem, VideoError
from ..domain.video import FrameSize
from .decoding import CancelToken
from .ffmpeg_process import Progress
from .frame_encoder import FrameEncoder, encoded_video
from .written_frames import read_frames_note, tag_options

PICTURE_KINDS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".bmp": "BMP",
}
EVERY_NAME = "*"
_MOST_NAMED = 10
_KEY_FRAME_EVERY = 30


def series_in(folder: Path | str) -> dict[str, int]:
    """Series of pictures in a folder as patterns of names, such as ``f*.jpg``, with their numbers, largest first.

    Raises
    ------
    VideoError
        If there is no such folder.
    """
    files = sorted(_pictures_in(Path(folder), EVERY_NAME))
    return dict(Counter(re.sub(r"\d+", "*", file.stem) + file.suffix for file in files).most_common())


def frame_pictures(folder: Path | str, pattern: str = EVERY_NAME) -> tuple[Path, ...]:
    """The pictures of a folder in the order of the numbers in their names (``f2`` before ``f10``).

    ``pattern`` is a shell pattern of the names that count, such as ``f*.jpg``; upper and lower case are the same.

    Raises
    ------
    VideoError
        If there is no such folder, it holds fewer than two pictures or several kinds of them, or numbers are missing:
        a frame that is missing would be a jump of the water.
    """
    place = Path(folder)
    files = _pictures_in(place, pattern)
    if len(files) < 2:
        named = "" if pattern == EVERY_NAME else f" named {pattern}"
        raise VideoError(
            f"the folder holds fewer than two pictures{named}",
            where=str(place),
            remedy="Choose a folder of JPEG, PNG, TIFF or BMP pictures",
        )
    kinds = Counter(PICTURE_KINDS[file.suffix.lower()] for file in files)
    if len(kinds) > 1:
        listed = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        raise VideoError(
            f"the folder holds pictures of several kinds ({listed})",
            where=str(place),
            remedy="Leave only the frames of one video in it",
        )
    ordered = tuple(sorted(files, key=_natural))
    _check_numbers(place, ordered)
    return ordered


def write_video_of_pictures(
    folder: Path | str,
    destination: Path | str,
    frame_rate_fps: float,
    *,
    pattern: str = EVERY_NAME,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Path:
    """Write the pictures of a folder as a video (MP4, H.264) without loss of luma, at a constant rate.

    Parameters
    ----------
    folder, pattern
        See :func:`frame_pictures`.
    destination
        File to write; it appears when it is complete.
    frame_rate_fps
        Pictures per second, at which they were taken.
    progress
        Called with the share done, 0 to 1.
    cancel
        Stops the work when it is set.

    Returns
    -------
    Path
        ``destination``.

    Raises
    ------
    VideoError
        If the rate is not positive or the pictures are no frames of one video, with all that is wrong.
    OutputError
        If the video cannot be written.
    Cancelled
        If the token was set; nothing is left behind.
    """
    target = Path(destination)
    if not (0 < frame_rate_fps < 10_000):
        raise VideoError(
            f"the frame rate is {frame_rate_fps:g} per second", remedy="Give the rate at which the pictures were taken"
        )
    if target.suffix.lower() != ".mp4":
        raise OutputError("pictures become an MP4 video", where=str(target), remedy="Choose a name that ends in .mp4")
    files = frame_pictures(folder, pattern)
    size = _first_size(files[0])
    _, done = read_frames_note(Path(folder))
    note = [] if done is None else tag_options(done)
    with encoded_video(target, size, frame_rate_fps, [*_lossless(size), *note]) as encoder:
        _encode(files, size, encoder, progress, cancel)
    return target


def _pictures_in(place: Path, pattern: str) -> list[Path]:
    if not place.is_dir():
        raise VideoError("there is no such folder", where=str(place), remedy="Check its name")
    try:
        files = [file for file in place.iterdir() if file.suffix.lower() in PICTURE_KINDS and file.name[0] != "."]
    except OSError as error:
        reason = error.strerror or str(error)
        raise VideoError(f"the folder cannot be read: {reason}", where=str(place)) from error
    return [file for file in files if fnmatchcase(file.name.lower(), pattern.strip().lower())]


def _encode(
    files: tuple[Path, ...],
    size: FrameSize,
    encoder: FrameEncoder,
    progress: Progress | None,
    cancel: CancelToken | None,
) -> None:
    """Encode pictures as long as all is well; after that only look for what else is wrong."""
    problems: list[Problem] = []
    for number, file in enumerate(files):
        if cancel is not None and cancel.is_set():
            raise Cancelled
        picture = _read(file)
        if picture is None:
            problems.append(Problem("the picture cannot be read", str(file), "Replace it by one that can be opened"))
        elif _size_of(picture) != size:
            what = f"the picture is {_size_of(picture)} pixels large, the first one {size}"
            problems.append(Problem(what, str(file), "All frames must be of the same size"))
        elif not problems:
            encoder.write(picture)
        if progress is not None:
            progress((number + 1) / len(files))
    if problems:
        named = problems[:_MOST_NAMED]
        if len(problems) > len(named):
            named.append(
                Problem(f"{len(problems) - len(named)} more pictures have the same fault", str(files[0].parent))
            )
        raise VideoError.from_problems(named)


def _lossless(size: FrameSize) -> list[str]:
    """Options for an encoder that keeps luma as it is, in full range."""
    # Chroma of half the resolution needs even sizes.
    layout = "yuv420p" if size.width_px % 2 == 0 and size.height_px % 2 == 0 else "yuv444p"
    picture = f"scale=out_color_matrix=bt601:out_range=full:flags=bicubic+accurate_rnd,format={layout}"
    tags = ["-color_range", "pc", "-colorspace", "smpte170m"]
    return ["-vf", picture, *tags, "-c:v", "libx264", "-preset", "veryfast", "-qp", "0", "-g", str(_KEY_FRAME_EVERY)]


def _first_size(file: Path) -> FrameSize:
    picture = _read(file)
    if picture is None:
        raise VideoError("the picture cannot be read", where=str(file), remedy="Replace it by one that can be opened")
    return _size_of(picture)


def _read(file: Path) -> NDArray[np.uint8] | None:
    """The picture (height, width, 3), blue, green, red, upright; None if it is none."""
    try:
        # not imread, which knows no names beyond ASCII on Windows
        content = np.frombuffer(file.read_bytes(), dtype=np.uint8)
        picture = cv2.imdecode(content, cv2.IMREAD_COLOR) if len(content) else None
    except (OSError, cv2.error):
        return None
    return None if picture is None else np.asarray(picture, dtype=np.uint8)


def _size_of(picture: NDArray[np.uint8]) -> FrameSize:
    return FrameSize(picture.shape[1], picture.shape[0])


def _natural(file: Path) -> list[tuple[int, int, str]]:
    """Digits count as numbers, everything else as lower-case text."""
    parts = re.split(r"(\d+)", file.stem)
    key = [(0, int(part), "") if part.isdigit() else (1, 0, part.lower()) for part in parts if part]
    return [*key, (2, 0, file.name)]


def _check_numbers(folder: Path, files: tuple[Path, ...]) -> None:
    """Check that the numbers at the ends of the names, if that is how they differ, are a regular sequence."""
    matches = [re.fullmatch(r"(.*?)(\d+)", file.stem) for file in files]
    found = [match for match in matches if match is not None]
    if len(found) < len(files) or len({match[1] for match in found}) > 1:
        return
    numbers = [int(match[2]) for match in found]
    steps = Counter(after - before for before, after in pairwise(numbers))
    step = steps.most_common(1)[0][0]
    breaks = [file.name for file, (a, b) in zip(files, pairwise(numbers), strict=False) if b - a != step]
    if breaks and step > 0:
        listed = ", ".join(breaks[:_MOST_NAMED]) + (", ..." if len(breaks) > _MOST_NAMED else "")
        raise VideoError(
            f"the numbers of the pictures are not regular after {listed}",
            where=str(folder),
            remedy="Add the missing pictures, or leave only a sequence without gaps in the folder",
        )
