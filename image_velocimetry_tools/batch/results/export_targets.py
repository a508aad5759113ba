"""Where exports are written, and where they must not be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...domain.errors import OutputError, output_error
from ...formats.jobs.job_ids import safe_job_id
from ...formats.results.batch_summary import FILE_NAME as SUMMARY_NAME
from ...formats.results.errors_log import FILE_NAME as ERRORS_NAME
from ...plugins.exporters import ExportSource
from ..folders.state_folder import FOLDER_NAME

EXPORTS_NAME = "exports"
_OF_THE_BATCH = ("jobs", "logs", FOLDER_NAME, SUMMARY_NAME, ERRORS_NAME)


def export_file_name(source: ExportSource, exporter: str, suffix: str) -> str:
    """The usual name of an export: ``May_2024-points.csv``."""
    batch = re.sub("_+", "_", safe_job_id(source.name or source.batch_id))
    return f"{batch}-{exporter}{suffix}"


def export_targets(names: Sequence[str], output: Path | None, usual_folder: Path) -> list[Path]:
    """A path for each file name: in a folder, or ``output`` itself if that is one file.

    Raises
    ------
    OutputError
        If several files shall be written into what is a file.
    """
    if output is not None and len(names) == 1 and not output.is_dir():
        return [output]
    folder = output or usual_folder
    if folder.exists() and not folder.is_dir():
        raise OutputError("several exports need a folder, and this is a file", where=str(folder), remedy="Name another")
    return [folder / name for name in names]


def made_folders(targets: Sequence[Path], output: Path | None) -> list[Path]:
    """Make the folders of the targets that are not there, but not that of a file that the user named.

    Raises
    ------
    OutputError
        If one cannot be made.
    """
    made = []
    for folder in dict.fromkeys(target.parent for target in targets if target != output):
        try:
            if not folder.exists():
                folder.mkdir(parents=True)
                made.append(folder)
        except OSError as error:
            raise output_error(folder, error) from error
    return made


def require_harmless(target: Path, source: ExportSource) -> None:
    """Refuse to write over what the batch needs: its videos, its scaffold, its own results and state.

    Raises
    ------
    OutputError
        If the target is one of these.
    """
    place, output = target.resolve(), source.output_directory.resolve()
    needed = any(place.is_relative_to(output / name) for name in _OF_THE_BATCH)
    if needed or (place.is_file() and place in _inputs(source)):
        what = "this is a file of the batch, which an export would destroy"
        raise OutputError(what, where=str(target), remedy="Choose another name with --output")


def _inputs(source: ExportSource) -> Iterator[Path]:
    scaffold = source.facts.get("scaffold_path")
    if scaffold:
        yield Path(scaffold).resolve()
    for job in source.jobs:
        if job.video_url is None:
            yield job.video_path.resolve()
