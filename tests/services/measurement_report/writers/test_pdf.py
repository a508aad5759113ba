"""The report as PDF, read back with the tools of poppler where they are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from reported_measurements import MADE, reported_project, with_velocities

from image_velocimetry_tools.domain.project import Comment, CommentCategory, Project
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.services.report_service import PaperSize, ReportService

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def write(tmp_path: Path, project: Project, paper: PaperSize = PaperSize.LETTER) -> Path:
    return ReportService().write_pdf(tmp_path / "report.pdf", project, user="jdoe", made=MADE, paper=paper)


def text_of(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


def pages_of(path: Path) -> int:
    return int(max(re.findall(rb"/Count (\d+)", path.read_bytes()), key=int))


@needs_poppler
@pytest.mark.parametrize("units", list(DisplayUnits))
def test_that_the_text_can_be_read_back(tmp_path: Path, units: DisplayUnits) -> None:
    text = text_of(write(tmp_path, reported_project(display_units=units)))

    other, own = ("ft³/s", "m³/s") if units is DisplayUnits.METRIC else ("m³/s", "ft³/s")
    assert own in text
    assert not re.search(rf"(?<!f)(?<!t){other}", text.replace(own, ""))
    for words in ("Alder Brook", "M. Østergård", "α of earlier measurements, <0.9 & >0.8", "glare, drawn by hand"):
        assert words in text


@needs_poppler
def test_that_every_page_has_its_heading_and_number(tmp_path: Path) -> None:
    path = write(tmp_path, reported_project())

    sheets = text_of(path).split("\f")[:-1]

    assert len(sheets) == pages_of(path)
    for number, sheet in enumerate(sheets, start=1):
        assert "IVyTools Discharge Measurement Report" in sheet
        assert re.search(rf"{number} of\s+{len(sheets)}\b", sheet)


@needs_poppler
def test_that_a_discharge_that_is_out_of_date_is_called_so_on_every_page(tmp_path: Path) -> None:
    project = reported_project()

    sheets = text_of(write(tmp_path, replace(project, grid=replace(project.grid, count=project.grid.count + 1)))).split(
        "\f"
    )[:-1]

    assert all("OUT OF DATE" in sheet for sheet in sheets)


@needs_poppler
def test_that_fonts_are_embedded(tmp_path: Path) -> None:
    path = write(tmp_path, reported_project())

    lines = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]

    used = [line for line in lines if "DejaVuSans" in line]
    assert len(used) >= 2
    assert all(line.split()[-5] == "yes" for line in used)


@needs_poppler
def test_that_long_tables_repeat_their_header(tmp_path: Path) -> None:
    sheets = text_of(write(tmp_path, reported_project())).split("\f")

    assert sum("Space-time image" in sheet and "Direction" in sheet for sheet in sheets) > 1


def test_that_texts_of_any_length_and_letter_fit(tmp_path: Path) -> None:
    project = reported_project()
    long = "Ein sehr langer Kommentar, Комментарий, σχόλιο & <b>. " * 400
    word = "unbroken" * 200
    comments = tuple(Comment(CommentCategory.OTHER, "user", "", text) for text in (long, word, "\x00\x1b[0m"))
    reviews = {0: replace(project.reviews[3], comment=long), 1: replace(project.reviews[3], comment=word)}
    reporting = replace(project.reporting, station_name=word, party=long[:1500], description=long, weather=word[:300])

    path = write(tmp_path, replace(project, comments=comments, reviews=reviews, reporting=reporting))

    assert pages_of(path) > pages_of(write(tmp_path, project))


@pytest.mark.parametrize(("paper", "width"), [(PaperSize.LETTER, 612), (PaperSize.A4, 595)])
def test_that_the_paper_is_that_which_was_chosen(tmp_path: Path, paper: PaperSize, width: int) -> None:
    content = write(tmp_path, reported_project(), paper).read_bytes()

    assert re.search(rb"/MediaBox \[ 0 0 %d" % width, content)


def test_that_incomplete_projects_make_a_report(tmp_path: Path) -> None:
    project = reported_project()
    for less in (
        Project(),
        replace(project, velocities=None),
        replace(project, section=replace(project.section, survey=None)),
        replace(project, calibration=replace(project.calibration, image=None)),
        with_velocities(project, images=()),
    ):
        assert pages_of(write(tmp_path, less)) >= 2


@needs_poppler
def test_that_letters_of_all_the_world_can_be_read(tmp_path: Path) -> None:
    project = reported_project()
    reporting = replace(
        project.reporting, station_name="水位站", party="かわ 한강", description="Ωμέγα 水 \U0001f30a end"
    )
    text = text_of(write(tmp_path, replace(project, reporting=reporting)))
    assert "水位站" in text.split("\f")[-2]
    assert "かわ 한강" in text
    assert "Ωμέγα 水 ? end" in text
