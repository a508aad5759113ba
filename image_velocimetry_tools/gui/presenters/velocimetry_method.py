"""The choice of the velocimetry method, and its settings as a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from ...domain.errors import IvyError
from ...domain.project import Project
from ...domain.velocimetry import method_label
from ...plugins.interfaces import PluginSpec
from ...plugins.registry import PluginRegistry
from ...plugins.velocimetry import VELOCIMETRY_GROUP
from ..models.document import Change
from ..models.velocimetry_method import MethodSetting, method_form, with_method, with_method_settings
from ..models.workbench import Workbench


class MethodView(Protocol):
    """The panel of the method."""

    def bind(self, presenter: MethodPresenter) -> None: ...
    def show_methods(self, methods: Sequence[tuple[str, str]]) -> None: ...
    def show_method(self, name: str, title: str) -> None: ...
    def show_settings(self, settings: Sequence[MethodSetting]) -> None: ...


class MethodPresenter:
    """Offers the methods that are installed; a setting that does not do is refused in words."""

    def __init__(self, view: MethodView, bench: Workbench, registry: PluginRegistry) -> None:
        self._view = view
        self._bench = bench
        self._registry = registry
        self._specs: dict[str, PluginSpec] = {}
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        bench.tasks.start("Find the methods", lambda control: registry.specs(VELOCIMETRY_GROUP), self._take, quiet=True)

    def choose(self, name: str) -> None:
        """Measure by another method, with its usual settings."""
        self._edit("Choose the method", with_method(self._project, name), "")

    def set_value(self, name: str, value: Any) -> None:
        """Another value of a setting of the method."""
        method, values = self._project.velocimetry.method, {**self._project.velocimetry.method_settings, name: value}
        try:
            self._registry.settings(VELOCIMETRY_GROUP, method, values)
        except IvyError as error:
            self._bench.dialogs.show_error("Change the method", error)
            self._show()
            return
        self._edit("Change the method", with_method_settings(self._project, values), f"method {name}")

    def reset(self) -> None:
        """Return to the usual settings of the method."""
        self._edit("Return to the usual method", with_method_settings(self._project, {}), "")

    @property
    def _project(self) -> Project:
        return self._bench.document.project

    def _edit(self, label: str, project: Project, merge: str) -> None:
        if project is self._project:
            self._show()
        else:
            self._bench.document.edit(label, project, merge=merge)

    def _take(self, specs: Sequence[PluginSpec]) -> None:
        self._specs = {spec.name: spec for spec in specs}
        self._view.show_methods([(spec.name, method_label(spec.name)) for spec in specs])
        self._show()

    def _follow(self, change: Change) -> None:
        before, after = change.before.velocimetry, change.after.velocimetry
        if (before.method, before.method_settings) != (after.method, after.method_settings):
            self._show()

    def _show(self) -> None:
        settings = self._project.velocimetry
        spec = self._specs.get(settings.method)
        if spec is None:
            title = f"The method '{settings.method}' is not installed: choose another one" if self._specs else ""
            self._view.show_method(settings.method, title)
            self._view.show_settings(())
            return
        self._view.show_method(spec.name, spec.title)
        self._view.show_settings(method_form(spec, settings.method_settings))
