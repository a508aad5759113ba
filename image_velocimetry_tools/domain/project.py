"""One measurement as a hydrographer sets it up in the window: everything that a project file holds, SI, immutable.

An edit makes a new :class:`Project` that shares all that did not change, so that undo keeps old ones, and whoever shows
a part compares it by identity (``before.video is not after.video``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from .alpha import USUAL_ALPHA
from .ground_control import GroundControlPoints
from .quality import QualityFigures
from .sameness import is_same
from .scaffold import RasterExtent, StivParameters
from .section import Bank, CrossSection
from .units import DisplayUnits
from .velocimetry import PointFlag
from .video import Clip, Film, FramePreparation, FrameSize, VideoMetadata

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class CommentCategory(StrEnum):
    """What a comment is about, in the words of project files."""

    VIDEO = "Video Preprocessing"
    FRAMES = "Image Frame Processing"
    ORTHORECTIFICATION = "Orthorectification"
    CROSS_SECTION = "Cross-Section Geometry"
    GRID = "Grid Preparation"
    STIV = "Space-Time Image Velocimetry (Exhaustive)"
    STIV_REVIEW = "Space-Time Image Results"
    DISCHARGE = "Discharge"
    REPORTING = "Reporting"
    SYSTEM = "System"
    OTHER = "Other"


class PointLayout(StrEnum):
    """How the measurement points lie."""

    SECTION = "cross_section"
    """Middles of equal cells between the edges of water: the layout from which a discharge follows."""
    LINE = "line"
    """Evenly along any line, ends included: velocities only."""
    REGULAR = "regular"
    """On a regular grid over the rectified image: velocities only."""


@dataclass(frozen=True, slots=True, eq=False)
class VideoSettings:
    """The video, the clip of it that is measured, and how frames are prepared.

    ``metadata`` is None while the file has not been read, or is missing. ``film`` is what it held when it was last
    read, which a project keeps; None if nobody knows.
    """

    path: Path | None = None
    metadata: VideoMetadata | None = None
    clip: Clip = field(default_factory=Clip)
    preparation: FramePreparation = field(default_factory=FramePreparation)
    strip_audio: bool = True
    film: Film | None = None

    def is_same_film(self, other: VideoSettings) -> bool:
        """Whether both give the same frames: the same film, clip and preparation."""
        return (self.clip, self.preparation) == (other.clip, other.preparation) and not self.is_another_film(other)

    def is_another_film(self, other: VideoSettings) -> bool:
        """Whether the films differ. A file that was moved is the same film; where films are not known, names decide."""
        if self.film is not None and other.film is not None:
            return not self.film.is_same_as(other.film)
        if self.metadata is not None and other.metadata is not None and self.metadata != other.metadata:
            return True
        return self.path != other.path


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Control points, the image they were digitised in, the water level, and the rectified image that follows.

    ``image`` is the encoded picture (JPEG or PNG) and ``image_size`` its size, that of prepared frames. ``method`` is
    None to choose by number and elevations of the points, else ``"scale"``, ``"homography"`` or ``"camera matrix"``.
    ``extent`` is None for the padded box of the used points. ``prepared_as`` is how frames were prepared when the image
    was taken; None if nobody knows.
    """

    image: bytes | None = field(default=None, repr=False)
    image_size: FrameSize | None = None
    image_name: str = ""
    points: GroundControlPoints = field(default_factory=lambda: GroundControlPoints(()))
    method: str | None = None
    water_surface_elevation_m: float | None = None
    extent: RasterExtent | None = None
    flip_x: bool = False
    flip_y: bool = False
    prepared_as: FramePreparation | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SectionSettings:
    """The surveyed section and the line on which it lies in the rectified image.

    ``line_px`` is (2, 2): pixels (x, y) of the rectified image of the calibration image, the edges of water at the
    water level of :class:`Calibration`, the start bank's first. ``survey_units`` are those in which the survey came.
    """

    survey: CrossSection | None = None
    survey_name: str = ""
    survey_units: DisplayUnits = DisplayUnits.METRIC
    line_px: FloatArray | None = None
    start_bank: Bank = Bank.LEFT


@dataclass(frozen=True, slots=True, eq=False)
class GridSettings:
    """Where velocity is measured, in the rectified image; ``mask_polygons_px`` are (n, 2) and cover what is not.

    ``count`` is the number of points along the section or the line, ``line_px`` (2, 2) the simple line.
    """

    layout: PointLayout = PointLayout.SECTION
    count: int = 25
    line_px: FloatArray | None = None
    spacing_x_px: int = 50
    spacing_y_px: int = 50
    mask_polygons_px: tuple[FloatArray, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class VelocimetrySettings:
    """The method (name of a plugin) with its own settings, and the search parameters that all methods share.

    ``is_direction_set`` is false until somebody states the expected flow direction, which decides the sign of the
    discharge and therefore has no default.
    """

    method: str = "stiv"
    method_settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    parameters: StivParameters = field(default_factory=StivParameters)
    is_direction_set: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class MeasurementBasis:
    """The settings that velocities were measured with; they are out of date once a part says something else.

    Of the video only what decides about its frames counts: its facts are found out after a project is opened.
    ``unlike`` names parts that had changed already when a project was saved, which does not keep what they were.
    """

    video: VideoSettings
    calibration: Calibration
    section: SectionSettings
    grid: GridSettings
    velocimetry: VelocimetrySettings
    unlike: frozenset[str] = frozenset()

    def changed_parts(self, now: MeasurementBasis) -> tuple[str, ...]:
        """Names of the parts that say something else now; a value that was changed and changed back is the same."""
        others = ("calibration", "section", "grid", "velocimetry")
        changed = [name for name in others if not is_same(getattr(self, name), getattr(now, name))]
        if not self.video.is_same_film(now.video):
            changed.append("video")
        return tuple(name for name in ("video", *others) if name in self.unlike or name in changed)


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredVelocities:
    """Surface velocities at n points as measured, before review; arrays (n,) or (n, 2), NaN where unknown.

    ``xy_px`` are pixels of the rectified image. ``station_m`` is NaN for points that are on no section. Directions are
    geographic degrees of motion in the rectified image; ``normal_mps`` is signed, positive along ``downstream`` (2,),
    the unit vector in the rectified image of the section's downstream normal. ``own_flags`` is what the search itself
    and the masks say of each point, without what follows from neighbours. ``images`` are the space-time images
    (rows along the search line, columns the frames), empty if they were not kept. ``search_line_deg`` (n,) is the
    geographic angle of the search line of each image, or NaN. ``pixel_size_m`` and ``interval_s`` scale an image.
    """

    xy_px: FloatArray
    station_m: FloatArray
    speed_mps: FloatArray
    direction_deg: FloatArray
    normal_mps: FloatArray
    theta_deg: FloatArray
    quality: FloatArray
    peak: FloatArray
    ambiguity: FloatArray
    spread: FloatArray
    dispersion: FloatArray
    own_flags: tuple[tuple[PointFlag, ...], ...]
    downstream: FloatArray
    pixel_size_m: float
    interval_s: float
    frame_count: int
    fastest_mps: float
    rectification_rmse_m: float
    method: str
    basis: MeasurementBasis
    search_line_deg: FloatArray
    images: tuple[NDArray[np.uint8], ...] = ()
    figures: QualityFigures | None = None
    measured_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PointReview:
    """What a reviewer says of one point: lines drawn on its space-time image (x1, y1, x2, y2), a direction, a remark.

    The mean angle of the lines replaces the measured velocity; ``is_upstream`` makes it negative.
    """

    lines_px: tuple[tuple[float, float, float, float], ...] = ()
    is_upstream: bool = False
    comment: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return not (self.lines_px or self.is_upstream or self.comment)


@dataclass(frozen=True, slots=True)
class StationEdit:
    """What the hydrographer decided about one point in the station table; None leaves it to the program.

    ``velocity_mps`` is a surface velocity normal to the section, signed.
    """

    is_used: bool | None = None
    alpha: float | None = None
    velocity_mps: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether everything is left to the program."""
        return self.is_used is None and self.alpha is None and self.velocity_mps is None


@dataclass(frozen=True, slots=True, eq=False)
class DischargeSettings:
    """How velocities become a discharge. ``stations`` and the reviews count points from 0 in the order of the line.

    ``gap_rule`` is ``"froude"`` or ``"drop"``; ``least_quality`` and ``largest_spread`` set points aside beyond what
    the program does on its own. ``rating`` is that of the user; empty follows the ISO uncertainty.
    """

    alpha: float = USUAL_ALPHA
    gap_rule: str = "froude"
    least_quality: float | None = None
    largest_spread: float | None = None
    tests_neighbours: bool = True
    stations: Mapping[int, StationEdit] = field(default_factory=lambda: MappingProxyType({}))
    rating: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """One remark in the record of a measurement; ``stamp`` is its time as ``MM/DD/YYYY HH:MM:SS``."""

    category: CommentCategory
    user: str
    stamp: str
    text: str

    @classmethod
    def signed(cls, category: CommentCategory, user: str, text: str, at: datetime) -> Comment:
        """A comment made by somebody at a time."""
        return cls(category, user, comment_stamp(at), text.strip())


def comment_stamp(at: datetime) -> str:
    """A time as it stands in the comments of project files."""
    return f"{at:%m/%d/%Y %H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Reporting:
    """What the report says of the measurement beside its figures."""

    station_name: str = ""
    station_number: str = ""
    party: str = ""
    weather: str = ""
    measured_on: date | None = None
    start_time: time | None = None
    end_time: time | None = None
    gage_height_m: float | None = None
    measurement_number: int | None = None
    description: str = ""

    @property
    def ends_next_day(self) -> bool:
        """Whether the end time is earlier than the start time: the measurement went over midnight."""
        return self.start_time is not None and self.end_time is not None and self.end_time < self.start_time

    @property
    def mid_time(self) -> time | None:
        """Half-way between start and end; None without both."""
        if self.start_time is None or self.end_time is None:
            return None
        seconds = [t.hour * 3600 + t.minute * 60 + t.second for t in (self.start_time, self.end_time)]
        if seconds[1] < seconds[0]:
            seconds[1] += 86400  # over midnight
        middle = sum(seconds) // 2 % 86400
        return time(middle // 3600, middle // 60 % 60, middle % 60)


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """The whole measurement.

    ``carried`` and ``carried_files`` are state and files of an opened project file that this program does not use and
    gives back when it saves.
    """

    video: VideoSettings = field(default_factory=VideoSettings)
    calibration: Calibration = field(default_factory=Calibration)
    section: SectionSettings = field(default_factory=SectionSettings)
    grid: GridSettings = field(default_factory=GridSettings)
    velocimetry: VelocimetrySettings = field(default_factory=VelocimetrySettings)
    velocities: MeasuredVelocities | None = None
    reviews: Mapping[int, PointReview] = field(default_factory=lambda: MappingProxyType({}))
    discharge: DischargeSettings = field(default_factory=DischargeSettings)
    reporting: Reporting = Reporting()
    comments: tuple[Comment, ...] = ()
    display_units: DisplayUnits = DisplayUnits.METRIC
    carried: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    carried_files: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @property
    def basis(self) -> MeasurementBasis:
        """The settings that a measurement made now would have."""
        return MeasurementBasis(self.video, self.calibration, self.section, self.grid, self.velocimetry)

    @property
    def is_film_replaced(self) -> bool:
        """Whether the velocities were measured on another film than the present one."""
        return self.velocities is not None and self.velocities.basis.video.is_another_film(self.video)

    @property
    def are_velocities_current(self) -> bool:
        """Whether the velocities were measured with the settings as they are now."""
        return self.velocities is not None and not self.velocities.basis.changed_parts(self.basis)
