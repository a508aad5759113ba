"""A folder that is watched for new videos, by looking now and then; nothing waits and nothing runs beside."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .folder_jobs import is_video_name

UNFINISHED_SUFFIXES = frozenset({".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart"})
"""How programs call a file that they are still copying."""

_BOXED_SUFFIXES = frozenset({".mp4", ".mov", ".m4v"})
_MOST_BOXES = 100_000


@dataclass(frozen=True, slots=True)
class _Look:
    """What a file was like when it was first seen that way."""

    size_bytes: int
    modified_ns: int
    at_s: float


class WatchedFolder:
    """Finds videos that have arrived whole, each once.

    A video counts when its size and its time have not changed between two looks that are ``settle_s`` apart or more, it
    can be opened, and, for MP4 and MOV, the end of the file is there: a copy may get its full size at once and its
    content later. One that stays as it is for ``stalled_s`` counts all the same, so that a broken recording is reported
    by its job rather than never.

    Parameters
    ----------
    folder
        The folder; it need not be there, or be readable, all the time.
    pattern, recursive
        As for :func:`.folder_jobs.find_videos`.
    known
        Videos that have been found before.
    ignored
        Folders that are not looked into, such as that of the results.
    clock
        Seconds that only grow.
    """

    def __init__(
        self,
        folder: Path,
        *,
        pattern: str | None = None,
        recursive: bool = False,
        settle_s: float = 5.0,
        stalled_s: float = 600.0,
        known: Iterable[Path] = (),
        ignored: Iterable[Path] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder.absolute()
        self._pattern, self._recursive = pattern, recursive
        self._settle_s, self._stalled_s = settle_s, stalled_s
        self._found = {_key(path) for path in known}
        self._ignored = {_key(path) for path in ignored} - {_key(folder)}
        self._clock = clock
        self._looks: dict[Path, _Look] = {}
        self._not_before_s: dict[str, float] = {}
        self._unreadable: set[str] = set()
        self._notices: list[str] = []

    def new_videos(self) -> list[Path]:
        """Videos that have become complete since the last look, absolute paths, the one written first in front."""
        failed: dict[str, OSError] = {}
        now_s = self._clock()
        seen = {path: facts for path, facts in self._files(failed) if self._is_awaited(path, now_s)}
        self._report(failed)
        arrived = [path for path, facts in seen.items() if self._has_settled(path, facts, now_s)]
        for path in [path for path in self._looks if path not in seen and not _is_below(path, failed)]:
            del self._looks[path]
        for path in arrived:
            self._found.add(_key(path))
            del self._looks[path]
        return sorted(arrived, key=lambda path: (seen[path].st_mtime_ns, path))

    def put_back(self, videos: Iterable[Path], wait_s: float = 300.0) -> None:
        """Offer videos once more after a while: their level may come later than they did."""
        for path in videos:
            self._found.discard(_key(path))
            self._not_before_s[_key(path)] = self._clock() + wait_s

    def take_notices(self) -> list[str]:
        """Sentences for the user since the last call: a folder that cannot be read, or can be again; each said once."""
        notices, self._notices = self._notices, []
        return notices

    @property
    def waiting(self) -> int:
        """Number of videos that have been seen but may not be complete yet."""
        return len(self._looks)

    def _is_awaited(self, path: Path, now_s: float) -> bool:
        return _key(path) not in self._found and now_s >= self._not_before_s.get(_key(path), now_s)

    def _has_settled(self, path: Path, facts: os.stat_result, now_s: float) -> bool:
        look = self._looks.get(path)
        if look is None or (look.size_bytes, look.modified_ns) != (facts.st_size, facts.st_mtime_ns):
            self._looks[path] = _Look(facts.st_size, facts.st_mtime_ns, now_s)
            return False
        unchanged_s = now_s - look.at_s
        return unchanged_s >= self._stalled_s or (unchanged_s >= self._settle_s and is_whole(path))

    def _files(self, failed: dict[str, OSError]) -> Iterator[tuple[Path, os.stat_result]]:
        """Files that may be videos, with their facts; folders that cannot be read go into ``failed``."""
        folders = [self._folder]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(folder) as entries:
                    listed = list(entries)
            except OSError as error:
                failed[str(folder)] = error
                continue
            for entry in listed:
                path = Path(entry.path)
                # Files come and go between listing and looking.
                try:
                    if entry.is_dir(follow_symlinks=False):
                        folders += [path] if self._recursive and _key(path) not in self._ignored else []
                    elif self._is_meant(path) and entry.is_file():
                        yield path, path.stat()
                except OSError:
                    continue

    def _is_meant(self, path: Path) -> bool:
        return path.suffix.lower() not in UNFINISHED_SUFFIXES and is_video_name(
            path.relative_to(self._folder), self._pattern
        )

    def _report(self, failed: dict[str, OSError]) -> None:
        for folder, error in failed.items():
            if folder not in self._unreadable:
                reason = error.strerror or str(error)
                self._notices.append(f"{folder}: the watched folder cannot be read ({reason}). It is tried again.")
        self._notices += [
            f"{folder}: the watched folder can be read again." for folder in sorted(self._unreadable - failed.keys())
        ]
        self._unreadable = set(failed)


def is_whole(path: Path) -> bool:
    """Whether a file can be opened and, if it is an MP4 or MOV, holds all that it announces.

    Such a file is a row of boxes (ISO/IEC 14496-12, 4.2), each led by its size and its type; without the box ``moov``
    nothing in it can be decoded, and cameras write that one last.
    """
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if path.suffix.lower() not in _BOXED_SUFFIXES:
                return size > 0
            position, has_index = 0, False
            for _ in range(_MOST_BOXES):
                if position >= size:
                    break
                stream.seek(position)
                kind, length = _box(stream.read(16), size - position)
                if length < 8:
                    return False
                has_index = has_index or kind == b"moov"
                position += length
            return has_index and position == size
    except OSError:
        return False


def _box(head: bytes, left: int) -> tuple[bytes, int]:
    """Type and size of a box; the size 0 if its head is none."""
    if len(head) < 8:
        return b"", 0
    length, kind = struct.unpack(">I4s", head[:8])
    if length == 1 and len(head) == 16:
        return kind, struct.unpack(">Q", head[8:])[0]
    # A size of 0 means up to the end of the file, but so do the zeros of a copy that has not got its content yet.
    return kind, left if length == 0 and kind.isalpha() else length


def _key(path: Path) -> str:
    return os.path.normcase(os.path.abspath(path))


def _is_below(path: Path, folders: Iterable[str]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
