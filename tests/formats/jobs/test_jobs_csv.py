from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import JobsCsvError
from image_velocimetry_tools.formats.jobs.jobs_csv import JobRow, JobsTable, read_jobs_csv, write_jobs_csv

HEADER = "video_path,water_surface_elevation"


def read(folder: Path, text: str | bytes, **options: bool) -> JobsTable:
    path = folder / "jobs.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_jobs_csv(path, **options)  # type: ignore[arg-type]


def message_of(folder: Path, text: str | bytes) -> str:
    with pytest.raises(JobsCsvError) as caught:
        read(folder, text)
    assert all(problem.remedy for problem in caught.value.problems)
    assert str(folder / "jobs.csv") in str(caught.value)
    return str(caught.value).replace(f"{folder / 'jobs.csv'}", "jobs.csv")


def test_that_the_reference_batches_are_read(shared_data: Path) -> None:
    rows = read_jobs_csv(shared_data / "boneyard_site" / "batch_boneyard.csv").rows
    assert [row.job_id for row in rows] == ["job_001", "job_002", "job_003"]
    site = shared_data.resolve() / "boneyard_site"
    assert rows[2].video_path.resolve() == site / "03337000_bullet_20170711-103500.mp4"
    assert (rows[2].water_surface_elevation, rows[2].alpha, rows[2].start_s, rows[2].end_s) == (318.6, 0.93, 15.0, 20.0)
    for name in ("boneyard/boneyard_batch.csv", "trapezoid/jobs.csv", "long/jobs.csv", "welton/jobs.csv"):
        table = read_jobs_csv(shared_data / name)
        assert table.warnings == ()
        assert all(row.video_path.is_file() for row in table.rows)


def test_that_a_minimal_row_has_the_defaults(tmp_path: Path) -> None:
    (row,) = read(tmp_path, f"{HEADER}\n a.mp4 , -3.5 \n").rows
    assert row == JobRow("job_001", tmp_path / "a.mp4", -3.5, line=2)


def test_that_a_full_row_keeps_everything(tmp_path: Path) -> None:
    text = (
        "alpha,comments,job_id,video_path,water_surface_elevation,start_time,end_time,measurement_number,"
        "measurement_date,measurement_time,gage_height\n"
        '0.9,"windy, ""cold""",x1,/v/a.mp4,318.5,1:30,01:02:03.5,7.0,2017-06-30,12:00:00,3.5\n'
    )
    expected = JobRow(
        "x1", Path("/v/a.mp4"), 318.5, 90.0, 3723.5, 0.9, 7, "2017-06-30", "12:00:00", 3.5, 'windy, "cold"', line=2
    )
    assert read(tmp_path, text).rows == (expected,)


@pytest.mark.parametrize("url", ["https://host/a/b.mp4?x=1", "s3://bucket/b.mp4", "file:///v/b.mp4", "memory://b.mp4"])
def test_that_a_url_is_left_as_it_is_and_written_so_again(tmp_path: Path, url: str) -> None:
    rows = read(tmp_path, f"{HEADER}\n{url},1\n").rows
    assert (rows[0].video_url, rows[0].video_path.is_absolute()) == (url, False)
    write_jobs_csv(tmp_path / "again.csv", rows)
    assert read_jobs_csv(tmp_path / "again.csv").rows == rows


def test_that_files_of_one_name_at_two_urls_are_two_videos(tmp_path: Path) -> None:
    cells = [f"https://{host}/a.mp4,1" for host in ("x", "y", "x")]
    (warning,) = read(tmp_path, "\n".join([HEADER, *cells])).warnings
    assert "job 'job_003' measures the same clip of a.mp4 at the same level as job 'job_001'" in warning


def test_that_blank_lines_are_skipped_and_blank_rows_keep_their_number(tmp_path: Path) -> None:
    rows = read(tmp_path, f"{HEADER}\n\na.mp4,1\n,\n\nb.mp4,2\n").rows
    assert [(row.job_id, row.line) for row in rows] == [("job_001", 3), ("job_003", 6)]


def test_that_missing_values_of_spreadsheets_are_the_defaults(tmp_path: Path) -> None:
    (row,) = read(
        tmp_path, f"{HEADER},alpha,gage_height,start_time,comments,measurement_number\na,1,NA,n/a,,null,#N/A\n"
    ).rows
    assert row == JobRow("job_001", tmp_path / "a", 1.0, line=2)


def test_that_the_home_folder_is_expanded_where_there_is_one(tmp_path: Path) -> None:
    rows = read(tmp_path, f"{HEADER}\n~/a.mp4,1\n~nobody_at_all/b.mp4,1\n").rows
    assert rows[0].video_path == Path.home() / "a.mp4"
    assert rows[1].video_path == tmp_path / "~nobody_at_all" / "b.mp4"


def test_that_the_default_alpha_can_be_that_of_the_scaffold(tmp_path: Path) -> None:
    read(tmp_path, f"{HEADER},alpha\na,1,\nb,1,0.9\n")
    assert [row.alpha for row in read_jobs_csv(tmp_path / "jobs.csv", default_alpha=0.8).rows] == [0.8, 0.9]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_that_unicode_encodings_and_line_ends_are_read(tmp_path: Path, encoding: str, newline: str) -> None:
    text = newline.join([f"{HEADER},comments", "Brücke.mp4,1,水位", ""])
    (row,) = read(tmp_path, text.encode(encoding)).rows
    assert (row.video_path.name, row.comments) == ("Brücke.mp4", "水位")


def test_that_windows_1252_is_read_with_a_warning(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEADER}\nBrücke.mp4,1\n".encode("cp1252"))
    assert table.rows[0].video_path.name == "Brücke.mp4"
    assert "was read as Windows-1252" in table.warnings[0]


def test_that_other_encodings_are_refused(tmp_path: Path) -> None:
    assert "is not text in a known encoding" in message_of(tmp_path, f"{HEADER}\na,1".encode("utf-16-le"))
    assert "line 2: the jobs CSV is neither UTF-8 nor Windows-1252" in message_of(
        tmp_path, HEADER.encode() + b"\n\x81\xff,1"
    )
    assert "it is not UTF-16 text" in message_of(tmp_path, b"\xff\xfea")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_that_semicolons_and_tabs_come_with_decimal_commas(tmp_path: Path, delimiter: str) -> None:
    text = "video_path;water_surface_elevation;alpha;start_time;stiv_phi_origin\na,b.mp4;318,21;0.9;1,5;-12,5\n"
    (row,) = read(tmp_path, text.replace(";", delimiter)).rows
    assert (row.video_path.name, row.water_surface_elevation, row.alpha, row.start_s) == ("a,b.mp4", 318.21, 0.9, 1.5)
    assert row.overrides == {"stiv_phi_origin": "-12.5"}
    problem = "column 'water_surface_elevation': must be a number, not '1.318,21'"
    assert problem in message_of(tmp_path, text.replace("318,21", "1.318,21").replace(";", delimiter))


def test_that_files_that_are_no_jobs_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(JobsCsvError, match="the jobs CSV does not exist"):
        read_jobs_csv(tmp_path / "no.csv")
    with pytest.raises(JobsCsvError, match="the jobs CSV is a folder"):
        read_jobs_csv(tmp_path)
    assert "the jobs CSV is empty" in message_of(tmp_path, "")
    assert "the jobs CSV is empty" in message_of(tmp_path, " \n\n")
    assert "the jobs CSV is empty" in message_of(tmp_path, ",,\n")
    assert "contains no data rows" in message_of(tmp_path, HEADER)
    assert "contains no data rows" in message_of(tmp_path, f"{HEADER}\n,\n\n")


def test_that_the_header_is_checked_whole(tmp_path: Path) -> None:
    text = message_of(tmp_path, "video_path,,alpha,alpha,stiv_num_pixel,zzz,Water_Surface_Elevation\na\n")
    assert "missing required columns: water_surface_elevation" in text
    assert "column 2 has no name" in text
    assert "the column 'alpha' occurs more than once" in text
    assert "unknown column 'stiv_num_pixel'. Did you mean 'stiv_num_pixels'?" in text
    assert "unknown column 'Water_Surface_Elevation'. Did you mean 'water_surface_elevation'?" in text
    assert "unknown column 'zzz'. Remove the column, or allow unknown columns." in text


def test_that_unknown_columns_are_carried_through_when_allowed(tmp_path: Path) -> None:
    (row,) = read(tmp_path, f"{HEADER},camera\na.mp4,1, left \n", allow_unknown_columns=True).rows
    assert row.extra == {"camera": "left"}


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("water_surface_elevation", "", "is missing"),
        ("water_surface_elevation", "high", "must be a number, not 'high'"),
        ("water_surface_elevation", "nan", "must be a finite number, not 'nan'"),
        ("water_surface_elevation", "-inf", "must be a finite number, not '-inf'"),
        ("water_surface_elevation", "1_000", "must be a number, not '1_000'"),
        ("water_surface_elevation", "1e999", "must be a finite number, not '1e999'"),
        ("video_path", "", "is missing"),
        ("video_path", "a\x01b.mp4", "holds a control character: 'a\\x01b.mp4'"),
        ("alpha", "0", "must lie above 0 and be at most 1, not '0'"),
        ("alpha", "1.01", "must lie above 0 and be at most 1, not '1.01'"),
        ("alpha", "nan", "must be a finite number, not 'nan'"),
        ("start_time", "-5", "'-5' is not a time"),
        ("start_time", "1:75", "'1:75' is not a time: seconds must be less than 60"),
        ("end_time", "nan", "'nan' is not a time"),
        ("measurement_number", "-1", "must not be negative, not '-1'"),
        ("measurement_number", "1.7", "must be a whole number, not '1.7'"),
        ("gage_height", "x", "must be a number, not 'x'"),
        ("job_id", "CON", "'CON' is a reserved device name on Windows"),
        ("job_id", "a/b", "'a/b' holds characters other than letters"),
        ("job_id", ".x", "'.x' starts or ends with a dot"),
        ("job_id", "x" * 101, "is longer than 100 characters"),
        ("stiv_num_pixels", "12.5", "must be a whole number from 4 to 2000, not '12.5'"),
        ("stiv_max_vel_threshold_mps", "0", "must be a number above 0, not '0'"),
        ("extract_frame_step", "0", "must be a whole number from 1 to 1000, not '0'"),
        ("cross_section_line", "[[1, 2], [1, 2]]", "must be two different points"),
        ("mask_polygons", "[[[1, 2], [3, 4]]]", "must be a list of polygons"),
        ("mask_polygons", "[", "must be a list of polygons"),
        ("is_ortho_flip_x", "maybe", "must be 'yes' or 'no'"),
        ("video_rotation", "45", "must be 0, 90, 180 or 270"),
        ("video_flip", "up", "must be 'none', 'hflip' or 'vflip'"),
        ("cross_section_start_bank", "north", "must be 'left' or 'right'"),
        ("cross_section_file", "gone.mat", "gone.mat' does not exist"),
    ],
)
def test_that_a_bad_cell_is_named_with_line_column_and_value(
    tmp_path: Path, column: str, value: str, problem: str
) -> None:
    cells = {"video_path": "a.mp4", "water_surface_elevation": "1"} | {column: value}
    quoted = [f'"{cell}"' for cell in cells.values()]
    text = message_of(tmp_path, f"{','.join(cells)}\n{','.join(quoted)},\n")
    assert f"jobs.csv, line 2, column '{column}': " in text
    assert problem in text
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(("start", "end"), [("10", "10"), ("10", "5"), ("", "0"), ("1:00", "59.9")])
def test_that_the_end_must_follow_the_start(tmp_path: Path, start: str, end: str) -> None:
    text = message_of(tmp_path, f"{HEADER},start_time,end_time\na,bad,{start},{end}\n")
    assert f"column 'end_time': '{end}' is not after the start ('{start or '0'}')" in text
    assert "column 'water_surface_elevation'" in text


def test_that_hundreds_of_bad_rows_are_all_reported(tmp_path: Path) -> None:
    rows = "\n".join(f"v{i}.mp4,bad{i},2" for i in range(500))
    with pytest.raises(JobsCsvError) as caught:
        read(tmp_path, f"{HEADER},alpha\n{rows}\n")
    problems = caught.value.problems
    assert len(problems) == 1000
    assert [p.where.rsplit("line ")[1] for p in problems[::2]] == [
        f"{line}, column 'water_surface_elevation'" for line in range(2, 502)
    ]
    assert "'bad499'" in str(caught.value)


def test_that_ids_are_unique_whatever_their_case(tmp_path: Path) -> None:
    text = message_of(tmp_path, f"{HEADER},job_id\na,1,Cam\nb,1,cam\nc,1,job_004\nd,1,\n")
    assert "jobs.csv, line 3, column 'job_id': the job id 'cam' is already taken by line 2" in text
    assert "jobs.csv, line 5, column 'job_id': the job id 'job_004' is already taken by line 4" in text


def test_that_the_same_clip_at_the_same_level_is_only_a_warning(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEADER},alpha,end_time\na.mp4,1,0.8,\n./a.mp4,1.0,0.9,\na.mp4,2,,\na.mp4,1,,9\n")
    assert len(table.rows) == 4
    assert len(table.warnings) == 1
    assert (
        "line 3: job 'job_002' measures the same clip of a.mp4 at the same level as job 'job_001'" in table.warnings[0]
    )


def test_that_overrides_are_kept_under_the_name_of_the_parameter(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    for name in ("x.mat", "g.csv"):
        (tmp_path / "site" / name).write_bytes(b"")
    text = (
        f"{HEADER},frame_step,cross_section_file,ground_control_file,mask_polygons,cross_section_line,k1\n"
        'a,1,2,site/x.mat,site\\g.csv,"[[[0,0],[9,0],[9,9]]]","[[1, 2], [3, 4]]",\n'
    )
    (row,) = read(tmp_path, text).rows
    assert row.overrides == {
        "extraction_frame_step": "2",
        "bathymetry_ac3_filename": str(tmp_path / "site" / "x.mat"),
        "orthotable_file_name": str(tmp_path / "site" / "g.csv"),
        "mask_polygons": "[[[0,0],[9,0],[9,9]]]",
        "cross_section_line": "[[1, 2], [3, 4]]",
    }


def test_that_one_parameter_cannot_be_overridden_twice(tmp_path: Path) -> None:
    text = message_of(tmp_path, f"{HEADER},frame_step,extraction_frame_step\na,1,1,2\n")
    assert "the column 'extraction_frame_step' repeats 'extraction_frame_step'" in text


def test_that_rows_that_are_too_long_or_badly_quoted_are_named(tmp_path: Path) -> None:
    assert "line 3: the row has 4 cells, the header 2" in message_of(tmp_path, f"{HEADER}\na,1\na,1,windy,cold\n")
    assert "line 2: the row cannot be read" in message_of(tmp_path, f'{HEADER}\n"a,1\nb,2\n')


def test_that_the_line_is_the_first_of_a_row_of_several_lines(tmp_path: Path) -> None:
    rows = read(tmp_path, f'{HEADER},comments\na,1,"two\nlines"\nb,2,\n').rows
    assert [(row.line, row.comments) for row in rows] == [(2, "two\nlines"), (4, None)]


def test_that_written_rows_read_back(tmp_path: Path) -> None:
    rows = (
        JobRow(
            "x",
            tmp_path / "v" / "a, b.mp4",
            318.2110000001,
            1.5,
            3723.25,
            0.9,
            3,
            "d",
            "t",
            2.5,
            "ü\nx",
            {"k1": "0.1"},
            line=2,
        ),
        JobRow("y", Path("/elsewhere/b.mp4"), -1.0, extra={"camera": "2"}, line=4),
    )
    write_jobs_csv(tmp_path / "jobs.csv", rows)
    found = read_jobs_csv(tmp_path / "jobs.csv", allow_unknown_columns=True).rows
    assert found[0] == JobRow(
        **{f: getattr(rows[0], f) for f in JobRow.__dataclass_fields__ if f != "extra"}, extra={"camera": ""}
    )
    assert found[1] == rows[1]
    assert "v/a, b.mp4" in (tmp_path / "jobs.csv").read_text()


_cell = st.sampled_from(
    ["", "a.mp4", "1", "1.5", "nan", "1:30", "job_001", "x y", "0.85", '"', "\x00", "é", "1,5", ";"]
) | st.text(max_size=6)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    columns=st.lists(
        st.sampled_from(["video_path", "water_surface_elevation", "alpha", "job_id", "start_time", "k1", "x"]),
        max_size=6,
    ),
    rows=st.lists(st.lists(_cell, max_size=7), max_size=4),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
)
def test_that_any_text_gives_jobs_or_our_error(
    tmp_path: Path, columns: list[str], rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    text = "\n".join(delimiter.join(cells) for cells in [columns, *rows])
    try:
        table = read(tmp_path, text.encode(encoding, errors="replace"))
    except JobsCsvError:
        return
    assert all(0 < row.alpha <= 1 and row.job_id for row in table.rows)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_that_any_bytes_give_jobs_or_our_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(JobsCsvError):
        read(tmp_path, content)


def test_that_gauged_discharges_are_carried_through_without_being_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    jobs = tmp_path / "jobs.csv"
    jobs.write_text("video_path,water_surface_elevation,gauged_discharge_cfs\na.mp4,1.0,142.5\n", encoding="utf-8")
    (row,) = read_jobs_csv(jobs).rows
    assert row.extra == {"gauged_discharge_cfs": "142.5"}
