"""Model, view and presenter of the Batch panel put together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...plugins.panels import PanelHost
from .models.panel_host import TranslatedHost
from .presenters.panel import BatchPanelPresenter
from .views.panel_view import BatchPanelWidget


class BatchPanel:
    """The panel as the window holds it."""

    title = "Batch"

    def __init__(self, host: PanelHost) -> None:
        self.view = BatchPanelWidget()
        self.presenter = BatchPanelPresenter(self.view, TranslatedHost(host))

    def widget(self) -> object:
        """The widget to show."""
        return self.view

    def take_files(self, paths: Sequence[Path]) -> None:
        """Files that were dropped on the window."""
        self.presenter.take_files(paths)

    def may_close(self) -> bool:
        """Ask what becomes of batches that run."""
        return self.presenter.may_close()

    def close(self) -> None:
        """End the clock; batches go on."""
        self.view.stop()
        self.presenter.close()
