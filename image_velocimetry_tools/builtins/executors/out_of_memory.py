"""Whether a killed process was killed for want of memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from ...batch.engine.resources import MachineResources

NEAR_LIMIT_SHARE = 0.9
_CGROUP_ROOT = Path("/sys/fs/cgroup")


class OomKills:
    """Attributes the kills that the kernel counted to the attempts that died, each kill to one of them.

    Parameters
    ----------
    count
        Reads the kernel's counter.
    """

    def __init__(self, count: Callable[[], int] | None = None) -> None:
        self._count = count or oom_kill_count
        self._attributed = 0

    def mark(self) -> int:
        """A point in time to ask about later."""
        return self._count() - self._attributed

    def claim(self, mark: int) -> bool:
        """Whether a kill since ``mark`` is still to be attributed; it is then the caller's."""
        has_risen = self._count() - self._attributed > mark
        self._attributed += has_risen
        return has_risen


def is_near_limit(used_bytes: int) -> bool:
    """Whether so much memory comes close to what this process and its children may use."""
    return used_bytes >= NEAR_LIMIT_SHARE * MachineResources().memory_limit_bytes()


def oom_kill_count(root: Path = _CGROUP_ROOT, membership: Path = Path("/proc/self/cgroup")) -> int:
    """How many processes of our control group the kernel killed for want of memory; 0 where it does not say."""
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return 0
    return next((count for path in _counter_files(root, lines) if (count := _counted(path)) is not None), 0)


def _counter_files(root: Path, lines: Iterable[str]) -> Iterable[Path]:
    """Files that may hold the counter, that of our own group first; version 1 has a folder for each controller."""
    for line in lines:
        _, controllers, group = line.split(":", 2)
        inside = PurePosixPath(group.lstrip("/"))
        if controllers == "":
            tops, name = (root, root / "unified"), "memory.events"
        elif "memory" in controllers.split(","):
            tops, name = (root / "memory", root / controllers), "memory.oom_control"
        else:
            continue
        for folder in (inside, *inside.parents):
            yield from (top / folder / name for top in tops)


def _counted(path: Path) -> int | None:
    try:
        words = dict(line.split() for line in path.read_text().splitlines())
        return int(words["oom_kill"])
    except (OSError, KeyError, ValueError):
        return None
