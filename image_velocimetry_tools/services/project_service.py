"""Projects: opening, saving, and reading the settings of a site from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..domain.errors import IvyError, Problem
from ..domain.ground_control import GroundControlPoints
from ..domain.scaffold import Scaffold
from ..domain.units import unit_system
from ..formats.project.archive import IvyProject, read_project, write_project
from ..formats.scaffold.reader import ScaffoldReading, read_scaffold

if TYPE_CHECKING:
    # whoever reads scaffolds is spared what opening a measurement needs
    from ..domain.project import Project
    from ..media.decoding import CancelToken
    from .project_files import OpenedProject, SavedProject


class ProjectService:
    """Opens and saves ``.ivy`` projects and reads scaffolds from them; it keeps no state."""

    def load_project(self, path: str | Path) -> IvyProject:
        """Open a project; its files are read when they are asked for.

        Raises
        ------
        ScaffoldError
            If it is missing, no project, damaged or suspicious.
        ValueError
            If the path is empty.
        """
        if not str(path):
            raise ValueError("path cannot be empty")
        return read_project(path)

    def save_project(
        self,
        path: str | Path,
        data: Mapping[str, object],
        files: Mapping[str, bytes | Path] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Path:
        """Save a project atomically; ``.ivy`` is appended to names without it.

        Parameters
        ----------
        path
            Target.
        data
            The state, a dictionary of what JSON can hold.
        files
            Members by name, as bytes or as the path of a file; ``*.dat`` are scratch files and left out.
        progress
            Called with the members done and their number, last with (n, n).

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        OutputError
            If the file cannot be written.
        ValueError
            If the arguments are not what they should be.
        """
        if not isinstance(data, Mapping):
            raise ValueError("project_dict must be a dictionary")
        if not str(path):
            raise ValueError("output_zip_path cannot be empty")
        target = Path(path)
        if target.suffix.lower() != ".ivy":
            target = target.with_name(f"{target.name}.ivy")
        write_project(target, data, files or {}, progress)
        return target

    def open(
        self,
        path: str | Path,
        progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> OpenedProject:
        """Open a measurement to work on it; see :func:`.project_files.open_project`."""
        from .project_files import open_project

        return open_project(path, progress, cancel)

    def save(
        self,
        path: str | Path,
        project: Project,
        *,
        user: str | None = None,
        notes_discharge: bool = True,
        progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> SavedProject:
        """Save a measurement; see :func:`.project_files.save_project`."""
        from .project_files import save_project

        return save_project(path, project, user=user, notes_discharge=notes_discharge, progress=progress, cancel=cancel)

    def load_scaffold(self, path: str | Path) -> ScaffoldReading:
        """The settings of a site, checked whole: parameters, control points, the camera they give, section and line.

        Raises
        ------
        ScaffoldError
            With every problem of the project.
        """
        return read_scaffold(self.load_project(path), check_camera=camera_problems)

    def load_scaffold_configuration(self, path: str | Path) -> dict[str, object]:
        """Keyword arguments of ``ScaffoldConfig`` but for the path.

        Returns
        -------
        dict
            ``scaffold`` (:class:`Scaffold`, SI), ``warnings`` (sentences for the user), ``display_units``, and for
            scripts ``water_surface_elevation_m``, ``grid_points``, ``frame_step`` and ``rectification_method``.

        Raises
        ------
        ScaffoldError
            With every problem of the project.
        """
        reading = self.load_scaffold(path)
        scaffold = reading.scaffold
        return {
            "scaffold": scaffold,
            "warnings": reading.warnings,
            "display_units": scaffold.display_units,
            "water_surface_elevation_m": scaffold.water_surface_elevation_m,
            "grid_points": scaffold.grid_points,
            "frame_step": scaffold.frame_step,
            "rectification_method": scaffold.rectification_method,
        }

    def validate(self, path: str | Path) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
        """Problems that keep a project from serving as a scaffold, and warnings; no problems means that it can."""
        try:
            return (), self.load_scaffold(path).warnings
        except IvyError as error:
            return error.problems, ()

    def scaffold_info(self, path: str | Path) -> dict[str, object]:
        """Facts of a scaffold in display units, by label, with its problems instead if it has any.

        Returns
        -------
        dict
            ``is_valid``, ``file_size_mb``, ``has_project_data``, ``has_cross_section``, ``problems``, ``warnings``, and
            for a valid scaffold its settings.
        """
        info: dict[str, object] = {"is_valid": False, "has_project_data": False, "has_cross_section": False}
        try:
            project = self.load_project(path)
            info |= {
                "has_project_data": True,
                "has_cross_section": any(name.endswith(".mat") for name in project.names),
                "file_size_mb": project.path.stat().st_size / 1024**2,
            }
            reading = read_scaffold(project, check_camera=camera_problems)
        except IvyError as error:
            return info | {"problems": tuple(str(problem) for problem in error.problems), "warnings": ()}
        settings = _settings(reading.scaffold)
        return info | {"is_valid": True, "problems": (), "warnings": reading.warnings} | settings


def camera_problems(points: GroundControlPoints) -> tuple[Problem, ...]:
    """What keeps the used points from determining a camera: coplanar, repeated, or on both sides of the camera."""
    from ..numerics.camera import solve_camera

    try:
        solve_camera(points.world_m, points.pixels, names=[point.name for point in points.used])
    except IvyError as error:
        return error.problems
    return ()


def _settings(scaffold: Scaffold) -> dict[str, object]:
    units = unit_system(scaffold.display_units)
    section = scaffold.section
    return {
        "display_units": units.name.value,
        "length_units": units.length_label,
        "water_surface_elevation": scaffold.water_surface_elevation_m * units.length,
        "ground_control_points": len(scaffold.ground_control.used),
        "calibration_size": str(scaffold.calibration_size),
        "frame_step": scaffold.frame_step,
        "preparation": scaffold.preparation,
        "grid_points": scaffold.grid_points,
        "masks": len(scaffold.mask_polygons_px),
        "start_bank": scaffold.start_bank.value,
        "section_points": len(section.station_m),
        "section_width": float(section.station_m[-1] - section.station_m[0]) * units.length,
        "section_bottom": float(section.elevation_m.min()) * units.length,
        "section_top": float(section.elevation_m.max()) * units.length,
        "stiv": scaffold.stiv,
        "alpha": scaffold.alpha,
        "comments": scaffold.comments,
    }
