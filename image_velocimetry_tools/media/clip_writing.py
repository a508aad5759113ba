"""Writing clips and single frames with the ffmpeg program; a file appears under its name only when it is complete."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from ..domain.errors import OutputError, output_error
from ..domain.video import Clip, FramePreparation
from .clip_rules import check_clip
from .decoding import CancelToken
from .ffmpeg_process import Progress, run_ffmpeg
from .probing import ProbedVideo, probe_details
from .written_frames import FRAMES_NOTE, frames_note, tag_options, written_as

ImageFormat = Literal["jpg", "png"]

DETECT_SHAKE = "vidstabdetect=stepsize={stepsize}:shakiness={shakiness}:accuracy={accuracy}:result=transforms.trf"
REMOVE_SHAKE = "vidstabtransform=smoothing=0:crop=black:optzoom=0:input=transforms.trf"
_TURNS = {0: (), 90: ("transpose=clock",), 180: ("hflip", "vflip"), 270: ("transpose=cclock",)}
_SEEK_MARGIN_S = 5.0
_QUALITY = ("-crf", "12", "-preset", "fast")


def write_clip(
    source: Path | str,
    destination: Path | str,
    clip: Clip,
    preparation: FramePreparation | None = None,
    *,
    strip_audio: bool = True,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Path:
    """Write a clip of a video as a video of its own, exactly from its start to its end.

    The clip is encoded anew (H.264, visually lossless) unless it is the whole video as it is, which is copied. Time
    stamps are kept, also those of a variable frame rate. Contrast filters are for single frames and not applied here.

    Parameters
    ----------
    source, destination
        Video to read and file to write, whose extension chooses the format.
    clip
        Start and end, seconds from the first frame, and frame step.
    preparation
        Rotation, flip, luma range, curve, lens correction and stabilisation.
    strip_audio
        Leave the sound out.
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
        If the video cannot be read or does not hold the clip.
    OutputError
        If the clip cannot be written, or would overwrite its source.
    Cancelled
        If the token was set; nothing is left behind.
    """
    target = Path(destination).absolute()
    probed = probe_details(source)
    check_clip(clip, probed.metadata)
    if target.exists() and target.samefile(probed.metadata.path):
        raise OutputError("the clip would overwrite its own video", where=str(target), remedy="Choose another name")
    how = preparation or FramePreparation()
    with _told(target), _workspace(target.parent) as folder:
        work = Path(folder)
        part = work / f"clip{target.suffix or '.mp4'}"
        if _is_whole(clip, how):
            codec: Sequence[str] = ("-map", "0:v:0", *(() if strip_audio else ("-map", "0:a?")), "-c", "copy")
            passes: list[Pass] = [(["-i", _name(probed)], codec, str(part))]
        else:
            passes = _encoding_passes(probed, clip, how, strip_audio, part)
        _run(passes, work, _length_s(clip, probed), progress, cancel)
        os.replace(part, target)
    return target


def extract_frames(
    source: Path | str,
    folder: Path | str,
    clip: Clip,
    preparation: FramePreparation | None = None,
    *,
    image_format: ImageFormat = "jpg",
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> tuple[Path, ...]:
    """Write the frames of a clip as pictures ``f00001.jpg``, ``f00002.jpg``, ... into a folder.

    Beside them lies a note of their rate and of what was done to them. Frames of that name pattern which lie there
    already are replaced, all at once when the new ones are complete.

    Returns
    -------
    tuple of Path
        The pictures in their order in time.

    Raises
    ------
    VideoError, OutputError, Cancelled
        As :func:`write_clip`.
    """
    target = Path(folder).absolute()
    probed = probe_details(source)
    check_clip(clip, probed.metadata)
    how = preparation or FramePreparation()
    quality = ("-qmin", "1", "-qmax", "1", "-q:v", "1") if image_format == "jpg" else ()
    with _told(target), _workspace(target.parent) as space:
        work = Path(space)
        (work / "frames").mkdir()
        output = ("-an", *quality, "-start_number", "1")
        passes = _passes(probed, clip, how, output, f"frames/f%05d.{image_format}")
        _run(passes, work, _length_s(clip, probed), progress, cancel)
        target.mkdir(parents=True, exist_ok=True)
        for old in target.glob(f"f[0-9][0-9][0-9][0-9][0-9].{image_format}"):
            old.unlink()
        written = sorted((work / "frames").iterdir(), key=lambda file: int(file.stem[1:]))
        moved = tuple(Path(shutil.move(file, target / file.name)) for file in written)
        done = written_as(clip, how, probed.metadata.written)
        note = work / FRAMES_NOTE
        note.write_bytes(frames_note(probed.metadata, clip, done, f"f%05d.{image_format}"))
        os.replace(note, target / FRAMES_NOTE)
        return moved


def preparation_filters(preparation: FramePreparation) -> list[str]:
    """ffmpeg filters that prepare a frame: rotation, flip, luma range, curve, lens correction, in this order.

    Quarter turns turn the canvas too. The rotation tag needs no filter, ffmpeg applies it before all others.

    Raises
    ------
    ValueError
        If the rotation is not a multiple of 90 degrees.
    """
    turn = preparation.rotation_deg % 360
    if turn not in _TURNS:
        raise ValueError(f"frames turn by multiples of 90 degrees, not by {preparation.rotation_deg}")
    filters = list(_TURNS[turn])
    if preparation.flip != "none":
        filters.append(preparation.flip)
    if preparation.curve_preset != "none":
        filters.append(f"curves=preset={preparation.curve_preset}")
    if preparation.normalize_luma:
        # After the curve, which works on full-range RGB anyway and would bring limited range back.
        filters.append("scale=out_range=full")
    lens = preparation.lens
    if not lens.is_identity:
        filters.append(f"lenscorrection=cx={lens.centre_x}:cy={lens.centre_y}:k1={lens.k1}:k2={lens.k2}:i=bilinear")
    return filters


def shake_detection_filter(stepsize: int = 6, shakiness: int = 10, accuracy: int = 10) -> str:
    """ffmpeg's filter of the first pass of stabilisation."""
    return DETECT_SHAKE.format(stepsize=stepsize, shakiness=shakiness, accuracy=accuracy)


Pass = tuple[Sequence[str], Sequence[str], str]


def _encoding_passes(
    probed: ProbedVideo, clip: Clip, how: FramePreparation, strip_audio: bool, part: Path
) -> list[Pass]:
    sound = ("-an",) if strip_audio else ("-map", "0:a?", "-af", _audio_filter(probed, clip))
    note = tag_options(written_as(clip, how, probed.metadata.written))
    return _passes(probed, clip, how, (*_encoder(part.suffix.lower(), probed), *sound, *note), str(part))


def _passes(probed: ProbedVideo, clip: Clip, how: FramePreparation, output: Sequence[str], name: str) -> list[Pass]:
    """Runs of ffmpeg as (input, body, output name): one, or two to stabilise."""
    filters = preparation_filters(how)
    source = _input(probed, clip)
    if not how.stabilize:
        return [(source, [*_video_filter(filters, probed, clip), *output], name)]
    detection = [*_video_filter([*filters, shake_detection_filter()], probed, clip), "-an", "-f", "null"]
    removal = [*_video_filter([*filters, REMOVE_SHAKE], probed, clip), *output]
    return [(source, detection, "-"), (source, removal, name)]


def _run(
    passes: Sequence[Pass], folder: Path, length_s: float, progress: Progress | None, cancel: CancelToken | None
) -> None:
    for number, (head, body, output) in enumerate(passes):
        run_ffmpeg(
            [*head, *body, "-y", output],
            folder=folder,
            duration_s=length_s,
            progress=_share(progress, number, len(passes)),
            cancel=cancel,
        )


def _input(probed: ProbedVideo, clip: Clip) -> list[str]:
    """Input options: the file's own time stamps are kept, so that the filter can choose frames exactly."""
    start_s = (clip.start_s or 0.0) - _SEEK_MARGIN_S
    seek = ["-noaccurate_seek", "-ss", f"{start_s:.3f}"] if start_s > 0 else []
    return ["-copyts", *seek, "-i", _name(probed)]


def _name(probed: ProbedVideo) -> str:
    # An absolute path can be taken neither for an option nor for a protocol.
    return str(probed.metadata.path.absolute())


def _bounds_s(probed: ProbedVideo, clip: Clip) -> tuple[float, float | None]:
    """First and last time in the file's own clock, with the tolerance that decoding a clip has."""
    tolerance = 0.25 / probed.metadata.frame_rate_fps
    first = probed.start_s + (clip.start_s or 0.0) - tolerance
    return first, None if clip.end_s is None else probed.start_s + clip.end_s + tolerance


def _video_filter(filters: Sequence[str], probed: ProbedVideo, clip: Clip) -> list[str]:
    first, last = _bounds_s(probed, clip)
    upper = "" if last is None else f"*lte(t\\,{last:.6f})"
    chain = [f"select=gte(t\\,{first:.6f}){upper}"]
    if clip.frame_step > 1:
        chain.append(f"select=not(mod(n\\,{clip.frame_step}))")
    chain += [*filters, "setpts=PTS-STARTPTS"]
    return ["-map", "0:v:0", "-vf", ",".join(chain), "-fps_mode", "passthrough"]


def _audio_filter(probed: ProbedVideo, clip: Clip) -> str:
    first, last = _bounds_s(probed, clip)
    end = "" if last is None else f":end={last:.6f}"
    return f"atrim=start={first:.6f}{end},asetpts=PTS-STARTPTS"


def _encoder(extension: str, probed: ProbedVideo) -> list[str]:
    size = probed.metadata.size
    # Chroma of half the resolution needs even sizes, and cropping would shift the calibration.
    layout = "yuv420p" if size.width_px % 2 == 0 and size.height_px % 2 == 0 else "yuv444p"
    if extension == ".webm":
        return ["-c:v", "libvpx-vp9", "-crf", "15", "-b:v", "0", "-pix_fmt", layout, "-enc_time_base", "demux"]
    h264 = ["-c:v", "libx264", *_QUALITY, "-pix_fmt", layout]
    if extension in (".avi", ".wmv", ".asf"):
        return [*h264, "-bf", "0"]  # these containers have no room for two time stamps, nor for a variable rate
    return [*h264, "-enc_time_base", "demux"]


def _is_whole(clip: Clip, how: FramePreparation) -> bool:
    is_untouched = not preparation_filters(how) and not how.stabilize
    return is_untouched and not clip.start_s and clip.end_s is None and clip.frame_step == 1


def _length_s(clip: Clip, probed: ProbedVideo) -> float:
    end_s = probed.metadata.duration_s if clip.end_s is None else clip.end_s
    return max(0.0, end_s - (clip.start_s or 0.0))


def _share(progress: Progress | None, number: int, count: int) -> Progress | None:
    if progress is None:
        return None
    return lambda share: progress((number + share) / count)


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """Within, whatever the system refuses is told of the target."""
    try:
        yield
    except OSError as error:
        raise output_error(target, error) from error


def _workspace(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder beside the target, so that moving the result there is a mere rename."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=".partial-", dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"the folder cannot be written: {reason}", where=str(folder)) from error
