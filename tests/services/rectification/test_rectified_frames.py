from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from known_rivers import facts_of, film, mill_site, mill_video
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.errors import Cancelled, IvyError, OutputError, VideoError
from image_velocimetry_tools.domain.project import Project, VideoSettings
from image_velocimetry_tools.domain.video import Clip, FrameSize
from image_velocimetry_tools.services.orthorectification_service import Orthorectification, OrthorectificationService
from image_velocimetry_tools.services.rectification.rectified_frames import export_rectified_frames
from image_velocimetry_tools.services.video_service import VideoService


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    path = film(mill_site(), mill_video(duration_s=0.5), tmp_path_factory.mktemp("film") / "mill.mp4")
    project = project_of_mill(path)
    return replace(project, video=replace(project.video, metadata=facts_of(path), clip=Clip(frame_step=4)))


def _solved(project: Project, size: FrameSize | None = None) -> Orthorectification:
    calibration = project.calibration
    size = size or calibration.image_size
    assert size is not None
    level = calibration.water_surface_elevation_m or 0.0
    return OrthorectificationService().solve(calibration.points, size, level, extent=calibration.extent)


def test_that_each_used_frame_of_the_clip_is_written_rectified(project: Project, tmp_path: Path) -> None:
    solved, shares = _solved(project), []
    written = export_rectified_frames(project.video, solved, tmp_path / "new", progress=shares.append)
    assert project.video.path is not None
    count = len(VideoService().sample_times_s(project.video.path, project.video.clip))
    assert [path.name for path in written] == [f"t{number:05d}.jpg" for number in range(1, count + 1)]
    assert sorted((tmp_path / "new").iterdir()) == list(written)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    first = VideoService().first_picture(project.video.path, 0.0, project.video.preparation)
    expected = OrthorectificationService().rectify(first, solved)
    shown = cv2.imread(str(written[0]), cv2.IMREAD_GRAYSCALE)
    assert shown.shape == expected.shape
    # limited against full range of luma, and JPEG: alike but for contrast
    inside = expected > 0
    assert np.corrcoef(shown[inside], expected[inside])[0, 1] > 0.98


def test_that_frames_of_another_size_and_the_same_shape_are_scaled(project: Project, tmp_path: Path) -> None:
    size = project.calibration.image_size
    assert size is not None
    for factor in (0.5, 2.0):
        larger = FrameSize(round(size.width_px * factor), round(size.height_px * factor))
        solved = _solved(project, larger)
        written = export_rectified_frames(project.video, solved, tmp_path)
        picture = cv2.imread(str(written[0]))
        assert picture.shape[:2] == (solved.rectification.height_px, solved.rectification.width_px)


def test_that_frames_of_another_shape_are_refused_and_nothing_is_left(project: Project, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="shapes differ"):
        export_rectified_frames(project.video, _solved(project, FrameSize(400, 400)), tmp_path)
    assert not list(tmp_path.iterdir())


def test_that_older_frames_go_when_the_new_ones_are_complete(project: Project, tmp_path: Path) -> None:
    (tmp_path / "t00999.jpg").write_bytes(b"old")
    (tmp_path / "notes.txt").write_text("kept")
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(Cancelled):
        export_rectified_frames(project.video, _solved(project), tmp_path, cancel=stopped)
    assert (tmp_path / "t00999.jpg").exists()
    export_rectified_frames(project.video, _solved(project), tmp_path)
    assert not (tmp_path / "t00999.jpg").exists()
    assert (tmp_path / "notes.txt").exists()


def test_that_stopping_in_the_middle_leaves_nothing(project: Project, tmp_path: Path) -> None:
    stopped = threading.Event()

    def watch(share: float) -> None:
        if share > 0.6:
            stopped.set()

    with pytest.raises(Cancelled):
        export_rectified_frames(project.video, _solved(project), tmp_path, progress=watch, cancel=stopped)
    assert not list(tmp_path.iterdir())


def test_that_a_folder_that_cannot_be_made_is_told(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        export_rectified_frames(project.video, _solved(project), tmp_path / "file" / "frames")


def test_that_a_project_without_a_video_has_no_frames(project: Project, tmp_path: Path) -> None:
    with pytest.raises(IvyError, match="no video"):
        export_rectified_frames(VideoSettings(), _solved(project), tmp_path)
