from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from unittest.mock import create_autospec

import numpy as np
import pytest
from gui_workbench import workbench
from measured_mill import measured_mill

from image_velocimetry_tools.domain.project import PointReview, Project
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, DisplayUnits
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.gui.models.sti_review import (
    LONGEST_COMMENT,
    ReviewFilter,
    ReviewRow,
    enlarged,
    spread,
    streak_line,
)
from image_velocimetry_tools.gui.presenters.sti_review import StiReviewPresenter, StiReviewView
from image_velocimetry_tools.services.measured_project.reviewed_velocities import reviewed_velocities


@pytest.fixture(scope="module")
def project() -> Project:
    return measured_mill()


class Page:
    """The presenter with its bench and a view that remembers what it was told."""

    def __init__(self, project: Project) -> None:
        self.bench = workbench(project)
        self.view = create_autospec(StiReviewView, instance=True)
        self.presenter = StiReviewPresenter(self.view, self.bench)

    @property
    def project(self) -> Project:
        return self.bench.document.project

    @property
    def rows(self) -> Sequence[ReviewRow]:
        return self.view.show_points.call_args.args[0]

    @property
    def picture(self) -> np.ndarray:
        return self.view.show_image.call_args.args[0]

    def draw(self, slope: float) -> None:
        """Draw a line of so many pixels per frame in the picture that is shown."""
        velocities = self.project.velocities
        assert velocities is not None
        factor = len(self.picture) / velocities.images[0].shape[0]
        self.presenter.draw_line((10.0, 20.0, 20.0, 20.0 + 10.0 * slope * factor))


def test_that_every_point_is_listed_with_its_image(project: Project) -> None:
    page = Page(project)
    assert project.velocities is not None
    assert [row.point for row in page.rows] == list(range(len(project.velocities.speed_mps)))
    assert len(page.view.show_points.call_args.args[1]) == len(page.rows)


def test_that_a_drawn_line_gives_its_slope_times_pixel_size_over_interval(project: Project) -> None:
    page = Page(project)
    page.presenter.choose(3)
    page.draw(2.0)
    velocities = project.velocities
    assert velocities is not None
    speed = 2.0 * velocities.pixel_size_m / velocities.interval_s
    assert page.rows[3].reviewed == pytest.approx(speed, rel=1e-6)
    assert reviewed_velocities(page.project).speed_mps[3] == pytest.approx(speed)
    assert page.rows[3].angle_deg == pytest.approx(np.degrees(np.arctan(2.0)))


def test_that_several_lines_are_averaged_moved_and_deleted(project: Project) -> None:
    page = Page(project)
    page.draw(1.0)
    page.draw(3.0)
    assert len(page.project.reviews[0].lines_px) == 2
    page.presenter.move_line(1, (0.0, 0.0, 10.0, 10.0 * len(page.picture) / 24.0))
    assert page.rows[0].angle_deg == pytest.approx(45.0)
    page.presenter.remove_last_line()
    assert len(page.project.reviews[0].lines_px) == 1
    page.presenter.revert()
    assert dict(page.project.reviews) == {}


def test_that_upstream_flow_makes_the_velocity_negative(project: Project) -> None:
    page = Page(project)
    page.presenter.choose(2)
    page.presenter.set_upstream(True)
    assert page.rows[2].reviewed < 0.0
    assert page.view.show_reading.call_args.args[1] is True


def test_that_a_comment_is_kept_short_and_survives_going_back_to_the_measured_velocity(project: Project) -> None:
    page = Page(project)
    page.draw(1.0)
    page.presenter.set_comment(f"  foam {'x' * 300}")
    page.presenter.revert()
    review = page.project.reviews[0]
    assert review.lines_px == ()
    assert len(review.comment) == LONGEST_COMMENT
    assert review.comment.startswith("foam")


def test_that_a_comment_in_the_list_belongs_to_its_row(project: Project) -> None:
    page = Page(project)
    page.presenter.set_comment("glare", 4)
    assert page.project.reviews[4].comment == "glare"


def test_that_every_reading_is_one_step_of_undo(project: Project) -> None:
    page = Page(project)
    page.draw(1.0)
    assert page.bench.document.undo_label == "Draw a streak line (point 1)"
    page.bench.document.undo()
    assert page.project is project


def test_that_saying_nothing_new_is_no_edit(project: Project) -> None:
    page = Page(project)
    page.presenter.set_comment("")
    page.presenter.set_upstream(False)
    page.presenter.remove_last_line()
    assert page.project is project


def test_that_velocities_follow_the_display_units(project: Project) -> None:
    metric, english = Page(project), Page(replace(project, display_units=DisplayUnits.ENGLISH))
    assert english.rows[3].measured == pytest.approx(metric.rows[3].measured / METRES_PER_FOOT)


def test_that_the_list_can_be_narrowed_to_what_needs_a_look(project: Project) -> None:
    count = len(project.velocities.speed_mps) if project.velocities is not None else 0
    flags = [()] * count
    flags[1], flags[5] = (PointFlag.WEAK_PEAK,), (PointFlag.FAN_EDGE,)
    quality = np.full(count, 0.8)
    quality[7] = 0.1
    page = Page(measured_mill(own_flags=tuple(flags), quality=quality))
    page.presenter.choose_filter(ReviewFilter.DOUBTFUL)
    assert [row.point for row in page.rows] == [1, 5]
    page.presenter.choose_filter("Set aside by the program")
    assert [row.point for row in page.rows] == [1]
    page.presenter.choose_filter(ReviewFilter.ALL)
    page.presenter.set_least_quality(0.5)
    assert [row.point for row in page.rows] == [7]
    page.presenter.set_least_quality(0.0)
    page.presenter.set_comment("look", 2)
    page.presenter.choose_filter(ReviewFilter.WITH_COMMENT)
    assert [row.point for row in page.rows] == [2]
    page.presenter.choose_filter(ReviewFilter.REVIEWED)
    assert list(page.rows) == []


def test_that_next_and_previous_stay_in_the_list(project: Project) -> None:
    page = Page(project)
    page.presenter.step(1)
    assert page.view.show_chosen.call_args.args[0] == 1
    page.presenter.step(-5)
    assert page.view.show_chosen.call_args.args[0] == 0
    page.presenter.choose(999)
    assert page.view.show_chosen.call_args.args[0] == 0


def test_that_a_project_without_velocities_or_images_says_what_to_do() -> None:
    empty, imageless = Page(Project()), Page(measured_mill(images=()))
    assert "measure them first" in empty.view.show_hint.call_args.args[0]
    empty.presenter.draw_line((0.0, 0.0, 1.0, 1.0))
    empty.presenter.move_line(0, (0.0, 0.0, 1.0, 1.0))
    empty.presenter.set_upstream(True)
    assert "no space-time images" in imageless.view.show_hint.call_args.args[0]
    assert imageless.view.show_image.call_args.args[0] is None
    assert len(imageless.rows) > 0


def test_that_contrast_is_stretched_for_the_eye_only(project: Project) -> None:
    page = Page(project)
    weak = np.random.default_rng(2).integers(100, 120, (20, 60), dtype=np.uint8)
    assert spread(weak).max() == 255
    assert (spread(np.full((3, 3), 7, np.uint8)) == 7).all()
    page.presenter.stretch_contrast(True)
    assert page.project is project


@pytest.mark.parametrize("pixels_per_frame", [0.5, 2.0, -1.5])
def test_that_the_streak_of_a_moving_texture_lies_along_it(pixels_per_frame: float) -> None:
    rows, frames = np.mgrid[:24, :120].astype(float)
    wave = 127 + 100 * np.sin(2 * np.pi * (rows - pixels_per_frame * frames) / 9.0)
    image = wave.astype(np.uint8)
    theta = float(np.degrees(np.arctan(pixels_per_frame)) % 180.0)
    line = streak_line(image, theta)
    assert line is not None
    x, y = np.linspace(line[0], line[2], 50), np.linspace(line[1], line[3], 50)
    along = 127 + 100 * np.sin(2 * np.pi * (y - pixels_per_frame * x) / 9.0)
    assert np.ptp(along) < 1.0
    assert min(line[1], line[3]) >= -1e-9
    assert max(line[1], line[3]) <= 23 + 1e-9


def test_that_lines_keep_their_place_in_the_enlarged_picture() -> None:
    image = enlarged(np.zeros((20, 300), np.uint8), is_stretched=False)
    assert image.factor > 1
    line = (3.0, 4.0, 100.0, 15.5)
    assert image.to_image(image.to_picture(line))[0] == pytest.approx(line)
    assert streak_line(np.zeros((20, 300), np.uint8), float("nan")) is None


def test_that_an_upright_line_is_refused_with_the_reason(project: Project) -> None:
    page = Page(project)
    told: list[str] = []
    page.bench.said.subscribe(told.append)
    page.presenter.draw_line((10.0, 0.0, 10.0, 30.0))
    assert page.project is project
    assert "takes no time" in told[0]
    page.draw(1.0)
    page.presenter.move_line(0, (10.0, 0.0, 10.4, 30.0))
    assert page.rows[0].angle_deg == pytest.approx(45.0)


def test_that_a_line_that_leans_against_the_others_is_refused(project: Project) -> None:
    page = Page(project)
    told: list[str] = []
    page.bench.said.subscribe(told.append)
    page.draw(1.5)
    before = page.project
    page.draw(-1.5)
    assert page.project is before
    assert "leans against" in told[-1]
    page.draw(-0.3)
    assert len(page.project.reviews[0].lines_px) == 2


def test_that_upright_lines_of_a_stored_project_count_nowhere(project: Project) -> None:
    upright, flat = (10.0, 0.0, 10.0, 20.0), (0.0, 5.0, 20.0, 25.0)
    reviews = {0: PointReview((upright,)), 1: PointReview((upright, flat))}
    page = Page(replace(project, reviews=reviews))
    found = project.velocities
    assert found is not None
    assert page.rows[0].angle_deg == pytest.approx(60.0)
    assert not page.rows[0].is_reviewed
    assert page.rows[1].angle_deg == pytest.approx(45.0)
    assert reviewed_velocities(page.project).speed_mps[1] == pytest.approx(found.pixel_size_m / found.interval_s)


def test_that_a_line_that_goes_back_counts_as_upstream_and_says_so(project: Project) -> None:
    page = Page(project)
    told: list[str] = []
    page.bench.said.subscribe(told.append)
    page.presenter.choose(2)
    page.draw(-1.0)
    assert page.rows[2].reviewed < 0.0
    assert "'Upstream flow' was ticked" in told[-1]
    page.presenter.set_upstream(False)
    assert page.rows[2].reviewed > 0.0
    page.presenter.set_upstream(True)
    page.presenter.remove_last_line()
    assert dict(page.project.reviews) == {}


def test_that_a_line_is_judged_by_the_direction_of_its_search_line(project: Project) -> None:
    found = project.velocities
    assert found is not None
    against = (found.search_line_deg + 180.0) % 360.0
    page = Page(measured_mill(search_line_deg=against))
    page.draw(1.0)
    assert page.rows[0].reviewed < 0.0
    page.presenter.revert()
    page.draw(-1.0)
    assert page.rows[0].reviewed > 0.0
