"""The version of the plugin interfaces and what every plugin states about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

API_VERSION = (1, 0)
"""Major and minor version of all interfaces; a plugin works with any minor version from its own up, same major."""


class NoSettings(BaseModel):
    """Settings of a plugin that has none."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class PluginSpec:
    """What the entry point of a plugin refers to: an instance of this class, cheap to import.

    Parameters
    ----------
    name
        The name by which users choose the plugin; equal to that of the entry point.
    title
        One line for lists and help.
    create
        Makes the plugin from its settings (an instance of ``settings``); heavy imports belong here.
    settings
        The settings: a pydantic model in which every field has a default and a description. They become command line
        options ``--<name>-<field>``, a section of the YAML file, and forms.
    api_version
        Version of the interfaces that the plugin was written for.
    version
        Version of what the plugin does. That of a velocimetry method changes whenever its figures do: it is part of a
        job's identity, so that results of another version are not taken for up to date.
    warm_up
        Called early by a program that will probably use the plugin, to begin in the background what takes its time; the
        answer is a function that takes it back where it was not used.
    """

    name: str
    title: str
    create: Callable[[Any], Any]
    settings: type[BaseModel] = NoSettings
    api_version: tuple[int, int] = API_VERSION
    version: str = "1"
    warm_up: Callable[[], Callable[[], None]] | None = None
