"""A batch that is about to be started, and the files that tell the engine of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ....batch.inputs.batch_file import BatchFile, batch_file, merged_settings, read_batch_yaml
from ....batch.inputs.batch_file_text import write_batch_yaml
from ....domain.errors import IvyError, Problem, output_error
from ....domain.typed_numbers import is_typed_number, typed_number
from .jobs_sheet import SheetContent

FOLDER_NAME = "set_up"
JOBS_NAME, SETTINGS_NAME, SCAFFOLD_NAME, LOG_NAME = "jobs.csv", "batch.yaml", "scaffold.ivy", "engine.log"

_LABELS = {
    "jobs": "jobs at a time",
    "max_retries": "retries",
    "job_timeout": "longest time of a job",
    "name": "name",
    "method": "method",
}


@dataclass(frozen=True, slots=True)
class SetUp:
    """The choices of the form, as texts; ``scaffold`` is None for the project that is open in the window.

    What is left at its usual value is not said, so that a file of settings can say it.
    """

    name: str = ""
    scaffold: Path | None = None
    uses_current_project: bool = True
    output: Path | None = None
    jobs_at_a_time: str = "auto"
    alpha: str = ""
    method: str = "stiv"
    max_retries: str = "3"
    job_timeout: str = ""
    save_projects: bool = True
    plots: bool = True
    allow_unknown_columns: bool = False
    settings_file: Path | None = None

    @property
    def folder(self) -> Path:
        """Where the files for the engine go.

        Raises
        ------
        IvyError
            If no output folder was chosen.
        """
        if self.output is None:
            raise IvyError("no folder for the results was chosen", remedy="Choose an output folder")
        return self.output / FOLDER_NAME

    def settings(self, scaffold: Path, jobs_csv: Path) -> BatchFile:
        """Everything that the engine is told.

        Raises
        ------
        IvyError
            With every value of the form or of the file of settings that does not do.
        """
        usual = SetUp()
        said: dict[str, Any] = {"scaffold": scaffold, "jobs_csv": jobs_csv, "output": self.output}
        said["save_projects"] = self.save_projects
        if self.name.strip():
            said["name"] = self.name.strip()
        if self.jobs_at_a_time.strip().lower() not in ("", usual.jobs_at_a_time):
            said["jobs"] = _whole_number(self.jobs_at_a_time)
        if self.max_retries.strip() not in ("", usual.max_retries):
            said["max_retries"] = _whole_number(self.max_retries)
        if self.job_timeout.strip():
            said["job_timeout"] = self.job_timeout.strip()
        for name in ("method", "plots", "allow_unknown_columns"):
            if getattr(self, name) != getattr(usual, name):
                said[name] = getattr(self, name)
        given = batch_file(said, base=Path.cwd(), place=_label)
        config = read_batch_yaml(self.settings_file) if self.settings_file is not None else None
        return merged_settings(None, config, given)

    def default_alpha(self) -> str:
        """What rows that say nothing of alpha get; empty for the usual one.

        Raises
        ------
        IvyError
            If it is no number in (0, 1].
        """
        text = self.alpha.strip()
        if not text:
            return ""
        if is_typed_number(text) and 0.0 < typed_number(text) <= 1.0:
            return text.replace(",", ".")
        raise IvyError(f"alpha must lie above 0 and be at most 1, not '{self.alpha}'", remedy="0.85 is usual")


def write_set_up(set_up: SetUp, content: SheetContent, scaffold: Path) -> Path:
    """Write the jobs CSV and the settings for the engine; the answer is the path of the settings.

    Raises
    ------
    IvyError
        If a value does not do, or a file cannot be written.
    """
    if not content.rows:
        raise IvyError("the jobs table is empty", remedy="Add videos, or open a jobs CSV")
    folder = set_up.folder
    jobs_csv, settings_path = folder / JOBS_NAME, folder / SETTINGS_NAME
    settings, alpha = set_up.settings(scaffold, jobs_csv), set_up.default_alpha()
    make_folder(folder)
    content.write(jobs_csv, alpha if content.delimiter == "," else alpha.replace(".", ","))
    write_batch_yaml(settings_path, settings)
    return settings_path


def scaffold_words(path: Path | None) -> str:
    """Which file is the scaffold; a copy that a batch keeps is named by its batch."""
    if path is None:
        return ""
    is_kept = path.name == SCAFFOLD_NAME and path.parent.name == FOLDER_NAME
    return f"The project kept for {path.parent.parent.name}: {path}" if is_kept else str(path)


def make_folder(folder: Path) -> None:
    """Make a folder with all above it.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(folder, error) from error


def form_problems(set_up: SetUp, row_count: int) -> list[Problem]:
    """What is missing from a form before anything can be checked or started."""
    problems = []
    if not set_up.uses_current_project and set_up.scaffold is None:
        problems.append(Problem("no scaffold was chosen", remedy="Choose a project (.ivy), or use the open one"))
    if set_up.output is None:
        problems.append(Problem("no folder for the results was chosen", remedy="Choose an output folder"))
    if not row_count:
        problems.append(Problem("the jobs table is empty", remedy="Drag videos into it, or open a jobs CSV"))
    return problems


def _whole_number(text: str) -> int | str:
    """The number that a text is, or the text, of which the settings will say what is wrong."""
    return int(text) if text.strip().isdecimal() else text.strip()


def _label(key: Sequence[int | str]) -> str:
    return ".".join(_LABELS.get(str(part), str(part).replace("_", " ")) for part in key)
