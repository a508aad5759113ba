"""What this machine has to offer: memory, processors, disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePath
from typing import Protocol

import psutil

from ...domain.memory_size import parse_size
from .cgroups import ControlGroups

# fmt: off
_NETWORK_FILESYSTEMS = frozenset((
    "nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "ncpfs", "sshfs", "davfs", "davfs2",
    "webdav", "afs", "9p", "glusterfs", "ceph", "lustre", "gpfs", "beegfs", "orangefs", "ocfs2", "gfs2", "rclone",
    "s3fs", "gcsfuse", "goofys", "blobfuse",
))
# fmt: on
_ADDRESS_SPACE_LIMITS = ("RLIMIT_AS", "RLIMIT_DATA", "RLIMIT_RSS")


class ResourceProbe(Protocol):
    """Measures what there is; tests put figures in its place."""

    def memory_limit_bytes(self) -> int:
        """Memory that this process and its children can ever have."""
        ...

    def available_memory_bytes(self) -> int:
        """Memory that can be taken now without hurting anybody."""
        ...

    def cpu_count(self) -> int:
        """Processors that may be used, at least 1."""
        ...

    def free_disk_bytes(self, path: Path) -> int:
        """Space left for this user where ``path`` lies or will lie."""
        ...


class MachineResources:
    """The machine that this process runs on, as far as its limits let it.

    Parameters
    ----------
    groups
        Control groups of this process, read from ``/proc`` if None.
    """

    def __init__(self, groups: ControlGroups | None = None) -> None:
        self._groups = groups or ControlGroups()

    def memory_limit_bytes(self) -> int:
        """The least of the machine's memory, the limits of all control groups above, and the process's own limits."""
        limits = [psutil.virtual_memory().total, self._groups.memory_limit_bytes(), _process_limit_bytes()]
        return min(limit for limit in limits if limit is not None)

    def available_memory_bytes(self) -> int:
        """The lesser of what the machine has left and what the control groups leave; pages of files count as free."""
        available: int = psutil.virtual_memory().available
        headroom = self._groups.memory_headroom_bytes()
        return available if headroom is None else min(available, headroom)

    def cpu_count(self) -> int:
        """Processors that the affinity and the quotas of the control groups leave."""
        affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        quota = self._groups.cpu_quota()
        return max(1, affinity if quota is None else min(affinity, int(quota)))

    def free_disk_bytes(self, path: Path) -> int:
        """Space left for this user on the disk of the nearest folder that exists."""
        return shutil.disk_usage(_existing(path)).free


def memory_limit(text: str | None, probe: ResourceProbe, where: str = "--memory-limit") -> int:
    """The memory that jobs may use together, bytes: what was asked for, but never more than there is.

    Raises
    ------
    IvyError
        If the text is no size.
    """
    whole = probe.memory_limit_bytes()
    return whole if text is None else min(whole, parse_size(text, whole, where))


def is_network_filesystem(path: Path) -> bool:
    """Whether a path lies on another machine's disk, where a database is not safe."""
    place = _existing(path).resolve()
    if place.drive.startswith("\\\\"):
        return True
    mounts = [(PurePath(mount.mountpoint), mount) for mount in psutil.disk_partitions(all=True)]
    # of several mounts on one folder the last is the one that is seen
    above = [(len(folder.parts), number) for number, (folder, _) in enumerate(mounts) if place.is_relative_to(folder)]
    if not above:
        return False
    mount = mounts[max(above)[1]][1]
    kind = mount.fstype.lower().removeprefix("fuse.")
    return kind in _NETWORK_FILESYSTEMS or "remote" in mount.opts.split(",")


def _process_limit_bytes() -> int | None:
    """The least finite limit that was set on this process itself (``ulimit``)."""
    try:
        import resource
    except ImportError:
        return None  # Windows has none
    names = [name for name in _ADDRESS_SPACE_LIMITS if hasattr(resource, name)]
    softs = [resource.getrlimit(getattr(resource, name))[0] for name in names]
    return min((soft for soft in softs if soft != resource.RLIM_INFINITY and soft > 0), default=None)


def _existing(path: Path) -> Path:
    place = path.expanduser().absolute()
    return next((folder for folder in (place, *place.parents) if folder.exists()), place)
