"""Which failures may pass, and what each means to the user."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.failures import can_pass, failed_result, is_disk_full
from image_velocimetry_tools.batch.folders.job_folder import output_error
from image_velocimetry_tools.batch.models import BatchJob
from image_velocimetry_tools.domain.errors import IvyError, OutputError, Problem, VideoError


def system_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def told(cause: OSError) -> OutputError:
    """The error in the user's words, raised from that of the system as jobs do."""
    error = output_error(cause, Path("out/a"))
    error.__cause__ = cause
    return error


def unreadable(cause: OSError) -> VideoError:
    error = VideoError("it cannot be read")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (system_error(errno.EIO), True),
        (system_error(errno.ESTALE), True),
        (told(system_error(errno.EIO)), True),
        (told(system_error(errno.ENOSPC)), True),
        (MemoryError(), True),
        (system_error(errno.ENOENT), False),
        (told(system_error(errno.EACCES)), False),
        (told(system_error(errno.EROFS)), False),
        (VideoError("the clip has 4 frames"), False),
        (unreadable(system_error(errno.EIO)), False),
        (ZeroDivisionError(), False),
        (None, False),
    ],
    ids=str,
)
def test_that_only_what_may_be_over_the_next_time_can_pass(error: BaseException | None, passes: bool) -> None:
    assert can_pass(error) is passes


@pytest.mark.parametrize(("number", "full"), [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EIO, False)])
def test_that_a_full_disk_is_found_however_deep(number: int, full: bool) -> None:
    deep = RuntimeError("outermost")
    deep.__context__ = told(system_error(number))
    assert is_disk_full(deep) is full
    assert not is_disk_full(None)


def test_that_all_problems_and_remedies_are_kept_once_each() -> None:
    problems = [Problem("too dark", "frame 3", "Use a lamp"), Problem("too short", remedy="Use a lamp")]
    result = failed_result(BatchJob("a", Path("a.mp4"), 1.0), IvyError.from_problems(problems), "decode", 1.5)
    assert result.error_message == "frame 3: too dark. too short."
    assert result.problems == ("frame 3: too dark. Use a lamp.", "too short. Use a lamp.")
    assert (result.remedies, result.stage, result.processing_time_s) == (("Use a lamp",), "decode", 1.5)


def test_that_an_error_that_knows_its_stage_goes_before_the_last_one_reported() -> None:
    job = BatchJob("a", Path("a.mp4"), 1.0)
    assert failed_result(job, VideoError("broken", stage="geometry"), "decode", 0.0).stage == "geometry"
    assert failed_result(job, VideoError("broken"), "decode", 0.0).stage == "decode"
