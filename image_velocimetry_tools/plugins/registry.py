"""The plugins that can be used, each loaded only when it is asked for, and why the others cannot."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ..domain.errors import Cancelled, IvyError, Problem
from .discovery import (
    GROUPS,
    SAFE_MODE_VARIABLE,
    Discovery,
    PluginEntry,
    PluginFailure,
    discover_plugins,
    is_safe_mode,
)
from .interfaces import PluginSpec
from .settings_options import nearest_remedy, read_settings
from .spec_checks import spec_problems


@dataclass(frozen=True, slots=True)
class LoadedPlugin:
    """An installed plugin with its spec, or what keeps it from being used."""

    entry: PluginEntry
    spec: PluginSpec | None = None
    failures: tuple[PluginFailure, ...] = ()


class PluginRegistry:
    """Finds plugins by group and name.

    Listing names imports nothing; a plugin is imported when it is asked for, on its own, so that a broken one harms
    nobody who does not use it.

    Parameters
    ----------
    discover
        Tells what is installed; asked once, at the first need.
    safe_mode
        Leave out plugins of other packages; None follows the environment variable ``IVYTOOLS_SAFE_MODE``.
    """

    def __init__(self, discover: Callable[[], Discovery] = discover_plugins, *, safe_mode: bool | None = None) -> None:
        self.safe_mode = is_safe_mode() if safe_mode is None else safe_mode
        self._discover = discover
        self._loaded: dict[PluginEntry, LoadedPlugin] = {}

    def entries(self, group: str | None = None) -> tuple[PluginEntry, ...]:
        """What is installed, safe mode or not; of one group, or of all."""
        return tuple(entry for entry in self._discovery.entries if group in (None, entry.group))

    def names(self, group: str) -> tuple[str, ...]:
        """The names that users may choose from."""
        return tuple(entry.name for entry in self.entries(group) if not self.is_left_out(entry))

    def is_left_out(self, entry: PluginEntry) -> bool:
        """Whether safe mode keeps a plugin out."""
        return self.safe_mode and not entry.is_ours

    def get(self, group: str, name: str) -> PluginSpec:
        """The spec of a plugin.

        Raises
        ------
        IvyError
            If there is none of that name, it is broken, or safe mode leaves it out.
        """
        loaded = self.load(self._entry(group, name))
        if loaded.spec is None:
            raise IvyError.from_problems(_problem(failure) for failure in loaded.failures)
        return loaded.spec

    def load(self, entry: PluginEntry) -> LoadedPlugin:
        """Import a plugin, unless that was done before; it fails by its ``failures``, never by raising."""
        if entry not in self._loaded:
            self._loaded[entry] = _load(entry)
        return self._loaded[entry]

    def specs(self, group: str) -> tuple[PluginSpec, ...]:
        """Every usable plugin of a group, imported; what is wrong with the others is among the ``failures``."""
        loaded = [self.load(entry) for entry in self.entries(group) if not self.is_left_out(entry)]
        return tuple(plugin.spec for plugin in loaded if plugin.spec is not None)

    def failures(self) -> tuple[PluginFailure, ...]:
        """What is known to be wrong: with what is installed, and with the plugins that were imported so far."""
        of_plugins = [failure for plugin in self._loaded.values() for failure in plugin.failures]
        of_packages = [failure for failure in self._discovery.failures if not self.safe_mode]
        return (*of_packages, *of_plugins)

    def settings(self, group: str, name: str, values: Mapping[str, Any] | None = None) -> BaseModel:
        """The checked settings of a plugin.

        Raises
        ------
        IvyError
            If the plugin cannot be used, or settings do not do; all of them at once.
        """
        return read_settings(self.get(group, name), values or {})

    def create(self, group: str, name: str, values: Mapping[str, Any] | None = None) -> Any:
        """Make a plugin from settings by name, as a YAML file or the command line gives them.

        Raises
        ------
        IvyError
            If the plugin cannot be used, settings do not do, or it cannot be made with them.
        """
        spec = self.get(group, name)
        settings = read_settings(spec, values or {})
        try:
            return spec.create(settings)
        except Cancelled:
            raise
        except (Exception, SystemExit) as error:
            raise plugin_error(spec, error) from error

    @functools.cached_property
    def _discovery(self) -> Discovery:
        return self._discover()

    def _entry(self, group: str, name: str) -> PluginEntry:
        word = GROUPS[group]
        for entry in self.entries(group):
            if entry.name == name and self.is_left_out(entry):
                what = f"the {word} '{name}' of {entry.origin} is left out, since {SAFE_MODE_VARIABLE} is set"
                raise IvyError(what, remedy=f"Unset {SAFE_MODE_VARIABLE}, or choose a plugin of our own")
            if entry.name == name:
                return entry
        otherwise = "Install the package that it comes with, or IVyTools again"
        raise IvyError(
            f"there is no {word} '{name}'",
            remedy=f"{nearest_remedy(name, self.names(group), otherwise)}; 'ivytools-batch plugins list' shows them",
        )


def plugin_error(spec: PluginSpec, error: BaseException) -> IvyError:
    """What a failure inside a plugin means to the user: the plugin's own sentence, or which plugin failed and how."""
    place = f"plugin {spec.name}"
    if isinstance(error, IvyError):
        named = IvyError.from_problems(
            Problem(one.what, f"{place}, {one.where}" if one.where else place, one.remedy) for one in error.problems
        )
        named.stage = error.stage
        return named
    remedy = "Check its settings, choose another plugin, or report this to its author"
    return IvyError(f"it failed ({_words(error)})", where=place, remedy=remedy)


@functools.cache
def plugin_registry() -> PluginRegistry:
    """The plugins of this process."""
    return PluginRegistry()


def _load(entry: PluginEntry) -> LoadedPlugin:
    try:
        found = entry.load()
        problems = spec_problems(found, entry.name)
    except (Exception, SystemExit) as error:
        remedy = f"Reinstall or update {entry.distribution}, or report this to its author"
        return LoadedPlugin(entry, failures=(_failure(entry, f"cannot be loaded ({_words(error)})", remedy),))
    if problems or not isinstance(found, PluginSpec):
        return LoadedPlugin(entry, failures=tuple(_failure(entry, *problem) for problem in problems))
    return LoadedPlugin(entry, found)


def _failure(entry: PluginEntry, reason: str, remedy: str) -> PluginFailure:
    return PluginFailure(entry.group, entry.name, entry.origin, reason, remedy)


def _problem(failure: PluginFailure) -> Problem:
    word = GROUPS.get(failure.group, "plugin")
    return Problem(f"the {word} '{failure.name}' of {failure.distribution} {failure.reason}", remedy=failure.remedy)


def _words(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")
