"""The first page: discharge, measurement, video, section and uncertainty in three columns."""

from __future__ import annotations

from datetime import date, time

from ....domain.project import MeasuredVelocities, Reporting
from ....domain.video import VideoMetadata
from ....numerics.uncertainty import DischargeUncertainty
from ...discharge_service import GapRule
from ...measured_project.discharge import ProjectDischarge
from ..blocks import Beside, Block, Column, Fact, Facts, Paragraph, Part, Table, Tone
from ..shown import NO_FIGURE, Shown, number, or_dash, percent
from ..sources import ReportSources

METHOD_NAMES = {
    "scale": "Scale",
    "homography": "Homography",
    "camera matrix": "Camera matrix",
    "stiv": "STIV",
    "klt": "KLT",
}
_GAP_RULES = {GapRule.FROUDE: "filled at constant Froude number", GapRule.DROP: "left out"}
# name, component of ISO 748, component of the interpolated variance estimator
_UNCERTAINTIES = (
    ("Systematic", "u_s", "u_s"),
    ("Number of stations", "u_m", ""),
    ("Number of cells", "u_p", ""),
    ("Width", "u_b", "u_b"),
    ("Depth", "u_d", "u_d"),
    ("Velocity", "u_v", "u_v"),
    ("Instrument repeatability", "u_c", ""),
    ("Alpha", "u_alpha", "u_alpha"),
    ("Rectification", "u_rect", "u_rect"),
)


def summary_part(sources: ReportSources) -> Part:
    """The three columns of the first page."""
    columns = (
        (_discharge(sources), _people(sources)),
        (_video(sources), _processing(sources)),
        (_section(sources), *_uncertainty(sources)),
    )
    return Part("Summary", (Beside(columns), *_explanations(sources.discharge)))


def shown_date(value: date | None) -> str:
    """A date as it is written everywhere in the report."""
    return NO_FIGURE if value is None else f"{value:%Y-%m-%d}"


def rating_of(sources: ReportSources) -> Fact:
    """The rating of the user, else that which follows from the ISO uncertainty."""
    if sources.project.discharge.rating:
        return Fact("User rating", sources.project.discharge.rating)
    return Fact("Rating", f"{sources.discharge.measurement.rating} (by ISO 748)" if sources.discharge else NO_FIGURE)


def stage_of(sources: ReportSources) -> str:
    """The water surface elevation of the measurement."""
    return Shown(sources.units).level(sources.project.calibration.water_surface_elevation_m)


def measured_seconds(found: MeasuredVelocities) -> float:
    """Time from the first measured frame to the last."""
    return found.figures.duration_s if found.figures else max(found.frame_count - 1, 0) * found.interval_s


def _discharge(sources: ReportSources) -> Facts:
    shown, project, found = Shown(sources.units), sources.project, sources.discharge
    measurement = found.measurement if found else None
    used = int(measurement.is_used.sum()) if measurement else None
    times = project.reporting
    facts = [
        Fact("Discharge", shown.discharge(measurement.discharge.discharge_m3s if measurement else None)),
        Fact("Water surface elevation", stage_of(sources)),
        Fact("Gage height", shown.level(times.gage_height_m)),
        Fact("Start time", _clock(times.start_time)),
        Fact("End time", _clock(times.end_time) + (" (next day)" if times.ends_next_day else "")),
        Fact("Mid time", _clock(times.mid_time)),
        Fact("Average alpha", number(measurement.statistics.average_alpha if measurement else None, 3)),
        Fact("Stations", f"{len(found.station_m)}" if found else NO_FIGURE),
        Fact("Measured stations", NO_FIGURE if used is None else f"{used}"),
        Fact("Other stations", _GAP_RULES[GapRule(project.discharge.gap_rule)]),
        Fact("Discharge method", "Mid-section"),
        Fact("Rectification method", _method(sources.rectification.method.value if sources.rectification else "")),
        Fact("Velocity method", _method(project.velocities.method if project.velocities else "")),
        Fact("Units of this report", "English (US)" if sources.units.length_label == "ft" else "Metric"),
    ]
    return Facts("Discharge", tuple(facts))


def _people(sources: ReportSources) -> Facts:
    told: Reporting = sources.project.reporting
    measured_at = sources.project.velocities.measured_at if sources.project.velocities else None
    facts = (
        Fact("Party", or_dash(told.party)),
        Fact("Weather", or_dash(told.weather)),
        Fact("Processed by", or_dash(sources.user)),
        Fact("Velocities computed", f"{measured_at:%Y-%m-%d %H:%M}" if measured_at else NO_FIGURE),
        Fact("Software", "IVyTools"),
        Fact("Version", sources.program_version),
    )
    return Facts("Measurement", facts)


def _video(sources: ReportSources) -> Facts:
    video = sources.project.video
    facts, clip, how = video.metadata, video.clip, video.preparation
    fps = facts.frame_rate_fps if facts else None
    lens = "none" if how.lens.is_identity else f"k1 {how.lens.k1:.4g}, k2 {how.lens.k2:.4g}"
    turned = f"{how.rotation_deg}°" + ("" if how.flip == "none" else f", {how.flip}")
    return Facts(
        "Video",
        (
            Fact("File", or_dash(video.path.name if video.path else "")),
            Fact("Resolution", f"{facts.size} px" if facts else NO_FIGURE),
            Fact("Codec", or_dash(facts.codec if facts else "")),
            Fact("Frames in the file", _count(facts)),
            Fact("Original frame rate", f"{fps:.3f} fps" if fps else NO_FIGURE),
            Fact("Original time step", f"{1000.0 / fps:.2f} ms" if fps else NO_FIGURE),
            Fact("Clip start", _seconds(clip.start_s if clip.start_s is not None else 0.0)),
            Fact("Clip end", _seconds(clip.end_s if clip.end_s is not None else (facts.duration_s if facts else None))),
            Fact("Rotation and flip", turned),
            Fact("Lens correction", lens),
            Fact("Stabilised", "yes" if how.stabilize else "no"),
        ),
    )


def _processing(sources: ReportSources) -> Facts:
    found = sources.project.velocities
    step = (found.basis.video if found else sources.project.video).clip.frame_step
    interval_s = found.interval_s if found else None
    return Facts(
        "Measured frames",
        (
            Fact("Frames", f"{found.frame_count}" if found else NO_FIGURE),
            Fact("Frame step", f"{step}"),
            Fact("Frame rate", f"{1.0 / interval_s:.3f} fps" if interval_s else NO_FIGURE),
            Fact("Time step", f"{1000.0 * interval_s:.2f} ms" if interval_s else NO_FIGURE),
            Fact("Duration", _seconds(measured_seconds(found) if found else None)),
        ),
    )


def _section(sources: ReportSources) -> Facts:
    shown, measurement = Shown(sources.units), sources.discharge.measurement if sources.discharge else None
    wet, figures = (measurement.wetted, measurement.statistics) if measurement else (None, None)
    return Facts(
        "Cross-section",
        (
            Fact("Mean velocity", shown.velocity(figures.average_velocity_mps if figures else None)),
            Fact("Mean surface velocity", shown.velocity(figures.average_surface_velocity_mps if figures else None)),
            Fact("Greatest surface velocity", shown.velocity(figures.max_surface_velocity_mps if figures else None)),
            Fact("Width", shown.length(wet.wetted_width_m if wet else None)),
            Fact("Area", shown.area(wet.area_m2 if wet else None)),
            Fact("Mean depth", shown.length(wet.mean_depth_m if wet else None)),
            Fact("Greatest depth", shown.length(wet.max_depth_m if wet else None)),
            Fact("Wetted perimeter", shown.length(wet.wetted_perimeter_m if wet else None)),
            Fact("Hydraulic radius", shown.length(wet.hydraulic_radius_m if wet else None)),
        ),
    )


def _uncertainty(sources: ReportSources) -> tuple[Facts | Table, ...]:
    if sources.discharge is None:
        return ()
    iso, ive = sources.discharge.measurement.iso, sources.discharge.measurement.ive
    rows = [(name, _component(iso, in_iso), _component(ive, in_ive)) for name, in_iso, in_ive in _UNCERTAINTIES]
    rows.append(("Total", percent(iso.u_q), percent(ive.u_q)))
    columns = (Column("Source", share=2.2), Column("ISO 748", is_number=True), Column("IVE", is_number=True))
    expanded = ("95 % uncertainty", percent(iso.u95), percent(ive.u95))
    rating = Facts("Rating", (rating_of(sources),))
    return Table("Uncertainty (68 %)", columns, tuple(rows), footer=expanded), rating


def _component(found: DischargeUncertainty, name: str) -> str:
    return percent(found.components.get(name)) if name else ""


def _explanations(found: ProjectDischarge | None) -> tuple[Block, ...]:
    """Why an uncertainty is missing, and what share of the discharge was measured at all."""
    if found is None:
        return ()
    total, texts = found.measurement.discharge, []
    texts.append(
        f"Of the discharge {percent(total.measured_fraction, 0)} is measured, {percent(total.interpolated_fraction, 0)}"
        f" is filled in and {percent(total.edge_fraction, 0)} lies in the panels at the edges of water."
    )
    for name, uncertainty in (("ISO 748", found.measurement.iso), ("IVE", found.measurement.ive)):
        if uncertainty.reason:
            texts.append(f"There is no uncertainty by {name}: {uncertainty.reason}.")
    texts.append("IVE is the interpolated variance estimator (Cohn, Kiang and Mason, 2013).")
    blocks: list[Block] = [Paragraph(" ".join(texts))]
    if not found.measurement.wetted.is_within_survey:
        text = "The water stands above an end of the survey: area and discharge are too small."
        blocks.append(Paragraph(text, Tone.REJECTED))
    return tuple(blocks)


def _method(name: str) -> str:
    return or_dash(METHOD_NAMES.get(name, name))


def _clock(value: time | None) -> str:
    return NO_FIGURE if value is None else f"{value:%H:%M:%S}"


def _seconds(value: float | None) -> str:
    return NO_FIGURE if value is None else f"{number(value, 2)} s"


def _count(facts: VideoMetadata | None) -> str:
    return f"{facts.frame_count}" if facts is not None and facts.frame_count is not None else NO_FIGURE
