from __future__ import annotations

import pytest

from image_velocimetry_tools.gui.models.tasks import TaskControl
from image_velocimetry_tools.gui.models.velocimetry_stages import MeasurementStages

STAGES = ("geometry", "decode", "rectify", "velocimetry", "discharge")


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_that_the_stages_fill_one_bar_without_going_back() -> None:
    control = TaskControl()
    stages = MeasurementStages(control)
    fractions = []
    for stage in STAGES:
        with stages.entered(stage) as progress:
            for share in (0.0, 0.5, 1.0, 1.2):
                progress(share)
                fractions.append(control.fraction)
    assert fractions == sorted(fractions)  # type: ignore[type-var]
    assert fractions[-1] == pytest.approx(1.0)


def test_that_each_stage_says_what_is_done() -> None:
    control = TaskControl()
    with MeasurementStages(control).entered("decode"):
        assert control.doing == "reading the frames"
    with MeasurementStages(control).entered("something of a plugin"):
        assert control.doing == "something of a plugin"


@pytest.mark.parametrize(("elapsed_s", "words"), [(4.0, "about 4 s left"), (600.0, "about 10 min left")])
def test_that_the_time_left_follows_from_the_time_gone(elapsed_s: float, words: str) -> None:
    control, clock = TaskControl(), Clock()
    stages = MeasurementStages(control, clock)
    with stages.entered("geometry"):
        pass
    with stages.entered("decode") as progress:
        progress(0.1)
        assert "left" not in control.doing
        clock.now_s += elapsed_s
        progress(1.0)
    assert control.doing.endswith(words)
