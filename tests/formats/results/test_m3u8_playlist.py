"""Paths and titles that playlists could misunderstand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.formats.results.m3u8_playlist import PlaylistEntry, format_playlist, location


@pytest.mark.parametrize("name", ["#1.mp4", "two\nlines.mp4", " blank.mp4", "end.mp4 ", "tab\t.mp4"])
def test_that_a_name_that_would_be_misunderstood_becomes_an_address(name: str, tmp_path: Path) -> None:
    written = location(tmp_path / name, tmp_path)
    assert written == (tmp_path / name).as_uri()
    assert written.isprintable()
    assert " " not in written


def test_that_an_ordinary_name_stays_readable(tmp_path: Path) -> None:
    assert location(tmp_path / "a" / "été, 50% #2.mp4", tmp_path) == "a/été, 50% #2.mp4"
    assert location(tmp_path / "x.mp4", tmp_path / "lists") == "../x.mp4"


@given(st.text(max_size=40))
def test_that_a_title_is_one_line_whatever_it_holds(title: str) -> None:
    text = format_playlist([PlaylistEntry(Path("/v/x.mp4"), title, 1.0)], title)
    lines = text.split("\n")
    assert len(lines) == 5
    assert lines[2].startswith("#EXTINF:1.000,")


def test_that_an_unknown_duration_is_minus_one() -> None:
    assert "#EXTINF:-1,x" in format_playlist([PlaylistEntry(Path("/v/x.mp4"), "x")], "t")
