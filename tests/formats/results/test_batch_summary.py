"""The summary of a batch and its error log as files."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import OutputError
from image_velocimetry_tools.domain.units import ENGLISH, METRIC, UnitSystem
from image_velocimetry_tools.formats.results.batch_summary import SummaryRow, write_batch_summary
from image_velocimetry_tools.formats.results.errors_log import ErrorEntry, write_errors_log

COLUMNS = (
    "job_id,status,video_path,water_surface_elevation,alpha,discharge,discharge_units,area,area_units,mean_velocity,"
    "max_surface_velocity,velocity_units,measured_fraction,uncertainty_iso_95pct,uncertainty_ive_95pct,"
    "processing_time_seconds,quality,error_stage,error_message,measurement_number,measurement_date,measurement_time,"
    "gage_height,comments"
)


def row(units: UnitSystem = ENGLISH, **changes: object) -> SummaryRow:
    settings: dict[str, object] = {
        "job_id": "job_001",
        "status": "completed",
        "video_path": "/v/a.mp4",
        "units": units,
        "water_surface_elevation_m": 318.211 * 0.3048,
        "alpha": 0.85,
        **changes,
    }
    return SummaryRow(**settings)  # type: ignore[arg-type]


def read(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_that_the_columns_are_those_that_scripts_read(tmp_path: Path) -> None:
    write_batch_summary(tmp_path / "s.csv", [row()])
    assert (tmp_path / "s.csv").read_text(encoding="utf-8-sig").splitlines()[0] == COLUMNS


def test_that_a_row_is_in_display_units(tmp_path: Path) -> None:
    done = row(
        discharge_m3s=1.0,
        area_m2=1.0,
        mean_velocity_mps=1.0,
        max_surface_velocity_mps=0.3048,
        measured_fraction=0.95,
        uncertainty_iso_95pct=6.5,
        uncertainty_ive_95pct=8.0,
        processing_time_s=1.23456,
        quality="good",
        measurement_number=0,
        measurement_date="2017-06-30",
        gage_height=3.45,
        comments='Ann said "high", twice',
    )
    write_batch_summary(tmp_path / "s.csv", [done])
    cells = read(tmp_path / "s.csv")[0]
    assert cells["water_surface_elevation"] == "318.211"
    assert (cells["discharge"], cells["discharge_units"]) == ("35.314667", "ft³/s")
    assert (cells["area"], cells["area_units"]) == ("10.76391", "ft²")
    assert (cells["mean_velocity"], cells["max_surface_velocity"]) == ("3.2808399", "1")
    assert cells["velocity_units"] == "ft/s"
    assert (cells["measured_fraction"], cells["uncertainty_iso_95pct"]) == ("0.95", "6.5")
    assert (cells["processing_time_seconds"], cells["quality"]) == ("1.235", "good")
    assert (cells["measurement_number"], cells["gage_height"]) == ("0", "3.45")
    assert cells["comments"] == 'Ann said "high", twice'


def test_that_figures_that_are_missing_are_blank_and_zero_is_not(tmp_path: Path) -> None:
    write_batch_summary(tmp_path / "s.csv", [row(METRIC, discharge_m3s=0.0)])
    cells = read(tmp_path / "s.csv")[0]
    assert (cells["discharge"], cells["area"], cells["uncertainty_iso_95pct"]) == ("0", "", "")
    assert cells["discharge_units"] == "m³/s"


def test_that_carried_columns_follow_the_known_ones(tmp_path: Path) -> None:
    write_batch_summary(tmp_path / "s.csv", [row(extra={"operator": "Ann"}), row(extra={"weather": "rain"})])
    assert [(r["operator"], r["weather"]) for r in read(tmp_path / "s.csv")] == [("Ann", ""), ("", "rain")]


@given(discharge=st.floats(min_value=1e-6, max_value=1e6))
def test_that_figures_keep_their_digits(discharge: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("summary") / "s.csv"
    write_batch_summary(path, [row(discharge_m3s=discharge)])
    assert float(read(path)[0]["discharge"]) * 0.3048**3 == pytest.approx(discharge, rel=1e-6)


def test_that_a_summary_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_batch_summary(tmp_path / "gone" / "s.csv", [row()])
    assert list(tmp_path.iterdir()) == []


def test_that_the_error_log_lists_reasons_remedies_and_notes(tmp_path: Path) -> None:
    path = tmp_path / "errors.log"
    entries = [
        ErrorEntry("a", "a.mp4", "decode", ("broken.", "short."), ("Copy it", "Copy it", ""), "old result"),
        ErrorEntry("b", "b.mp4", "", ("unknown",)),
    ]
    write_errors_log(path, entries)
    assert path.read_text(encoding="utf-8") == (
        "job:        a\nvideo:      a.mp4\nstage:      decode\nreason:     broken.\nreason:     short.\n"
        "what to do: Copy it\nnote:       old result\n"
        "\njob:        b\nvideo:      b.mp4\nstage:      unknown\nreason:     unknown\n"
    )


def test_that_an_error_log_with_nothing_to_say_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "errors.log"
    path.write_text("old")
    write_errors_log(path, [])
    write_errors_log(path, [])
    assert not path.exists()


def test_that_an_error_log_that_cannot_be_removed_is_said(tmp_path: Path) -> None:
    (tmp_path / "errors.log").mkdir()
    with pytest.raises(OutputError, match=r"errors\.log"):
        write_errors_log(tmp_path / "errors.log", [])
