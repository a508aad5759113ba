"""What the Reporting tab writes: the head of the report, the tables that there are, names of files."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...domain.project import Project

if TYPE_CHECKING:
    from ...services.measured_project.discharge import ProjectDischarge
    from ...services.measurement_report.blocks import ReportContents

_UNFIT = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What stands on top of the report, in display units.

    ``tone`` is ``"good"``, ``"doubtful"`` or ``"rejected"``, ``word`` the verdict or what stands in its place.
    ``automatic_rating`` follows from the uncertainty; empty without a discharge.
    """

    title: str
    tone: str
    word: str
    sentence: str
    reasons: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    automatic_rating: str
    has_discharge: bool

    @property
    def is_refused(self) -> bool:
        """Whether nobody should use what the report says."""
        return self.tone == "rejected"


def report_head(contents: ReportContents, found: ProjectDischarge | None) -> ReportHead:
    """The head of a report on a discharge, or on none."""
    notice = contents.notice
    return ReportHead(
        title=contents.title,
        tone=str(notice.tone),
        word=notice.word,
        sentence=notice.sentence,
        reasons=notice.reasons,
        figures=tuple((fact.name, fact.value) for fact in contents.key_figures),
        automatic_rating="" if found is None else str(found.measurement.rating),
        has_discharge=found is not None,
    )


@dataclass(frozen=True, slots=True)
class TableChoice:
    """A table that can be written; ``name`` is that of its file, ``is_there`` whether the project has it."""

    name: str
    title: str
    tip: str
    is_ticked: bool
    is_there: bool


_TABLES = (
    ("stations.csv", "Discharge stations", "Stations with area, velocity, discharge and remarks, in display units"),
    ("velocities.csv", "Velocities", "Measured and reviewed velocities with quality and flags, metric"),
    ("ground_control_points.csv", "Control points", "Control points with their errors, in display units"),
    ("cross_section.csv", "Cross-section", "The surveyed section, in display units"),
    (
        "stage_table.csv",
        "Stage table",
        "Area, width, perimeter and radius over the water surface elevation, in display units",
    ),
    ("comments.csv", "Comments", "All comments"),
    ("discharge_table.csv", "Stations as in projects", "Stations as project files hold them, metric"),
    ("stiv_results.csv", "Velocities as in projects", "Velocities as project files hold them, metric"),
    (
        "velocities.geojson",
        "Velocities for maps",
        "GeoJSON points with velocity and flags, metric; coordinates are those of the control points",
    ),
)
USUAL_TABLES = frozenset(name for name, _, _ in _TABLES[:6])
OF_DISCHARGE = frozenset({"stations.csv", "discharge_table.csv"})
OF_VELOCITIES = frozenset({"velocities.csv", "stiv_results.csv", "velocities.geojson"})


def table_choices(project: Project, ticked: Collection[str], *, has_discharge: bool) -> tuple[TableChoice, ...]:
    """All tables; what the project has nothing for cannot be chosen."""
    has_survey = project.section.survey is not None
    there = {
        **dict.fromkeys(OF_DISCHARGE, has_discharge),
        **dict.fromkeys(OF_VELOCITIES, project.velocities is not None),
        "ground_control_points.csv": len(project.calibration.points) > 0,
        "cross_section.csv": has_survey,
        "stage_table.csv": has_survey,
        "comments.csv": bool(project.comments),
    }
    return tuple(TableChoice(name, title, tip, name in ticked, there[name]) for name, title, tip in _TABLES)


def suggested_name(project: Project, path: Path | None, suffix: str) -> str:
    """A name for the report: station and date, else that of the project."""
    told = project.reporting
    parts = [told.station_name, told.station_number]
    if not any(part.strip() for part in parts):
        parts = [path.stem if path is not None else "measurement"]
    if told.measured_on is not None:
        parts.append(told.measured_on.isoformat())
    stem = "_".join(cleaned for part in parts if (cleaned := _UNFIT.sub("_", part.strip()).strip("_.")))
    return f"{stem[:100] or 'measurement'}{suffix}"
