"""The tabs of the window: what they consist of, and when they are built."""

from __future__ import annotations

import contextlib
import importlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QTimer

from ..domain.errors import Cancelled, IvyError
from .models.attention import Attention
from .models.tasks import TaskControl
from .models.workbench import Workbench
from .panels import Panels
from .views.main_window import MainWindow

logger = logging.getLogger(__name__)

_BETWEEN_TABS_MS = 30


@dataclass(frozen=True, slots=True)
class Tab:
    """One step of the measurement: classes of view and presenter as ``module:Class``, imported when it is needed."""

    name: str
    title: str
    view: str
    presenter: str


def _tab(name: str, title: str) -> Tab:
    stem = "".join(word.capitalize() for word in name.split("_"))
    return Tab(name, title, f"{__package__}.views.{name}:{stem}Tab", f"{__package__}.presenters.{name}:{stem}Presenter")


TABS = (
    _tab("video", "Video"),
    _tab("frames", "Frames"),
    _tab("orthorectification", "Orthorectification"),
    _tab("cross_section", "Cross-Section"),
    _tab("grid", "Grid"),
    _tab("velocimetry", "Velocimetry"),
    _tab("discharge", "Discharge"),
    _tab("reporting", "Reporting"),
)


class TabSet:
    """Builds each tab when it is first shown or its presenter is first asked for, and the rest while nobody waits."""

    def __init__(self, window: MainWindow, bench: Workbench, tabs: Sequence[Tab], panels: Panels) -> None:
        self._window = window
        self._bench = bench
        self._tabs = {tab.name: tab for tab in tabs}
        self._panels = panels
        self._attention = Attention(bench)
        self._presenters: dict[str, Any] = {}
        self._failures: dict[str, IvyError] = {}
        self._idle = QTimer(window)
        self._idle.setInterval(_BETWEEN_TABS_MS)
        self._idle.timeout.connect(self._build_one)
        for tab in tabs:
            window.add_page(tab.name, tab.title)

    def build_rest(self) -> None:
        """Build the tab in front, then the others one by one; what they import is loaded beside the window before."""
        tabs = sorted(self._tabs.values(), key=lambda tab: tab.name != self._window.current_page)
        self._load(tabs[:1], lambda: self._build_rest(tabs[1:]))

    def need(self, name: str) -> None:
        """Build a tab if it is not there; a failure stands on its page."""
        if name in self._tabs and name not in self._presenters and name not in self._failures:
            self._build(self._tabs[name])

    def bring_up(self, name: str) -> None:
        """A tab or panel comes to the front: build it if it is not there, and show it as things are now."""
        self.need(name)
        self._attention.turn_to(name)

    def presenter(self, name: str) -> Any:
        """The presenter of a tab, which knows how things are now.

        Raises
        ------
        IvyError
            If the tab cannot be shown.
        """
        self.need(name)
        if name in self._failures:
            raise self._failures[name]
        self._attention.catch_up(name)
        return self._presenters[name]

    def rest(self, is_resting: bool) -> None:
        """Let players decode nothing beforehand while the user waits for other work."""
        for presenter in self._presenters.values():
            if hasattr(presenter, "rest"):
                presenter.rest(is_resting)

    def video_came_or_went(self, is_missing: bool) -> None:
        """Tell the tabs that are built, and want to know, that the file of the video is missing or there again."""
        for presenter in self._presenters.values():
            if hasattr(presenter, "video_came_or_went"):
                presenter.video_came_or_went(is_missing)

    def is_built(self, name: str) -> bool:
        """Whether a tab can be worked in."""
        return name in self._presenters

    @property
    def is_complete(self) -> bool:
        """Whether every tab and panel is there."""
        return all(name in self._presenters or name in self._failures for name in self._tabs) and self._panels.are_built

    @property
    def failures(self) -> tuple[IvyError, ...]:
        """Why tabs cannot be shown."""
        return tuple(self._failures.values())

    def give_to_panel(self, paths: Sequence[Path]) -> bool:
        """Hand files to the panel that takes files, and bring it to the front; False if there is none."""
        page = self._panels.give(paths)
        if page is not None:
            self._window.show_tab(page)
        return page is not None

    def may_close(self) -> bool:
        """Whether no panel wants the window to stay."""
        return self._panels.may_close()

    def close(self) -> None:
        """The program ends: let presenters and panels end what they began."""
        self._idle.stop()
        for name, presenter in self._presenters.items():
            if hasattr(presenter, "close"):
                try:
                    presenter.close()
                except Exception:
                    logger.exception("the tab '%s' did not end as it should", name)
        self._panels.close()

    def _build_rest(self, tabs: Sequence[Tab]) -> None:
        self.bring_up(self._window.current_page)
        self._load(tabs, self._idle.start, self._panels.warm_up)

    def _load(self, tabs: Sequence[Tab], then: Callable[[], None], *more: Callable[[], None]) -> None:
        def load(control: TaskControl) -> None:
            for path in [path for tab in tabs for path in (tab.presenter, tab.view)]:
                if control.is_set():
                    raise Cancelled
                # what is wrong with a module is told when its tab is built
                with contextlib.suppress(Exception):
                    _class(path)
            for warm_up in more:
                warm_up()

        self._bench.tasks.start("Load the program", load, lambda _: then(), slot="load the program", quiet=True)

    def _build_one(self) -> None:
        missing = next((n for n in self._tabs if n not in self._presenters and n not in self._failures), None)
        if missing is not None:
            self.need(missing)
            return
        self._idle.stop()
        self._panels.build()

    def _build(self, tab: Tab) -> None:
        view = None
        try:
            view = _class(tab.view)()
            with self._attention.given_to(tab.name):
                self._presenters[tab.name] = _class(tab.presenter)(view, self._bench)
            self._window.fill_page(tab.name, view)
        except Exception as error:
            logger.exception("the tab '%s' cannot be shown", tab.name)
            self._presenters.pop(tab.name, None)
            if view is not None:
                view.deleteLater()
            found = IvyError(
                f"this tab cannot be shown ({type(error).__name__}: {error})",
                where=tab.title,
                remedy="Install IVyTools again, or report this to its authors",
            )
            self._failures[tab.name] = found
            self._window.fill_page_with_failure(tab.name, str(found))


def _class(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)
