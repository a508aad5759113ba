from __future__ import annotations

from dataclasses import replace
from unittest.mock import MagicMock, create_autospec

import numpy as np
import pytest
from gui_workbench import workbench
from measured_mill import measured_mill

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, DisplayUnits, unit_system
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.gui.models.discharge import StationRow, StationStatus
from image_velocimetry_tools.gui.models.pasted_cells import PastedCell, PastedCells
from image_velocimetry_tools.gui.presenters.discharge import DischargePresenter, DischargeView
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.project_setup.editing import with_water_surface_elevation

POINT = 4


@pytest.fixture(scope="module")
def project() -> Project:
    return measured_mill()


class Tab:
    """The presenter with its bench and a view that remembers what it was told."""

    def __init__(self, project: Project) -> None:
        self.bench = workbench(project)
        self.view = create_autospec(DischargeView, instance=True)
        self.presenter = DischargePresenter(self.view, self.bench)
        self.dialogs: MagicMock = self.bench.dialogs  # type: ignore[assignment]

    @property
    def project(self) -> Project:
        return self.bench.document.project

    def last(self, method: str, argument: int = 0) -> object:
        return getattr(self.view, method).call_args.args[argument]

    def row(self, point: int | None) -> StationRow:
        rows = self.last("show_stations")
        assert isinstance(rows, tuple)
        return next(row for row in rows if row.point == point)

    @property
    def total(self) -> float:
        return float(str(self.last("show_total")).split()[0])


def test_that_nothing_measured_says_what_to_do() -> None:
    tab = Tab(Project())
    assert tab.last("show_total") == "–"
    assert any("no velocities" in problem for problem in tab.last("show_problems"))  # type: ignore[attr-defined]
    assert tab.last("show_stations") == ()
    assert tab.last("show_section") is None


def test_that_the_panels_of_the_table_add_up_to_the_total(project: Project) -> None:
    tab = Tab(project)
    rows = tab.last("show_stations")
    expected = discharge_of_project(project).measurement.discharge
    assert tab.total == pytest.approx(expected.discharge_m3s, abs=5e-4)
    assert sum(row.discharge for row in rows) == pytest.approx(expected.discharge_m3s)  # type: ignore[attr-defined]
    assert sum(row.share_percent for row in rows) == pytest.approx(100.0)  # type: ignore[attr-defined]
    assert next(row.status for row in rows) is StationStatus.EDGE  # type: ignore[attr-defined]
    stations = [row.station for row in rows]  # type: ignore[attr-defined]
    assert stations == sorted(stations)


def test_that_feet_are_feet_everywhere(project: Project) -> None:
    metric, english = Tab(project), Tab(replace(project, display_units=DisplayUnits.ENGLISH))
    assert english.total == pytest.approx(metric.total / METRES_PER_FOOT**3, rel=1e-3)
    for name in ("station", "width", "depth", "velocity"):
        assert getattr(english.row(POINT), name) == pytest.approx(getattr(metric.row(POINT), name) / METRES_PER_FOOT)
    assert english.row(POINT).area == pytest.approx(metric.row(POINT).area / METRES_PER_FOOT**2)


def test_that_a_station_set_aside_is_filled_and_shown_so(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.set_used([POINT], False)
    row = tab.row(POINT)
    assert row.status is StationStatus.FILLED
    assert row.velocity == pytest.approx(row.own_velocity, rel=0.05)
    assert row.is_decided


def test_that_leaving_gaps_out_shows_the_station_without_a_panel(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.set_used([POINT], False)
    tab.presenter.set_gap_rule("drop")
    row = tab.row(POINT)
    assert row.status is StationStatus.SET_ASIDE
    assert np.isnan(row.area)
    assert row.own_velocity > 0.0


def test_that_alpha_scales_the_discharge_of_all_or_of_the_selected(project: Project) -> None:
    tab = Tab(project)
    before, whole = tab.row(POINT).discharge, tab.total
    tab.presenter.select_points([POINT])
    tab.presenter.set_alpha(0.425, only_selected=True)
    assert tab.row(POINT).discharge == pytest.approx(before / 2.0)
    tab.presenter.set_alpha(0.425, only_selected=False)
    assert tab.total == pytest.approx(whole / 2.0, rel=2e-3)
    assert dict(tab.project.discharge.stations) == {}


@pytest.mark.parametrize("alpha", [0.0, -0.5, 1.2])
def test_that_an_impossible_alpha_is_refused_in_words(project: Project, alpha: float) -> None:
    tab = Tab(project)
    tab.presenter.set_alpha(alpha, only_selected=False)
    tab.presenter.set_station_alpha(POINT, alpha)
    assert tab.project is project
    assert "between 0.001 and 1" in str(tab.dialogs.show_error.call_args.args[1])


def test_that_a_typed_velocity_counts_and_can_be_taken_back(project: Project) -> None:
    tab = Tab(replace(project, display_units=DisplayUnits.ENGLISH))
    tab.presenter.set_velocity(POINT, 5.0)
    row = tab.row(POINT)
    assert row.velocity == pytest.approx(5.0)
    assert row.origin == "typed"
    assert tab.project.discharge.stations[POINT].velocity_mps == pytest.approx(5.0 * METRES_PER_FOOT)
    tab.presenter.set_velocity(POINT, None)
    assert dict(tab.project.discharge.stations) == {}


@pytest.mark.parametrize("velocity", [101.0, -1e6])
def test_that_a_velocity_of_no_water_is_refused_in_words(project: Project, velocity: float) -> None:
    project = replace(project, display_units=DisplayUnits.ENGLISH)
    tab = Tab(project)
    tab.presenter.set_velocity(POINT, velocity)
    assert tab.project is project
    assert "at most 98 ft/s" in str(tab.dialogs.show_error.call_args.args[1])


def test_that_reverse_flow_typed_by_hand_lowers_the_total(project: Project) -> None:
    tab = Tab(project)
    before = tab.total
    tab.presenter.set_velocity(POINT, -0.5)
    assert tab.total < before
    assert str(PointFlag.REVERSE) in tab.row(POINT).flags


def test_that_reset_leaves_the_selected_or_all_to_the_program(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.set_used([1, 2], False)
    tab.presenter.set_station_alpha(POINT, 0.7)
    tab.presenter.select_points([1])
    tab.presenter.reset(only_selected=True)
    assert set(tab.project.discharge.stations) == {2, POINT}
    tab.presenter.reset(only_selected=False)
    assert dict(tab.project.discharge.stations) == {}


def test_that_every_decision_is_one_step_of_undo(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.set_used([1, 2, 3], False)
    assert tab.bench.document.undo_label == "Set stations aside"
    tab.bench.document.undo()
    assert tab.project is project


def test_that_turning_alpha_up_and_up_is_one_step(project: Project) -> None:
    tab = Tab(project)
    for alpha in (0.86, 0.87, 0.88):
        tab.presenter.set_alpha(alpha, only_selected=False)
    tab.bench.document.undo()
    assert tab.project is project


def test_that_a_changed_setting_shouts_that_the_discharge_is_out_of_date(project: Project) -> None:
    tab = Tab(project)
    level = project.calibration.water_surface_elevation_m
    assert level is not None
    tab.bench.document.edit("Raise", with_water_surface_elevation(tab.project, level + 0.01))
    assert tab.last("show_verdict") == "rejected"
    assert any("Measure" in problem for problem in tab.last("show_problems"))  # type: ignore[attr-defined]


def test_that_the_verdict_comes_with_its_reasons(project: Project) -> None:
    tab = Tab(project)
    assert tab.last("show_verdict") == "good"
    assert project.velocities is not None
    spread = np.full(len(project.velocities.spread), 0.2)
    doubtful = Tab(measured_mill(spread=spread))
    assert doubtful.last("show_verdict") == "doubtful"
    assert doubtful.last("show_verdict", 1)


def test_that_velocities_of_unknown_quality_are_not_called_good() -> None:
    tab = Tab(measured_mill(figures=None))
    assert tab.last("show_verdict") == "not judged"
    assert tab.last("show_verdict", 1)


def test_that_too_few_velocities_still_show_their_stations(project: Project) -> None:
    count = len(project.velocities.speed_mps) if project.velocities is not None else 0
    flags = ((PointFlag.WEAK_PEAK,),) * count
    tab = Tab(measured_mill(own_flags=flags))
    assert tab.last("show_total") == "–"
    rows = tab.last("show_stations")
    assert len(rows) == count  # type: ignore[arg-type]
    tab.presenter.set_used(range(count), True)
    assert tab.total > 0.0


def test_that_the_rating_follows_the_uncertainty_until_the_user_rates(project: Project) -> None:
    tab = Tab(project)
    assert tab.last("show_settings", 2) == ""
    assert tab.last("show_settings", 3) in ("Excellent", "Good", "Fair", "Poor")
    tab.presenter.set_rating("Fair")
    assert tab.last("show_settings", 2) == "Fair"


def test_that_the_components_of_the_uncertainty_sum_to_all_of_it(project: Project) -> None:
    rows = Tab(project).last("show_uncertainty")
    shares = [row.iso_share_percent for row in rows[:-2]]  # type: ignore[index]
    assert np.nansum(shares) == pytest.approx(100.0)


def test_that_a_selection_beyond_the_points_is_forgotten(project: Project) -> None:
    tab = Tab(project)
    tab.presenter.select_points([POINT, 999])
    tab.presenter.set_gap_rule("drop")
    assert tab.last("show_selection") == (POINT,)


def _pasted(*cells: tuple[int, int, object]) -> PastedCells:
    return PastedCells(tuple(PastedCell(*cell) for cell in cells))  # type: ignore[arg-type]


def test_that_pasted_stations_are_one_step_of_undo() -> None:
    tab = Tab(measured_mill())
    tab.presenter.paste(_pasted((1, 1, False), (2, 6, 4.0), (3, 7, 0.8)))
    stations = tab.project.discharge.stations
    units = unit_system(tab.project.display_units)
    assert stations[0].is_used is False
    assert stations[1].velocity_mps == pytest.approx(4.0 / units.velocity)
    assert stations[2].alpha == 0.8
    tab.bench.document.undo()
    assert not tab.project.discharge.stations


def test_that_cells_pasted_as_they_were_shown_decide_nothing() -> None:
    tab = Tab(measured_mill())
    rows = tab.view.show_stations.call_args.args[0]
    shown = [(place, 6, round(row.velocity, 3)) for place, row in enumerate(rows)]
    tab.presenter.paste(_pasted(*shown, *((place, 1, row.is_used) for place, row in enumerate(rows))))
    assert not tab.project.discharge.stations


def test_that_every_wrong_alpha_is_named_and_nothing_is_pasted() -> None:
    tab = Tab(measured_mill())
    tab.presenter.paste(_pasted((1, 7, 3.0), (2, 7, 0.8), (3, 7, -1.0)))
    problems = tab.dialogs.show_error.call_args.args[1].problems
    assert [problem.where for problem in problems] == ["Row 2, α", "Row 4, α"]
    assert not tab.project.discharge.stations


def test_that_a_velocity_of_no_water_is_not_pasted() -> None:
    tab = Tab(measured_mill())
    tab.presenter.paste(_pasted((1, 6, 4.0), (2, 6, 1e6)))
    problems = tab.dialogs.show_error.call_args.args[1].problems
    assert [problem.where.split(" (")[0] for problem in problems] == ["Row 3, Velocity"]
    assert not tab.project.discharge.stations


def test_that_stations_can_be_read_in_the_plots() -> None:
    tab = Tab(measured_mill())
    tab.presenter.set_used([3], is_used=False)
    readings = tab.view.show_readings.call_args.args[0]
    assert readings.text(0).startswith("Left edge: station")
    assert readings.text(4).startswith("No. 4: station")
    assert readings.text(4).endswith("(filled)")
    assert "share of discharge" in readings.text(5)
