"""Messages arrive whole, however they were cut."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.builtins.executors.json_lines import JsonLineBuffer, json_line

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(st.dictionaries(st.text(), _VALUES, max_size=3), max_size=5), st.integers(1, 40))
def test_that_messages_survive_any_cutting(messages: list[dict[str, Any]], piece_bytes: int) -> None:
    stream = b"".join(map(json_line, messages))
    buffer = JsonLineBuffer()
    pieces = [stream[begin : begin + piece_bytes] for begin in range(0, len(stream), piece_bytes)]
    assert [message for piece in pieces for message in buffer.feed(piece)] == messages


def test_that_a_message_without_its_end_is_not_read() -> None:
    assert JsonLineBuffer().feed(b'{"value": 1}') == []


def test_that_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        json_line({"value": {1, 2}})
