"""From a video to a report with mouse and keys, saved, opened again, and repeated by the batch with the same result."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from image_view_hand import Hand
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from pytestqt.qtbot import QtBot
from window_hand import WindowHand

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, DisplayUnits
from image_velocimetry_tools.formats.project.archive import read_project
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.project_service import ProjectService

INPUTS = Path(__file__).parents[2] / "batch_test_data" / "inputs"
SCAFFOLD = INPUTS / "scaffold_project.ivy"
LEVEL_FT = 413.4


@pytest.fixture
def material(tmp_path: Path) -> Path:
    """What a hydrographer brings home: a video, a table of points, an AreaComp file."""
    folder = tmp_path / "site"
    folder.mkdir()
    shutil.copy(INPUTS / "videos" / "alder_mill_1.mp4", folder / "creek.mp4")
    project = read_project(SCAFFOLD)
    (folder / "points.csv").write_bytes(project.read("2-orthorectification/ground_control_points.csv"))
    (folder / "section.mat").write_bytes(project.read("5-discharge/cross_section_ac3.mat"))
    return folder


@pytest.fixture
def hand(qtbot: QtBot, tmp_path: Path) -> Iterator[WindowHand]:
    hand = WindowHand(qtbot, tmp_path / "program")
    yield hand
    hand.close()


def discharge_m3s(project: Project) -> float:
    return discharge_of_project(project).measurement.discharge.discharge_m3s


@pytest.mark.slow
def test_that_the_way_from_video_to_report_gives_the_same_discharge_when_opened_again_and_in_the_batch(
    hand: WindowHand, material: Path
) -> None:
    hand.desktop.bench.document.edit("Units", _in_feet(hand.project))
    _open_the_video(hand, material / "creek.mp4")
    _use_the_first_frame(hand)
    _orthorectify(hand, material / "points.csv")
    _draw_the_section(hand, material / "section.mat")
    _choose_points(hand)
    _measure(hand)
    measured = discharge_m3s(hand.project)
    truth = json.loads((INPUTS / "truth.json").read_text("utf-8"))["jobs"][0]["discharge_m3s"]
    assert measured == pytest.approx(truth, rel=0.05)
    saved = material / "creek.ivy"
    _save(hand, saved)
    assert _by_batch(saved, material / "creek.mp4", material / "batch") == pytest.approx(measured, rel=1e-4)
    _review_one_point(hand)
    _set_one_station_aside(hand)
    reviewed = discharge_m3s(hand.project)
    assert reviewed != pytest.approx(measured, rel=1e-6)
    _report(hand, material / "report.pdf")
    hand.shortcut(Qt.Key_S)
    hand.settle()
    assert not hand.desktop.bench.document.is_modified
    _open_again(hand, saved)
    assert discharge_m3s(hand.project) == pytest.approx(reviewed, rel=1e-4)
    assert hand.project.are_velocities_current


def _in_feet(project: Project) -> Project:
    from dataclasses import replace

    return replace(project, display_units=DisplayUnits.ENGLISH)


def _open_the_video(hand: WindowHand, video: Path) -> None:
    tab = hand.go_to("video")
    with hand.answering(video):
        hand.press(tab.openVideoButton)
    hand.wait_for(lambda: hand.project.video.metadata is not None)
    clip = tab.clip
    hand.enter(clip.startField, "0.2")
    hand.enter(clip.endField, "2.4")
    assert (hand.project.video.clip.start_s, hand.project.video.clip.end_s) == (0.2, 2.4)


def _use_the_first_frame(hand: WindowHand) -> None:
    tab = hand.go_to("frames")
    hand.wait_for(lambda: tab.calibrationButton.isEnabled())
    hand.press(tab.calibrationButton)
    hand.wait_for(lambda: hand.project.calibration.image is not None)


def _orthorectify(hand: WindowHand, points: Path) -> None:
    tab = hand.go_to("orthorectification")
    with hand.answering(points):
        hand.press(tab.pointsPanel.importPointsButton)
    known = hand.project.calibration.points.points[2]
    assert known.x_px is not None
    assert known.y_px is not None
    table = tab.pointsPanel.pointsTable
    place = table.visualRect(table.model().index(2, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=place)
    hand.press(tab.pointsPanel.clearPixelsButton)
    assert not hand.project.calibration.points.points[2].is_digitised
    hand.press(tab.picturesPanel.digitiseButton)
    view = tab.picturesPanel.originalView
    Hand(view).click(known.x_px, known.y_px)
    digitised = hand.project.calibration.points.points[2]
    assert (digitised.x_px, digitised.y_px) == pytest.approx((known.x_px, known.y_px), abs=2.0)
    hand.desktop.bench.document.undo()
    hand.desktop.bench.document.undo()
    assert hand.project.calibration.points.points[2] == known
    hand.enter(tab.settingsPanel.levelField, str(LEVEL_FT))
    hand.settle()
    assert hand.project.calibration.water_surface_elevation_m == pytest.approx(LEVEL_FT * METRES_PER_FOOT)
    assert hand.desktop.bench.rectified.current.picture is not None


def _draw_the_section(hand: WindowHand, survey: Path) -> None:
    tab = hand.go_to("cross_section")
    with hand.answering(survey):
        hand.press(tab.importButton)
    assert hand.project.section.survey is not None
    ends = _ends_of_the_line(hand.project)
    hand.press(tab.drawButton)
    mouse = Hand(tab.imageView)
    for x, y in ends:
        mouse.click(float(x), float(y))
    assert hand.project.section.line_px == pytest.approx(ends, abs=2.0)
    for field, value in zip(tab.endFields, ends.ravel(), strict=True):
        hand.enter(field, f"{value:.1f}")
    assert hand.project.section.line_px == pytest.approx(ends, abs=0.06)
    assert tab.banner.text == ""


def _ends_of_the_line(project: Project) -> np.ndarray:
    """The edges of water in the window's own rectified image, whose extent is not that of the scaffold."""
    from image_velocimetry_tools.services.rectification.rectified_view import raster_of, view_of

    scaffold = ProjectService().open(SCAFFOLD).project
    assert scaffold.section.line_px is not None
    world = view_of(scaffold.calibration).raster.pixel_to_world(scaffold.section.line_px)
    raster = raster_of(project.calibration)
    assert raster is not None
    return raster.world_to_pixel(world)


def _choose_points(hand: WindowHand) -> None:
    tab = hand.go_to("grid")
    hand.enter(tab.pointsPanel.countField, "20")
    assert hand.project.grid.count == 20


def _measure(hand: WindowHand) -> None:
    scaffold = ProjectService().open(SCAFFOLD).project
    tab = hand.go_to("velocimetry")
    hand.enter(tab.search.directionField, f"{scaffold.velocimetry.parameters.phi_origin_deg:.0f}")
    assert hand.project.velocimetry.is_direction_set
    hand.press(tab.measuring.measureButton)
    hand.wait_for(lambda: hand.project.velocities is not None)
    hand.settle()
    assert hand.project.are_velocities_current
    assert discharge_of_project(hand.project).verdict is not None


def _review_one_point(hand: WindowHand) -> None:
    tab = hand.go_to("velocimetry")
    tabs = tab.pages
    QTest.mouseClick(tabs.tabBar(), Qt.LeftButton, pos=tabs.tabBar().tabRect(1).center())
    page = tab.review
    hand.press(page.nextButton)
    hand.press(page.drawButton)
    mouse = Hand(page.imageView)
    mouse.click(5.0, 3.0)
    mouse.click(25.0, 28.0)
    assert len(hand.project.reviews[1].lines_px) == 1


def _set_one_station_aside(hand: WindowHand) -> None:
    tab = hand.go_to("discharge")
    table = tab.stationTable
    place = table.visualRect(table.model().index(5, 2)).center()
    QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=place)
    hand.press(tab.setAsideButton)
    assert hand.project.discharge.stations[4].is_used is False
    assert "ft³/s" in tab.resultPanel.totalLabel.text()


def _report(hand: WindowHand, report: Path) -> None:
    tab = hand.go_to("reporting")
    hand.enter(tab.stationNameField, "Alder Mill")
    assert hand.project.reporting.station_name == "Alder Mill"
    if tab.output.opensField.isChecked():
        hand.press(tab.output.opensField)
    with hand.answering(report):
        hand.press(tab.output.pdfButton)
    hand.wait_for(report.exists)
    hand.settle()
    assert report.read_bytes().startswith(b"%PDF")


def _save(hand: WindowHand, path: Path) -> None:
    with hand.answering(path):
        hand.shortcut(Qt.Key_S)
    hand.wait_for(lambda: not hand.desktop.bench.document.is_modified)
    assert path.exists()


def _open_again(hand: WindowHand, path: Path) -> None:
    hand.shortcut(Qt.Key_N)
    hand.settle()
    assert hand.project.velocities is None
    with hand.answering(path):
        hand.shortcut(Qt.Key_O)
    hand.wait_for(lambda: hand.project.velocities is not None)
    hand.settle()


def _by_batch(project: Path, video: Path, output: Path) -> float:
    """The discharge that the command line finds for the saved project."""
    command = [sys.executable, "-m", "image_velocimetry_tools.cli.main", "process", str(project), str(video)]
    options = ["--wse", str(LEVEL_FT), "--start", "0.2", "--end", "2.4", "--job-id", "creek", "-o", str(output)]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, env=os.environ | {"COLUMNS": "120"}, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((output / "jobs" / "creek" / "creek.json").read_text("utf-8"))
    return float(found["discharge_m3s"])
