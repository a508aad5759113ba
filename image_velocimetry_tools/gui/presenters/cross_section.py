"""The Cross-Section tab: the survey, its line in the picture, and what they say at the water level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError
from ...domain.project import Project
from ...domain.section import Bank, CrossSection, SubSurvey
from ...domain.units import UnitSystem, unit_system
from ...services.cross_section_service import CrossSectionService, ImportedSurvey
from ...services.project_setup.editing import (
    with_section_line,
    with_section_line_in_image,
    with_start_bank,
    with_survey,
)
from ..models.cross_section import (
    CurveDrawing,
    PlotKind,
    SectionDrawing,
    SurveyRow,
    curve_drawing,
    section_drawing,
    survey_rows,
    with_point_added,
    with_point_moved,
    with_points_pasted,
    without_points,
)
from ..models.document import Change
from ..models.pasted_cells import PastedCells
from ..models.section_findings import section_findings
from ..models.workbench import Workbench
from .cross_section_files import SurveyFiles
from .cross_section_subsections import SubsectionsEditor, SubsectionsView

FloatArray = NDArray[np.float64]
Picture = NDArray[np.uint8]


class CrossSectionView(SubsectionsView, Protocol):
    """What the tab shows; lengths in display units, lines in pixels of the picture that is shown."""

    def bind(self, presenter: CrossSectionPresenter) -> None: ...
    def show_units(self, length_label: str) -> None: ...
    def show_picture(self, picture: Picture | None, is_original: bool) -> None: ...
    def show_scale(self, pixel_size: float | None, length_label: str) -> None: ...
    def show_line(self, line_px: FloatArray | None, names: tuple[str, str]) -> None: ...
    def show_line_ends(self, line_px: FloatArray | None) -> None: ...
    def show_start_bank(self, bank: Bank) -> None: ...
    def show_section(self, drawing: SectionDrawing | None) -> None: ...
    def show_curve(self, drawing: CurveDrawing | None) -> None: ...
    def show_surveys(self, rows: Sequence[SurveyRow], chosen: int) -> None: ...
    def show_points(self, stations: FloatArray, elevations: FloatArray) -> None: ...
    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None: ...
    def show_findings(self, problems: Sequence[str], warnings: Sequence[str]) -> None: ...


class CrossSectionPresenter:
    """Imports and edits surveys, draws the line, and tells what section and line say."""

    def __init__(self, view: CrossSectionView, bench: Workbench, service: CrossSectionService | None = None) -> None:
        self._view = view
        self._bench = bench
        self._service = service or CrossSectionService()
        self._files = SurveyFiles(bench, self._service, self._take_in)
        self._is_original = False
        self._kind = PlotKind.SECTION
        self._chosen = 0
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        bench.rectified.changed.subscribe(lambda image: self._show_picture())
        self._show()
        self.subsections = SubsectionsEditor(view, bench)

    # what the user does

    def import_survey(self) -> None:
        """Let the user choose a file of surveys and take it into the section."""
        self._files.import_survey()

    def import_file(self, path: Path) -> None:
        """Take a file of surveys into the section."""
        self._files.import_file(path)

    def export_csv(self) -> None:
        """Write the merged section as a table."""
        self._files.export_csv()

    def choose_picture(self, is_original: bool) -> None:
        """Show the original or the rectified picture."""
        self._is_original = is_original
        self._show_picture()

    def choose_plot(self, kind: PlotKind | str) -> None:
        """Show the section, or one of its properties."""
        self._kind = PlotKind(kind)
        self._show_plot()

    def draw_line(self, line_px: FloatArray) -> None:
        """Take over a line (2, 2) drawn or dragged in the picture that is shown, start bank first."""
        edit = with_section_line_in_image if self._is_original else with_section_line
        self._edit("Draw the section line", lambda project: edit(project, np.asarray(line_px, dtype=float)))

    def set_line_ends(self, line_px: FloatArray) -> None:
        """Take over the ends of the line as typed, pixels of the rectified image."""
        line = np.asarray(line_px, dtype=float)
        self._edit("Move the section line", lambda project: with_section_line(project, line), merge="line ends")

    def swap_ends(self) -> None:
        """Let the line start at its other end; the bank at which it starts stays."""
        line = self._project.section.line_px
        if line is not None:
            self._edit("Swap the ends of the line", lambda project: with_section_line(project, line[::-1].copy()))

    def set_start_bank(self, bank: Bank) -> None:
        """State at which bank the line starts."""
        self._edit("Choose the start bank", lambda project: with_start_bank(project, bank))

    def choose_survey(self, index: int) -> None:
        """Show the points of a sub-survey."""
        self._chosen = index
        self._show_points()

    def place_survey(
        self,
        index: int,
        *,
        station_offset: float | None = None,
        stage_offset: float | None = None,
        start_edge: Bank | None = None,
    ) -> None:
        """Shift, raise or flip a sub-survey; offsets in display units."""
        survey, length = self._survey_of(index), self._units.length
        moved = replace(
            survey,
            station_offset_m=survey.station_offset_m if station_offset is None else station_offset / length,
            stage_offset_m=survey.stage_offset_m if stage_offset is None else stage_offset / length,
            start_edge=survey.start_edge if start_edge is None else start_edge,
        )
        self._replace_survey("Place a survey", index, moved)

    def remove_survey(self, index: int) -> None:
        """Take a sub-survey out of the section."""
        section = self._section
        remaining = [survey for i, survey in enumerate(section.sub_surveys) if i != index]
        self._chosen = 0
        self._change_surveys("Delete a survey", remaining)

    def move_point(self, row: int, station: float, elevation: float) -> None:
        """Give a point of the chosen sub-survey other coordinates, display units."""
        length = self._units.length
        survey = with_point_moved(self._survey_of(self._chosen), row, station / length, elevation / length)
        self._replace_survey("Edit a surveyed point", self._chosen, survey)

    def add_point(self, row: int) -> None:
        """Add a point behind one of the chosen sub-survey."""
        self._replace_survey("Add a surveyed point", self._chosen, with_point_added(self._survey_of(self._chosen), row))

    def paste_points(self, pasted: PastedCells) -> None:
        """Take pasted cells of the points' table over, all or none."""
        try:
            survey = with_points_pasted(self._survey_of(self._chosen), pasted.accepted(), self._units.length)
        except IvyError as error:
            self._bench.dialogs.show_error("Paste surveyed points", error)
        else:
            self._replace_survey("Paste surveyed points", self._chosen, survey)

    def remove_points(self, rows: list[int]) -> None:
        """Take points out of the chosen sub-survey."""
        if rows:
            survey = without_points(self._survey_of(self._chosen), rows)
            self._replace_survey("Delete surveyed points", self._chosen, survey)

    # editing

    def _take_in(self, path: Path, imported: ImportedSurvey, surveys: Sequence[SubSurvey]) -> None:
        self._chosen = 0
        self._change_surveys(f"Import {path.name}", surveys, imported, path.name)

    def _replace_survey(self, label: str, index: int, survey: SubSurvey) -> None:
        surveys = list(self._section.sub_surveys)
        surveys[index] = survey
        self._change_surveys(label, surveys)

    def _change_surveys(
        self,
        label: str,
        surveys: Sequence[SubSurvey],
        imported: ImportedSurvey | None = None,
        name: str | None = None,
    ) -> None:
        settings = self._project.section
        source = imported if imported is not None and imported.manning_n else settings.survey
        roughness = (source.manning_n, source.subsection_bounds_m) if source is not None else ()
        units = settings.survey_units if imported is None else imported.units

        def edit(project: Project) -> Project:
            merged = self._service.merge(surveys, *roughness) if surveys else None
            return with_survey(project, merged, name or settings.survey_name, units)

        self._edit(label, edit)

    def _edit(self, label: str, edit: Callable[[Project], Project], merge: str = "") -> None:
        try:
            edited = edit(self._project)
        except IvyError as error:
            self._bench.dialogs.show_error(label, error)
            self._show()
            return
        self._bench.document.edit(label, edited, merge=merge)

    # showing

    @property
    def _project(self) -> Project:
        return self._bench.document.project

    @property
    def _units(self) -> UnitSystem:
        return unit_system(self._project.display_units)

    @property
    def _section(self) -> CrossSection:
        survey = self._project.section.survey
        if survey is None:
            raise ValueError("there is no section to edit")
        return survey

    def _survey_of(self, index: int) -> SubSurvey:
        return self._section.sub_surveys[index]

    def _follow(self, change: Change) -> None:
        if change.touches("section", "calibration", "video", "velocimetry", "display_units"):
            self._show()

    def _show(self) -> None:
        project = self._project
        self._view.show_units(self._units.length_label)
        self._view.show_start_bank(project.section.start_bank)
        self._view.show_line_ends(project.section.line_px)
        surveys = survey_rows(project.section.survey, self._units)
        self._chosen = min(self._chosen, max(0, len(surveys) - 1))
        self._view.show_surveys(surveys, self._chosen)
        self._show_points()
        self._show_picture()
        self._show_plot()
        findings = section_findings(project, self._units)
        self._view.show_figures(findings.figures)
        self._view.show_findings(findings.problems, findings.warnings)

    def _show_points(self) -> None:
        survey = self._project.section.survey
        if survey is None or not survey.sub_surveys:
            self._view.show_points(np.empty(0), np.empty(0))
            return
        chosen = survey.sub_surveys[self._chosen]
        self._view.show_points(chosen.station_m * self._units.length, chosen.elevation_m * self._units.length)

    def _show_picture(self) -> None:
        image, line = self._bench.rectified.current, self._project.section.line_px
        self._view.show_picture(image.original if self._is_original else image.picture, self._is_original)
        solved = image.solved
        if self._is_original:
            line = None if solved is None or line is None else solved.rectification.raster_to_image(line)
            line = None if line is None or not np.isfinite(line).all() else line
        pixel_size = None if solved is None or self._is_original else solved.rectification.pixel_size_m
        scale = None if pixel_size is None else pixel_size * self._units.length
        self._view.show_scale(scale, self._units.length_label)
        start = self._project.section.start_bank
        names = ("left bank", "right bank") if start is Bank.LEFT else ("right bank", "left bank")
        self._view.show_line(line, names)

    def _show_plot(self) -> None:
        survey, level = self._project.section.survey, self._project.calibration.water_surface_elevation_m
        if self._kind is PlotKind.SECTION or survey is None:
            self._view.show_section(None if survey is None else section_drawing(survey, level, self._units))
        else:
            self._view.show_curve(curve_drawing(survey, self._kind, level, self._units))
