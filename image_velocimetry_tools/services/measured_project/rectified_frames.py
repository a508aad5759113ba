"""The frames of a clip, rectified and written as pictures, for use in other programs: what is measured, as pictures."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import OutputError, VideoError, output_error
from ...domain.project import Project
from ...domain.video import VideoMetadata
from ...formats.results.world_file import WORLD_SUFFIX, world_file_text
from ...media.decoding import CancelToken, ClipReader, open_clip
from ...media.encoded_pictures import encoded_picture
from ...numerics.raster import source_maps
from ..project_setup.known_water import known_water
from ..project_setup.open_site import open_site_of
from ..rectification.frame_sampler import FrameSampler
from ..rectification.picture_geometry import FilmedGround, filmed_ground
from ..rectification.static_ground import static_ground

Picture = NDArray[np.uint8]

PATTERN = "t[0-9][0-9][0-9][0-9][0-9].jpg"
"""Names of the pictures: ``t00001.jpg``, ``t00002.jpg``, ..."""


def export_rectified_frames(
    project: Project,
    folder: Path | str,
    *,
    progress: Callable[[float], None] | None = None,
    cancel: CancelToken | None = None,
) -> tuple[Path, ...]:
    """Write every frame that is measured of a clip, rectified, into a folder and return the pictures in order.

    The pictures are grey and have been through all that the measurement does to a frame: luma, curve, contrast filters,
    lens, stabilisation, and one interpolation. Their pixels are those of the rectified calibration image. Pictures of
    that name pattern which lie there already are replaced, all at once when the new ones are complete. A world file
    (``t00001.jgw``) beside each says where it lies, in metres, in the coordinate system of the control points.

    Raises
    ------
    IvyError
        If there is no video, it does not hold the clip or has frames of another shape, the calibration image cannot be
        rectified, the frames cannot be stabilised, or a picture cannot be written.
    Cancelled
        If the token was set.
    """
    if project.video.path is None:
        raise VideoError("there is no video", remedy="Open one on the Video tab")
    target = Path(folder).absolute()
    with open_clip(project.video.path, project.video.clip, cancel=cancel) as reader:
        ground = filmed_ground(open_site_of(project), reader.metadata)
        sampler, placed = _sampler(project, reader, ground), world_file_text(ground.calibration_raster.world_matrix)
        try:
            with _workspace(target) as space:
                work, expected = Path(space), _expected_frames(project, reader.metadata)
                for path, picture in _sampled(project, reader, sampler, work):
                    path.write_bytes(_encoded(picture, path))
                    path.with_suffix(WORLD_SUFFIX).write_text(placed, "ascii")
                    if progress is not None:
                        progress(min(1.0, int(path.stem[1:]) / expected))
                if progress is not None:
                    progress(1.0)
                return _moved(sorted(work.glob(PATTERN)), target)
        except OSError as error:
            raise output_error(target, error) from error


def _sampler(project: Project, reader: ClipReader, ground: FilmedGround) -> FrameSampler:
    # flat methods know no level, and it changes nothing for them
    level_m, raster = project.calibration.water_surface_elevation_m or 0.0, ground.calibration_raster
    size = (raster.width_px, raster.height_px)
    maps = source_maps(raster, ground.camera, level_m, 0.0, 0.0, *size, ground.frames)
    return FrameSampler(*maps, project.video.preparation, reader.full_range)


def _sampled(project: Project, reader: ClipReader, sampler: FrameSampler, work: Path) -> Iterator[tuple[Path, Picture]]:
    for frame in reader:
        if frame.index == 0:
            sampler.begin(frame.luma)
            if project.video.preparation.stabilize:
                water = known_water(project, reader.metadata)
                sampler.steady(frame.luma, None if water is None else static_ground(water, frame.luma.shape))
        yield work / f"t{frame.index + 1:05d}.jpg", sampler.sampled(frame.luma)
    reader.require_frames(1)


def _expected_frames(project: Project, metadata: VideoMetadata) -> int:
    clip = project.video.clip
    end_s = metadata.duration_s if clip.end_s is None else min(clip.end_s, metadata.duration_s)
    return max(1, round((end_s - (clip.start_s or 0.0)) * metadata.frame_rate_fps / clip.frame_step))


def _encoded(picture: Picture, path: Path) -> bytes:
    try:
        return encoded_picture(picture, path.suffix)
    except ValueError as error:
        what = "the picture cannot be written"
        raise OutputError(what, where=path.name, remedy="Choose a smaller extent") from error


def _moved(pictures: list[Path], target: Path) -> tuple[Path, ...]:
    for old in target.glob(PATTERN):
        old.unlink()
        old.with_suffix(WORLD_SUFFIX).unlink(missing_ok=True)
    for picture in pictures:
        placed = picture.with_suffix(WORLD_SUFFIX)
        shutil.move(placed, target / placed.name)
    return tuple(Path(shutil.move(picture, target / picture.name)) for picture in pictures)


def _workspace(target: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder inside the target, so that moving the pictures is a mere rename; it is gone afterwards."""
    target.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix=".partial-", dir=target, ignore_cleanup_errors=True)
