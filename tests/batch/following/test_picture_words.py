"""A picture of a batch in words."""

from __future__ import annotations

import pytest
from store_values import BATCH, a_batch, a_result, completed, failed, some_jobs, started

from image_velocimetry_tools.batch.events import BatchSampled, BatchStarted, JobRetried, JobTimedOut
from image_velocimetry_tools.batch.following import picture_words
from image_velocimetry_tools.batch.following.picture import BatchPicture
from image_velocimetry_tools.batch.models import JobStatus
from image_velocimetry_tools.domain.units import METRIC


def sample(**values: object) -> BatchSampled:
    figures = {"memory_bytes": 10**9, "memory_limit_bytes": 4 * 10**9, "slots": 2, "running": 1}
    return BatchSampled.model_validate({"batch_id": BATCH, **figures, **values})


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, ""), (0.4, "0 s"), (59.6, "1:00 min"), (125, "2:05 min"), (3725, "1:02 h")]
)
def test_how_a_time_is_said(seconds: float | None, said: str) -> None:
    assert picture_words.time_words(seconds) == said


@pytest.mark.parametrize(
    ("low_high", "said"),
    [
        ((2.0, 9.0), "2 to 9 s left"),
        ((61.0, 300.0), "61 s to 5 min left"),
        ((175.0, 182.0), "3 min left"),
        ((7200.0, 12600.0), "2 to 3.5 h left"),
        (None, ""),
    ],
)
def test_how_the_rest_is_said(low_high: tuple[float, float] | None, said: str) -> None:
    assert picture_words.rest_words(sample(seconds_to_go_range=low_high)) == said


def test_that_nothing_is_said_of_what_is_not_known() -> None:
    unknown = None
    assert picture_words.rest_words(unknown) == picture_words.rate_words(unknown) == ""
    assert picture_words.memory_words(unknown) == picture_words.rate_words(sample()) == ""
    assert picture_words.rest_words(sample(seconds_to_go=130.0)) == "2 min left"


def test_how_memory_and_pace_are_said() -> None:
    assert picture_words.memory_words(sample()) == "1.0 GB of 4.0 GB"
    assert picture_words.memory_words(sample(memory_bytes=10**6, memory_limit_bytes=0)) == "1 MB"
    assert picture_words.rate_words(sample(jobs_per_minute=12.34)) == "12.3 jobs/min"
    assert picture_words.rate_words(sample(jobs_per_minute=0.05)) == "3 jobs/h"


def test_that_one_line_says_how_the_batch_stands() -> None:
    picture = BatchPicture(a_batch(), some_jobs(4))
    for event in (
        BatchStarted(batch_id=BATCH),
        started("job_1"),
        completed("job_1"),
        started("job_2"),
        failed("job_2"),
    ):
        picture.bring_forward(event)
    picture.bring_forward(sample(jobs_per_minute=2.0, waiting_for="memory"))
    assert picture_words.summary_words(picture) == (
        "2 of 4 jobs over (50 %); 1 completed, 1 failed, 2 waiting; 2 jobs/min; waits for memory"
    )
    assert picture_words.count_words(BatchPicture(a_batch(), [])) == "no jobs"


def test_that_an_end_tells_discharge_or_stage_and_reason() -> None:
    picture = BatchPicture(a_batch(), some_jobs(2))
    picture.bring_forward(started("job_1"))
    picture.bring_forward(completed("job_1", result=a_result("job_1", total_discharge=2.5, quality="good")))
    assert picture_words.end_words(picture.rows["job_1"], METRIC) == "job_1 completed: 2.5 m³/s, good"
    result = a_result("job_2", JobStatus.TIMED_OUT, error_message="no progress\nfor 600 s")
    picture.bring_forward(started("job_2"))
    picture.bring_forward(JobTimedOut(batch_id=BATCH, job_id="job_2", attempt=1, result=result))
    assert picture_words.end_words(picture.rows["job_2"], METRIC) == "job_2 timed out: no progress for 600 s"


def test_that_attempts_after_the_first_are_told() -> None:
    picture = BatchPicture(a_batch(), some_jobs(1))
    picture.bring_forward(started())
    assert picture_words.attempt_words(picture.rows["job_1"], 3) == ""
    picture.bring_forward(failed())
    picture.bring_forward(JobRetried(batch_id=BATCH, job_id="job_1", is_automatic=True))
    assert picture_words.attempt_words(picture.rows["job_1"], 3) == "retry 1/3"
    picture.bring_forward(started(attempt=2))
    picture.bring_forward(failed(attempt=2))
    picture.bring_forward(JobRetried(batch_id=BATCH, job_id="job_1"))
    picture.bring_forward(started(attempt=3))
    assert picture_words.attempt_words(picture.rows["job_1"], 3) == "attempt 3"
