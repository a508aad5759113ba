"""A measurement in which every field has a value of its own, for tests of what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import cv2
import numpy as np

from image_velocimetry_tools.domain.ground_control import GroundControlPoint, GroundControlPoints
from image_velocimetry_tools.domain.project import (
    Calibration,
    Comment,
    CommentCategory,
    DischargeSettings,
    GridSettings,
    MeasuredVelocities,
    PointReview,
    Project,
    Reporting,
    SectionSettings,
    StationEdit,
    VelocimetrySettings,
    VideoSettings,
)
from image_velocimetry_tools.domain.quality import QualityFigures
from image_velocimetry_tools.domain.scaffold import RasterExtent, StivParameters
from image_velocimetry_tools.domain.section import Bank, SubSurvey
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.domain.video import (
    Clip,
    ContrastFilters,
    Film,
    FramePreparation,
    FrameSize,
    LensModel,
    VideoMetadata,
)
from image_velocimetry_tools.numerics.section_merge import merge_sub_surveys

POINTS = 12
WORLD = [
    [1.0, 1.0, 0.4],
    [9.0, 1.2, 1.1],
    [9.2, 7.0, 0.2],
    [1.1, 7.1, 1.7],
    [5.0, 1.5, 2.2],
    [5.1, 7.3, 0.9],
    [3.0, 4.0, 1.4],
]
CAMERA = np.array([[80.0, 48.0, -20.0, 160.0], [0.5, -7.0, -84.0, 570.0], [0.001, 0.078, -0.039, 1.0]])
PREPARATION = FramePreparation(
    180, "hflip", True, "lighter", LensModel(-0.1, 0.02, 0.51, 0.49), True, ContrastFilters(2.5, (4, 6), 1.5)
)
PARAMETERS = StivParameters(30, 175.5, 45.0, 0.5, 5.0, 0.7)


def full_project(video: Path = Path("/videos/flood.mp4")) -> Project:
    """A measured, reviewed and edited project; its velocities belong to its settings."""
    size = FrameSize(1280, 720)
    project = Project(
        video=VideoSettings(
            path=video,
            metadata=VideoMetadata(video, size, 30000 / 1001, 20.02, 600, "h264", "yuv420p"),
            clip=Clip(1.2345678, 15.00001, 2),
            preparation=PREPARATION,
            strip_audio=False,
            film=Film(123_456_789, "0f" * 32, size, 30000 / 1001, 20.02, 600),
        ),
        calibration=Calibration(
            image=_picture(size),
            image_size=size,
            image_name="calibration.png",
            points=_control_points(),
            water_surface_elevation_m=1 / 3,
            extent=RasterExtent(0.0, 10.0, 0.0, 8.0),
            flip_x=True,
            prepared_as=PREPARATION.placing,
        ),
        section=_section(),
        grid=GridSettings(
            count=POINTS,
            line_px=np.array([[10.0, 20.5], [300.25, 40.0]]),
            spacing_x_px=30,
            spacing_y_px=40,
            mask_polygons_px=(np.array([[0.0, 0.0], [5.5, 0.0], [5.5, 9.0]]),),
        ),
        velocimetry=VelocimetrySettings("tracking", {"windows": [3, 5], "step": 2, "name": "x"}, PARAMETERS, True),
        reviews={
            1: PointReview(((0.5, 1.25, 20.0, 9.0), (1.0, 2.0, 18.0, 8.0)), comment="two streaks"),
            4: PointReview(((0.0, 9.0, 30.0, 1.0),), is_upstream=True),
            7: PointReview(comment="shadow of the bridge"),
            9: PointReview(is_upstream=True),
        },
        discharge=DischargeSettings(
            alpha=0.87,
            gap_rule="drop",
            least_quality=0.1,
            largest_spread=0.4,
            tests_neighbours=False,
            stations={0: StationEdit(is_used=False), 3: StationEdit(alpha=0.9), 5: StationEdit(True, 0.8, 1.1)},
            rating="Good",
        ),
        reporting=Reporting(
            "Alder Mill, upper weir", "01234", "A. B., C. D.", "windy", date(2024, 5, 4), time(11, 3, 4),
            time(11, 59, 30, 250000), 0.0, 0, "  two\nlines ",
        ),
        comments=(
            Comment(CommentCategory.GRID, "Doe, J.", "05/04/2024 12:00:00", "a, b, c"),
            Comment(CommentCategory.VIDEO, "me", "05/04/2024 12:00:01", "two\nlines"),
            Comment(CommentCategory.GRID, "", "", "without a name"),
        ),
        display_units=DisplayUnits.ENGLISH,
    )  # fmt: skip
    return replace(project, velocities=_velocities(project))


def _control_points() -> GroundControlPoints:
    homogeneous = np.column_stack([WORLD, np.ones(len(WORLD))]) @ CAMERA.T
    pixels = (homogeneous[:, :2] / homogeneous[:, 2:] + 0.1).tolist()
    points = [
        GroundControlPoint(f"P {number}", *world, *pixel)
        for number, (world, pixel) in enumerate(zip(WORLD, pixels, strict=True), start=1)
    ]
    points.insert(2, GroundControlPoint("check", 2.0, 2.0, 2.0, 300.0, 250.0, False, True))
    points.append(GroundControlPoint("spare", 2.5, 2.0, 2.0, use_in_rectification=False))
    return GroundControlPoints(tuple(points))


def _section() -> SectionSettings:
    parts = (
        SubSurvey("left.csv", np.array([0.0, 2.0, 4.0]), np.array([1.5, -1.0, -1.0]), "CSV", 0.0, 0.5),
        SubSurvey("right.csv", np.array([0.0, 2.0, 2.0]), np.array([1.9, -0.5, -0.6]), "CSV", 6.0, 0.1, Bank.RIGHT),
    )
    line = np.array([[900.1, 350.0], [100.0, 400.7]])
    survey = merge_sub_surveys(parts, (0.02, 0.03), (1 / 3,))
    return SectionSettings(survey, "bridge.mat", DisplayUnits.METRIC, line, Bank.RIGHT)


def _velocities(project: Project) -> MeasuredVelocities:
    random = np.random.default_rng(4)
    station = np.linspace(7.2, 1.3, POINTS)
    speed = 0.5 + random.random(POINTS)
    speed[6] = np.nan
    direction = 175.0 + random.random(POINTS)
    columns = {name: random.random(POINTS) for name in ("quality", "peak", "ambiguity", "spread", "dispersion")}
    flags: list[tuple[PointFlag, ...]] = [()] * POINTS
    flags[6], flags[8] = (PointFlag.NO_TEXTURE, PointFlag.WEAK_PEAK), (PointFlag.FAN_EDGE,)
    return MeasuredVelocities(
        xy_px=np.column_stack([np.linspace(850.0, 150.0, POINTS), np.linspace(353.3, 396.1, POINTS)]),
        station_m=station,
        speed_mps=speed,
        direction_deg=direction,
        normal_mps=speed * 0.99,
        theta_deg=random.random(POINTS) * 90.0,
        own_flags=tuple(flags),
        downstream=np.array([0.0632, 0.998]),
        pixel_size_m=0.01 / 3.0,
        interval_s=1001 / 15000,
        frame_count=206,
        fastest_mps=4.4,
        rectification_rmse_m=0.0123,
        method="tracking",
        basis=project.basis,
        search_line_deg=np.where(np.arange(POINTS) == 2, np.nan, 176.0),
        images=tuple(random.integers(0, 255, (30, 206), dtype=np.uint8) for _ in range(POINTS)),
        figures=_figures(),
        measured_at=datetime(2024, 5, 5, 1, 2, 3, 456),
        **columns,
    )


def _figures() -> QualityFigures:
    return QualityFigures(
        measured_discharge_fraction=0.9, used_point_fraction=0.8, median_quality=0.7, median_spread=0.05,
        median_dispersion=float("nan"), fan_edge_fraction=0.1, gcp_rmse_px=0.4, gcp_rmse_share_of_width=0.002,
        line_length_ratio=1.01, speed_ratio=0.3, reverse_fraction=0.0, max_froude=0.4, scene_level=100.5,
        brightness_variation=0.01, empty_slot_share=0.0, repeated_frame_share=0.0, is_static=False,
        is_respaced=False, is_variable_rate=True, truncation="", unreliable_frame_share=0.0, camera_shift_px=None,
        camera_shift_share=None, num_frames=206, duration_s=13.7,
    )  # fmt: skip


def _picture(size: FrameSize) -> bytes:
    picture = np.zeros((size.height_px, size.width_px), dtype=np.uint8)
    picture[100:200] = 90
    return bytes(cv2.imencode(".png", picture)[1].tobytes())
