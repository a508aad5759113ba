"""Where the state of a batch lies, and how it is found again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.folders.state_folder import find_state, state_folder, without_password
from image_velocimetry_tools.domain.errors import IvyError, OutputError


def test_that_the_state_lies_in_the_output_folder_and_moves_with_it(tmp_path: Path) -> None:
    state = state_folder(tmp_path / "out")
    state.prepare()
    state.point_to("batch_003")
    (tmp_path / "out").rename(tmp_path / "moved")

    found, batch_id = find_state(tmp_path / "moved")

    assert batch_id == "batch_003"
    assert found.database_url == f"sqlite:///{tmp_path}/moved/.ivytools/state.sqlite3"
    assert found.shared_lock is None


def test_that_a_state_elsewhere_is_found_by_the_pointer(tmp_path: Path) -> None:
    state = state_folder(tmp_path / "out", state_directory=tmp_path / "state")
    state.prepare()
    state.point_to("batch_001")

    found, _ = find_state(tmp_path / "out")

    assert found == state
    assert found.database_url == f"sqlite:///{tmp_path}/state/state.sqlite3"
    assert found.shared_lock == tmp_path / "state"


def test_that_no_password_is_written_down(tmp_path: Path) -> None:
    url = "postgresql://ann:s3cret@db:5433/ivy?sslmode=require"
    state = state_folder(tmp_path / "out", database_url=url)
    state.prepare()
    state.point_to("batch_001")

    assert all(b"s3cret" not in path.read_bytes() for path in state.own.rglob("*") if path.is_file())
    assert find_state(tmp_path / "out")[0].database_url == "postgresql://ann@db:5433/ivy?sslmode=require"
    assert find_state(tmp_path / "out", database_url=url)[0].database_url == url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////a/b", "sqlite:////a/b"),
        ("postgresql://u:p@h/d", "postgresql://u@h/d"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
        ("postgresql://h:1/d", "postgresql://h:1/d"),
    ],
)
def test_that_addresses_are_shown_without_password(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_that_a_folder_that_holds_none_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(IvyError, match=r"there is no such folder.*ivytools-batch run"):
        find_state(tmp_path / "none")
    with pytest.raises(IvyError, match="the folder holds no batch"):
        find_state(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "{}", json.dumps({"batch_id": 1, "database_url": None}), "\udcff"])
def test_that_a_damaged_pointer_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / ".ivytools").mkdir()
    path = tmp_path / ".ivytools" / "batch.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(IvyError, match=r"cannot be read.*Run the batch again"):
        find_state(tmp_path)


def test_that_a_place_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="--state-dir"):
        state_folder(tmp_path / "out", state_directory=tmp_path / "file" / "state").prepare()
