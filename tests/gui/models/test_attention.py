from __future__ import annotations

from dataclasses import replace

from gui_workbench import workbench

from image_velocimetry_tools.domain.project import DischargeSettings
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.models.attention import Attention
from image_velocimetry_tools.gui.models.document import Change
from image_velocimetry_tools.gui.models.workbench import Workbench


class Tab:
    """Notes what it hears."""

    def __init__(self, bench: Workbench, attention: Attention, name: str) -> None:
        self.heard: list[Change] = []
        self.pictures = 0
        with attention.given_to(name):
            bench.document.changed.subscribe(self.heard.append)
            bench.rectified.changed.subscribe(lambda _: self._count())

    def _count(self) -> None:
        self.pictures += 1


def edit_twice(bench: Workbench) -> None:
    bench.document.edit("Alpha", replace(bench.document.project, discharge=DischargeSettings(alpha=0.7)))
    bench.document.edit("Units", replace(bench.document.project, display_units=DisplayUnits.ENGLISH))


def test_that_a_hidden_tab_hears_of_all_edits_as_one_when_it_comes_to_the_front() -> None:
    bench = workbench()
    before = bench.document.project
    attention = Attention(bench)
    shown, hidden = Tab(bench, attention, "grid"), Tab(bench, attention, "discharge")
    attention.turn_to("grid")
    edit_twice(bench)
    assert (len(shown.heard), len(hidden.heard)) == (2, 0)
    attention.turn_to("discharge")
    assert len(hidden.heard) == 1
    assert hidden.heard[0].before is before
    assert hidden.heard[0].after is bench.document.project
    assert hidden.heard[0].touches("discharge")
    assert not hidden.heard[0].touches("grid")
    edit_twice(bench)
    assert (len(shown.heard), len(hidden.heard)) == (2, 3)


def test_that_a_tab_that_was_missed_by_nothing_is_not_shown_anew() -> None:
    bench = workbench()
    attention = Attention(bench)
    tab = Tab(bench, attention, "grid")
    for name in ("discharge", "grid", "panel_batch", "grid"):
        attention.turn_to(name)
    assert tab.heard == []


def test_that_a_tab_catches_up_out_of_sight_when_something_is_asked_of_it() -> None:
    bench = workbench()
    attention = Attention(bench)
    tab = Tab(bench, attention, "frames")
    attention.turn_to("grid")
    edit_twice(bench)
    attention.catch_up("frames")
    assert len(tab.heard) == 1
    edit_twice(bench)
    assert len(tab.heard) == 1


def test_that_a_hidden_tab_hears_of_the_latest_picture_once() -> None:
    bench = workbench()
    attention = Attention(bench)
    tab = Tab(bench, attention, "grid")
    attention.turn_to("discharge")
    bench.rectified.changed.emit(bench.rectified.current)
    bench.rectified.changed.emit(bench.rectified.current)
    attention.turn_to("grid")
    assert tab.pictures == 1
