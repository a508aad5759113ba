"""Two small calculations: which frames to measure with, and coordinates of four points from taped distances."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from ...domain.errors import IvyError
from ...domain.units import METRES_PER_FOOT, DisplayUnits, UnitSystem, unit_system
from ...formats.atomic_file import write_bytes
from ..models.workbench import Workbench
from .dialogs import FileKind

USUAL_FRAME_RATE_FPS = 29.97
USUAL_VELOCITY_MPS = 6.0 * METRES_PER_FOOT
USUAL_PIXEL_SIZE_M = 0.15 * METRES_PER_FOOT


@dataclass(frozen=True, slots=True)
class SampleRateForm:
    """What the sample rate follows from, in display units; ``can_use``: there is a video to use the step for."""

    frame_rate_fps: float
    velocity: float
    pixel_size: float
    velocity_label: str
    length_label: str
    can_use: bool


class SampleRateView(Protocol):
    """The box of the sample rate."""

    def bind(self, presenter: SampleRatePresenter) -> None: ...
    def show_form(self, form: SampleRateForm) -> None: ...
    def show_answer(self, interval: str, step: str, explanation: str) -> None: ...
    def close_form(self) -> None: ...


class SampleRatePresenter:
    """Finds the frame step at which the water moves one pixel from frame to frame: streaks of 45 degrees."""

    def __init__(self, view: SampleRateView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        self._step = 1
        view.bind(self)

    def begin(self) -> None:
        """Show the form with what is known from the project."""
        project, units = self._bench.document.project, _units(self._bench)
        metadata = project.video.metadata
        form = SampleRateForm(
            frame_rate_fps=metadata.frame_rate_fps if metadata is not None else USUAL_FRAME_RATE_FPS,
            velocity=self._velocity_mps() * units.velocity,
            pixel_size=self._pixel_size_m() * units.length,
            velocity_label=units.velocity_label,
            length_label=units.length_label,
            can_use=project.video.path is not None,
        )
        self._view.show_form(form)
        self.compute(form.frame_rate_fps, form.velocity, form.pixel_size)

    def compute(self, frame_rate_fps: float, velocity: float, pixel_size: float) -> None:
        """Show the interval and the step for figures in display units."""
        from ...numerics.streak_angle import (
            frame_step_for,
            optimal_interval_s,
            sample_interval_s,
            streak_angle_deg,
        )

        if min(frame_rate_fps, velocity, pixel_size) <= 0.0:
            self._view.show_answer("", "", "Enter figures greater than 0")
            return
        units = _units(self._bench)
        velocity_mps, pixel_size_m = velocity / units.velocity, pixel_size / units.length
        interval_s = optimal_interval_s(velocity_mps, pixel_size_m)
        self._step = frame_step_for(interval_s, frame_rate_fps)
        taken_s = sample_interval_s(self._step, frame_rate_fps)
        angle = abs(float(streak_angle_deg(velocity_mps, pixel_size_m, taken_s)))
        moved_px = velocity_mps * taken_s / pixel_size_m
        which = "every frame" if self._step == 1 else f"one frame in {self._step}"
        self._view.show_answer(
            f"{interval_s:.4f} s",
            str(self._step),
            f"With {which}, {taken_s:.4f} s apart, the water moves {moved_px:.2f} pixels per frame and its streaks lie"
            f" at {angle:.0f}°; 45° can be read best.",
        )

    def use_step(self) -> None:
        """Measure with the frame step that was found."""
        project = self._bench.document.project
        if self._step != project.video.clip.frame_step:
            video = replace(project.video, clip=replace(project.video.clip, frame_step=self._step))
            self._bench.document.edit("Set the frame step", replace(project, video=video))
        self._bench.said.emit(f"The frame step is {self._step}")
        self._view.close_form()

    def _velocity_mps(self) -> float:
        velocities = self._bench.document.project.velocities
        speeds = velocities.speed_mps[np.isfinite(velocities.speed_mps)] if velocities is not None else np.array([])
        fastest = float(np.max(np.abs(speeds))) if len(speeds) else 0.0
        return fastest or USUAL_VELOCITY_MPS

    def _pixel_size_m(self) -> float:
        solved = self._bench.rectified.current.solved
        return solved.rectification.pixel_size_m if solved is not None else USUAL_PIXEL_SIZE_M


class FourPointView(Protocol):
    """The box of the taped distances."""

    def bind(self, presenter: FourPointPresenter) -> None: ...
    def show_form(self, length_label: str) -> None: ...
    def show_points(self, rows: Sequence[tuple[str, str, str, str]], misclosure: str) -> None: ...
    def show_problems(self, sentences: Sequence[str]) -> None: ...


class FourPointPresenter:
    """Coordinates of the corners P, Q, R, S of a quadrangle from its sides p, q, r, s and diagonals t, u.

    p = PQ, q = QR, r = RS, s = SP, t = PR, u = QS.
    """

    def __init__(self, view: FourPointView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        self._points_m: tuple[tuple[str, float, float], ...] = ()
        view.bind(self)

    def begin(self) -> None:
        """Show the empty form."""
        self._points_m = ()
        self._view.show_form(_units(self._bench).length_label)

    def compute(self, p: float, q: float, r: float, s: float, t: float, u: float) -> None:
        """Show the coordinates for distances in display units."""
        from ...numerics.four_point import four_point_positions

        units = _units(self._bench)
        try:
            solution = four_point_positions(*(distance / units.length for distance in (p, q, r, s, t, u)))
        except IvyError as error:
            self._points_m = ()
            self._view.show_problems([_in_letters(str(problem)) for problem in error.problems])
            return
        corners = zip("PQRS", solution.points_m, strict=True)
        self._points_m = tuple((name, float(x), float(y)) for name, (x, y) in corners)
        rows = [(n, f"{x * units.length:.3f}", f"{y * units.length:.3f}", "0.000") for n, x, y in self._points_m]
        misclosure = f"{solution.misclosure_m * units.length:.3f} {units.length_label}"
        self._view.show_points(rows, f"The distances disagree among themselves by {misclosure} (RMS)")

    def save(self) -> None:
        """Save the coordinates as a table of control points."""
        if not self._points_m:
            self._view.show_problems(["Compute the coordinates first"])
            return
        path = self._bench.dialogs.save_file("Save coordinates", FileKind.GROUND_CONTROL, "four_points.csv")
        if path is None:
            return
        text = self._table()
        self._bench.tasks.start(
            "Save coordinates",
            lambda _: write_bytes(path, text.encode("utf-8")),
            lambda _: self._saved(path),
        )

    def _saved(self, path: Path) -> None:
        self._bench.said.emit(f"Saved {path.name}")

    def _table(self) -> str:
        units = _units(self._bench)
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        # without its unit, whoever imports the table would be asked for it
        unit = "ft" if units.name is DisplayUnits.ENGLISH else "m"
        writer.writerow(["# ID", *(f"{axis} ({unit})" for axis in "XYZ")])
        writer.writerows([n, f"{x * units.length:.6f}", f"{y * units.length:.6f}", "0"] for n, x, y in self._points_m)
        return stream.getvalue()


_LETTERS = {"PQ": "p (PQ)", "QR": "q (QR)", "RS": "r (RS)", "PS": "s (SP)", "PR": "t (PR)", "QS": "u (QS)"}


def _in_letters(sentence: str) -> str:
    names, colon, rest = sentence.partition(":")
    return ", ".join(_LETTERS.get(name, name) for name in names.split(", ")) + colon + rest


def _units(bench: Workbench) -> UnitSystem:
    return unit_system(bench.document.project.display_units)
