"""What the machine has to offer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from image_velocimetry_tools.batch.engine.resources import (
    MachineResources,
    ResourceProbe,
    is_network_filesystem,
    memory_limit,
)
from image_velocimetry_tools.domain.errors import IvyError

MIB = 1024**2


class Groups:
    """Control groups with given limits."""

    def __init__(self, limit: int | None = None, headroom: int | None = None, quota: float | None = None) -> None:
        self._figures = limit, headroom, quota

    def memory_limit_bytes(self) -> int | None:
        return self._figures[0]

    def memory_headroom_bytes(self) -> int | None:
        return self._figures[1]

    def cpu_quota(self) -> float | None:
        return self._figures[2]


def machine(**figures: float) -> ResourceProbe:
    return MachineResources(Groups(**figures))  # type: ignore[arg-type]


def test_that_a_control_group_bounds_the_memory() -> None:
    probe = machine(limit=64 * MIB, headroom=16 * MIB)
    assert probe.memory_limit_bytes() == 64 * MIB
    assert probe.available_memory_bytes() == 16 * MIB


def test_that_without_limits_it_is_the_memory_of_the_machine() -> None:
    assert 0 < machine().available_memory_bytes() <= psutil.virtual_memory().total
    assert machine().memory_limit_bytes() <= psutil.virtual_memory().total


@pytest.mark.skipif(sys.platform != "linux", reason="needs limits of a process")
def test_that_a_limit_of_the_process_itself_is_seen() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_DATA, (900 << 20, resource.RLIM_INFINITY));"
        "from image_velocimetry_tools.batch.engine.resources import MachineResources;"
        "print(MachineResources().memory_limit_bytes())"
    )
    seen = int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
    assert seen == min(900 << 20, MachineResources().memory_limit_bytes())


@pytest.mark.parametrize(("quota", "expected"), [(0.5, 1), (1.9, 1), (1e6, None), (None, None)])
def test_that_a_quota_bounds_the_processors(quota: float | None, expected: int | None) -> None:
    everything = machine().cpu_count()
    assert machine(quota=quota).cpu_count() == (expected or everything)
    assert 1 <= everything <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs affinity")
def test_that_only_processors_that_may_be_used_count() -> None:
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert machine().cpu_count() == 1
    finally:
        os.sched_setaffinity(0, before)


def test_that_the_free_disk_of_a_folder_yet_to_be_made_is_that_of_its_parent(tmp_path: Path) -> None:
    there, later = (machine().free_disk_bytes(path) for path in (tmp_path, tmp_path / "not" / "yet"))
    assert later == pytest.approx(there, rel=0.05)
    assert there > 0


def test_that_no_more_memory_can_be_asked_for_than_there_is() -> None:
    probe = machine(limit=100 * MIB)
    assert memory_limit(None, probe) == 100 * MIB
    assert memory_limit("50%", probe) == 50 * MIB
    assert memory_limit("64 MiB", probe) == 64 * MIB
    assert memory_limit("8GB", probe) == 100 * MIB
    with pytest.raises(IvyError, match="--memory-limit: the size '8' has no unit"):
        memory_limit("8", probe)


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("nfs4", "rw", True),
        ("cifs", "rw", True),
        ("fuse.sshfs", "rw", True),
        ("9p", "rw", True),
        ("NTFS", "rw,remote", True),
        ("ext4", "rw", False),
        ("tmpfs", "rw", False),
        ("fuse.ntfs-3g", "rw", False),
    ],
)
def test_that_shares_of_other_machines_are_told_from_own_disks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, options: str, expected: bool
) -> None:
    _mounts(monkeypatch, ("/", "ext4", "rw"), (str(tmp_path.resolve()), kind, options))
    assert is_network_filesystem(tmp_path / "new" / "folder") is expected


def test_that_the_innermost_and_latest_mount_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    inner = tmp_path.resolve() / "inner"
    inner.mkdir()
    (tmp_path / "inner too").mkdir()
    _mounts(
        monkeypatch,
        (str(inner), "nfs4", "rw"),
        (str(inner), "ext4", "rw"),
        (str(tmp_path.resolve()), "nfs4", "rw"),
        ("/", "ext4", "rw"),
    )
    assert not is_network_filesystem(inner)
    assert is_network_filesystem(tmp_path / "inner too")


def test_that_a_link_to_a_share_is_a_share(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    share, link = tmp_path.resolve() / "share", tmp_path / "link"
    share.mkdir()
    link.symlink_to(share)
    _mounts(monkeypatch, ("/", "ext4", "rw"), (str(share), "nfs", "rw"))
    assert is_network_filesystem(link / "results")


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_that_a_mount_of_this_machine_is_no_share() -> None:
    assert not is_network_filesystem(Path("/proc/self"))


def _mounts(monkeypatch: pytest.MonkeyPatch, *mounts: tuple[str, str, str]) -> None:
    seen = [SimpleNamespace(mountpoint=place, fstype=kind, opts=options) for place, kind, options in mounts]
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: seen)
