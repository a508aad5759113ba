"""What docs/PLUGINS.md says is true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from image_velocimetry_tools.batch.models import JobStatus
from image_velocimetry_tools.builtins.notifier import NOTIFY
from image_velocimetry_tools.plugins.discovery import GROUPS
from image_velocimetry_tools.plugins.settings_options import read_settings, setting_options
from image_velocimetry_tools.plugins.spec_checks import spec_problems
from image_velocimetry_tools.testing.hook_contract import job_news

TEXT = (Path(__file__).parents[2] / "docs" / "PLUGINS.md").read_text(encoding="utf-8")


def test_that_every_group_is_described() -> None:
    assert set(re.findall(r"^\| `(ivytools\.\w+)`", TEXT, re.MULTILINE)) == set(GROUPS)


def test_that_every_option_of_the_notifier_is_described() -> None:
    described = re.findall(r"^\| `(--notify-[a-z-]+)`", TEXT, re.MULTILINE)
    assert described == [option.flag for option in setting_options(NOTIFY)]


def test_that_the_example_works(tmp_path: Path) -> None:
    spec, _ = _example()
    assert spec_problems(spec, "flood-alarm") == []
    hooks = spec.create(read_settings(spec, {"limit_m3s": "12"}))
    hooks.on_job_finished(job_news(tmp_path, 1, JobStatus.COMPLETED))
    assert (tmp_path / "alarm.txt").read_text(encoding="utf-8") == "job_001: 12.5 m³/s\n"


def test_that_the_example_passes_its_contract(tmp_path: Path) -> None:
    _, contract = _example()
    checks = contract()
    checks.test_that_the_spec_states_all_that_is_needed()
    checks.test_that_a_whole_batch_is_taken_without_an_error(tmp_path)


def _example() -> tuple[Any, Any]:
    names: dict[str, Any] = {"__name__": "flood_alarm"}
    for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
        exec(compile(block, "PLUGINS.md", "exec", dont_inherit=True), names)
    return names["FLOOD_ALARM"], names["TestFloodAlarm"]
