"""A look into the videos of a plan before anything runs: can they be read, and do they hold what the job asks for?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from ...domain.errors import IvyError, Problem
from ...domain.video import FrameSize, VideoMetadata
from ..models import PlannedJob

FEWEST_FRAMES = 10
_ASPECT_TOLERANCE = 0.005

Probe = Callable[[Path], VideoMetadata]


def look_into_videos(jobs: Iterable[PlannedJob], probe: Probe | None = None) -> list[Problem]:
    """Every problem of every video on this machine; a video that several jobs measure is opened once.

    Parameters
    ----------
    probe
        What reads the facts of a video; :func:`image_velocimetry_tools.media.probing.probe` if None.
    """
    probe = probe or _default_probe()
    known: dict[Path, VideoMetadata | tuple[Problem, ...]] = {}
    problems: list[Problem] = []
    for planned in (planned for planned in jobs if planned.job.video_url is None):
        path = planned.job.video_path
        if path not in known:
            try:
                known[path] = probe(path)
            except IvyError as error:
                known[path] = error.problems
        found, where = known[path], f"job {planned.job.job_id}"
        if isinstance(found, VideoMetadata):
            problems += clip_problems(planned, found, where)
        else:
            problems += [Problem(f"{p.where or path}: {p.what}", where, p.remedy) for p in found]
    return problems


def clip_problems(planned: PlannedJob, video: VideoMetadata, where: str) -> list[Problem]:
    """What a readable video lacks for a job: the right shape of frame, the clip, enough frames."""
    problems = []
    size, expected = prepared_size(planned, video), planned.scaffold.calibration_size
    if not _has_aspect_of(size, expected):
        what = f"the frames of {video.path} are {size}, the calibration image is {expected} and of another shape"
        problems.append(Problem(what, where, "Use a video of the same camera settings as the calibration image"))
    clip, frame_s = planned.job.clip, 1.0 / video.frame_rate_fps
    start_s, end_s = clip.start_s or 0.0, clip.end_s if clip.end_s is not None else video.duration_s
    if max(start_s, end_s) > video.duration_s + frame_s:
        what = f"{video.path} is {video.duration_s:.2f} s long, the clip ends at {max(start_s, end_s):.2f} s"
        return [*problems, Problem(what, where, "Shorten the clip")]
    frames = int((end_s - start_s) / frame_s / clip.frame_step) + 1
    if frames < FEWEST_FRAMES:
        what = f"the clip holds about {frames} frames, at least {FEWEST_FRAMES} are needed"
        problems.append(Problem(what, where, "Use a longer clip or a smaller frame step"))
    return problems


def prepared_size(planned: PlannedJob, video: VideoMetadata) -> FrameSize:
    """Size of the frame after the rotation tag and the scaffold's rotation."""
    turned = planned.scaffold.preparation.rotation_deg % 180 != 0
    return video.display_size.transposed if turned else video.display_size


def _has_aspect_of(size: FrameSize, expected: FrameSize) -> bool:
    ratio = (size.width_px * expected.height_px) / (size.height_px * expected.width_px)
    return abs(ratio - 1.0) <= _ASPECT_TOLERANCE


def _default_probe() -> Probe:
    from ...media.probing import probe

    return probe
