"""The search parameters of the Velocimetry tab: direction, lines, limits, and what can be measured with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from ...domain.project import Project
from ...domain.scaffold import StivParameters
from ...domain.units import UnitSystem, unit_system
from ...services.rectification.rectified_view import raster_of
from ..models.document import Change
from ..models.velocimetry_search import (
    SPACE_TIME,
    SearchReadings,
    advice_of,
    direction_of_line,
    even_pixels,
    readings_of,
    with_direction,
    with_parameters,
)
from ..models.workbench import Workbench

LONGEST_LINE_PX = 10_000


@dataclass(frozen=True, slots=True)
class ShownParameters:
    """The parameters in display units; a direction that nobody stated is None, as is a length on unknown ground."""

    direction_deg: float | None
    length: float | None
    length_px: int
    range_deg: float
    increment_deg: float
    max_velocity: float
    blur_px: float


class SearchView(Protocol):
    """The panel of the search, in display units."""

    def bind(self, presenter: SearchPresenter) -> None: ...
    def show_units(self, length_label: str, velocity_label: str) -> None: ...
    def show_parameters(self, shown: ShownParameters) -> None: ...
    def show_readings(self, readings: Sequence[tuple[str, str]]) -> None: ...
    def show_expected(self, velocity: float | None) -> None: ...
    def show_advice(self, text: str, is_warning: bool) -> None: ...


class SearchPresenter:
    """Edits the parameters and tells what they mean."""

    def __init__(self, view: SearchView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        self._expected_mps: float | None = None
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        self._show()

    # what the user does

    def set_direction(self, direction_deg: float) -> None:
        """State the expected flow direction, degrees clockwise from up in the rectified image."""
        project = with_direction(self._project, direction_deg)
        self._edit("Set the expected flow direction", project, "flow direction")

    def draw_direction(self, line_px: ArrayLike) -> None:
        """State the direction by an arrow (2, 2) drawn downstream in the rectified image."""
        direction = direction_of_line(np.asarray(line_px, dtype=float).reshape(2, 2))
        if direction is not None:
            self._edit("Draw the expected flow direction", with_direction(self._project, direction), "")

    def set_length(self, length: float) -> None:
        """Another length of the search line on the ground, display units."""
        raster = raster_of(self._project.calibration)
        if raster is not None:
            self.set_length_px(even_pixels(length / self._units.length, raster.pixel_size_m))

    def set_length_px(self, length_px: int) -> None:
        """Another length of the search line, pixels, made even."""
        even = min(max(8, length_px + length_px % 2), LONGEST_LINE_PX)
        self._change("length of the search line", num_pixels=even)

    def set_range(self, range_deg: float) -> None:
        """Another range of directions on either side of the expected one."""
        self._change("search angle range", phi_range_deg=range_deg)

    def set_increment(self, increment_deg: float) -> None:
        """Another step between directions."""
        self._change("angle increment", d_phi_deg=increment_deg)

    def set_max_velocity(self, velocity: float) -> None:
        """Another limit beyond which velocities are set aside, display units."""
        self._change("velocity limit", max_velocity_mps=velocity / self._units.velocity)

    def set_blur(self, blur_px: float) -> None:
        """Another blur of the frames, standard deviation in pixels."""
        self._change("Gaussian blur", blur_sigma_px=blur_px)

    def reset(self) -> None:
        """Return to the usual parameters; length and direction of the search line stay."""
        usual = StivParameters()
        names = ("phi_range_deg", "d_phi_deg", "max_velocity_mps", "blur_sigma_px")
        project = with_parameters(self._project, **{name: getattr(usual, name) for name in names})
        self._edit("Return to the usual search", project, "")

    def expect(self, velocity: float | None) -> None:
        """Note how fast the water is expected to be, display units, for the advice; it changes no result."""
        self._expected_mps = None if not velocity else abs(velocity) / self._units.velocity
        self._show_advice(readings_of(self._project))

    # showing

    @property
    def _project(self) -> Project:
        return self._bench.document.project

    @property
    def _units(self) -> UnitSystem:
        return unit_system(self._project.display_units)

    def _change(self, what: str, **changes: float) -> None:
        self._edit(f"Set the {what}", with_parameters(self._project, **changes), what)

    def _edit(self, label: str, project: Project, merge: str) -> None:
        if project is self._project:
            self._show()
        else:
            self._bench.document.edit(label, project, merge=merge)

    def _follow(self, change: Change) -> None:
        if change.touches("velocimetry", "calibration", "video", "velocities", "display_units"):
            self._show()

    def _show(self) -> None:
        units, settings = self._units, self._project.velocimetry
        parameters, raster = settings.parameters, raster_of(self._project.calibration)
        self._view.show_units(units.length_label, units.velocity_label)
        length = None if raster is None else parameters.num_pixels * raster.pixel_size_m * units.length
        shown = ShownParameters(
            direction_deg=parameters.phi_origin_deg if settings.is_direction_set else None,
            length=length,
            length_px=parameters.num_pixels,
            range_deg=parameters.phi_range_deg,
            increment_deg=parameters.d_phi_deg,
            max_velocity=parameters.max_velocity_mps * units.velocity,
            blur_px=parameters.blur_sigma_px,
        )
        self._view.show_parameters(shown)
        readings = readings_of(self._project)
        self._view.show_readings(self._texts(readings))
        self._show_advice(readings)

    def _texts(self, readings: SearchReadings) -> tuple[tuple[str, str], ...]:
        units = self._units

        def speed(value: float | None) -> str:
            if value is not None:
                return f"{value * units.velocity:.3g} {units.velocity_label}"
            return "–" if self._project.velocimetry.method == SPACE_TIME else "once measured"

        size, interval, frames = readings.pixel_size_m, readings.interval_s, readings.frame_count
        return (
            ("Pixel size", "–" if size is None else f"{size * units.length:.4g} {units.length_label}"),
            ("Frame interval", "–" if interval is None else f"{1000.0 * interval:.4g} ms"),
            ("Frames", "–" if frames is None else str(frames)),
            ("Slowest measurable", speed(readings.slowest_mps)),
            ("Fastest measurable", speed(readings.fastest_mps)),
        )

    def _show_advice(self, readings: SearchReadings) -> None:
        expected = self._expected_mps
        if expected is None:
            expected = self._measured_mps()
        self._view.show_expected(None if expected is None else expected * self._units.velocity)
        text, is_warning = ("", False) if expected is None else advice_of(self._project, readings, expected)
        self._view.show_advice(text, is_warning)

    def _measured_mps(self) -> float | None:
        velocities = self._project.velocities
        if velocities is None or not np.isfinite(velocities.speed_mps).any():
            return None
        return float(np.nanmedian(velocities.speed_mps))
