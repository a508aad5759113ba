"""Commands in files, and how their owner answers them."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_parts import EngineCase, leave_result

from image_velocimetry_tools.batch.engine.inbox import AddJobs, Cancel, Inbox, Pause, Resume, RetryJobs
from image_velocimetry_tools.batch.engine.mailbox import Mailbox
from image_velocimetry_tools.batch.events import CommandApplied
from image_velocimetry_tools.batch.job.job_json import job_json
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus


def test_that_commands_are_read_in_the_order_in_which_they_were_given(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "commands")
    given = [Pause(), Cancel(job_ids=("a",)), RetryJobs(), Resume(), AddJobs(jobs=({"job_id": "x"},))]
    for command in given:
        inbox.send(command)
    assert inbox.waiting() == given
    inbox.done(given[0])
    inbox.done(given[0])
    assert inbox.waiting() == given[1:]


@pytest.mark.parametrize("content", [b"", b"{", b'{"name": "explode"}', b'{"name": "pause", "more": 1}', b"\xff\xfe"])
def test_that_what_is_no_command_is_put_aside_and_the_rest_is_read(tmp_path: Path, content: bytes) -> None:
    inbox = Inbox(tmp_path)
    (tmp_path / "0.json").write_bytes(content)
    command = Pause()
    inbox.send(command)
    assert inbox.waiting() == [command]
    assert [path.name for path in tmp_path.glob("*.unreadable")] == ["0.unreadable"]


def answers(case: EngineCase, batch_id: str) -> list[CommandApplied]:
    events = [stored.event for stored in case.store.events_after(0, batch_id)]
    return [event for event in events if isinstance(event, CommandApplied)]


def test_that_every_command_is_answered_once_by_its_id(case: EngineCase) -> None:
    run = case.run_of(["a", "b", "c"])
    case.step()
    commands = [Pause(), Pause(), Cancel(job_ids=("z",)), Resume()]
    for command in commands:
        Inbox(run.state.inbox).send(command)
    case.step()
    found = answers(case, run.batch_id)
    assert [answer.command_id for answer in found] == [command.command_id for command in commands]
    assert [bool(answer.refusal) for answer in found] == [False, True, True, False]
    assert run.batch.status is BatchStatus.RUNNING


def test_that_jobs_are_added_after_the_others_and_run(case: EngineCase) -> None:
    run = case.run_of(["a"])
    content = job_json(run.jobs["a"].job) | {"job_id": "new"}
    assert Mailbox(run).carry_out(AddJobs(jobs=(content,))) == []
    assert [job.job_id for job in run.ordered()] == ["a", "new"]
    case.step()
    assert run.jobs["new"].status is JobStatus.RUNNING


def test_that_a_job_that_does_not_fit_the_site_is_not_added(case: EngineCase) -> None:
    run = case.run_of(["a"])
    content = job_json(run.jobs["a"].job) | {"job_id": "new", "water_surface_elevation_m": 500.0}
    Mailbox(run).carry_out(AddJobs(jobs=(content,)))
    assert "new" not in run.jobs
    assert "above the section" in answers(case, run.batch_id)[0].refusal


@pytest.mark.parametrize("content", [{}, {"job_id": "x"}, {"job_id": "x", "video_path": "/v"}])
def test_that_an_added_job_that_says_too_little_is_refused(case: EngineCase, content: dict[str, object]) -> None:
    run = case.run_of(["a"])
    Mailbox(run).carry_out(AddJobs(jobs=(content,)))
    assert answers(case, run.batch_id)[0].refusal
    assert list(run.jobs) == ["a"]


def test_that_a_cancelled_job_whose_result_stands_is_completed(case: EngineCase) -> None:
    run = case.run_of(["a"])
    case.step()
    leave_result(run.planner, run.jobs["a"].job, 1)
    Inbox(run.state.inbox).send(Cancel(job_ids=("a",)))
    case.step()
    case.step()
    assert run.jobs["a"].status is JobStatus.COMPLETED


def test_that_the_result_of_another_attempt_is_not_taken_for_it(case: EngineCase) -> None:
    run = case.run_of(["a"])
    case.step()
    leave_result(run.planner, run.jobs["a"].job, 2)
    Inbox(run.state.inbox).send(Cancel(job_ids=("a",)))
    case.step()
    case.step()
    assert run.jobs["a"].status is JobStatus.CANCELLED
