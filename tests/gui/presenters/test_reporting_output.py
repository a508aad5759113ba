from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from unittest.mock import MagicMock, create_autospec

import pytest
from gui_workbench import workbench
from inline_tasks import InlineTasks
from measured_mill import measured_mill

from image_velocimetry_tools.domain.errors import OutputError
from image_velocimetry_tools.domain.project import Comment, CommentCategory, Project, Reporting
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.models.reporting_output import ReportHead, TableChoice
from image_velocimetry_tools.gui.models.tasks import TaskControl
from image_velocimetry_tools.gui.presenters.dialogs import FileKind
from image_velocimetry_tools.gui.presenters.reporting_output import OutputPresenter, OutputView
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.project_setup.editing import with_water_surface_elevation

TOLD = Reporting(station_name="Alder Brook")
REMARK = Comment(CommentCategory.OTHER, "A. B.", "05/04/2024 13:00:00", "calm")


@pytest.fixture(scope="module")
def project() -> Project:
    return replace(measured_mill(), reporting=TOLD, comments=(REMARK,))


@pytest.fixture(scope="module")
def outdated(project: Project) -> Project:
    level = project.calibration.water_surface_elevation_m
    assert level is not None
    return with_water_surface_elevation(project, level + 0.01)


class Panel:
    """The presenter with a view that remembers what it was told."""

    def __init__(self, project: Project) -> None:
        self.bench = workbench(project)
        self.view = create_autospec(OutputView, instance=True)
        self.presenter = OutputPresenter(self.view, self.bench)
        self.dialogs: MagicMock = self.bench.dialogs  # type: ignore[assignment]
        self.said: list[str] = []
        self.bench.said.subscribe(self.said.append)

    @property
    def tasks(self) -> InlineTasks:
        assert isinstance(self.bench.tasks, InlineTasks)
        return self.bench.tasks

    @property
    def head(self) -> ReportHead:
        head = self.view.show_head.call_args.args[0]
        assert isinstance(head, ReportHead)
        return head

    @property
    def tables(self) -> dict[str, TableChoice]:
        return {table.name: table for table in self.view.show_tables.call_args.args[0]}


def test_that_the_head_tells_discharge_and_verdict_as_the_report_will(project: Project) -> None:
    panel = Panel(project)
    found = discharge_of_project(project).measurement
    assert (panel.head.title, panel.head.tone, panel.head.word) == ("Alder Brook", "good", "Good")
    assert dict(panel.head.figures)["discharge"] == f"{found.discharge.discharge_m3s:.3f} m³/s"
    panel.view.show_rating.assert_called_with("", str(found.rating))


def test_that_the_head_follows_every_edit_and_the_units(project: Project) -> None:
    panel = Panel(project)
    edited = replace(project, display_units=DisplayUnits.ENGLISH, reporting=Reporting(station_name="Elm Brook"))
    panel.bench.document.edit("Edit", edited)
    assert panel.head.title == "Elm Brook"
    assert dict(panel.head.figures)["discharge"].endswith("ft³/s")


def test_that_the_pdf_is_written_on_the_paper_of_the_user_and_opened(project: Project, tmp_path: Path) -> None:
    panel, path = Panel(project), tmp_path / "report.pdf"
    panel.presenter.set_page_size("Letter")
    panel.view.show_options.assert_called_with("Letter", True)
    panel.dialogs.save_file.return_value = path
    panel.presenter.export_pdf()
    panel.dialogs.save_file.assert_called_once_with("Write the report", FileKind.PDF, "Alder_Brook.pdf")
    content = path.read_bytes()
    assert content.startswith(b"%PDF")
    assert b"612 792" in content
    panel.dialogs.show_document.assert_called_once_with(path)
    panel.dialogs.ask.assert_not_called()
    assert str(path) in panel.said[-1]


def test_that_the_web_page_is_written_and_left_closed_if_so_wanted(project: Project, tmp_path: Path) -> None:
    panel, path = Panel(project), tmp_path / "report.html"
    panel.presenter.set_opens_written(False)
    panel.dialogs.save_file.return_value = path
    panel.presenter.export_html()
    assert "Alder Brook" in path.read_text("utf-8")
    panel.dialogs.show_document.assert_not_called()


def test_that_no_file_means_no_report(project: Project) -> None:
    panel = Panel(project)
    panel.dialogs.save_file.return_value = None
    panel.presenter.export_pdf()
    assert "Write the report" not in panel.tasks.titles


def test_that_an_out_of_date_result_is_asked_about_and_marked(outdated: Project, tmp_path: Path) -> None:
    panel, path = Panel(outdated), tmp_path / "report.html"
    assert panel.head.is_refused
    panel.dialogs.ask.return_value = False
    panel.presenter.export_html()
    assert "changed after the velocities were measured" in panel.dialogs.ask.call_args.args[1]
    panel.dialogs.save_file.assert_not_called()
    panel.dialogs.ask.return_value = True
    panel.dialogs.save_file.return_value = path
    panel.presenter.export_html()
    assert "Out of date" in path.read_text("utf-8")


def test_that_a_question_lists_some_reasons_and_counts_the_others(project: Project, tmp_path: Path) -> None:
    panel = Panel(Project())
    panel.dialogs.ask.return_value = False
    many = replace(panel.head, reasons=tuple(f"reason {number}" for number in range(11)))
    panel.presenter._take_head(many)
    panel.presenter.export_pdf()
    question = panel.dialogs.ask.call_args.args[1]
    assert "no velocities" in question
    assert "• reason 7\n• and 3 more" in question


def test_that_a_report_waits_until_the_result_is_known(project: Project, tmp_path: Path) -> None:
    panel = Panel(project)
    panel.dialogs.save_file.return_value = None
    panel.tasks.is_held = True
    panel.bench.document.edit("Edit", replace(project, reporting=Reporting(station_name="Elm Brook")))
    panel.presenter.export_pdf()
    panel.dialogs.save_file.assert_not_called()
    panel.tasks.carry_out()
    panel.dialogs.save_file.assert_called_once_with("Write the report", FileKind.PDF, "Elm_Brook.pdf")


def test_that_a_fault_is_told_and_the_report_not_begun_later(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    panel, fault = Panel(project), RuntimeError("broken")
    with monkeypatch.context() as broken:
        broken.setattr("image_velocimetry_tools.gui.presenters.reporting_output._head_of", MagicMock(side_effect=fault))
        panel.bench.document.edit("Edit", replace(project, reporting=Reporting()))
        panel.presenter.export_pdf()
    panel.dialogs.show_error.assert_called_with("Look at the result", fault)
    panel.bench.document.edit("Edit", project)
    panel.dialogs.save_file.assert_not_called()


def test_that_a_stopped_report_leaves_no_file(project: Project, tmp_path: Path) -> None:
    panel, path = Panel(project), tmp_path / "report.pdf"
    panel.dialogs.save_file.return_value = path
    controls: list[TaskControl] = []
    start = panel.tasks.start
    panel.tasks.start = lambda *given, **more: controls.append(start(*given, **more))  # type: ignore[method-assign]
    panel.tasks.is_held = True
    panel.presenter.export_pdf()
    controls[-1].cancel()
    panel.tasks.carry_out()
    assert not path.exists()
    panel.dialogs.show_document.assert_not_called()


def test_that_the_report_takes_over_the_rectified_image_that_is_at_hand(project: Project) -> None:
    panel = Panel(project)
    given = panel.presenter._given()
    assert given["rectification"] is panel.bench.rectified.current.solved is not None
    assert given["rectified"] is panel.bench.rectified.current.picture
    panel.tasks.is_held = True
    panel.bench.document.edit("Edit", replace(project, calibration=replace(project.calibration, flip_x=True)))
    assert panel.presenter._given()["rectification"] is None


def test_that_a_rating_by_the_user_is_an_edit(project: Project) -> None:
    panel = Panel(project)
    panel.presenter.set_rating("Fair")
    assert panel.bench.document.project.discharge.rating == "Fair"
    assert panel.view.show_rating.call_args.args[0] == "Fair"


def test_that_ticked_tables_are_written_into_a_folder(project: Project, tmp_path: Path) -> None:
    panel = Panel(project)
    panel.presenter.tick_table("stiv_results.csv", True)
    panel.presenter.tick_table("velocities.csv", False)
    assert panel.tables["stiv_results.csv"].is_ticked
    assert not panel.tables["velocities.csv"].is_ticked
    panel.dialogs.open_folder.return_value = tmp_path
    panel.presenter.export_tables()
    assert {path.name for path in tmp_path.iterdir()} == {
        name for name, table in panel.tables.items() if table.is_ticked
    }
    with (tmp_path / "comments.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream))[1][-1] == "calm"
    assert panel.said[-1] == f"6 tables are written to {tmp_path}"
    panel.dialogs.ask.assert_not_called()


def test_that_existing_tables_are_replaced_only_on_a_yes(project: Project, tmp_path: Path) -> None:
    panel = Panel(project)
    panel.dialogs.open_folder.return_value = tmp_path
    (tmp_path / "comments.csv").write_text("mine")
    panel.dialogs.ask.return_value = False
    panel.presenter.export_tables()
    assert "comments.csv" in panel.dialogs.ask.call_args.args[1]
    assert [path.name for path in tmp_path.iterdir()] == ["comments.csv"]
    panel.dialogs.ask.return_value = True
    panel.presenter.export_tables()
    assert "calm" in (tmp_path / "comments.csv").read_text("utf-8")


def test_that_tables_of_an_out_of_date_result_are_asked_about(outdated: Project, tmp_path: Path) -> None:
    panel = Panel(outdated)
    panel.dialogs.ask.return_value = False
    panel.presenter.export_tables()
    assert "Tables do not say so" in panel.dialogs.ask.call_args.args[1]
    panel.dialogs.open_folder.assert_not_called()
    for name in ("stations.csv", "velocities.csv"):
        panel.presenter.tick_table(name, False)
    panel.dialogs.open_folder.return_value = None
    panel.presenter.export_tables()
    panel.dialogs.open_folder.assert_called_once()


def test_that_without_a_table_nothing_is_written() -> None:
    panel = Panel(Project())
    panel.presenter.export_tables()
    panel.dialogs.show_error.assert_called_once()
    panel.dialogs.open_folder.assert_not_called()


def test_that_stopping_between_tables_writes_no_more(project: Project, tmp_path: Path) -> None:
    panel = Panel(project)
    panel.dialogs.open_folder.return_value = tmp_path
    controls: list[TaskControl] = []
    start = panel.tasks.start
    panel.tasks.start = lambda *given, **more: controls.append(start(*given, **more))  # type: ignore[method-assign]
    panel.tasks.is_held = True
    panel.presenter.export_tables()
    controls[-1].cancel()
    panel.tasks.carry_out()
    assert list(tmp_path.iterdir()) == []


def test_that_a_folder_that_cannot_be_written_is_told(project: Project, tmp_path: Path) -> None:
    panel = Panel(project)
    panel.dialogs.open_folder.return_value = tmp_path / "gone"
    with pytest.raises(OutputError):
        panel.presenter.export_tables()
