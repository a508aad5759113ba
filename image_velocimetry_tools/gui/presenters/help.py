"""The help, opened where the user is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..models.help_page import help_text

_SECTIONS = {
    "video": "1. Video",
    "frames": "2. Frames",
    "orthorectification": "3. Orthorectification",
    "cross_section": "4. Cross-Section",
    "grid": "5. Grid",
    "velocimetry": "6. Velocimetry",
    "discharge": "7. Discharge",
    "reporting": "8. Reporting",
    "panel_batch": "The Batch panel",
}


class HelpView(Protocol):
    """The window of the help."""

    @property
    def has_page(self) -> bool:
        """Whether the page is in the window already."""
        ...

    def show_page(self, markdown: str) -> None:
        """Put the page into the window."""
        ...

    def open_at(self, heading: str) -> None:
        """Show the window with a heading on top; the place that was read last if there is none of that name."""
        ...


class HelpPresenter:
    """Shows the page at the section of the tab in front."""

    def __init__(self, view: HelpView, current_tab: Callable[[], str], read: Callable[[], str] = help_text) -> None:
        self._view = view
        self._current_tab = current_tab
        self._read = read

    def begin(self) -> None:
        """Open the help."""
        if not self._view.has_page:
            self._view.show_page(self._read())
        self._view.open_at(_SECTIONS.get(self._current_tab(), ""))
