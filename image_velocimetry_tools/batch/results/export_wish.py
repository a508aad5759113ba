"""What the user wants exported: by which exporters, and with which settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...domain.errors import IvyError, Problem
from ...plugins.exporters import EXPORTER_GROUP, Exporter
from ...plugins.registry import PluginRegistry

Sections = Mapping[str, Mapping[str, Any]]

#: Options of the command line that mean a setting of whatever exporter has it, by the name of the setting.
_OPTIONS = {
    "include_failed": "--failed/--no-failed",
    "names": "--names",
    "pattern": "--names",
    "prefix": "--prefix",
    "gauged_column": "--gauged-column",
    "gauged_file": "--gauged-file",
    "gauged_timezone": "--gauged-timezone",
}


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What to write and where.

    Parameters
    ----------
    exporters
        Names of exporters.
    output
        File, or folder for several; None for the usual place.
    shared
        Settings for every exporter that has them, by their names; None counts as not given.
    plugin_settings
        Gives the settings that the user made for single exporters, which go before the shared ones.
    """

    exporters: tuple[str, ...] = ()
    output: Path | None = None
    shared: Mapping[str, Any] = field(default_factory=dict)
    plugin_settings: Callable[[set[str]], Sections] = lambda chosen: {}


def naming(names: str | None) -> dict[str, str | None]:
    """The settings that the word for the names in an archive means: a text with fields in braces is a pattern.

    Examples
    --------
    >>> naming("{number}_{title}")
    {'names': 'custom', 'pattern': '{number}_{title}'}
    """
    return {"names": "custom", "pattern": names} if names and "{" in names else {"names": names}


def wished_exporters(wish: ExportWish, registry: PluginRegistry) -> dict[str, Exporter]:
    """The exporters by their names, ready to write.

    Raises
    ------
    IvyError
        If there is none of a name, or settings do not do; all of them at once.
    """
    shared = {name: value for name, value in wish.shared.items() if value is not None}
    chosen = dict.fromkeys(wish.exporters)
    problems: list[Problem] = []
    made: dict[str, Exporter] = {}
    known: set[str] = set()
    own: Sections = {}
    try:
        own = wish.plugin_settings(set(chosen))
    except IvyError as error:
        problems += error.problems
    for name in chosen:
        try:
            fields = set(registry.get(EXPORTER_GROUP, name).settings.model_fields)
            known |= fields
            settings = {key: value for key, value in shared.items() if key in fields} | dict(own.get(name, {}))
            made[name] = registry.create(EXPORTER_GROUP, name, settings)
        except IvyError as error:
            problems += error.problems
    if not problems:
        problems += _meaningless(shared, known, chosen)
    if problems:
        raise IvyError.from_problems(problems)
    return made


def _meaningless(shared: Mapping[str, Any], known: set[str], chosen: Mapping[str, None]) -> list[Problem]:
    options = dict.fromkeys(_OPTIONS.get(name, name) for name in shared if name not in known)
    what = f"means nothing for {', '.join(chosen)}"
    return [Problem(f"{option} {what}", remedy="Leave it out, or choose an export that has it") for option in options]
