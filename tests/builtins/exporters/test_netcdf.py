"""The NetCDF file, read back with the reference library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import netCDF4
import numpy as np
import pytest

from image_velocimetry_tools.builtins.exporters.netcdf import NETCDF, NetcdfExporter, seconds_since_1970
from image_velocimetry_tools.plugins.exporters import ExportedJob, Exporter, ExportSource
from image_velocimetry_tools.testing.exporter_batch import example_result, write_example_batch
from image_velocimetry_tools.testing.exporter_contract import ExporterContract


class TestNetcdfExporter(ExporterContract):
    def make_exporter(self) -> Exporter:
        return NetcdfExporter()


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[netCDF4.Dataset]:
    NETCDF.create(NETCDF.settings()).export(write_example_batch(tmp_path), tmp_path / "batch.nc")
    with netCDF4.Dataset(tmp_path / "batch.nc") as opened:
        yield opened


def test_that_the_layout_is_jobs_by_points(dataset: netCDF4.Dataset) -> None:
    assert dataset.Conventions == "CF-1.11"
    assert dataset["surface_velocity"].dimensions == ("job", "point")
    assert dataset["surface_velocity"].shape == (3, 10)
    assert list(dataset["job_id"][:]) == ["job_001", "job_002", "job_004"]
    assert dataset.title == "River discharge from video: Crue d'été"


def test_that_figures_come_back_exactly(dataset: netCDF4.Dataset) -> None:
    np.testing.assert_array_equal(dataset["discharge"][:], [12.5, 25.0, 50.0])
    expected = [point.station_m for point in example_result("job_001", Path("x.mp4")).points]
    np.testing.assert_array_equal(dataset["station"][0], expected)


def test_that_numbers_have_units_and_known_quantities_their_standard_name(dataset: netCDF4.Dataset) -> None:
    for name, variable in dataset.variables.items():
        if variable.dtype.kind == "f":
            assert variable.units, name
        assert variable.long_name
    assert dataset["discharge"].standard_name == "water_volume_transport_in_river_channel"
    assert dataset["discharge"].units == "m3 s-1"


def test_that_a_missing_velocity_is_masked(dataset: netCDF4.Dataset) -> None:
    mask = np.ma.getmaskarray(dataset["surface_velocity"][:])
    assert mask[1].tolist() == [False, False, True] + [False] * 7
    assert not mask[0].any()


def test_that_flags_are_told_by_their_masks(dataset: netCDF4.Dataset) -> None:
    variable = dataset["flags"]
    masks = dict(zip(variable.flag_meanings.split(), variable.flag_masks, strict=True))
    assert variable[1, 0] == masks["weak_peak"] | masks["filled"]
    assert variable[1, 2] == masks["weak_peak"]
    assert variable[0].tolist() == [0] * 10


def test_that_the_verdict_is_told_by_its_values(dataset: netCDF4.Dataset) -> None:
    meanings = dataset["verdict"].flag_meanings.split()
    assert [meanings[value] for value in dataset["verdict"][:]] == ["good", "doubtful", "good"]


def test_that_the_time_is_that_of_the_measurement(dataset: netCDF4.Dataset) -> None:
    moment = netCDF4.num2date(dataset["time"][0], dataset["time"].units)
    assert moment.isoformat() == "2026-05-04T12:30:00"


def test_that_jobs_of_fewer_points_are_filled_up(tmp_path: Path) -> None:
    source = write_example_batch(tmp_path)
    short = source.jobs[3]
    assert short.result_path is not None
    result = example_result(short.job_id, short.video_path)
    cut = result.model_copy(update={"points": result.points[:4]})
    short.result_path.write_text(cut.model_dump_json(), encoding="utf-8")
    NetcdfExporter().export(source, tmp_path / "batch.nc")
    with netCDF4.Dataset(tmp_path / "batch.nc") as dataset:
        assert dataset["point_count"][:].tolist() == [10, 10, 4]
        assert np.ma.getmaskarray(dataset["station"][2]).tolist() == [False] * 4 + [True] * 6


@pytest.mark.parametrize(
    ("date", "time", "seconds"),
    [
        ("1970-01-02", "00:00:10", 86410.0),
        ("1970-01-01", "01:00:00+01:00", 0.0),
        ("1970-01-02", None, None),
        ("01/02/70", "noon", None),
        (None, "12:00", None),
    ],
)
def test_that_only_a_full_time_is_a_time(date: str | None, time: str | None, seconds: float | None) -> None:
    assert seconds_since_1970(date, time) == seconds


def test_that_an_unknown_flag_of_a_plugin_is_kept_as_other(tmp_path: Path) -> None:
    result = example_result("job_001", tmp_path / "x.mp4")
    strange = result.points[0].model_copy(update={"flags": ("seen by a duck",)})
    path = tmp_path / "job_001.json"
    path.write_text(result.model_copy(update={"points": (strange,)}).model_dump_json(), encoding="utf-8")
    source = write_example_batch(tmp_path)
    job = ExportedJob(1, "job_001", "completed", tmp_path / "x.mp4", result_path=path)
    NetcdfExporter().export(
        ExportSource("b", "n", source.output_directory, source.display_units, (job,)), tmp_path / "batch.nc"
    )
    with netCDF4.Dataset(tmp_path / "batch.nc") as dataset:
        assert dataset["flags"].flag_meanings.split()[-1] == "other"
        assert dataset["flags"][0, 0] == dataset["flags"].flag_masks[-1]
