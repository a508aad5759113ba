"""The velocimetry method of a batch: looked up among the plugins, checked, and named for the process that measures."""

from __future__ import annotations

from ...plugins.registry import PluginRegistry, plugin_registry
from ...plugins.velocimetry import VELOCIMETRY_GROUP
from ..config import RunSettings
from ..folders.identity import MethodChoice


def velocimetry_choice(settings: RunSettings, registry: PluginRegistry | None = None) -> MethodChoice:
    """The method that the settings of a batch name.

    The plugin is loaded and its settings are checked, but the method itself is not made here: its numerics are large.

    Raises
    ------
    IvyError
        If there is no such method, it is broken, or its settings do not do.
    """
    registry = registry or plugin_registry()
    spec = registry.get(VELOCIMETRY_GROUP, settings.method)
    checked = registry.settings(VELOCIMETRY_GROUP, settings.method, settings.method_settings)
    entry = next(entry for entry in registry.entries(VELOCIMETRY_GROUP) if entry.name == settings.method)
    return MethodChoice(settings.method, spec.version, checked.model_dump(mode="json"), entry.entry_point.value)
