from __future__ import annotations

import cv2
import numpy as np
import pytest
from filmed_videos import VIDEO, filmed

from image_velocimetry_tools.domain.errors import IvyError, VideoError
from image_velocimetry_tools.domain.video import Clip, ContrastFilters, FramePreparation
from image_velocimetry_tools.gui.models.frames import (
    ContrastPreview,
    colour_picture,
    encoded_picture,
    frames_of,
    measured_picture,
)
from image_velocimetry_tools.services.video_service import VideoService


def test_that_the_frames_are_those_of_the_clip() -> None:
    frames = frames_of(filmed(Clip(1.0, 2.0, 5)).video)
    assert frames.times_s == pytest.approx(np.arange(7) / 6 + 1.0, abs=1e-3)
    assert (len(frames), frames.nearest(1.4), frames.nearest(99.0)) == (7, 2, 6)


def test_that_a_measured_picture_without_filters_is_that_of_the_measurement() -> None:
    how = FramePreparation(rotation_deg=90, flip="hflip", normalize_luma=True, curve_preset="darker")
    ours = measured_picture(filmed(preparation=how).video, 1.0, ContrastFilters())
    assert np.array_equal(ours, VideoService().first_picture(VIDEO, 1.0, how))


def test_that_limits_of_automatic_contrast_are_those_of_the_first_frame_of_the_clip() -> None:
    filters = ContrastFilters(auto_contrast_percent=1.0)
    one = measured_picture(filmed(Clip(1.0)).video, 1.0, filters)
    assert np.array_equal(one, VideoService().first_picture(VIDEO, 1.0, FramePreparation(contrast=filters)))


@pytest.mark.parametrize("filters", [ContrastFilters(2.0), ContrastFilters(2.0, (4, 4), 1.0)])
def test_that_the_preview_looks_like_the_measured_picture(filters: ContrastFilters) -> None:
    video = filmed(Clip(0.5)).video
    shown = ContrastPreview(video, filters).applied(colour_picture(video, 1.0))
    measured = measured_picture(video, 1.0, filters)
    assert shown.shape == measured.shape
    assert np.abs(shown.astype(int) - measured.astype(int)).mean() < 4.0


def test_that_a_preview_without_filters_is_the_picture_itself() -> None:
    video = filmed().video
    picture = colour_picture(video, 0.0)
    assert ContrastPreview(video, ContrastFilters()).applied(picture) is picture


def test_that_a_colour_picture_shows_the_frame_of_its_time_upright() -> None:
    how = FramePreparation(rotation_deg=90, flip="vflip")
    ours = cv2.cvtColor(colour_picture(filmed(preparation=how).video, 1.2), cv2.COLOR_RGB2GRAY)
    grey = VideoService().first_picture(VIDEO, 1.2, FramePreparation(90, "vflip", normalize_luma=True))
    assert np.abs(ours.astype(int) - grey.astype(int)).mean() < 2.0


def test_that_there_is_no_picture_after_the_end() -> None:
    with pytest.raises(VideoError):
        colour_picture(filmed().video, 99.0)


def test_that_pictures_are_encoded_by_the_ending_of_their_name() -> None:
    picture = colour_picture(filmed().video, 0.0)
    back = cv2.imdecode(np.frombuffer(encoded_picture(picture, ".PNG"), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert np.array_equal(back, picture)
    assert encoded_picture(picture[..., 0])[:2] == b"\xff\xd8"
    with pytest.raises(IvyError, match="cannot be saved"):
        encoded_picture(picture, ".doc")
