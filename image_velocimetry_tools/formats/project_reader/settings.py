"""What a project knows of its calibration, its cross-section, its grid and its velocimetry.

The parts are read as scaffolds are, so that a person and a batch see the same settings in the same file.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...domain.angles import FloatArray
from ...domain.errors import IvyError
from ...domain.ground_control import GroundControlPoints
from ...domain.project import Calibration, GridSettings, PointLayout, SectionSettings, VelocimetrySettings
from ...domain.scaffold import RasterExtent, StivParameters
from ...domain.section import CrossSection
from ...domain.units import DisplayUnits
from ...domain.video import FrameSize
from ...numerics.planar import RectificationMethod, choose_method
from ...numerics.section_merge import merge_sub_surveys
from ..project.archive import IvyProject
from ..project.values import ProjectValues
from ..scaffold.control import read_calibration_image, read_calibration_size, read_extent, read_points
from ..scaffold.reader import read_stiv_parameters
from ..scaffold.section import (
    is_inside,
    read_level,
    read_line,
    read_masks,
    read_start_bank,
    section_member,
    stored_levels,
)
from ..survey.areacomp import read_areacomp
from .video import base_name, found_file

_STIV_KEYS = ("stiv_num_pixels", "stiv_phi_range", "stiv_dphi", "stiv_max_vel_threshold_mps")
_SURVEY = "its cross-section '{}' {}; import it on the Cross-Section tab"
_IMAGE = "its calibration image '{}' {}; import it on the Orthorectification tab"


def read_survey(project: IvyProject, values: ProjectValues, own: ProjectValues) -> SectionSettings:
    """The survey with its units and start bank, without its line."""
    kept, name = own.part("section"), values.text("bathymetry_ac3_filename")
    bank, member = read_start_bank(values), section_member(project)
    where = f"{values.where}, {member or name}"
    if member is not None:
        content = values.attempt(lambda: project.read(member))
    else:
        content = _file_beside(project, values, name, _SURVEY) if name else None
    source = None if content is None else values.attempt(lambda: read_areacomp(content, name=where))
    if source is None:
        return SectionSettings(start_bank=bank)
    values.warnings.extend(source.warnings)
    roughness = _roughness(kept) or (source.manning_n, source.subsection_bounds_m)
    survey = values.attempt(lambda: merge_sub_surveys(source.sub_surveys, *roughness))
    shown = kept.text("survey_name") or base_name(name or member or "")
    return SectionSettings(survey=survey, survey_name=shown, survey_units=source.units, start_bank=bank)


def _roughness(kept: ProjectValues) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Manning's n of the subsections and the stations between them, as exact as they were; None if not kept."""
    roughness, bounds = kept.array("manning_n"), kept.array("subsection_bounds_m")
    if roughness is None or (bounds is None and roughness.size > 1):
        return None
    values, between = roughness.ravel(), np.empty(0) if bounds is None else bounds.ravel()
    if between.size != max(values.size - 1, 0) or (values <= 0.0).any() or (np.diff(between) <= 0.0).any():
        kept.report("'manning_n' and 'subsection_bounds_m' of the section do not fit together")
        return None
    return tuple(values.tolist()), tuple(between.tolist())


def read_calibration(
    project: IvyProject,
    values: ProjectValues,
    own: ProjectValues,
    survey: CrossSection | None,
    units: DisplayUnits,
) -> Calibration:
    """Control points and their image, the water level, and the rectified image that was made with them."""
    kept = own.part("calibration")
    points = read_points(project, values)
    method = _method(values, kept, points)
    extent = _extent(values, kept, points, method)
    image = _image(project, values)
    return Calibration(
        image=image,
        image_size=_image_size(values, kept, image, extent, points),
        image_name=kept.text("image_name") or base_name(values.text("last_ortho_gcp_image_path")),
        points=points,
        method=method,
        water_surface_elevation_m=_level(values, survey, units),
        extent=extent,
        flip_x=values.flag("is_ortho_flip_x", False),
        flip_y=values.flag("is_ortho_flip_y", False),
    )


def read_section_line(values: ProjectValues, calibration: Calibration) -> FloatArray | None:
    """The section line (2, 2); an end outside the rectified image gives a warning."""
    if not values.has("cross_section_line"):
        return None
    return read_line(values, calibration.extent, calibration.image_size)


def read_grid(values: ProjectValues, own: ProjectValues) -> GridSettings:
    """Layout of the points, their number and spacing, and the masks."""
    kept, default = own.part("grid"), GridSettings()
    layout = _layout(values, kept)
    along = "number_grid_points_along_line" if layout is PointLayout.LINE else "number_grid_points_along_xs_line"
    line = kept.array("line_px")
    if line is not None and line.shape != (2, 2):
        kept.report("the simple line of the grid is not one line with two ends")
        line = None
    return GridSettings(
        layout=layout,
        count=values.integer(along, default.count, 1),
        line_px=line,
        spacing_x_px=values.integer("horz_grid_size", default.spacing_x_px, 1),
        spacing_y_px=values.integer("vert_grid_size", default.spacing_y_px, 1),
        mask_polygons_px=read_masks(values),
    )


def read_velocimetry(values: ProjectValues, own: ProjectValues) -> VelocimetrySettings:
    """Method and search parameters; a direction of the flow counts only if the project states one."""
    kept = own.part("velocimetry")
    settings = kept.data.get("method_settings")
    return VelocimetrySettings(
        method=kept.text("method") or "stiv",
        method_settings=dict(settings) if isinstance(settings, dict) else {},
        parameters=_parameters(values, kept),
        is_direction_set=values.has("stiv_phi_origin") and values.number("stiv_phi_origin", None) is not None,
    )


def _parameters(values: ProjectValues, kept: ProjectValues) -> StivParameters:
    if not any(values.has(key) for key in (*_STIV_KEYS, "stiv_phi_origin")):
        return StivParameters()
    data = dict(values.data)
    # Without a direction the reader of scaffolds reports a problem; here nobody has stated it yet.
    data.setdefault("stiv_phi_origin", kept.number("phi_origin_deg", StivParameters().phi_origin_deg))
    if data["stiv_phi_origin"] is None:
        data["stiv_phi_origin"] = StivParameters().phi_origin_deg
    length, pixel = (
        values.number("stiv_search_line_length_m", None),
        values.number("pixel_ground_scale_distance_m", None),
    )
    if not values.has("stiv_num_pixels") and length and pixel and 2.0 <= length / pixel < 10_000.0:
        data["stiv_num_pixels"] = 2 * round(length / pixel / 2.0)
    return read_stiv_parameters(replace(values, data=data))


def _method(values: ProjectValues, kept: ProjectValues, points: GroundControlPoints) -> str | None:
    """The stated method; None where the points themselves would choose it."""
    stored = (kept if kept.data else values).text("method" if kept.data else "rectification_method").lower()
    if not stored:
        return None
    if stored not in tuple(RectificationMethod):
        values.report(f"'rectification_method' is '{stored[:40]}'; known are {', '.join(RectificationMethod)}")
        return None
    if kept.data:
        return stored
    try:
        return None if choose_method(points.world_m) == stored else stored
    except IvyError:
        return stored


def _extent(
    values: ProjectValues, kept: ProjectValues, points: GroundControlPoints, method: str | None
) -> RasterExtent | None:
    """The stated extent of the rectified image; None takes the padded box of the points."""
    states = values.part("rectification_parameters").has("extent")
    is_camera = (method or values.text("rectification_method").lower()) == RectificationMethod.CAMERA_MATRIX
    if not (states and is_camera and kept.flag("has_own_extent", True)):
        return None
    return read_extent(values, points)


def _image(project: IvyProject, values: ProjectValues) -> bytes | None:
    image = read_calibration_image(project, values)
    name = values.text("last_ortho_gcp_image_path")
    if image is not None or not name:
        return image
    return _file_beside(project, values, name, _IMAGE)


def _file_beside(project: IvyProject, values: ProjectValues, name: str, sentence: str) -> bytes | None:
    """Content of a file of which the project holds the name only."""
    path = found_file(name, project.path.parent)
    if path is None:
        values.warn(sentence.format(name, "is not there"))
        return None
    try:
        return path.read_bytes()
    except OSError:
        values.warn(sentence.format(name, "cannot be read"))
        return None


def _image_size(
    values: ProjectValues,
    kept: ProjectValues,
    image: bytes | None,
    extent: RasterExtent | None,
    points: GroundControlPoints,
) -> FrameSize | None:
    stated = kept.array("image_size")
    if image is None and stated is not None and stated.shape == (2,) and (stated >= 1.0).all():
        return FrameSize(int(stated[0]), int(stated[1]))
    if image is None and not len(points):
        return None
    return read_calibration_size(values, image, extent, points)


def _level(values: ProjectValues, survey: CrossSection | None, units: DisplayUnits) -> float | None:
    """The level that lies inside the survey, as for scaffolds; the first one if there is nothing to choose by."""
    levels = stored_levels(values)
    if not levels:
        return None
    chosen = read_level(values, survey, units, is_inside) if survey is not None else None
    return levels[0][1] if chosen is None else chosen


def _layout(values: ProjectValues, kept: ProjectValues) -> PointLayout:
    stated = kept.text("layout")
    if stated in tuple(PointLayout):
        return PointLayout(stated)
    if not values.flag("is_cross_section_grid", True):
        return PointLayout.REGULAR
    return PointLayout.LINE if values.text("line_mode").lower() == "line" else PointLayout.SECTION
