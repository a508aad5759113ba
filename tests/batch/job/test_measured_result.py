"""What is reported of a job: every figure, SI, consistent with itself, and strictly JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from known_rivers import LEVEL_M, measured, mill_site, mill_video, opened

from image_velocimetry_tools import __version__
from image_velocimetry_tools.batch.job.measured_result import job_result
from image_velocimetry_tools.batch.job.result import InputFile, JobResult
from image_velocimetry_tools.batch.models import BatchJob
from image_velocimetry_tools.demo import SyntheticSite, flow_truth
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.domain.video import Clip
from image_velocimetry_tools.services.discharge_service import DischargeService
from image_velocimetry_tools.services.measuring.measured_job import MeasuredJob
from image_velocimetry_tools.services.measuring.measurement import discharge_of

INPUTS = {"video": InputFile(path="/v/mill.mp4", sha256="0" * 64, size_bytes=12)}
TOP_FIELDS = [
    "job_id", "status", "video_path", "water_surface_elevation_m",
    "alpha", "discharge_m3s", "area_m2", "area_midsection_m2",
    "wetted_width_m",
    "mean_depth_m", "max_depth_m", "mean_velocity_mps", "mean_surface_velocity_mps",
    "max_surface_velocity_mps",
    "measured_discharge_fraction", "uncertainty", "quality", "points",
    "timings_s", "provenance",
]  # fmt: skip
POINT_FIELDS = [
    "station_m", "distance_from_edge_m", "x_px", "y_px",
    "depth_m", "surface_velocity_mps", "normal_velocity_mps", "direction_deg",
    "quality",
    "flags", "used", "unit_discharge_m2s",
]  # fmt: skip


def reported(site: SyntheticSite, job: MeasuredJob | None = None, **changes: Any) -> JobResult:
    batch_job = replace(BatchJob("job_001", Path("/v/mill.mp4"), LEVEL_M), **changes)
    return job_result(batch_job, opened(site), job or measured(site), INPUTS)


def strictly(result: JobResult) -> dict[str, Any]:
    """The JSON of a result as a reader that knows no NaN sees it."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    content: dict[str, Any] = json.loads(result.model_dump_json(indent=1), parse_constant=refuse)
    return content


def with_rejected(job: MeasuredJob, rejected: tuple[int, ...], nan: tuple[int, ...] = ()) -> MeasuredJob:
    """The measurement if some points had been set aside, some of them without any estimate."""
    used = ~np.isin(np.arange(20), rejected + nan)
    weak = tuple((PointFlag.WEAK_PEAK,) if i in rejected else flags for i, flags in enumerate(job.velocities.flags))
    lost = np.isin(np.arange(20), nan)
    stiv = job.velocities.stiv
    blank = {
        name: np.where(lost, np.nan, getattr(stiv, name))
        for name in ("magnitudes_mps", "directions_deg", "thetas_deg", "peak", "ambiguity", "spread")
    }
    velocities = replace(
        job.velocities,
        flags=weak,
        is_used=used,
        normal_mps=np.where(lost, np.nan, job.velocities.normal_mps),
        stiv=replace(stiv, **blank),
    )
    measurement = discharge_of(velocities, job.geometry, opened(mill_site()), 0.85, DischargeService())
    return replace(job, velocities=velocities, measurement=measurement)


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    return strictly(reported(mill_site()))


# -- fields and units -------------------------------------------------------------------------------------------------


def test_that_every_field_is_there(result: dict[str, Any]) -> None:
    assert set(TOP_FIELDS) <= set(result)
    assert {"iso_u95", "ive_u95"} <= set(result["uncertainty"])
    assert {"verdict", "reasons", "figures"} <= set(result["quality"])
    assert {"decode", "rectify", "velocimetry", "discharge", "total"} <= set(result["timings_s"])
    assert {"version", "parameters", "inputs"} <= set(result["provenance"])
    assert len(result["points"]) == 20
    for point in result["points"]:
        assert set(POINT_FIELDS) <= set(point)


def test_that_the_figures_are_si_whatever_the_display_units() -> None:
    site = mill_site(display_units=DisplayUnits.ENGLISH)
    english, metric = strictly(reported(site)), strictly(reported(mill_site()))
    assert english["display_units"] == "English"
    for name in ("discharge_m3s", "area_m2", "max_depth_m", "wetted_width_m", "water_surface_elevation_m"):
        assert english[name] == pytest.approx(metric[name], rel=1e-4)


def test_that_the_geometry_is_that_of_the_site(result: dict[str, Any]) -> None:
    truth = flow_truth(mill_site(), mill_video())
    assert result["area_m2"] == pytest.approx(truth.area_m2, rel=1e-3)
    assert result["wetted_width_m"] == pytest.approx(truth.wetted_width_m, rel=1e-3)
    assert result["mean_depth_m"] == pytest.approx(truth.area_m2 / truth.wetted_width_m, rel=2e-3)
    assert result["max_depth_m"] == pytest.approx(LEVEL_M - min(mill_site().elevation_m), abs=1e-3)


def test_that_uncertainties_are_percent(result: dict[str, Any]) -> None:
    uncertainty = result["uncertainty"]
    assert 1.0 < uncertainty["iso_u95"] < 30.0
    assert 1.0 < uncertainty["ive_u95"] < 30.0
    assert uncertainty["rating"]


def test_that_what_the_user_said_of_a_job_is_carried_along() -> None:
    said = {
        "title": "Spring flood",
        "measurement_number": 7,
        "measurement_date": "2024-05-14",
        "measurement_time": "08:00:00",
        "gage_height": 3.21,
        "comments": "wind",
        "alpha": 0.85,
    }
    content = strictly(reported(mill_site(), **said))
    assert {name: content[name] for name in said} == said


# -- consistency ------------------------------------------------------------------------------------------------------


def test_that_the_panels_add_up_to_the_discharge(result: dict[str, Any]) -> None:
    panels = sum(point["panel_discharge_m3s"] for point in result["points"])
    edges = sum(edge["discharge_m3s"] for edge in result["edges"])
    assert panels + edges == pytest.approx(result["discharge_m3s"], rel=1e-9)
    widths = sum(point["panel_width_m"] for point in result["points"] + result["edges"])
    assert widths == pytest.approx(result["wetted_width_m"], rel=1e-9)


def test_that_a_unit_discharge_is_that_of_its_vertical(result: dict[str, Any]) -> None:
    for point in result["points"]:
        expected = 0.85 * point["normal_velocity_mps"] * point["depth_m"]
        assert point["unit_discharge_m2s"] == pytest.approx(expected, rel=1e-9)


def test_that_means_and_shares_follow_from_the_rest(result: dict[str, Any]) -> None:
    speeds = [point["surface_velocity_mps"] for point in result["points"] if point["used"]]
    assert result["mean_velocity_mps"] == pytest.approx(result["discharge_m3s"] / result["area_m2"])
    assert result["mean_surface_velocity_mps"] == pytest.approx(np.mean(speeds))
    assert result["max_surface_velocity_mps"] == pytest.approx(max(speeds))
    names = ("measured_discharge_fraction", "interpolated_discharge_fraction", "edge_discharge_fraction")
    assert sum(result[name] for name in names) == pytest.approx(1.0)
    assert result["area_midsection_m2"] == pytest.approx(result["area_m2"], rel=0.02)
    assert result["area_midsection_m2"] != result["area_m2"]


@pytest.mark.parametrize("bank", [Bank.LEFT, Bank.RIGHT])
def test_that_points_and_edges_follow_the_line_from_its_start(bank: Bank) -> None:
    content = strictly(reported(mill_site(start_bank=bank)))
    distance = [point["distance_from_edge_m"] for point in content["points"]]
    station = [point["station_m"] for point in content["points"]]
    assert distance == sorted(distance)
    assert station == sorted(station, reverse=bank is Bank.RIGHT)
    first, last = content["edges"]
    assert first["distance_from_edge_m"] == pytest.approx(0.0, abs=1e-9)
    assert last["distance_from_edge_m"] == pytest.approx(content["wetted_width_m"], rel=1e-6)
    # the mill's left bank is a wall, its right one a slope
    assert (first["is_wall"], last["is_wall"]) == ((True, False) if bank is Bank.LEFT else (False, True))
    assert first["station_m"] == pytest.approx(station[0] - (station[1] - station[0]) / 2, abs=1e-6)


def test_that_the_edge_at_the_wall_carries_water_and_the_slope_none(result: dict[str, Any]) -> None:
    wall, slope = result["edges"]
    assert wall["discharge_m3s"] > 0
    assert wall["wall_exponent"] is not None
    assert slope["discharge_m3s"] == 0


def test_that_velocities_and_pixels_are_those_of_the_points(result: dict[str, Any]) -> None:
    job = measured(mill_site())
    np.testing.assert_allclose([[p["x_px"], p["y_px"]] for p in result["points"]], job.geometry.points.xy_px)
    np.testing.assert_allclose([p["surface_velocity_mps"] for p in result["points"]], job.velocities.stiv[0])
    assert all(p["used"] and p["flags"] == [] and p["filled_velocity_mps"] is None for p in result["points"])


# -- rejected points --------------------------------------------------------------------------------------------------


def test_that_a_rejected_point_keeps_its_raw_estimate_and_says_what_took_its_place() -> None:
    raw = measured(mill_site())
    content = strictly(reported(mill_site(), with_rejected(raw, (6,))))
    point = content["points"][6]
    assert point["used"] is False
    assert point["flags"] == [str(PointFlag.WEAK_PEAK), str(PointFlag.FILLED)]
    assert point["surface_velocity_mps"] == pytest.approx(float(raw.velocities.stiv.magnitudes_mps[6]))
    assert point["filled_velocity_mps"] == pytest.approx(point["normal_velocity_mps"], rel=0.05)
    assert point["unit_discharge_m2s"] == pytest.approx(0.85 * point["filled_velocity_mps"] * point["depth_m"])
    assert content["interpolated_discharge_fraction"] == pytest.approx(
        point["panel_discharge_m3s"] / content["discharge_m3s"]
    )


def test_that_a_rejected_velocity_is_not_among_the_mean_and_the_largest() -> None:
    raw = measured(mill_site())
    speed = np.where(np.arange(20) == 6, 40.0, raw.velocities.stiv.magnitudes_mps)
    velocities = replace(raw.velocities, stiv=replace(raw.velocities.stiv, magnitudes_mps=speed))
    content = strictly(reported(mill_site(), with_rejected(replace(raw, velocities=velocities), (6,))))
    others = np.delete(raw.velocities.stiv.magnitudes_mps, 6)
    assert content["points"][6]["surface_velocity_mps"] == 40.0
    assert content["max_surface_velocity_mps"] == pytest.approx(others.max())
    assert content["mean_surface_velocity_mps"] == pytest.approx(others.mean())


def test_that_what_is_not_known_is_null() -> None:
    content = strictly(reported(mill_site(), with_rejected(measured(mill_site()), (6,), nan=(3, 11))))
    for index in (3, 11):
        point = content["points"][index]
        assert point["used"] is False
        assert point["quality"] is not None
        for name in ("surface_velocity_mps", "normal_velocity_mps", "direction_deg", "peak", "streak_angle_deg"):
            assert point[name] is None
        assert point["filled_velocity_mps"] > 0
        assert point["unit_discharge_m2s"] > 0


def test_that_figures_without_a_value_are_null() -> None:
    job = measured(mill_site())
    figures = replace(job.figures, median_spread=float("nan"), camera_shift_px=None, camera_shift_share=None)
    quality = strictly(reported(mill_site(), replace(job, figures=figures)))["quality"]
    assert quality["figures"]["median_spread"] is None
    assert quality["figures"]["camera_shift_px"] is None
    assert quality["figures"]["num_frames"] == 66


def test_that_an_uncertainty_that_cannot_be_computed_is_null() -> None:
    job = measured(mill_site())
    unknown = replace(job.measurement.ive, u_q=float("nan"))
    content = strictly(reported(mill_site(), replace(job, measurement=replace(job.measurement, ive=unknown))))
    assert content["uncertainty"]["ive_u95"] is None
    assert content["uncertainty"]["iso_u95"] > 0


def test_that_the_verdict_comes_with_its_reasons() -> None:
    from image_velocimetry_tools.services.measuring.verdict import Verdict

    job = replace(measured(mill_site()), verdict=Verdict.DOUBTFUL, reasons=("the video is dark",))
    quality = strictly(reported(mill_site(), job))["quality"]
    assert (quality["verdict"], quality["reasons"]) == ("doubtful", ["the video is dark"])


# -- provenance -------------------------------------------------------------------------------------------------------


def test_that_the_provenance_tells_program_inputs_and_parameters(result: dict[str, Any]) -> None:
    provenance = result["provenance"]
    assert provenance["version"] == __version__
    assert provenance["inputs"]["video"] == {"path": "/v/mill.mp4", "sha256": "0" * 64, "size_bytes": 12}
    parameters = provenance["parameters"]
    assert parameters["stiv"]["num_pixels"] == parameters["num_pixels_used"] == 24
    assert parameters["frames"] == 66
    assert parameters["frame_interval_s"] == pytest.approx(1 / 30, rel=1e-4)
    assert parameters["pixel_size_m"] == pytest.approx(measured(mill_site()).geometry.raster.pixel_size_m)
    assert parameters["grid_points"] == 20
    assert parameters["start_bank"] == "left"
    assert np.shape(parameters["camera_matrix"]) == (3, 4)
    assert parameters["fastest_measurable_mps"] > 4.0
    assert set(provenance["libraries"]) >= {"numpy", "av"}
    assert all(provenance["libraries"][name] for name in ("numpy", "av"))


def test_that_clip_and_overrides_of_the_job_are_among_the_parameters() -> None:
    content = strictly(reported(mill_site(), clip=Clip(0.5, 2.0, 2), overrides={"stiv_num_pixels": "24"}))
    parameters = content["provenance"]["parameters"]
    assert (parameters["clip_start_s"], parameters["clip_end_s"], parameters["frame_step"]) == (0.5, 2.0, 2)
    assert parameters["overrides"] == {"stiv_num_pixels": "24"}
