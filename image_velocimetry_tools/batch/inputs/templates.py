"""Named templates: settings that a user keeps and calls by name, one YAML file each."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from pathlib import Path

from ...domain.errors import IvyError, OutputError, output_error
from ...formats.jobs.batch_yaml import SettingsFileError
from ...formats.jobs.job_ids import job_id_key, job_id_problem
from .batch_file import BatchFile, read_batch_yaml
from .batch_file_text import write_batch_yaml

FOLDER_VARIABLE = "IVYTOOLS_CONFIG_DIR"
_SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class TemplateEntry:
    """A template in a list; ``problem`` says why it cannot be used, if it cannot."""

    name: str
    path: Path
    description: str = ""
    problem: str = ""


def templates_folder() -> Path:
    """Where templates lie: in ``IVYTOOLS_CONFIG_DIR`` if that is set, else where the system keeps settings."""
    given = os.environ.get(FOLDER_VARIABLE)
    if given:
        return Path(given).expanduser() / "templates"
    from platformdirs import user_config_path

    return user_config_path("ivytools", appauthor=False) / "templates"


def save_template(name: str, batch: BatchFile, *, replace: bool = False) -> Path:
    """Keep what was given under a name.

    Raises
    ------
    SettingsFileError
        If the name will not do, or is taken and ``replace`` is not set.
    OutputError
        If the file cannot be written.
    """
    name = _checked(name)
    existing = _files().get(job_id_key(name))
    if existing is not None and not replace:
        what = f"there is a template '{existing.stem}' already"
        raise SettingsFileError(what, where=str(existing), remedy="Choose another name, or replace it with --replace")
    path = existing or templates_folder() / f"{name}{_SUFFIX}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(path, error) from error
    write_batch_yaml(path, batch)
    return path


def load_template(name: str) -> BatchFile:
    """The settings of a template.

    Raises
    ------
    SettingsFileError
        If there is none of that name, or its file is broken.
    """
    return read_batch_yaml(_file(name))


def show_template(name: str) -> str:
    """The text of a template, as it is.

    Raises
    ------
    SettingsFileError
        If there is none of that name, or it cannot be read.
    """
    path = _file(name)
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsFileError(f"the template cannot be read ({error})", where=str(path)) from error


def delete_template(name: str) -> Path:
    """Remove a template.

    Raises
    ------
    SettingsFileError
        If there is none of that name.
    OutputError
        If it cannot be removed.
    """
    path = _file(name)
    try:
        path.unlink()
    except OSError as error:
        what = f"the template cannot be removed ({error.strerror or error})"
        raise OutputError(what, where=str(path), remedy="Check the permissions of its folder") from error
    return path


def list_templates() -> tuple[TemplateEntry, ...]:
    """All templates by name; a broken one is listed with what is wrong."""
    entries = []
    for path in _files().values():
        try:
            entries.append(TemplateEntry(path.stem, path, read_batch_yaml(path).description))
        except IvyError as error:
            entries.append(TemplateEntry(path.stem, path, problem=str(error.problems[0])))
    return tuple(sorted(entries, key=lambda entry: job_id_key(entry.name)))


def _file(name: str) -> Path:
    files = _files()
    key = job_id_key(_checked(name))
    if key in files:
        return files[key]
    nearest = difflib.get_close_matches(key, files, n=1, cutoff=0.5)
    if nearest:
        remedy = f"Did you mean '{files[nearest[0]].stem}'? 'ivytools-batch templates list' names all of them"
    elif files:
        remedy = f"There are {', '.join(sorted(path.stem for path in files.values()))}"
    else:
        remedy = "There are none yet; 'ivytools-batch templates save' makes one"
    raise SettingsFileError(f"there is no template '{name}'", where=str(templates_folder()), remedy=remedy)


def _files() -> dict[str, Path]:
    """Files of templates by what names share if some file system takes them for one."""
    try:
        return {job_id_key(path.stem): path for path in sorted(templates_folder().glob(f"*{_SUFFIX}"))}
    except OSError as error:
        what = f"the folder of templates cannot be read ({error.strerror or error})"
        raise SettingsFileError(what, where=str(templates_folder()), remedy="Check its permissions") from error


def _checked(name: str) -> str:
    problem = job_id_problem(name)
    if problem:
        what = f"the name of a template {problem}: {name!r}"
        raise SettingsFileError(what, remedy="Use letters, digits, '.', '-' and '_'")
    return name
