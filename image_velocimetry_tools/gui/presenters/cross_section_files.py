"""Files of surveys on the Cross-Section tab: chosen, asked about where they do not say everything, read, written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ...domain.errors import SectionError
from ...domain.section import Bank, CrossSection, SubSurvey
from ...domain.units import DisplayUnits, unit_system
from ...formats.survey.section_csv import SurveyTable
from ...services.cross_section_service import CrossSectionService, ImportedSurvey
from ..models.workbench import Workbench
from .dialogs import FileKind

_IMPORT = "Import cross-section"
_METRES, _FEET = "Metres", "Feet"
_LEFT, _RIGHT = "Left bank", "Right bank"
_ADD, _REPLACE = "Add to the section", "Replace the section"


class SurveyFiles:
    """Reads surveys and hands them on with all surveys that the section shall have; writes the merged section."""

    def __init__(
        self,
        bench: Workbench,
        service: CrossSectionService,
        take_in: Callable[[Path, ImportedSurvey, Sequence[SubSurvey]], None],
    ) -> None:
        self._bench = bench
        self._service = service
        self._take_in = take_in

    def import_survey(self) -> None:
        """Let the user choose a file of surveys."""
        path = self._bench.dialogs.open_file(_IMPORT, FileKind.SECTION, FileKind.ANY)
        if path is not None:
            self.import_file(path)

    def import_file(self, path: Path) -> None:
        """Read a file of surveys; what it does not say is asked."""
        kind = path.suffix.lower()
        if kind not in (".mat", ".csv"):
            what = f"{path.suffix or 'this kind of'} files of surveys cannot be read"
            remedy = "Save the section in AreaComp (.mat), or as a CSV of stations and elevations"
            self._bench.dialogs.show_error(_IMPORT, SectionError(what, where=str(path), remedy=remedy))
            return
        if kind == ".csv":
            self._bench.tasks.start(
                _IMPORT, lambda control: self._service.read_table(path), lambda table: self._ask(path, table)
            )
        else:
            self._bench.tasks.start(
                _IMPORT,
                lambda control: self._service.read_file(path),
                lambda imported: self._hand_on(path, imported),
            )

    def export_csv(self) -> None:
        """Write the merged section as a table."""
        from ...formats.atomic_file import write_bytes
        from ...formats.survey.section_csv import format_section_csv

        project = self._bench.document.project
        survey = project.section.survey
        if survey is None:
            return
        path = self._bench.dialogs.save_file("Export cross-section", FileKind.TABLE, "cross_section.csv")
        if path is not None:
            text = format_section_csv(survey, project.display_units).encode("utf-8")
            self._bench.tasks.start(
                "Export cross-section",
                lambda control: write_bytes(path, text),
                lambda _: self._bench.said.emit(f"The section is written to {path}"),
            )

    def _ask(self, path: Path, table: SurveyTable) -> None:
        """Have the user say what a table does not say, and hand on what it then holds."""
        units = table.units or self._units_of(path, table)
        if units is None:
            return
        level_m = self._level_of(path) if table.columns.is_depth else None
        if table.columns.is_depth and level_m is None:
            return
        edge = self._start_edge_of(path, table)
        if edge is None:
            return
        survey = replace(table.survey(units, water_surface_elevation_m=level_m), start_edge=edge)
        self._hand_on(path, ImportedSurvey((survey,), units, warnings=_notes(table, edge)))

    def _units_of(self, path: Path, table: SurveyTable) -> DisplayUnits | None:
        what = "depths" if table.columns.is_depth else "elevations"
        question = f"In which units are the stations and {what} of {path.name}?"
        answer = self._bench.dialogs.choose(_IMPORT, question, (_METRES, _FEET))
        return {_METRES: DisplayUnits.METRIC, _FEET: DisplayUnits.ENGLISH}.get(answer or "")

    def _level_of(self, path: Path) -> float | None:
        project = self._bench.document.project
        system = unit_system(project.display_units)
        label = f"{path.name} holds depths. Water surface elevation from which they were measured"
        present = (project.calibration.water_surface_elevation_m or 0.0) * system.length
        level = self._bench.dialogs.ask_number(_IMPORT, label, present, unit=system.length_label)
        return None if level is None else level / system.length

    def _start_edge_of(self, path: Path, table: SurveyTable) -> Bank | None:
        question = f"At which bank does the survey {path.name} start, seen downstream?"
        if table.is_falling:
            first, last = table.numbers[0, 0], table.numbers[-1, 0]
            question = (
                f"The stations in {path.name} fall from {first:g} to {last:g}. At which bank is its first row, station"
                f" {first:g}, seen downstream?"
            )
        answer = self._bench.dialogs.choose(_IMPORT, question, (_LEFT, _RIGHT))
        first_row = {_LEFT: Bank.LEFT, _RIGHT: Bank.RIGHT}.get(answer or "")
        if first_row is None or not table.is_falling:
            return first_row
        # the survey is turned: it starts where the table ends
        return Bank.LEFT if first_row is Bank.RIGHT else Bank.RIGHT

    def _hand_on(self, path: Path, imported: ImportedSurvey) -> None:
        surveys = imported.sub_surveys
        standing = self._bench.document.project.section.survey
        if standing is not None:
            question = "There is a section already. What shall be done with the survey?"
            answer = self._bench.dialogs.choose(_IMPORT, question, (_ADD, _REPLACE))
            if answer is None:
                return
            if answer == _ADD:
                surveys = (*standing.sub_surveys, *surveys)
                imported = _with_roughness_of(standing, imported)
        self._take_in(path, imported, surveys)
        if imported.warnings:
            self._bench.dialogs.show_warnings(_IMPORT, imported.warnings)


def _notes(table: SurveyTable, start_edge: Bank) -> tuple[str, ...]:
    """What was made of the rows of a table, whose survey starts at a bank."""
    if not table.is_falling:
        return table.notes
    name = Path(table.path).name
    if start_edge is Bank.LEFT:
        return (f"The stations in {name} fall towards the left bank: its rows were taken in the opposite order.",)
    return (
        f"The stations in {name} fall from the left bank on: its rows keep their order, and the stations are counted"
        " anew from the left bank.",
    )


def _with_roughness_of(standing: CrossSection, imported: ImportedSurvey) -> ImportedSurvey:
    """What is imported beside a section does not change its roughness."""
    if not standing.manning_n:
        return imported
    return replace(imported, manning_n=standing.manning_n, subsection_bounds_m=standing.subsection_bounds_m)
