"""Cells pasted from spreadsheets: all or none, every error named by its cell."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.gui.models.pasted_cells import PastedCell, PasteTarget


@dataclass
class Titled:
    title: str
    kind: str
    unit: str = ""


COLUMNS = (Titled("No.", "text"), Titled("Station (m)", "number", "m"), Titled("Use", "check"))


def target(rows: int = 3, takes_rows: bool = False) -> PasteTarget:
    return PasteTarget(COLUMNS, rows, lambda row, column: str(row + 1) if column == 0 else None, takes_rows)


def test_that_a_block_goes_to_the_cells_right_and_below() -> None:
    cells = target().read("1,5\tYes\r\n2.5\tno\r\n", 1, 1).accepted()
    assert cells == (
        PastedCell(1, 1, 1.5), PastedCell(1, 2, True), PastedCell(2, 1, 2.5), PastedCell(2, 2, False),
    )  # fmt: skip


def test_that_every_wrong_cell_is_named_and_nothing_is_taken() -> None:
    with pytest.raises(IvyError) as caught:
        target().read("1,234.5\tYes\nhigh\tmaybe", 0, 1).accepted()
    where = [problem.where for problem in caught.value.problems]
    assert where == ["Row 1, Station (m)", "Row 2, Station (m)", "Row 2, Use"]
    assert all(problem.remedy for problem in caught.value.problems)


def test_that_a_closed_cell_may_be_pasted_as_it_stands_only() -> None:
    assert target().read("2\t7", 1, 0).accepted() == (PastedCell(1, 1, 7.0),)
    with pytest.raises(IvyError, match="cannot be changed"):
        target().read("9\t7", 1, 0).accepted()


def test_that_an_empty_cell_empties_a_number() -> None:
    assert target().read("5\n\n6", 0, 1).accepted()[1] == PastedCell(1, 1, None)


@pytest.mark.parametrize(("text", "column"), [("1\n2\n3\n4", 1), ("1\t2\t3", 1)])
def test_that_what_does_not_fit_into_the_table_is_refused(text: str, column: int) -> None:
    with pytest.raises(IvyError, match="were copied"):
        target().read(text, 0, column).accepted()


def test_that_a_growing_table_takes_rows_behind_its_last() -> None:
    cells = target(1, takes_rows=True).read("1\t5\tYes\n2\t6\tYes", 0, 0).accepted()
    assert [cell.row for cell in cells] == [0, 0, 1, 1]


def test_that_a_number_pasted_with_its_unit_is_converted() -> None:
    assert target().read("50 cm", 0, 1).accepted() == (PastedCell(0, 1, pytest.approx(0.5)),)
