from __future__ import annotations

import math
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from store_values import BATCH, a_batch, a_result, a_stored_batch, completed, failed, some_jobs, started

from image_velocimetry_tools.batch.config import RunSettings
from image_velocimetry_tools.batch.events import (
    BatchCreated,
    BatchNotice,
    BatchSampled,
    BatchStarted,
    JobPlaced,
    JobProgressed,
    JobsAdded,
    JobSkipped,
)
from image_velocimetry_tools.batch.lifecycle import InvalidTransition
from image_velocimetry_tools.batch.models import BatchJob, JobStatus
from image_velocimetry_tools.batch.store import BatchStore, JobRecord, NotFoundError, StoreError
from image_velocimetry_tools.domain.video import Clip

NOON = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)


def progressed(fraction: float, job_id: str = "job_1", attempt: int = 1) -> JobProgressed:
    return JobProgressed(batch_id=BATCH, job_id=job_id, attempt=attempt, stage="decode", fraction=fraction)


def sampled(running: int) -> BatchSampled:
    return BatchSampled(batch_id=BATCH, memory_bytes=1, memory_limit_bytes=2, slots=2, running=running)


def kinds(store: BatchStore) -> list[str]:
    return [stored.event.type for stored in store.events_after(0)]


# Batches and jobs


def test_that_a_batch_comes_back_as_it_was_stored(store: BatchStore) -> None:
    settings = RunSettings(
        jobs=3, method_settings={"window": [1, 2.5]}, hooks=("mail",), start_at=NOON, memory_limit="4GB"
    )
    batch = a_batch(
        settings=settings,
        description="Größe\n²",
        priority=2,
        owner="ana",
        display_units="English",
        inputs={"scaffold": {"size": 3, "time": 1.5}},
        warnings=("old file",),
        created=NOON,
    )
    store.create_batch(batch, [])

    assert store.batch(BATCH) == batch


def test_that_a_job_comes_back_as_it_was_stored(store: BatchStore) -> None:
    job = BatchJob("a", Path("/v/ä 1.mp4"), 1.5, clip=Clip(1.0, None, 2), gage_height=3.2, extra={"crew": "b"}, line=7)
    record = JobRecord(
        BATCH,
        job,
        0,
        priority=1,
        not_before=NOON,
        memory_bytes=1 << 40,
        runs_alone=True,
        estimate={"memory_bytes": 5, "seconds": 2.5},
        inputs={"video": [1, "x"]},
        result=a_result("a", total_discharge=math.inf, quality_reasons=("night",), result_path=Path("/r.json")),
        log_tail=("one\0", "two"),
    )
    store.create_batch(a_batch(), [record])

    assert store.job(BATCH, "a") == record


def test_that_moments_come_back_in_utc(store: BatchStore) -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-7)))
    store.create_batch(a_batch(created=elsewhere), [])

    created = store.batch(BATCH).created

    assert created == NOON
    assert created.tzinfo is UTC


def test_that_a_batch_without_a_time_of_creation_gets_one(store: BatchStore) -> None:
    before = datetime.now(UTC)
    a_stored_batch(store)

    created = store.batch(BATCH).created

    assert created is not None
    assert before <= created <= datetime.now(UTC)


def test_that_jobs_come_in_their_order_and_by_status(store: BatchStore) -> None:
    a_stored_batch(store, 12)
    store.record_all([started("job_9"), started("job_10"), failed("job_10")])

    assert [job.job_id for job in store.jobs(BATCH)] == [f"job_{n}" for n in range(1, 13)]
    assert [job.job_id for job in store.jobs(BATCH, {JobStatus.RUNNING, JobStatus.FAILED})] == ["job_9", "job_10"]
    assert store.jobs(BATCH, ()) == []
    assert list(store.iter_jobs(BATCH, [JobStatus.FAILED])) == store.jobs(BATCH, [JobStatus.FAILED])


def test_that_many_jobs_are_read_some_at_a_time_while_others_are_recorded(store: BatchStore) -> None:
    a_stored_batch(store, 1201)

    seen = []
    for job in store.iter_jobs(BATCH):
        seen.append(job.job_id)
        if job.position % 400 == 0:
            store.record(started(job.job_id))

    assert seen == [f"job_{n}" for n in range(1, 1202)]
    assert store.counts(BATCH)[JobStatus.RUNNING] == 4


def test_that_counts_name_every_status(store: BatchStore) -> None:
    a_stored_batch(store, 3)
    store.record_all([started(), completed(), started("job_2")])

    expected = dict.fromkeys(JobStatus, 0) | dict.fromkeys(
        (JobStatus.PENDING, JobStatus.RUNNING, JobStatus.COMPLETED), 1
    )
    assert store.counts(BATCH) == expected


def test_that_added_jobs_follow_those_that_are_there(store: BatchStore) -> None:
    a_stored_batch(store, 2)

    store.add_jobs(BATCH, some_jobs(2, first=3))

    assert [(job.job_id, job.position) for job in store.jobs(BATCH)] == [(f"job_{n}", n - 1) for n in range(1, 5)]
    assert store.events_after(0)[-1].event.model_dump(include={"type", "job_ids"}) == {
        "type": "jobs_added",
        "job_ids": ("job_3", "job_4"),
    }


def test_that_two_jobs_of_one_id_are_refused(store: BatchStore) -> None:
    with pytest.raises(StoreError, match=r"two jobs of the same id \(job_1\)"):
        store.create_batch(a_batch(), some_jobs(1) * 2)
    assert store.batches() == []

    a_stored_batch(store, 2)
    with pytest.raises(StoreError, match=r"two jobs of the same id \(job_2\)"):
        store.add_jobs(BATCH, some_jobs(2, first=2))
    assert len(store.jobs(BATCH)) == 2
    assert kinds(store) == ["batch_created"]


def test_that_a_batch_id_is_taken_once(store: BatchStore) -> None:
    a_stored_batch(store)

    with pytest.raises(StoreError, match="batch_001: there is already a batch of that id"):
        store.create_batch(a_batch(), [])


def test_that_ids_of_batches_are_never_given_twice(store: BatchStore) -> None:
    first = store.next_batch_id()
    a_stored_batch(store, batch_id=first)
    store.create_batch(a_batch("batch_003"), [])
    store.delete_batch(first)

    assert first == "batch_001"
    assert store.next_batch_id() == "batch_002"
    assert store.next_batch_id() == "batch_004"


def test_that_processes_that_ask_at_once_get_ids_of_their_own(url: str) -> None:
    BatchStore.open(url).close()
    given: list[str] = []

    def ask() -> None:
        with BatchStore.open(url) as mine:
            given.extend(mine.next_batch_id() for _ in range(10))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()

    assert sorted(given) == [f"batch_{n:03d}" for n in range(1, 41)]


def test_that_the_latest_batch_of_a_folder_is_found(store: BatchStore) -> None:
    store.create_batch(a_batch("batch_001"), [])
    store.create_batch(a_batch("batch_002"), [])
    store.create_batch(a_batch("batch_003", output_directory=Path("/elsewhere")), [])

    latest = store.latest_batch(Path("/data/out"))

    assert latest is not None
    assert latest.batch_id == "batch_002"
    assert store.latest_batch(Path("/nowhere")) is None
    assert [batch.batch_id for batch in store.batches()] == ["batch_001", "batch_002", "batch_003"]


def test_that_settings_estimates_inputs_and_the_learned_model_are_kept(store: BatchStore) -> None:
    a_stored_batch(store, 3)

    store.update_settings(BATCH, RunSettings(jobs=4))
    store.set_estimates(BATCH, {"job_1": {"memory_bytes": 3}, "job_3": {"memory_bytes": 4}})
    store.set_inputs(BATCH, "job_2", {"video": {"size": 9}})
    assert store.model(BATCH) == {}
    store.set_model(BATCH, {"a": [1.5, 2]})

    assert store.batch(BATCH).settings == RunSettings(jobs=4)
    assert [dict(job.estimate) for job in store.jobs(BATCH)] == [{"memory_bytes": 3}, {}, {"memory_bytes": 4}]
    assert store.job(BATCH, "job_2").inputs == {"video": {"size": 9}}
    assert store.model(BATCH) == {"a": [1.5, 2]}


def test_that_what_does_not_exist_is_named(store: BatchStore) -> None:
    calls: list[Any] = [
        lambda: store.batch("batch_009"),
        lambda: store.model("batch_009"),
        lambda: store.set_model("batch_009", {}),
        lambda: store.add_jobs("batch_009", []),
        lambda: store.delete_batch("batch_009"),
        lambda: store.record(BatchStarted(batch_id="batch_009")),
        lambda: store.record(started("job_9", batch_id="batch_009")),
        lambda: store.job("batch_009", "job_9"),
        lambda: store.set_inputs("batch_009", "job_9", {}),
        lambda: store.set_estimates("batch_009", {"job_9": {}}),
    ]
    for call in calls:
        with pytest.raises(NotFoundError, match="batch_009"):
            call()
    assert kinds(store) == []


def test_that_a_deleted_batch_leaves_the_others(store: BatchStore) -> None:
    a_stored_batch(store, 2)
    a_stored_batch(store, 2, "batch_002")
    store.record_all([started(), completed(), started(batch_id="batch_002")])
    last = store.last_event()

    store.delete_batch(BATCH)

    assert [batch.batch_id for batch in store.batches()] == ["batch_002"]
    assert store.jobs(BATCH) == []
    assert store.attempts(BATCH, "job_1") == []
    assert {stored.event.batch_id for stored in store.events_after(0)} == {"batch_002"}
    assert store.record(BatchStarted(batch_id="batch_002")) == last + 1


# Events


def test_that_events_are_numbered_and_read_from_any_on(store: BatchStore) -> None:
    a_stored_batch(store, 2)
    a_stored_batch(store, 1, "batch_002")
    first = store.record(started())
    second = store.record(started(batch_id="batch_002"))
    third, fourth = store.record_all([completed(), BatchNotice(batch_id=BATCH, text="ä")])

    assert first < second < third < fourth == store.last_event()
    assert [stored.number for stored in store.events_after(first)] == [second, third, fourth]
    assert [stored.number for stored in store.events_after(first, BATCH)] == [third, fourth]
    assert [stored.number for stored in store.events_after(first, limit=2)] == [second, third]
    assert store.last_event("batch_002") == second
    assert store.last_event("batch_009") == 0
    assert isinstance(store.events_after(0)[0].event, BatchCreated)


def test_that_an_event_comes_back_equal(store: BatchStore) -> None:
    a_stored_batch(store)
    event = started(at=NOON, threads=2, memory_bytes=3)

    number = store.record(event)

    assert [(stored.number, stored.event) for stored in store.events_after(number - 1)] == [(number, event)]


def test_that_a_forbidden_event_writes_nothing(store: BatchStore) -> None:
    a_stored_batch(store, 2)
    before = (store.jobs(BATCH), store.events_after(0))

    with pytest.raises(InvalidTransition, match="a job that is pending cannot complete"):
        store.record_all([started("job_2"), progressed(0.5, "job_2"), completed("job_1")])
    with pytest.raises(InvalidTransition, match="a job that is pending cannot complete"):
        store.record(completed())

    assert (store.jobs(BATCH), store.events_after(0)) == before
    assert store.attempts(BATCH, "job_2") == []


def test_that_the_end_of_another_attempt_is_refused(store: BatchStore) -> None:
    a_stored_batch(store)
    store.record(started(attempt=2))

    with pytest.raises(InvalidTransition, match=r"running \(attempt 2\) cannot complete attempt 1"):
        store.record(completed(attempt=1))
    assert store.job(BATCH, "job_1").status is JobStatus.RUNNING


def test_that_numbers_of_attempts_only_grow(store: BatchStore) -> None:
    store.create_batch(a_batch(), some_jobs(1, attempt=2))

    with pytest.raises(InvalidTransition, match=r"pending \(attempt 2\) cannot start attempt 2"):
        store.record(started(attempt=2))


def test_that_progress_is_kept_once_per_job_and_forgotten_at_its_end(store: BatchStore) -> None:
    a_stored_batch(store, 2)
    store.record_all([started(), started("job_2")])
    for tenth in range(10):
        store.record_all([progressed(tenth / 10), progressed(tenth / 20, "job_2"), sampled(tenth)])

    assert kinds(store) == [
        "batch_created", "job_started", "job_started", "job_progressed", "job_progressed", "batch_sampled"
    ]  # fmt: skip
    assert store.job(BATCH, "job_1").fraction == 0.9

    store.record(completed())

    assert kinds(store) == [
        "batch_created", "job_started", "job_started", "job_progressed", "batch_sampled", "job_completed"
    ]  # fmt: skip
    assert store.events_after(0)[-2].event == store.events_after(0)[-2].event.model_copy(update={"running": 9})


def test_that_numbers_of_forgotten_events_are_not_used_again(store: BatchStore) -> None:
    a_stored_batch(store)
    store.record(started())
    numbers = [store.record(progressed(0.1)), store.record(progressed(0.2)), store.record(completed())]

    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]


def test_that_news_of_an_attempt_that_is_over_are_left_out(store: BatchStore) -> None:
    a_stored_batch(store)
    store.record_all([started(attempt=3), failed(attempt=3)])
    before = (store.job(BATCH, "job_1"), store.events_after(0))

    late = [progressed(0.5, attempt=3), JobPlaced(batch_id=BATCH, job_id="job_1", attempt=3, host="h")]

    assert store.record_all(late) == [0, 0]
    assert (store.job(BATCH, "job_1"), store.events_after(0)) == before


def test_that_a_skipped_job_keeps_its_stored_result(store: BatchStore) -> None:
    a_stored_batch(store)
    result = a_result(total_discharge=3.5)

    store.record(JobSkipped(batch_id=BATCH, job_id="job_1", reason="up to date", result=result))

    job = store.job(BATCH, "job_1")
    assert (job.status, job.reason, job.result) == (JobStatus.SKIPPED, "up to date", result)


def test_that_what_a_dying_process_wrote_can_be_stored(store: BatchStore) -> None:
    a_stored_batch(store)
    result = a_result(status=JobStatus.FAILED, error_message="bad\0news")
    store.record_all([started(), failed(result=result, log_tail=("a\0b", "ü"))])

    job = store.job(BATCH, "job_1")

    assert (job.reason, job.result, job.log_tail) == ("bad\N{REPLACEMENT CHARACTER}news", result, ("a\0b", "ü"))


def test_that_attempts_keep_their_own_story(store: BatchStore) -> None:
    a_stored_batch(store)
    placed = JobPlaced(batch_id=BATCH, job_id="job_1", attempt=1, host="node-3", pid=9, pid_created=1.5)
    store.record_all(
        [
            started(at=NOON, threads=2, memory_bytes=7),
            placed,
            failed(at=NOON + timedelta(seconds=5), peak_memory_bytes=8, log_tail=("oops",)),
        ]
    )

    (attempt,) = store.attempts(BATCH, "job_1")

    assert (attempt.number, attempt.outcome, attempt.reason) == (1, JobStatus.FAILED, "the clip is empty")
    assert (attempt.started, attempt.finished) == (NOON, NOON + timedelta(seconds=5))
    assert (attempt.threads, attempt.memory_bytes, attempt.peak_memory_bytes) == (2, 7, 8)
    assert (attempt.host, attempt.log_tail) == ("node-3", ("oops",))


# Readers


def test_that_a_reader_sees_what_the_writer_does(store: BatchStore, url: str) -> None:
    a_stored_batch(store, 2)
    with BatchStore.open(url, read_only=True) as reader:
        assert reader.has_changed()
        assert not reader.has_changed()

        store.record(started())

        assert reader.has_changed()
        assert not reader.has_changed()
        assert reader.job(BATCH, "job_1") == store.job(BATCH, "job_1")
        assert reader.events_after(0) == store.events_after(0)


def test_that_a_reader_cannot_write(store: BatchStore, url: str) -> None:
    a_stored_batch(store)
    with BatchStore.open(url, read_only=True) as reader, pytest.raises(StoreError, match="may only be read"):
        reader.record(started())
    assert store.job(BATCH, "job_1").status is JobStatus.PENDING


def test_that_a_store_opened_again_holds_what_it_held(store: BatchStore, url: str) -> None:
    a_stored_batch(store, 3)
    store.record_all([started(), completed(), JobsAdded(batch_id=BATCH, job_ids=())])
    before = (store.batch(BATCH), store.jobs(BATCH), store.events_after(0), store.attempts(BATCH, "job_1"))
    store.close()

    with BatchStore.open(url) as again:
        after = (again.batch(BATCH), again.jobs(BATCH), again.events_after(0), again.attempts(BATCH, "job_1"))
    assert after == before


def test_that_the_positions_of_a_new_batch_follow_the_order_given(store: BatchStore) -> None:
    jobs = [replace(job, position=99 - job.position) for job in some_jobs(3)]

    store.create_batch(a_batch(), jobs)

    assert [(job.job_id, job.position) for job in store.jobs(BATCH)] == [("job_1", 0), ("job_2", 1), ("job_3", 2)]
