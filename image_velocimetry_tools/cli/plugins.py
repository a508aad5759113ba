"""``ivytools-batch plugins``: what is installed, and whether it works."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Quiet, Verbose
from .session import open_view
from .terminal import TerminalView

if TYPE_CHECKING:
    from ..plugins.discovery import PluginEntry, PluginFailure
    from ..plugins.registry import PluginRegistry

BAD_INPUT = 2
BROKEN = 1
GROUP_PREFIX = "ivytools."

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Group = Annotated[str | None, typer.Option(help="Only this group: velocimetry, executors, exporters, panels or hooks.")]


@app.callback()
def plugins() -> None:
    """Show and check what extends the program.

    With IVYTOOLS_SAFE_MODE=1 in the environment only our own plugins are used.
    """


@app.command("list")
def list_plugins(group: Group = None, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """List the installed plugins, what they do and where they come from."""
    view = open_view(quiet, verbose)
    wanted = _group(group)
    registry = _registry()
    rows = [_row(registry, entry) for entry in registry.entries(wanted)]
    if rows:
        view.table(("group", "name", "title", "interface", "package", "state"), rows)
    else:
        view.say("no plugins are installed")
    for failure in registry.failures():
        if wanted in (None, failure.group):
            view.warn(str(failure))
    if registry.safe_mode:
        view.say("IVYTOOLS_SAFE_MODE is set: only our own plugins are used")


@app.command("check")
def check_plugins(
    name: Annotated[str | None, typer.Argument(help="Plugin to check; without it all of them.")] = None,
    group: Group = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Load the plugins, check their settings and make them with their defaults.

    Exit code 1 if one cannot be used. Executors and panels are not made, since they would start processes or windows.
    """
    view = open_view(quiet, verbose)
    registry = _registry()
    wanted = _group(group)
    entries = [entry for entry in registry.entries(wanted) if name in (None, entry.name)]
    packages = [failure for failure in registry.failures() if _concerns(failure, wanted, name)]
    for failure in packages:
        view.problem(str(failure))
    if name is not None and not entries and not packages:
        view.problem(_no_such_plugin(registry, name, wanted))
        raise typer.Exit(BAD_INPUT)
    broken = [entry for entry in entries if not _check(registry, entry, view)]
    raise typer.Exit(BROKEN if broken or packages else 0)


def _concerns(failure: PluginFailure, group: str | None, name: str | None) -> bool:
    """Whether a failure is about what is checked; a package that cannot be read may hold any plugin."""
    return group in (None, failure.group) and name in (None, failure.name) if failure.name else True


def _check(registry: PluginRegistry, entry: PluginEntry, view: TerminalView) -> bool:
    """Whether a plugin can be used; says what is wrong, or what it needs."""
    from ..plugins.plugin_check import check_plugin

    if registry.is_left_out(entry):
        view.say(f"{_label(entry)}: left out in safe mode")
        return True
    checked = check_plugin(registry, entry)
    for problem in checked.problems:
        view.problem(f"{_label(entry)}: {problem}")
    if checked.is_usable:
        view.say(f"{_label(entry)}: ready" if not checked.needs else f"{_label(entry)}: ready, needs settings")
        for need in checked.needs:
            view.detail(f"  {need}")
    return checked.is_usable


def _row(registry: PluginRegistry, entry: PluginEntry) -> Sequence[str]:
    word = entry.group.removeprefix(GROUP_PREFIX)
    if registry.is_left_out(entry):
        return word, entry.name, "", "", entry.origin, "left out"
    spec = registry.load(entry).spec
    if spec is None:
        return word, entry.name, "", "", entry.origin, "broken"
    return word, entry.name, spec.title, ".".join(map(str, spec.api_version)), entry.origin, "ready"


def _group(text: str | None) -> str | None:
    """The entry-point group of the user's word."""
    if text is None:
        return None
    from ..plugins.discovery import GROUPS

    group = text if text in GROUPS else f"{GROUP_PREFIX}{text}"
    if group not in GROUPS:
        names = ", ".join(name.removeprefix(GROUP_PREFIX) for name in GROUPS)
        raise typer.BadParameter(f"there is no group '{text}'; choose from {names}", param_hint="--group")
    return group


def _no_such_plugin(registry: PluginRegistry, name: str, group: str | None) -> str:
    from ..plugins.settings_options import nearest_remedy

    known = {entry.name for entry in registry.entries(group)}
    return f"there is no plugin '{name}'. {nearest_remedy(name, known, 'Install the package that it comes with')}."


def _label(entry: PluginEntry) -> str:
    from ..plugins.discovery import GROUPS

    return f"{GROUPS[entry.group]} {entry.name} ({entry.origin})"


def _registry() -> PluginRegistry:
    from ..plugins.registry import plugin_registry

    return plugin_registry()
