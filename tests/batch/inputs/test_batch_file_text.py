"""Files of settings as people read them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.config import RunSettings
from image_velocimetry_tools.batch.inputs.batch_file import (
    BatchFile,
    FolderInput,
    batch_file,
    file_keys,
    read_batch_yaml,
)
from image_velocimetry_tools.batch.inputs.batch_file_text import (
    comment_of,
    example_batch_yaml,
    format_batch_yaml,
    write_batch_yaml,
)


def uncommented(text: str) -> str:
    """The text with every key active, and one way in of two."""
    lines = [re.sub(r"^(\s*)#(\S|  )", r"\1\2", line) for line in text.splitlines()]
    return "\n".join(line for line in lines if not re.match(r"\s*(jobs_csv|wse):", line))


def test_that_every_key_has_a_comment() -> None:
    assert all(comment_of(key) for key in file_keys())
    assert all(comment_of(key, FolderInput) for key in file_keys("folder"))
    assert len(file_keys()) > len(RunSettings.model_fields)


def test_that_the_example_changes_nothing_until_its_marks_are_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(example_batch_yaml(), encoding="utf-8")
    assert read_batch_yaml(path).given() == {}
    path.write_text(uncommented(example_batch_yaml()), encoding="utf-8")
    assert read_batch_yaml(path).given().keys() == set(file_keys()) - {"jobs_csv"}
    folder = read_batch_yaml(path).given()["folder"]
    assert folder.keys() == set(file_keys("folder")) - {"wse"}


def test_that_the_example_shows_the_defaults(tmp_path: Path) -> None:
    text = example_batch_yaml()
    assert "#max_retries: 3" in text
    assert "#no_progress_timeout: 10m" in text
    assert "  #max_gap: 30m" in text


@pytest.mark.parametrize("every_key", [False, True])
def test_that_what_was_given_reads_back(tmp_path: Path, every_key: bool) -> None:
    data = {
        "scaffold": "/site.ivy",
        "folder": {"path": "/v", "stage_record": "/s", "max_gap": "90s", "timezone": "-10:00"},
        "job_timeout": 90.5,
        "no_progress_timeout": None,
        "start_at": "2026-05-14T22:00:00+02:00",
        "hooks": ["notify"],
        "hook_settings": {"notify": {"email_to": ["a@b.org"]}},
        "memory_limit": "75%",
        "name": "Flood: #3, 'yes'",
    }
    batch = batch_file(data, base=tmp_path, place=str)
    write_batch_yaml(tmp_path / "batch.yaml", batch, every_key=every_key)
    again = read_batch_yaml(tmp_path / "batch.yaml")
    assert again == batch
    assert again.given() == batch.given()


def test_that_a_password_is_not_written(tmp_path: Path) -> None:
    batch = batch_file({"database_url": "postgresql://ivy:secret@host:5432/ivy"}, base=tmp_path, place=str)
    assert "postgresql://ivy@host:5432/ivy" in format_batch_yaml(batch)
    assert "secret" not in format_batch_yaml(batch)


def test_that_nothing_given_is_an_empty_file() -> None:
    assert format_batch_yaml(BatchFile()).count("\n") == 1
