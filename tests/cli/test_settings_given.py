"""What options mean as keys of a settings file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch.config import RunSettings
from image_velocimetry_tools.batch.inputs.batch_file import file_keys
from image_velocimetry_tools.cli.settings_given import changes_given, settings_given
from image_velocimetry_tools.domain.errors import IvyError


def test_that_what_was_not_given_is_no_key() -> None:
    assert settings_given({}) == {}
    options = {"scaffold": None, "hooks": [], "no_plots": False, "allow_unknown_columns": False, "wse": None}
    assert settings_given(options) == {}


def test_that_every_key_is_one_of_a_settings_file() -> None:
    names = ["scaffold", "output", "name", "description", "priority", "watch", "validity", "threads", "memory_limit"]
    names += ["job_timeout", "no_progress_timeout", "batch_timeout", "max_retries", "retry_delay", "start_at", "method"]
    names += ["executor", "hooks", "force", "strict", "stop_on_first_failure", "save_projects", "state_dir"]
    names += ["database_url", "allow_unknown_columns"]
    given = settings_given({**{name: f"<{name}>" for name in names}, "no_plots": True, "jobs_at_a_time": "3"})
    assert set(given) == {*names, "plots", "jobs"}
    assert set(given) <= set(file_keys())
    assert {name: given[name] for name in names} == {name: f"<{name}>" for name in names}
    assert (given["plots"], given["jobs"]) == (False, 3)


@pytest.mark.parametrize(
    ("text", "value"), [("4", 4), ("auto", "auto"), ("many", "many"), ("-1", "-1"), ("1.5", "1.5")]
)
def test_that_a_number_of_jobs_is_a_number(text: str, value: Any) -> None:
    assert settings_given({"jobs_at_a_time": text}) == {"jobs": value}


def test_that_false_and_zero_were_given() -> None:
    options = {"force": False, "max_retries": 0, "priority": 0, "recursive": False, "datum_offset": 0.0}
    assert settings_given(options) == {
        "force": False,
        "max_retries": 0,
        "priority": 0,
        "folder": {"recursive": False, "datum_offset": 0.0},
    }


def test_that_a_folder_takes_the_place_of_a_csv(tmp_path: Path) -> None:
    assert settings_given({"jobs": tmp_path / "jobs.csv"}) == {"jobs_csv": tmp_path / "jobs.csv"}
    names = ["pattern", "recursive", "wse", "stage_record", "column", "timezone", "datum_offset", "max_gap"]
    folder = {name: f"<{name}>" for name in names}
    assert settings_given({"jobs": tmp_path, **folder}) == {"folder": {"path": tmp_path, **folder}}
    assert set(folder) <= set(file_keys("folder"))


def test_that_changes_are_fields_of_the_settings_with_times_in_seconds() -> None:
    changes = changes_given({"job_timeout": "15m", "jobs_at_a_time": "2", "max_retries": 1, "no_plots": True})
    assert changes == {"job_timeout_s": 900.0, "jobs": 2, "max_retries": 1, "plots": False}
    assert RunSettings(**changes).job_timeout_s == 900.0
    assert changes_given({"no_plots": False}) == {}


def test_that_changes_that_will_not_do_are_said_together() -> None:
    with pytest.raises(IvyError) as caught:
        changes_given({"job_timeout": "soon", "jobs_at_a_time": "none", "max_retries": -1})
    assert sorted(str(problem).split(":")[0] for problem in caught.value.problems) == [
        "--job-timeout",
        "--jobs",
        "--max-retries",
    ]
