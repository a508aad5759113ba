"""Options of plugins among the arguments of a command: only the plugins that are mentioned are imported."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..domain.errors import IvyError, Problem
from .interfaces import PluginSpec
from .registry import PluginRegistry
from .settings_options import SettingOption, nearest_remedy, setting_options


@dataclass(frozen=True, slots=True)
class PluginArguments:
    """Arguments that are no options of plugins, in their order, and the settings by plugin and field.

    Values are text as given, True or False for switches, lists for options that may be repeated.
    """

    rest: tuple[str, ...]
    settings: Mapping[str, Mapping[str, Any]]

    def of_chosen(self, chosen: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        """The settings, provided that all of them are of chosen plugins.

        Raises
        ------
        IvyError
            If an option was given for a plugin that is not used: it would change nothing.
        """
        used = set(chosen)
        problems = [
            Problem(f"there are options for {name}, which is not used", remedy=f"Choose {name}, or leave them out")
            for name in self.settings
            if name not in used
        ]
        if problems:
            raise IvyError.from_problems(problems)
        return self.settings


def parse_plugin_options(
    arguments: Sequence[str], registry: PluginRegistry, groups: Iterable[str], reserved: Collection[str] = ()
) -> PluginArguments:
    """Take the options ``--<plugin>-<field>`` out of the arguments of a command.

    Parameters
    ----------
    groups
        Groups of plugins that the command uses.
    reserved
        Options of the command itself, which are never taken for those of a plugin.

    Raises
    ------
    IvyError
        If an option of a plugin is unknown, lacks its value, or its plugin is broken; all of them at once.
    """
    parser = _Parser(registry, tuple(groups), reserved, list(arguments))
    parser.parse()
    if parser.problems:
        raise IvyError.from_problems(parser.problems)
    return PluginArguments(tuple(parser.rest), parser.settings)


@dataclass(slots=True)
class _Parser:
    registry: PluginRegistry
    groups: tuple[str, ...]
    reserved: Collection[str]
    waiting: list[str]
    rest: list[str] = field(default_factory=list)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def parse(self) -> None:
        while self.waiting:
            argument = self.waiting.pop(0)
            if argument == "--":
                self.rest += [argument, *self.waiting]
                return
            flag, equals, text = argument.partition("=")
            specs = [] if flag in self.reserved else self._mentioned(flag)
            if specs is None:
                continue
            if specs:
                self._take(flag, text if equals else None, specs)
            else:
                self.rest.append(argument)

    def _mentioned(self, flag: str) -> list[PluginSpec] | None:
        """Plugins whose option this may be, the longest name first; None if none of them can be used."""
        names = [(group, name) for group in self.groups for name in self.registry.names(group)]
        meant = [(group, name) for group, name in names if flag.startswith((f"--{name}-", f"--no-{name}-"))]
        specs: list[PluginSpec] = []
        problems: list[Problem] = []
        for group, name in sorted(meant, key=lambda pair: -len(pair[1])):
            try:
                specs.append(self.registry.get(group, name))
            except IvyError as error:
                problems += error.problems
        if meant and not specs:
            self.problems += [problem for problem in problems if problem not in self.problems]
            return None
        return specs

    def _take(self, flag: str, text: str | None, specs: Sequence[PluginSpec]) -> None:
        for spec in specs:
            for option in setting_options(spec):
                if flag == option.flag or (option.is_switch and flag == option.no_flag):
                    self._keep(spec.name, option, flag, text)
                    return
        self.problems.append(Problem(f"there is no option {flag}", remedy=_meant(flag, specs[0])))

    def _keep(self, plugin: str, option: SettingOption, flag: str, text: str | None) -> None:
        settings = self.settings.setdefault(plugin, {})
        if option.is_switch:
            if text is not None and flag == option.no_flag:
                self.problems.append(Problem(f"the option {flag} takes no value", remedy="Leave the value out"))
            settings[option.field] = flag == option.flag if text is None else text
            return
        if text is None:
            text = self._value()
        if text is None:
            remedy = f"Write {flag} {option.metavar}"
            self.problems.append(Problem(f"the option {flag} needs a value", remedy=remedy))
        elif option.is_list:
            settings.setdefault(option.field, []).append(text)
        else:
            settings[option.field] = text

    def _value(self) -> str | None:
        if not self.waiting or self.waiting[0].startswith("--"):
            return None
        return self.waiting.pop(0)


def _meant(flag: str, spec: PluginSpec) -> str:
    # Compared without what all options of the plugin begin with, which would make any two of them alike.
    prefix = f"--{spec.name}-"
    name = f"--{flag.removeprefix('--').removeprefix('no-')}".removeprefix(prefix)
    known = [option.flag.removeprefix(prefix) for option in setting_options(spec)]
    return nearest_remedy(name, known, f"The plugin {spec.name} has no settings: leave it out", prefix)
