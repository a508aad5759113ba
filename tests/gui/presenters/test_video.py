from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest.mock import create_autospec

import cv2
import numpy as np
import pytest
from filmed_videos import VIDEO, facts, film, filmed
from gui_workbench import workbench
from measured_mill import measured_mill

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.domain.project import Calibration, Project, VideoSettings
from image_velocimetry_tools.domain.video import Clip, Film, FramePreparation, WrittenFrames
from image_velocimetry_tools.gui.models.workbench import Workbench
from image_velocimetry_tools.gui.presenters.video import VideoPresenter, VideoView
from image_velocimetry_tools.gui.presenters.video_clip import ClipView
from image_velocimetry_tools.gui.presenters.video_player import PlayerView
from image_velocimetry_tools.gui.presenters.video_preparation import PreparationView
from image_velocimetry_tools.gui.presenters.video_sampling import SamplingView
from image_velocimetry_tools.media.clip_writing import extract_frames
from image_velocimetry_tools.services.player.player_service import PlayerService, PlayerSession
from image_velocimetry_tools.services.video_service import VideoService

GONE = Path("/gone/river.mp4")


class Tab:
    """The presenter of the tab with all that it talks to."""

    def __init__(self, project: Project | None = None) -> None:
        self.bench: Workbench = workbench(project)
        self.film = film()
        self.view = create_autospec(VideoView, instance=True)
        self.view.player = create_autospec(PlayerView, instance=True)
        self.view.clip = create_autospec(ClipView, instance=True)
        self.view.sampling = create_autospec(SamplingView, instance=True)
        self.view.preparation = create_autospec(PreparationView, instance=True)
        self.player = create_autospec(PlayerService, instance=True)
        self.session = self.player.open.return_value = create_autospec(PlayerSession, instance=True)
        self.service = create_autospec(VideoService, instance=True)
        self.service.probe.side_effect = self._probe
        self.service.film_of.side_effect = lambda metadata: self.film
        self.presenter = VideoPresenter(self.view, self.bench, self.service, self.player)

    @staticmethod
    def _probe(path: Path) -> object:
        if not path.exists():
            raise VideoError("the file does not exist", where=str(path))
        return facts(path)

    @property
    def video(self) -> VideoSettings:
        return self.bench.document.project.video


@pytest.fixture
def tab() -> Tab:
    return Tab()


def test_that_opening_a_video_is_one_edit_with_its_facts(tab: Tab) -> None:
    said: list[str] = []
    tab.bench.said.subscribe(said.append)
    tab.presenter.open_video(VIDEO)
    assert (tab.video.path, tab.video.metadata) == (VIDEO, facts())
    assert tab.bench.document.undo_label == "Open video alder_mill_1.mp4"
    name, folder, told = tab.view.show_video.call_args.args
    assert (name, folder, dict(told)["Frames"]) == (VIDEO.name, str(VIDEO.parent), "75")
    assert tab.player.open.call_args.args[0] == VIDEO
    assert "Frames tab" in said[0]
    tab.bench.document.undo()
    tab.session.close.assert_called_once_with()
    tab.view.show_video.assert_called_with("", "", ())


def test_that_the_report_takes_the_time_of_recording(tab: Tab) -> None:
    said = heard(tab)
    tab.presenter = VideoPresenter(tab.view, tab.bench, VideoService(), tab.player)
    tab.presenter.open_video(VIDEO)
    assert abs(tab.bench.document.project.reporting.measured_on - date(2024, 5, 14)).days <= 1
    assert "Frames tab. Date and times of the report are from the clock of the camera" in said[-1]
    assert len(said) == 1


def test_that_a_video_is_chosen(tab: Tab) -> None:
    tab.bench.dialogs.open_file.return_value = None
    tab.presenter.choose_video()
    assert tab.video.path is None
    tab.bench.dialogs.open_file.return_value = VIDEO
    tab.presenter.choose_video()
    assert tab.video.path == VIDEO


def test_that_a_video_that_cannot_be_read_changes_nothing(tab: Tab) -> None:
    with pytest.raises(VideoError):
        tab.presenter.open_video(GONE)
    assert tab.video.path is None


def test_that_the_facts_of_an_opened_project_are_found_out_without_an_edit(tab: Tab) -> None:
    tab.bench.document.replace(Project(video=VideoSettings(VIDEO, None, Clip(1.0, 2.0))))
    assert tab.video.metadata == facts()
    assert tab.video.clip == Clip(1.0, 2.0)
    assert not tab.bench.document.is_modified
    assert tab.bench.document.undo_label == ""
    tab.view.show_problem.assert_called_with("")


def test_that_a_missing_video_is_told_and_can_be_found(tab: Tab) -> None:
    tab.bench.document.replace(Project(video=VideoSettings(GONE, None, Clip(1.0, 2.0))))
    tab.view.show_problem.assert_called_with(f"The video {GONE} is not there.", "Find the video…")
    tab.bench.dialogs.open_file.return_value = None
    tab.presenter.find_video()
    assert tab.video.path == GONE
    tab.bench.dialogs.open_file.return_value = VIDEO
    tab.presenter.find_video()
    assert (tab.video.path, tab.video.metadata, tab.video.clip) == (VIDEO, facts(), Clip(1.0, 2.0))
    tab.view.show_problem.assert_called_with("")


def test_that_a_damaged_video_of_a_project_is_told(tab: Tab, tmp_path: Path) -> None:
    path = tmp_path / "river.mp4"
    path.write_bytes(b"no video")
    tab.service.probe.side_effect = VideoError("it is no video", where=str(path))
    tab.bench.document.replace(Project(video=VideoSettings(path)))
    sentence = tab.view.show_problem.call_args.args[0]
    assert sentence == f"The video river.mp4 cannot be read. {path}: it is no video."


def test_that_facts_of_a_video_that_was_replaced_meanwhile_are_dropped(tab: Tab) -> None:
    tab.bench.tasks.is_held = True
    tab.bench.document.replace(Project(video=VideoSettings(VIDEO)))
    tab.bench.document.replace(filmed())
    tab.bench.tasks.carry_out()
    assert tab.video.path == VIDEO
    tab.bench.document.replace(Project(video=VideoSettings(GONE)))
    tab.bench.document.replace(Project())
    tab.view.show_problem.reset_mock()
    tab.bench.tasks.carry_out()
    tab.view.show_problem.assert_not_called()


def test_that_a_dropped_file_is_opened(tab: Tab) -> None:
    tab.presenter.open_dropped(VIDEO)
    assert tab.video.path == VIDEO


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    folder = tmp_path / "frames"
    folder.mkdir()
    for number in range(1, 6):
        cv2.imwrite(str(folder / f"f{number:05d}.png"), np.full((48, 64, 3), 40 * number, np.uint8))
    return folder


def test_that_a_folder_of_frames_becomes_a_video_beside_it(tab: Tab, frames: Path) -> None:
    tab.bench.dialogs.open_folder.return_value = frames
    tab.bench.dialogs.ask_number.return_value = 10.0
    tab.presenter.import_frames_folder()
    assert tab.video.path == frames.parent / "frames.mp4"
    assert VideoService().probe(frames.parent / "frames.mp4").frame_count == 5


def test_that_a_video_beside_the_folder_is_not_replaced_without_asking(tab: Tab, frames: Path) -> None:
    (frames.parent / "frames.mp4").write_bytes(b"mine")
    tab.bench.dialogs.ask_number.return_value = 10.0
    tab.bench.dialogs.ask.return_value = False
    tab.presenter.open_dropped(frames)
    assert (frames.parent / "frames.mp4").read_bytes() == b"mine"
    tab.bench.dialogs.ask.return_value = True
    tab.presenter.open_dropped(frames)
    assert tab.video.path == frames.parent / "frames.mp4"


def test_that_the_frames_are_chosen_by_name_where_a_folder_holds_several_series(tab: Tab, frames: Path) -> None:
    for number in range(1, 4):
        cv2.imwrite(str(frames / f"t{number:05d}.png"), np.zeros((48, 64, 3), np.uint8))
    tab.bench.dialogs.ask_text.return_value = None
    tab.presenter.open_dropped(frames)
    assert tab.bench.tasks.titles == []
    question, usual = tab.bench.dialogs.ask_text.call_args.args[1:]
    assert "f*.png (5), t*.png (3)" in question
    assert usual == "f*.png"
    tab.bench.dialogs.ask_text.return_value = "t*.png"
    tab.bench.dialogs.ask_number.return_value = 10.0
    tab.presenter.open_dropped(frames)
    assert VideoService().probe(frames.parent / "frames.mp4").frame_count == 3


def test_that_an_import_can_be_abandoned(tab: Tab, frames: Path) -> None:
    tab.bench.dialogs.open_folder.return_value = None
    tab.presenter.import_frames_folder()
    tab.bench.dialogs.open_folder.return_value = frames
    tab.bench.dialogs.ask_number.return_value = None
    tab.presenter.import_frames_folder()
    assert tab.bench.tasks.titles == []


def test_that_the_clip_takes_the_time_of_the_player(tab: Tab) -> None:
    tab.bench.document.replace(filmed())
    tab.presenter.clip.end_here()
    assert tab.video.clip.end_s == 0.0


def test_that_closing_ends_the_player() -> None:
    tab = Tab(filmed())
    tab.presenter.close()
    tab.session.close.assert_called_once_with()


def test_that_editing_something_else_does_not_look_into_the_video(tab: Tab) -> None:
    tab.bench.document.replace(filmed())
    tab.service.probe.reset_mock()
    tab.bench.document.edit("x", replace(tab.bench.document.project, comments=()))
    tab.service.probe.assert_not_called()


def test_that_a_video_that_was_looked_into_for_another_project_is_not_put_into_the_present_one(tab: Tab) -> None:
    said: list[str] = []
    tab.bench.said.subscribe(said.append)
    tab.bench.tasks.is_held = True  # type: ignore[attr-defined]
    tab.presenter.open_video(VIDEO)
    other = Project()
    tab.bench.document.replace(other)
    tab.bench.tasks.carry_out()  # type: ignore[attr-defined]
    assert tab.bench.document.project is other
    assert "another project" in said[-1]


def test_that_the_level_of_the_video_before_is_recalled_with_another_video() -> None:
    calibration = Calibration(image=b"picture", image_size=facts().size, water_surface_elevation_m=126.0)
    tab = Tab(replace(Project(), video=VideoSettings(GONE), calibration=calibration))
    said: list[str] = []
    tab.bench.said.subscribe(said.append)
    tab.presenter.open_video(VIDEO)
    assert "still 126.000 m" in said[-1]


def measured_on(measured: Film | None, path: Path = VIDEO) -> Project:
    """A measured project as it is opened: its video is not yet looked into."""
    project = measured_mill()
    video = VideoSettings(path, None, project.video.clip, project.video.preparation, film=measured)
    project = replace(project, video=video)
    assert project.velocities is not None
    return replace(project, velocities=replace(project.velocities, basis=project.basis))


def heard(tab: Tab) -> list[str]:
    said: list[str] = []
    tab.bench.said.subscribe(said.append)
    return said


def test_that_velocities_are_current_while_the_video_is_the_film_they_were_measured_on(tab: Tab) -> None:
    said = heard(tab)
    tab.bench.document.replace(measured_on(film()))
    assert tab.video.metadata is not None
    assert tab.bench.document.project.are_velocities_current
    tab.view.show_problem.assert_called_with("")
    assert said == []


def test_that_another_film_of_the_same_name_is_noticed_when_a_project_is_opened(tab: Tab) -> None:
    said = heard(tab)
    tab.film = film("swapped")
    tab.bench.document.replace(measured_on(film()))
    assert not tab.bench.document.project.are_velocities_current
    assert not tab.bench.document.is_modified
    sentence, action = tab.view.show_problem.call_args.args
    assert sentence.startswith("The velocities were measured on another film")
    assert action == "Find the video…"
    assert said == [sentence]


def test_that_a_project_without_its_video_keeps_its_velocities(tab: Tab) -> None:
    tab.bench.document.replace(measured_on(film(), GONE))
    assert tab.bench.document.project.are_velocities_current
    assert "is not there" in tab.view.show_problem.call_args.args[0]


def test_that_a_moved_film_keeps_the_velocities_when_it_is_found(tab: Tab) -> None:
    said = heard(tab)
    tab.bench.document.replace(measured_on(film(), GONE))
    tab.bench.dialogs.open_file.return_value = VIDEO
    tab.presenter.find_video()
    assert tab.video.path == VIDEO
    assert tab.bench.document.project.are_velocities_current
    tab.view.show_problem.assert_called_with("")
    assert "everything measured on it stays" in said[-1]


def test_that_another_film_in_place_of_a_missing_one_makes_the_velocities_out_of_date(tab: Tab) -> None:
    tab.film = film("another")
    tab.bench.document.replace(measured_on(film(), GONE))
    tab.bench.dialogs.open_file.return_value = VIDEO
    tab.presenter.find_video()
    assert not tab.bench.document.project.are_velocities_current
    assert "another film" in tab.view.show_problem.call_args.args[0]
    tab.bench.document.undo()
    assert tab.bench.document.project.are_velocities_current


def test_that_velocities_of_an_older_project_belong_to_the_video_of_that_name(tab: Tab) -> None:
    tab.bench.document.replace(measured_on(None))
    assert tab.video.film == film()
    assert tab.bench.document.project.are_velocities_current


def test_that_the_complaint_ends_once_the_present_film_is_measured(tab: Tab) -> None:
    tab.film = film("swapped")
    tab.bench.document.replace(measured_on(film()))
    project = tab.bench.document.project
    assert project.velocities is not None
    measured = replace(project.velocities, basis=project.basis)
    tab.bench.document.edit("Measure velocities", replace(project, velocities=measured))
    tab.view.show_problem.assert_called_with("")


def test_that_the_player_shows_the_film_that_took_the_place_of_another(tab: Tab) -> None:
    tab.presenter.open_video(VIDEO)
    tab.film = film("swapped")
    tab.presenter.open_video(VIDEO)
    assert tab.player.open.call_count == 2


def test_that_frames_extracted_by_the_program_are_imported_at_their_own_rate(tab: Tab, tmp_path: Path) -> None:
    extract_frames(VIDEO, tmp_path / "frames", Clip(0.0, 0.5, 2))
    tab.service.probe.side_effect = VideoService().probe
    tab.bench.document.replace(filmed(Clip(frame_step=2)))
    tab.bench.dialogs.ask_number.side_effect = lambda title, label, value, **more: value
    tab.bench.dialogs.ask.return_value = True
    tab.presenter.open_dropped(tmp_path / "frames")
    assert tab.video.metadata is not None
    assert tab.video.metadata.frame_rate_fps == pytest.approx(15.0)
    assert tab.video.clip.frame_step == 1
    assert "every second frame" in tab.bench.dialogs.ask.call_args.args[1]


@pytest.mark.parametrize("takes_back", [True, False])
def test_that_a_written_clip_is_prepared_once_if_the_user_wants_it(tab: Tab, takes_back: bool) -> None:
    turned = FramePreparation(rotation_deg=90, flip="hflip")
    written = replace(facts(), written=WrittenFrames(FramePreparation(rotation_deg=90)))
    tab.service.probe.side_effect = lambda path: written
    tab.bench.document.replace(filmed(preparation=turned))
    tab.bench.dialogs.ask.return_value = takes_back
    tab.presenter.open_video(VIDEO)
    question = tab.bench.dialogs.ask.call_args.args[1]
    assert "were turned when it was written" in question
    assert tab.video.preparation == (FramePreparation(flip="hflip") if takes_back else turned)


def test_that_a_clip_that_is_prepared_no_more_asks_nothing(tab: Tab) -> None:
    written = replace(facts(), written=WrittenFrames(FramePreparation(rotation_deg=90), 3))
    tab.service.probe.side_effect = lambda path: written
    tab.presenter.open_video(VIDEO)
    tab.bench.dialogs.ask.assert_not_called()


def test_that_a_preparation_changed_after_the_calibration_image_is_told(tab: Tab) -> None:
    project = measured_mill()
    as_it_was = replace(project.calibration, prepared_as=FramePreparation())
    tab.bench.document.replace(replace(project, calibration=as_it_was, velocities=None))
    tab.presenter.preparation.set_flip("hflip")
    assert "flipped left to right" in tab.view.show_problem.call_args.args[0]
    tab.bench.document.undo()
    tab.view.show_problem.assert_called_with("")


def test_that_a_video_that_disappears_while_it_is_open_is_said_on_the_tab(tab: Tab) -> None:
    tab.bench.document.replace(filmed())
    tab.presenter.video_came_or_went(True)
    sentence, action = tab.view.show_problem.call_args.args
    assert str(VIDEO) in sentence
    assert sentence.endswith("is not there.")
    assert action == "Find the video…"
    tab.presenter.video_came_or_went(False)
    assert tab.view.show_problem.call_args.args[0] == ""
