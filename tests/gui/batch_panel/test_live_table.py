"""How a job stands, as the panel shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import create_autospec

from image_velocimetry_tools.batch.following.picture import BatchPicture, JobRow
from image_velocimetry_tools.batch.models import BatchJob, JobStatus
from image_velocimetry_tools.domain.alpha import AlphaSource
from image_velocimetry_tools.domain.units import METRIC
from image_velocimetry_tools.gui.batch_panel.models.live_table import live_cells, live_columns

JOB = BatchJob("a", Path("/a.mp4"), 1.0, 0.92, alpha_source=AlphaSource.PROJECT)


def cells(row: JobRow) -> dict[str, str]:
    picture = create_autospec(BatchPicture, instance=True, max_retries=3)
    texts = live_cells(JOB, row, picture, METRIC, datetime.now(UTC))
    return dict(zip([column.name for column in live_columns(METRIC)], texts, strict=True))


def test_that_a_job_that_is_up_to_date_says_so_and_shows_no_share_of_work() -> None:
    shown = cells(JobRow("a", 0, "a.mp4", status=JobStatus.SKIPPED, message="up to date", quality="good"))
    assert (shown["status"], shown["done"]) == ("up to date", "")


def test_that_a_job_that_was_skipped_for_another_reason_is_not_up_to_date() -> None:
    shown = cells(JobRow("a", 0, "a.mp4", status=JobStatus.SKIPPED, message="the batch was cancelled"))
    assert (shown["status"], shown["message"]) == ("skipped", "The batch was cancelled")


def test_that_a_doubtful_job_gives_its_reasons() -> None:
    reasons = ("few points were measured", "the camera moved")
    shown = cells(JobRow("a", 0, "a", status=JobStatus.COMPLETED, quality="doubtful", quality_reasons=reasons))
    assert shown["message"] == "Few points were measured; the camera moved"


def test_that_the_alpha_of_a_job_is_shown_with_its_source() -> None:
    assert cells(JobRow("a", 0, "a.mp4"))["alpha"] == "0.92 (set in the project)"
