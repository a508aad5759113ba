"""The picture of a batch: the same from its rows and from its log, at the same cost for ten jobs and ten thousand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_values import BATCH, a_batch, a_result, completed, failed, some_jobs, started

from image_velocimetry_tools.batch.events import (
    AnyEvent,
    BatchCancelled,
    BatchCancelling,
    BatchCompleted,
    BatchNotice,
    BatchPaused,
    BatchPausing,
    BatchReopened,
    BatchResumed,
    BatchSampled,
    BatchStarted,
    JobAdopted,
    JobCancelled,
    JobInterrupted,
    JobPlaced,
    JobProgressed,
    JobReopened,
    JobRetried,
    JobsAdded,
    JobSkipped,
)
from image_velocimetry_tools.batch.following.picture import BatchPicture
from image_velocimetry_tools.batch.lifecycle import InvalidTransition
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus
from image_velocimetry_tools.batch.store import BatchStore, sqlite_url

JOBS = 4


def shown(picture: BatchPicture) -> dict[str, Any]:
    """All that a picture shows and that the rows tell too."""
    return {
        "batch": picture.batch,
        "rows": picture.rows,
        "counts": {status: picture.counts[status] for status in JobStatus},
        "running": [row.job_id for row in picture.running()],
        "waiting": [row.job_id for row in picture.waiting(99)],
        "ended": [row.job_id for row in picture.last_ended(99)],
        "fraction": pytest.approx(picture.fraction),
        "over": picture.over,
        "failed": picture.failed,
    }


def job_event(kind: str, job_id: str, attempt: int) -> AnyEvent:
    of_job = {"batch_id": BATCH, "job_id": job_id}
    of_attempt = {**of_job, "attempt": attempt}
    made: dict[str, Any] = {
        "started": lambda: started(job_id, attempt + 1),
        "placed": lambda: JobPlaced(**of_attempt, host="h", pid=1),
        "progressed": lambda: JobProgressed(**of_attempt, stage="decode", fraction=0.5),
        "completed": lambda: completed(job_id, attempt),
        "failed": lambda: failed(job_id, attempt),
        "cancelled": lambda: JobCancelled(**of_attempt, result=a_result(job_id, JobStatus.CANCELLED)),
        "interrupted": lambda: JobInterrupted(**of_attempt),
        "skipped": lambda: JobSkipped(**of_job, reason="up to date", result=a_result(job_id, total_discharge=1.0)),
        "retried": lambda: JobRetried(**of_job, reason="again", is_automatic=True),
        "asked for again": lambda: JobRetried(**of_job),
        "adopted": lambda: JobAdopted(**of_job, result=a_result(job_id, total_discharge=3.0, quality="good")),
        "reopened": lambda: JobReopened(**of_job, reason="the video has changed"),
    }
    event: AnyEvent = made[kind]()
    return event


JOB_KINDS = ["started", "placed", "progressed", "completed", "failed", "cancelled", "interrupted", "skipped"]
JOB_KINDS += ["retried", "asked for again", "adopted", "reopened"]
BATCH_KINDS = [BatchStarted, BatchPausing, BatchPaused, BatchResumed, BatchCancelling, BatchCancelled]
BATCH_KINDS += [BatchCompleted, BatchReopened]
STEPS = st.one_of(
    st.tuples(st.sampled_from(["started", "started", "retried", *JOB_KINDS]), st.integers(1, JOBS)),
    st.tuples(st.sampled_from(BATCH_KINDS), st.just(0)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=5, max_size=80))
def test_that_the_picture_from_the_log_is_the_picture_from_the_rows(tmp_path: Path, steps: list[Any]) -> None:
    with BatchStore.open(sqlite_url(tmp_path / "s.sqlite")) as store:
        batch_id = store.next_batch_id()
        store.create_batch(a_batch(batch_id), some_jobs(JOBS, batch_id))
        picture = BatchPicture(store.batch(batch_id), store.jobs(batch_id))
        for kind, number in steps:
            if isinstance(kind, str):
                attempt = store.job(batch_id, f"job_{number}").attempt
                event = job_event(kind, f"job_{number}", attempt).model_copy(update={"batch_id": batch_id})
            else:
                event = kind(batch_id=batch_id)
            try:
                recorded = store.record(event)
            except InvalidTransition:
                continue
            if recorded:
                picture.bring_forward(event)
        assert shown(picture) == shown(BatchPicture(store.batch(batch_id), store.jobs(batch_id)))


def a_picture(jobs: int = 3, *events: AnyEvent, **batch: Any) -> BatchPicture:
    picture = BatchPicture(a_batch(**batch), some_jobs(jobs))
    bring(picture, BatchStarted(batch_id=BATCH), *events)
    return picture


def bring(picture: BatchPicture, *events: AnyEvent) -> None:
    for event in events:
        picture.bring_forward(event)


def a_sample(**values: Any) -> BatchSampled:
    figures = {"memory_bytes": 1, "memory_limit_bytes": 2, "slots": 2, "running": 1}
    return BatchSampled(**{"batch_id": BATCH, **figures, **values})


def retried(**values: Any) -> JobRetried:
    return JobRetried(batch_id=BATCH, job_id="job_1", reason="killed", is_automatic=True, **values)


def test_that_each_job_counts_the_same_in_the_progress_of_the_batch() -> None:
    picture = a_picture(4, started("job_1"), completed("job_1"), started("job_2"))
    assert picture.fraction == pytest.approx(0.25)
    bring(picture, JobProgressed(batch_id=BATCH, job_id="job_2", attempt=1, stage="output", fraction=0.5))
    assert picture.fraction == pytest.approx((1 + 0.98) / 4)


def test_that_an_empty_batch_is_done() -> None:
    assert a_picture(0).fraction == 1.0


def test_that_a_job_tells_its_discharge_and_verdict_when_it_ends() -> None:
    done = completed("job_1", result=a_result("job_1", total_discharge=2.5, quality="doubtful"))
    row = a_picture(1, started("job_1"), done).rows["job_1"]
    assert (row.discharge_m3s, row.quality, row.status) == (2.5, "doubtful", JobStatus.COMPLETED)


def test_that_a_retried_job_is_no_longer_among_those_that_are_over() -> None:
    picture = a_picture(2, started("job_1"), failed("job_1"))
    assert [row.job_id for row in picture.last_ended(5)] == ["job_1"]
    bring(picture, retried())
    assert picture.last_ended(5) == []
    assert picture.failed == 0
    assert picture.rows["job_1"].retries == 1
    assert [row.job_id for row in picture.waiting(5)] == ["job_1", "job_2"]


def test_that_jobs_of_higher_priority_wait_first() -> None:
    first, second = some_jobs(2)
    picture = BatchPicture(a_batch(), [first, replace(second, priority=9)])
    assert [row.job_id for row in picture.waiting(1)] == ["job_2"]


def test_that_events_that_led_to_the_rows_change_nothing() -> None:
    log = [started(), failed(), retried(), started(attempt=2), failed(attempt=2)]
    picture = a_picture(1, *log)
    before = shown(picture)
    bring(picture, *log)
    assert shown(picture) == before
    reopening = JobReopened(batch_id=BATCH, job_id="job_1")
    done = a_picture(1, *(log := [started(), completed(), reopening, started(attempt=2), completed(attempt=2)]))
    before = shown(done)
    bring(done, *log)
    assert shown(done) == before


def test_that_added_jobs_come_with_their_event() -> None:
    picture = a_picture(1)
    new = some_jobs(2, first=2)
    picture.bring_forward(JobsAdded(batch_id=BATCH, job_ids=("job_2", "job_3")), new)
    picture.bring_forward(JobsAdded(batch_id=BATCH, job_ids=("job_2", "job_3")), new)
    assert picture.total == 3
    assert picture.counts[JobStatus.PENDING] == 3


def test_that_news_of_an_unknown_job_or_of_a_past_attempt_change_nothing() -> None:
    picture = a_picture(1, started("job_9"), started("job_1"), completed("job_1"))
    before = shown(picture)
    bring(picture, JobProgressed(batch_id=BATCH, job_id="job_1", attempt=1, stage="decode", fraction=0.1))
    assert shown(picture) == before


def test_that_samples_mean_nothing_once_the_batch_rests() -> None:
    picture = a_picture(1, a_sample())
    assert picture.sample is not None
    bring(picture, BatchPausing(batch_id=BATCH, reason="the disk is full"))
    assert picture.reason == "the disk is full"
    bring(picture, BatchPaused(batch_id=BATCH), a_sample())
    assert picture.sample is None
    assert picture.status is BatchStatus.PAUSED


def test_that_notices_are_kept_but_not_without_end() -> None:
    picture = a_picture(1, *(BatchNotice(batch_id=BATCH, text=f"n{i}") for i in range(50)))
    assert picture.notices[-1] == "n49"
    assert len(picture.notices) < 50


def test_that_times_count_up_to_now_and_stop_at_the_end() -> None:
    now = datetime(2026, 5, 14, 12, tzinfo=UTC)
    begun = {"at": now - timedelta(seconds=90)}
    picture = BatchPicture(a_batch(), some_jobs(1))
    assert picture.elapsed_s(now) is None
    bring(picture, BatchStarted(batch_id=BATCH, **begun), started(**begun))
    assert picture.elapsed_s(now) == 90.0
    assert picture.rows["job_1"].elapsed_s(now) == 90.0
    bring(picture, completed(at=now), BatchCompleted(batch_id=BATCH, at=now))
    later = now + timedelta(hours=1)
    assert (picture.elapsed_s(later), picture.rows["job_1"].elapsed_s(later)) == (90.0, 90.0)


def test_that_the_time_of_a_paused_batch_is_not_counted_on() -> None:
    picture = a_picture(1, BatchPausing(batch_id=BATCH), BatchPaused(batch_id=BATCH))
    assert picture.elapsed_s(datetime.now(UTC)) is None


class Unlistable(dict[str, Any]):
    """Rows that may be looked up, but not gone through."""

    def __iter__(self) -> Any:
        raise AssertionError("all jobs were gone through")

    items = values = keys = __iter__  # type: ignore[assignment]


def test_that_an_event_never_makes_it_go_through_all_jobs() -> None:
    picture = a_picture(100)
    picture.rows = Unlistable(picture.rows)
    with pytest.raises(AssertionError):
        list(picture.rows.values())
    bring(picture, started("job_9"), failed("job_9"), retried(), a_sample())
    assert (picture.over, len(picture.waiting(3)), len(picture.last_ended(3))) == (1, 3, 1)
    assert picture.fraction == pytest.approx(0.01)
