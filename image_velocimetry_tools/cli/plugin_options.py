"""Settings of plugins as options of a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from ..plugins.option_parsing import PluginArguments
    from ..plugins.registry import PluginRegistry

_KEY = "ivytools.plugin_arguments"
Sections = Mapping[str, Mapping[str, Any]]


def command_with_plugin_options(*groups: str) -> type[TyperCommand]:
    """Class for a command that also takes ``--<plugin>-<field>``: ``app.command(cls=...)(run)``.

    The options are taken out before the command's own are parsed. Only plugins that the arguments mention are
    imported, and all of them for ``--help``.

    Parameters
    ----------
    groups
        Entry-point groups of the plugins that the command uses.
    """

    class PluginOptionsCommand(TyperCommand):
        """A command that knows the settings of plugins."""

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            own = {name for parameter in self.get_params(ctx) for name in (*parameter.opts, *parameter.secondary_opts)}
            # Most runs name no option that could be a plugin's, and need not know which plugins there are.
            if any(_could_be_plugins(argument, own) for argument in args) and not ctx.resilient_parsing:
                arguments = _parse(ctx, args, groups, own)
                ctx.meta[_KEY] = arguments
                args = list(arguments.rest)
            return super().parse_args(ctx, args)

        def format_options(self, ctx: Any, formatter: Any) -> None:
            super().format_options(ctx, formatter)
            for title, rows in _help_sections(groups):
                with formatter.section(title):
                    formatter.write_dl(rows)

    return PluginOptionsCommand


def plugin_settings(ctx: typer.Context, scheduler: str | None = None) -> Callable[[set[str]], Sections]:
    """What gives the settings that the command line says, by plugin and field.

    It is called with the names of the plugins that are used, and raises an IvyError if options were given for another.

    Parameters
    ----------
    scheduler
        Address of the Dask scheduler, which has an option of its own.
    """
    arguments: PluginArguments | None = ctx.meta.get(_KEY)

    def of_chosen(chosen: set[str]) -> Sections:
        from ..plugins.option_parsing import PluginArguments

        said = {name: dict(fields) for name, fields in (arguments.settings if arguments else {}).items()}
        if scheduler is not None:
            said.setdefault("dask", {})["scheduler"] = scheduler
        return PluginArguments((), said).of_chosen(chosen)

    return of_chosen


def _could_be_plugins(argument: str, own: set[str]) -> bool:
    return argument.startswith("--") and len(argument) > 2 and argument.partition("=")[0] not in own


def _parse(ctx: typer.Context, args: list[str], groups: tuple[str, ...], own: set[str]) -> PluginArguments:
    from ..domain.errors import IvyError
    from ..plugins.option_parsing import parse_plugin_options

    try:
        return parse_plugin_options(args, _registry(), groups, own)
    except IvyError as error:
        ctx.fail("\n".join(str(problem) for problem in error.problems))


def _help_sections(groups: tuple[str, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
    from ..plugins.discovery import GROUPS
    from ..plugins.settings_options import setting_options

    registry = _registry()
    sections = []
    for group in groups:
        for spec in registry.specs(group):
            rows = [
                (
                    f"{option.flag} / {option.no_flag}" if option.is_switch else f"{option.flag} {option.metavar}",
                    f"{option.help}.  [default: {option.default}]" if option.default else f"{option.help}.",
                )
                for option in setting_options(spec)
            ]
            if rows:
                sections.append((f"Options of the {GROUPS[group]} {spec.name}", rows))
    return sections


def _registry() -> PluginRegistry:
    from ..plugins.registry import plugin_registry

    return plugin_registry()
