"""A measurement of the generated river with everything that a report can say of it."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Any

from known_rivers import Never, NoStages, film, mill_site, mill_video, opened
from projects_at_hand import project_of

from image_velocimetry_tools.domain.project import (
    Comment,
    CommentCategory,
    MeasuredVelocities,
    PointReview,
    Project,
    Reporting,
    StationEdit,
)
from image_velocimetry_tools.services.measured_project.measurement import measure_project
from image_velocimetry_tools.services.measurement_report.blocks import Beside, Fact, Facts, Part, ReportContents, Table
from image_velocimetry_tools.services.measurement_report.contents import report_contents
from image_velocimetry_tools.services.measurement_report.sources import report_sources
from image_velocimetry_tools.services.stiv_service import STIVService

MADE = datetime(2026, 3, 4, 15, 30)


@functools.cache
def measured_project() -> Project:
    """The mill, measured."""
    with tempfile.TemporaryDirectory() as folder:
        video = film(mill_site(), mill_video(), Path(folder) / "mill.mp4")
        project = project_of(opened(mill_site()), video)
        found = measure_project(project, STIVService(), stages=NoStages(), cancel=Never(), threads=1)
    return replace(project, velocities=found)


def reported_project(**parts: Any) -> Project:
    """The mill, measured, reviewed and described."""
    project = measured_project()
    reporting = Reporting(
        station_name="Alder Brook",
        station_number="01234567",
        party="J. Doe, M. Østergård",
        weather="overcast",
        measured_on=date(2024, 5, 14),
        start_time=time(8, 0),
        end_time=time(8, 1, 10),
        gage_height_m=3.25,
        measurement_number=12,
        description="At the level of the survey.",
    )
    comments = (
        Comment(CommentCategory.DISCHARGE, "J. Doe", "05/14/2024 09:40:00", "α of earlier measurements, <0.9 & >0.8"),
        Comment(CommentCategory.VIDEO, "M. Østergård", "05/14/2024 09:00:00", "No debris, calm."),
    )
    reviews = MappingProxyType({3: PointReview(((5.0, 3.0, 25.0, 20.0),), False, "glare, drawn by hand")})
    discharge = replace(project.discharge, stations=MappingProxyType({1: StationEdit(is_used=False)}))
    described = replace(project, reporting=reporting, comments=comments, reviews=reviews, discharge=discharge)
    return replace(described, **parts)


def with_velocities(project: Project, **changes: Any) -> Project:
    """The project with other velocities."""
    assert project.velocities is not None
    velocities: MeasuredVelocities = replace(project.velocities, **changes)
    return replace(project, velocities=velocities)


def contents_of(project: Project, **given: Any) -> ReportContents:
    """The contents of its report."""
    return report_contents(report_sources(project, user="jdoe", made=MADE, **given))


def part_of(contents: ReportContents, title: str) -> Part:
    """A part by its title."""
    return next(part for part in contents.parts if part.title == title)


def blocks_of(part: Part) -> list[Any]:
    """Blocks of a part, those side by side among them."""
    found: list[Any] = []
    for block in part.blocks:
        found += [each for column in block.columns for each in column] if isinstance(block, Beside) else [block]
    return found


def facts_of_part(part: Part) -> dict[str, str]:
    """All facts of a part by name."""
    facts: list[Fact] = [fact for block in blocks_of(part) if isinstance(block, Facts) for fact in block.facts]
    return {fact.name: fact.value for fact in facts}


def table_of(part: Part, title: str) -> Table:
    """A table by its title."""
    return next(block for block in blocks_of(part) if isinstance(block, Table) and block.title == title)


def column_of(table: Table, title: str) -> list[Any]:
    """The cells of the column whose title begins so."""
    index = next(i for i, column in enumerate(table.columns) if column.title.startswith(title))
    return [row[index] for row in table.rows]
