"""A result folder appears complete or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.folders.job_folder import job_folder, output_error, tidy_job_folder
from image_velocimetry_tools.domain.errors import Cancelled, DischargeError, OutputError


def write(jobs: Path, text: str, name: str = "job_001.json") -> None:
    with job_folder(jobs, "job_001") as folder:
        (folder / name).write_text(text)


def contents(jobs: Path) -> dict[str, str]:
    return {str(path.relative_to(jobs)): path.read_text() for path in jobs.rglob("*") if path.is_file()}


def test_that_a_folder_appears_when_it_is_complete(tmp_path: Path) -> None:
    jobs = tmp_path / "out" / "jobs"
    with job_folder(jobs, "job_001") as folder:
        (folder / "job_001.json").write_text("{}")
        (folder / "images").mkdir()
        (folder / "images" / "a.png").write_text("a")
        assert not (jobs / "job_001").exists()
    assert contents(jobs) == {"job_001/job_001.json": "{}", "job_001/images/a.png": "a"}


def test_that_a_new_result_replaces_all_of_the_old_one(tmp_path: Path) -> None:
    write(tmp_path, "old", "plot.png")
    write(tmp_path, "new")
    assert contents(tmp_path) == {"job_001/job_001.json": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["job_001"]


@pytest.mark.parametrize("error", [DischargeError("no flow"), Cancelled(), ValueError("a bug"), KeyboardInterrupt()])
@pytest.mark.parametrize("has_earlier", [False, True])
def test_that_nothing_of_a_failed_run_is_left_but_an_earlier_result(
    tmp_path: Path, error: BaseException, has_earlier: bool
) -> None:
    if has_earlier:
        write(tmp_path, "earlier")

    def fail() -> None:
        with job_folder(tmp_path, "job_001") as folder:
            (folder / "job_001.json").write_text("half")
            raise error

    with pytest.raises(type(error)) as caught:
        fail()
    assert caught.value is error
    assert contents(tmp_path) == ({"job_001/job_001.json": "earlier"} if has_earlier else {})
    assert [path.name for path in tmp_path.iterdir()] == (["job_001"] if has_earlier else [])


def test_that_an_attempt_takes_away_what_one_of_its_number_left(tmp_path: Path) -> None:
    stale = tmp_path / "job_001.partial-1"
    stale.mkdir()
    (stale / "half.json").write_text("half")
    write(tmp_path, "new")
    assert contents(tmp_path) == {"job_001/job_001.json": "new"}


def test_that_a_folder_being_filled_bears_the_number_of_its_attempt(tmp_path: Path) -> None:
    with job_folder(tmp_path, "job_001", 3) as folder:
        assert folder == tmp_path / "job_001.partial-3"


def lay_out(jobs: Path, *folders: str) -> None:
    for name in folders:
        (jobs / name).mkdir()
        (jobs / name / "who").write_text(name)


@pytest.mark.parametrize(
    ("found", "left"),
    [
        (("job_001.partial-1", "job_001.partial-2"), {}),
        (("job_001", "job_001.partial-2"), {"job_001": "job_001"}),
        (("job_001", "job_001.old-2"), {"job_001": "job_001"}),
        (("job_001.old-2",), {"job_001": "job_001.old-2"}),
        (("job_001.old-2", "job_001.partial-2"), {"job_001": "job_001.old-2"}),
    ],
    ids=["half", "half beside whole", "replaced", "moved aside", "moved aside, half"],
)
def test_that_what_a_power_cut_left_is_put_right(tmp_path: Path, found: tuple[str, ...], left: dict[str, str]) -> None:
    others = ("job_0011", "job_0011.partial-1", "other.old-1")
    lay_out(tmp_path, *found, *others)
    tidy_job_folder(tmp_path, "job_001")
    assert contents(tmp_path) == {f"{name}/who": who for name, who in (left | {one: one for one in others}).items()}


def test_that_a_job_id_is_no_pattern(tmp_path: Path) -> None:
    lay_out(tmp_path, "a.partial-1", "[ab]*.partial-1")
    tidy_job_folder(tmp_path, "[ab]*")
    assert [path.name for path in tmp_path.iterdir()] == ["a.partial-1"]


def test_that_a_full_disk_is_told_and_leaves_the_earlier_result(tmp_path: Path) -> None:
    write(tmp_path, "earlier")

    def fill() -> None:
        with job_folder(tmp_path, "job_001") as folder:
            (folder / "job_001.json").write_text("ha")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OutputError, match="the disk is full") as caught:
        fill()
    assert caught.value.stage == "output"
    assert str(tmp_path / "job_001") in str(caught.value)
    assert contents(tmp_path) == {"job_001/job_001.json": "earlier"}


def test_that_an_earlier_result_comes_back_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "earlier")
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if ".partial-" in self.name:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path, "new")
    assert contents(tmp_path) == {"job_001/job_001.json": "earlier"}
    assert [path.name for path in tmp_path.iterdir()] == ["job_001"]


def test_that_files_reach_the_disk_before_the_folder_takes_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def noted_fsync(descriptor: int) -> None:
        order.append("fsync")
        fsync(descriptor)

    def noted_rename(self: Path, target: Path) -> Path:
        order.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    with job_folder(tmp_path, "job_001") as folder:
        (folder / "a").write_text("a")
        (folder / "b").write_text("b")
    assert order[:2] == ["fsync", "fsync"]
    assert order.index("rename") >= 2


def test_that_a_jobs_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "jobs").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "jobs", "new")
    assert (tmp_path / "jobs").read_text() == "in the way"


@pytest.mark.parametrize(
    ("number", "what", "remedy"),
    [
        (errno.ENOSPC, "the disk is full", "Free some space"),
        (errno.EDQUOT, "the disk is full", "another disk"),
        (errno.EACCES, "the folder cannot be written", "permissions"),
        (errno.EROFS, "the folder cannot be written", "another output folder"),
        (errno.EIO, "the results cannot be written (Input/output error)", "another output folder"),
    ],
)
def test_that_each_cause_has_its_words(number: int, what: str, remedy: str) -> None:
    error = output_error(OSError(number, os.strerror(number)), Path("out/job_001"))
    assert what in str(error)
    assert remedy in error.remedy
    assert str(error).startswith("out/job_001: ")
    assert error.stage == "output"
