"""Who may write the state of a batch."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.folders.owner_lock import OwnedElsewhere, OwnerLock, describe_owner, has_living_owner

HOLD = """
import sys
from pathlib import Path
from image_velocimetry_tools.batch.folders.owner_lock import OwnerLock
with OwnerLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_that_a_second_owner_is_refused_with_the_name_of_the_first(tmp_path: Path) -> None:
    process = holder(tmp_path)
    assert has_living_owner(tmp_path)
    with pytest.raises(OwnedElsewhere, match=f"run by process {process.pid} of .*, since 2"):
        OwnerLock(tmp_path).acquire()
    process.communicate("")
    with OwnerLock(tmp_path):
        assert f"process {os.getpid()} of" in describe_owner(tmp_path)
    assert not has_living_owner(tmp_path)


def test_that_the_lock_of_a_killed_process_is_free_though_its_note_is_still_there(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.kill()
    process.wait()
    assert (tmp_path / "owner.json").exists()
    assert not has_living_owner(tmp_path)
    with OwnerLock(tmp_path):
        pass
    assert not (tmp_path / "owner.json").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", "\x00"])
def test_that_a_damaged_note_still_gives_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "owner.json").write_text(content)
    assert describe_owner(tmp_path) == "another process"


def test_that_nobody_owns_a_folder_without_a_lock(tmp_path: Path) -> None:
    assert not has_living_owner(tmp_path)
    assert describe_owner(tmp_path) == "another process"


def test_that_an_owner_on_another_machine_is_named_with_it(tmp_path: Path) -> None:
    (tmp_path / "owner.json").write_text('{"pid": 7, "host": "gauge-7", "user": "ann", "since": "then"}')
    assert describe_owner(tmp_path) == "process 7 of ann on gauge-7, since then"


def test_that_those_who_look_at_the_same_moment_do_not_take_each_other_for_an_owner(tmp_path: Path) -> None:
    with OwnerLock(tmp_path):
        pass
    with ThreadPoolExecutor(4) as looking:
        found = list(looking.map(lambda _: has_living_owner(tmp_path), range(2000)))
    assert not any(found)
