from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import MagicMock, create_autospec

import numpy as np
import pytest
from gui_workbench import workbench

from image_velocimetry_tools.domain.project import Calibration, Project, SectionSettings
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, DisplayUnits, unit_system
from image_velocimetry_tools.gui.models.cross_section import CurveDrawing, PlotKind, SectionDrawing
from image_velocimetry_tools.gui.models.pasted_cells import PastedCell, PastedCells
from image_velocimetry_tools.gui.models.workbench import Workbench
from image_velocimetry_tools.gui.presenters.cross_section import CrossSectionPresenter, CrossSectionView
from image_velocimetry_tools.gui.presenters.dialogs import FileKind
from image_velocimetry_tools.services.project_service import ProjectService

SCAFFOLD = Path(__file__).parents[3] / "batch_test_data" / "inputs" / "scaffold_project.ivy"


@pytest.fixture(scope="module")
def project() -> Project:
    scaffold = ProjectService().load_scaffold(SCAFFOLD).scaffold
    calibration = Calibration(
        image=scaffold.calibration_image,
        image_size=scaffold.calibration_size,
        points=scaffold.ground_control,
        water_surface_elevation_m=scaffold.water_surface_elevation_m,
        extent=scaffold.extent,
        flip_x=scaffold.flip_x,
        flip_y=scaffold.flip_y,
    )
    section = SectionSettings(
        scaffold.section, "section.mat", DisplayUnits.METRIC, scaffold.line_px, scaffold.start_bank
    )
    return replace(Project(), calibration=calibration, section=section)


class Tab:
    """The presenter with its bench and a view that remembers what it was told."""

    def __init__(self, project: Project) -> None:
        self.bench: Workbench = workbench(project)
        self.view = create_autospec(CrossSectionView, instance=True)
        self.presenter = CrossSectionPresenter(self.view, self.bench)
        self.dialogs: MagicMock = self.bench.dialogs  # type: ignore[assignment]

    @property
    def project(self) -> Project:
        return self.bench.document.project

    def last(self, method: str) -> object:
        return getattr(self.view, method).call_args.args[0]


def _csv(folder: Path, text: str) -> Path:
    path = folder / "survey.csv"
    path.write_text(text, "utf-8")
    return path


def test_that_an_empty_project_says_what_is_missing() -> None:
    tab = Tab(Project())
    problems = tab.last("show_findings")
    assert any("no cross-section" in problem for problem in problems)
    assert tab.last("show_section") is None


def test_that_the_figures_are_in_display_units(project: Project) -> None:
    tab = Tab(project)
    metric = dict(tab.last("show_figures"))
    tab.bench.document.edit("Units", replace(tab.project, display_units=DisplayUnits.ENGLISH))
    english = dict(tab.last("show_figures"))
    width = float(metric["Top width"].split()[0])
    assert english["Top width"].endswith("ft")
    assert float(english["Top width"].split()[0]) == pytest.approx(width / METRES_PER_FOOT, abs=2e-3)


def test_that_the_drawing_has_the_edges_of_water_at_the_level(project: Project) -> None:
    drawing = Tab(project).last("show_section")
    assert isinstance(drawing, SectionDrawing)
    assert drawing.edges is not None
    assert drawing.edges[0] < drawing.edges[1]
    assert drawing.level == project.calibration.water_surface_elevation_m


@pytest.mark.parametrize("kind", [kind for kind in PlotKind if kind is not PlotKind.SECTION])
def test_that_every_property_can_be_plotted_against_the_level(project: Project, kind: PlotKind) -> None:
    tab = Tab(project)
    tab.presenter.choose_plot(kind)
    curve = tab.last("show_curve")
    assert isinstance(curve, CurveDrawing)
    assert curve.values.shape == curve.elevation.shape
    assert curve.title == str(kind)


def test_that_a_csv_without_units_is_asked_for_them_and_converted(tmp_path: Path) -> None:
    tab = Tab(Project())
    tab.dialogs.choose.side_effect = ["Feet", "Right bank"]
    tab.presenter.import_file(_csv(tmp_path, "station,elevation\n0,10\n10,5\n20,10\n"))
    survey = tab.project.section.survey
    assert survey is not None
    assert survey.station_m[-1] == pytest.approx(20 * METRES_PER_FOOT)
    assert survey.sub_surveys[0].start_edge is Bank.RIGHT
    assert tab.project.section.survey_name == "survey.csv"


def test_that_units_in_the_titles_are_not_asked_for(tmp_path: Path) -> None:
    tab = Tab(Project())
    tab.dialogs.choose.side_effect = ["Left bank"]
    tab.presenter.import_file(_csv(tmp_path, "Station (ft),Elevation (ft)\n0,10\n10,5\n20,10\n"))
    assert tab.project.section.survey_units is DisplayUnits.ENGLISH


@pytest.mark.parametrize("answers", [[None], ["Metres", None]])
def test_that_thinking_better_of_an_import_changes_nothing(tmp_path: Path, answers: list[str | None]) -> None:
    tab = Tab(Project())
    tab.dialogs.choose.side_effect = answers
    tab.presenter.import_file(_csv(tmp_path, "0,10\n10,5\n20,10\n"))
    assert tab.project.section.survey is None


def test_that_a_second_survey_can_be_added_or_take_the_place(project: Project, tmp_path: Path) -> None:
    path = _csv(tmp_path, "Station (m),Elevation (m)\n0,200\n10,190\n20,200\n")
    adding, replacing = Tab(project), Tab(project)
    adding.dialogs.choose.side_effect = ["Left bank", "Add to the section"]
    replacing.dialogs.choose.side_effect = ["Left bank", "Replace the section"]
    before = project.section.survey
    assert before is not None
    for tab in (adding, replacing):
        tab.presenter.import_file(path)
    assert len(adding.project.section.survey.sub_surveys) == len(before.sub_surveys) + 1  # type: ignore[union-attr]
    assert len(replacing.project.section.survey.sub_surveys) == 1  # type: ignore[union-attr]


def test_that_a_file_of_another_kind_is_refused_with_what_to_do(tmp_path: Path) -> None:
    tab = Tab(Project())
    tab.presenter.import_file(tmp_path / "survey.svmaq")
    error = tab.dialogs.show_error.call_args.args[1]
    assert "AreaComp" in str(error)


def test_that_the_chooser_leads_to_the_import(tmp_path: Path) -> None:
    tab = Tab(Project())
    tab.dialogs.open_file.return_value = _csv(tmp_path, "Station (m),Elevation (m)\n0,10\n10,5\n20,10\n")
    tab.dialogs.choose.side_effect = ["Left bank"]
    tab.presenter.import_survey()
    assert tab.dialogs.open_file.call_args.args[1] is FileKind.SECTION
    assert tab.project.section.survey is not None


def test_that_a_line_drawn_in_the_original_lies_at_the_same_place_in_the_rectified_image(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.choose_picture(True)
    drawn = np.asarray(tab.last("show_line"))
    tab.presenter.draw_line(drawn)
    assert tab.project.section.line_px == pytest.approx(project.section.line_px, abs=1e-6)


def test_that_the_line_can_be_drawn_typed_and_turned_round(project: Project) -> None:
    tab = Tab(project)
    line = np.array([[100.0, 200.0], [300.0, 250.0]])
    tab.presenter.draw_line(line)
    assert tab.project.section.line_px == pytest.approx(line)
    tab.presenter.set_line_ends(line + 5.0)
    tab.presenter.swap_ends()
    assert tab.project.section.line_px == pytest.approx(line[::-1] + 5.0)


def test_that_a_line_of_another_length_than_the_survey_is_warned_of(project: Project) -> None:
    tab = Tab(project)
    line = project.section.line_px
    assert line is not None
    tab.presenter.set_line_ends(np.array([line[0], line[0] + 0.5 * (line[1] - line[0])]))
    warnings = tab.view.show_findings.call_args.args[1]
    assert any("surveyed width" in warning for warning in warnings)


def test_that_the_ends_are_named_after_the_start_bank(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.set_start_bank(Bank.RIGHT)
    assert tab.view.show_line.call_args.args[1] == ("right bank", "left bank")
    tab.presenter.set_start_bank(Bank.LEFT)
    assert tab.view.show_line.call_args.args[1] == ("left bank", "right bank")


def test_that_offsets_typed_in_feet_move_the_survey_by_metres(project: Project) -> None:
    tab = Tab(replace(project, display_units=DisplayUnits.ENGLISH))
    tab.presenter.place_survey(0, station_offset=10.0, stage_offset=1.0, start_edge=Bank.RIGHT)
    survey = tab.project.section.survey
    assert survey is not None
    placed = survey.sub_surveys[0]
    assert placed.station_offset_m == pytest.approx(10.0 * METRES_PER_FOOT)
    assert placed.stage_offset_m == pytest.approx(METRES_PER_FOOT)
    assert placed.start_edge is Bank.RIGHT


def test_that_points_can_be_moved_added_and_deleted_and_undone(project: Project) -> None:
    tab = Tab(project)
    before = project.section.survey
    assert before is not None
    first = before.sub_surveys[0]
    tab.presenter.move_point(1, float(first.station_m[1]), 99.0)
    tab.presenter.add_point(1)
    tab.presenter.remove_points([2])
    survey = tab.project.section.survey
    assert survey is not None
    assert survey.sub_surveys[0].elevation_m[1] == 99.0
    assert len(survey.sub_surveys[0].station_m) == len(first.station_m)
    for _ in range(3):
        tab.bench.document.undo()
    assert tab.project is project


def test_that_a_point_that_would_go_back_is_refused_and_shown_as_it_was(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.move_point(1, 1e6, 99.0)
    assert tab.project is project
    tab.dialogs.show_error.assert_called_once()


def test_that_the_last_survey_can_be_deleted(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.remove_survey(0)
    assert tab.project.section.survey is None
    assert tab.last("show_section") is None


def test_that_the_section_is_written_with_its_units(project: Project, tmp_path: Path) -> None:
    tab = Tab(replace(project, display_units=DisplayUnits.ENGLISH))
    target = tmp_path / "out.csv"
    tab.dialogs.save_file.return_value = target
    tab.presenter.export_csv()
    assert target.read_text("utf-8").startswith("Station (ft),Elevation (ft)\n")


def test_that_choosing_a_survey_shows_its_points(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.choose_survey(0)
    stations = tab.view.show_points.call_args.args[0]
    assert len(stations) == len(project.section.survey.sub_surveys[0].station_m)  # type: ignore[union-attr]


def test_that_a_level_outside_the_survey_is_told_while_the_section_is_still_drawn(project: Project) -> None:
    calibration = replace(project.calibration, water_surface_elevation_m=1e4)
    tab = Tab(replace(project, calibration=calibration))
    assert tab.last("show_findings")
    drawing = tab.last("show_section")
    assert isinstance(drawing, SectionDrawing)
    assert drawing.edges is None


def test_that_pasted_points_replace_and_add_points_in_one_step(project: Project) -> None:
    tab = Tab(project)
    before = tab.project
    assert before.section.survey is not None
    points = before.section.survey.sub_surveys[0]
    count, last = len(points.station_m), float(points.station_m[-1])
    length = unit_system(before.display_units).length
    cells = ((count - 1, 2, 3.5), (count, 1, (last + 1.0) * length), (count, 2, 4.5))
    tab.presenter.paste_points(PastedCells(tuple(PastedCell(*cell) for cell in cells)))
    assert tab.project.section.survey is not None
    pasted = tab.project.section.survey.sub_surveys[0]
    assert len(pasted.station_m) == count + 1
    assert pasted.station_m[-1] == pytest.approx(last + 1.0)
    assert pasted.elevation_m[-2:] * length == pytest.approx([3.5, 4.5])
    tab.bench.document.undo()
    assert tab.project is before


def test_that_pasted_points_lacking_a_number_are_all_named(project: Project) -> None:
    tab = Tab(project)
    survey = project.section.survey
    assert survey is not None
    count = len(survey.sub_surveys[0].station_m)
    cells = (PastedCell(0, 2, None), PastedCell(count, 1, 99.0))
    tab.presenter.paste_points(PastedCells(cells))
    problems = tab.dialogs.show_error.call_args.args[1].problems
    assert [problem.where for problem in problems] == ["Row 1", f"Row {count + 1}"]
    assert tab.project is project


def test_that_a_survey_added_beside_another_leaves_the_roughness_alone(project: Project, tmp_path: Path) -> None:
    tab = Tab(project)
    tab.presenter.subsections.set_manning_n(0, 0.04)
    tab.dialogs.choose.side_effect = ["Metres", "Left bank", "Add to the section"]
    tab.presenter.import_file(_csv(tmp_path, "Station,Elevation\n0,130\n5,131\n"))
    assert tab.project.section.survey is not None
    assert tab.project.section.survey.manning_n == (0.04,)
    assert len(tab.project.section.survey.sub_surveys) == 2


def test_that_the_bed_can_be_read_with_its_depth(project: Project) -> None:
    drawing = Tab(project).last("show_section")
    assert isinstance(drawing, SectionDrawing)
    assert drawing.readings is not None
    deepest = int(np.argmin(drawing.elevation))
    assert "depth" in drawing.readings.text(deepest)
    assert "depth" not in drawing.readings.text(int(np.argmax(drawing.elevation)))
