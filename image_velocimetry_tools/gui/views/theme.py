"""Light and dark looks: the Fusion style with palettes of our own, the same on every system."""

from __future__ import annotations

from typing import Literal

from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtWidgets import QApplication, QToolTip

Theme = Literal["light", "dark"]

_Role = QPalette.ColorRole

_LIGHT = {
    _Role.Window: "#f3f4f6",
    _Role.WindowText: "#1c2128",
    _Role.Base: "#ffffff",
    _Role.AlternateBase: "#eef1f4",
    _Role.ToolTipBase: "#fffbe6",
    _Role.ToolTipText: "#1c2128",
    _Role.Text: "#1c2128",
    _Role.Button: "#e9ecf0",
    _Role.ButtonText: "#1c2128",
    _Role.BrightText: "#b42318",
    _Role.Link: "#0b5cad",
    _Role.LinkVisited: "#6b3fa0",
    _Role.Highlight: "#1f6fb8",
    _Role.HighlightedText: "#ffffff",
    _Role.Light: "#ffffff",
    _Role.Midlight: "#f7f8fa",
    _Role.Mid: "#c3c9d1",
    _Role.Dark: "#a0a8b3",
    _Role.Shadow: "#6f7782",
}
_DARK = {
    _Role.Window: "#2f343c",
    _Role.WindowText: "#e3e7ec",
    _Role.Base: "#1a1d22",
    _Role.AlternateBase: "#23272d",
    _Role.ToolTipBase: "#3a4049",
    _Role.ToolTipText: "#eef1f4",
    _Role.Text: "#e3e7ec",
    _Role.Button: "#3d434d",
    _Role.ButtonText: "#e3e7ec",
    _Role.BrightText: "#ff8a80",
    _Role.Link: "#6cb6ff",
    _Role.LinkVisited: "#c297ff",
    _Role.Highlight: "#2f7fc9",
    _Role.HighlightedText: "#ffffff",
    _Role.Light: "#434a54",
    _Role.Midlight: "#3a4049",
    _Role.Mid: "#1f2329",
    _Role.Dark: "#17191d",
    _Role.Shadow: "#0d0f11",
}
_FADED = {"light": "#78808b", "dark": "#949ca7"}


def palette_of(theme: Theme) -> QPalette:
    """The colours of a theme."""
    palette = QPalette()
    for role, colour in (_LIGHT if theme == "light" else _DARK).items():
        palette.setColor(role, QColor(colour))
    faded = QColor(_FADED[theme])
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText, _Role.HighlightedText, _Role.PlaceholderText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, faded)
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
        palette.setColor(group, _Role.PlaceholderText, faded)
    palette.setColor(QPalette.ColorGroup.Disabled, _Role.Highlight, QColor("#8b939e"))
    return palette


def apply_theme(theme: Theme) -> None:
    """Give the whole program the looks of a theme."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    style = application.style()
    if style.objectName().lower() != "fusion":
        application.setStyle("Fusion")
    palette = palette_of(theme)
    application.setPalette(palette)
    QToolTip.setPalette(palette)
