"""From a clip to tiles: the same pixels as in the whole rectified picture, and nothing but them."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from known_rivers import FRAME, LEVEL_M, facts_of, film, luma_of_video, mill_site, mill_video, opened, write_frames

from image_velocimetry_tools.demo import SyntheticSite
from image_velocimetry_tools.demo.truth import water_edges
from image_velocimetry_tools.domain.errors import Cancelled, VideoError
from image_velocimetry_tools.domain.scaffold import Scaffold
from image_velocimetry_tools.domain.video import Clip, ContrastFilters, FramePreparation, FrameSize, LensModel
from image_velocimetry_tools.media.decoding import Frame
from image_velocimetry_tools.numerics.contrast import apply, clahe, curve_lut, luma_lut
from image_velocimetry_tools.numerics.frame_geometry import FrameGeometry
from image_velocimetry_tools.numerics.raster import remap, source_maps
from image_velocimetry_tools.numerics.registration import WINDOW_PX
from image_velocimetry_tools.numerics.stiv import TileReach
from image_velocimetry_tools.services.measuring import tile_recorder
from image_velocimetry_tools.services.measuring.tile_recorder import Recording, TileRecorder
from image_velocimetry_tools.services.rectification.job_geometry import JobGeometry, JobGeometryService
from image_velocimetry_tools.services.rectification.static_ground import static_ground

REACH = TileReach(7, 5)


def prepared(scaffold: Scaffold, size: FrameSize = FRAME) -> JobGeometry:
    """Geometry whose points lie on whole pixels of the raster, so that tiles are rectangles of it."""
    geometry = JobGeometryService().prepare(scaffold, facts_of(size=size), LEVEL_M)
    return replace(geometry, points=replace(geometry.points, xy_px=np.rint(geometry.points.xy_px)))


def whole_rectified(geometry: JobGeometry, frame: np.ndarray, frames: FrameGeometry | None) -> np.ndarray:
    raster = geometry.raster
    maps = source_maps(raster, geometry.camera, LEVEL_M, 0, 0, raster.width_px, raster.height_px, frames)
    return np.asarray(remap(frame, *maps))


def rectangles(picture: np.ndarray, geometry: JobGeometry) -> np.ndarray:
    corners = geometry.points.xy_px.astype(int) - REACH
    height, width = REACH.shape
    return np.stack([picture[y : y + height, x : x + width] for x, y in corners])


def largest_difference(left: np.ndarray, right: np.ndarray) -> int:
    return int(np.abs(left.astype(int) - right.astype(int)).max())


def record(path: Path, scaffold: Scaffold, clip: Clip | None = None, **options: Any) -> Recording:
    geometry = prepared(scaffold)
    return TileRecorder(geometry, scaffold.preparation, REACH).record(path, clip or Clip(), threads=1, **options)


# -- which pixels -----------------------------------------------------------------------------------------------------


def test_that_tiles_are_rectangles_of_the_whole_rectified_picture(mill_path: Path) -> None:
    scaffold = opened(mill_site())
    geometry = prepared(scaffold)
    recording = record(mill_path, scaffold)
    pictures = luma_of_video(mill_path)
    assert recording.tiles.shape == (20, *REACH.shape, len(pictures))
    for index in (0, 17, len(pictures) - 1):
        expected = rectangles(whole_rectified(geometry, pictures[index], None), geometry)
        np.testing.assert_array_equal(recording.tiles[..., index], expected)


@pytest.mark.parametrize(
    ("preparation", "tolerance"),
    [
        (FramePreparation(rotation_deg=90), 0),
        (FramePreparation(rotation_deg=270), 0),
        (FramePreparation(flip="hflip"), 0),
        (FramePreparation(rotation_deg=180, flip="vflip"), 0),
        (FramePreparation(lens=LensModel(k1=-0.12, k2=0.02)), 12),
    ],
    ids=["90", "270", "hflip", "180 vflip", "lens"],
)
def test_that_tiles_are_those_of_frames_that_were_prepared_as_a_whole(
    preparation: FramePreparation, tolerance: int, tmp_path: Path
) -> None:
    """The lens may differ by what interpolating twice costs."""
    site = mill_site(preparation=preparation)
    size = FRAME.transposed if preparation.rotation_deg in (90, 270) else FRAME
    shape = (12, size.height_px // 6, size.width_px // 6)
    pictures = np.random.default_rng(6).integers(20, 230, shape)
    smooth = [np.kron(p, np.ones((6, 6))).astype(np.uint8) for p in pictures]
    path = write_frames(tmp_path / "video.mp4", smooth, np.arange(12) / 30)
    scaffold = opened(site)
    geometry = prepared(scaffold, size)
    recording = TileRecorder(geometry, preparation, REACH).record(path, Clip(), threads=1)
    whole = geometry.frames.picture(luma_of_video(path)[7])
    expected = rectangles(whole_rectified(geometry, whole, None), geometry)
    difference = np.abs(recording.tiles[..., 7].astype(int) - expected.astype(int))
    # cv2 rounds places to 1/32 px, and rounds up or down depending on the side from which it counts
    assert difference.mean() <= tolerance / 8 + 1.0
    assert np.percentile(difference, 90) <= tolerance + 3


def test_that_luma_and_curve_are_those_of_whole_frames(mill_path: Path) -> None:
    how = FramePreparation(normalize_luma=True, curve_preset="increase_contrast")
    scaffold = replace(opened(mill_site()), preparation=how)
    geometry = prepared(scaffold)
    recording = record(mill_path, scaffold)
    toned = apply(apply(luma_of_video(mill_path)[9], luma_lut(False)), curve_lut("increase_contrast", full_range=True))
    expected = rectangles(whole_rectified(geometry, toned, None), geometry)
    assert largest_difference(recording.tiles[..., 9], expected) <= 3
    plain = record(mill_path, opened(mill_site())).tiles[..., 9]
    assert largest_difference(recording.tiles[..., 9], plain) > 10


def test_that_contrast_filters_work_on_whole_frames(mill_path: Path) -> None:
    how = FramePreparation(contrast=ContrastFilters(clahe_clip_limit=3.0))
    scaffold = replace(opened(mill_site()), preparation=how)
    geometry = prepared(scaffold)
    filtered = clahe(luma_of_video(mill_path)[5], 3.0, (8, 8))
    expected = rectangles(whole_rectified(geometry, filtered, None), geometry)
    np.testing.assert_array_equal(record(mill_path, scaffold).tiles[..., 5], expected)


def test_that_automatic_contrast_keeps_the_limits_of_the_first_frame(tmp_path: Path) -> None:
    """Limits that followed every frame would themselves be a motion in the space-time image."""
    gradient = np.tile(np.linspace(60, 160, FRAME.width_px), (FRAME.height_px, 1)).astype(np.uint8)
    brighter = [np.clip(gradient.astype(int) + 2 * i, 0, 255).astype(np.uint8) for i in range(12)]
    path = write_frames(tmp_path / "video.mp4", brighter, np.arange(12) / 30)
    how = FramePreparation(contrast=ContrastFilters(auto_contrast_percent=1.0))
    recording = record(path, replace(opened(mill_site()), preparation=how))
    level = recording.tiles.reshape(-1, 12).mean(axis=0)
    assert (np.diff(level) > 2).all()


def test_that_a_frame_outside_the_view_leaves_black(mill_path: Path) -> None:
    geometry = prepared(opened(mill_site()))
    away = geometry.points.xy_px.copy()
    away[3] = (-500.0, -500.0)
    moved = replace(geometry, points=replace(geometry.points, xy_px=away))
    tiles = TileRecorder(moved, FramePreparation(), REACH).record(mill_path, Clip(), threads=1).tiles
    assert (tiles[3] == 0).all()
    assert (tiles[4] > 0).any()


# -- which frames -----------------------------------------------------------------------------------------------------


def test_that_a_clip_and_its_step_pick_the_frames(mill_path: Path) -> None:
    scaffold = opened(mill_site())
    whole = record(mill_path, scaffold)
    part = record(mill_path, scaffold, Clip(0.5, 1.7, 3))
    np.testing.assert_allclose(part.times_s, np.arange(15, 52, 3) / 30, atol=1e-6)
    np.testing.assert_array_equal(part.tiles, whole.tiles[..., 15:52:3])
    np.testing.assert_array_equal(part.scene_levels, whole.scene_levels[15:52:3])
    assert len(part.differences) == len(part.times_s) - 1


def test_that_fewer_than_ten_frames_are_refused(mill_path: Path) -> None:
    scaffold = opened(mill_site())
    assert len(record(mill_path, scaffold, Clip(0.0, 0.3)).times_s) == 10
    with pytest.raises(VideoError, match="holds only 9 frames where at least 10 are needed") as caught:
        record(mill_path, scaffold, Clip(0.0, 0.27))
    assert caught.value.stage == "decode"


def test_that_a_broken_tail_is_told(mill_path: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(_with_damage(mill_path.read_bytes()))
    recording = record(cut, opened(mill_site()))
    assert "can be read only up to" in recording.truncation
    assert 10 <= len(recording.times_s) < 60


def _with_damage(content: bytes) -> bytes:
    """The file without the last third of its pictures; the index stays."""
    start = content.index(b"mdat") + 4
    size = int.from_bytes(content[start - 8 : start - 4], "big") - 8
    lost = size // 3
    return content[: start + size - lost] + bytes(lost) + content[start + size :]


def test_that_the_first_prepared_frame_is_kept_for_registration(tmp_path: Path) -> None:
    site = mill_site(preparation=FramePreparation(flip="hflip"))
    path = film(site, mill_video(duration_s=0.5), tmp_path / "video.mp4")
    recording = record(path, opened(site), Clip(0.1))
    first = luma_of_video(path)[3]
    np.testing.assert_array_equal(recording.first_frame, first[:, ::-1])


def test_that_the_first_frame_outlives_the_decoder(mill_path: Path) -> None:
    recording = record(mill_path, opened(mill_site()))
    np.testing.assert_array_equal(recording.first_frame, luma_of_video(mill_path)[0])


def test_that_scene_levels_and_differences_are_those_of_the_frames(mill_path: Path) -> None:
    recording = record(mill_path, opened(mill_site()))
    pictures = [picture.astype(float) for picture in luma_of_video(mill_path)]
    levels = [picture.mean() for picture in pictures]
    np.testing.assert_allclose(recording.scene_levels, levels, atol=2.0)
    changes = [np.abs(after - before).mean() for before, after in pairwise(pictures)]
    np.testing.assert_allclose(recording.differences, changes, rtol=0.25)


def test_that_times_are_measured_apart_and_progress_rises(mill_path: Path) -> None:
    shares: list[float] = []
    recording = record(mill_path, opened(mill_site()), progress=shares.append)
    assert recording.decode_s > 0
    assert recording.rectify_s > 0
    assert shares == sorted(shares)
    assert len(shares) >= 5
    assert 0.0 <= shares[0] < shares[-1] <= 1.0


def test_that_cancelling_stops_the_recording(mill_path: Path) -> None:
    class AfterFive:
        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 5

    with pytest.raises(Cancelled):
        record(mill_path, opened(mill_site()), cancel=AfterFive())


# -- how much is kept -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PromisedMetadata:
    duration_s: float
    frame_rate_fps: float = 30.0


class MadeUpClip:
    """Frames that are made one at a time, and of which it is known whether anyone still holds them."""

    full_range = False
    is_truncated = False
    message = ""

    def __init__(self, frames: int, promised: int) -> None:
        self.metadata = PromisedMetadata(promised / 30.0)
        self.frame_times_s = np.arange(frames) / 30.0
        self.frames = frames
        self.most_alive = 0

    def __iter__(self) -> Iterator[Frame]:
        alive: list[weakref.ref[np.ndarray]] = []
        for index in range(self.frames):
            luma = np.full((FRAME.height_px, FRAME.width_px), index % 251, dtype=np.uint8)
            alive.append(weakref.ref(luma))
            yield Frame(index, index / 30.0, luma)
            del luma
            self.most_alive = max(self.most_alive, sum(reference() is not None for reference in alive))

    def require_frames(self, fewest: int) -> None:
        assert self.frames >= fewest


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> Any:
    def install(frames: int, promised: int) -> MadeUpClip:
        clip = MadeUpClip(frames, promised)

        @contextmanager
        def open_made_up(path: Path, clip_: Clip, **options: Any) -> Iterator[MadeUpClip]:
            yield clip

        monkeypatch.setattr(tile_recorder, "open_clip", open_made_up)
        return clip

    return install


@pytest.mark.parametrize(("frames", "promised"), [(200, 200), (200, 12), (64, 0), (65, 400), (400, 64)])
def test_that_every_frame_is_kept_whatever_number_was_promised(made_up: Any, frames: int, promised: int) -> None:
    made_up(frames, promised)
    tiles = record(Path("any.mp4"), opened(mill_site())).tiles
    assert tiles.shape[3] == frames
    np.testing.assert_array_equal(tiles[2, 3, 4], np.arange(frames) % 251)
    np.testing.assert_array_equal(tiles[19, -1, -1], np.arange(frames) % 251)


def test_that_whole_frames_are_forgotten_at_once(made_up: Any) -> None:
    """Only the first one is kept, for registration, whatever the length of the clip."""
    clip = made_up(150, 150)
    record(Path("any.mp4"), opened(mill_site()))
    assert clip.most_alive <= 3


def test_that_the_memory_grows_with_the_tiles_only(made_up: Any) -> None:
    import tracemalloc

    scaffold = opened(mill_site())
    geometry = prepared(scaffold)
    recorder = TileRecorder(geometry, scaffold.preparation, REACH)
    made_up(300, 300)
    tracemalloc.start()
    try:
        tiles = recorder.record(Path("any.mp4"), Clip()).tiles
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    frame = FRAME.width_px * FRAME.height_px
    assert 300 * frame > 5 * tiles.nbytes
    assert peak < 1.5 * tiles.nbytes + 12 * frame


# -- static ground and stabilisation ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rotation_deg", [0, 90])
def test_that_no_feature_to_track_lies_on_the_water(rotation_deg: int) -> None:
    """The window of a feature may not reach into water either: the tracker shrinks the ground by it."""
    site = mill_site(preparation=FramePreparation(rotation_deg=rotation_deg))
    size = FRAME if rotation_deg == 0 else FRAME.transposed
    geometry = JobGeometryService().prepare(opened(site), facts_of(size=size), LEVEL_M)
    mask = static_ground(geometry, (size.height_px, size.width_px))
    assert set(np.unique(mask)) == {0, 255}
    ground = cv2.erode(mask, np.ones((WINDOW_PX, WINDOW_PX), np.uint8))
    water = geometry.frames.to_decoded(_pixels_of_water(site)).round().astype(int)
    assert len(water) > 1000
    assert (ground[water[:, 1], water[:, 0]] == 0).all()
    assert (mask[water[:, 1], water[:, 0]] == 0).mean() > 0.95
    assert (ground == 255).mean() > 0.2


def _pixels_of_water(site: SyntheticSite) -> np.ndarray:
    """Pixels (n, 2) of the camera's frame that show water up to three widths from the section."""
    left, right = water_edges(site, LEVEL_M)
    reach = 2.95 * (right - left)
    station, along = np.meshgrid(np.linspace(left, right, 80), np.linspace(-reach, reach, 400))
    ground = site.world_of(station.ravel(), along.ravel())
    pixels = site.camera.project(np.column_stack([ground, np.full(len(ground), LEVEL_M)]))
    inside = (pixels >= 0).all(axis=1) & (pixels[:, 0] <= FRAME.width_px - 1) & (pixels[:, 1] <= FRAME.height_px - 1)
    return np.asarray(pixels[inside])


def test_that_the_banks_are_static_ground() -> None:
    site = mill_site()
    geometry = JobGeometryService().prepare(opened(site), facts_of(), LEVEL_M)
    mask = static_ground(geometry, (FRAME.height_px, FRAME.width_px))
    control = np.rint(site.camera.project(np.array(site.control_points_m))).astype(int)
    inside = (control >= 0).all(axis=1) & (control[:, 0] < FRAME.width_px) & (control[:, 1] < FRAME.height_px)
    assert inside.sum() >= 6
    assert (mask[control[inside, 1], control[inside, 0]] == 255).all()
    assert 0.15 < (mask == 255).mean() < 0.9


def test_that_stabilisation_holds_the_ground_still(tmp_path: Path) -> None:
    """Tiles on the banks: with a camera that sways by 3 px their pixels stay the same only if it is undone."""
    steady, swaying = mill_site(), mill_site(preparation=FramePreparation(stabilize=True))
    path = film(steady, mill_video(sway_px=3.0, duration_s=1.2), tmp_path / "video.mp4")
    geometry = prepared(opened(steady))
    banks = geometry.raster.world_to_pixel(np.array(steady.control_points_m)[:, :2] + [0.15, 0.1])
    seen = np.isfinite(geometry.to_decoded(banks)).all(axis=1)
    on_ground = replace(geometry, points=replace(geometry.points, xy_px=np.rint(banks[seen])))
    flicker = [
        float(TileRecorder(on_ground, site.preparation, REACH).record(path, Clip(), threads=1).tiles.std(axis=3).mean())
        for site in (steady, swaying)
    ]
    assert flicker[1] < 0.5 * flicker[0]


def test_that_a_reliable_stabilisation_counts_no_bad_frames(tmp_path: Path) -> None:
    site = mill_site(preparation=FramePreparation(stabilize=True))
    path = film(site, mill_video(sway_px=3.0, duration_s=1.2), tmp_path / "video.mp4")
    assert record(path, opened(site)).unreliable_frames == 0


def test_that_frames_that_show_no_ground_are_counted(tmp_path: Path) -> None:
    """Someone holds a sheet of paper before the lens for five frames."""
    site = mill_site(preparation=FramePreparation(stabilize=True))
    path = film(site, mill_video(duration_s=1.2), tmp_path / "video.mp4")
    pictures = luma_of_video(path)
    for index in range(12, 17):
        pictures[index] = np.full_like(pictures[index], 140)
    covered = write_frames(tmp_path / "covered.mp4", pictures, np.arange(len(pictures)) / 30)
    assert record(covered, opened(site)).unreliable_frames == 5


def test_that_a_picture_without_ground_cannot_be_stabilised(tmp_path: Path) -> None:
    flat = [np.full((FRAME.height_px, FRAME.width_px), 90 + i, dtype=np.uint8) for i in range(12)]
    path = write_frames(tmp_path / "video.mp4", flat, np.arange(12) / 30)
    with pytest.raises(VideoError, match="cannot be stabilised: too little static ground") as caught:
        record(path, opened(mill_site(preparation=FramePreparation(stabilize=True))))
    assert caught.value.stage == "decode"
    assert "Turn stabilisation off" in caught.value.remedy
