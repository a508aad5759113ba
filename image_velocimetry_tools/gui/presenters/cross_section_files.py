"""Files of surveys on the Cross-Section tab: chosen, asked about where they do not say everything, read, written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ...domain.errors import SectionError
from ...domain.section import Bank, SubSurvey
from ...domain.units import DisplayUnits
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
        if path.suffix.lower() not in (".mat", ".csv"):
            what = f"{path.suffix or 'this kind of'} files of surveys cannot be read"
            remedy = "Save the section in AreaComp (.mat), or as a CSV of stations and elevations"
            self._bench.dialogs.show_error(_IMPORT, SectionError(what, where=str(path), remedy=remedy))
            return
        self._bench.tasks.start(
            _IMPORT,
            lambda control: self._service.stated_units(path),
            lambda stated: self._read(path, stated),
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

    def _read(self, path: Path, stated: DisplayUnits | None) -> None:
        is_table = path.suffix.lower() == ".csv"
        units = stated or (self._units_of(path) if is_table else DisplayUnits.METRIC)
        if units is None:
            return
        edge = self._start_edge_of(path) if is_table else Bank.LEFT
        if edge is None:
            return
        self._bench.tasks.start(
            _IMPORT,
            lambda control: self._service.read_file(path, units),
            lambda imported: self._hand_on(path, imported, edge if is_table else None),
        )

    def _units_of(self, path: Path) -> DisplayUnits | None:
        question = f"In which units are the stations and elevations of {path.name}?"
        answer = self._bench.dialogs.choose(_IMPORT, question, (_METRES, _FEET))
        return {_METRES: DisplayUnits.METRIC, _FEET: DisplayUnits.ENGLISH}.get(answer or "")

    def _start_edge_of(self, path: Path) -> Bank | None:
        question = f"At which bank does the survey {path.name} start, seen downstream?"
        answer = self._bench.dialogs.choose(_IMPORT, question, (_LEFT, _RIGHT))
        return {_LEFT: Bank.LEFT, _RIGHT: Bank.RIGHT}.get(answer or "")

    def _hand_on(self, path: Path, imported: ImportedSurvey, edge: Bank | None) -> None:
        surveys = imported.sub_surveys
        if edge is not None:
            surveys = tuple(replace(survey, start_edge=edge) for survey in surveys)
        standing = self._bench.document.project.section.survey
        if standing is not None:
            question = "There is a section already. What shall be done with the survey?"
            answer = self._bench.dialogs.choose(_IMPORT, question, (_ADD, _REPLACE))
            if answer is None:
                return
            if answer == _ADD:
                surveys = (*standing.sub_surveys, *surveys)
        self._take_in(path, imported, surveys)
        if imported.warnings:
            self._bench.dialogs.show_warnings(_IMPORT, imported.warnings)
