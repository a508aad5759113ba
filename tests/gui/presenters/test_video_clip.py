from __future__ import annotations

from pathlib import Path
from unittest.mock import MagicMock, create_autospec

import pytest
from filmed_videos import VIDEO, filmed
from gui_workbench import workbench

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.video import Clip, FramePreparation
from image_velocimetry_tools.gui.models.workbench import Workbench
from image_velocimetry_tools.gui.presenters.video_clip import ClipPresenter, ClipView
from image_velocimetry_tools.media.probing import probe


@pytest.fixture
def bench() -> Workbench:
    return workbench(filmed())


@pytest.fixture
def view() -> MagicMock:
    return create_autospec(ClipView, instance=True)


@pytest.fixture
def presenter(view: MagicMock, bench: Workbench) -> ClipPresenter:
    return ClipPresenter(view, bench, lambda: 0.7)


def clip_of(bench: Workbench) -> Clip:
    return bench.document.project.video.clip


def test_that_start_and_end_are_taken_from_the_play_head(presenter: ClipPresenter, bench: Workbench) -> None:
    presenter.start_here()
    assert clip_of(bench) == Clip(0.7)
    presenter.type_end("1:00")
    presenter.end_here()
    assert clip_of(bench).end_s == 0.7
    bench.document.undo()
    assert clip_of(bench).end_s == 60.0


def test_that_typed_times_are_understood(presenter: ClipPresenter, bench: Workbench, view: MagicMock) -> None:
    presenter.type_start("00:00:00.50")
    presenter.type_end("2")
    assert clip_of(bench) == Clip(0.5, 2.0)
    view.show_clip.assert_called_with("00:00:00.50", "00:00:02.00", "1.50 s")
    view.show_file_name.assert_called_with("alder_mill_1_s0.500s_e2.000s.mp4")
    presenter.type_start("  ")
    assert clip_of(bench) == Clip(None, 2.0)


def test_that_leaving_a_field_keeps_the_exact_time(presenter: ClipPresenter, bench: Workbench) -> None:
    bench.document.edit("x", filmed(Clip(1 / 3)))
    presenter.type_start("00:00:00.33")
    assert clip_of(bench).start_s == 1 / 3


def test_that_a_text_that_is_no_time_changes_nothing(
    presenter: ClipPresenter, bench: Workbench, view: MagicMock
) -> None:
    presenter.type_start("soon")
    assert clip_of(bench) == Clip()
    assert "not a time" in view.show_problems.call_args.args[0][0]


def test_that_problems_are_said_at_once_and_writing_is_off(presenter: ClipPresenter, view: MagicMock) -> None:
    presenter.type_start("2")
    presenter.type_end("1")
    view.show_problems.assert_called_with(["End time must be greater than start time"])
    view.allow.assert_called_with(True, False)
    view.show_file_name.assert_called_with("")
    presenter.clear()
    view.show_problems.assert_called_with([])
    view.show_clip.assert_called_with("", "", "2.50 s, the whole video")


def test_that_the_name_tells_the_preparation(view: MagicMock) -> None:
    ClipPresenter(view, workbench(filmed(preparation=FramePreparation(90, "vflip", stabilize=True))), lambda: 0.0)
    view.show_file_name.assert_called_with("alder_mill_1_s0.000s_e2.500s_rot90_vflip_stab.mp4")


def test_that_the_sound_is_a_setting(presenter: ClipPresenter, bench: Workbench, view: MagicMock) -> None:
    presenter.strip_audio(False)
    assert not bench.document.project.video.strip_audio
    view.show_strip_audio.assert_called_with(False)


def test_that_a_clip_is_written(presenter: ClipPresenter, bench: Workbench, tmp_path: Path) -> None:
    said: list[str] = []
    bench.said.subscribe(said.append)
    bench.dialogs.save_file.return_value = tmp_path / "clip.mp4"
    presenter.type_start("0.5")
    presenter.type_end("1.5")
    presenter.create_clip()
    assert bench.dialogs.save_file.call_args.args[2] == str(VIDEO.parent / "alder_mill_1_s0.500s_e1.500s.mp4")
    assert probe(tmp_path / "clip.mp4").frame_count == 31
    assert said == [f"The clip was written to {tmp_path / 'clip.mp4'}"]


def test_that_frames_are_extracted_and_old_ones_replaced_only_if_asked(
    presenter: ClipPresenter, bench: Workbench, tmp_path: Path
) -> None:
    bench.document.edit("x", filmed(Clip(0.0, 0.2)))
    bench.dialogs.open_folder.return_value = tmp_path
    presenter.extract_frames()
    assert len(list(tmp_path.glob("f*.jpg"))) == 7
    bench.dialogs.ask.assert_not_called()
    (tmp_path / "f00001.jpg").write_bytes(b"")
    bench.dialogs.ask.return_value = False
    presenter.extract_frames()
    assert (tmp_path / "f00001.jpg").read_bytes() == b""


def test_that_nothing_is_written_when_no_place_is_chosen(presenter: ClipPresenter, bench: Workbench) -> None:
    bench.dialogs.save_file.return_value = None
    bench.dialogs.open_folder.return_value = None
    presenter.create_clip()
    presenter.extract_frames("png")
    assert bench.tasks.titles == []


def test_that_nothing_can_be_done_without_a_video(view: MagicMock) -> None:
    bench = workbench(Project())
    presenter = ClipPresenter(view, bench, lambda: 0.0)
    view.allow.assert_called_with(False, False)
    presenter.create_clip()
    presenter.extract_frames()
    bench.dialogs.save_file.assert_not_called()
    bench.dialogs.open_folder.assert_not_called()
