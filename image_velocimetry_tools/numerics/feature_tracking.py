"""Surface velocity from features that are followed from picture to picture.

Features are corners (Shi and Tomasi, 1994), followed by the pyramidal form (Bouguet, 2001) of the image registration of
Lucas and Kanade (1981), forward and back, as in KLT-IV (Perks, 2020). The features of one place that move alike give
its velocity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
Pictures = NDArray[np.uint8]

FEWEST_TRACKS = 10
"""With fewer tracks there is no telling what moves together."""

# rounding alone makes about a third of a grey level
_STILL_LEVELS = 0.5
# less contrast than this share of the usual is that of ground: noise, which must not be made texture
_LEAST_CONTRAST = 0.5
# grey levels are stretched so that this many standard deviations fill the range of a byte
_RANGE_DEVIATIONS = 4.0
# tracks within this share of the usual speed, or these pixels per frame, of each other move alike
_ALIKE_SHARE = 0.25
_ALIKE_PX = 0.03
_MOST_COMPARED = 600
_ROUNDS = 12
_PARTS = 4
# slower flow is compared with this speed, px/frame, in relative figures
_SLOW_PX = 0.1
_ITERATIONS = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 30, 0.005)


@dataclass(frozen=True, slots=True)
class TrackingSettings:
    """How features are found and followed.

    ``window_px`` is the side of the square that is compared, ``pyramid_levels`` how often the picture is halved to
    follow faster motion. Up to ``max_features`` corners, ``feature_distance_px`` apart and at least
    ``feature_quality`` times as strong as the strongest, are found every ``track_frames`` frames and followed until
    the next are; a track counts from ``shortest_track_frames`` on. A step counts if following it back ends within
    ``forward_backward_px`` of its start.
    """

    window_px: int = 15
    pyramid_levels: int = 2
    max_features: int = 60
    feature_quality: float = 0.05
    feature_distance_px: float = 4.0
    track_frames: int = 10
    shortest_track_frames: int = 3
    forward_backward_px: float = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Features that were followed.

    ``velocity_px`` (n, 2) px/frame in x and y, ``place_px`` (n, 2) their mean places, ``frames`` (n,) how long each was
    followed, ``start`` (n,) the frame in which it was found. ``lost_px`` (m, 2) are the places of features that could
    not be followed far enough; those that left the tile are not among them.
    """

    velocity_px: FloatArray
    place_px: FloatArray
    frames: FloatArray
    start: NDArray[np.int64]
    lost_px: FloatArray

    def __len__(self) -> int:
        return len(self.frames)

    def chosen(self, mask: NDArray[np.bool_]) -> Tracks:
        """Some of the tracks, and all features that were lost."""
        return Tracks(self.velocity_px[mask], self.place_px[mask], self.frames[mask], self.start[mask], self.lost_px)

    def near_line(self, point_px: FloatArray, direction: FloatArray, width_px: float) -> Tracks:
        """What drifts through a strip along the line through a point (2,) in a direction (2,), a unit vector.

        The velocities are those on the line: what they change by across the strip is taken off.
        """
        normal = np.array([-direction[1], direction[0]])
        across_px = (self.place_px - point_px) @ normal
        is_near = np.abs(across_px) <= 0.5 * width_px
        near = self.chosen(is_near)
        shear = _slope(across_px[is_near], near.velocity_px, 0.25 * width_px)
        return replace(
            near,
            velocity_px=near.velocity_px - across_px[is_near, None] * shear,
            lost_px=self.lost_px[np.abs((self.lost_px - point_px) @ normal) <= 0.5 * width_px],
        )


@dataclass(frozen=True, slots=True, eq=False)
class CommonMotion:
    """The velocity (2,), px/frame in x and y, of the largest group of tracks that move alike.

    ``agreement`` is the share of all features found that belong to the group, ``rival`` the size of the largest other
    group relative to it, ``spread`` the relative disagreement of four parts of the clip, NaN if too few tracks are in
    them. ``count`` is the number of tracks of the group.
    """

    velocity_px: FloatArray
    agreement: float
    rival: float
    spread: float
    count: int

    @property
    def speed_px(self) -> float:
        """Length of the velocity, px/frame."""
        return float(np.hypot(*self.velocity_px))


def moving_pictures(fluctuations: Float32Array) -> Pictures | None:
    """Pictures (n_frames, height, width) of what changes in a tile (height, width, n_frames), None if nothing does.

    The mean over time being taken off, ground and bed that show through hold no features that stand still and would be
    followed in place of the water. Contrast is evened out as well, since shade and the grid of the camera's pixels
    modulate the texture that drifts through them; where little changes, it is left low.
    """
    deviation = fluctuations.std(axis=2, dtype=np.float32)
    # not the median: half of the tile of a point near a bank may be ground
    usual = float(np.quantile(deviation, 0.75))
    if usual < _STILL_LEVELS:
        return None
    scale = np.float32(127.0 / _RANGE_DEVIATIONS) / np.maximum(deviation, np.float32(_LEAST_CONTRAST * usual))
    levels = (fluctuations * scale[..., None]).transpose(2, 0, 1) + np.float32(128.0)
    return np.ascontiguousarray(np.clip(np.rint(levels), 0, 255).astype(np.uint8))


def fastest_px(settings: TrackingSettings, tile_shape: tuple[int, int]) -> float:
    """The largest displacement per frame that can be followed in a tile (height, width), pixels.

    At the coarsest level of the pyramid a feature must not leave the half of its window (Bouguet, 2001), nor may it
    cross the tile in fewer frames than the shortest track has.
    """
    half, margin = settings.window_px // 2, margin_px(settings)
    smallest = min(tile_shape)
    levels = [level for level in range(settings.pyramid_levels + 1) if smallest / 2**level > settings.window_px]
    across = (max(tile_shape) - 2 * margin) / (settings.shortest_track_frames + 1)
    return float(min(half * 2 ** max(levels, default=0), across))


def least_side_px(settings: TrackingSettings) -> int:
    """The smallest side of a tile in which all levels of the pyramid exist, pixels."""
    # OpenCV halves no further than to the size of the window
    return 1 + settings.window_px * 2**settings.pyramid_levels


def margin_px(settings: TrackingSettings) -> int:
    """Pixels at the border of a tile in which no feature is followed, since its window would leave the tile."""
    return settings.window_px // 2


def follow_features(
    pictures: Pictures,
    frame_numbers: NDArray[np.int64],
    settings: TrackingSettings,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Tracks:
    """Follow the features of a tile through its pictures.

    Parameters
    ----------
    pictures
        What moves, shape (n_pictures, height, width).
    frame_numbers
        When each was taken (n_pictures,), in intervals of the clip; a gap makes the step over it longer.
    is_stopped
        Asked now and then; if it answers true, what was found up to then is returned.
    """
    generations = []
    for first in range(0, len(pictures) - settings.shortest_track_frames, settings.track_frames):
        if is_stopped():
            break
        chosen = slice(first, first + settings.track_frames + 1)
        generations.append(_generation(pictures[chosen], frame_numbers[chosen], settings))
    if not generations:
        return Tracks(np.empty((0, 2)), np.empty((0, 2)), np.empty(0), np.empty(0, dtype=np.int64), np.empty((0, 2)))
    return Tracks(
        np.concatenate([tracks.velocity_px for tracks in generations]),
        np.concatenate([tracks.place_px for tracks in generations]),
        np.concatenate([tracks.frames for tracks in generations]),
        np.concatenate([tracks.start for tracks in generations]),
        np.concatenate([tracks.lost_px for tracks in generations]),
    )


def _generation(pictures: Pictures, numbers: NDArray[np.int64], settings: TrackingSettings) -> Tracks:
    """Tracks of the features of the first picture."""
    start = _features(pictures[0], settings)
    end, steps = start.copy(), np.zeros(len(start), dtype=np.int64)
    alive, left = np.arange(len(start)), np.zeros(len(start), dtype=bool)
    for index, (earlier, later) in enumerate(pairwise(pictures), start=1):
        if not alive.size:
            break
        reached, is_followed = _followed(earlier, later, end[alive], settings)
        is_inside = _inside(reached, later.shape, margin_px(settings))
        left[alive[is_followed & ~is_inside]] = True
        kept = is_followed & is_inside
        alive = alive[kept]
        end[alive], steps[alive] = reached[kept], index
    counts = steps >= settings.shortest_track_frames
    frames = (numbers[steps] - numbers[0]).astype(float)
    moved = (end - start).astype(float)
    return Tracks(
        moved[counts] / frames[counts, None],
        0.5 * (start + end)[counts].astype(float),
        frames[counts],
        np.full(np.count_nonzero(counts), numbers[0]),
        start[~counts & ~left].astype(float),
    )


def _features(picture: Pictures, settings: TrackingSettings) -> Float32Array:
    """Corners (n, 2) whose window lies in the picture."""
    margin = margin_px(settings)
    mask = np.zeros(picture.shape, dtype=np.uint8)
    mask[margin : picture.shape[0] - margin, margin : picture.shape[1] - margin] = 255
    # OpenCV gives None where there is no corner, whatever its type says
    found = cv2.goodFeaturesToTrack(
        picture, settings.max_features, settings.feature_quality, settings.feature_distance_px, mask=mask
    )
    return np.empty((0, 2), dtype=np.float32) if found is None else np.asarray(found, dtype=np.float32).reshape(-1, 2)


def _followed(
    earlier: Pictures, later: Pictures, places: Float32Array, settings: TrackingSettings
) -> tuple[Float32Array, NDArray[np.bool_]]:
    """Where features (n, 2) are in the later picture, and whether following them back leads to where they were."""
    reached, there = _lucas_kanade(earlier, later, places, settings)
    returned, back = _lucas_kanade(later, earlier, reached, settings)
    error = np.hypot(*(returned - places).T)
    return reached, there & back & (error <= settings.forward_backward_px)


def _lucas_kanade(
    earlier: Pictures, later: Pictures, places: Float32Array, settings: TrackingSettings
) -> tuple[Float32Array, NDArray[np.bool_]]:
    reached, status, _ = cv2.calcOpticalFlowPyrLK(
        earlier,
        later,
        places.reshape(-1, 1, 2),
        None,  # type: ignore[call-overload]
        winSize=(settings.window_px, settings.window_px),
        maxLevel=settings.pyramid_levels,
        criteria=_ITERATIONS,
    )
    return np.asarray(reached, dtype=np.float32).reshape(-1, 2), status.ravel().astype(bool)


def _inside(places: Float32Array, shape: tuple[int, ...], margin: int) -> NDArray[np.bool_]:
    limit = np.array([shape[1] - 1 - margin, shape[0] - 1 - margin])
    return np.asarray(((places >= margin) & (places <= limit)).all(axis=1))


def common_motion(tracks: Tracks, n_frames: int) -> CommonMotion | None:
    """What the largest group of tracks of a clip of ``n_frames`` does; None with fewer than 10 tracks."""
    if len(tracks) < FEWEST_TRACKS:
        return None
    alike_px = _ALIKE_SHARE * float(np.median(np.hypot(*tracks.velocity_px.T))) + _ALIKE_PX
    velocity = _densest(tracks, alike_px)
    is_alike = _is_near(tracks.velocity_px, velocity, alike_px)
    others = tracks.chosen(~_is_near(tracks.velocity_px, velocity, 2.0 * alike_px))
    rivals = _is_near(others.velocity_px, _densest(others, alike_px), alike_px).sum() if len(others) else 0
    count = int(is_alike.sum())
    return CommonMotion(
        velocity,
        agreement=count / (len(tracks) + len(tracks.lost_px)),
        rival=float(rivals / count),
        spread=_spread(tracks, velocity, alike_px, n_frames),
        count=count,
    )


def _slope(across_px: FloatArray, velocity_px: FloatArray, least_apart_px: float) -> FloatArray:
    """Change (2,) of the velocities (n, 2) per pixel: the median over pairs (Theil, 1950) that lie far enough apart."""
    step = max(1, -(-len(across_px) // _MOST_COMPARED))
    across, velocity = across_px[::step], velocity_px[::step]
    first, second = np.triu_indices(len(across), k=1)
    apart = across[second] - across[first]
    counts = np.abs(apart) >= least_apart_px
    if np.count_nonzero(counts) < FEWEST_TRACKS:
        return np.zeros(2)
    first, second, apart = first[counts], second[counts], apart[counts]
    return np.asarray(np.median((velocity[second] - velocity[first]) / apart[:, None], axis=0))


def _densest(tracks: Tracks, radius_px: float) -> FloatArray:
    """The velocity (2,) round which most tracks lie: mean shift (Comaniciu and Meer, 2002) from the densest track."""
    velocity = tracks.velocity_px
    seeds = velocity[:: max(1, -(-len(velocity) // _MOST_COMPARED))]
    apart = np.hypot(*(seeds[:, None] - seeds[None]).transpose(2, 0, 1))
    centre = seeds[int(np.argmax((apart <= radius_px).sum(axis=1)))]
    for _ in range(_ROUNDS):
        near = _is_near(velocity, centre, radius_px)
        moved = np.average(velocity[near], axis=0, weights=tracks.frames[near])
        if np.array_equal(moved, centre):
            break
        centre = moved
    return centre


def _is_near(velocity_px: FloatArray, centre_px: FloatArray, radius_px: float) -> NDArray[np.bool_]:
    return np.asarray(np.hypot(*(velocity_px - centre_px).T) <= radius_px)


def _spread(tracks: Tracks, velocity_px: FloatArray, alike_px: float, n_frames: int) -> float:
    """Relative scatter of the velocities of consecutive parts of the clip; NaN if fewer than two hold enough tracks."""
    part = np.minimum(tracks.start * _PARTS // n_frames, _PARTS - 1)
    parts = [tracks.chosen(part == number) for number in range(_PARTS)]
    velocities = [_densest(tracks, alike_px) for tracks in parts if len(tracks) >= FEWEST_TRACKS // 2]
    if len(velocities) < 2:
        return float("nan")
    # the median lets one part of the clip differ: a passing branch, a bird
    deviation = float(np.median(np.hypot(*(np.array(velocities) - velocity_px).T)))
    return 1.4826 * deviation / max(float(np.hypot(*velocity_px)), _SLOW_PX)
