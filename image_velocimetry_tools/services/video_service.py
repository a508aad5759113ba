"""Use cases of videos: what they are, which clip to measure, and their clips, frames and times."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..domain.errors import Problem, VideoError
from ..domain.video import Clip, ContrastFilters, Film, FramePreparation, VideoMetadata
from ..media import time_strings
from ..media.clip_rules import check_clip, clip_file_name, clip_problems
from ..media.clip_writing import ImageFormat, extract_frames, write_clip
from ..media.decoding import CancelToken, ClipReader, first_picture, open_clip
from ..media.ffmpeg_process import Progress
from ..media.fingerprint import fingerprint_of
from ..media.probing import frame_times_s, probe
from ..media.timing import FrameTiming, interval_of
from ..numerics.contrast import apply, contrast_problems, curve_lut, filter_contrast, luma_lut
from ..numerics.frame_geometry import FrameGeometry


class VideoService:
    """Everything that is done to a video before it is measured; the service keeps no state."""

    def probe(self, path: Path | str) -> VideoMetadata:
        """Find out size, rate, duration, rotation and time of recording of a video.

        Raises
        ------
        VideoError
            If it cannot be read.
        """
        return probe(path)

    def film_of(self, metadata: VideoMetadata) -> Film:
        """What tells the film of a probed video from others; two MiB of the file are read.

        Raises
        ------
        VideoError
            If the file cannot be read.
        """
        size_bytes, fingerprint = fingerprint_of(metadata.path)
        return Film(
            size_bytes=size_bytes,
            fingerprint=fingerprint,
            frame_size=metadata.size,
            frame_rate_fps=metadata.frame_rate_fps,
            duration_s=metadata.duration_s,
            frame_count=metadata.frame_count,
        )

    def open_clip(
        self, path: Path | str, clip: Clip, *, cancel: CancelToken | None = None, threads: int = 0
    ) -> AbstractContextManager[ClipReader]:
        """Open a clip for reading, frame by frame; the reader also knows what :meth:`probe` would tell.

        Raises
        ------
        VideoError
            If the video cannot be read or does not hold the clip.
        """
        return open_clip(path, clip, cancel=cancel, threads=threads)

    def clip_problems(self, start_s: float | None, end_s: float | None, duration_s: float) -> list[str]:
        """What is wrong with the times (seconds) of a clip of a video of some duration; empty if nothing is."""
        return clip_problems(start_s, end_s, duration_s)

    def check_clip(self, clip: Clip, metadata: VideoMetadata) -> None:
        """Check that a video holds a clip.

        Raises
        ------
        VideoError
            With everything that is wrong.
        """
        check_clip(clip, metadata)

    def check_contrast(self, filters: ContrastFilters) -> None:
        """Check the settings of the contrast filters.

        Raises
        ------
        VideoError
            With everything that is wrong.
        """
        problems = contrast_problems(filters)
        if problems:
            raise VideoError.from_problems(Problem(what) for what in problems)

    def clip_file_name(
        self, source: Path | str, start_s: float, end_s: float, preparation: FramePreparation | None = None
    ) -> str:
        """Name of the file of a clip, from its times (seconds) and how its frames are prepared."""
        return clip_file_name(source, start_s, end_s, preparation)

    def create_clip(
        self,
        source: Path | str,
        folder: Path | str,
        clip: Clip,
        preparation: FramePreparation | None = None,
        *,
        strip_audio: bool = True,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> Path:
        """Write a clip into a folder under the name of :meth:`clip_file_name`; see ``write_clip``.

        Raises
        ------
        VideoError, OutputError, Cancelled
            If the video does not hold the clip, the clip cannot be written, or the token was set.
        """
        end_s = clip.end_s if clip.end_s is not None else self.probe(source).duration_s
        name = clip_file_name(source, clip.start_s or 0.0, end_s, preparation)
        destination = Path(folder) / name
        return write_clip(
            source, destination, clip, preparation, strip_audio=strip_audio, progress=progress, cancel=cancel
        )

    def extract_frames(
        self,
        source: Path | str,
        folder: Path | str,
        clip: Clip,
        preparation: FramePreparation | None = None,
        *,
        image_format: ImageFormat = "jpg",
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> tuple[Path, ...]:
        """Write the frames of a clip as numbered pictures into a folder and return them in order.

        Raises
        ------
        VideoError, OutputError, Cancelled
            If the video does not hold the clip, a picture cannot be written, or the token was set.
        """
        return extract_frames(
            source, folder, clip, preparation, image_format=image_format, progress=progress, cancel=cancel
        )

    def first_picture(
        self, path: Path | str, time_s: float = 0.0, preparation: FramePreparation | None = None
    ) -> NDArray[np.uint8]:
        """The frame at a time in seconds as a grey picture (height, width), prepared as a measurement's frames are.

        Rotation tag, rotation, flip, lens correction, luma range, curve and contrast are applied.

        Raises
        ------
        VideoError
            If the video cannot be read or ends before that time.
        """
        metadata = probe(path)
        how = preparation or FramePreparation()
        frame, full_range = first_picture(path, time_s)
        picture = FrameGeometry(metadata.size, metadata.rotation_tag_deg, how).picture(frame.luma)
        if how.normalize_luma:
            picture = apply(picture, luma_lut(full_range))
        picture = apply(picture, curve_lut(how.curve_preset, full_range=full_range or how.normalize_luma))
        return filter_contrast(picture, how.contrast)

    def sample_times_s(self, path: Path | str, clip: Clip) -> NDArray[np.float64]:
        """Times (n,) of the frames that are used of a clip, seconds from the first frame; nothing is decoded.

        Raises
        ------
        VideoError
            If the video cannot be read or does not hold the clip.
        """
        metadata = probe(path)
        check_clip(clip, metadata)
        times = frame_times_s(path)
        tolerance = 0.25 / metadata.frame_rate_fps
        is_inside = times >= (clip.start_s or 0.0) - tolerance
        if clip.end_s is not None:
            is_inside &= times <= clip.end_s + tolerance
        return times[is_inside][:: clip.frame_step]

    def sample_timing(self, path: Path | str, clip: Clip) -> FrameTiming:
        """Interval and regularity of the frames that are used of a clip.

        Raises
        ------
        VideoError
            If the video cannot be read or the clip holds fewer than two frames.
        """
        times = self.sample_times_s(path, clip)
        if len(times) < 2:
            raise VideoError("the clip holds fewer than two frames", where=str(path), remedy="Choose a longer clip")
        return interval_of(times)

    @staticmethod
    def seconds_to_hhmmss(seconds: float, precision: time_strings.Precision = "low") -> str:
        """Seconds as ``hh:mm:ss``, or ``hh:mm:ss.ss`` with high precision."""
        return time_strings.seconds_to_hhmmss(seconds, precision)

    @staticmethod
    def hhmmss_to_seconds(text: str) -> float:
        """Seconds of ``hh:mm:ss.ss``; ValueError for anything else."""
        return time_strings.hhmmss_to_seconds(text)
