"""A folder that is watched: videos count when they are whole, and once."""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.inputs.watched_folder import WatchedFolder, is_whole


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def box(kind: bytes, size: int) -> bytes:
    return struct.pack(">I4s", size, kind) + bytes(size - 8)


WHOLE = box(b"ftyp", 24) + box(b"mdat", 64) + box(b"moov", 40)


def put(folder: Path, name: str, content: bytes = WHOLE, modified_s: int = 1000) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (modified_s, modified_s))
    return path


def look(watched: WatchedFolder, clock: Clock, after_s: float = 10.0) -> list[str]:
    clock.now_s += after_s
    return [path.name for path in watched.new_videos()]


def test_that_a_video_counts_once_it_has_not_changed_for_a_while(tmp_path: Path, clock: Clock) -> None:
    watched = WatchedFolder(tmp_path, settle_s=5.0, clock=clock)
    path = put(tmp_path, "a.mp4")
    assert look(watched, clock) == []
    assert look(watched, clock, 4.9) == []
    assert watched.waiting == 1
    assert look(watched, clock, 0.2) == ["a.mp4"]
    assert look(watched, clock) == []
    assert path.is_absolute()
    assert watched.waiting == 0


@pytest.mark.parametrize("change", ["size", "time"])
def test_that_a_change_begins_the_wait_again(tmp_path: Path, clock: Clock, change: str) -> None:
    watched = WatchedFolder(tmp_path, settle_s=5.0, clock=clock)
    put(tmp_path, "a.avi", b"1")
    look(watched, clock)
    put(tmp_path, "a.avi", b"12" if change == "size" else b"1", modified_s=1000 if change == "size" else 1001)
    assert look(watched, clock) == []
    assert look(watched, clock) == ["a.avi"]


def test_that_unfinished_and_hidden_names_and_other_files_do_not_count(tmp_path: Path, clock: Clock) -> None:
    watched = WatchedFolder(tmp_path, clock=clock)
    for name in ("a.mp4.part", "b.tmp", "c.crdownload", "._d.mp4", ".e.mp4", "notes.txt", "sub/f.mp4"):
        put(tmp_path, name)
    assert look(watched, clock) == look(watched, clock) == []
    any_name = WatchedFolder(tmp_path, pattern="*", clock=clock)
    assert [look(any_name, clock), look(any_name, clock)] == [[], ["notes.txt"]]


def test_that_a_copy_that_has_its_size_but_not_its_content_waits(tmp_path: Path, clock: Clock) -> None:
    watched = WatchedFolder(tmp_path, settle_s=5.0, stalled_s=600.0, clock=clock)
    put(tmp_path, "a.mp4", WHOLE[:30] + bytes(len(WHOLE) - 30))
    assert [look(watched, clock) for _ in range(3)] == [[], [], []]
    put(tmp_path, "a.mp4", WHOLE, modified_s=1001)
    assert [look(watched, clock), look(watched, clock)] == [[], ["a.mp4"]]


def test_that_a_broken_recording_is_given_out_in_the_end(tmp_path: Path, clock: Clock) -> None:
    watched = WatchedFolder(tmp_path, settle_s=5.0, stalled_s=600.0, clock=clock)
    put(tmp_path, "a.mp4", WHOLE[:-50])
    look(watched, clock)
    assert look(watched, clock, 599.0) == []
    assert look(watched, clock, 2.0) == ["a.mp4"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (WHOLE, True),
        (box(b"moov", 16) + struct.pack(">I4sQ", 1, b"mdat", 32) + bytes(16), True),
        (box(b"moov", 16) + struct.pack(">I4s", 0, b"mdat") + bytes(100), True),
        (WHOLE[:-1], False),
        (box(b"ftyp", 24) + box(b"mdat", 64), False),
        (bytes(1000), False),
        (b"", False),
        (WHOLE + b"xx", False),
        (struct.pack(">I4s", 4, b"moov"), False),
    ],
)
def test_that_the_boxes_of_a_file_tell_whether_it_is_whole(tmp_path: Path, content: bytes, expected: bool) -> None:
    assert is_whole(put(tmp_path, "a.mp4", content)) is expected


def test_that_real_videos_are_whole(tmp_path: Path, shared_data: Path) -> None:
    video = next((shared_data / "trapezoid" / "videos").glob("*.mp4"))
    assert is_whole(video)
    cut = put(tmp_path, "cut.mp4", video.read_bytes()[:-1000])
    assert not is_whole(cut)


def test_that_known_videos_and_ignored_folders_do_not_come(tmp_path: Path, clock: Clock) -> None:
    known = put(tmp_path, "a.mp4")
    put(tmp_path, "results/merged.mp4")
    put(tmp_path, "sub/new.mp4")
    watched = WatchedFolder(
        tmp_path,
        recursive=True,
        known=[tmp_path / "sub" / ".." / known.name],
        ignored=[tmp_path / "results"],
        clock=clock,
    )
    assert [look(watched, clock), look(watched, clock)] == [[], ["new.mp4"]]


def test_that_the_earliest_comes_first(tmp_path: Path, clock: Clock) -> None:
    watched = WatchedFolder(tmp_path, clock=clock)
    put(tmp_path, "a.mp4", modified_s=2000)
    put(tmp_path, "b.mp4", modified_s=1000)
    look(watched, clock)
    assert look(watched, clock) == ["b.mp4", "a.mp4"]


def test_that_a_share_that_is_gone_for_a_while_is_said_once_and_survived(tmp_path: Path, clock: Clock) -> None:
    share = tmp_path / "share"
    put(share, "a.mp4")
    watched = WatchedFolder(share, settle_s=5.0, clock=clock)
    look(watched, clock)
    shutil.move(share, tmp_path / "gone")
    assert look(watched, clock) == look(watched, clock) == []
    (notice,) = watched.take_notices()
    assert notice.startswith(f"{share}: the watched folder cannot be read (No such file")
    assert watched.take_notices() == []
    shutil.move(tmp_path / "gone", share)
    assert look(watched, clock) == ["a.mp4"]
    assert watched.take_notices() == [f"{share}: the watched folder can be read again."]


def test_that_a_video_that_is_taken_away_is_forgotten(tmp_path: Path, clock: Clock) -> None:
    watched = WatchedFolder(tmp_path, clock=clock)
    path = put(tmp_path, "a.mp4")
    look(watched, clock)
    path.unlink()
    assert look(watched, clock) == []
    assert watched.waiting == 0


def test_that_a_video_that_is_put_back_comes_again_after_a_while(tmp_path: Path, clock: Clock) -> None:
    watched = WatchedFolder(tmp_path, settle_s=5.0, clock=clock)
    path = put(tmp_path, "a.mp4")
    look(watched, clock)
    assert look(watched, clock) == ["a.mp4"]
    watched.put_back([path], wait_s=60.0)
    assert [look(watched, clock, 59.0), look(watched, clock, 2.0), look(watched, clock)] == [[], [], ["a.mp4"]]
    assert look(watched, clock, 1000.0) == []
