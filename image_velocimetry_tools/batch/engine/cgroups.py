"""Limits that the control groups of this process set on memory and processors (Linux, versions 1 and 2).

A limit counts wherever it stands between the process and the root: each group from its own up to the mount is asked.
The kernel documents the files in ``cgroup-v1/memory.rst`` and ``cgroup-v2.rst``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_UNLIMITED_BYTES = 1 << 60  # version 1 writes the largest multiple of a page instead of "no limit"


@dataclass(frozen=True, slots=True)
class _MemoryFiles:
    """Names of a version's files; ``cache`` are the keys of the statistics that count pages of files."""

    limits: tuple[str, ...]
    usage: str
    cache: tuple[str, ...]


_MEMORY_V1 = _MemoryFiles(
    ("memory.limit_in_bytes",), "memory.usage_in_bytes", ("total_inactive_file", "total_active_file")
)
# Beyond "high" a group is not killed but slowed down until it is useless.
_MEMORY_V2 = _MemoryFiles(("memory.max", "memory.high"), "memory.current", ("inactive_file", "active_file"))


@dataclass(frozen=True, slots=True)
class _Mount:
    """Where a hierarchy is mounted; ``root`` is the group that its topmost folder shows."""

    root: PurePosixPath
    folder: Path
    version: int
    controllers: frozenset[str]


class ControlGroups:
    """The control groups that this process belongs to.

    Parameters
    ----------
    process
        Its folder in ``/proc``; a process without one belongs to none.
    """

    def __init__(self, process: Path = Path("/proc/self")) -> None:
        self._mounts = _mounts(process / "mountinfo")
        self._membership = process / "cgroup"

    def memory_limit_bytes(self) -> int | None:
        """The least limit of all groups, None if there is none."""
        return min((limit for _, _, limit in self._memory_limits()), default=None)

    def memory_headroom_bytes(self) -> int | None:
        """What may still be used until a limit is reached, None if there is none; pages of files give way."""
        rooms = [limit - _used_bytes(folder, files) for folder, files, limit in self._memory_limits()]
        return max(0, min(rooms)) if rooms else None

    def cpu_quota(self) -> float | None:
        """Processors' worth of time that the groups allow, None if they allow all."""
        quotas = [_quota_v1(folder) for folder in self._folders(1, "cpu")]
        quotas += [_quota_v2(folder) for folder in self._folders(2, "cpu")]
        return min((quota for quota in quotas if quota is not None), default=None)

    def _memory_limits(self) -> Iterator[tuple[Path, _MemoryFiles, int]]:
        for version, files in ((1, _MEMORY_V1), (2, _MEMORY_V2)):
            for folder in self._folders(version, "memory"):
                for name in files.limits:
                    limit = _number(folder / name)
                    if limit is not None and limit < _UNLIMITED_BYTES:
                        yield folder, files, limit

    def _folders(self, version: int, controller: str) -> Iterator[Path]:
        """Folders of the process's own group and of all above it."""
        group = self._group(version, controller)
        if group is None:
            return
        for mount in self._mounts:
            if mount.version == version and (version == 2 or controller in mount.controllers):
                yield from _upwards(mount, group)

    def _group(self, version: int, controller: str) -> PurePosixPath | None:
        for line in _lines(self._membership):
            number, _, rest = line.partition(":")
            controllers, _, path = rest.partition(":")
            if (number == "0" and not controllers) if version == 2 else controller in controllers.split(","):
                return PurePosixPath(path)
        return None


def _upwards(mount: _Mount, group: PurePosixPath) -> Iterator[Path]:
    # In a container the mount may show other groups than the path names; its top is then the nearest that can be seen.
    inside = group.relative_to(mount.root) if group.is_relative_to(mount.root) else PurePosixPath()
    if ".." in inside.parts:
        inside = PurePosixPath()
    for path in (inside, *inside.parents) if inside.parts else (inside,):
        yield mount.folder / path


def _mounts(mountinfo: Path) -> list[_Mount]:
    found = []
    for line in _lines(mountinfo):
        before, _, after = line.partition(" - ")
        fields, kind = before.split(), after.split()
        if len(fields) < 5 or len(kind) < 3 or kind[0] not in ("cgroup", "cgroup2"):
            continue
        version = 2 if kind[0] == "cgroup2" else 1
        controllers = frozenset(kind[2].split(","))
        found.append(_Mount(PurePosixPath(_plain(fields[3])), Path(_plain(fields[4])), version, controllers))
    return found


def _plain(path: str) -> str:
    """A path in which the kernel wrote white space as octal numbers."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        path = path.replace(code, character)
    return path


def _used_bytes(folder: Path, files: _MemoryFiles) -> int:
    usage = _number(folder / files.usage) or 0
    statistics = dict(line.split(maxsplit=1) for line in _lines(folder / "memory.stat") if " " in line)
    return max(0, usage - sum(int(statistics.get(key, 0)) for key in files.cache))


def _quota_v1(folder: Path) -> float | None:
    quota, period = _number(folder / "cpu.cfs_quota_us"), _number(folder / "cpu.cfs_period_us")
    return quota / period if quota and period and quota > 0 else None


def _quota_v2(folder: Path) -> float | None:
    for line in _lines(folder / "cpu.max"):
        quota, _, period = line.partition(" ")
        if quota.isdigit() and period.isdigit() and int(period):
            return int(quota) / int(period)
    return None


def _number(path: Path) -> int | None:
    lines = _lines(path)
    try:
        return int(lines[0])
    except (IndexError, ValueError):
        return None  # the file is not there, or says "max"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []  # another system, or a controller that is not enabled for this group
