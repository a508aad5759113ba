"""The measurement of a finished job as its folder holds it: result, settings, rules of its discharge."""

from __future__ import annotations

from dataclasses import dataclass

from ...domain.errors import IvyError
from ...domain.scaffold import Scaffold
from ...domain.section import CrossSection
from ...numerics.raster import GroundRaster
from ...numerics.section_line import LineStations, line_stations
from ...services.discharge_service import GapRule
from ...services.measuring.recomputation import DischargeRules, VelocityFilter
from ...services.rectification.rectified_view import rectified_view
from ..folders.manifest import Manifest, agrees, read_manifest
from ..job.attempt import result_path
from ..job.result import JobResult
from ..models import PlannedJob
from ..plan.planner import JobPlanner
from ..store.records import JobRecord
from .recomputed_result import parsed_result
from .wishes import ReplacedSection

_MEASURE_AGAIN = "Measure it again: run the batch again into the same folder"


@dataclass(frozen=True, slots=True, eq=False)
class StoredMeasurement:
    """A result as it lies in its folder, and what it was made by; ``replaced`` took the place of the site's section."""

    result: JobResult
    manifest: Manifest
    planned: PlannedJob
    rules: DischargeRules
    replaced: ReplacedSection | None

    @property
    def section(self) -> CrossSection:
        """The section of the discharge."""
        return self.planned.scaffold.section if self.replaced is None else self.replaced.section


def stored_measurement(planner: JobPlanner, record: JobRecord) -> StoredMeasurement:
    """The measurement of a job of the batch of ``planner``.

    Raises
    ------
    IvyError
        If there is no whole result, or the site has changed since.
    """
    folder = planner.jobs_directory / record.job_id
    manifest = read_manifest(folder)
    if manifest is None or not agrees(folder, manifest, thoroughly=False):
        raise IvyError("its result is gone or damaged", remedy=_MEASURE_AGAIN)
    planned = planner.planned(record.job)
    if planner.identity(planned).velocity != manifest.identity.velocity:
        what = "the scaffold, a file that it uses or the way of measuring has changed since it was measured"
        raise IvyError(what, remedy=_MEASURE_AGAIN)
    result = parsed_result(result_path(folder.parent, record.job_id).read_text(encoding="utf-8"))
    note = result.provenance.recomputed
    rules, replaced = DischargeRules(result.alpha), None
    if note is not None:
        rules = DischargeRules(result.alpha, GapRule(note.gap_rule), VelocityFilter(**note.velocity_filter))
        replaced = None if note.section is None else ReplacedSection.from_dict(note.section)
    return StoredMeasurement(result, manifest, planned, rules, replaced)


def calibration_raster(scaffold: Scaffold) -> GroundRaster:
    """The raster of the rectified calibration image, on which lines are drawn."""
    return rectified_view(
        scaffold.ground_control,
        scaffold.calibration_size,
        scaffold.rectification_method,
        scaffold.extent,
        scaffold.flip_x,
        scaffold.flip_y,
    ).raster


def section_line(scaffold: Scaffold, section: CrossSection) -> LineStations:
    """Where the stations of a section lie on the scaffold's line, as in a measurement."""
    line_m = calibration_raster(scaffold).pixel_to_world(scaffold.line_px)
    return line_stations(line_m, section, scaffold.water_surface_elevation_m, scaffold.start_bank)
