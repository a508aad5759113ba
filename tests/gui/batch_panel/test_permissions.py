"""Which commands a batch takes."""

from __future__ import annotations

import pytest

from image_velocimetry_tools.batch.models import BatchStatus, JobStatus
from image_velocimetry_tools.gui.batch_panel.models.permissions import BatchState

B, J = BatchStatus, JobStatus


@pytest.mark.parametrize(
    ("status", "has_owner", "allowed"),
    [
        (B.RUNNING, True, {"pause", "cancel"}),
        (B.PAUSING, True, {"resume", "cancel"}),
        (B.PAUSED, False, {"resume", "cancel"}),
        (B.RUNNING, False, {"resume", "cancel"}),
        (B.COMPLETED, False, set()),
        (B.CANCELLED, False, {"resume"}),
        (B.CANCELLING, True, set()),
    ],
)
def test_that_a_command_is_allowed_where_the_lifecycle_allows_it(
    status: BatchStatus, has_owner: bool, allowed: set[str]
) -> None:
    refused = set(BatchState(status, has_owner).refusals())
    assert {"pause", "resume", "cancel"} - refused == allowed


def test_that_a_refusal_tells_the_reason() -> None:
    assert BatchState(B.COMPLETED, False).refusals()["pause"] == "The batch is completed."
    assert BatchState(B.RUNNING, False).refusals()["pause"] == "The batch is interrupted."


def test_that_retrying_needs_a_job_that_failed() -> None:
    assert "retry" in BatchState(B.COMPLETED, False, {J.COMPLETED: 3}).refusals()
    assert "retry" not in BatchState(B.COMPLETED, False, {J.COMPLETED: 3, J.TIMED_OUT: 1}).refusals()


def test_that_reports_need_a_result() -> None:
    assert "report" in BatchState(B.RUNNING, True, {J.PENDING: 3}).refusals()
    assert "report" not in BatchState(B.RUNNING, True, {J.PENDING: 2, J.COMPLETED: 1}).refusals()


def test_that_failures_stand_beside_the_word_completed() -> None:
    state = BatchState(B.COMPLETED, False, {J.COMPLETED: 16, J.FAILED: 2, J.TIMED_OUT: 1, J.SKIPPED: 1})
    assert (state.headline, state.ended_with_failures) == ("completed, 3 of 20 failed", True)
    assert state.words == "completed"


def test_that_a_batch_without_failures_is_just_completed() -> None:
    state = BatchState(B.COMPLETED, False, {J.COMPLETED: 3, J.SKIPPED: 1})
    assert (state.headline, state.ended_with_failures) == ("completed", False)


def test_that_a_batch_that_still_runs_is_no_warning() -> None:
    state = BatchState(B.RUNNING, True, {J.RUNNING: 3, J.FAILED: 1})
    assert (state.headline, state.ended_with_failures) == ("running", False)
