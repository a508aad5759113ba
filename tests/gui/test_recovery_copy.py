"""The whole program keeps unsaved work safe as long as it runs, not only once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from window_hand import WindowHand

from image_velocimetry_tools.domain.project import DischargeSettings
from image_velocimetry_tools.services.project_service import ProjectService


@pytest.fixture
def hand(qtbot: QtBot, tmp_path: Path) -> Iterator[WindowHand]:
    hand = WindowHand(qtbot, tmp_path / "program")
    yield hand
    hand.close()


def test_that_every_autosave_brings_the_recovery_copy_up_to_date(hand: WindowHand, tmp_path: Path) -> None:
    hand.desktop.bench.preferences.change(autosave_minutes=1e-9)
    failures: list[Exception] = []
    hand.desktop.autosave.failed.subscribe(failures.append)
    for alpha in (0.8, 0.7, 0.6):
        hand.desktop.bench.document.edit("Alpha", replace(hand.project, discharge=DischargeSettings(alpha=alpha)))
        hand.desktop.autosave.tick()
        hand.settle()
        assert failures == []
        (copy,) = (tmp_path / "program" / "recovery").glob("*.ivy")
        assert ProjectService().open(copy).project.discharge.alpha == alpha
    assert hand.desktop.autosave.save_now()
