from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import create_autospec

import pytest
from gui_workbench import workbench
from measured_mill import measured_mill
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.scaffold import StivParameters
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, DisplayUnits
from image_velocimetry_tools.gui.presenters.velocimetry_search import SearchPresenter, SearchView, ShownParameters


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_mill()


class Panel:
    """The presenter with its bench and a view that remembers what it was told."""

    def __init__(self, project: Project) -> None:
        self.bench = workbench(project)
        self.view = create_autospec(SearchView, instance=True)
        self.presenter = SearchPresenter(self.view, self.bench)

    @property
    def parameters(self) -> StivParameters:
        return self.bench.document.project.velocimetry.parameters

    @property
    def shown(self) -> ShownParameters:
        found = self.last("show_parameters")
        assert isinstance(found, ShownParameters)
        return found

    @property
    def readings(self) -> dict[str, str]:
        return dict(self.last("show_readings"))

    def last(self, method: str, argument: int = 0) -> Any:
        return getattr(self.view, method).call_args.args[argument]


def test_that_what_is_shown_first_is_what_is_used() -> None:
    panel, usual = Panel(Project()), StivParameters()
    assert panel.shown.length_px == usual.num_pixels
    assert panel.shown.range_deg == usual.phi_range_deg
    assert panel.shown.increment_deg == usual.d_phi_deg
    assert panel.shown.max_velocity == usual.max_velocity_mps
    assert panel.shown.blur_px == usual.blur_sigma_px
    assert panel.shown.direction_deg is None
    assert panel.shown.length is None
    assert panel.readings["Pixel size"] == "–"


def test_that_the_direction_is_unknown_until_it_is_stated() -> None:
    panel = Panel(Project())
    panel.presenter.set_direction(90.0)
    assert panel.bench.document.project.velocimetry.is_direction_set
    assert panel.shown.direction_deg == 90.0
    panel.bench.document.undo()
    assert panel.shown.direction_deg is None


def test_that_an_arrow_drawn_to_the_left_is_270_degrees(project: Project) -> None:
    panel = Panel(project)
    panel.presenter.draw_direction([[100.0, 50.0], [20.0, 50.0]])
    assert panel.parameters.phi_origin_deg == 270.0
    panel.presenter.draw_direction([[100.0, 50.0], [100.0, 50.0]])
    assert panel.parameters.phi_origin_deg == 270.0


def test_that_a_length_on_the_ground_becomes_even_pixels_and_is_shown_as_used(project: Project) -> None:
    panel = Panel(project)
    panel.presenter.set_length(1.0)
    length = panel.parameters.num_pixels
    assert length % 2 == 0
    assert panel.shown.length == pytest.approx(1.0, abs=0.03)
    panel.presenter.set_length_px(length + 1)
    assert panel.parameters.num_pixels == length + 2
    panel.presenter.set_length_px(0)
    assert panel.parameters.num_pixels == 8


def test_that_a_length_on_unknown_ground_changes_nothing() -> None:
    panel = Panel(Project())
    panel.presenter.set_length(3.0)
    assert panel.parameters == StivParameters()


def test_that_turning_a_number_up_is_one_step_of_undo(project: Project) -> None:
    panel = Panel(project)
    for angle in (30.0, 35.0, 40.0):
        panel.presenter.set_range(angle)
    panel.bench.document.undo()
    assert panel.bench.document.project is project


def test_that_every_parameter_is_taken_over(project: Project) -> None:
    panel = Panel(replace(project, display_units=DisplayUnits.ENGLISH))
    panel.presenter.set_range(12.0)
    panel.presenter.set_increment(0.5)
    panel.presenter.set_max_velocity(10.0)
    panel.presenter.set_blur(1.5)
    parameters = panel.parameters
    assert (parameters.phi_range_deg, parameters.d_phi_deg, parameters.blur_sigma_px) == (12.0, 0.5, 1.5)
    assert parameters.max_velocity_mps == pytest.approx(10.0 * METRES_PER_FOOT)
    assert panel.shown.max_velocity == pytest.approx(10.0)


def test_that_the_usual_search_keeps_direction_and_length(project: Project) -> None:
    panel, before = Panel(project), project.velocimetry.parameters
    panel.presenter.set_blur(3.0)
    panel.presenter.reset()
    assert panel.parameters == replace(
        StivParameters(), num_pixels=before.num_pixels, phi_origin_deg=before.phi_origin_deg
    )
    panel.presenter.reset()
    assert panel.bench.document.undo_label == "Return to the usual search"


def test_that_units_change_everything_at_once(project: Project) -> None:
    panel = Panel(project)
    metric = panel.shown
    panel.bench.document.edit("units", replace(project, display_units=DisplayUnits.ENGLISH))
    assert panel.last("show_units") == "ft"
    assert panel.shown.length == pytest.approx(metric.length / METRES_PER_FOOT)  # type: ignore[operator]
    assert panel.readings["Fastest measurable"].endswith("ft/s")


def test_that_limits_of_other_methods_are_known_afterwards(project: Project) -> None:
    other = replace(project, velocimetry=replace(project.velocimetry, method="klt"))
    assert Panel(other).readings["Fastest measurable"] == "once measured"


def test_that_an_expected_velocity_gives_advice_and_changes_no_result(project: Project) -> None:
    panel = Panel(project)
    assert panel.last("show_advice") == ""
    panel.presenter.expect(0.01)
    assert panel.last("show_advice", 1) is True
    assert "frame step" in panel.last("show_advice")
    assert panel.bench.document.project is project
    panel.presenter.expect(None)
    assert panel.last("show_expected") is None


def test_that_the_measured_velocity_is_expected_if_nothing_else_is() -> None:
    panel = Panel(measured_mill())
    assert 0.8 < panel.last("show_expected") < 1.3
    assert "px from frame to frame" in panel.last("show_advice")
