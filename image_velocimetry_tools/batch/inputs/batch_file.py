"""A batch told by a file: what to measure and how, each key an option of the command line.

A file may say only part of it, as templates do. What the command line says goes before the file that it names, that
before the template, that before the defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...domain.errors import Problem
from ...formats.jobs.batch_yaml import KeyPath, SettingsFileError, read_yaml_settings
from ...formats.jobs.durations import parse_duration_s
from ..config import RunSettings
from .batch_file_problems import unknown_key, value_problems
from .folder_options import FolderOptions

PluginSettings = dict[str, dict[str, Any]]

#: Keys of the file by fields of the run settings; those of plugins stand by the name of the plugin instead.
RUN_KEYS = {field: field.removesuffix("_s") for field in RunSettings.model_fields if not field.endswith("_settings")}
_RUN_FIELDS = {key: field for field, key in RUN_KEYS.items()}
_DURATIONS_S = tuple(RUN_KEYS[field] for field in RUN_KEYS if field.endswith("_s"))
_PATHS = ("scaffold", "jobs_csv", "validity", "output", "state_dir")
_FOLDER_PATHS = ("path", "stage_record")
#: Of these only one can be meant; a word of higher precedence takes the place of the other.
_ALTERNATIVES = ("jobs_csv", "folder")
_FOLDER_ALTERNATIVES = ("wse", "stage_record")


class FolderInput(FolderOptions):
    """A folder of videos and what is said about it."""

    path: Annotated[Path | None, Field(description="folder of videos, in place of a jobs CSV")] = None


class BatchFile(BaseModel):
    """What a file of settings says; :attr:`run` holds the settings of the run but for those of plugins.

    Only what was given counts when files are merged; the rest are defaults.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    scaffold: Annotated[Path | None, Field(description="project (.ivy) that was set up by hand for the site")] = None
    jobs_csv: Annotated[Path | None, Field(description="CSV with one job per row")] = None
    allow_unknown_columns: Annotated[
        bool, Field(description="carry unknown columns of the CSV through to the summary")
    ] = False
    folder: Annotated[FolderInput | None, Field(description="a folder of videos in place of the CSV")] = None
    watch: Annotated[bool, Field(description="go on watching the folder; new videos join the batch")] = False
    validity: Annotated[
        Path | None, Field(description="CSV of sections, alphas and other settings that hold from a date on")
    ] = None
    output: Annotated[Path | None, Field(description="folder for the results")] = None
    name: Annotated[str, Field(description="name of the batch")] = ""
    description: Annotated[str, Field(description="what the batch is for")] = ""
    priority: Annotated[int, Field(ge=0, le=10, description="0 to 10; the highest goes first")] = 5
    state_dir: Annotated[
        Path | None, Field(description="folder for the state of the batch, if not that of the results")
    ] = None
    database_url: Annotated[
        str | None, Field(description="database for the state, e.g. postgresql://user@host/name")
    ] = None
    method_settings: Annotated[PluginSettings, Field(description="settings of velocimetry methods, by name")] = {}
    executor_settings: Annotated[PluginSettings, Field(description="settings of executors, by name")] = {}
    hook_settings: Annotated[PluginSettings, Field(description="settings of hooks, by name")] = {}
    run: RunSettings = RunSettings()

    def run_settings(self) -> RunSettings:
        """Everything about the run, with the settings of the plugins that were chosen."""
        return self.run.model_copy(
            update={
                "method_settings": self.method_settings.get(self.run.method, {}),
                "executor_settings": self.executor_settings.get(self.run.executor, {}),
                "hook_settings": {name: self.hook_settings.get(name, {}) for name in self.run.hooks},
            }
        )

    def given(self) -> dict[str, Any]:
        """What was said, by the keys of a file; nothing that is only a default."""
        said = self.model_dump(exclude_unset=True)
        run = said.pop("run", {})
        if isinstance(said.get("folder"), dict) and "max_gap_min" in said["folder"]:
            said["folder"]["max_gap"] = said["folder"].pop("max_gap_min")
        return said | {RUN_KEYS[field]: value for field, value in run.items()}


def read_batch_yaml(path: str | Path) -> BatchFile:
    """Read a file of settings; relative paths in it start at its folder.

    Raises
    ------
    SettingsFileError
        With everything wrong at once: keys that are unknown or occur twice, values that do not fit, each with its line.
    """
    settings = read_yaml_settings(path)
    return batch_file(settings.data, base=settings.path.absolute().parent, place=settings.place)


def batch_file(data: Mapping[str, Any], *, base: Path, place: Callable[[KeyPath], str]) -> BatchFile:
    """What a mapping with the keys of a file says.

    Parameters
    ----------
    data
        Only keys that were given.
    base
        The folder at which relative paths start.
    place
        Where a key stands, for messages.

    Raises
    ------
    SettingsFileError
        With everything wrong at once.
    """
    problems = [unknown_key(key, file_keys(), place) for key in data if key not in file_keys()]
    # A section whose lines are all commented out is an empty one.
    is_said = {key: value is not None or not key.endswith("_settings") for key, value in data.items()}
    known = {key: value for key, value in data.items() if key in file_keys() and is_said[key]}
    fields = _durations(_absolute(known, base), problems, place)
    run = {_RUN_FIELDS[key]: fields.pop(key) for key in list(fields) if key in _RUN_FIELDS}
    problems += _contradictions(fields, place)
    found = None
    try:
        found = BatchFile.model_validate({**fields, "run": run} if run else fields)
    except ValidationError as error:
        problems += value_problems(error, RUN_KEYS, file_keys("folder"), place)
    if problems or found is None:
        raise SettingsFileError.from_problems(problems)
    return found


def merged_settings(
    template: BatchFile | None = None, config: BatchFile | None = None, given: BatchFile | None = None
) -> BatchFile:
    """One batch from a template, a file and the command line; the later goes before the earlier.

    Sections are merged key by key, lists are replaced. Where only one of two things can be meant (a CSV or a folder,
    one level or a stage record), the one that goes before counts.
    """
    merged: dict[str, Any] = {}
    for layer in (template, config, given):
        if layer is not None:
            merged = _over(layer.given(), merged, _ALTERNATIVES)
    return batch_file(merged, base=Path.cwd(), place=lambda key: ".".join(map(str, key)))


def file_keys(section: str = "") -> tuple[str, ...]:
    """The keys of a file, or of its section ``folder``, in the order in which they are written."""
    if section == "folder":
        names = ["path", *(name for name in FolderInput.model_fields if name != "path")]
        return tuple("max_gap" if name == "max_gap_min" else name for name in names)
    own = [name for name in BatchFile.model_fields if name != "run"]
    plugins = [name for name in own if name.endswith("_settings")]
    return (*(name for name in own if name not in plugins), *RUN_KEYS.values(), *plugins)


def _over(upper: Mapping[str, Any], lower: Mapping[str, Any], alternatives: tuple[str, ...]) -> dict[str, Any]:
    said = [key for key in alternatives if upper.get(key) is not None]
    merged = {key: value for key, value in lower.items() if not said or key in said or key not in alternatives}
    for key, value in upper.items():
        below = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = _over(value, below, _FOLDER_ALTERNATIVES) if both and below is not None else value
    return merged


def _absolute(data: Mapping[str, Any], base: Path) -> dict[str, Any]:
    def resolved(mapping: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
        return {
            key: base / Path(value).expanduser() if key in keys and isinstance(value, str | Path) else value
            for key, value in mapping.items()
        }

    found = resolved(data, _PATHS)
    if isinstance(found.get("folder"), str | Path):
        found["folder"] = {"path": found["folder"]}
    if isinstance(found.get("folder"), Mapping):
        found["folder"] = resolved(found["folder"], _FOLDER_PATHS)
    return found


def _durations(data: dict[str, Any], problems: list[Problem], place: Callable[[KeyPath], str]) -> dict[str, Any]:
    """The data with durations as numbers: seconds, and minutes for the gap of a stage record."""

    def number(section: dict[str, Any], key: str, at: KeyPath, name: str, unit: str, factor: float) -> None:
        value = section.pop(key, None)
        try:
            section[name] = None if value is None else parse_duration_s(value, unit) / factor
        except ValueError as error:
            problems.append(Problem(f"must be {error}, not {value!r}", place(at), "Correct the value"))

    for key in _DURATIONS_S:
        if key in data:
            number(data, key, (key,), key, "s", 1.0)
    folder = data.get("folder")
    if isinstance(folder, dict) and "max_gap" in folder:
        number(folder, "max_gap", ("folder", "max_gap"), "max_gap_min", "m", 60.0)
    return data


def _contradictions(data: Mapping[str, Any], place: Callable[[KeyPath], str]) -> list[Problem]:
    folder = data.get("folder")
    found = []
    if all(data.get(key) is not None for key in _ALTERNATIVES):
        found.append(Problem("a CSV of jobs and a folder of videos exclude each other", place(("folder",)), "Keep one"))
    if isinstance(folder, Mapping) and all(folder.get(key) is not None for key in _FOLDER_ALTERNATIVES):
        what = "one level for all videos and a stage record exclude each other"
        found.append(Problem(what, place(("folder", "stage_record")), "Keep one of them"))
    return found
