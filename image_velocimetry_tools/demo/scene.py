"""What a camera sees of a site: the still ground, and for every pixel the spot of the water surface behind it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..domain.video import FrameSize, LensModel
from .camera import PinholeCamera
from .site import SyntheticSite
from .texture import Picture, random_texture
from .truth import water_edges

FloatArray = NDArray[np.float64]
SUPERSAMPLING = 2
GROUND_CELL_M = 0.02
GROUND_CELLS = 512
GROUND_GREY = 122.0
GROUND_CONTRAST_GREY = 24.0
SKY_GREY = 205.0
HAZE_M = 60.0
TARGET_RADIUS_PX = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Maps of a frame at ``SUPERSAMPLING`` times its resolution, shape (h, w).

    ``streamline_m`` is the station at which the streamline through the spot crosses the section and ``along_m`` the
    distance along it; both are meaningless where ``is_water`` is false. ``footprint_m`` is the length of water that
    one pixel of the frame covers.
    """

    ground: FloatArray
    is_water: NDArray[np.bool_]
    streamline_m: Picture
    along_m: Picture
    footprint_m: Picture


def pinhole_pixels(frame: FrameSize, lens: LensModel, factor: int, seen: FrameSize) -> FloatArray:
    """Pixels (h, w, 2) of the lens-free ``frame`` that the samples of a frame of size ``seen`` look at.

    The samples are ``factor`` per pixel and axis.
    """
    x = ((np.arange(seen.width_px * factor) + 0.5) / factor) * (frame.width_px / seen.width_px) - 0.5
    y = ((np.arange(seen.height_px * factor) + 0.5) / factor) * (frame.height_px / seen.height_px) - 0.5
    pixels = np.stack(np.meshgrid(x, y), axis=-1)
    if lens.is_identity:
        return pixels
    offset = pixels - _lens_centre(frame, lens)
    half_diagonal = np.hypot(frame.width_px, frame.height_px) / 2.0
    bent = np.linalg.norm(offset, axis=-1) / half_diagonal
    radius = bent.copy()
    for _ in range(30):
        excess = radius * (1.0 + lens.k1 * radius**2 + lens.k2 * radius**4) - bent
        radius -= excess / (1.0 + 3.0 * lens.k1 * radius**2 + 5.0 * lens.k2 * radius**4)
    ratio = np.divide(radius, bent, out=np.ones_like(bent), where=bent > 0.0)
    return np.asarray(_lens_centre(frame, lens) + offset * ratio[..., None])


def bent_pixels(pixels: FloatArray, frame: FrameSize, lens: LensModel) -> FloatArray:
    """Where the lens shows what an ideal lens would show at ``pixels`` (n, 2)."""
    offset = pixels - _lens_centre(frame, lens)
    squared = np.sum(offset**2, axis=-1, keepdims=True) / ((frame.width_px**2 + frame.height_px**2) / 4.0)
    return np.asarray(_lens_centre(frame, lens) + offset * (1.0 + lens.k1 * squared + lens.k2 * squared**2))


def _lens_centre(frame: FrameSize, lens: LensModel) -> FloatArray:
    # ffmpeg's filter, whose model this is, cuts the fraction of the pixel off.
    return np.array([int(lens.centre_x * frame.width_px), int(lens.centre_y * frame.height_px)], dtype=float)


def build_scene(
    site: SyntheticSite, camera: PinholeCamera, lens: LensModel, seen: FrameSize, level_m: float, skew_deg: float
) -> Scene:
    """Cast a ray through every sample of a frame: to the water plane, or to the ground if that is nearer."""
    pixels = pinhole_pixels(camera.frame, lens, SUPERSAMPLING, seen)
    rays = camera.rays(pixels).reshape(-1, 3)
    shape = pixels.shape[:2]
    to_ground, arc = _ground_hits(site, camera, rays)
    with np.errstate(divide="ignore", invalid="ignore"):
        to_water = (level_m - camera.position_m[2]) / rays[:, 2]
    station, along = _station_along(site, camera, rays, to_water)
    left, right = water_edges(site, level_m)
    water = (to_water > 0.0) & (to_water < to_ground) & (station > left) & (station < right)
    ground = _ground_picture(site, camera, rays, to_ground, arc, shape)
    _draw_targets(ground, site, camera, lens, seen)
    slant = np.radians(skew_deg)
    return Scene(
        ground=ground,
        is_water=water.reshape(shape),
        streamline_m=_picture(np.where(water, station - along * np.tan(slant), 0.0), shape),
        along_m=_picture(np.where(water, along / np.cos(slant), 0.0), shape),
        footprint_m=_footprint(np.where(water, to_water, 0.0), rays, camera).reshape(shape),
    )


def _picture(values: FloatArray, shape: tuple[int, ...]) -> Picture:
    return values.reshape(shape).astype(np.float32)


def _station_along(
    site: SyntheticSite, camera: PinholeCamera, rays: FloatArray, length: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Station and distance downstream of the points at ``length`` along each ray."""
    start = np.array(camera.position_m[:2]) - np.array(site.origin_m)
    reach = np.where(np.isfinite(length), length, 0.0)
    return (
        start @ site.across + reach * (rays[:, :2] @ site.across),
        start @ site.downstream + reach * (rays[:, :2] @ site.downstream),
    )


def _ground_hits(site: SyntheticSite, camera: PinholeCamera, rays: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Distance along each ray to the ground, in ray lengths, and the arc length of the section where it hits.

    The ground is the section drawn out along the channel, with level banks beyond its ends.
    """
    station = np.concatenate([[-1e4], site.station_m, [1e4]])
    elevation = np.concatenate([[site.elevation_m[0]], site.elevation_m, [site.elevation_m[-1]]])
    arc = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(station), np.diff(elevation)))])
    start = np.array([(np.array(camera.position_m[:2]) - np.array(site.origin_m)) @ site.across, camera.position_m[2]])
    across, up = rays[:, :2] @ site.across, rays[:, 2]
    nearest, hit_arc = np.full(len(rays), np.inf), np.zeros(len(rays))
    for i in range(len(station) - 1):
        run, rise = station[i + 1] - station[i], elevation[i + 1] - elevation[i]
        with np.errstate(divide="ignore", invalid="ignore"):
            determinant = rise * across - run * up
            gap = (station[i] - start[0], elevation[i] - start[1])
            length = (rise * gap[0] - run * gap[1]) / determinant
            share = (up * gap[0] - across * gap[1]) / determinant
        hit = (length > 0.0) & (length < nearest) & (share >= 0.0) & (share <= 1.0)
        nearest[hit] = length[hit]
        hit_arc[hit] = arc[i] + share[hit] * (arc[i + 1] - arc[i])
    return nearest, hit_arc


def _ground_picture(
    site: SyntheticSite,
    camera: PinholeCamera,
    rays: FloatArray,
    length: FloatArray,
    arc: FloatArray,
    shape: tuple[int, ...],
) -> FloatArray:
    """Grey levels of grass and stones, fading into the haze of the distance."""
    texture = random_texture((GROUND_CELLS, GROUND_CELLS), 7.0, np.random.default_rng([site.seed, 99]))
    _, along = _station_along(site, camera, rays, length)
    x = _picture(np.mod(arc / GROUND_CELL_M, GROUND_CELLS), shape)
    y = _picture(np.mod(along / GROUND_CELL_M, GROUND_CELLS), shape)
    sample = cv2.remap(texture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    reach = length.reshape(shape)
    clearness = np.exp(-np.where(np.isfinite(reach), reach, 0.0) / HAZE_M)
    grey = GROUND_GREY + GROUND_CONTRAST_GREY * sample * clearness + (1.0 - clearness) * (SKY_GREY - GROUND_GREY)
    return np.where(np.isfinite(reach), grey, SKY_GREY)


def _footprint(length: FloatArray, rays: FloatArray, camera: PinholeCamera) -> Picture:
    """Length of level ground under one pixel in the direction of view, metres."""
    sight = np.linalg.norm(rays, axis=1)
    sine = np.maximum(np.abs(rays[:, 2]) / sight, 1e-6)
    return np.asarray(length * sight / camera.focal_px / sine, dtype=np.float32)


def _draw_targets(
    ground: FloatArray, site: SyntheticSite, camera: PinholeCamera, lens: LensModel, seen: FrameSize
) -> None:
    """Paint black and white targets on the ground where the control points are."""
    pixels = bent_pixels(camera.project(np.array(site.control_points_m)), camera.frame, lens)
    scale = np.array([seen.width_px / camera.frame.width_px, seen.height_px / camera.frame.height_px])
    centres = (pixels + 0.5) * scale * SUPERSAMPLING - 0.5
    rows, columns = np.indices(ground.shape)
    for x, y in centres[np.isfinite(centres).all(axis=1)]:
        dx, dy = columns - x, rows - y
        inside = np.hypot(dx, dy) <= TARGET_RADIUS_PX * SUPERSAMPLING
        ground[inside] = np.where(dx[inside] * dy[inside] > 0.0, 20.0, 245.0)
