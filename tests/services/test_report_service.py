"""Writing reports: whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reported_measurements import reported_project, with_velocities

from image_velocimetry_tools.domain.errors import Cancelled, OutputError
from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.report_service import CsvTable, ReportService

WRITERS: list[Callable[..., Path]] = [ReportService().write_pdf, ReportService().write_html]


class SetAfter:
    """A cancel token that is set when it was asked a number of times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("times", [0, 10, 30])
def test_that_a_cancelled_report_leaves_what_was_there(write: Callable[..., Path], times: int, tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.write_text("the last one")

    with pytest.raises(Cancelled):
        write(target, reported_project(), cancel=SetAfter(times))

    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert target.read_text() == "the last one"


@pytest.mark.parametrize("write", WRITERS)
def test_that_progress_rises_to_the_end(write: Callable[..., Path], tmp_path: Path) -> None:
    shares: list[float] = []

    write(tmp_path / "report", reported_project(), progress=shares.append)

    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 5


@pytest.mark.parametrize("write", WRITERS)
def test_that_a_folder_that_is_not_there_is_named(write: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="the folder does not exist"):
        write(tmp_path / "nowhere" / "report", Project())


@pytest.mark.parametrize("write", WRITERS)
def test_that_what_is_at_hand_is_not_worked_out_again(
    write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = reported_project()
    found = discharge_of_project(project)

    def refuse(*_: Any) -> None:
        raise AssertionError("worked out again")

    module = "image_velocimetry_tools.services.measurement_report.sources"
    monkeypatch.setattr(f"{module}.discharge_of_project", refuse)
    write(tmp_path / "report", project, discharge=found, rectified=np.zeros((60, 80), dtype=np.uint8))

    assert (tmp_path / "report").stat().st_size > 10_000


def test_that_a_table_goes_to_the_file_that_was_named(tmp_path: Path) -> None:
    target = tmp_path / "my stations.csv"

    assert ReportService().write_csv(target, CsvTable.STATIONS, reported_project()) == target
    assert target.exists()


def test_that_damaged_pictures_are_left_out(tmp_path: Path) -> None:
    project = reported_project()
    damaged = replace(project, calibration=replace(project.calibration, image=b"no picture"))

    assert ReportService().write_html(tmp_path / "report.html", damaged).exists()


def test_that_many_large_space_time_images_make_a_file_of_moderate_size(tmp_path: Path) -> None:
    project = reported_project()
    rng = np.random.default_rng(1)
    images = tuple(rng.integers(0, 256, (60, 1800), dtype=np.uint8) for _ in range(20))

    path = ReportService().write_pdf(tmp_path / "report.pdf", with_velocities(project, images=images))

    assert path.stat().st_size < 3 * 1024**2
