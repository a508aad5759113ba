"""Where the jobs of a batch come from, as its settings say: a CSV, or a folder of videos."""

from __future__ import annotations

from ...domain.errors import IvyError
from ..config import ScaffoldConfig
from ..jobs import BatchCSVParser, JobList
from .batch_file import BatchFile, FolderInput
from .folder import folder_job_list
from .validity import DatedSettings


def found_jobs(wanted: BatchFile, scaffold: ScaffoldConfig) -> JobList:
    """All jobs that a batch names, checked.

    A folder that is watched gives none here: whoever watches it finds those that are there, once they are whole.

    Raises
    ------
    IvyError
        With every problem of every row or video, or if nothing says where jobs come from.
    """
    validity = dated_settings(wanted, scaffold)
    if wanted.jobs_csv is not None:
        parser = BatchCSVParser(allow_unknown_columns=wanted.allow_unknown_columns, validity=validity)
        return parser.parse(wanted.jobs_csv, scaffold)
    folder = required_folder(wanted)
    assert folder.path is not None
    if wanted.watch:
        folder.require_levels()
        return JobList(())
    folder = folder.model_copy(update={"strict": folder.strict or wanted.run.strict})
    ignored = [wanted.output] if wanted.output is not None else []
    assert folder.path is not None
    return folder_job_list(folder.path, scaffold, folder, ignored=ignored, validity=validity)


def dated_settings(wanted: BatchFile, scaffold: ScaffoldConfig) -> DatedSettings | None:
    """The table of settings with dates, if the batch has one."""
    if wanted.validity is None:
        return None
    timezone = wanted.folder.timezone if wanted.folder is not None else None
    return DatedSettings.read(wanted.validity, scaffold.scaffold, timezone=timezone)


def required_folder(wanted: BatchFile) -> FolderInput:
    """The folder of videos that a batch names.

    Raises
    ------
    IvyError
        If it names none.
    """
    if wanted.folder is None or wanted.folder.path is None:
        what = "nothing says which videos to measure"
        raise IvyError(what, remedy="Give a jobs CSV or a folder of videos after the scaffold", stage="input")
    return wanted.folder
