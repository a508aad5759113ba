"""What every panel plugin must do, as tests: derive a class from :class:`PanelContract` and let pytest collect it.

It needs pytest-qt and, where there is no screen, ``QT_QPA_PLATFORM=offscreen``.

Examples
--------
::

    class TestMyPanel(PanelContract):
        spec = MY_PANEL
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from ..domain.errors import Cancelled
from ..domain.units import DisplayUnits
from ..plugins.interfaces import PluginSpec
from ..plugins.panels import Panel
from ..plugins.settings_options import read_settings
from ..plugins.spec_checks import spec_problems

ROOM_PX = (1280, 680)
"""What a window of 1280 x 800 leaves to a panel."""


class StandInTasks:
    """Carries out work at once; failures that nobody takes are kept."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self._stop = threading.Event()

    def start(
        self,
        title: str,
        work: Callable[[Any], Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[Exception], None] | None = None,
        stopped: Callable[[], None] | None = None,
        slot: str = "",
        quiet: bool = False,
    ) -> StandInTasks:
        """Carry out a piece of work; this object is its control."""
        try:
            outcome = work(self)
        except Cancelled:
            if stopped is not None:
                stopped()
        except Exception as error:
            (failed or self.failures.append)(error)
        else:
            done(outcome)
        return self

    def cancel(self, slot: str = "") -> None:
        """Nothing is under way."""

    def progress(self, fraction: float | None, doing: str | None = None) -> None:
        """Nobody looks."""

    def is_set(self) -> bool:
        """Nobody stops it."""
        return self._stop.is_set()


class StandInDialogs:
    """A user who closes every box; ``shown`` is what was to be seen."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def show_error(self, title: str, error: Exception) -> None:
        """Tell of a failure."""
        self.shown.append(f"{title}: {error}")

    def show_warnings(self, title: str, sentences: Sequence[str]) -> None:
        """Tell of what the user should know."""
        self.shown += sentences

    def show_document(self, path: Path | str) -> None:
        """Open a document."""
        self.shown.append(str(path))

    def ask(self, title: str, question: str, *, yes: str = "Yes", no: str = "No") -> bool:
        """Ask a question."""
        return False

    def choose(self, title: str, question: str, answers: Sequence[str]) -> str | None:
        """Ask a question with several answers."""
        return None

    def ask_text(self, title: str, label: str, text: str = "", *, lines: bool = False) -> str | None:
        """Ask for a text."""
        return None

    def open_file(self, title: str, *kinds: Any) -> Path | None:
        """Choose a file."""
        return None

    def open_files(self, title: str, *kinds: Any) -> list[Path]:
        """Choose files."""
        return []

    def save_file(self, title: str, kind: Any, suggested: str = "") -> Path | None:
        """Choose where to save."""
        return None

    def open_folder(self, title: str) -> Path | None:
        """Choose a folder."""
        return None


class StandInHost:
    """A window without a project; see :class:`~image_velocimetry_tools.plugins.panels.PanelHost`."""

    def __init__(self) -> None:
        self.tasks: Any = StandInTasks()
        self.dialogs: Any = StandInDialogs()
        self.memory: Any = self
        self.changed: Any = self
        self.display_units = DisplayUnits.METRIC
        self.listeners: list[Callable[[Any], None]] = []
        self._kept: dict[str, tuple[str, ...]] = {}

    def recall(self, key: str) -> tuple[str, ...]:
        """What was kept."""
        return self._kept.get(key, ())

    def remember(self, key: str, values: Sequence[str]) -> None:
        """Keep texts."""
        self._kept[key] = tuple(values)

    def subscribe(self, listener: Callable[[Any], None]) -> Callable[[], None]:
        """Be told of changes of the project."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def project_path(self) -> Path | None:
        """There is no project."""
        return None

    def save_project_copy(self, path: Path) -> None:
        """There is no project to be saved."""
        raise Cancelled

    def open_project(self, path: Path) -> None:
        """Nothing is opened."""

    def say(self, sentence: str) -> None:
        """Nobody reads it."""


class PanelContract:
    """Contract of ``ivytools.panels``. Set ``spec`` and, where the defaults do not do, override :meth:`settings`."""

    spec: ClassVar[PluginSpec]

    def settings(self) -> Mapping[str, Any]:
        """Settings by name with which the panel can work in a test."""
        return {}

    @contextmanager
    def panel(self, qtbot: Any, host: StandInHost) -> Iterator[Panel]:
        """The panel, as the program makes it, in a window of the usual size; closed at the end."""
        made: Panel = self.spec.create(read_settings(self.spec, self.settings()))(host)
        widget: Any = made.widget()
        assert widget.inherits("QWidget"), "widget() answers a QWidget"
        qtbot.addWidget(widget)
        widget.resize(*ROOM_PX)
        with qtbot.waitExposed(widget):
            widget.show()
        yield made
        made.close()

    def test_that_the_spec_states_all_that_is_needed(self) -> None:
        assert spec_problems(self.spec, self.spec.name) == []

    def test_that_its_factory_is_made_from_the_settings_alone(self) -> None:
        assert callable(self.spec.create(read_settings(self.spec, self.settings())))

    def test_that_it_has_a_title_and_one_widget(self, qtbot: Any) -> None:
        with self.panel(qtbot, StandInHost()) as panel:
            assert panel.title.strip()
            assert panel.widget() is panel.widget()

    def test_that_it_fits_a_small_screen(self, qtbot: Any) -> None:
        with self.panel(qtbot, StandInHost()) as panel:
            widget: Any = panel.widget()
            size = widget.minimumSizeHint()
            assert size.width() <= ROOM_PX[0], "splitters and scroll areas make parts narrower"
            assert size.height() <= ROOM_PX[1], "splitters and scroll areas make parts lower"

    def test_that_nothing_pops_up_before_the_user_did_anything(self, qtbot: Any) -> None:
        host = StandInHost()
        with self.panel(qtbot, host):
            assert host.dialogs.shown == []
            assert host.tasks.failures == []

    def test_that_a_panel_that_was_not_used_lets_the_window_close(self, qtbot: Any) -> None:
        with self.panel(qtbot, StandInHost()) as panel:
            assert panel.may_close() is True

    def test_that_a_change_of_the_project_is_taken(self, qtbot: Any) -> None:
        host = StandInHost()
        with self.panel(qtbot, host):
            for listener in list(host.listeners):
                listener(None)
            assert host.tasks.failures == []

    def test_that_nothing_of_it_is_left_when_it_is_closed(self, qtbot: Any) -> None:
        host, threads = StandInHost(), set(threading.enumerate())
        with self.panel(qtbot, host) as panel:
            widget: Any = panel.widget()
            timers = list(_timers(widget))
        assert not [timer for timer in timers if timer.isActive()], "timers end with the panel"
        assert host.listeners == [], "subscriptions end with the panel"
        left = [thread for thread in set(threading.enumerate()) - threads if not thread.daemon]
        assert left == [], "a thread that is left keeps the program from ending"


def _timers(holder: Any) -> Iterator[Any]:
    """The timers that live below a widget; those of Qt's own are no business of a panel."""
    for child in holder.children():
        if type(child).__name__ == "QTimer":
            yield child
        yield from _timers(child)
