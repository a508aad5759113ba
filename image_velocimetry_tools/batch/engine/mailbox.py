"""The inbox of a batch as its owner reads it: each command is carried out or refused, and answered in the log."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import assert_never

from ...domain.errors import IvyError
from ..events import CommandApplied
from ..lifecycle import InvalidTransition
from ..models import BatchJob
from ..plan.job_records import job_record
from . import commands
from .batch_run import BatchRun
from .commands import Effect
from .inbox import AddJobs, AnyCommand, Cancel, Inbox, Pause, Resume, RetryJobs

_LOOK_EVERY_S = 0.2


class Mailbox:
    """Applies the commands for one batch."""

    def __init__(self, run: BatchRun) -> None:
        self.run = run
        self._inbox = Inbox(run.state.inbox)
        self._next_look_s = 0.0

    def apply(self) -> list[str]:
        """Carry out what has arrived; the answer are ids of running jobs that must end."""
        now = time.monotonic()
        if now < self._next_look_s:
            return []
        self._next_look_s = now + _LOOK_EVERY_S
        to_cancel: list[str] = []
        for command in self._inbox.waiting():
            to_cancel += self.carry_out(command)
            self._inbox.done(command)
        return to_cancel

    def carry_out(self, command: AnyCommand) -> list[str]:
        """Carry out one command; the answer are ids of running jobs that must end."""
        answer = CommandApplied(batch_id=self.run.batch_id, command_id=command.command_id, command=command.name)
        try:
            effect = self._effect(command)
            self.run.record(*effect.events, answer)
        except (IvyError, InvalidTransition) as error:
            self.run.record(answer.model_copy(update={"refusal": str(error)}))
            return []
        return list(effect.to_cancel)

    def _effect(self, command: AnyCommand) -> Effect:
        batch, jobs = self.run.batch, self.run.ordered()
        if isinstance(command, Pause):
            return self._pause()
        if isinstance(command, Resume):
            self.run.waits_for_disk = False
            return commands.resume(batch, jobs)
        if isinstance(command, Cancel):
            return commands.cancel(batch, jobs, command.job_ids)
        if isinstance(command, RetryJobs):
            return commands.retry(batch, jobs, command.job_ids)
        if isinstance(command, AddJobs):
            return self._add(command)
        assert_never(command)

    def _pause(self) -> Effect:
        if self.run.waits_for_disk:
            # it has stopped already, and does not go on by itself any more
            self.run.waits_for_disk = False
            return Effect()
        return commands.pause(self.run.batch)

    def _add(self, command: AddJobs) -> Effect:
        planner = self.run.planner
        offset = max((job.position for job in self.run.jobs.values()), default=-1) + 1
        planned = [planner.planned(_job(content)) for content in command.jobs]
        self.run.take_in(
            [job_record(planner, self.run.batch_id, offset + index, one) for index, one in enumerate(planned)]
        )
        return Effect(commands.reopening(self.run.batch))


def _job(content: Mapping[str, object]) -> BatchJob:
    from ..job.job_json import job_from_json

    try:
        return job_from_json(content)
    except (KeyError, TypeError, ValueError) as error:
        remedy = "Add it with the version of the program that runs the batch"
        raise IvyError(f"a job to be added cannot be read ({error!r})", remedy=remedy) from error
