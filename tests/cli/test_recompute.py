"""The options of ``recompute``, and what becomes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from image_velocimetry_tools.batch.controllers import recompute as recompute_controller
from image_velocimetry_tools.batch.recompute.wishes import RecomputeWishes
from image_velocimetry_tools.cli.recompute import recompute


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the presenter was asked for."""
    noted: dict[str, Any] = {}

    class Noting:
        def __init__(self, view: object) -> None:
            pass

        def recompute(self, folder: Path, wishes: RecomputeWishes, job_ids: Any, **options: Any) -> int:
            noted.update(folder=folder, wishes=wishes, job_ids=list(job_ids), **options)
            return 1

    monkeypatch.setattr(recompute_controller, "RecomputeController", Noting)
    return noted


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(recompute)
    return CliRunner().invoke(app, list(arguments))


def test_that_nothing_is_changed_unless_it_is_asked_for(asked: dict[str, Any]) -> None:
    assert run("out").exit_code == 1

    assert asked == {
        "folder": Path("out"),
        "wishes": RecomputeWishes(),
        "job_ids": [],
        "new_directory": None,
        "plots": True,
        "dry_run": False,
        "database_url": None,
    }


def test_that_every_option_arrives(asked: dict[str, Any]) -> None:
    filters = ("--filter-quality", "0.2", "--filter-spread", "0.15", "--no-outlier-filter", "--gap-rule", "drop")
    where = ("--output", "new", "--no-plots", "--dry-run", "--database-url", "postgresql://host/db")
    run("out", "a", "b", "--alpha", "0.8", "--section", "survey.csv", *filters, *where)

    assert asked["wishes"] == RecomputeWishes(0.8, Path("survey.csv"), "drop", 0.2, 0.15, tests_neighbours=False)
    assert asked["job_ids"] == ["a", "b"]
    assert (asked["new_directory"], asked["plots"], asked["dry_run"]) == (Path("new"), False, True)
    assert asked["database_url"] == "postgresql://host/db"


def test_that_an_unknown_gap_rule_is_a_mistake_of_usage(asked: dict[str, Any]) -> None:
    done = run("out", "--gap-rule", "guess")

    assert done.exit_code == 2
    assert asked == {}
