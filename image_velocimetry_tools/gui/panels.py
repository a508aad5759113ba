"""Panels of plugins: found, built one by one, and asked before the window closes. A broken one harms nobody else."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from PyQt5.QtWidgets import QWidget

from ..plugins.discovery import PluginEntry
from ..plugins.panels import PANEL_GROUP, Panel, TakesFiles
from ..plugins.registry import LoadedPlugin, PluginRegistry, plugin_error
from .models.panel_host import WindowHost
from .models.project_files import ProjectFiles
from .models.workbench import Workbench

logger = logging.getLogger(__name__)


class PanelSource(Protocol):
    """The registry of plugins, as far as panels need it."""

    def entries(self, group: str | None = None) -> tuple[PluginEntry, ...]:
        """What is installed."""
        ...

    def is_left_out(self, entry: PluginEntry) -> bool:
        """Whether safe mode keeps a plugin out."""
        ...

    def load(self, entry: PluginEntry) -> LoadedPlugin:
        """Import a plugin."""
        ...

    def create(self, group: str, name: str, values: Any = None) -> Any:
        """Make a plugin."""
        ...


class Panels:
    """The panels of the window."""

    def __init__(
        self,
        bench: Workbench,
        add: Callable[[str, str, QWidget], None],
        files: ProjectFiles,
        open_project: Callable[[Path], None],
        source: PanelSource | None = None,
    ) -> None:
        self.are_built = False
        self._bench = bench
        self._add = add
        self._source = source or PluginRegistry()
        self._host = WindowHost(bench, files, open_project)
        self._panels: dict[str, Panel] = {}

    def warm_up(self) -> None:
        """Load what panels need, in any thread, so that building them does not hold up the window."""
        for entry in self._entries():
            spec = self._source.load(entry).spec
            if spec is not None and spec.warm_up is not None:
                # what is wrong with a plugin is told when its panel is built
                with contextlib.suppress(Exception):
                    spec.warm_up()

    def build(self) -> None:
        """Build every panel that is installed; what is wrong with the others is told in one box."""
        if self.are_built:
            return
        self.are_built = True
        sentences: list[str] = []
        for entry in self._entries():
            sentences += self._build(entry)
        if sentences:
            self._bench.dialogs.show_warnings("Panels that cannot be shown", sentences)

    def give(self, paths: Sequence[Path]) -> str | None:
        """Hand files to the first panel that takes files; the answer is its page, None if there is no such panel."""
        self.build()
        for name, panel in self._panels.items():
            if isinstance(panel, TakesFiles):
                panel.take_files(paths)
                return _page(name)
        return None

    def may_close(self) -> bool:
        """Whether no panel wants the window to stay; one that cannot answer does not keep it."""
        return all(self._may_close(name, panel) for name, panel in self._panels.items())

    def close(self) -> None:
        """The window closes."""
        for name, panel in self._panels.items():
            try:
                panel.close()
            except Exception:
                logger.exception("the panel '%s' did not end as it should", name)
        self._panels.clear()
        self._host.close()

    def _entries(self) -> list[PluginEntry]:
        return [entry for entry in self._source.entries(PANEL_GROUP) if not self._source.is_left_out(entry)]

    def _build(self, entry: PluginEntry) -> list[str]:
        loaded = self._source.load(entry)
        if loaded.spec is None:
            return [str(failure) for failure in loaded.failures]
        try:
            panel = self._source.create(PANEL_GROUP, entry.name)(self._host)
            content = panel.widget()
            if not isinstance(content, QWidget):
                raise TypeError(f"its widget is a {type(content).__name__}")
            self._add(_page(entry.name), str(panel.title), content)
        except Exception as error:
            logger.exception("the panel '%s' cannot be shown", entry.name)
            return [str(problem) for problem in plugin_error(loaded.spec, error).problems]
        self._panels[entry.name] = panel
        return []

    def _may_close(self, name: str, panel: Panel) -> bool:
        try:
            return panel.may_close()
        except Exception:
            logger.exception("the panel '%s' could not say whether the window may close", name)
            return True


def _page(name: str) -> str:
    return f"panel_{name}"
