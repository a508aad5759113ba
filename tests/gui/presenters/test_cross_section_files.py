from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
import pytest
from gui_workbench import workbench

from image_velocimetry_tools.domain.errors import SectionError
from image_velocimetry_tools.domain.project import Calibration, Project
from image_velocimetry_tools.domain.section import Bank, SubSurvey
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, DisplayUnits
from image_velocimetry_tools.gui.presenters.cross_section_files import SurveyFiles
from image_velocimetry_tools.services.cross_section_service import CrossSectionService, ImportedSurvey


class Import:
    """The import with boxes that answer as told, and the surveys that came of it."""

    def __init__(self, project: Project | None = None) -> None:
        self.bench = workbench(project or Project())
        self.dialogs: MagicMock = self.bench.dialogs  # type: ignore[assignment]
        self.surveys: Sequence[SubSurvey] = ()
        self.imported: ImportedSurvey | None = None
        self.files = SurveyFiles(self.bench, CrossSectionService(), self._take_in)

    def read(self, folder: Path, text: str, *answers: str | None) -> None:
        path = folder / "survey.csv"
        path.write_text(text, "utf-8")
        self.dialogs.choose.side_effect = answers
        self.files.import_file(path)

    @property
    def questions(self) -> list[str]:
        return [call.args[1] for call in self.dialogs.choose.call_args_list]

    def _take_in(self, path: Path, imported: ImportedSurvey, surveys: Sequence[SubSurvey]) -> None:
        self.imported, self.surveys = imported, surveys


@pytest.mark.parametrize(
    "text", ["", "Station,Elevation\n", "Station,Elevation\n0,x\n1,2\n", "Station (yd),Z\n0,1\n2,3\n"]
)
def test_that_nothing_is_asked_about_a_table_that_is_wrong(tmp_path: Path, text: str) -> None:
    case = Import()
    with pytest.raises(SectionError) as caught:
        case.read(tmp_path, text)
    assert not case.dialogs.choose.called
    assert "units of the site" not in str(caught.value)


def test_that_only_what_the_titles_leave_open_is_asked(tmp_path: Path) -> None:
    case = Import()
    case.read(tmp_path, "Station (m),Elevation (ft)\n0,10\n10,5\n", "Left bank")
    assert len(case.questions) == 1
    assert case.surveys[0].station_m[1] == 10.0
    assert case.surveys[0].elevation_m[1] == pytest.approx(1.524)
    assert case.imported is not None
    assert case.imported.units is DisplayUnits.ENGLISH


def test_that_depths_are_asked_for_their_water_surface_elevation(tmp_path: Path) -> None:
    present = Calibration(water_surface_elevation_m=100 * METRES_PER_FOOT)
    case = Import(replace(Project(), calibration=present, display_units=DisplayUnits.ENGLISH))
    case.dialogs.ask_number.return_value = 50.0
    case.read(tmp_path, "Station,Depth\n0,0\n5,10\n9,0\n", "Feet", "Left bank")
    assert "depths" in case.questions[0]
    assert case.dialogs.ask_number.call_args.args[2] == pytest.approx(100.0)
    assert case.dialogs.ask_number.call_args.kwargs == {"unit": "ft"}
    assert case.surveys[0].elevation_m / METRES_PER_FOOT == pytest.approx([50.0, 40.0, 50.0])


def test_that_depths_without_an_elevation_are_not_taken(tmp_path: Path) -> None:
    case = Import()
    case.dialogs.ask_number.return_value = None
    case.read(tmp_path, "Station (m),Depth (m)\n0,0\n5,10\n9,0\n")
    assert case.imported is None


@pytest.mark.parametrize(("answer", "start_edge"), [("Left bank", Bank.RIGHT), ("Right bank", Bank.LEFT)])
def test_that_falling_stations_are_taken_turned(tmp_path: Path, answer: str, start_edge: Bank) -> None:
    case = Import()
    case.read(tmp_path, "Station (m),Elevation (m)\n19,3\n10,1\n0,2\n", answer)
    assert "its first row, station 19" in case.questions[0]
    assert case.surveys[0].start_edge is start_edge
    section = CrossSectionService().merge(case.surveys)
    # whichever bank the first row is at, its elevation of 3 m ends up there
    assert section.elevation_m[0 if answer == "Left bank" else -1] == 3.0
    np.testing.assert_array_equal(np.sort(section.station_m), section.station_m)
    told = "counted anew from the left bank" if answer == "Left bank" else "in the opposite order"
    assert told in case.dialogs.show_warnings.call_args.args[1][0]


def test_that_stations_from_coordinates_are_told(tmp_path: Path) -> None:
    case = Import()
    case.read(tmp_path, "X (m),Y (m),Z (m)\n0,0,9\n3,4,7\n6,8,9\n", "Left bank")
    assert case.surveys[0].station_m == pytest.approx([0.0, 5.0, 10.0])
    assert "along the straight line" in case.dialogs.show_warnings.call_args.args[1][0]
