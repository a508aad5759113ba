"""The log as the program uses it; the contract of all hooks comes with IVyTools."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from ivytools_discharge_log import DISCHARGE_LOG, DischargeLogSettings
from ivytools_discharge_log.log import COLUMNS, DischargeLog

from image_velocimetry_tools.batch.models import JobStatus
from image_velocimetry_tools.domain.errors import OutputError
from image_velocimetry_tools.testing.hook_contract import HookContract, job_news


class TestDischargeLog(HookContract):
    spec = DISCHARGE_LOG


def rows(path: Path, separator: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream, delimiter=separator))


def test_that_two_batches_share_one_header(tmp_path: Path) -> None:
    for number in (1, 2):
        DischargeLog(DischargeLogSettings()).on_job_finished(job_news(tmp_path, number, JobStatus.COMPLETED))
    header, *lines = rows(tmp_path / "discharge_log.csv")
    assert tuple(header) == COLUMNS
    assert [line[2:5] for line in lines] == [["job_001", "completed", "12.5"], ["job_002", "completed", "12.5"]]


def test_that_a_failed_job_has_its_reason_on_one_line(tmp_path: Path) -> None:
    DischargeLog(DischargeLogSettings()).on_job_finished(job_news(tmp_path, 1, JobStatus.FAILED))
    line = rows(tmp_path / "discharge_log.csv")[1]
    assert line[3:5] == ["failed", ""]
    assert line[-1] == "decode: the file ends early Copy it again"


def test_that_failures_can_be_left_out(tmp_path: Path) -> None:
    log = DischargeLog(DischargeLogSettings(failures=False))
    log.on_job_finished(job_news(tmp_path, 1, JobStatus.FAILED))
    assert not (tmp_path / "discharge_log.csv").exists()


def test_that_path_and_separator_are_followed(tmp_path: Path) -> None:
    target = tmp_path / "series" / "q.csv"
    log = DischargeLog(DischargeLogSettings(path=target, separator=";"))
    log.on_job_finished(job_news(tmp_path / "results", 1, JobStatus.COMPLETED))
    assert len(rows(target, ";")[1]) == len(COLUMNS)


def test_that_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    log = DischargeLog(DischargeLogSettings(path=tmp_path))
    with pytest.raises(OutputError, match="cannot be written"):
        log.on_job_finished(job_news(tmp_path, 1, JobStatus.COMPLETED))
