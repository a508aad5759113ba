"""The jobs table while it is edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from image_velocimetry_tools.domain.errors import JobsCsvError
from image_velocimetry_tools.formats.jobs.jobs_csv import read_jobs_csv
from image_velocimetry_tools.gui.batch_panel.models.jobs_sheet import JobsSheet, SheetContent, read_sheet


@pytest.fixture
def sheet() -> JobsSheet:
    sheet = JobsSheet()
    sheet.add({"job_id": name, "video_path": f"{name}.mp4", "water_surface_elevation": "2"} for name in "abc")
    return sheet


def ids(sheet: JobsSheet) -> list[str]:
    return sheet.column_of("job_id", range(len(sheet.content.rows)))


def test_that_a_file_keeps_wrong_texts_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("video_path,water_surface_elevation,colour\na.mp4,high,red\n,,\nb.mp4,2,blue,too many\n")
    content = read_sheet(path)
    assert content.columns == ("video_path", "water_surface_elevation", "colour", "")
    assert content.rows == (("a.mp4", "high", "red", ""), ("", "", "", ""), ("b.mp4", "2", "blue", "too many"))


def test_that_a_file_without_a_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("\n\n")
    with pytest.raises(JobsCsvError):
        read_sheet(path)


def test_that_what_is_written_is_read_by_the_engine_as_it_was_meant(tmp_path: Path, sheet: JobsSheet) -> None:
    sheet.set_cells({(0, 6): "two\nlines, and a comma", (1, 3): "0:05"})
    sheet.content.write(tmp_path / "jobs.csv")
    rows = read_jobs_csv(tmp_path / "jobs.csv").rows
    assert [row.job_id for row in rows] == ["a", "b", "c"]
    assert rows[0].comments == "two\nlines, and a comma"
    assert rows[1].start_s == 5.0


def test_that_lines_of_rows_count_the_lines_within_cells(sheet: JobsSheet) -> None:
    sheet.set_cells({(0, 6): "two\nlines"})
    _, lines = sheet.content.as_csv(Path())
    assert lines == [2, 4, 5]


def test_that_relative_paths_mean_the_same_file_in_another_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "in" / "jobs.csv").write_text("video_path,water_surface_elevation\na.mp4,2\nhttps://x.org/b.mp4,2\n")
    content = read_sheet(tmp_path / "in" / "jobs.csv")
    content.write(tmp_path / "out" / "jobs.csv")
    rows = read_jobs_csv(tmp_path / "out" / "jobs.csv").rows
    assert rows[0].video_path == tmp_path / "in" / "a.mp4"
    assert rows[1].video_url == "https://x.org/b.mp4"


def test_that_decimal_commas_survive(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text("video_path;water_surface_elevation\na.mp4;2,5\n")
    read_sheet(tmp_path / "jobs.csv").write(tmp_path / "again.csv")
    assert read_jobs_csv(tmp_path / "again.csv").rows[0].water_surface_elevation == 2.5


def test_that_a_default_alpha_goes_where_none_is_given(tmp_path: Path, sheet: JobsSheet) -> None:
    sheet.set_cells({(1, 5): "0.7"})
    sheet.content.write(tmp_path / "jobs.csv", "0.9")
    assert [row.alpha for row in read_jobs_csv(tmp_path / "jobs.csv").rows] == [0.9, 0.7, 0.9]


def test_that_every_edit_can_be_taken_back(sheet: JobsSheet) -> None:
    before = sheet.content
    sheet.set_cells({(0, 0): "z"})
    sheet.remove([1])
    sheet.add_column("stiv_num_pixels")
    assert [sheet.undo() for _ in range(3)] == [True] * 3
    assert sheet.content == before


def test_that_a_column_is_taken_out_with_its_texts(sheet: JobsSheet) -> None:
    sheet.remove_column(0)
    assert sheet.content.columns[0] == "video_path"
    assert sheet.content.rows[0][0] == "a.mp4"


def test_that_an_edit_that_changes_nothing_is_none(sheet: JobsSheet) -> None:
    revision = sheet.revision
    assert sheet.set_cells({(0, 0): "a"}) == []
    assert sheet.revision == revision


def test_that_copies_get_ids_of_their_own(sheet: JobsSheet) -> None:
    assert sheet.duplicate([0, 1]) == [2, 3]
    assert ids(sheet) == ["a", "b", "a_2", "b_2", "c"]


@pytest.mark.parametrize(
    ("rows", "by", "order", "after"),
    [([1, 2], -1, "bca", [0, 1]), ([0], 1, "bac", [1]), ([0, 1], -1, "abc", [0, 1]), ([2], 1, "abc", [2])],
)
def test_that_rows_move_as_a_block_and_stop_at_the_edges(
    sheet: JobsSheet, rows: list[int], by: int, order: str, after: list[int]
) -> None:
    assert sheet.move(rows, by) == after
    assert "".join(ids(sheet)) == order


def test_that_new_rows_bring_their_columns() -> None:
    sheet = JobsSheet()
    sheet.replace(SheetContent(("video_path", "water_surface_elevation"), (("a.mp4", "1"),)))
    sheet.add([{"video_path": "b.mp4", "gage_height": "3"}])
    assert sheet.content.columns == ("video_path", "water_surface_elevation", "gage_height")
    assert sheet.content.rows == (("a.mp4", "1", ""), ("b.mp4", "", "3"))
