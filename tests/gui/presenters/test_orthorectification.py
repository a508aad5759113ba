from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import MagicMock, create_autospec

import cv2
import numpy as np
import pytest
from gui_workbench import workbench
from known_rivers import facts_of, film, mill_site, mill_video
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.errors import GroundControlError, IvyError
from image_velocimetry_tools.domain.ground_control import GroundControlPoints
from image_velocimetry_tools.domain.project import Calibration, Project
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, DisplayUnits
from image_velocimetry_tools.domain.video import Clip, FrameSize
from image_velocimetry_tools.formats.survey.gcp_csv import read_gcp_csv
from image_velocimetry_tools.gui.models.orthorectification import ErrorGrade, ImageMarks, PointRow
from image_velocimetry_tools.gui.models.orthorectification_points import PointField
from image_velocimetry_tools.gui.models.workbench import Workbench
from image_velocimetry_tools.gui.presenters.orthorectification import (
    OrthorectificationPresenter,
    OrthorectificationView,
)
from image_velocimetry_tools.services.rectification.rectified_view import raster_of


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_mill()


class Tab:
    """The presenter with its bench and a view that remembers what it was told."""

    def __init__(self, project: Project) -> None:
        self.bench: Workbench = workbench(project)
        self.view = create_autospec(OrthorectificationView, instance=True)
        self.presenter = OrthorectificationPresenter(self.view, self.bench)
        self.dialogs: MagicMock = self.bench.dialogs  # type: ignore[assignment]
        self.said: list[str] = []
        self.bench.said.subscribe(self.said.append)

    @property
    def project(self) -> Project:
        return self.bench.document.project

    @property
    def points(self) -> GroundControlPoints:
        return self.project.calibration.points

    @property
    def rows(self) -> list[PointRow]:
        return self.last("show_rows")  # type: ignore[return-value]

    @property
    def figures(self) -> dict[str, str]:
        return dict(self.last("show_figures"))  # type: ignore[call-overload, no-any-return]

    @property
    def findings(self) -> tuple[list[str], list[str], str]:
        problems, warnings, note = self.view.show_findings.call_args.args
        return list(problems), list(warnings), note

    def last(self, method: str) -> object:
        return getattr(self.view, method).call_args.args[0]


def _undigitised(project: Project, rows: tuple[int, ...]) -> Project:
    points = tuple(
        replace(p, x_px=None, y_px=None) if row in rows else p
        for row, p in enumerate(project.calibration.points.points)
    )
    return replace(project, calibration=replace(project.calibration, points=GroundControlPoints(points)))


def _written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def _picture(folder: Path, name: str, width: int = 384, height: int = 216) -> Path:
    path = folder / name
    assert cv2.imwrite(str(path), np.full((height, width, 3), 120, np.uint8))
    return path


# showing


def test_that_an_empty_project_says_how_to_begin() -> None:
    tab = Tab(Project())
    problems, warnings, note = tab.findings
    assert not problems
    assert not warnings
    assert "Import the image" in note
    assert tab.last("show_matrix") is None
    assert tab.rows == []


def test_that_a_complete_calibration_is_solved_and_shown(project: Project) -> None:
    tab = Tab(project)
    assert tab.last("show_original").shape == (216, 384, 3)  # type: ignore[attr-defined]
    assert tab.last("show_rectified") is not None
    assert tab.last("show_matrix").shape == (3, 4)  # type: ignore[attr-defined]
    assert tab.findings == ([], [], "")
    assert all(row.error_px is not None and row.error_px < 1.0 for row in tab.rows)
    assert tab.figures["Method"].startswith("Camera matrix")
    assert tab.figures["Orientation"] == "as on a map"


def test_that_everything_follows_the_display_units(project: Project) -> None:
    tab = Tab(project)
    metric = tab.rows[0]
    pixel_m = float(tab.figures["Ground pixel size"].split()[0])
    tab.bench.document.edit("Units", replace(project, display_units=DisplayUnits.ENGLISH))
    english = tab.rows[0]
    assert english.z == pytest.approx(metric.z / METRES_PER_FOOT)
    assert english.x_px == metric.x_px
    value, unit = tab.figures["Ground pixel size"].split()
    assert unit == "ft"
    assert float(value) == pytest.approx(pixel_m / METRES_PER_FOOT, abs=1e-4)
    level = project.calibration.water_surface_elevation_m
    assert tab.last("show_level") == pytest.approx((level or 0.0) / METRES_PER_FOOT)
    assert tab.last("show_units") == "ft"


def test_that_the_pictures_are_not_shown_again_for_nothing(project: Project) -> None:
    tab = Tab(project)
    tab.view.show_original.reset_mock()
    tab.presenter.set_level((project.calibration.water_surface_elevation_m or 0.0) + 0.05)
    assert not tab.view.show_original.called
    assert tab.view.show_rectified.call_count == 2


def test_that_a_point_digitised_wrongly_stands_out(project: Project) -> None:
    tab = Tab(project)
    point = tab.points.points[2]
    tab.presenter.points.place(2, (point.x_px or 0.0) + 30.0, point.y_px or 0.0)
    assert any(row.grade is not ErrorGrade.USUAL for row in tab.rows)
    marks = tab.last("show_marks")
    assert isinstance(marks, ImageMarks)
    assert np.nanmax(np.abs(marks.errors_px)) > 2.0
    _, warnings, _ = tab.findings
    assert warnings[0].startswith(f"Point {point.name} does not fit the others: without it the RMSE would be 0.")


def test_that_a_point_for_validation_takes_no_part_and_shows_its_error(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.points.edit_field(0, PointField.USE, False)
    assert tab.rows[0].error_px is None
    tab.presenter.points.edit_field(0, PointField.VALIDATE, True)
    assert tab.rows[0].error_px is not None
    assert tab.figures["RMSE, validation"].endswith(" m")
    assert str(tab.last("show_marks").kinds[0]) == "validation"  # type: ignore[attr-defined]


def test_that_too_few_points_are_told_with_what_to_do(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.choose_method("automatic")
    tab.presenter.points.select([*range(3, len(tab.points))])
    tab.presenter.points.clear_pixels()
    problems, warnings, _ = tab.findings
    assert len(problems) == 1
    assert problems[0].startswith("Invalid configuration: 3 GCPs are too many for the scale method")
    assert problems[0].endswith("Mark exactly 2 of them for rectification or add at least one.")
    assert any("no pixels" in warning for warning in warnings)
    assert tab.last("show_matrix") is None
    assert tab.last("show_rectified") is None


def test_that_points_of_one_plane_are_told(project: Project) -> None:
    points = GroundControlPoints(tuple(replace(p, z_m=0.2 * p.x_m) for p in project.calibration.points.points))
    tab = Tab(replace(project, calibration=replace(project.calibration, points=points)))
    assert "one plane" in tab.findings[0][0]


def test_that_points_of_the_same_pixels_are_told_at_the_point(project: Project) -> None:
    tab = Tab(project)
    first = tab.points.points[0]
    tab.presenter.points.place(1, first.x_px or 0.0, first.y_px or 0.0)
    assert "same pixel" in tab.findings[0][0]
    assert "same pixel" in tab.rows[1].problem


def test_that_ids_given_twice_and_pixels_outside_the_image_are_told(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.points.edit_field(0, PointField.NAME, tab.points.points[1].name)
    tab.presenter.points.edit_field(2, PointField.X_PX, 900.0)
    assert "same ID" in tab.rows[0].problem
    assert "outside the image" in tab.rows[2].problem


def test_that_a_mirrored_survey_is_noticed(project: Project) -> None:
    swapped = tuple(replace(p, x_m=p.y_m, y_m=p.x_m) for p in project.calibration.points.points)
    calibration = replace(project.calibration, points=GroundControlPoints(swapped), extent=None)
    tab = Tab(replace(project, calibration=calibration))
    assert any("mirror image of the survey" in warning for warning in tab.findings[1])


def test_that_an_image_of_another_size_than_the_frames_is_told(project: Project) -> None:
    video = replace(project.video, metadata=facts_of(Path("mill.mp4"), size=FrameSize(768, 432)))
    assert "The shape is the same" in Tab(replace(project, video=video)).findings[1][0]
    video = replace(project.video, metadata=facts_of(Path("mill.mp4"), size=FrameSize(640, 480)))
    assert "the shapes differ" in Tab(replace(project, video=video)).findings[1][0]


def test_that_a_homography_is_used_where_it_is_chosen_and_says_what_it_takes_for_granted(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.choose_method("homography")
    assert tab.last("show_method") == "homography"
    assert tab.figures["Method"] == "Homography, as chosen"
    assert "View angle" in tab.figures
    assert tab.last("show_matrix").shape == (3, 3)  # type: ignore[attr-defined]
    assert tab.last("show_marks").plumb_lines_px.shape == (0, 2, 2)  # type: ignore[attr-defined]
    assert any("different elevations" in warning for warning in tab.findings[1])
    tab.presenter.choose_method("automatic")
    assert tab.project.calibration.method is None


def test_that_a_result_that_comes_late_is_shown_when_it_comes(project: Project) -> None:
    tab = Tab(project)
    tab.bench.tasks.is_held = True  # type: ignore[attr-defined]
    tab.presenter.points.edit_field(0, PointField.NAME, "another")
    assert tab.rows[1].error_px is None
    tab.bench.tasks.carry_out()  # type: ignore[attr-defined]
    assert tab.rows[1].error_px is not None


# settings


def test_that_turning_the_level_is_one_step_of_undo_and_keeps_the_line_in_the_world(project: Project) -> None:
    tab = Tab(project)
    level = project.calibration.water_surface_elevation_m or 0.0
    for step in range(1, 4):
        tab.presenter.set_level(level + 0.01 * step)
    assert tab.project.calibration.water_surface_elevation_m == pytest.approx(level + 0.03)
    tab.bench.document.undo()
    assert tab.project is project


def test_that_flipping_carries_the_section_line_along(project: Project) -> None:
    tab = Tab(project)
    before, line = raster_of(project.calibration), project.section.line_px
    tab.presenter.flip(True, False)
    after, flipped = raster_of(tab.project.calibration), tab.project.section.line_px
    assert before is not None
    assert after is not None
    assert line is not None
    assert flipped is not None
    assert after.pixel_to_world(flipped) == pytest.approx(before.pixel_to_world(line))
    assert tab.figures["Orientation"] == "mirror image of a map"
    assert tab.view.show_flips.call_args.args == (True, False)


def test_that_the_extent_is_fitted_to_the_points_on_demand(project: Project) -> None:
    assert project.calibration.extent is not None
    tab = Tab(project)
    assert tab.last("show_extent") is True
    tab.presenter.fit_extent()
    assert tab.project.calibration.extent is None
    assert tab.last("show_extent") is False
    edited = tab.project
    tab.presenter.fit_extent()
    assert tab.project is edited


def test_that_rectifying_shows_both_pictures_whole_and_says_how_good_it_is(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.rectify()
    tab.view.show_whole.assert_called_once_with()
    assert "RMSE" in tab.said[-1]
    for bare in (Project(), _undigitised(project, tuple(range(20)))):
        tab = Tab(bare)
        tab.presenter.rectify()
        assert tab.said[-1].startswith(("Import", "no control point"))


def test_that_the_place_under_the_mouse_is_told_in_both_pictures(project: Project) -> None:
    tab = Tab(project)
    solved = tab.bench.rectified.current.solved
    assert solved is not None
    x, y = solved.rectification.raster_to_world([[40.0, 30.0]])[0]
    tab.presenter.hover(40.0, 30.0, is_original=False)
    assert tab.last("show_cursor") == f"Rectified image (40.0, 30.0) px:  X {x:.3f}, Y {y:.3f} m"
    image = solved.rectification.raster_to_image([[40.0, 30.0]])[0]
    tab.presenter.hover(*image, is_original=True)
    assert f"X {x:.3f}, Y {y:.3f} m" in str(tab.last("show_cursor"))
    tab.presenter.leave()
    assert tab.last("show_cursor") == ""


def test_that_the_mouse_over_an_image_without_a_solution_tells_the_pixel_only(project: Project) -> None:
    tab = Tab(_undigitised(project, tuple(range(20))))
    tab.presenter.hover(5.0, 6.0, is_original=True)
    assert tab.last("show_cursor") == "Image (5.0, 6.0) px"


# files


def test_that_an_image_is_imported_as_it_is(tmp_path: Path) -> None:
    tab = Tab(Project())
    path = _picture(tmp_path, "gcp.jpg")
    tab.dialogs.open_file.return_value = path
    tab.presenter.import_image()
    calibration = tab.project.calibration
    assert calibration.image == path.read_bytes()
    assert calibration.image_size == FrameSize(384, 216)
    assert calibration.image_name == "gcp.jpg"
    assert not tab.dialogs.show_warnings.called


@pytest.mark.parametrize("name", ["gcp.bmp", "gcp.tif", "gcp.png"])
def test_that_images_of_other_kinds_become_png(tmp_path: Path, name: str) -> None:
    tab = Tab(Project())
    tab.presenter.open_image(_picture(tmp_path, name))
    content = tab.project.calibration.image
    assert content is not None
    assert content.startswith(b"\x89PNG")


def test_that_an_image_of_another_size_than_the_frames_is_told_when_it_is_imported(
    project: Project, tmp_path: Path
) -> None:
    tab = Tab(replace(project, calibration=Calibration()))
    tab.presenter.open_image(_picture(tmp_path, "gcp.png", 640, 480))
    (warning,) = tab.dialogs.show_warnings.call_args.args[1]
    assert "640" in warning
    assert "shapes differ" in warning


@pytest.mark.parametrize(("answer", "digitised"), [("Keep their pixels", True), ("Clear their pixels", False)])
def test_that_digitised_points_are_asked_about_when_the_image_changes(
    project: Project, tmp_path: Path, answer: str, digitised: bool
) -> None:
    tab = Tab(project)
    tab.dialogs.choose.return_value = answer
    tab.presenter.open_image(_picture(tmp_path, "other.png"))
    assert tab.project.calibration.image_name == "other.png"
    assert all(point.is_digitised is digitised for point in tab.points.points)
    tab.bench.document.undo()
    assert tab.project is project


def test_that_thinking_better_of_another_image_changes_nothing(project: Project, tmp_path: Path) -> None:
    tab = Tab(project)
    tab.dialogs.choose.return_value = "Cancel"
    tab.presenter.open_image(_picture(tmp_path, "other.png"))
    assert tab.project is project
    tab.dialogs.open_file.return_value = None
    tab.presenter.import_image()
    tab.presenter.import_points()
    assert tab.project is project


def test_that_what_is_no_picture_or_missing_is_refused(tmp_path: Path) -> None:
    tab = Tab(Project())
    with pytest.raises(IvyError, match="not a picture"):
        tab.presenter.open_image(_written(tmp_path, "gcp.jpg", "text"))
    with pytest.raises(IvyError, match="cannot be read"):
        tab.presenter.open_image(tmp_path / "missing.jpg")


def test_that_points_without_a_unit_are_asked_for_it(tmp_path: Path) -> None:
    path = _written(tmp_path, "points.csv", "# ID,X,Y,Z\nA,1000,2010,30\nB,1,2,3\n")
    tab = Tab(Project())
    tab.dialogs.open_file.return_value = path
    tab.dialogs.choose.return_value = "Feet"
    tab.presenter.import_points()
    assert tab.points.points[0].x_m == pytest.approx(304.8)
    assert tab.points.points[0].z_m == pytest.approx(9.144)
    tab = Tab(Project())
    tab.dialogs.choose.return_value = None
    tab.presenter.open_points(path)
    assert not len(tab.points)


def test_that_a_unit_in_the_header_is_not_asked_for(tmp_path: Path) -> None:
    tab = Tab(Project())
    tab.presenter.open_points(_written(tmp_path, "points.csv", "# ID,X (ft),Y (ft),Z (ft)\nA,10,20,30\n"))
    assert not tab.dialogs.choose.called
    assert tab.points.points[0].x_m == pytest.approx(3.048)
    assert "1 of them to be digitised" in tab.said[-1]


def test_that_all_problems_of_a_table_are_told_at_once(tmp_path: Path) -> None:
    path = _written(tmp_path, "points.csv", "# ID,X (m),Y (m),Z (m)\nA,x,20,30\nB,1,y,3\n")
    with pytest.raises(GroundControlError) as caught:
        Tab(Project()).presenter.open_points(path)
    assert len(caught.value.problems) == 2
    with pytest.raises(GroundControlError, match="no point"):
        Tab(Project()).presenter.open_points(_written(tmp_path, "none.csv", "# ID,X (m),Y (m),Z (m)\n"))


@pytest.mark.parametrize(("answer", "more"), [("Replace the points", 1), ("Add to the points", None), ("Cancel", 0)])
def test_that_points_that_are_there_are_asked_about(
    project: Project, tmp_path: Path, answer: str, more: int | None
) -> None:
    tab = Tab(project)
    before = len(tab.points)
    tab.dialogs.choose.return_value = answer
    tab.presenter.open_points(_written(tmp_path, "points.csv", "# ID,X (m),Y (m),Z (m)\nA,1,2,3\n"))
    assert len(tab.points) == {1: 1, None: before + 1, 0: before}[more]


def test_that_a_corrected_survey_can_keep_the_pixels_of_points_with_the_same_id(
    project: Project, tmp_path: Path
) -> None:
    tab = Tab(project)
    known = tab.points.points[0]
    tab.dialogs.choose.return_value = "Replace, keep pixels of equal IDs"
    text = f"# ID,X (m),Y (m),Z (m)\n{known.name},1,2,3\nother,4,5,6\n"
    tab.presenter.open_points(_written(tmp_path, "points.csv", text))
    first, second = tab.points.points
    assert (first.x_m, first.x_px, first.y_px) == (1.0, known.x_px, known.y_px)
    assert not second.is_digitised


def test_that_saved_points_come_back_with_their_errors(project: Project, tmp_path: Path) -> None:
    tab = Tab(replace(project, display_units=DisplayUnits.ENGLISH))
    tab.presenter.points.edit_field(0, PointField.USE, False)
    tab.dialogs.save_file.return_value = tmp_path / "saved.csv"
    tab.presenter.export_points()
    lines = (tmp_path / "saved.csv").read_text("utf-8").splitlines()
    assert lines[0].startswith("# ID,X (ft)")
    assert ",N/A,N/A,N/A,No," in lines[1]
    assert "N/A" not in lines[2]
    back = read_gcp_csv(tmp_path / "saved.csv")
    for saved, point in zip(back.points, tab.points.points, strict=True):
        assert saved.x_m == pytest.approx(point.x_m)
        assert (saved.name, saved.x_px, saved.use_in_rectification) == (
            point.name,
            point.x_px,
            point.use_in_rectification,
        )


def test_that_points_without_a_solution_are_saved_without_errors(project: Project, tmp_path: Path) -> None:
    tab = Tab(_undigitised(project, tuple(range(20))))
    tab.dialogs.save_file.return_value = tmp_path / "saved.csv"
    tab.presenter.export_points()
    assert not any(point.is_digitised for point in read_gcp_csv(tmp_path / "saved.csv").points)


def test_that_the_template_can_be_imported(tmp_path: Path) -> None:
    tab = Tab(Project())
    tab.dialogs.save_file.return_value = tmp_path / "template.csv"
    tab.presenter.save_points_template()
    tab.presenter.open_points(tmp_path / "template.csv")
    assert len(tab.points) == 2
    assert not tab.dialogs.choose.called


def test_that_no_file_is_written_where_none_is_chosen(project: Project) -> None:
    tab = Tab(project)
    tab.dialogs.save_file.return_value = None
    tab.dialogs.open_folder.return_value = None
    tab.presenter.export_points()
    tab.presenter.save_points_template()
    tab.presenter.export_frames()
    assert tab.bench.tasks.titles == ["Rectify the image"]  # type: ignore[attr-defined]


def test_that_rectified_frames_are_written_one_for_each_frame(tmp_path: Path) -> None:
    path = film(mill_site(), mill_video(duration_s=0.5), tmp_path / "mill.mp4")
    project = project_of_mill(path)
    tab = Tab(replace(project, video=replace(project.video, metadata=facts_of(path), clip=Clip(frame_step=3))))
    folder = tmp_path / "rectified"
    folder.mkdir()
    (folder / "t00001.jpg").write_bytes(b"old")
    tab.dialogs.open_folder.return_value = folder
    tab.dialogs.ask.return_value = False
    tab.presenter.export_frames()
    assert (folder / "t00001.jpg").read_bytes() == b"old"
    tab.dialogs.ask.return_value = True
    tab.presenter.export_frames()
    frames = sorted(folder.glob("*.jpg"))
    assert [frame.name for frame in frames] == [f"t{number:05d}.jpg" for number in range(1, len(frames) + 1)]
    assert f"{len(frames)} rectified frames" in tab.said[-1]
    solved = tab.bench.rectified.current.solved
    assert solved is not None
    assert cv2.imread(str(frames[0])).shape[:2] == (solved.rectification.height_px, solved.rectification.width_px)


def test_that_frames_are_not_exported_without_a_video_or_a_solution(project: Project) -> None:
    silent = replace(project, video=replace(project.video, metadata=None))
    for lacking in (silent, replace(project, calibration=Calibration()), _undigitised(project, tuple(range(20)))):
        tab = Tab(lacking)
        tab.presenter.export_frames()
        assert isinstance(tab.dialogs.show_error.call_args.args[1], IvyError)
        assert not tab.dialogs.open_folder.called
