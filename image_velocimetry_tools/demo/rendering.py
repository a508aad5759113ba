"""From a scene to frames, and from frames to a video file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from ..domain.video import FrameSize, LensModel
from .scene import Scene, build_scene
from .site import SyntheticSite, SyntheticVideo
from .texture import CELLS_PER_WAVELENGTH, AdvectedTexture, Picture
from .truth import water_edges

Frame = NDArray[np.uint8]
WATER_GREY = 98.0
PERIOD_M = 16.0


def water_texture(site: SyntheticSite, video: SyntheticVideo) -> AdvectedTexture:
    """The surface of the water in the plane: rows from the left edge of water to the right one, columns downstream."""
    left, right = water_edges(site, video.level_m)
    cell = site.texture_wavelength_m / CELLS_PER_WAVELENGTH
    rows = int(np.ceil((right - left) / cell)) + 1
    velocity = video.profile.velocity_mps(np.arange(rows) * cell / (right - left))
    columns = 2 * round(PERIOD_M / cell / 2.0)
    return AdvectedTexture(velocity, columns, cell, float(1 / video.frame_rate_fps), video.life_s, video.seed)


def calibration_picture(site: SyntheticSite, video: SyntheticVideo) -> Frame:
    """The prepared first frame, free of lens distortion: the picture in which the control points are digitised."""
    still = replace(video, size=None, camera_offset_m=(0.0, 0.0, 0.0), sway_px=0.0)
    return next(_prepared_frames(site, still, LensModel(), site.camera.frame))


def frames(site: SyntheticSite, video: SyntheticVideo) -> Iterator[Frame]:
    """Decoded frames in order, uint8 grey (h, w), dropped ones included; before rotation, flip and lens correction."""
    turned = site.preparation.rotation_deg % 180 == 90
    source = video.size or site.source_size
    for picture in _prepared_frames(site, video, site.preparation.lens, source.transposed if turned else source):
        yield _unprepared(picture, site)


def _unprepared(picture: Frame, site: SyntheticSite) -> Frame:
    """Undo flip and rotation, which come in the order rotation, flip when frames are prepared."""
    if site.preparation.flip == "hflip":
        picture = picture[:, ::-1]
    elif site.preparation.flip == "vflip":
        picture = picture[::-1]
    return np.ascontiguousarray(np.rot90(picture, site.preparation.rotation_deg // 90))


def _prepared_frames(site: SyntheticSite, video: SyntheticVideo, lens: LensModel, seen: FrameSize) -> Iterator[Frame]:
    camera = site.camera.moved(video.camera_offset_m)
    scene = build_scene(site, camera, lens, seen, video.level_m, video.skew_deg)
    surface = _WaterSurface(site, video, scene)
    interval = float(1 / video.frame_rate_fps)
    for index in range(video.frame_count):
        picture = surface.over_ground(index)
        small = cv2.resize(picture, (seen.width_px, seen.height_px), interpolation=cv2.INTER_AREA)
        swayed = _swayed(np.asarray(small, dtype=np.float32), video.sway_px, index * interval)
        noise = np.random.default_rng([video.seed, 7, index]).standard_normal(swayed.shape, dtype=np.float32)
        yield np.clip(np.rint(swayed + np.float32(video.noise_grey) * noise), 0, 255).astype(np.uint8)


class _WaterSurface:
    """Puts the moving texture of the water into the supersampled picture of the ground."""

    def __init__(self, site: SyntheticSite, video: SyntheticVideo, scene: Scene) -> None:
        left, _ = water_edges(site, video.level_m)
        cell = site.texture_wavelength_m / CELLS_PER_WAVELENGTH
        self._texture = water_texture(site, video)
        columns = self._texture.picture(0).shape[1]
        rows, cols = np.flatnonzero(scene.is_water.any(axis=1)), np.flatnonzero(scene.is_water.any(axis=0))
        self._box = np.s_[_span(rows), _span(cols)]
        self._water = scene.is_water[self._box]
        self._ground = scene.ground.astype(np.float32)
        self._map_x = np.mod(scene.along_m[self._box] / np.float32(cell), columns).astype(np.float32)
        self._map_y = ((scene.streamline_m[self._box] - np.float32(left)) / np.float32(cell)).astype(np.float32)
        # A pixel that covers more than a wavelength shows only the mean.
        blur = scene.footprint_m[self._box] / site.texture_wavelength_m
        self._contrast = (video.contrast_grey / (1.0 + blur**4)).astype(np.float32)

    def over_ground(self, index: int) -> Picture:
        surface = self._texture.picture(index)
        # One column more on the right makes the picture periodic for the interpolation.
        periodic = np.concatenate([surface, surface[:, :1]], axis=1)
        seen = cv2.remap(periodic, self._map_x, self._map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        picture = self._ground.copy()
        picture[self._box][self._water] = (np.float32(WATER_GREY) + self._contrast * seen)[self._water]
        return picture


def _span(indices: NDArray[np.intp]) -> slice:
    return slice(int(indices[0]), int(indices[-1]) + 1) if indices.size else slice(0, 0)


def _swayed(picture: Picture, sway_px: float, time_s: float) -> Picture:
    if sway_px == 0.0:
        return picture
    shift_x, shift_y = sway_px * np.sin(2.0 * time_s), sway_px * np.sin(3.1 * time_s)
    move = np.array([[1.0, 0.0, shift_x], [0.0, 1.0, shift_y]])
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(cv2.warpAffine(picture, move, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101))


def render_video(site: SyntheticSite, video: SyntheticVideo, path: Path) -> None:
    """Write a video as H.264 in limited range, one thread so that the same seed gives the same file."""
    with av.open(str(path), "w") as container:
        if video.creation_time is not None:
            container.metadata["creation_time"] = video.creation_time.isoformat()
        stream = container.add_stream("libx264", rate=video.frame_rate_fps)
        size = video.size or site.source_size
        stream.width, stream.height, stream.pix_fmt = size.width_px, size.height_px, "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = Fraction(1) / video.frame_rate_fps
        stream.options = {"crf": str(video.crf), "preset": "veryfast"}
        for index, picture in enumerate(frames(site, video)):
            if index in video.dropped_frames:
                continue
            frame = av.VideoFrame.from_ndarray(_limited_range(picture), format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1) / video.frame_rate_fps
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _limited_range(picture: Frame) -> Frame:
    """Planes of a grey yuv420p frame: luma from 16 to 235, neutral chroma."""
    luma = np.rint(16.0 + picture * (219.0 / 255.0)).astype(np.uint8)
    height, width = picture.shape
    chroma = np.full((height // 2, width), 128, dtype=np.uint8)
    return np.concatenate([luma, chroma])
