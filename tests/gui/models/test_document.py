from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from image_velocimetry_tools.domain.project import Project, VideoSettings
from image_velocimetry_tools.gui.models.document import MOST_STEPS, Change, Document


def _with_video(project: Project, name: str) -> Project:
    return replace(project, video=VideoSettings(Path(name)))


def test_that_undo_brings_the_very_same_project_back_and_redo_the_edited_one() -> None:
    document = Document()
    before = document.project
    edited = _with_video(before, "a.mp4")
    document.edit("Choose a video", edited)
    assert document.undo_label == "Choose a video"
    document.undo()
    assert document.project is before
    assert document.redo_label == "Choose a video"
    document.redo()
    assert document.project is edited


def test_that_edits_with_the_same_word_are_one_step() -> None:
    document = Document()
    before = document.project
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        document.edit("Choose a video", _with_video(document.project, name), merge="video")
    document.undo()
    assert document.project is before


def test_that_an_edit_of_another_kind_ends_the_merging() -> None:
    document = Document()
    document.edit("First", _with_video(document.project, "a.mp4"), merge="video")
    document.edit("Other", _with_video(document.project, "b.mp4"))
    document.edit("First", _with_video(document.project, "c.mp4"), merge="video")
    document.undo()
    assert document.project.video.path == Path("b.mp4")


def test_that_editing_after_undo_forgets_what_could_be_redone() -> None:
    document = Document()
    document.edit("One", _with_video(document.project, "a.mp4"))
    document.undo()
    document.edit("Two", _with_video(document.project, "b.mp4"))
    assert document.redo_label == ""


def test_that_the_same_project_is_no_edit() -> None:
    document = Document()
    document.edit("Nothing", document.project)
    assert document.undo_label == ""
    assert not document.is_modified


def test_that_undoing_back_to_what_was_saved_leaves_nothing_to_lose() -> None:
    document = Document()
    document.mark_saved(document.project, Path("site.ivy"))
    document.edit("One", _with_video(document.project, "a.mp4"))
    assert document.is_modified
    document.undo()
    assert not document.is_modified


def test_that_facts_found_out_are_no_edit() -> None:
    document = Document()
    document.replace(_with_video(Project(), "a.mp4"), Path("site.ivy"))
    document.complete(replace(document.project, video=VideoSettings(Path("a.mp4"))))
    assert not document.is_modified
    assert document.undo_label == ""


def test_that_a_recovered_project_counts_as_modified() -> None:
    document = Document()
    document.replace(_with_video(Project(), "a.mp4"), is_modified=True)
    assert document.is_modified


def test_that_listeners_are_told_which_parts_changed() -> None:
    document = Document()
    changes: list[Change] = []
    document.changed.subscribe(changes.append)
    document.edit("One", _with_video(document.project, "a.mp4"))
    assert changes[0].touches("video")
    assert not changes[0].touches("calibration", "section")


def test_that_the_way_back_is_long_but_not_endless() -> None:
    document = Document()
    for number in range(MOST_STEPS + 5):
        document.edit("Step", _with_video(document.project, f"{number}.mp4"))
    for _ in range(MOST_STEPS + 5):
        document.undo()
    assert document.project.video.path == Path("4.mp4")
