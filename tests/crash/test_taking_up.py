"""Batches taken up again, here or elsewhere, with inputs and results as they were or not; and run again."""

from __future__ import annotations

import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_batches import TinyBatch

from image_velocimetry_tools.batch.models import JobStatus
from image_velocimetry_tools.batch.running.open_batch import taken_up_batch
from image_velocimetry_tools.batch.store.tables import VERSION_TABLE
from image_velocimetry_tools.domain.errors import IvyError


def half_done(tiny: Callable[..., TinyBatch], **settings: Any) -> TinyBatch:
    """A batch that was killed with two jobs done and two to do."""
    batch = tiny({"a": "", "b": "", "c": "wait", "d": ""}, jobs=1, **settings)
    program = batch.start()
    program.wait_for("job_placed", "c")
    batch.kill(program)
    batch.go()
    return batch


def another_scaffold(batch: TinyBatch) -> None:
    """The same site with other points to measure at."""
    old = batch.scaffold.with_suffix(".old")
    batch.scaffold.rename(old)
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(batch.scaffold, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("project_data.json"):
                before = content
                content = content.replace(b'"stiv_num_pixels": ', b'"stiv_num_pixels": 1')
                assert content != before
            target.writestr(name, content)


# -- what cannot be taken up -------------------------------------------------------------------------------------------


def test_that_a_folder_without_a_batch_is_named(tmp_path: Path) -> None:
    with pytest.raises(IvyError, match="the folder holds no batch"), taken_up_batch(tmp_path):
        pass
    with pytest.raises(IvyError, match="there is no such folder"), taken_up_batch(tmp_path / "no"):
        pass


def test_that_a_batch_of_a_newer_version_is_left_alone(tiny: Callable[..., TinyBatch]) -> None:
    batch = half_done(tiny)
    database = batch.output / ".ivytools" / "state.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    connection.close()

    refusal = batch.finish("resume")["refused"]

    assert "newer version" in refusal
    assert "j" not in batch.leftovers()


def test_that_a_batch_on_another_machine_says_whose_videos_are_missing(tiny: Callable[..., TinyBatch]) -> None:
    batch = half_done(tiny)
    batch.videos.rename(batch.folder / "elsewhere")

    refusal = batch.finish("resume")["refused"]

    assert "none of the 2 videos that are still to be measured is there" in refusal
    assert str(batch.videos / "c.mp4") in refusal
    assert "run the batch again into the same folder" in refusal
    (batch.folder / "elsewhere").rename(batch.videos)
    assert batch.finish("resume")["end"] == "completed"


def test_that_a_missing_scaffold_is_named(tiny: Callable[..., TinyBatch]) -> None:
    batch = half_done(tiny)
    batch.scaffold.unlink()

    refusal = batch.finish("resume")["refused"]

    assert "the scaffold of the batch is not there any more" in refusal
    assert str(batch.scaffold) in refusal


def test_that_a_folder_that_was_moved_is_taken_up_where_it_is(tiny: Callable[..., TinyBatch]) -> None:
    batch = half_done(tiny)
    moved = batch.folder / "moved"
    batch.output.rename(moved)
    batch.output = moved
    batch.describe(batch.jobs)

    end = batch.finish("resume")

    assert set(end["jobs"].values()) == {"completed"}
    assert batch.attempts()["a"] == 1
    assert batch.leftovers() == []


# -- what changed meanwhile --------------------------------------------------------------------------------------------


def test_that_a_job_whose_video_changed_runs_again_and_is_named(tiny: Callable[..., TinyBatch]) -> None:
    batch = half_done(tiny)
    (batch.videos / "a.mp4").write_bytes(b"another film, longer than before")

    refusal = batch.finish("resume", strict=True)["refused"]
    assert "job a: its video has changed" in refusal
    assert "job b" not in refusal
    program = batch.start("resume")
    notice = program.wait_for("batch_notice")["reason"]
    end = program.end()

    assert notice.startswith("job a runs again: its video has changed")
    assert set(end["jobs"].values()) == {"completed"}
    assert (batch.attempts()["a"], batch.attempts()["b"]) == (2, 1)


def test_that_a_video_that_was_only_touched_counts_as_the_same(tiny: Callable[..., TinyBatch]) -> None:
    batch = half_done(tiny)
    os.utime(batch.videos / "a.mp4", (1e9, 1e9))

    assert batch.finish("resume", strict=True)["end"] == "completed"
    assert batch.attempts()["a"] == 1


def test_that_a_changed_scaffold_makes_all_results_stale(tiny: Callable[..., TinyBatch]) -> None:
    batch = half_done(tiny)
    another_scaffold(batch)

    refusal = batch.finish("resume", strict=True)["refused"]
    assert f"the scaffold {batch.scaffold} has changed" in refusal
    assert "job a: the scaffold, a file that it uses or the way of measuring has changed" in refusal
    program = batch.start("resume")
    assert "has changed since the batch began" in program.wait_for("batch_notice")["reason"]
    end = program.end()

    assert set(end["jobs"].values()) == {"completed"}
    assert (batch.attempts()["a"], batch.attempts()["b"]) == (2, 2)


@pytest.mark.parametrize("damage", ["gone", "result", "plot", "manifest"])
def test_that_a_damaged_result_is_made_again(tiny: Callable[..., TinyBatch], damage: str) -> None:
    batch = half_done(tiny, plots=True)
    folder = batch.output / "jobs" / "a"
    whole = batch.results()["a"]
    if damage == "gone":
        shutil.rmtree(folder)
    elif damage == "result":
        path = folder / "a.json"
        path.write_bytes(path.read_bytes().replace(b"107.1", b"999.9"))
    elif damage == "plot":
        (folder / "plot.png").write_bytes(b"")
    else:
        (folder / "manifest.json").write_text("{")

    end = batch.finish("resume")

    assert set(end["jobs"].values()) == {"completed"}
    assert (batch.attempts()["a"], batch.attempts()["b"]) == (2, 1)
    assert batch.results()["a"] == whole


def test_that_plots_wanted_later_are_made(tiny: Callable[..., TinyBatch]) -> None:
    batch = half_done(tiny)

    program = batch.start("resume", plots=True)
    assert "no plots or no project" in program.wait_for("batch_notice")["reason"]
    end = program.end()

    assert set(end["jobs"].values()) == {"completed"}
    assert (batch.output / "jobs" / "a" / "plot.png").exists()


# -- the same folder again ---------------------------------------------------------------------------------------------


def test_that_a_second_run_skips_what_is_up_to_date_and_counts_it_as_success(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny(3, executor="inline")
    batch.finish()
    before = batch.stamps()

    end = batch.finish()

    assert end["end"] == "completed"
    assert end["jobs"] == dict.fromkeys(batch.jobs, "skipped")
    assert set(end["reasons"].values()) == {"up to date"}
    assert batch.stamps() == before
    assert all(job.result and job.result.success for job in batch.standing.jobs)
    assert set(batch.attempts().values()) == {1}


@pytest.mark.parametrize(
    "change",
    [{"alpha": 0.9}, {"water_surface_elevation_m": 125.9}, {"overrides": {"stiv_num_pixels": "30"}}, "video"],
    ids=["alpha", "level", "override", "video"],
)
def test_that_only_what_changed_is_done_again(tiny: Callable[..., TinyBatch], change: Any) -> None:
    batch = tiny({"a": "", "b": "", "c": ""}, executor="inline")
    batch.finish()
    if change == "video":
        (batch.videos / "b.mp4").write_bytes(b"another film of b")
        change = ""

    batch.describe({"a": "", "b": change, "c": ""}, executor="inline")
    end = batch.finish()

    assert end["jobs"] == {"a": "skipped", "b": "completed", "c": "skipped"}
    assert batch.attempts() == {"a": 1, "b": 2, "c": 1}


def test_that_force_does_everything_again_and_keeps_the_old_until_then(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": "", "b": ""}, executor="inline")
    batch.finish()
    before = batch.stamps()
    batch.describe({"a": "", "b": ""}, force=True, executor="inline")
    end = batch.finish()

    assert set(end["jobs"].values()) == {"completed"}
    assert set(batch.attempts().values()) == {2}
    assert all(batch.stamps()[job_id] != before[job_id] for job_id in before)


def test_that_plots_that_are_wanted_and_absent_are_made_by_a_second_run(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": ""}, executor="inline")
    batch.finish()
    assert batch.finish(plots=True)["jobs"] == {"a": "completed"}
    # and a result with plots serves where none are wanted
    assert batch.finish(plots=False)["jobs"] == {"a": "skipped"}


def test_that_a_forced_run_that_was_killed_does_not_take_the_old_results_for_new(
    tiny: Callable[..., TinyBatch],
) -> None:
    batch = tiny({"a": "", "b": ""}, jobs=1)
    batch.finish()
    before = batch.stamps()
    batch.describe({"a": "", "b": ""}, jobs=1, force=True)
    batch.start(fault="attempt_started").end()
    batch.wait_until_nothing_runs()

    end = batch.finish("resume")

    assert end["end"] == "completed"
    assert all(batch.stamps()[job_id] != before[job_id] for job_id in before)
    assert set(batch.statuses().values()) == {JobStatus.COMPLETED}
