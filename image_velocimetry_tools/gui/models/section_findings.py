"""What the Cross-Section tab says about section and line: figures, problems and warnings, in display units."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...domain.errors import IvyError, Problem
from ...domain.project import Project
from ...domain.units import UnitSystem
from ...services.measuring.verdict import LENGTH_MISMATCH
from ...services.project_setup.section_figures import SectionFigures, section_figures
from ...services.project_setup.stated_bank import bank_remarks


@dataclass(frozen=True, slots=True)
class SectionFindings:
    """Figures as (name, value with unit), and sentences for the user."""

    figures: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def section_findings(project: Project, units: UnitSystem) -> SectionFindings:
    """Everything that can be said of a project's section at its level."""
    try:
        figures = section_figures(project)
    except IvyError as error:
        return SectionFindings(problems=tuple(str(_here(problem)) for problem in error.problems))
    problems: tuple[str, ...] = ()
    if figures.line_length_m is None:
        problems = (
            "The section line is not drawn. Draw it from one edge of water to the other, the start bank first.",
        )
    return SectionFindings(_figures(figures, units), problems, (*_warnings(figures, units), *bank_remarks(project)))


def _here(problem: Problem) -> Problem:
    """The problem with a remedy for who stands on the tab already."""
    return replace(problem, remedy="Choose 'Import survey…'") if "Cross-Section tab" in problem.remedy else problem


def _figures(figures: SectionFigures, units: UnitSystem) -> tuple[tuple[str, str], ...]:
    def length(value: float | None, decimals: int = 3) -> str:
        return "–" if value is None else f"{value * units.length:.{decimals}f} {units.length_label}"

    ratio = figures.line_length_ratio
    return (
        ("Water surface elevation", length(figures.water_surface_elevation_m)),
        ("Left edge of water", length(figures.left_edge_station_m)),
        ("Right edge of water", length(figures.right_edge_station_m)),
        ("Top width", length(figures.top_width_m)),
        ("Area", f"{figures.area_m2 * units.area:.3f} {units.area_label}"),
        ("Mean depth", length(figures.mean_depth_m)),
        ("Largest depth", length(figures.max_depth_m)),
        ("Wetted perimeter", length(figures.wetted_perimeter_m)),
        ("Hydraulic radius", length(figures.hydraulic_radius_m)),
        ("Length of the line", length(figures.line_length_m)),
        ("Line to surveyed width", "–" if ratio is None else f"{100.0 * ratio:.1f} %"),
    )


def _warnings(figures: SectionFigures, units: UnitSystem) -> tuple[str, ...]:
    ratio = figures.line_length_ratio
    if ratio is None or abs(ratio - 1.0) <= LENGTH_MISMATCH[0] or figures.line_length_m is None:
        return ()
    line, width = figures.line_length_m * units.length, figures.line_length_m / ratio * units.length
    return (
        f"The line is {line:.3f} {units.length_label} long, but the surveyed width between the edges of water is"
        f" {width:.3f} {units.length_label}. Check the ends of the line, the water surface elevation and the control"
        " points.",
    )
