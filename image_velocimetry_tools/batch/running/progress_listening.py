"""Between the events of a batch and the plain callbacks of scripts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..engine.batch_run import BatchRun, EventListener
from ..engine.stop_control import Stop, StopControl
from ..events import JobEvent, JobPlaced, JobProgressed
from ..job.attempt import CancelCheck, ProgressListener
from ..models import JobProgress
from ..store.records import StoredEvent

_log = logging.getLogger(__name__)
_ASK_EVERY_S = 0.1


def told_progress(progress: ProgressListener | None, also: EventListener | None = None) -> EventListener:
    """A listener that tells a callback every step of every job; one that raises is told nothing more."""
    listener = progress

    def listen(run: BatchRun, stored: StoredEvent) -> None:
        nonlocal listener
        if also is not None:
            also(run, stored)
        event = stored.event
        # where an attempt runs is no step forward
        if listener is None or not isinstance(event, JobEvent) or isinstance(event, JobPlaced):
            return
        try:
            listener(job_progress(run, event))
        except Exception:
            _log.exception("the progress callback raised and is not called again")
            listener = None

    return listen


def job_progress(run: BatchRun, event: JobEvent) -> JobProgress:
    """Where a job stands after an event."""
    job = run.jobs[event.job_id]
    stage, fraction = (event.stage, event.fraction) if isinstance(event, JobProgressed) else (job.stage, 1.0)
    return JobProgress(
        job_id=job.job_id,
        position=job.position + 1,
        total=len(run.jobs),
        status=job.status,
        stage=stage if job.status.is_final or isinstance(event, JobProgressed) else "",
        fraction=fraction if isinstance(event, JobProgressed) or job.status.is_final else 0.0,
        message=job.reason,
    )


@contextmanager
def cancelled_by(check: CancelCheck | None, control: StopControl) -> Iterator[None]:
    """Cancel through a control once a script's check answers True, for as long as the block lasts."""
    if check is None:
        yield
        return
    over = threading.Event()

    def ask() -> None:
        while not over.wait(_ASK_EVERY_S):
            if check():
                control.ask(Stop.CANCEL)
                return

    if check():
        control.ask(Stop.CANCEL)
    thread = threading.Thread(target=ask, name="cancel check", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
