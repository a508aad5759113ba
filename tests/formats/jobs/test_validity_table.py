"""Settings that hold for a time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from image_velocimetry_tools.domain.errors import JobsCsvError
from image_velocimetry_tools.formats.jobs.validity_table import ValidityTable, read_validity_table


def read(folder: Path, text: str) -> ValidityTable:
    path = folder / "validity.csv"
    path.write_text(text, encoding="utf-8")
    return read_validity_table(path)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(JobsCsvError) as caught:
        read(folder, text)
    return [str(problem).replace(f"{folder / 'validity.csv'}, ", "") for problem in caught.value.problems]


def test_that_a_period_lasts_until_the_next_begins(tmp_path: Path) -> None:
    (tmp_path / "s.mat").write_bytes(b"x")
    table = read(
        tmp_path,
        "valid_from,alpha,cross_section_file,frame_step,comments\n"
        "2019-05-22,0.9,,3,after the flood\n,0.85,s.mat,,\n2020/01/01,,,,\n",
    )
    old, new, last = table.periods
    assert (old.first_day, old.last_day) == (None, date(2019, 5, 21))
    assert (new.first_day, new.last_day) == (date(2019, 5, 22), date(2019, 12, 31))
    assert (last.last_day, last.alpha, last.overrides) == (None, None, {})
    assert old.overrides == {"bathymetry_ac3_filename": str(tmp_path / "s.mat")}
    assert new.overrides == {"extraction_frame_step": "3"}
    assert [table.on(date(2019, 5, day)) for day in (21, 22)] == [old, new]


def test_that_both_days_belong_to_a_period(tmp_path: Path) -> None:
    table = read(tmp_path, "valid_from,valid_to,alpha\n2019-01-01,2019-01-31,0.8\n2019-03-01,,0.9\n")
    days = [date(2018, 12, 31), date(2019, 1, 1), date(2019, 1, 31), date(2019, 2, 1), date(2030, 1, 1)]
    found = [table.on(day) for day in days]
    assert [period.alpha if period else None for period in found] == [None, 0.8, 0.8, None, 0.9]


def test_that_semicolons_come_with_decimal_commas(tmp_path: Path) -> None:
    assert read(tmp_path, "valid_from;alpha;k1\n2019-01-01;0,8;-0,1\n").periods[0].overrides == {"k1": "-0.1"}


def test_that_everything_wrong_with_cells_is_said_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "valid_from,valid_to,alpha,stiv_num_pixels,cross_section_file\n"
        "1.5.2019,,1.5,two,gone.mat\n2020-02-01,2020-01-01,,,\n",
    )
    assert [line.split(":")[0] for line in found] == [
        "line 2, column 'valid_from'",
        "line 2, column 'stiv_num_pixels'",
        "line 2, column 'cross_section_file'",
        "line 2, column 'alpha'",
        "line 3, column 'valid_to'",
    ]
    assert "'1.5.2019' is not a date. Write dates as 2024-05-14." in found[0]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            "2019-01-01,2019-06-30,1\n2019-06-30,,1",
            "line 3: begins on 2019-06-30, before the period of line 2 has ended",
        ),
        ("2019-01-01,,1\n2019-01-01,,1", "line 3: begins on the same day as line 2 (2019-01-01)"),
        (",2019-01-01,1\n,2020-01-01,1", "line 3: begins on the same day as line 2 (without a date)"),
    ],
)
def test_that_overlaps_are_refused(tmp_path: Path, rows: str, message: str) -> None:
    (found,) = problems(tmp_path, f"valid_from,valid_to,alpha\n{rows}\n")
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("valid_from,alhpa", "unknown column 'alhpa'. Call it 'alpha' if that is meant, or remove it."),
        ("from,alpha", "has no column 'valid_from'"),
        ("valid_from,frame_step,extraction_frame_step", "'extraction_frame_step' occurs more than once"),
    ],
)
def test_that_a_header_that_cannot_be_meant_is_refused(tmp_path: Path, header: str, message: str) -> None:
    assert any(message in line for line in problems(tmp_path, f"{header}\n2019-01-01,1\n"))


def test_that_a_table_without_periods_is_refused(tmp_path: Path) -> None:
    assert "contains no periods" in problems(tmp_path, "valid_from,alpha\n\n")[0]
