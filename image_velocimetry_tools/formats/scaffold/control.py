"""What a project knows of its camera: control points, the extent of the rectified image and the calibration image.

A project holds the control points three times: in ``ground_control_points.csv`` (the table as last rectified), in
``orthotable_dataframe`` (the table as last saved), and in ``rectification_parameters`` (the points with which the image
was last rectified, unrounded and without names).

``rectification_parameters`` decides. The extent, the section line and the masks of the project were made in the image
that those points rectified, and the batch of USGS IVyTools measures with them. The tables add names and the points that
are not used. If the points a table marks for use are not those points (but for rounding), the table was edited after
the last rectification: the points of ``rectification_parameters`` are used all the same, and a warning says so.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError
from ...domain.ground_control import GroundControlPoint, GroundControlPoints
from ...domain.scaffold import RasterExtent
from ...domain.units import DisplayUnits
from ...domain.video import FrameSize
from ...numerics.raster import extent_of_points
from ..image_header import picture_size
from ..project.archive import IvyProject
from ..project.arrays import decode_columns
from ..project.values import ProjectValues
from ..survey.gcp_csv import points_from_records, read_gcp_csv

FloatArray = NDArray[np.float64]

TABLE = "2-orthorectification/ground_control_points.csv"
CALIBRATION_IMAGE = "2-orthorectification/!calibration_image.jpg"
FEWEST_POINTS = 6

#: Tables hold three decimals of pixels and six of metres; a little more than the rounding of either.
PIXEL_ROUNDING = 1e-3
METRE_ROUNDING = 2e-6

#: Frame sizes of cameras, largest first, to recognise one from its number of pixels.
COMMON_SIZES = (
    (7680, 4320), (5472, 3078), (5120, 2880), (4096, 2160), (4000, 3000), (3840, 2160), (2720, 1530), (2704, 1520),
    (2688, 1520), (2592, 1944), (2560, 1920), (2560, 1440), (2304, 1296), (2048, 1536), (1920, 1440), (1920, 1080),
    (1600, 1200), (1440, 1080), (1280, 960), (1280, 720), (1024, 768), (960, 540), (800, 600), (704, 576), (640, 480),
    (640, 360), (352, 288), (320, 240),
)  # fmt: skip


def read_control_points(project: IvyProject, values: ProjectValues) -> GroundControlPoints:
    """The points of the project, reported if they are too few for a camera."""
    points = read_points(project, values)
    if len(points.used) < FEWEST_POINTS:
        remedy = "Digitise more points in the desktop application, mark them for rectification and save the project"
        found = f"the camera matrix method requires at least {FEWEST_POINTS} GCPs, got {len(points.used)}"
        values.report(f"{found} that are marked for use and digitised", remedy)
    return points


def read_points(project: IvyProject, values: ProjectValues) -> GroundControlPoints:
    """The points of the project, those used for rectification as :mod:`this module <control>` decides."""
    table, source = _table(project, values)
    rectified = _rectified_points(values)
    if table is not None and rectified is not None:
        return _merged(table, rectified, source, values)
    return table or rectified or GroundControlPoints(())


def read_extent(values: ProjectValues, points: GroundControlPoints) -> RasterExtent | None:
    """World extent of the rectified image; that of the control points if the project does not say."""
    key = "rectification_parameters.extent"
    numbers = values.part("rectification_parameters").array("extent")
    if numbers is None:
        if len(points.used) < FEWEST_POINTS:
            return None
        values.warn(f"'{key}' is missing; the extent of the ground control points is used")
        return values.attempt(lambda: extent_of_points(points.world_m))
    if numbers.shape != (4,) or not (numbers[0] < numbers[1] and numbers[2] < numbers[3]):
        values.report(f"'{key}' is not [x_min, x_max, y_min, y_max] with growing limits")
        return None
    x_min, x_max, y_min, y_max = (float(number) for number in numbers)
    return RasterExtent(x_min, x_max, y_min, y_max)


def read_calibration_image(project: IvyProject, values: ProjectValues) -> bytes | None:
    """The encoded calibration image; None if there is none."""
    folder = CALIBRATION_IMAGE.rpartition("/")[0] + "/"
    pictures = [name for name in project.names if name.lower().endswith((".jpg", ".jpeg", ".png"))]
    candidates = [name for name in pictures if name == CALIBRATION_IMAGE]
    candidates += sorted(name for name in pictures if name.startswith(folder))
    return values.attempt(lambda: project.read(candidates[0])) if candidates else None


def read_calibration_size(
    values: ProjectValues, image: bytes | None, extent: RasterExtent | None, points: GroundControlPoints
) -> FrameSize | None:
    """Size of the prepared frame in which the control points were digitised.

    The header of the calibration image says it; else the video's size, turned as the frames are; else a common size
    that has as many pixels as the rectified image (its extent at ``pixel_ground_scale_distance_m``).
    """
    size = picture_size(image) if image is not None else None
    if image is not None and size is None:
        values.warn("the calibration image is damaged; the size of the frames is taken from the video's")
    size = size or _video_size(values) or _size_from_ground(values, extent, points)
    if size is None:
        remedy = "Import the calibration image again in the desktop application and save the project"
        values.report("neither a calibration image nor the size of the video is in the project", remedy)
    return size


def _table(project: IvyProject, values: ProjectValues) -> tuple[GroundControlPoints | None, str]:
    try:
        if TABLE in project.names:
            where = f"{values.where}, {TABLE}"
            return read_gcp_csv(project.read(TABLE), DisplayUnits.METRIC, name=where), TABLE
        if values.has("orthotable_dataframe"):
            where = f"{values.where}, key 'orthotable_dataframe'"
            rows = decode_columns(values.data["orthotable_dataframe"], where)
            return points_from_records(rows, where), "orthotable_dataframe"
    except IvyError as error:
        _table_failed(values, error)
    return None, ""


def _table_failed(values: ProjectValues, error: IvyError) -> None:
    # The table only adds names where the points themselves are in rectification_parameters.
    if values.part("rectification_parameters").has("world_coords"):
        values.warnings.append(f"{error.problems[0]} The points of the last rectification are used.")
    else:
        values.problems.extend(error.problems)


def _rectified_points(values: ProjectValues) -> GroundControlPoints | None:
    part = values.part("rectification_parameters")
    world, pixels = part.array("world_coords"), part.array("pixel_coords")
    if world is None or pixels is None:
        return None
    if world.ndim != 2 or world.shape[1] != 3 or pixels.ndim != 2 or pixels.shape[1] != 2:
        part.report("'rectification_parameters' does not hold world_coords as X, Y, Z and pixel_coords as x, y")
        return None
    if len(world) != len(pixels):
        part.report(f"Number of world coords ({len(world)}) must match number of pixel coords ({len(pixels)})")
        return None
    rows = zip(world.tolist(), pixels.tolist(), strict=True)
    return GroundControlPoints(
        tuple(GroundControlPoint(str(i), *xyz, *xy) for i, (xyz, xy) in enumerate(rows, start=1))
    )


def _merged(
    table: GroundControlPoints, rectified: GroundControlPoints, source: str, values: ProjectValues
) -> GroundControlPoints:
    difference = _difference(table, rectified)
    if difference:
        values.warn(
            f"{source} and the points of the last rectification disagree ({difference}); those of the rectification are"
            " used. Rectify again in the desktop application and save the project, if the table is right"
        )
        return rectified
    exact = iter(rectified.points)
    kept = []
    for point in table.points:
        if not (point.use_in_rectification and point.is_digitised):
            kept.append(point)
            continue
        twin = next(exact)
        kept.append(replace(point, x_m=twin.x_m, y_m=twin.y_m, z_m=twin.z_m, x_px=twin.x_px, y_px=twin.y_px))
    return GroundControlPoints(tuple(kept))


def _difference(table: GroundControlPoints, rectified: GroundControlPoints) -> str:
    used = table.used
    if len(used) != len(rectified):
        return f"{len(used)} points are marked for use, {len(rectified)} were used"
    metres = np.abs(table.world_m - rectified.world_m).max(axis=1, initial=0.0)
    pixels = np.abs(table.pixels - rectified.pixels).max(axis=1, initial=0.0)
    off = np.flatnonzero((metres > METRE_ROUNDING) | (pixels > PIXEL_ROUNDING))
    if not off.size:
        return ""
    first = int(off[0])
    return f"{off.size} points, first '{used[first].name}' by {metres[first]:.3g} m and {pixels[first]:.3g} px"


def _video_size(values: ProjectValues) -> FrameSize | None:
    metadata = values.part("video_metadata")
    width, height = metadata.integer("width", None, 1), metadata.integer("height", None, 1)
    if width is None or height is None:
        sides = values.text("video_resolution").lower().split("x")
        if len(sides) != 2 or not all(side.strip().isdecimal() and int(side) > 0 for side in sides):
            return None
        width, height = int(sides[0]), int(sides[1])
    size = FrameSize(width, height)
    rotation = values.part("ffmpeg_parameters").number("video_rotation", None)
    if rotation is None:
        rotation = values.number("video_rotation", 0.0)
    return size.transposed if rotation % 180 else size


def _size_from_ground(
    values: ProjectValues, extent: RasterExtent | None, points: GroundControlPoints
) -> FrameSize | None:
    pixel_m = values.number("pixel_ground_scale_distance_m", None)
    if extent is None or pixel_m is None or pixel_m <= 0.0 or not len(points.used):
        return None
    pixels = (extent.x_max_m - extent.x_min_m) * (extent.y_max_m - extent.y_min_m) / pixel_m**2
    right, bottom = points.pixels.max(axis=0)
    sizes = [size for sides in COMMON_SIZES for size in (sides, sides[::-1]) if right < size[0] and bottom < size[1]]
    misfits = {size: abs(math.log(pixels / (size[0] * size[1]))) for size in sizes}
    best = min(misfits, key=misfits.__getitem__, default=None)
    # The ground scale is rounded to whole rows and columns, which moves the number of pixels by per mille.
    if best is None or misfits[best] > 0.004:
        return None
    values.warn(f"the size of the frames is not in the project; {best[0]}x{best[1]} fits the ground scale")
    return FrameSize(*best)
