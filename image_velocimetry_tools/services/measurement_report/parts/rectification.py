"""The rectification: method, errors, both images with the control points, matrix and the table of points."""

from __future__ import annotations

import numpy as np

from ....domain.angles import FloatArray
from ....domain.ground_control import GroundControlPoint
from ...orthorectification_service import Orthorectification, PointResidual
from ..blocks import Beside, Block, Column, Fact, Facts, Figure, Paragraph, Part, Table
from ..drawings.drawing import Drawing, Sketch
from ..drawings.picture_scale import scale_bar
from ..drawings.pictures import Picture, picture_sketch
from ..shown import NO_FIGURE, Shown, degrees, number, pixels
from ..sources import ReportSources
from .summary import METHOD_NAMES

_MATRICES = {(3, 3): "Homography from image to rectified image", (3, 4): "Camera matrix"}


def rectification_part(sources: ReportSources) -> Part:
    """What is known of the rectification."""
    blocks: list[Block] = []
    solved, image = sources.rectification, sources.calibration_image
    if solved is None:
        blocks.append(Paragraph(f"The image is not rectified: {sources.rectification_problem}."))
    else:
        blocks.append(_figures(sources, solved))
    if image is not None:
        name = sources.project.calibration.image_name
        title = "Calibration image" + (f" ({name})" if name else "") + " with the ground control points."
        blocks.append(Figure(_original(sources, image), title + _legend()))
    else:
        blocks.append(Paragraph("There is no calibration image."))
    if solved is not None and sources.rectified is not None:
        caption = "Rectified image, the ground control points projected onto the water surface."
        blocks.append(Figure(_rectified(sources, solved, sources.rectified), caption))
    if solved is not None and (matrix := _matrix(solved)) is not None:
        blocks.append(_matrix_table(matrix))
    blocks.append(_points(sources, solved))
    return Part("Orthorectification", tuple(blocks), starts_page=True)


def _legend() -> str:
    return " Yellow: used in the rectification; blue: for validation only; white: not used."


def _figures(sources: ReportSources, solved: Orthorectification) -> Beside:
    shown = Shown(sources.units)
    size = solved.rectification
    errors = [
        Fact("Method", METHOD_NAMES[solved.method.value]),
        Fact("Size of a pixel on the ground", shown.fine_length(size.gsd_m)),
        Fact("RMSE", pixels(solved.rmse_px)),
        Fact("RMSE on the ground", shown.fine_length(solved.rmse_m)),
        Fact("RMSE of the validation points", pixels(solved.validation_rmse_px)),
    ]
    if solved.planar is not None and solved.planar.view_angle_deg is not None:
        errors.append(Fact("Estimated view angle", degrees(solved.planar.view_angle_deg)))
    given = sources.project.calibration
    flips = [name for name, is_on in (("left and right", given.flip_x), ("top and bottom", given.flip_y)) if is_on]
    image = [
        Fact("Water surface elevation", shown.level(given.water_surface_elevation_m)),
        Fact("Size of the image", f"{solved.frame} px"),
        Fact("Size of the rectified image", f"{size.width_px}x{size.height_px} px"),
        Fact("Flipped", " and ".join(flips) or "no"),
    ]
    if solved.raster is not None:
        extent = solved.raster.extent
        image += [
            Fact("X", f"{shown.length(extent.x_min_m, bare=True)} to {shown.length(extent.x_max_m)}"),
            Fact("Y", f"{shown.length(extent.y_min_m, bare=True)} to {shown.length(extent.y_max_m)}"),
        ]
    return Beside(((Facts("Solution", tuple(errors)),), (Facts("Image", tuple(image)),)))


def _original(sources: ReportSources, image: Picture) -> Drawing:
    sketch, scale = picture_sketch(image, "Calibration image with the ground control points")
    for point in sources.project.calibration.points.points:
        if point.x_px is not None and point.y_px is not None:
            _control_mark(sketch, point, (point.x_px * scale, point.y_px * scale))
    return sketch.drawing()


def _rectified(sources: ReportSources, solved: Orthorectification, rectified: Picture) -> Drawing:
    sketch, scale = picture_sketch(rectified, "Rectified image with the ground control points")
    points = [p for p in sources.project.calibration.points.points if p.is_digitised]
    places = solved.rectification.world_to_raster(np.array([[p.x_m, p.y_m] for p in points]).reshape(-1, 2)) * scale
    for point, (x, y) in zip(points, places.tolist(), strict=True):
        if 0.0 <= x <= sketch.width and 0.0 <= y <= sketch.height:
            _control_mark(sketch, point, (x, y))
    pixel_size = solved.rectification.pixel_size_m * sources.units.length
    scale_bar(sketch, scale / pixel_size, sources.units.length_label)
    return sketch.drawing()


def _control_mark(sketch: Sketch, point: GroundControlPoint, at: tuple[float, float]) -> None:
    unused = "validation" if point.use_in_validation else "control-unused"
    sketch.mark(at, "plus", "halo")
    sketch.mark(at, "plus", "control" if point.use_in_rectification else unused)
    sketch.label((at[0] + 6, at[1] - 6), point.name, size=10.0)


def _matrix(solved: Orthorectification) -> FloatArray | None:
    """The matrix of the method; the scale method has none."""
    if solved.camera is not None:
        return solved.camera.reference_matrix
    if solved.planar is not None and solved.method.value == "homography":
        return solved.planar.image_to_output
    return None


def _matrix_table(matrix: FloatArray) -> Table:
    columns = tuple(Column(f"{index}", is_number=True) for index in range(1, matrix.shape[1] + 1))
    rows = tuple(tuple(f"{value:.8g}".replace("-", "−") for value in row) for row in matrix.tolist())
    # coordinates of the matrix are metres and pixels whatever the units of the report
    return Table(f"{_MATRICES[matrix.shape]} (metres and pixels)", columns, rows)


def _points(sources: ReportSources, solved: Orthorectification | None) -> Block:
    points, length = sources.project.calibration.points.points, sources.units.length_label
    if not points:
        return Paragraph("There are no ground control points.")
    shown = Shown(sources.units)
    columns = (
        Column("Point", share=1.3),
        *(Column(f"{axis} ({length})", is_number=True, share=1.3) for axis in "XYZ"),
        *(Column(f"{axis} (px)", is_number=True) for axis in "xy"),
        *(Column(f"Error {axis} (px)", is_number=True) for axis in "xy"),
        Column("Error (px)", is_number=True),
        Column("Use", share=1.3),
    )
    left = list(solved.residuals) if solved else []
    rows = tuple(_point_cells(point, _residual_of(point, left), shown) for point in points)
    quiet = frozenset(i for i, p in enumerate(points) if not (p.use_in_rectification or p.use_in_validation))
    return Table("Ground control points", columns, rows, quiet)


def _residual_of(point: GroundControlPoint, left: list[PointResidual]) -> PointResidual | None:
    """The residual of a point; they stand in the order of the table, without points that were not tested."""
    is_tested = point.is_digitised and (point.use_in_rectification or point.use_in_validation)
    return left.pop(0) if left and is_tested else None


def _point_cells(point: GroundControlPoint, error: PointResidual | None, shown: Shown) -> tuple[str, ...]:
    errors = (error.dx_px, error.dy_px, error.total_px) if error else (None, None, None)
    uses = [("rectification", point.use_in_rectification), ("validation", point.use_in_validation)]
    return (
        point.name,
        *(shown.level(value, bare=True) for value in (point.x_m, point.y_m, point.z_m)),
        *(number(value, 1) for value in (point.x_px, point.y_px)),
        *(number(value) for value in errors),
        ", ".join(name for name, is_on in uses if is_on) or NO_FIGURE,
    )
