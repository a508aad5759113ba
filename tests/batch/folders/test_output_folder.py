"""The folder into which a batch writes, and its log file."""

from __future__ import annotations

import errno
import logging
import os
import tempfile
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.folders.output_folder import log_file, prepare_output_directory
from image_velocimetry_tools.domain.errors import OutputError

LOGGER = logging.getLogger("image_velocimetry_tools.batch")


def test_that_missing_folders_are_created_and_stay_empty(tmp_path: Path) -> None:
    folder = prepare_output_directory(tmp_path / "a" / "b")
    assert folder == tmp_path / "a" / "b"
    assert list(folder.iterdir()) == []


def test_that_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert prepare_output_directory(Path("out")) == tmp_path / "out"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_that_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="the output folder is not writable"):
        prepare_output_directory(tmp_path)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (errno.EACCES, "the output folder is not writable"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "Read-only file system"),
    ],
)
def test_that_a_folder_that_takes_no_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, message: str
) -> None:
    def refuse(**options: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(OutputError, match=message):
        prepare_output_directory(tmp_path)


def test_that_the_log_file_holds_what_was_logged_in_the_block_only(tmp_path: Path) -> None:
    with log_file(tmp_path) as path:
        LOGGER.info("inside")
    LOGGER.info("outside")
    text = path.read_text()
    assert "INFO image_velocimetry_tools.batch: inside" in text
    assert "outside" not in text


def test_that_nothing_logged_means_no_log_file(tmp_path: Path) -> None:
    with log_file(tmp_path, level=logging.ERROR):
        LOGGER.info("nothing of note")
    assert list(tmp_path.iterdir()) == []


def test_that_a_log_that_cannot_be_written_harms_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with log_file(tmp_path / "gone"):
        LOGGER.warning("lost")
    assert capfd.readouterr().err == ""
