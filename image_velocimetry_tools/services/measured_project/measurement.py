"""The velocities of a project, measured on the very way of a batch; they are there even if no discharge follows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import DischargeError, IvyError, VideoError, lengths_told_in
from ...domain.project import MeasuredVelocities, PointLayout, Project
from ...domain.quality import QualityFigures
from ...domain.scaffold import Scaffold
from ...domain.units import unit_system
from ...domain.video import VideoMetadata
from ...media.decoding import CancelToken
from ...numerics.section import depths_at
from ...numerics.velocity import section_normal
from ..discharge_service import DischargeService
from ..grid_service import MeasurementPoints
from ..measuring.measurement import checked, discharge_of
from ..measuring.velocimetry import Velocimetry
from ..measuring.velocity_measurement import ClipVelocities, Stages, VelocityMeasurer
from ..project_setup.known_water import box_of
from ..project_setup.measurement_points import unmasked_points_px
from ..project_setup.open_site import OpenSite, open_site_of
from ..project_setup.scaffold import require_complete, scaffold_of
from ..quality_service import clip_figures, quality_figures
from ..rectification.job_geometry import JobGeometry, JobGeometryService, reach_of_water
from ..rectification.picture_geometry import FilmedGround, PointGeometry, filmed_ground
from ..video_service import VideoService
from .kept_velocities import kept_velocities

FloatArray = NDArray[np.float64]

# what the tiles of all points may take: a clip of a minute at a few hundred points
_MOST_TILE_BYTES = 4 * 1024**3


def measure_project(
    project: Project,
    velocimetry: Velocimetry,
    *,
    stages: Stages,
    cancel: CancelToken,
    threads: int | None = None,
) -> MeasuredVelocities:
    """Measure the velocities at the points of a project.

    Parameters
    ----------
    velocimetry
        The method, with its settings.
    threads
        Cores to use; None takes all of them. Results do not depend on it.

    Raises
    ------
    IvyError
        With everything that is missing, or with what went wrong and the stage of it.
    Cancelled
        If ``cancel`` is set.
    """
    require_complete(project)
    project = _with_film(project)
    measurer = VelocityMeasurer(velocimetry=velocimetry, threads=threads)
    with lengths_told_in(unit_system(project.display_units)):
        if project.grid.layout is PointLayout.SECTION:
            return _measured_section(project, measurer, stages, cancel)
        return _measured_freely(project, measurer, velocimetry, stages, cancel)


def _with_film(project: Project) -> Project:
    """The project with the film that its video is at this moment."""
    video, service = project.video, VideoService()
    if video.path is None:
        raise _no_video()
    film = service.film_of(video.metadata or service.probe(video.path))
    if video.film is None:
        return replace(project, video=replace(video, film=film))
    if not video.film.is_same_as(film):
        raise VideoError(
            "the file is not the film any more that was opened",
            where=str(video.path),
            remedy="Open it again on the Video tab",
            stage="decode",
        )
    return project


def _measured_section(
    project: Project, measurer: VelocityMeasurer, stages: Stages, cancel: CancelToken
) -> MeasuredVelocities:
    scaffold, video = scaffold_of(project), project.video
    if video.path is None:
        raise _no_video()

    def prepare(metadata: VideoMetadata) -> JobGeometry:
        return JobGeometryService().prepare(scaffold, metadata, scaffold.water_surface_elevation_m)

    found = measurer.measure(video.path, video.clip, scaffold, prepare, stages, cancel)
    with stages.entered("discharge"):
        figures = _figures(found, scaffold)
    return kept_velocities(
        found.geometry, found.raw, found.slots, figures, method=project.velocimetry.method, basis=project.basis
    )


def _figures(found: ClipVelocities[JobGeometry], scaffold: Scaffold) -> QualityFigures:
    """The figures of the measurement; without a discharge those that can be known."""
    geometry, level = found.geometry, found.geometry.water_surface_elevation_m
    stations = geometry.points.station_m
    velocities = checked(found.raw, stations, depths_at(scaffold.section, stations, level))
    try:
        measurement = discharge_of(velocities, geometry, scaffold, scaffold.alpha, DischargeService())
    except DischargeError:
        known = clip_figures(geometry, found.recording, found.slots, found.raw.stiv, found.camera)
        used = float(velocities.is_used.mean())
        return replace(known, line_length_ratio=geometry.line.length_ratio, used_point_fraction=used)
    return quality_figures(
        geometry, found.recording, found.slots, velocities, measurement, found.camera, scaffold, scaffold.alpha
    )


def _measured_freely(
    project: Project, measurer: VelocityMeasurer, velocimetry: Velocimetry, stages: Stages, cancel: CancelToken
) -> MeasuredVelocities:
    video = project.video
    if video.path is None:
        raise _no_video()
    site, points_px = open_site_of(project), unmasked_points_px(project)
    prepare = partial(_free_geometry, project, site, points_px, velocimetry)
    found = measurer.measure(video.path, video.clip, site, prepare, stages, cancel)
    figures = clip_figures(found.geometry, found.recording, found.slots, found.raw.stiv, found.camera)
    return kept_velocities(
        found.geometry, found.raw, found.slots, figures, method=project.velocimetry.method, basis=project.basis
    )


def _free_geometry(
    project: Project, site: OpenSite, points_px: FloatArray, velocimetry: Velocimetry, video: VideoMetadata
) -> PointGeometry:
    """Geometry of points (n, 2) of the rectified image; of a regular grid only those in the picture are kept."""
    ground = filmed_ground(site, video)
    fan_search = velocimetry.line_search(site.stiv, ground.num_pixels)
    geometry = _with_points(project, ground, points_px)
    if project.grid.layout is PointLayout.REGULAR:
        seen = geometry.lines_are_seen(fan_search.fan)
        geometry = _with_points(project, ground, points_px[seen]) if seen.any() else geometry
    height, width = fan_search.reach_px.shape
    _require_room(project, len(geometry.points.xy_px) * height * width, video)
    return geometry


def _with_points(project: Project, ground: FilmedGround, points_px: FloatArray) -> PointGeometry:
    xy_m = ground.calibration_raster.pixel_to_world(points_px)
    xy_px = ground.raster.world_to_pixel(xy_m)
    unknown = np.full(len(xy_px), np.nan)
    is_line = project.grid.layout is PointLayout.LINE
    points = MeasurementPoints(
        station_m=unknown,
        distance_m=np.hypot(*(xy_m - xy_m[0]).T) if is_line else unknown,
        xy_m=xy_m,
        xy_px=xy_px,
        is_masked=np.zeros(len(xy_px), dtype=bool),
    )
    normal, outline = np.full(2, np.nan), box_of(xy_px)
    if is_line and project.grid.line_px is not None:
        ends = ground.raster.world_to_pixel(ground.calibration_raster.pixel_to_world(project.grid.line_px))
        normal = section_normal(ends, project.velocimetry.parameters.phi_origin_deg)
        outline = reach_of_water(ends, normal)
    return PointGeometry(
        frames=ground.frames,
        scale=ground.scale,
        camera=ground.camera,
        residuals=ground.residuals,
        raster=ground.raster,
        calibration_raster=ground.calibration_raster,
        # flat methods know no level, and it changes nothing for them
        water_surface_elevation_m=project.calibration.water_surface_elevation_m or 0.0,
        points=points,
        normal=normal,
        outline_px=outline,
        num_pixels=ground.num_pixels,
    )


def _require_room(project: Project, pixels: int, video: VideoMetadata) -> None:
    clip = project.video.clip
    end_s = video.duration_s if clip.end_s is None else min(clip.end_s, video.duration_s)
    frames = (end_s - (clip.start_s or 0.0)) * video.frame_rate_fps / clip.frame_step
    if pixels * frames > _MOST_TILE_BYTES:
        raise IvyError(
            f"so many points would take {pixels * frames / 1024**3:.0f} GB of memory",
            remedy="Choose fewer points on the Grid tab, or a shorter clip on the Video tab",
            stage="geometry",
        )


def _no_video() -> IvyError:
    return IvyError("no video is chosen", remedy="Choose a video on the Video tab")
