"""The panel as any other plugin of the window."""

from __future__ import annotations

from image_velocimetry_tools.gui.batch_panel.panel import BATCH
from image_velocimetry_tools.testing.panel_contract import PanelContract


class TestBatchPanel(PanelContract):
    spec = BATCH
