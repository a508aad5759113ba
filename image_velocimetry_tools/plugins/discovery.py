"""Which plugins are installed: what their entry points say, without importing any of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, distributions

from .executors import EXECUTOR_GROUP
from .exporters import EXPORTER_GROUP
from .hooks import HOOK_GROUP
from .panels import PANEL_GROUP
from .velocimetry import VELOCIMETRY_GROUP

OUR_DISTRIBUTION = "ivytools"
SAFE_MODE_VARIABLE = "IVYTOOLS_SAFE_MODE"

GROUPS = {
    VELOCIMETRY_GROUP: "velocimetry method",
    EXECUTOR_GROUP: "executor",
    EXPORTER_GROUP: "exporter",
    PANEL_GROUP: "desktop panel",
    HOOK_GROUP: "hook",
}
"""The groups of entry points, with the word that users know them by."""


@dataclass(frozen=True, slots=True)
class PluginEntry:
    """A plugin as its entry point names it; ``distribution`` and ``version`` are those of the package it came with."""

    group: str
    name: str
    distribution: str
    version: str
    entry_point: EntryPoint

    @property
    def is_ours(self) -> bool:
        """Whether it came with this program."""
        return _normalised(self.distribution) == OUR_DISTRIBUTION

    @property
    def origin(self) -> str:
        """Package and version."""
        return f"{self.distribution} {self.version}".rstrip()

    def load(self) -> object:
        """Import what the entry point refers to; raises whatever the import raises."""
        return self.entry_point.load()


@dataclass(frozen=True, slots=True)
class PluginFailure:
    """A plugin that cannot be used: why, and what to do about it.

    ``group`` and ``name`` are empty where a package is so broken that its plugins are not known.
    """

    group: str
    name: str
    distribution: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        what = f"the {GROUPS.get(self.group, 'plugin')} '{self.name}'" if self.name else "a plugin"
        return f"{what} of {self.distribution} {self.reason}. {self.remedy}."


@dataclass(frozen=True, slots=True)
class Discovery:
    """What is installed: ours first, then by package and name, and what is wrong with the rest."""

    entries: tuple[PluginEntry, ...]
    failures: tuple[PluginFailure, ...] = ()


def is_safe_mode() -> bool:
    """Whether the environment asks for our own plugins only."""
    return os.environ.get(SAFE_MODE_VARIABLE, "").strip().lower() not in ("", "0", "false", "no", "off")


def discover_plugins() -> Discovery:
    """The plugins of all installed packages; of two plugins of one name the first counts, ours before others'."""
    found: list[PluginEntry] = []
    failures: list[PluginFailure] = []
    for distribution in _with_plugins():
        try:
            found += _entries(distribution)
        except Exception as error:
            failures.append(_unreadable(distribution, error))
    found.sort(key=lambda entry: (not entry.is_ours, _normalised(entry.distribution), entry.group, entry.name))
    entries, doubles = _without_doubles(found)
    return Discovery(tuple(entries), (*failures, *doubles))


def _with_plugins() -> Iterator[Distribution]:
    """Packages that name our groups, as the search path has them first. Their metadata is slow to parse: no others'."""
    seen: set[str] = set()
    for distribution in distributions():
        try:
            text = distribution.read_text("entry_points.txt") or ""
        except (OSError, UnicodeDecodeError):
            continue
        if not any(f"[{group}]" in text for group in GROUPS):
            continue
        name = _normalised(_name(distribution))
        if name not in seen:
            seen.add(name)
            yield distribution


def _entries(distribution: Distribution) -> list[PluginEntry]:
    name, version = _name(distribution), distribution.version or ""
    return [
        PluginEntry(point.group, point.name, name, version, point)
        for point in distribution.entry_points
        if point.group in GROUPS
    ]


def _without_doubles(found: Iterable[PluginEntry]) -> tuple[list[PluginEntry], list[PluginFailure]]:
    first: dict[tuple[str, str], PluginEntry] = {}
    doubles = []
    for entry in found:
        taken = first.setdefault((entry.group, entry.name), entry)
        if taken is not entry:
            reason = f"is left out, since {taken.origin} has one of the same name"
            remedy = f"Uninstall one of the packages, or ask the author of {entry.distribution} for another name"
            doubles.append(PluginFailure(entry.group, entry.name, entry.origin, reason, remedy))
    return list(first.values()), doubles


def _unreadable(distribution: Distribution, error: Exception) -> PluginFailure:
    reason = f"cannot be read: its entry points are damaged ({type(error).__name__}: {error})"
    return PluginFailure("", "", _name(distribution), reason, "Reinstall the package")


def _name(distribution: Distribution) -> str:
    try:
        name = distribution.metadata["Name"]
    except Exception:
        name = None
    return name or "a package without a name"


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
