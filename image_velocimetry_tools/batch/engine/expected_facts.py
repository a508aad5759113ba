"""What the cost of a job depends on, as far as it is known without opening its video.

The process that coordinates a batch opens no videos: on a slow share that would hold everything up, and what jobs of
the batch really use corrects the estimates soon.
"""

from __future__ import annotations

from dataclasses import replace

from ...domain.video import FrameSize
from ..config import RunSettings
from ..models import BatchJob, PlannedJob
from .job_facts import ASSUMED_FACTS, JobFacts, size_bytes, tile_size_px

_USUAL_FPS = 30.0
_SHORT_CLIP_FRAMES = 300
# cameras spend 0.05 to 0.3 bits on a pixel of a frame
_BITS_PER_PIXEL = 0.1


def expected_facts(planned: PlannedJob, settings: RunSettings, *, at_least: bool = False) -> JobFacts:
    """Facts of a job from its settings; the frame is taken to be as large as the calibration image.

    Parameters
    ----------
    at_least
        Where the length of the clip is not known, take a short one: for refusing what cannot fit in any case. Else it
        is guessed from the size of the file; of one with a URL an ordinary length is assumed.
    """
    scaffold, clip = planned.scaffold, planned.job.clip
    if clip.end_s is not None:
        frames = max(1, round((clip.end_s - (clip.start_s or 0.0)) * _USUAL_FPS))
    else:
        frames = _SHORT_CLIP_FRAMES if at_least else _guessed_frames(planned.job, scaffold.calibration_size)
    width_px, height_px = tile_size_px(scaffold.stiv)
    return replace(
        ASSUMED_FACTS,
        width_px=scaffold.calibration_size.width_px,
        height_px=scaffold.calibration_size.height_px,
        frames=max(1, frames // max(1, clip.frame_step)),
        decoded_frames=frames,
        points=scaffold.grid_points,
        tile_width_px=width_px,
        tile_height_px=height_px,
        method=settings.method,
        plots=settings.plots,
        save_project=settings.save_projects,
        scaffold_bytes=size_bytes(scaffold.source_path) if settings.save_projects else 0,
        is_stabilised=scaffold.preparation.stabilize,
        has_contrast_filter=not scaffold.preparation.contrast.is_identity,
    )


def _guessed_frames(job: BatchJob, size: FrameSize) -> int:
    if job.video_url is not None:
        return ASSUMED_FACTS.frames
    bits = 8.0 * size_bytes(job.video_path)
    return max(_SHORT_CLIP_FRAMES, round(bits / (_BITS_PER_PIXEL * size.width_px * size.height_px)))
