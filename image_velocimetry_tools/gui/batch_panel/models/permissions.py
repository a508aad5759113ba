"""Which commands a batch takes now, and why it refuses the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ....batch.following.picture_words import word
from ....batch.lifecycle import BATCH_TRANSITIONS, JOB_TRANSITIONS, BatchChange, JobChange
from ....batch.models import BatchStatus, JobStatus

PAUSE, RESUME, CANCEL, RETRY, REPORT = "pause", "resume", "cancel", "retry", "report"


@dataclass(frozen=True, slots=True)
class BatchState:
    """What decides about commands: how the batch stands, whether a process runs it, and its jobs by status."""

    status: BatchStatus
    has_owner: bool
    counts: Mapping[JobStatus, int] = field(default_factory=dict)

    @property
    def is_orphaned(self) -> bool:
        """Whether it says that it runs, but nobody runs it."""
        active = (BatchStatus.RUNNING, BatchStatus.PAUSING, BatchStatus.CANCELLING)
        return self.status in active and not self.has_owner

    @property
    def words(self) -> str:
        """How it stands."""
        return "interrupted" if self.is_orphaned else word(self.status)

    @property
    def ended_with_failures(self) -> bool:
        """Whether it is over, and jobs of it have failed."""
        return self.status in (BatchStatus.COMPLETED, BatchStatus.FAILED) and self._failed > 0

    @property
    def headline(self) -> str:
        """How it stands, and how many jobs have failed where the word alone would hide it."""
        if self.status is BatchStatus.COMPLETED and self._failed:
            return f"{self.words}, {self._failed} of {sum(self.counts.values())} failed"
        return self.words

    @property
    def _failed(self) -> int:
        return sum(count for status, count in self.counts.items() if status.is_failure)

    def refusals(self) -> dict[str, str]:
        """Why a command is refused, by command; one that is not there is allowed."""
        reasons = {
            PAUSE: "" if self.has_owner and self._can(BatchChange.PAUSE) else f"The batch is {self.words}.",
            RESUME: self._why_not_resumed(),
            CANCEL: "" if self._can(BatchChange.CANCEL) else f"The batch is {self.words}.",
            RETRY: self._why_not_retried(),
            REPORT: "" if self._has_results else "No job has a result yet.",
        }
        return {command: reason for command, reason in reasons.items() if reason}

    def can_cancel_job(self, status: JobStatus) -> bool:
        """Whether a job of this status can be cancelled."""
        return self._can(BatchChange.CANCEL) and status in (JobStatus.PENDING, JobStatus.RUNNING)

    @staticmethod
    def can_retry_job(status: JobStatus) -> bool:
        """Whether a job of this status can run again."""
        return (status, JobChange.RETRY) in JOB_TRANSITIONS

    @property
    def _has_results(self) -> bool:
        return any(self.counts.get(status, 0) for status in (JobStatus.COMPLETED, JobStatus.SKIPPED))

    def _why_not_resumed(self) -> str:
        if self.has_owner:
            return "" if self.status is BatchStatus.PAUSING else f"The batch is {self.words}."
        rests = (BatchStatus.CREATED, BatchStatus.PAUSED, BatchStatus.CANCELLED)
        if self.status not in rests and not self.is_orphaned:
            return f"The batch is {self.words}; retry failed jobs, or start it again."
        return ""

    def _why_not_retried(self) -> str:
        if self.status is BatchStatus.CANCELLING and self.has_owner:
            return "The batch is being cancelled."
        if not any(count and self.can_retry_job(status) for status, count in self.counts.items()):
            return "No job has failed."
        return ""

    def _can(self, change: BatchChange) -> bool:
        return (self.status, change) in BATCH_TRANSITIONS
