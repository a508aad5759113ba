"""The pictures beside a result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from known_rivers import LEVEL_M, measured, mill_site, opened, png_shape
from matplotlib.figure import Figure

from image_velocimetry_tools.batch.job import plots as job_plots
from image_velocimetry_tools.batch.job.plots import DrawnDischarge, write_plots, write_section_plot
from image_velocimetry_tools.batch.models import BatchJob
from image_velocimetry_tools.domain.errors import OutputError
from image_velocimetry_tools.domain.scaffold import Scaffold
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.services.measuring.measured_job import MeasuredJob

JOB = BatchJob("job_007", Path("mill.mp4"), LEVEL_M)


def scaffold() -> Scaffold:
    return opened(mill_site())


def with_unused(job: MeasuredJob, filled: tuple[int, ...], lost: tuple[int, ...] = ()) -> MeasuredJob:
    """The measurement with points that were filled, some without a raw estimate."""
    index = np.arange(20)
    away = np.isin(index, filled + lost)
    normal = np.where(np.isin(index, lost), np.nan, job.velocities.normal_mps)
    measurement = replace(job.measurement, is_used=~away, is_filled=away)
    return replace(job, velocities=replace(job.velocities, normal_mps=normal), measurement=measurement)


def discharge_of(job: MeasuredJob) -> DrawnDischarge:
    return DrawnDischarge(job.measurement, job.geometry.points.station_m, job.velocities.normal_mps, job.verdict)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that were made."""
    figures: list[Figure] = []

    class Noted(Figure):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            figures.append(self)

    monkeypatch.setattr(job_plots, "Figure", Noted)
    return figures


def test_that_there_is_one_picture_for_each_space_time_image(tmp_path: Path) -> None:
    job = measured(mill_site())
    write_plots(tmp_path, JOB, scaffold(), job)
    files = sorted((tmp_path / "space_time_images").iterdir())
    assert [file.name for file in files] == [f"sti_{number:04d}.png" for number in range(20)]
    for file, image in zip(files, job.velocities.stiv.space_time_images, strict=True):
        shown = cv2.imdecode(np.frombuffer(file.read_bytes(), dtype=np.uint8), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(shown, image)
    assert png_shape(files[0].read_bytes()) == (24, 66)


def test_that_the_section_is_drawn_as_a_picture(tmp_path: Path) -> None:
    write_section_plot(tmp_path / "section.png", JOB, scaffold(), discharge_of(measured(mill_site())))
    assert png_shape((tmp_path / "section.png").read_bytes()) == (715, 990)
    shown = cv2.imread(str(tmp_path / "section.png"))
    assert shown.std() > 20


def test_that_the_title_names_job_discharge_and_verdict(tmp_path: Path, drawn: list[Figure]) -> None:
    job = measured(mill_site())
    write_section_plot(tmp_path / "section.png", JOB, scaffold(), discharge_of(job))
    title = drawn[0].axes[0].get_title()
    assert title.startswith(f"job_007: Q = {job.measurement.discharge.discharge_m3s:.4g} m³/s")
    assert f"level {LEVEL_M:.3f} m" in title
    assert title.endswith("good")


def test_that_the_plot_speaks_the_display_units(tmp_path: Path, drawn: list[Figure]) -> None:
    english = replace(scaffold(), display_units=DisplayUnits.ENGLISH)
    job = measured(mill_site())
    write_section_plot(tmp_path / "section.png", JOB, english, discharge_of(job))
    velocity, section = drawn[0].axes
    assert "ft³/s" in velocity.get_title()
    assert f"{job.measurement.discharge.discharge_m3s / 0.3048**3:.4g}" in velocity.get_title()
    assert velocity.get_ylabel() == "surface velocity, normal (ft/s)"
    assert section.get_xlabel() == "station (ft)"
    measured_line = next(line for line in velocity.lines if line.get_label() == "measured")
    np.testing.assert_allclose(measured_line.get_xdata(), job.geometry.points.station_m / 0.3048)
    np.testing.assert_allclose(measured_line.get_ydata(), job.velocities.normal_mps / 0.3048)


def test_that_edges_points_and_bed_are_shown_where_they_are(tmp_path: Path, drawn: list[Figure]) -> None:
    job = measured(mill_site())
    write_section_plot(tmp_path / "section.png", JOB, scaffold(), discharge_of(job))
    section = drawn[0].axes[1]
    edges = next(line for line in section.lines if line.get_label() == "edges of water")
    wet = job.measurement.wetted
    np.testing.assert_allclose(edges.get_xdata(), [wet.first_station_m, wet.last_station_m])
    np.testing.assert_allclose(edges.get_ydata(), LEVEL_M)
    low, high = section.get_ylim()
    assert low < LEVEL_M - wet.max_depth_m < LEVEL_M < high
    left, right = section.get_xlim()
    assert left < wet.first_station_m < wet.last_station_m < right


def test_that_filled_and_rejected_points_are_told_apart(tmp_path: Path, drawn: list[Figure]) -> None:
    job = with_unused(measured(mill_site()), filled=(5, 6), lost=(12,))
    write_section_plot(tmp_path / "section.png", JOB, scaffold(), discharge_of(job))
    points = {line.get_label(): len(line.get_xdata()) for line in drawn[0].axes[0].lines}
    assert points["measured"] == 17
    assert points["filled"] == 3
    assert points["rejected estimate"] == 2


def test_that_a_plain_result_shows_no_empty_series(tmp_path: Path, drawn: list[Figure]) -> None:
    write_section_plot(tmp_path / "section.png", JOB, scaffold(), discharge_of(measured(mill_site())))
    labels = {line.get_label() for line in drawn[0].axes[0].lines}
    assert "measured" in labels
    assert not {"filled", "rejected estimate"} & labels


def test_that_a_picture_that_cannot_be_encoded_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_plots.cv2, "imencode", lambda *args: (False, None))
    with pytest.raises(OutputError, match=r"point 1: a space-time image cannot be encoded"):
        write_plots(tmp_path, JOB, scaffold(), measured(mill_site()))


def test_that_no_window_and_no_global_figure_is_made(tmp_path: Path) -> None:
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    write_section_plot(tmp_path / "section.png", JOB, scaffold(), discharge_of(measured(mill_site())))
    assert plt.get_fignums() == before
