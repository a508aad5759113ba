"""Presenter of the commands about named templates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...domain.errors import IvyError, Problem
from ...plugins.executors import EXECUTOR_GROUP
from ...plugins.hooks import HOOK_GROUP
from ...plugins.registry import PluginRegistry, plugin_registry
from ...plugins.settings_options import setting_options
from ...plugins.velocimetry import VELOCIMETRY_GROUP
from ..folders.state_folder import without_password
from ..inputs.batch_file import BatchFile, batch_file
from ..inputs.batch_file_text import example_batch_yaml
from ..inputs.templates import delete_template, list_templates, save_template, show_template, templates_folder
from .guarded import guarded
from .run import Wanted
from .view import COMPLETED, BatchView

#: Groups of the plugins that a key of the file is about.
_GROUPS = {
    "method_settings": VELOCIMETRY_GROUP,
    "executor_settings": EXECUTOR_GROUP,
    "hook_settings": HOOK_GROUP,
}


class TemplatesController:
    """One method per command; each answers the exit code.

    Parameters
    ----------
    view
        Where everything is shown.
    registry
        The plugins whose settings are checked; those that are installed if None.
    """

    def __init__(self, view: BatchView, registry: PluginRegistry | None = None) -> None:
        self._view = view
        self._registry = registry or plugin_registry()

    def save(self, name: str, wanted: Wanted, *, replace: bool = False) -> int:
        """Keep settings under a name; passwords and other secrets are left out."""

        def command() -> int:
            kept = self._kept(wanted.merged())
            self._view.say(f"saved: {save_template(name, kept, replace=replace)}")
            return COMPLETED

        return guarded(self._view, command)

    def list(self) -> int:
        """List the templates; a broken one with what is wrong."""

        def command() -> int:
            entries = list_templates()
            if not entries:
                self._view.say(f"there are no templates in {templates_folder()}")
            else:
                self._view.table(("name", "description"), [(entry.name, entry.description) for entry in entries])
            for entry in entries:
                if entry.problem:
                    self._view.warn(f"the template '{entry.name}' cannot be used: {entry.problem}")
            return COMPLETED

        return guarded(self._view, command)

    def show(self, name: str) -> int:
        """Show the text of a template, as it is."""
        return guarded(self._view, lambda: self._say(show_template(name)))

    def delete(self, name: str) -> int:
        """Remove a template."""
        return guarded(self._view, lambda: self._say(f"deleted: {delete_template(name)}"))

    def example(self) -> int:
        """Show a file of settings with every key and its meaning."""
        return guarded(self._view, lambda: self._say(example_batch_yaml()))

    def _say(self, text: str) -> int:
        self._view.say(text.rstrip("\n"))
        return COMPLETED

    def _kept(self, wanted: BatchFile) -> BatchFile:
        """What was said, without the sections of plugins of which nothing was said, and without secrets."""
        given = wanted.given()
        problems: list[Problem] = []
        for key, group in _GROUPS.items():
            sections = {}
            for name, values in given.pop(key, {}).items():
                try:
                    sections[name] = self._checked(group, name, values) if values else {}
                except IvyError as error:
                    problems += error.problems
            said = {name: values for name, values in sections.items() if values}
            given |= {key: said} if said else {}
        if problems:
            raise IvyError.from_problems(problems)
        if not given:
            remedy = "Give the options of 'run' that the template shall stand for, such as --method klt"
            raise IvyError("there is nothing to keep in the template", remedy=remedy)
        if wanted.database_url is not None and without_password(wanted.database_url) != wanted.database_url:
            self._view.warn("the password of the database is not kept; PGPASSWORD or ~/.pgpass can hold it.")
        return batch_file(given, base=Path.cwd(), place=lambda path: ".".join(map(str, path)))

    def _checked(self, group: str, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of a plugin as plain values of their types."""
        settings = self._registry.settings(group, name, values)
        secret = {one.field for one in setting_options(self._registry.get(group, name)) if one.is_secret}
        for field in sorted(secret & settings.model_fields_set):
            self._view.warn(f"{field} of {name} is a secret and not kept in the template; give it with each run.")
        plain: dict[str, Any] = settings.model_dump(mode="json", exclude_unset=True, exclude=secret)
        return plain
