"""Commands for a batch that may be run by another process.

A living owner finds the command in its inbox and answers in the log; without one, the command is carried out here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from ...domain.errors import IvyError, Problem
from ..engine.batch_run import BatchRun
from ..engine.inbox import AnyCommand, Inbox, Resume
from ..engine.mailbox import Mailbox
from ..engine.run_files import RunFiles
from ..events import BatchCancelled, BatchPaused, BatchPausing, CommandApplied
from ..folders.owner_lock import OwnedElsewhere, has_living_owner
from ..folders.state_folder import StateFolder, find_state
from ..models import BatchStatus
from ..plan.scaffold_loader import ScaffoldLoader
from ..store import BatchStore
from .open_batch import taken_up_batch

LONGEST_WAIT_S = 30.0
_LOOK_EVERY_S = 0.05
_MOST_CHANGES_OF_OWNER = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """A command was carried out; ``by_owner`` tells whether a running batch did it."""

    by_owner: bool


def give(
    output_directory: Path,
    command: AnyCommand,
    *,
    database_url: str | None = None,
    loader: ScaffoldLoader | None = None,
) -> Answer:
    """Have a command carried out; when this returns, it has taken effect.

    Raises
    ------
    IvyError
        If the command is refused, with the reason, or the owner of the batch does not answer.
    """
    state, batch_id = find_state(output_directory, database_url=database_url)
    for _ in range(_MOST_CHANGES_OF_OWNER):
        if has_living_owner(state.own):
            answer = _carried_out_there(state, batch_id, command)
        else:
            answer = _unless_taken_up(output_directory, command, database_url, loader)
        if answer is not None:
            return answer
    raise _no_answer(state)


def _unless_taken_up(
    output_directory: Path, command: AnyCommand, database_url: str | None, loader: ScaffoldLoader | None
) -> Answer | None:
    """None if somebody took the batch up in this moment."""
    try:
        return _carried_out_here(output_directory, command, database_url, loader)
    except OwnedElsewhere:
        return None


def _carried_out_here(
    output_directory: Path, command: AnyCommand, database_url: str | None, loader: ScaffoldLoader | None
) -> Answer:
    if isinstance(command, Resume):
        what, remedy = "no process runs the batch that could go on", "Start one with 'ivytools-batch resume'"
        raise IvyError(what, where=str(output_directory), remedy=remedy)
    with taken_up_batch(output_directory, database_url=database_url, loader=loader, checks_inputs=False) as opened:
        run = BatchRun(opened.store, opened.batch_id, opened.planner, opened.state)
        Mailbox(run).carry_out(command)
        _require_no_refusal(opened.store, opened.batch_id, command)
        if run.batch.status is BatchStatus.CANCELLING:
            run.record(BatchCancelled(batch_id=opened.batch_id))
        if run.batch.status is BatchStatus.RUNNING:
            # nobody carries it out until it is resumed
            run.record(BatchPausing(batch_id=run.batch_id, reason="no process runs it"))
            run.record(BatchPaused(batch_id=run.batch_id))
        RunFiles(run).bring_up_to_date()
    return Answer(by_owner=False)


def _carried_out_there(state: StateFolder, batch_id: str, command: AnyCommand) -> Answer | None:
    """None if the owner ended without an answer."""
    inbox = Inbox(state.inbox)
    with BatchStore.open(state.database_url, read_only=True) as store:
        before = store.last_event(batch_id)
        inbox.send(command)
        deadline = time.monotonic() + LONGEST_WAIT_S
        while time.monotonic() < deadline:
            # asked before the log is read: what the owner wrote last is read after it
            lives = has_living_owner(state.own)
            if _answer(store, batch_id, command, before) is not None:
                _require_no_refusal(store, batch_id, command, before)
                return Answer(by_owner=True)
            if not lives:
                inbox.done(command)
                return None
            time.sleep(_LOOK_EVERY_S)
    inbox.done(command)
    raise _no_answer(state)


def _no_answer(state: StateFolder) -> IvyError:
    what = f"the process that runs the batch did not answer within {LONGEST_WAIT_S:g} s"
    return IvyError(what, where=str(state.output_directory), remedy="See whether it still lives, then try again")


def _answer(store: BatchStore, batch_id: str, command: AnyCommand, after: int) -> CommandApplied | None:
    while page := store.events_after(after, batch_id):
        for stored in page:
            event = stored.event
            if isinstance(event, CommandApplied) and event.command_id == command.command_id:
                return event
        after = page[-1].number
    return None


def _require_no_refusal(store: BatchStore, batch_id: str, command: AnyCommand, after: int = 0) -> None:
    answer = _answer(store, batch_id, command, after)
    if answer is not None and answer.refusal:
        raise IvyError.from_problems([_as_problem(answer.refusal)])


def _as_problem(sentence: str) -> Problem:
    return Problem(sentence.rstrip("."))
