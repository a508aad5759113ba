"""The three ways in which project files hold arrays: JSON inside a string, nested lists, tables by row or column."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...domain.errors import ScaffoldError

FloatArray = NDArray[np.float64]

_REMEDY = "Save the project again in the desktop application"


def encode_string_array(values: ArrayLike) -> str:
    """An array as the JSON text of its nested lists; NaN stays a bare ``NaN``."""
    return json.dumps(np.asarray(values).tolist())


def decode_string_array(value: object, key: str) -> FloatArray:
    """The array of a JSON text such as ``"[[1.0, 2.0], [3.0, NaN]]"``; a plain nested list is read too.

    Raises
    ------
    ScaffoldError
        If the value of ``key`` is not an array of numbers of one shape.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise _not_an_array(key) from error
    return decode_nested_list(value, key)


def encode_nested_list(values: ArrayLike) -> list[object]:
    """An array as plain nested lists."""
    nested = np.asarray(values).tolist()
    return nested if isinstance(nested, list) else [nested]


def decode_nested_list(value: object, key: str) -> FloatArray:
    """The array of plain nested lists of numbers.

    Raises
    ------
    ScaffoldError
        If the value of ``key`` is not a list, or is ragged, or holds something that is not a number.
    """
    if not isinstance(value, list) or not _holds_numbers_only(value):
        raise _not_an_array(key)
    try:
        return np.array(value, dtype=float)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise _not_an_array(key) from error


def encode_columns(rows: Sequence[Mapping[str, object]]) -> dict[str, dict[str, object]]:
    """Rows as ``{column: {row number as text: value}}``, the form of ``orthotable_dataframe``; rows count from 1."""
    columns: dict[str, dict[str, object]] = {}
    for number, row in enumerate(rows, start=1):
        for column, value in row.items():
            columns.setdefault(column, {})[str(number)] = value
    return columns


def decode_columns(value: object, key: str) -> list[dict[str, object]]:
    """Rows of a table held as ``{column: {row number as text: value}}``, in row order.

    Raises
    ------
    ScaffoldError
        If the value of ``key`` is not such a table.
    """
    if not isinstance(value, Mapping) or not all(isinstance(column, Mapping) for column in value.values()):
        raise ScaffoldError("is not a table of columns", where=key, remedy=_REMEDY)
    rows: dict[str, dict[str, object]] = {}
    for column, cells in value.items():
        for row, cell in cells.items():
            rows.setdefault(str(row), {})[str(column)] = cell
    return [rows[row] for row in sorted(rows, key=_row_order)]


def encode_rows(rows: Sequence[Mapping[str, object]]) -> dict[str, dict[str, object]]:
    """Rows as ``{row number as text: {column: value}}``, the form of ``discharge_results``; rows count from 0."""
    return {str(number): dict(row) for number, row in enumerate(rows)}


def decode_rows(value: object, key: str) -> list[dict[str, object]]:
    """Rows of a table held as ``{row number as text: {column: value}}``, in row order.

    Raises
    ------
    ScaffoldError
        If the value of ``key`` is not such a table.
    """
    if not isinstance(value, Mapping) or not all(isinstance(row, Mapping) for row in value.values()):
        raise ScaffoldError("is not a table of rows", where=key, remedy=_REMEDY)
    return [dict(value[row]) for row in sorted(value, key=_row_order)]


def _holds_numbers_only(value: list[object]) -> bool:
    # An explicit stack: nesting may be deeper than Python's recursion goes. Booleans are no coordinates.
    pending: list[object] = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, bool) or not isinstance(item, int | float):
            return False
    return True


def _row_order(row: object) -> tuple[int, int, str]:
    text = str(row)
    return (0, int(text), "") if text.isascii() and text.isdecimal() and len(text) < 12 else (1, 0, text)


def _not_an_array(key: str) -> ScaffoldError:
    return ScaffoldError("is not an array of numbers", where=key, remedy=_REMEDY)
