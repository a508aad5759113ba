"""The motion at one point from the features of its tile, and what speaks for and against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...domain.angles import angular_difference_deg, geographic_direction
from ...domain.errors import Cancelled
from ...domain.velocimetry import PointFlag
from ...media.decoding import CancelToken
from ...numerics.feature_tracking import (
    CommonMotion,
    TrackingSettings,
    Tracks,
    common_motion,
    fastest_px,
    follow_features,
    moving_pictures,
)
from ...numerics.stiv import Fan, TileStack
from ...numerics.stiv.point import PointSearch
from ...numerics.stiv.sampling import interpolated_lines, space_time_image

WEAK_AGREEMENT = 0.12
AMBIGUOUS_RIVAL = 0.33
UNSTEADY_SPREAD = 0.35
LOW_QUALITY = 0.06
FAR_OUTSIDE_FAN_DEG = 10.0
# half of the quality is reached with this many tracks
_HALF_TRUSTED_TRACKS = 10


@dataclass(frozen=True, slots=True, eq=False)
class PointMotion:
    """What was found at one point; NaN where nothing could be followed.

    ``velocity_px`` is signed along ``line_deg``, the direction or its opposite, whichever is nearer to the fan.
    ``peak`` is the share of the features that could be followed and move alike, ``ambiguity`` the size of the next
    group of them relative to the largest, ``spread`` the relative disagreement of parts of the clip, ``dispersion``
    that of coarse and fine texture along the line, as in space-time images.
    """

    image: NDArray[np.uint8]
    flags: tuple[PointFlag, ...]
    velocity_px: float = float("nan")
    line_deg: float = float("nan")
    direction_deg: float = float("nan")
    peak: float = float("nan")
    ambiguity: float = float("nan")
    spread: float = float("nan")
    dispersion: float = float("nan")
    quality: float = 0.0


class TileTracker:
    """Follows the features of tiles, one at a time; safe to use from several threads."""

    def __init__(
        self,
        tiles: TileStack,
        fan: Fan,
        settings: TrackingSettings,
        strip_width_px: float,
        cancel: CancelToken | None,
    ) -> None:
        self._tiles, self._fan, self._settings, self._cancel = tiles, fan, settings, cancel
        self._strip_width_px = strip_width_px
        n_frames = tiles.pixels.shape[3]
        self._frames = np.arange(n_frames) if tiles.valid is None else np.flatnonzero(tiles.valid)
        self._lines = PointSearch(fan.num_pixels, n_frames)
        self._middle_deg = float(fan.angles_deg[len(fan.angles_deg) // 2])
        self.fastest_px = fastest_px(settings, tiles.pixels.shape[1:3])

    def motion_at(self, index: int) -> PointMotion:
        """The motion at point ``index``."""
        fluctuations = self._tiles.fluctuations(index)
        pictures = moving_pictures(fluctuations[..., self._frames])
        if pictures is None:
            return PointMotion(self._image(index, self._nearest(self._middle_deg)), (PointFlag.NO_TEXTURE,))
        tracks = follow_features(pictures, self._frames, self._settings, self._is_cancelled)
        if self._is_cancelled():
            raise Cancelled
        common = self._common(index, tracks)
        if common is None:
            flag = PointFlag.WEAK_PEAK if len(tracks) + len(tracks.lost_px) else PointFlag.NO_TEXTURE
            return PointMotion(self._image(index, self._nearest(self._middle_deg)), (flag,))
        direction_deg = float(geographic_direction(*common.velocity_px))
        is_along = abs(float(angular_difference_deg(direction_deg, self._middle_deg))) <= 90.0
        line_deg = direction_deg if is_along else (direction_deg + 180.0) % 360.0
        nearest = self._nearest(line_deg)
        line = self._fan.subset(slice(nearest, nearest + 1))
        rows = interpolated_lines(fluctuations, line, self._offset(index))
        streaks = self._lines.conclude([self._lines.find(rows, line, self._tiles.valid)])[0]
        outside_deg = abs(float(angular_difference_deg(line_deg, self._fan.angles_deg[nearest])))
        quality = _quality(common)
        return PointMotion(
            self._image(index, nearest),
            self._flags(common, quality, outside_deg, nearest),
            velocity_px=common.speed_px if is_along else -common.speed_px,
            line_deg=line_deg,
            direction_deg=direction_deg,
            peak=common.agreement,
            ambiguity=common.rival,
            spread=common.spread,
            dispersion=streaks.dispersion,
            quality=quality,
        )

    def _common(self, index: int, tracks: Tracks) -> CommonMotion | None:
        """The motion in the strip along the flow: what drifts past beside the point tells of other verticals."""
        n_frames = self._tiles.pixels.shape[3]
        everywhere = common_motion(tracks, n_frames)
        if everywhere is None:
            return None
        height, width = self._tiles.pixels.shape[1:3]
        point_px = np.array([(width - 1) / 2, (height - 1) / 2]) + self._tiles.offset_px[index]
        direction = everywhere.velocity_px / max(everywhere.speed_px, 1e-9)
        return common_motion(tracks.near_line(point_px, direction, self._strip_width_px), n_frames)

    def _is_cancelled(self) -> bool:
        return self._cancel is not None and self._cancel.is_set()

    def _offset(self, index: int) -> tuple[float, float]:
        return float(self._tiles.offset_px[index, 0]), float(self._tiles.offset_px[index, 1])

    def _nearest(self, line_deg: float) -> int:
        return int(np.argmin(np.abs(angular_difference_deg(self._fan.angles_deg, line_deg))))

    def _image(self, index: int, line: int) -> NDArray[np.uint8]:
        single = self._fan.subset(slice(line, line + 1))
        return space_time_image(self._tiles.pixels[index], single, self._offset(index), nearest=False)

    def _flags(self, common: CommonMotion, quality: float, outside_deg: float, nearest: int) -> tuple[PointFlag, ...]:
        tests = (
            (PointFlag.WEAK_PEAK, common.agreement < WEAK_AGREEMENT),
            (PointFlag.AMBIGUOUS, common.rival > AMBIGUOUS_RIVAL),
            (PointFlag.UNSTEADY, common.spread > UNSTEADY_SPREAD),
            (PointFlag.LINE_TOO_SHORT, common.speed_px > 0.95 * self.fastest_px),
        )
        own = tuple(flag for flag, failed in tests if failed)
        is_poor = outside_deg > FAR_OUTSIDE_FAN_DEG or (not own and quality < LOW_QUALITY)
        is_edge = self._fan.is_edge(nearest)
        return own + ((PointFlag.LOW_QUALITY,) if is_poor else ()) + ((PointFlag.FAN_EDGE,) if is_edge else ())


def _quality(common: CommonMotion) -> float:
    """Figure of merit in [0, 1]: the features that move alike, lessened by rivals, disagreement and small numbers."""
    steadiness = 1.0 / (1.0 + (common.spread / 0.1) ** 2) if np.isfinite(common.spread) else 0.5
    number = common.count / (common.count + _HALF_TRUSTED_TRACKS)
    return common.agreement * steadiness * number * (1.0 - 0.5 * min(common.rival, 1.0))
