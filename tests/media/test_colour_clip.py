"""Which frames of a video are shown when, and that a swaying camera is held still."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from known_rivers import film, mill_site, mill_video, opened

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.domain.video import Clip, FramePreparation, FrameSize
from image_velocimetry_tools.media.colour_clip import FrameView, SteadyView, evenly_timed_frames
from image_velocimetry_tools.media.probing import probe

GREY_OF_FIRST = 40
MakeFilm = Callable[..., Path]


@pytest.fixture
def make_film(tmp_path: Path) -> MakeFilm:
    """Writes a video whose frames are grey, each a level brighter than the one before."""

    def make(times_s: Sequence[float], name: str = "film.mp4") -> Path:
        ticks = Fraction(1, 12800)
        with av.open(str(tmp_path / name), "w") as container:
            stream = container.add_stream("libx264", rate=25, options={"bf": "2", "g": "12", "crf": "5"})
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            stream.codec_context.time_base = ticks
            for number, time_s in enumerate(times_s):
                luma = np.full((48, 64), GREY_OF_FIRST + number, dtype=np.uint8)
                chroma = np.full((24, 64), 128, dtype=np.uint8)
                frame = av.VideoFrame.from_ndarray(np.concatenate([luma, chroma]), format="yuv420p")
                frame.pts, frame.time_base = round(time_s / ticks), ticks
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return tmp_path / name

    return make


def numbers(path: Path, clip: Clip, rate_fps: float, longest_s: float = 100.0) -> list[int]:
    """The frames that are shown, by their number in the video."""
    shown = evenly_timed_frames(path, clip, rate_fps, longest_s)
    return [round(float(frame.to_ndarray(format="yuv420p")[:48].mean())) - GREY_OF_FIRST for _, frame in shown]


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv"])
def test_that_a_late_clip_begins_with_its_first_frame(make_film: MakeFilm, name: str) -> None:
    path = make_film(np.arange(150) / 25, name)
    assert numbers(path, Clip(4.0, 4.4), 25.0) == list(range(100, 110))


def test_that_a_slower_rate_leaves_frames_out(make_film: MakeFilm) -> None:
    assert numbers(make_film(np.arange(50) / 25), Clip(0.4, 0.8), 12.5) == [10, 12, 14, 16, 18]


def test_that_a_faster_rate_shows_frames_again(make_film: MakeFilm) -> None:
    assert numbers(make_film(np.arange(50) / 25), Clip(0.4, 0.48), 50.0) == [10, 10, 11, 11]


def test_that_a_gap_holds_the_last_frame(make_film: MakeFilm) -> None:
    path = make_film([0.0, 0.04, 0.08, 0.32, 0.36, 0.40])
    assert numbers(path, Clip(0.0, 0.40), 25.0) == [0, 1, 2, 2, 2, 2, 2, 2, 3, 4]


def test_that_a_clip_is_cut_to_the_longest_that_is_wished(make_film: MakeFilm) -> None:
    path = make_film(np.arange(50) / 25)
    shares = [share for share, _ in evenly_timed_frames(path, Clip(), 25.0, 0.2)]
    assert shares == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])


def test_that_a_clip_beyond_the_video_is_refused(make_film: MakeFilm) -> None:
    with pytest.raises(VideoError):
        list(evenly_timed_frames(make_film(np.arange(50) / 25), Clip(30.0, 40.0), 25.0, 5.0))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_that_places_follow_the_picture(turn: int) -> None:
    """A bright spot of the decoded frame stands where its prepared pixel is said to be shown."""
    decoded = np.zeros((48, 64, 3), dtype=np.uint8)
    decoded[8:12, 40:44] = 255
    how = FramePreparation(rotation_deg=turn, flip="hflip")
    view = FrameView(FrameSize(64, 48), 0, how, FrameSize(200, 150))
    picture = view.picture(av.VideoFrame.from_ndarray(decoded, format="bgr24")).astype(float).mean(axis=-1)
    seen = np.argwhere(picture > 128).mean(axis=0)[::-1]
    prepared = np.rot90(decoded[..., 0], -turn // 90)[:, ::-1]
    spot = np.argwhere(prepared > 128).mean(axis=0)[::-1]
    np.testing.assert_allclose(seen, view.places(spot[None])[0], atol=0.6)


def test_that_the_picture_of_a_swaying_camera_is_held_still(tmp_path: Path) -> None:
    site = mill_site()
    path = film(site, mill_video(sway_px=4.0), tmp_path / "sway.mp4")
    metadata = probe(path)
    view = FrameView(metadata.size, 0, opened(site).preparation, FrameSize(384, 216))
    edges = site.camera.project(np.column_stack([site.world_of(np.array([0.0, 6.0])), [site.level_m] * 2]))
    water = np.concatenate([edges + np.array([0, shift_px]) for shift_px in (-150, 0, 150)])
    steady = SteadyView(water)
    raw = [view.picture(frame) for _, frame in evenly_timed_frames(path, Clip(), 10.0, 2.0)]
    held = [steady.picture(picture) for picture in raw]
    ground = np.s_[20:-20, 10:60]

    def wander(pictures: list[np.ndarray]) -> float:
        first = pictures[0][ground].astype(float)
        return float(np.mean([np.abs(picture[ground].astype(float) - first).mean() for picture in pictures[1:]]))

    assert wander(held) < 0.5 * wander(raw)
