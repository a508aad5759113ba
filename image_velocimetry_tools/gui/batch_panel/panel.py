"""The plugin: cheap to import, Qt comes with the panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...plugins.interfaces import NoSettings, PluginSpec

if TYPE_CHECKING:
    from ...plugins.panels import Panel, PanelFactory, PanelHost


def _factory(settings: NoSettings) -> PanelFactory:
    def create(host: PanelHost) -> Panel:
        from .composition import BatchPanel

        return BatchPanel(host)

    return create


def _warm_up() -> Callable[[], None]:
    """Load what takes its time, which is everything but the view; nothing is left to take back."""
    from .presenters import panel  # noqa: F401

    return _nothing


def _nothing() -> None:
    """There is nothing to take back."""


BATCH = PluginSpec(
    name="batch", title="Measure many videos of a site, and follow batches", create=_factory, warm_up=_warm_up
)
