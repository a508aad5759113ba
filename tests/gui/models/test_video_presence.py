from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from inline_tasks import InlineTasks

from image_velocimetry_tools.domain.project import Project, VideoSettings
from image_velocimetry_tools.gui.models.document import Document
from image_velocimetry_tools.gui.models.video_presence import VideoPresence


def _with_video(path: Path | None) -> Project:
    return replace(Project(), video=VideoSettings(path))


def test_that_it_tells_when_the_video_goes_and_comes_and_nothing_in_between(tmp_path: Path) -> None:
    video = tmp_path / "creek.mp4"
    document = Document(_with_video(video))
    presence = VideoPresence(document, InlineTasks())
    said: list[bool] = []
    presence.changed.subscribe(said.append)
    assert presence.is_missing
    presence.look()
    video.touch()
    presence.look()
    presence.look()
    assert said == [False]


def test_that_it_looks_at_every_other_video(tmp_path: Path) -> None:
    document = Document(Project())
    presence = VideoPresence(document, InlineTasks())
    assert not presence.is_missing
    document.edit("Open video", _with_video(tmp_path / "gone.mp4"))
    assert presence.is_missing
    document.undo()
    assert not presence.is_missing
