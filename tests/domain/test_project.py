from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from filmed_videos import facts

from image_velocimetry_tools.domain.project import VideoSettings


def test_that_a_file_of_the_same_name_with_other_facts_is_another_film() -> None:
    first = VideoSettings(Path("latest.mp4"), facts())
    replaced = replace(first, metadata=replace(facts(), frame_count=80, duration_s=80 / 30))
    assert first.is_same_film(replace(first))
    assert not first.is_same_film(replaced)
    assert not replaced.is_same_film(first)


def test_that_facts_that_are_not_known_yet_make_no_other_film() -> None:
    known = VideoSettings(Path("latest.mp4"), facts())
    unknown = VideoSettings(Path("latest.mp4"))
    assert known.is_same_film(unknown)
    assert unknown.is_same_film(known)
