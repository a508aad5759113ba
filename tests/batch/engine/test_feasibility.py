"""What a batch is expected to take, and what is refused before it begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from engine_parts import PlentifulMachine

from image_velocimetry_tools.batch.config import RunSettings
from image_velocimetry_tools.batch.engine.expected_facts import expected_facts
from image_velocimetry_tools.batch.engine.feasibility import expectation, state_remarks
from image_velocimetry_tools.batch.models import PlannedJob
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.video import Clip

Make = Callable[..., list[PlannedJob]]


def test_that_more_jobs_take_longer_and_more_slots_less(planned: Make, tmp_path: Path) -> None:
    machine, settings = PlentifulMachine(), RunSettings(jobs=1, threads=1)
    one = expectation(planned("a"), settings, tmp_path, machine)
    two = expectation(planned("a", "b"), settings, tmp_path, machine)
    beside = expectation(planned("a", "b"), RunSettings(jobs=2, threads=1), tmp_path, machine)
    assert two.time_s == pytest.approx(2.0 * one.time_s)
    assert beside.time_s == pytest.approx(one.time_s)
    assert beside.memory_bytes == 2 * two.memory_bytes
    assert one.problems == two.problems == ()
    assert "with 1 at a time" in one.sentence()


def test_that_jobs_that_never_fit_into_memory_are_refused_by_name(planned: Make, tmp_path: Path) -> None:
    found = expectation(planned("a", "b"), RunSettings(memory_limit="20M"), tmp_path, PlentifulMachine())
    assert len(found.problems) == 1
    assert found.problems[0].where == "job a and 1 more"
    assert "allow more memory" in found.problems[0].remedy


def test_that_results_that_do_not_fit_on_the_disk_are_refused(planned: Make, tmp_path: Path) -> None:
    machine = PlentifulMachine(disk_bytes=1_000_000)
    problems = expectation(planned("a"), RunSettings(), tmp_path, machine).problems
    assert [problem.where for problem in problems] == [str(tmp_path)]


def test_that_a_memory_limit_that_is_none_is_said(planned: Make, tmp_path: Path) -> None:
    with pytest.raises(IvyError, match="--memory-limit"):
        expectation(planned("a"), RunSettings(memory_limit="much"), tmp_path, PlentifulMachine())


def test_that_nothing_to_do_takes_nothing(tmp_path: Path) -> None:
    found = expectation([], RunSettings(), tmp_path, PlentifulMachine())
    assert (found.time_s, found.disk_bytes, found.problems) == (0, 0, ())


def test_that_facts_of_a_job_follow_its_clip_and_site(planned: Make) -> None:
    job = planned("a", clip=Clip(2.0, 12.0, 2))[0]
    facts = expected_facts(job, RunSettings(plots=False, save_projects=True))
    assert (facts.decoded_frames, facts.frames) == (300, 150)
    assert (facts.width_px, facts.height_px, facts.points) == (1280, 720, 20)
    assert (facts.plots, facts.save_project) == (False, True)
    whole = expected_facts(PlannedJob(replace(job.job, clip=Clip()), job.scaffold), RunSettings())
    assert whole.decoded_frames > 0


def test_that_only_a_database_file_on_a_share_is_remarked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state_remarks(tmp_path, f"sqlite:///{tmp_path}/state") == []
    monkeypatch.setattr("image_velocimetry_tools.batch.engine.feasibility.is_network_filesystem", lambda path: True)
    assert "--state-dir" in state_remarks(tmp_path, f"sqlite:///{tmp_path}/state")[0]
    assert state_remarks(tmp_path, "postgresql://db/ivy") == []
