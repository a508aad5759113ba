from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from known_rivers import facts_of, film, mill_site, mill_video, write_frames
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.errors import Cancelled, IvyError, OutputError, VideoError
from image_velocimetry_tools.domain.ground_control import GroundControlPoints
from image_velocimetry_tools.domain.project import Calibration, Project, VideoSettings
from image_velocimetry_tools.domain.video import Clip, ContrastFilters, FramePreparation, FrameSize, LensModel
from image_velocimetry_tools.numerics.stiv import TileReach
from image_velocimetry_tools.services.measured_project.rectified_frames import export_rectified_frames
from image_velocimetry_tools.services.measuring.tile_recorder import TileRecorder
from image_velocimetry_tools.services.project_setup.scaffold import scaffold_of
from image_velocimetry_tools.services.rectification.job_geometry import JobGeometryService
from image_velocimetry_tools.services.rectification.rectified_view import view_of
from image_velocimetry_tools.services.video_service import VideoService


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    path = film(mill_site(), mill_video(duration_s=0.5), tmp_path_factory.mktemp("film") / "mill.mp4")
    project = project_of_mill(path)
    return replace(project, video=replace(project.video, metadata=facts_of(path), clip=Clip(frame_step=4)))


def _shape(project: Project) -> tuple[int, int]:
    raster = view_of(project.calibration).raster
    return raster.height_px, raster.width_px


def _prepared(project: Project, preparation: FramePreparation, **video: object) -> Project:
    return replace(project, video=replace(project.video, preparation=preparation, **video))


def test_that_each_used_frame_of_the_clip_is_written_rectified(project: Project, tmp_path: Path) -> None:
    shares: list[float] = []
    written = export_rectified_frames(project, tmp_path / "new", progress=shares.append)
    assert project.video.path is not None
    count = len(VideoService().sample_times_s(project.video.path, project.video.clip))
    assert [path.name for path in written] == [f"t{number:05d}.jpg" for number in range(1, count + 1)]
    assert sorted((tmp_path / "new").glob("*.jpg")) == list(written)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert cv2.imread(str(written[0]), cv2.IMREAD_UNCHANGED).shape == _shape(project)


def test_that_a_world_file_beside_each_picture_says_where_it_lies(project: Project, tmp_path: Path) -> None:
    flipped = replace(project, calibration=replace(project.calibration, flip_x=True))
    for number, site in enumerate((project, flipped)):
        written = export_rectified_frames(site, tmp_path / str(number))
        placed = [path.with_suffix(".jgw") for path in written]
        assert sorted((tmp_path / str(number)).iterdir()) == sorted([*written, *placed])
        assert len({path.read_text("ascii") for path in placed}) == 1
        a, d, b, e, c, f = (float(line) for line in placed[0].read_text("ascii").splitlines())
        rows, columns = _shape(site)
        corners = np.array([[0.0, 0.0], [columns - 1.0, 0.0], [columns - 1.0, rows - 1.0]])
        found = [(a * x + b * y + c, d * x + e * y + f) for x, y in corners]
        np.testing.assert_allclose(found, view_of(site.calibration).raster.pixel_to_world(corners), rtol=1e-9)


def test_that_world_files_of_earlier_pictures_go_with_them(project: Project, tmp_path: Path) -> None:
    export_rectified_frames(project, tmp_path)
    (tmp_path / "t00900.jpg").touch()
    (tmp_path / "t00900.jgw").touch()
    export_rectified_frames(project, tmp_path)
    assert not (tmp_path / "t00900.jgw").exists()


@pytest.mark.parametrize(
    "preparation",
    [
        FramePreparation(),
        FramePreparation(normalize_luma=True, curve_preset="lighter"),
        FramePreparation(contrast=ContrastFilters(3.0, (4, 4), 2.0)),
        FramePreparation(lens=LensModel(-0.05, 0.01)),
        FramePreparation(stabilize=True),
    ],
    ids=["plain", "luma", "contrast", "lens", "steady"],
)
def test_that_what_is_exported_is_what_is_measured(preparation: FramePreparation, tmp_path: Path) -> None:
    """The tiles of the measurement are rectangles of the exported pictures, but for JPEG."""
    path = film(mill_site(), mill_video(duration_s=0.5, sway_px=2.0), tmp_path / "mill.mp4")
    project = project_of_mill(path)
    project = _prepared(project, preparation, metadata=facts_of(path))
    scaffold = scaffold_of(project)
    geometry = JobGeometryService().prepare(scaffold, facts_of(path), scaffold.water_surface_elevation_m)
    whole = np.rint(geometry.points.xy_px)
    geometry = replace(geometry, points=replace(geometry.points, xy_px=whole))
    tiles = TileRecorder(geometry, preparation, TileReach(8, 6)).record(path, Clip(), threads=1).tiles
    written = export_rectified_frames(project, tmp_path / "frames")
    assert len(written) == tiles.shape[3]
    for number in (0, len(written) - 1):
        picture = cv2.imread(str(written[number]), cv2.IMREAD_GRAYSCALE)
        for (x, y), tile in zip(whole.astype(int), tiles[..., number], strict=True):
            shown = picture[y - 6 : y + 7, x - 8 : x + 9]
            assert np.abs(shown.astype(int) - tile).mean() < 2.0


def test_that_a_frame_of_another_size_and_the_same_shape_fills_the_same_rectified_image(
    project: Project, tmp_path: Path
) -> None:
    first = cv2.imread(str(export_rectified_frames(project, tmp_path / "own")[0]), cv2.IMREAD_GRAYSCALE)
    for factor in (0.5, 2.0):
        calibrated = _scaled(project, factor)
        written = export_rectified_frames(calibrated, tmp_path / str(factor))
        picture = cv2.imread(str(written[0]), cv2.IMREAD_GRAYSCALE)
        assert picture.shape == _shape(calibrated)
        alike = cv2.resize(picture, first.shape[::-1], interpolation=cv2.INTER_AREA)
        assert np.corrcoef(alike.ravel(), first.ravel())[0, 1] > 0.9


def _scaled(project: Project, factor: float) -> Project:
    """The same site with a calibration image of another size."""
    calibration = project.calibration
    size = calibration.image_size
    assert size is not None
    points = tuple(
        replace(point, x_px=(point.x_px + 0.5) * factor - 0.5, y_px=(point.y_px + 0.5) * factor - 0.5)
        for point in calibration.points.points
        if point.x_px is not None and point.y_px is not None
    )
    larger = FrameSize(round(size.width_px * factor), round(size.height_px * factor))
    changed = replace(calibration, points=GroundControlPoints(points), image_size=larger)
    return replace(project, calibration=changed)


def test_that_frames_of_another_shape_are_refused_and_nothing_is_left(project: Project, tmp_path: Path) -> None:
    square = replace(project, calibration=replace(project.calibration, image_size=FrameSize(400, 400)))
    with pytest.raises(VideoError, match="shapes differ"):
        export_rectified_frames(square, tmp_path)
    assert not list(tmp_path.iterdir())


def test_that_a_picture_without_ground_is_not_exported_as_if_it_were_steady(project: Project, tmp_path: Path) -> None:
    flat = [np.full((216, 384), 90, dtype=np.uint8)] * 12
    path = write_frames(tmp_path / "flat.mp4", flat, np.arange(12) / 30)
    steady = _prepared(project, FramePreparation(stabilize=True), path=path, metadata=facts_of(path), clip=Clip())
    with pytest.raises(VideoError, match="cannot be stabilised"):
        export_rectified_frames(steady, tmp_path / "frames")
    assert not list((tmp_path / "frames").iterdir())


def test_that_older_frames_go_when_the_new_ones_are_complete(project: Project, tmp_path: Path) -> None:
    (tmp_path / "t00999.jpg").write_bytes(b"old")
    (tmp_path / "notes.txt").write_text("kept")
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(Cancelled):
        export_rectified_frames(project, tmp_path, cancel=stopped)
    assert (tmp_path / "t00999.jpg").exists()
    export_rectified_frames(project, tmp_path)
    assert not (tmp_path / "t00999.jpg").exists()
    assert (tmp_path / "notes.txt").exists()


def test_that_stopping_in_the_middle_leaves_nothing(project: Project, tmp_path: Path) -> None:
    stopped = threading.Event()

    def watch(share: float) -> None:
        if share > 0.6:
            stopped.set()

    with pytest.raises(Cancelled):
        export_rectified_frames(project, tmp_path, progress=watch, cancel=stopped)
    assert not list(tmp_path.iterdir())


def test_that_a_folder_that_cannot_be_made_is_told(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        export_rectified_frames(project, tmp_path / "file" / "frames")


def test_that_a_project_without_a_video_has_no_frames(project: Project, tmp_path: Path) -> None:
    with pytest.raises(IvyError, match="no video"):
        export_rectified_frames(replace(project, video=VideoSettings()), tmp_path)


def test_that_a_project_without_control_points_has_no_rectified_frames(project: Project, tmp_path: Path) -> None:
    with pytest.raises(IvyError):
        export_rectified_frames(replace(project, calibration=Calibration()), tmp_path)
    assert not list(tmp_path.iterdir())
