from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from image_velocimetry_tools.domain.errors import ScaffoldError
from image_velocimetry_tools.formats.project.arrays import (
    decode_columns,
    decode_nested_list,
    decode_rows,
    decode_string_array,
    encode_columns,
    encode_nested_list,
    encode_rows,
    encode_string_array,
)


@given(st_numpy.arrays(np.float64, st_numpy.array_shapes(min_side=1, max_dims=3, max_side=4)))
def test_that_arrays_survive_both_encodings_bit_for_bit(array: np.ndarray) -> None:
    np.testing.assert_array_equal(decode_string_array(encode_string_array(array), "k"), array)
    np.testing.assert_array_equal(decode_nested_list(encode_nested_list(array), "k"), array)


def test_that_the_text_is_that_of_the_desktop_application() -> None:
    assert encode_string_array(np.array([[1.0, np.nan]])) == "[[1.0, NaN]]"
    assert decode_string_array("[]", "k").shape == (0,)
    np.testing.assert_array_equal(decode_string_array([[1, 2]], "k"), [[1.0, 2.0]])


@pytest.mark.parametrize(
    "value",
    ["{}", "3", "text", "[[1], [1, 2]]", '["a"]', "[true]", "[" * 100_000, None, 3, "[1e400, " + "9" * 400 + "]"],
)
def test_that_anything_else_is_refused_with_its_key(value: object) -> None:
    with pytest.raises(ScaffoldError, match="the_key: is not an array of numbers"):
        decode_string_array(value, "the_key")


def test_that_columns_are_put_in_row_order() -> None:
    table = {"ID": {"2": "b", "10": "c", "1": "a"}, "X": {"1": 1.0, "2": 2.0}}
    assert decode_columns(table, "k") == [{"ID": "a", "X": 1.0}, {"ID": "b", "X": 2.0}, {"ID": "c"}]


_cells = st.dictionaries(st.sampled_from("abc"), st.integers() | st.text(), min_size=1)


@given(st.lists(_cells, min_size=1, max_size=12))
def test_that_tables_survive_both_encodings(rows: list[dict[str, object]]) -> None:
    assert decode_rows(encode_rows(rows), "k") == rows
    assert decode_columns(encode_columns(rows), "k") == rows


@pytest.mark.parametrize("value", [[], "text", {"a": 1}, None])
def test_that_what_is_no_table_is_refused(value: object) -> None:
    with pytest.raises(ScaffoldError, match="is not a table of columns"):
        decode_columns(value, "k")
    with pytest.raises(ScaffoldError, match="is not a table of rows"):
        decode_rows(value, "k")
