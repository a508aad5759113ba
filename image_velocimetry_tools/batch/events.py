"""What happens to batches and jobs, as one closed set of events.

Every change of state is an event: the store appends it and applies it to its rows in one transaction, and terminal,
scripts, panel and web page all read the same numbered log. Each event names the change of the lifecycle that it makes;
those without one inform only. Transient events (progress, samples) replace the one before of the same job or batch.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from .config import ProcessingResult
from .lifecycle import BatchChange, JobChange


def _now() -> datetime:
    return datetime.now(UTC)


class Event(BaseModel):
    """One thing that happened; ``at`` is UTC."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    batch_change: ClassVar[BatchChange | None] = None
    job_change: ClassVar[JobChange | None] = None
    is_transient: ClassVar[bool] = False

    batch_id: str
    at: datetime = Field(default_factory=_now)


class JobEvent(Event):
    """One thing that happened to a job."""

    job_id: str


class BatchCreated(Event):
    """A batch with its jobs was written down."""

    type: Literal["batch_created"] = "batch_created"
    name: str
    jobs: int


class BatchStarted(Event):
    """The batch begins."""

    type: Literal["batch_started"] = "batch_started"
    batch_change: ClassVar[BatchChange] = BatchChange.START
    host: str = ""
    pid: int | None = None


class BatchPausing(Event):
    """No new job starts any more; those that run finish, or are ended to go on later (``ends_running``)."""

    type: Literal["batch_pausing"] = "batch_pausing"
    batch_change: ClassVar[BatchChange] = BatchChange.PAUSE
    reason: str = ""
    ends_running: bool = False


class BatchPaused(Event):
    """Nothing of the batch runs any more until it is resumed."""

    type: Literal["batch_paused"] = "batch_paused"
    batch_change: ClassVar[BatchChange] = BatchChange.REST


class BatchResumed(Event):
    """The batch goes on."""

    type: Literal["batch_resumed"] = "batch_resumed"
    batch_change: ClassVar[BatchChange] = BatchChange.RESUME


class BatchCancelling(Event):
    """The batch is being cancelled."""

    type: Literal["batch_cancelling"] = "batch_cancelling"
    batch_change: ClassVar[BatchChange] = BatchChange.CANCEL
    reason: str = ""


class BatchCancelled(Event):
    """The batch was cancelled and nothing of it runs any more."""

    type: Literal["batch_cancelled"] = "batch_cancelled"
    batch_change: ClassVar[BatchChange] = BatchChange.STOP


class BatchCompleted(Event):
    """Every job has come to an end, and at least one succeeded."""

    type: Literal["batch_completed"] = "batch_completed"
    batch_change: ClassVar[BatchChange] = BatchChange.COMPLETE


class BatchFailed(Event):
    """Nothing succeeded, or the batch stopped at its first failure."""

    type: Literal["batch_failed"] = "batch_failed"
    batch_change: ClassVar[BatchChange] = BatchChange.FAIL
    reason: str = ""


class BatchReopened(Event):
    """A batch that was over has jobs to run again."""

    type: Literal["batch_reopened"] = "batch_reopened"
    batch_change: ClassVar[BatchChange] = BatchChange.REOPEN


class BatchInterrupted(Event):
    """The process that ran the batch is gone; found when the batch was opened again."""

    type: Literal["batch_interrupted"] = "batch_interrupted"
    batch_change: ClassVar[BatchChange] = BatchChange.INTERRUPT


class BatchNotice(Event):
    """Something about the batch that people should know."""

    type: Literal["batch_notice"] = "batch_notice"
    text: str
    is_warning: bool = True


class BatchSampled(Event):
    """How the batch is doing, about once a second; a range of seconds to go is None before it means something."""

    type: Literal["batch_sampled"] = "batch_sampled"
    is_transient: ClassVar[bool] = True
    memory_bytes: int
    memory_limit_bytes: int
    slots: int
    running: int
    jobs_per_minute: float | None = None
    seconds_to_go: float | None = None
    seconds_to_go_range: tuple[float, float] | None = None
    waiting_for: str = ""


class CommandApplied(Event):
    """A command from another process was carried out, or refused with a reason."""

    type: Literal["command_applied"] = "command_applied"
    command_id: str
    command: str
    refusal: str = ""


class JobsAdded(Event):
    """Jobs were added to the batch."""

    type: Literal["jobs_added"] = "jobs_added"
    job_ids: tuple[str, ...]


class JobStarted(JobEvent):
    """An attempt at the job begins; attempts count from 1."""

    type: Literal["job_started"] = "job_started"
    job_change: ClassVar[JobChange] = JobChange.START
    attempt: int
    threads: int = 1
    memory_bytes: int = 0


class JobPlaced(JobEvent):
    """Where the running attempt runs."""

    type: Literal["job_placed"] = "job_placed"
    attempt: int
    host: str
    pid: int | None = None
    pid_created: float | None = None


class JobProgressed(JobEvent):
    """How far the running attempt is; ``fraction`` is the share of its stage, 0 to 1."""

    type: Literal["job_progressed"] = "job_progressed"
    is_transient: ClassVar[bool] = True
    attempt: int
    stage: str
    fraction: float


class JobEnded(JobEvent):
    """The attempt is over; ``result`` has the figures, or stage, reason and remedy."""

    attempt: int
    result: ProcessingResult
    peak_memory_bytes: int | None = None
    log_tail: tuple[str, ...] = ()


class JobCompleted(JobEnded):
    """The job has a discharge."""

    type: Literal["job_completed"] = "job_completed"
    job_change: ClassVar[JobChange] = JobChange.COMPLETE


class JobFailed(JobEnded):
    """The job failed; ``cause`` tells errors from crashes."""

    type: Literal["job_failed"] = "job_failed"
    job_change: ClassVar[JobChange] = JobChange.FAIL
    cause: str = "error"


class JobTimedOut(JobEnded):
    """The job took too long, or made no progress for too long."""

    type: Literal["job_timed_out"] = "job_timed_out"
    job_change: ClassVar[JobChange] = JobChange.TIME_OUT


class JobOutOfMemory(JobEnded):
    """The job was ended for want of memory."""

    type: Literal["job_out_of_memory"] = "job_out_of_memory"
    job_change: ClassVar[JobChange] = JobChange.RUN_OUT_OF_MEMORY


class JobCancelled(JobEnded):
    """The running job was cancelled."""

    type: Literal["job_cancelled"] = "job_cancelled"
    job_change: ClassVar[JobChange] = JobChange.CANCEL


class JobInterrupted(JobEvent):
    """The attempt ended with the process that watched it."""

    type: Literal["job_interrupted"] = "job_interrupted"
    job_change: ClassVar[JobChange] = JobChange.INTERRUPT
    attempt: int


class JobSkipped(JobEvent):
    """The job does not run; an up-to-date one repeats its stored result."""

    type: Literal["job_skipped"] = "job_skipped"
    job_change: ClassVar[JobChange] = JobChange.SKIP
    reason: str
    result: ProcessingResult | None = None


class JobRetried(JobEvent):
    """An unsuccessful job waits for another attempt, not before ``not_before`` if that is given."""

    type: Literal["job_retried"] = "job_retried"
    job_change: ClassVar[JobChange] = JobChange.RETRY
    reason: str = ""
    is_automatic: bool = False
    not_before: datetime | None = None
    memory_bytes: int | None = None
    runs_alone: bool = False


class JobAdopted(JobEvent):
    """A finished result was found whose end nobody had written down."""

    type: Literal["job_adopted"] = "job_adopted"
    job_change: ClassVar[JobChange] = JobChange.ADOPT
    result: ProcessingResult


class JobRecomputed(JobEvent):
    """A job that has a discharge got another one from its stored velocities.

    ``job`` is the job as it is wanted from now on, as JSON; ``inputs`` are what its result was made from.
    """

    type: Literal["job_recomputed"] = "job_recomputed"
    job_change: ClassVar[JobChange] = JobChange.RECOMPUTE
    result: ProcessingResult
    job: dict[str, Any]
    inputs: dict[str, Any]


class JobReopened(JobEvent):
    """A job that was skipped before it ran, or whose inputs have changed, waits again."""

    type: Literal["job_reopened"] = "job_reopened"
    job_change: ClassVar[JobChange] = JobChange.REOPEN
    reason: str = ""


AnyEvent = Annotated[
    BatchCreated
    | BatchStarted
    | BatchPausing
    | BatchPaused
    | BatchResumed
    | BatchCancelling
    | BatchCancelled
    | BatchCompleted
    | BatchFailed
    | BatchReopened
    | BatchInterrupted
    | BatchNotice
    | BatchSampled
    | CommandApplied
    | JobsAdded
    | JobStarted
    | JobPlaced
    | JobProgressed
    | JobCompleted
    | JobFailed
    | JobTimedOut
    | JobOutOfMemory
    | JobCancelled
    | JobInterrupted
    | JobSkipped
    | JobRetried
    | JobAdopted
    | JobRecomputed
    | JobReopened,
    Field(discriminator="type"),
]

EVENTS: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
"""Reads and writes events of any kind."""
