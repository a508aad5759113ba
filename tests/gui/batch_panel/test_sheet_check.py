"""Problems put to the cells that they are about."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.config import ScaffoldConfig
from image_velocimetry_tools.batch.plan.scaffold_loader import ScaffoldLoader
from image_velocimetry_tools.domain.errors import Cancelled
from image_velocimetry_tools.domain.video import VideoMetadata
from image_velocimetry_tools.gui.batch_panel.models.jobs_sheet import JobsSheet
from image_velocimetry_tools.gui.batch_panel.models.sheet_check import RememberedProbe, check_sheet
from image_velocimetry_tools.media.probing import probe

ID, VIDEO, LEVEL, START, END, ALPHA = range(6)


@pytest.fixture(scope="module")
def scaffold() -> ScaffoldConfig:
    return ScaffoldLoader().load(Path(__file__).parents[3] / "batch_test_data" / "inputs" / "scaffold_project.ivy")


@pytest.fixture
def sheet(inputs: Path) -> JobsSheet:
    sheet = JobsSheet()
    sheet.add(
        {"video_path": str(inputs / "videos" / f"alder_mill_{n}.mp4"), "water_surface_elevation": "413.4"}
        for n in (1, 2, 3)
    )
    return sheet


def test_that_a_table_that_can_run_has_no_marks(sheet: JobsSheet, scaffold: ScaffoldConfig) -> None:
    assert check_sheet(sheet.content, scaffold).problem_count == 0


def test_that_every_wrong_cell_is_marked_with_its_sentence(sheet: JobsSheet, scaffold: ScaffoldConfig) -> None:
    sheet.set_cells({(0, LEVEL): "", (1, ALPHA): "1.5", (1, START): "later", (2, VIDEO): "gone.mp4"})
    marks = check_sheet(sheet.content, scaffold).marks
    assert set(marks) == {(0, LEVEL), (1, ALPHA), (1, START), (2, VIDEO)}
    assert "missing" in marks[0, LEVEL]
    assert "'1.5'" in marks[1, ALPHA]
    assert "ivytools-" not in marks[2, VIDEO]


def test_that_a_sentence_names_row_and_column_as_the_screen_does(sheet: JobsSheet, scaffold: ScaffoldConfig) -> None:
    sheet.set_cells({(1, LEVEL): ""})
    told, place = check_sheet(sheet.content, scaffold).sentences[0]
    assert told.startswith("Row 2, Water level: ")
    assert place == (1, LEVEL)


def test_that_a_level_outside_the_section_is_marked(sheet: JobsSheet, scaffold: ScaffoldConfig) -> None:
    sheet.set_cells({(2, LEVEL): "999"})
    marks = check_sheet(sheet.content, scaffold).marks
    assert list(marks) == [(2, LEVEL)]
    assert "above the section" in marks[2, LEVEL]


def test_that_a_row_behind_a_cell_of_two_lines_is_still_the_right_one(
    sheet: JobsSheet, scaffold: ScaffoldConfig
) -> None:
    sheet.set_cells({(0, 6): "two\nlines", (1, LEVEL): "x"})
    assert list(check_sheet(sheet.content, scaffold).marks) == [(1, LEVEL)]


def test_that_repeated_ids_are_marked_by_row(sheet: JobsSheet, scaffold: ScaffoldConfig) -> None:
    sheet.set_cells({(0, ID): "a", (2, ID): "A"})
    marks = check_sheet(sheet.content, scaffold).marks
    assert list(marks) == [(2, ID)]
    assert "row 1" in marks[2, ID]


def test_that_what_belongs_to_no_cell_is_listed(sheet: JobsSheet, scaffold: ScaffoldConfig) -> None:
    sheet.add_column("colour")
    found = check_sheet(sheet.content, scaffold)
    assert not found.marks
    assert len(found.others) == 1
    assert "colour" in found.others[0]
    assert check_sheet(sheet.content, scaffold, allow_unknown_columns=True).problem_count == 0


def test_that_an_unknown_column_hides_nothing_that_is_wrong_in_others(
    sheet: JobsSheet, scaffold: ScaffoldConfig
) -> None:
    sheet.add_column("colour")
    sheet.set_cells({(1, LEVEL): "999"})
    found = check_sheet(sheet.content, scaffold)
    assert list(found.marks) == [(1, LEVEL)]
    assert len(found.others) == 1


def test_that_what_a_video_does_not_hold_is_marked(sheet: JobsSheet, scaffold: ScaffoldConfig) -> None:
    sheet.set_cells({(1, END): "5:00"})
    marks = check_sheet(sheet.content, scaffold).marks
    assert list(marks) == [(1, VIDEO)]
    assert "s long" in marks[1, VIDEO]


def test_that_the_same_clip_twice_is_a_warning_by_row(sheet: JobsSheet, scaffold: ScaffoldConfig) -> None:
    sheet.duplicate([0])
    found = check_sheet(sheet.content, scaffold)
    assert found.problem_count == 0
    assert found.warnings[0].startswith("Row 2")
    assert "row 1" in found.warnings[0]


def test_that_a_video_is_read_once_as_long_as_it_does_not_change(sheet: JobsSheet, scaffold: ScaffoldConfig) -> None:
    read: list[Path] = []

    def counted(path: Path) -> VideoMetadata:
        read.append(path)
        return probe(path)

    remembered = RememberedProbe(counted)
    for _ in range(3):
        check_sheet(sheet.content, scaffold, probe=remembered)
    assert len(read) == 3


def test_that_a_check_can_be_stopped(sheet: JobsSheet, scaffold: ScaffoldConfig) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        check_sheet(sheet.content, scaffold, is_cancelled=stop.is_set)
