"""A measurement as the state and the files of a project, as USGS IVyTools lays them out, with what it lacks beside.

Arrays are held unrounded, so that a project opens with the velocities that it was saved with, to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...domain.project import MeasuredVelocities, Project
from ...domain.units import UnitSystem, unit_system
from ..project.defaults import with_defaults
from ..project.figures import ProjectFigures
from ..project.keys import (
    CARRIED_FRAMES,
    CARRIED_VIDEO,
    FRAMES,
    OF_THE_FRAMES,
    OF_THE_VIDEO,
    OWN,
    SHARED,
    frames_of,
)
from .files import is_survey, own_files, points_of
from .own import own_keys
from .record import comment_lists, discharge_keys, reporting_keys, review_keys
from .results import velocity_keys
from .settings import (
    calibration_keys,
    grid_keys,
    section_keys,
    velocimetry_keys,
    video_keys,
)

PROCESSING = "Process STIV Exhaustive"


def project_state(project: Project, figures: ProjectFigures) -> dict[str, object]:
    """Content of ``project_data.json``: SI, clip times in milliseconds."""
    carried = _carried(project)
    shared = _shared(project)
    rectified = figures.rectification
    points = 0 if project.velocities is None else len(project.velocities.xy_px)
    units = unit_system(project.display_units)
    return with_defaults(
        carried
        | video_keys(project.video, shared["ffmpeg_parameters"], _frame_rate_fps(project, carried))
        | calibration_keys(project.calibration, shared["rectification_parameters"], rectified)
        | section_keys(project.section, figures)
        | grid_keys(project.grid)
        | velocimetry_keys(project.velocimetry, None if rectified is None else rectified.gsd_m)
        | (_velocity_keys(project.velocities) if project.velocities is not None else {"stiv_exists": False})
        | review_keys(project.reviews, points)
        | discharge_keys(project, figures.discharge)
        | {
            "__program_name__": "IVyTools",
            "display_units": str(units.name),
            "units": str(units.name),
            "units_label": units.length_label,
            "survey_units": _unit_table(units),
            "reporting": reporting_keys(project.reporting, shared["reporting"], units),
            "comments": comment_lists(project.comments),
            "process_step": _process_step(project, figures),
            "open_tab_index": _open_tab(project, figures),
            OWN: own_keys(project),
        }
    )


def project_files(project: Project, figures: ProjectFigures) -> dict[str, bytes]:
    """The members of the project beside its state.

    Raises
    ------
    OutputError
        If a space-time image cannot be encoded.
    """
    kept = {name: content for name, content in project.carried_files.items() if _is_kept(project, name, content)}
    return kept | own_files(project, figures)


def _is_kept(project: Project, name: str, content: bytes) -> bool:
    """Whether a file of the opened project goes back; its survey and space-time images are written anew or gone."""
    if name.endswith(".mat"):
        return not is_survey(content)
    if name.startswith(FRAMES):
        return _has_same_frames(project) and not name.startswith(f"{FRAMES}STI_")
    return True


def _has_same_frames(project: Project) -> bool:
    return project.carried.get(CARRIED_FRAMES) == frames_of(project.video)


def _carried(project: Project) -> dict[str, object]:
    """State to give back, without what belongs to another video or to other frames of it."""
    has_same_video = project.carried.get(CARRIED_VIDEO) == str(project.video.path)
    gone = {CARRIED_VIDEO, CARRIED_FRAMES, *SHARED}
    gone |= set() if has_same_video else OF_THE_VIDEO
    gone |= set() if _has_same_frames(project) else OF_THE_FRAMES
    return {key: value for key, value in project.carried.items() if key not in gone}


def _shared(project: Project) -> dict[str, Mapping[str, object]]:
    """What is carried along of the dictionaries of which this program writes a part."""
    parts = {name: project.carried.get(name) for name in SHARED}
    return {name: part if isinstance(part, Mapping) else {} for name, part in parts.items()}


def _frame_rate_fps(project: Project, carried: Mapping[str, object]) -> float | None:
    """The frame rate, to say what the frames' interval is; None where that is carried along or cannot be known."""
    if project.video.metadata is not None:
        return project.video.metadata.frame_rate_fps
    if "extraction_timestep_ms" in carried:
        return None
    table = carried.get("video_metadata")
    for rate in (table.get("avg_frame_rate") if isinstance(table, Mapping) else None, carried.get("video_frame_rate")):
        if isinstance(rate, int | float) and not isinstance(rate, bool) and 0.0 < rate < 1e6:
            return float(rate)
    return None


def _velocity_keys(found: MeasuredVelocities) -> dict[str, object]:
    return {**velocity_keys(points_of(found)), "is_stis": bool(found.images)}


def _unit_table(units: UnitSystem) -> dict[str, object]:
    return {
        "L": units.length,
        "Q": units.discharge,
        "A": units.area,
        "V": units.velocity,
        "label_L": f"({units.length_label})",
        "label_Q": f"({units.discharge_label})",
        "label_A": f"({units.area_label})",
        "label_V": f"({units.velocity_label})",
        "ID": "SI" if units.name == "Metric" else "English",
    }


def _process_step(project: Project, figures: ProjectFigures) -> str:
    if project.velocities is not None:
        return PROCESSING
    return "Rectify Single Frame" if figures.rectification is not None else "n/a"


def _open_tab(project: Project, figures: ProjectFigures) -> int:
    """The tab of USGS IVyTools on which the work goes on: video, rectification, velocimetry or discharge."""
    if figures.discharge is not None:
        return 6
    if project.velocities is not None:
        return 5
    return 2 if project.calibration.image is not None or len(project.calibration.points) else 0
