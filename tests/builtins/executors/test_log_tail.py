"""The last lines of a log."""

from __future__ import annotations

from pathlib import Path

from image_velocimetry_tools.builtins.executors.log_tail import log_tail


def test_that_the_last_lines_come_without_those_of_an_earlier_attempt(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    log.write_text("old\n")
    begin = log.stat().st_size
    log.write_text("old\nfirst\nsecond\nthird")
    assert log_tail(log, begin) == ("first", "second", "third")
    assert log_tail(log, begin, lines=2) == ("second", "third")


def test_that_a_huge_log_is_read_at_its_end_only_and_begins_with_a_whole_line(tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    log.write_text("".join(f"line {number:07d}\n" for number in range(100_000)))
    assert log_tail(log, lines=3) == ("line 0099997", "line 0099998", "line 0099999")
    assert all(len(line) == 12 for line in log_tail(log, lines=10**6))


def test_that_a_log_that_is_missing_or_no_text_does_no_harm(tmp_path: Path) -> None:
    assert log_tail(tmp_path / "missing.log") == ()
    (tmp_path / "binary.log").write_bytes(b"\xff\xfe\n\x80")
    assert len(log_tail(tmp_path / "binary.log")) == 2
