from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from image_velocimetry_tools.domain.errors import OutputError
from image_velocimetry_tools.gui.models.recovery import RecoveryFolder

_CRASH = """
import os, sys
from pathlib import Path
from image_velocimetry_tools.gui.models.recovery import RecoveryFolder

folder = RecoveryFolder(Path(sys.argv[1]))
folder.prepare()
folder.file.write_bytes(b"work")
folder.note("river.ivy", Path("/data/river.ivy"))
print("ready", flush=True)
sys.stdin.read()
"""


def _left_behind(folder: Path, name: str = "river.ivy") -> RecoveryFolder:
    gone = RecoveryFolder(folder)
    gone.prepare()
    gone.file.write_bytes(b"work")
    gone.note(name, folder / name)
    gone.close(keeps_copy=True)
    return gone


def test_that_what_a_program_left_behind_is_found_with_its_name_and_file(tmp_path: Path) -> None:
    _left_behind(tmp_path)
    (found,) = RecoveryFolder(tmp_path).abandoned()
    assert (found.name, found.path, found.file.read_bytes()) == ("river.ivy", tmp_path / "river.ivy", b"work")


def test_that_the_copy_of_a_program_that_lives_is_not_offered_and_of_a_killed_one_is(tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", _CRASH, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert program.stdout is not None
    assert program.stdin is not None
    with program:
        assert program.stdout.readline().strip() == b"ready"
        assert RecoveryFolder(tmp_path).abandoned() == ()
        program.kill()
        program.wait()
        program.stdin.close()
    assert [found.name for found in RecoveryFolder(tmp_path).abandoned()] == ["river.ivy"]


def test_that_a_copy_without_its_note_is_not_offered(tmp_path: Path) -> None:
    (tmp_path / "half.ivy").write_bytes(b"half")
    assert RecoveryFolder(tmp_path).abandoned() == ()


def test_that_a_damaged_note_is_passed_over(tmp_path: Path) -> None:
    _left_behind(tmp_path)
    (tmp_path / "other.ivy").write_bytes(b"work")
    (tmp_path / "other.json").write_text("{", "utf-8")
    assert len(RecoveryFolder(tmp_path).abandoned()) == 1


def test_that_the_latest_copy_comes_first(tmp_path: Path) -> None:
    _left_behind(tmp_path, "first.ivy")
    _left_behind(tmp_path, "second.ivy")
    assert [found.name for found in RecoveryFolder(tmp_path).abandoned()] == ["second.ivy", "first.ivy"]


def test_that_a_copy_that_is_taken_over_is_safe_under_the_new_program(tmp_path: Path) -> None:
    _left_behind(tmp_path)
    folder = RecoveryFolder(tmp_path)
    (found,) = folder.abandoned()
    taken = folder.take_over(found)
    assert taken.read_bytes() == b"work"
    assert RecoveryFolder(tmp_path).abandoned() == ()
    folder.close(keeps_copy=True)
    assert [one.name for one in RecoveryFolder(tmp_path).abandoned()] == ["river.ivy"]


def test_that_a_program_that_ends_as_it_should_leaves_nothing(tmp_path: Path) -> None:
    folder = RecoveryFolder(tmp_path)
    folder.prepare()
    folder.file.write_bytes(b"work")
    folder.note("river.ivy", None)
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_that_a_discarded_copy_is_gone(tmp_path: Path) -> None:
    _left_behind(tmp_path)
    folder = RecoveryFolder(tmp_path)
    folder.discard(folder.abandoned()[0])
    assert folder.abandoned() == ()


def test_that_a_copy_that_cannot_be_opened_is_kept_aside(tmp_path: Path) -> None:
    _left_behind(tmp_path)
    folder = RecoveryFolder(tmp_path)
    folder.take_over(folder.abandoned()[0])
    kept = folder.set_aside()
    folder.close()
    assert kept.read_bytes() == b"work"
    assert RecoveryFolder(tmp_path).abandoned() == ()


@pytest.mark.skipif(os.name == "nt", reason="folders are protected in another way")
def test_that_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        RecoveryFolder(tmp_path / "file" / "recovery").prepare()


def test_that_the_copy_can_be_written_again_from_any_thread_and_ends_with_the_program(tmp_path: Path) -> None:
    folder, failures = RecoveryFolder(tmp_path), []

    def keep() -> None:
        try:
            folder.prepare()
            folder.file.write_bytes(b"work")
            folder.note("river.ivy", None)
        except OutputError as error:
            failures.append(error)

    for _ in range(3):
        thread = threading.Thread(target=keep)
        thread.start()
        thread.join()
    keep()
    assert failures == []
    assert RecoveryFolder(tmp_path).abandoned() == ()
    folder.close(keeps_copy=True)
    assert len(RecoveryFolder(tmp_path).abandoned()) == 1
