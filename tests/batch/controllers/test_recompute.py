"""What people see of a recomputation: a table of before and after, and an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch.controllers import recompute as recompute_controller
from image_velocimetry_tools.batch.controllers.recompute import RecomputeController
from image_velocimetry_tools.batch.recompute.whole_batch import JobChange, RecomputeReport
from image_velocimetry_tools.batch.recompute.wishes import RecomputeWishes
from image_velocimetry_tools.domain.errors import IvyError, Problem
from image_velocimetry_tools.domain.units import ENGLISH


class NotedView:
    """Remembers what it was shown."""

    def __init__(self) -> None:
        self.rows: list[Sequence[str]] = []
        self.lines: list[str] = []
        self.warnings: list[str] = []
        self.problems: list[str] = []
        self.say, self.detail, self.warn, self.problem = (
            self.lines.append,
            self.lines.append,
            self.warnings.append,
            self.problems.append,
        )

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        self.rows += rows

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.rows += [header, *rows]

    def progress(self, label: str, fraction: float) -> None:
        pass

    def end_progress(self) -> None:
        pass


CHANGES = (JobChange("a", 1.0, 1.1, "good", True), JobChange("b", 3.0, 2.7, "doubtful", False))
REFUSED = Problem("the water level 9 ft is above the section", "job c", "Check the level")


def shown(monkeypatch: pytest.MonkeyPatch, **values: Any) -> tuple[int, NotedView]:
    report = RecomputeReport(
        **{
            "chosen": 2,
            "changes": CHANGES,
            "problems": (),
            "units": ENGLISH,
            "output_directory": Path("/data/out"),
            "is_new_batch": False,
            "seconds": 0.25,
        }
        | values
    )
    monkeypatch.setattr(recompute_controller, "recompute_batch", lambda *given, **options: report)
    view = NotedView()
    dry_run = bool(values.get("is_new_batch"))
    return RecomputeController(view).recompute(Path("/data/out"), RecomputeWishes(), dry_run=dry_run), view


def test_that_discharges_are_shown_before_and_after_in_display_units(monkeypatch: pytest.MonkeyPatch) -> None:
    code, view = shown(monkeypatch)

    assert code == 0
    assert [tuple(row) for row in view.rows] == [
        ("job", "before (ft³/s)", "after (ft³/s)", "change", "quality"),
        ("a", "35.31", "38.85", "+10.00 %", "good"),
        ("b", "105.9", "95.35", "-10.00 %", "doubtful"),
        ("mean", "70.63", "67.1", "-5.00 %", ""),
    ]
    assert view.lines == ["2 of 2 jobs recomputed in 0.2 s; results are in /data/out"]
    assert view.warnings == ["1 saved project (.ivy) held the old discharge and was taken away"]


def test_that_jobs_left_as_they_were_are_said_and_fail_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    code, view = shown(monkeypatch, chosen=3, problems=(REFUSED,))

    assert code == 1
    assert view.problems == ["job c: the water level 9 ft is above the section. Check the level."]
    assert view.lines[0].startswith("2 of 3 jobs recomputed")


def test_that_nothing_recomputed_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    code, view = shown(monkeypatch, chosen=1, changes=(), problems=(REFUSED,))

    assert (code, view.rows) == (2, [])


def test_that_a_dry_run_says_that_nothing_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    _, view = shown(monkeypatch, is_new_batch=True)

    assert view.lines == ["2 of 2 jobs recomputed in 0.2 s; nothing was written"]
    assert view.warnings == []


def test_that_a_refusal_is_told_in_the_words_of_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: Any, **options: Any) -> None:
        raise IvyError("the folder holds no batch", where="/data/out", remedy="Give another")

    monkeypatch.setattr(recompute_controller, "recompute_batch", refuse)
    view = NotedView()

    assert RecomputeController(view).recompute(Path("/data/out"), RecomputeWishes()) == 2
    assert view.problems == ["/data/out: the folder holds no batch. Give another."]
