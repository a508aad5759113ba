"""The velocimetry: its settings, and the velocities on the rectified image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....domain.angles import FloatArray, direction_vector
from ....domain.project import MeasuredVelocities, PointLayout
from ..blocks import Beside, Block, Fact, Facts, Figure, Paragraph, Part
from ..drawings.drawing import Drawing, Sketch
from ..drawings.picture_scale import round_length, scale_bar
from ..drawings.pictures import Picture, picture_sketch
from ..shown import Shown, degrees, number, or_dash
from ..sources import ReportSources
from .summary import METHOD_NAMES

_LAYOUTS = {
    PointLayout.SECTION: "along the cross-section",
    PointLayout.LINE: "along a line",
    PointLayout.REGULAR: "on a regular grid",
}
# length of the longest arrow, as a share of the width of the drawing
_LONGEST_ARROW = 0.09


def velocity_part(sources: ReportSources) -> Part:
    """Settings and vectors, or that there are none."""
    found = sources.project.velocities
    if found is None:
        return Part("Velocities", (Paragraph("No velocities have been measured."),))
    blocks: list[Block] = []
    if sources.rectified is not None:
        caption = (
            "Surface velocities on the rectified image. Orange: used in the discharge; white: not used. "
            "The white line is the cross-section."
        )
        blocks.append(Figure(_vectors(sources, found, sources.rectified), caption))
    else:
        blocks.append(Paragraph("There is no rectified image on which the velocities could be shown."))
    blocks.append(_parameters(sources, found))
    return Part("Velocities", tuple(blocks))


def _parameters(sources: ReportSources, found: MeasuredVelocities) -> Beside:
    shown, set_to = Shown(sources.units), found.basis.velocimetry.parameters
    search = (
        Fact("Method", METHOD_NAMES.get(found.method, found.method)),
        Fact("Length of the search line", f"{set_to.num_pixels} px, {shown.length(_search_length(sources, found))}"),
        Fact("Expected flow direction", degrees(set_to.phi_origin_deg)),
        Fact("Search range", f"±{degrees(set_to.phi_range_deg)}"),
        Fact("Step of the direction", degrees(set_to.d_phi_deg)),
        Fact("Velocity limit", shown.velocity(set_to.max_velocity_mps)),
        Fact("Gaussian blur", f"{number(set_to.blur_sigma_px)} px"),
    )
    points = (
        Fact("Points", f"{len(found.speed_mps)}, {_LAYOUTS[found.basis.grid.layout]}"),
        Fact("Masked areas", f"{len(found.basis.grid.mask_polygons_px)}"),
        Fact("Size of a pixel", shown.fine_length(found.pixel_size_m)),
        Fact("Time step", f"{number(1000.0 * found.interval_s)} ms"),
        Fact("Fastest that the search line can measure", shown.velocity(found.fastest_mps)),
        *(Fact(name.replace("_", " "), or_dash(f"{value}")) for name, value in _own_settings(found)),
    )
    return Beside(((Facts("Search", search),), (Facts("Points", points),)))


def _own_settings(found: MeasuredVelocities) -> list[tuple[str, object]]:
    return sorted(found.basis.velocimetry.method_settings.items())


def _search_length(sources: ReportSources, found: MeasuredVelocities) -> float | None:
    """Length on the ground; the settings count pixels of the rectified calibration image."""
    solved = sources.rectification
    return found.basis.velocimetry.parameters.num_pixels * solved.rectification.pixel_size_m if solved else None


def _vectors(sources: ReportSources, found: MeasuredVelocities, rectified: Picture) -> Drawing:
    sketch, scale = picture_sketch(rectified, "Surface velocities on the rectified image")
    project, units = sources.project, sources.units
    for polygon in project.grid.mask_polygons_px:
        sketch.area([(float(x) * scale, float(y) * scale) for x, y in polygon], "mask")
    if project.section.line_px is not None:
        ends = [(float(x) * scale, float(y) * scale) for x, y in project.section.line_px]
        sketch.line(ends, "thin-halo")
        sketch.line(ends, "section-line")
    speed = sources.discharge.velocities.speed_mps if sources.discharge else found.speed_mps
    is_used = sources.discharge.measurement.is_used if sources.discharge else np.isfinite(speed)
    known = np.isfinite(speed)
    counting = speed[is_used & known] if (is_used & known).any() else speed[known]
    if counting.size and counting.max() > 0.0:
        units_per_mps = _LONGEST_ARROW * sketch.width / float(counting.max())
        _arrows(sketch, found, speed, is_used, scale, units_per_mps)
        _velocity_key(sketch, units_per_mps / units.velocity, units.velocity_label)
    if sources.rectification is not None:
        pixel_size = sources.rectification.rectification.pixel_size_m * units.length
        scale_bar(sketch, scale / pixel_size, units.length_label)
    return sketch.drawing()


def _arrows(
    sketch: Sketch,
    found: MeasuredVelocities,
    speed: FloatArray,
    is_used: NDArray[np.bool_],
    scale: float,
    units_per_mps: float,
) -> None:
    """The unused first, so that they hide nothing; wild ones are cut at twice the longest that counts."""
    starts, longest = found.xy_px * scale, 2.0 * _LONGEST_ARROW * sketch.width
    lengths = np.minimum(np.nan_to_num(speed) * units_per_mps, longest)
    tips = starts + lengths[:, np.newaxis] * direction_vector(np.nan_to_num(found.direction_deg))
    for index in np.argsort(is_used, kind="stable"):
        style = "arrow" if is_used[index] else "arrow-unused"
        start = (float(starts[index, 0]), float(starts[index, 1]))
        if lengths[index] > 0.0:
            _arrow(sketch, start, (float(tips[index, 0]), float(tips[index, 1])), style)
        sketch.circle(start, 2.4, "dot" if is_used[index] else "dot-unused")


def _arrow(sketch: Sketch, start: tuple[float, float], tip: tuple[float, float], style: str) -> None:
    along = np.array(tip) - np.array(start)
    length = float(np.hypot(*along))
    along /= length
    head, across = min(8.0, 0.5 * length), np.array([-along[1], along[0]])
    wings = [tuple((np.array(tip) - head * along + side * 0.45 * head * across).tolist()) for side in (1.0, -1.0)]
    for each in ("thin-halo", style):
        sketch.line([start, tip], each)
        sketch.line([wings[0], tip, wings[1]], each)


def _velocity_key(sketch: Sketch, units_per_velocity: float, label: str) -> None:
    velocity = round_length(1.2 * _LONGEST_ARROW * sketch.width / units_per_velocity)
    length, y = velocity * units_per_velocity, sketch.height - 16.0
    right = sketch.width - 16.0
    _arrow(sketch, (right - length, y), (right, y), "arrow")
    sketch.label((right, y - 10), f"{velocity:g} {label}", "end")
