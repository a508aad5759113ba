"""Files of the Orthorectification tab: calibration image, tables of points, rectified frames."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...domain.errors import GroundControlError, IvyError, RectificationError, VideoError
from ...domain.ground_control import GroundControlPoints
from ...domain.project import Project
from ...domain.units import DisplayUnits, unit_system
from ...domain.video import FrameSize
from ...formats.atomic_file import write_bytes
from ...formats.survey.gcp_csv import format_gcp_csv, read_gcp_csv
from ...services.measured_project.rectified_frames import PATTERN, export_rectified_frames
from ...services.orthorectification_service import Orthorectification
from ...services.project_setup.editing import with_calibration_image, with_control_points
from ..models.frames import encoded_picture
from ..models.orthorectification import residuals_by_row
from ..models.orthorectification_findings import size_warning
from ..models.orthorectification_points import with_known_pixels, without_pixels
from ..models.rectified_image import decoded_picture
from ..models.tasks import TaskControl
from ..models.workbench import Workbench
from .dialogs import FileKind

_METRES, _FEET = "Metres", "Feet"
_KEEP, _CLEAR = "Keep their pixels", "Clear their pixels"
_REPLACE, _PLACED, _ADD = "Replace the points", "Replace, keep pixels of equal IDs", "Add to the points"
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG"
_TEMPLATE = (("GCP1", 100.0, 200.0, 10.0), ("GCP2", 110.0, 200.0, 10.5))


@dataclass(frozen=True, slots=True)
class _ReadImage:
    content: bytes
    size: FrameSize


@dataclass(frozen=True, slots=True)
class _ReadPoints:
    """A table of points as it reads in either unit; the same twice if its header names the unit."""

    in_metres: GroundControlPoints
    in_feet: GroundControlPoints


class CalibrationFiles:
    """Imports and exports what belongs to the calibration."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def import_image(self) -> None:
        """Let the user choose the calibration image."""
        path = self._bench.dialogs.open_file("Import calibration image", FileKind.IMAGE)
        if path is not None:
            self.open_image(path)

    def open_image(self, path: Path) -> None:
        """Take a picture as calibration image."""
        self._bench.tasks.start(
            "Import calibration image",
            lambda control: _read_image(path),
            lambda image: self._take_image(path.name, image),
            slot="calibration image",
        )

    def import_points(self) -> None:
        """Let the user choose a table of control points."""
        path = self._bench.dialogs.open_file("Import control points", FileKind.GROUND_CONTROL, FileKind.ANY)
        if path is not None:
            self.open_points(path)

    def open_points(self, path: Path) -> None:
        """Take a table of control points; what it does not say is asked."""
        self._bench.tasks.start(
            "Import control points",
            lambda control: _read_points(path),
            lambda read: self._take_points(path.name, read),
        )

    def export_points(self) -> None:
        """Write the table of points, with their errors as far as they are known."""
        points, units = self._project.calibration.points, self._project.display_units
        path = self._bench.dialogs.save_file(
            "Save control points", FileKind.GROUND_CONTROL, "ground_control_points.csv"
        )
        if path is not None:
            self._write("Save control points", path, format_gcp_csv(points, units, self._errors(points)))

    def save_points_template(self) -> None:
        """Write a table of control points to fill in."""
        path = self._bench.dialogs.save_file(
            "Save template of control points", FileKind.GROUND_CONTROL, "ground_control_points_template.csv"
        )
        if path is not None:
            label = unit_system(self._project.display_units).length_label
            stream = io.StringIO()
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["# ID", *(f"{axis} ({label})" for axis in "XYZ")])
            writer.writerows(_TEMPLATE)
            self._write("Save template of control points", path, stream.getvalue())

    def export_frames(self) -> None:
        """Write all frames of the clip, rectified, into a folder."""
        try:
            self._require_solution()
        except IvyError as error:
            self._bench.dialogs.show_error("Export rectified frames", error)
            return
        folder = self._bench.dialogs.open_folder("Folder for the rectified frames")
        if folder is None or not self._may_replace_frames(folder):
            return
        project = self._project

        def export(control: TaskControl) -> Sequence[Path]:
            return export_rectified_frames(project, folder, progress=control.progress, cancel=control)

        self._bench.tasks.start(
            "Export rectified frames",
            export,
            lambda frames: self._bench.said.emit(
                f"{len(frames)} rectified frames are written to {folder}, grey and filtered as they are measured"
            ),
            slot="rectified frames",
        )

    @property
    def _project(self) -> Project:
        return self._bench.document.project

    def _take_image(self, name: str, image: _ReadImage) -> None:
        project = self._project
        points = project.calibration.points
        if project.calibration.image is not None and any(point.is_digitised for point in points.points):
            question = (
                f"Control points are digitised in the present image. {name} takes its place: do the points lie at the"
                " same places in it?"
            )
            answer = self._bench.dialogs.choose("Import calibration image", question, (_KEEP, _CLEAR, "Cancel"))
            if answer not in (_KEEP, _CLEAR):
                return
            if answer == _CLEAR:
                project = with_control_points(project, without_pixels(points, range(len(points))))
        edited = with_calibration_image(project, image.content, image.size, name)
        self._bench.document.edit(f"Import {name}", edited)
        self._bench.said.emit(f"The calibration image is {name}, {image.size}")
        warning = size_warning(edited, image.size)
        if warning:
            self._bench.dialogs.show_warnings("Import calibration image", [warning])

    def _take_points(self, name: str, read: _ReadPoints) -> None:
        points = read.in_metres
        if read.in_metres != read.in_feet:
            question = f"In which unit are the coordinates in {name}? Its header does not say."
            answer = self._bench.dialogs.choose("Import control points", question, (_METRES, _FEET))
            if answer is None:
                return
            points = read.in_feet if answer == _FEET else read.in_metres
        standing = self._project.calibration.points
        if len(standing):
            question = f"There are {len(standing)} control points already. What is to be done with them?"
            placed = with_known_pixels(points, standing)
            offers = {
                _REPLACE: points,
                _PLACED: placed,
                _ADD: GroundControlPoints((*standing.points, *points.points)),
            }
            if placed == points:
                del offers[_PLACED]
            answer = self._bench.dialogs.choose("Import control points", question, (*offers, "Cancel"))
            if answer not in offers:
                return
            points = offers[answer]
        self._bench.document.edit(f"Import {name}", with_control_points(self._project, points))
        waiting = sum(not point.is_digitised for point in points.points)
        rest = f", {waiting} of them to be digitised" if waiting else ""
        self._bench.said.emit(f"{len(points)} control points are in the table{rest}")

    def _errors(self, points: GroundControlPoints) -> list[tuple[float, float, float]] | None:
        residuals = residuals_by_row(points, self._bench.rectified.current.solved)
        if not any(residuals):
            return None
        unknown = (float("nan"),) * 3
        return [unknown if r is None else (r.dx_px, r.dy_px, r.total_px) for r in residuals]

    def _write(self, title: str, path: Path, text: str) -> None:
        self._bench.tasks.start(
            title,
            lambda control: write_bytes(path, text.encode("utf-8")),
            lambda _: self._bench.said.emit(f"The points are written to {path}"),
        )

    def _require_solution(self) -> Orthorectification:
        image = self._bench.rectified.current
        if self._project.video.metadata is None:
            raise VideoError("there is no video to take frames from", remedy="Open one on the Video tab")
        if image.solved is None:
            if image.problems:
                raise RectificationError.from_problems(image.problems)
            raise RectificationError("the image is not rectified yet", remedy="Import image and control points")
        return image.solved

    def _may_replace_frames(self, folder: Path) -> bool:
        if not any(folder.glob(PATTERN)):
            return True
        question = f"There are rectified frames in {folder} already. Replace them?"
        return self._bench.dialogs.ask("Export rectified frames", question, yes="Replace", no="Keep")


def _read_image(path: Path) -> _ReadImage:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise IvyError(
            f"the image cannot be read ({error.strerror or error})", where=str(path), remedy="Choose another"
        ) from error
    picture = decoded_picture(content, str(path))
    if not content.startswith((_JPEG, _PNG)):
        content = encoded_picture(picture, ".png")  # a project holds nothing else but JPEG and PNG
    return _ReadImage(content, FrameSize(picture.shape[1], picture.shape[0]))


def _read_points(path: Path) -> _ReadPoints:
    in_metres = read_gcp_csv(path, DisplayUnits.METRIC)
    if not len(in_metres):
        raise GroundControlError("there is no point in the table", where=str(path), remedy="Choose another table")
    return _ReadPoints(in_metres, read_gcp_csv(path, DisplayUnits.ENGLISH))
