"""A whole generated case: scaffold, videos, jobs CSV and the truth to hold the results against."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from ..domain.units import unit_system
from .project import write_scaffold
from .rendering import render_video
from .site import SyntheticSite, SyntheticVideo
from .truth import flow_truth

SCAFFOLD_NAME = "scaffold_project.ivy"
TRUTH_NAME = "truth.json"
VIDEO_FOLDER = "videos"
CSV_COLUMNS = (
    "video_path",
    "water_surface_elevation",
    "start_time",
    "end_time",
    "alpha",
    "measurement_number",
    "measurement_date",
    "measurement_time",
    "gage_height",
    "comments",
)


def write_case(
    directory: Path,
    site: SyntheticSite,
    videos: Sequence[SyntheticVideo],
    *,
    csv_name: str = "jobs.csv",
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write a case that ``ivytools-batch run`` can measure.

    Parameters
    ----------
    directory
        Folder of the case, created if it is missing; files of the same names are replaced.
    site, videos
        What to generate. The first video gives the calibration image (at the site's level).
    csv_name
        Name of the jobs CSV.
    progress
        Called with the name of each file that is about to be written.

    Returns
    -------
    Path
        The jobs CSV. Beside it lie ``scaffold_project.ivy``, ``truth.json`` (SI) and ``videos/``.
    """
    say = progress or (lambda name: None)
    (directory / VIDEO_FOLDER).mkdir(parents=True, exist_ok=True)
    for video in videos:
        say(f"{VIDEO_FOLDER}/{video.name}.mp4")
        render_video(site, video, directory / VIDEO_FOLDER / f"{video.name}.mp4")
    say(SCAFFOLD_NAME)
    write_scaffold(site, videos[0], directory / SCAFFOLD_NAME)
    (directory / TRUTH_NAME).write_text(json.dumps(truth_table(site, videos), indent=1) + "\n", encoding="utf-8")
    _write_jobs(directory / csv_name, site, videos)
    return directory / csv_name


def truth_table(site: SyntheticSite, videos: Sequence[SyntheticVideo]) -> dict[str, object]:
    """The content of ``truth.json``: SI, distances from the edge of water at the start of the site's line."""
    return {"units": str(site.display_units), "jobs": [_truth_of(site, video) for video in videos]}


def _truth_of(site: SyntheticSite, video: SyntheticVideo) -> dict[str, object]:
    truth = flow_truth(site, video)
    return {
        "video": f"{video.name}.mp4",
        "wse_m": video.level_m,
        "alpha": video.alpha,
        "discharge_m3s": truth.discharge_m3s,
        "area_m2": truth.area_m2,
        "wetted_width_m": truth.wetted_width_m,
        "max_surface_velocity_mps": truth.max_surface_velocity_mps,
        "profile_distance_m": truth.distance_m.tolist(),
        "profile_velocity_mps": truth.velocity_mps.tolist(),
    }


def _write_jobs(path: Path, site: SyntheticSite, videos: Sequence[SyntheticVideo]) -> None:
    to_display = unit_system(site.display_units).length
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(CSV_COLUMNS)
        for number, video in enumerate(videos, start=1):
            level = round(video.level_m * to_display, 6)
            taken = video.creation_time
            writer.writerow(
                [
                    f"{VIDEO_FOLDER}/{video.name}.mp4",
                    f"{level:.6g}" if float(f"{level:.6g}") == level else repr(level),
                    video.start_time,
                    video.end_time,
                    video.alpha,
                    number,
                    taken.strftime("%Y-%m-%d") if taken else "",
                    taken.strftime("%H:%M:%S") if taken else "",
                    f"{level:.2f}",
                    video.comments,
                ]
            )
