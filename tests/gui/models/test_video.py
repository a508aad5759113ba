from __future__ import annotations

import time as time_module
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
import pytest
from filmed_videos import VIDEO, facts, filmed
from known_rivers import facts_of, film, mill_site, mill_video
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.project import Calibration, Project, Reporting, VideoSettings
from image_velocimetry_tools.domain.video import Clip, FramePreparation, FrameSize
from image_velocimetry_tools.gui.models.tasks import TaskControl
from image_velocimetry_tools.gui.models.video import (
    advised_frame_step,
    displacement_px,
    prepared_size,
    problems_of,
    recording_time,
    sampling_of,
    with_clip,
    with_opened_video,
    with_preparation,
)
from image_velocimetry_tools.gui.models.video_facts import video_facts, words_of_recording
from image_velocimetry_tools.gui.models.video_stabilisation import red_over_cyan, stabilisation_preview
from image_velocimetry_tools.media.decoding import open_clip


@pytest.mark.parametrize(
    "clip", [Clip(), Clip(0.5, 1.5), Clip(0.5, 1.5, 3), Clip(0.49, None, 2), Clip(None, 2.5), Clip(1.0, 1.0 + 1 / 30)]
)
def test_that_the_sampling_counts_the_frames_that_are_decoded(clip: Clip) -> None:
    with open_clip(VIDEO, clip) as reader:
        decoded = sum(1 for _ in reader)
    sampling = sampling_of(facts(), clip)
    assert sampling.frame_count == decoded
    assert sampling.interval_s == pytest.approx(clip.frame_step / 30.0)
    assert sampling.frame_rate_fps == pytest.approx(30.0 / clip.frame_step)


def test_that_the_advised_step_moves_the_water_by_about_the_wanted_pixels() -> None:
    step = advised_frame_step(1.0, 0.5, 0.05, 30.0)
    assert step == 3
    assert displacement_px(step, 0.5, 0.05, 30.0) == pytest.approx(1.0)
    assert advised_frame_step(1.0, 5.0, 0.02, 30.0) == 1


def test_that_no_step_is_advised_for_still_water() -> None:
    with pytest.raises(ValueError, match="positive"):
        advised_frame_step(1.0, 0.0, 0.05, 30.0)


def test_that_problems_of_a_clip_are_found_only_in_a_video_that_was_read() -> None:
    assert problems_of(VideoSettings(VIDEO, None, Clip(2.0, 1.0))) == []
    assert problems_of(filmed(Clip(2.0, 1.0)).video) == ["End time must be greater than start time"]
    assert problems_of(filmed(Clip(None, 9.0)).video) == ["End time cannot exceed video duration"]
    assert problems_of(filmed(Clip(9.0)).video) == ["Start time cannot exceed video duration"]
    assert problems_of(filmed(Clip(None, 2.5)).video) == []


def test_that_a_quarter_turn_swaps_the_size() -> None:
    assert prepared_size(filmed().video) == FrameSize(704, 396)
    assert prepared_size(filmed(preparation=FramePreparation(rotation_deg=90)).video) == FrameSize(396, 704)
    assert prepared_size(VideoSettings(VIDEO)) is None


def test_that_an_edit_that_changes_nothing_gives_the_same_project() -> None:
    project = filmed(Clip(1.0, 2.0))
    assert with_clip(project, start_s=1.0) is project
    assert with_preparation(project, flip="none") is project
    assert with_clip(project, start_s=0.5).video.clip == Clip(0.5, 2.0)


def test_that_another_video_keeps_the_preparation_and_forgets_the_times() -> None:
    project = filmed(Clip(1.0, 2.0, 3), FramePreparation(rotation_deg=180))
    opened = with_opened_video(project, facts(VIDEO.with_name("other.mp4")))
    assert opened.video.clip == Clip(None, None, 3)
    assert opened.video.preparation.rotation_deg == 180


def test_that_the_recording_time_fills_only_what_is_not_stated() -> None:
    metadata = facts(created=datetime(2024, 5, 14, 8, 0, 30))
    opened = with_opened_video(Project(), metadata).reporting
    assert (opened.measured_on, opened.start_time) == (date(2024, 5, 14), time(8, 0, 30))
    assert opened.end_time == time(8, 0, 32)
    stated = Project(reporting=Reporting(measured_on=date(2020, 1, 1), start_time=time(1), end_time=time(2)))
    assert with_opened_video(stated, metadata).reporting is stated.reporting


def test_that_another_video_brings_its_own_date_and_times() -> None:
    first = facts(created=datetime(2024, 5, 14, 8, 0, 30))
    project = with_clip(with_opened_video(Project(), first), start_s=1.0)
    later = facts(VIDEO.with_name("other.mp4"), created=datetime(2024, 6, 1, 9, 0, 0))
    report = with_opened_video(project, later).reporting
    assert (report.measured_on, report.start_time, report.end_time) == (date(2024, 6, 1), time(9), time(9, 0, 2))
    undated = facts(VIDEO.with_name("undated.mp4"))
    assert with_opened_video(project, undated).reporting.measured_on is None


def test_that_a_camera_with_an_offset_gives_the_time_of_this_place() -> None:
    moment = datetime(2024, 5, 14, 8, 0, tzinfo=UTC)
    recorded, duration_s = recording_time(replace(filmed(Clip(1.0, 2.0)).video, metadata=facts(created=moment)))
    assert recorded == moment.astimezone().replace(tzinfo=None, second=1)
    assert duration_s == pytest.approx(1.0)


def test_that_the_facts_are_words() -> None:
    told = dict(video_facts(facts(created=datetime(2024, 5, 14, 8, 0, tzinfo=UTC))))
    assert told["Size"] == "704 × 396 px"
    assert told["Frames"] == "75"
    assert told["Recorded"].startswith("2024-05-14 08:00:00 UTC (camera)")
    turned = dict(video_facts(replace(facts(), rotation_tag_deg=90, frame_count=None, bit_rate_kbps=None)))
    assert turned["Size"] == "396 × 704 px, turned by 90°"
    assert (turned["Frames"], turned["Codec"], turned["Recorded"]) == ("unknown", "h264, yuv420p", "unknown")


def test_that_equal_pictures_over_each_other_are_grey() -> None:
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    over = red_over_cyan(grey, grey)
    assert (over == grey[..., None]).all()


def test_that_the_stabilisation_preview_follows_the_clip_to_its_end() -> None:
    project = filmed(Clip(0.0, 1.0), FramePreparation(rotation_deg=90))
    control = TaskControl()
    preview = stabilisation_preview(project, control)
    assert preview.before.shape == (704, 396, 3)
    assert preview.after is None or preview.after.shape == preview.before.shape
    assert control.fraction == pytest.approx(1.0, abs=0.1)


def test_that_the_preview_looks_for_ground_where_the_measurement_does(tmp_path: Path) -> None:
    path = film(mill_site(), mill_video(duration_s=0.5), tmp_path / "mill.mp4")
    project = project_of_mill(path)
    project = replace(project, video=replace(project.video, metadata=facts_of(path)))
    assert stabilisation_preview(project, TaskControl()).water_source == "the section line"
    unknown = replace(project, calibration=Calibration())
    assert stabilisation_preview(unknown, TaskControl()).water_source == ""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer in New York."""
    monkeypatch.setenv("TZ", "America/New_York")
    time_module.tzset()
    yield
    monkeypatch.undo()
    time_module.tzset()


@pytest.mark.usefixtures("place")
def test_that_a_clock_in_utc_is_told_beside_the_time_of_this_place() -> None:
    metadata = facts(created=datetime(2024, 5, 14, 1, 30, tzinfo=UTC))
    assert dict(video_facts(metadata))["Recorded"] == "2024-05-14 01:30:00 UTC (camera), 21:30:00 EDT here"
    report = with_opened_video(Project(), metadata).reporting
    assert (report.measured_on, report.start_time) == (date(2024, 5, 13), time(21, 30))
    assert (report.mid_time, report.end_time) == (time(21, 30, 1), time(21, 30, 2))
    assert "the clock of the camera (UTC), in EDT, the time zone of this computer" in words_of_recording(metadata)


@pytest.mark.usefixtures("place")
def test_that_a_time_without_a_zone_is_taken_as_it_stands_and_told() -> None:
    moment = datetime(2024, 5, 14, 1, 30)
    metadata = replace(facts(created=moment), creation_time_source="file name")
    assert dict(video_facts(metadata))["Recorded"] == "2024-05-14 01:30:00 (file name), time zone not stated"
    assert with_opened_video(Project(), metadata).reporting.start_time == time(1, 30)
    assert "the name of the file, which states no time zone" in words_of_recording(metadata)
    assert words_of_recording(facts()) == ""
