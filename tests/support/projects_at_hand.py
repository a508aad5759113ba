"""Projects as they would have been set up by hand, on the generated river."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from known_rivers import LEVEL_M, facts_of, mill_site

from image_velocimetry_tools.demo import PinholeCamera, SyntheticSite, SyntheticVideo, calibration_picture
from image_velocimetry_tools.demo.truth import water_edges
from image_velocimetry_tools.domain.angles import geographic_direction
from image_velocimetry_tools.domain.ground_control import GroundControlPoint, GroundControlPoints
from image_velocimetry_tools.domain.project import (
    Calibration,
    DischargeSettings,
    GridSettings,
    Project,
    SectionSettings,
    VelocimetrySettings,
    VideoSettings,
)
from image_velocimetry_tools.domain.scaffold import Scaffold
from image_velocimetry_tools.domain.section import CrossSection
from image_velocimetry_tools.domain.video import Clip, FrameSize, VideoMetadata
from image_velocimetry_tools.services.rectification.rectified_view import view_of
from image_velocimetry_tools.services.video_service import VideoService


def project_of(scaffold: Scaffold, video: Path, *, metadata: VideoMetadata | None = None, **parts: Any) -> Project:
    """The project whose saved file would be read as this scaffold."""
    project = Project(
        video=VideoSettings(
            path=video,
            metadata=metadata or VideoService().probe(video),
            clip=Clip(frame_step=scaffold.frame_step),
            preparation=scaffold.preparation,
        ),
        calibration=Calibration(
            image=scaffold.calibration_image,
            image_size=scaffold.calibration_size,
            image_name="calibration.jpg",
            points=scaffold.ground_control,
            method=scaffold.rectification_method,
            water_surface_elevation_m=scaffold.water_surface_elevation_m,
            extent=scaffold.extent,
            flip_x=scaffold.flip_x,
            flip_y=scaffold.flip_y,
        ),
        section=SectionSettings(
            survey=scaffold.section,
            survey_name="survey",
            survey_units=scaffold.display_units,
            line_px=scaffold.line_px,
            start_bank=scaffold.start_bank,
        ),
        grid=GridSettings(count=scaffold.grid_points, mask_polygons_px=scaffold.mask_polygons_px),
        velocimetry=VelocimetrySettings(parameters=scaffold.stiv, is_direction_set=True),
        discharge=DischargeSettings(alpha=scaffold.alpha),
        display_units=scaffold.display_units,
    )
    return replace(project, **parts)


def project_of_mill(video: Path = Path("mill.mp4"), **parts: Any) -> Project:
    """The mill; its video need not exist unless it is measured."""
    from known_rivers import opened

    return project_of(opened(mill_site()), video, metadata=facts_of(video), **parts)


def drone_site(**changes: Any) -> SyntheticSite:
    """The mill race seen from straight above, the picture turned against the world."""
    site = mill_site()
    x, y = site.world_of(np.array([3.2]))[0].tolist()
    above = PinholeCamera((x, y, LEVEL_M + 20.0), (x, y, LEVEL_M), 900.0, FrameSize(384, 216), roll_deg=12.0)
    targets = [(0.6, -1.0), (5.6, -0.9), (5.2, 0.95), (0.9, 1.1)]
    places = site.world_of(np.array([s for s, _ in targets]), np.array([d for _, d in targets]))
    points = tuple((float(px), float(py), LEVEL_M) for px, py in places)
    return replace(site, camera=above, control_points_m=points, **changes)


def flat_project(
    site: SyntheticSite, video: SyntheticVideo, path: Path, method: str, used: Sequence[int], **calibration: Any
) -> Project:
    """A project of a site that is rectified by some of its control points, all of them on the water."""
    world = np.array(site.control_points_m)
    points = GroundControlPoints(
        tuple(
            GroundControlPoint(f"P{index}", *place, x_px=float(pixel[0]), y_px=float(pixel[1]))
            for index, (place, pixel) in enumerate(zip(world.tolist(), site.camera.project(world), strict=True))
            if index in used
        )
    )
    still = replace(video, level_m=site.level_m)
    settings = Calibration(
        image=cv2.imencode(".png", calibration_picture(site, still))[1].tobytes(),
        image_size=site.camera.frame,
        points=points,
        method=method,
        water_surface_elevation_m=site.level_m,
        **calibration,
    )
    raster = view_of(settings).raster
    line = raster.world_to_pixel(site.world_of(np.array(water_edges(site, site.level_m))))
    along = np.linalg.solve(raster.world_matrix[:2, :2], site.downstream)
    stiv = replace(site.stiv, phi_origin_deg=float(geographic_direction(*along)), num_pixels=24)
    return Project(
        video=VideoSettings(path, VideoService().probe(path)),
        calibration=settings,
        section=SectionSettings(
            survey=CrossSection(np.array(site.station_m), np.array(site.elevation_m)), line_px=line
        ),
        grid=GridSettings(count=20),
        velocimetry=VelocimetrySettings(parameters=stiv, is_direction_set=True),
    )
