"""Who was killed for want of memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from image_velocimetry_tools.batch.engine.resources import MachineResources
from image_velocimetry_tools.builtins.executors.out_of_memory import OomKills, is_near_limit, oom_kill_count


def test_that_each_kill_is_attributed_once() -> None:
    count = [3]
    kills = OomKills(lambda: count[0])
    first, second, third = kills.mark(), kills.mark(), kills.mark()
    assert not kills.claim(first)
    count[0] += 2
    assert kills.claim(first)
    assert kills.claim(second)
    assert not kills.claim(third)


def test_that_a_kill_before_the_attempt_is_not_its() -> None:
    count = [0]
    kills = OomKills(lambda: count[0])
    count[0] = 1
    later = kills.mark()
    assert not kills.claim(later)
    count[0] = 2
    assert kills.claim(later)


def _group(root: Path, folder: str, name: str, text: str) -> None:
    (root / folder).mkdir(parents=True, exist_ok=True)
    (root / folder / name).write_text(text)


@pytest.mark.parametrize(
    ("membership", "folder", "name"),
    [
        ("0::/jobs/mine", "jobs/mine", "memory.events"),
        ("0::/jobs/mine", "jobs", "memory.events"),
        ("0::/jobs/mine", "unified/jobs/mine", "memory.events"),
        ("4:memory:/jobs/mine\n0::/", "memory/jobs/mine", "memory.oom_control"),
        ("4:memory:/jobs/mine\n0::/", "memory", "memory.oom_control"),
        ("4:cpu,memory:/mine", "cpu,memory/mine", "memory.oom_control"),
    ],
)
def test_that_the_counter_is_found_in_either_version(tmp_path: Path, membership: str, folder: str, name: str) -> None:
    (tmp_path / "membership").write_text(membership + "\n")
    _group(tmp_path, folder, name, "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n")
    assert oom_kill_count(tmp_path, tmp_path / "membership") == 5


def test_that_our_own_group_counts_before_those_above(tmp_path: Path) -> None:
    (tmp_path / "membership").write_text("0::/jobs/mine\n")
    _group(tmp_path, "jobs", "memory.events", "oom_kill 9\n")
    _group(tmp_path, "jobs/mine", "memory.events", "oom 0\noom_kill 1\n")
    assert oom_kill_count(tmp_path, tmp_path / "membership") == 1


def test_that_a_system_without_the_counter_has_none(tmp_path: Path) -> None:
    assert oom_kill_count(tmp_path, tmp_path / "missing") == 0
    (tmp_path / "membership").write_text("4:memory:/mine\n")
    _group(tmp_path, "memory/mine", "memory.oom_control", "oom_kill_disable 0\n")
    assert oom_kill_count(tmp_path, tmp_path / "membership") == 0


def test_that_memory_near_the_limit_is_noticed() -> None:
    limit_bytes = MachineResources().memory_limit_bytes()
    assert is_near_limit(limit_bytes)
    assert not is_near_limit(limit_bytes // 2)
