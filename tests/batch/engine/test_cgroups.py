"""Limits of control groups, on trees of files as the kernel lays them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from image_velocimetry_tools.batch.engine.cgroups import ControlGroups

MIB = 1024**2
UNLIMITED_V1 = "9223372036854771712"


class Machine:
    """A process and the hierarchies that it sees."""

    def __init__(self, root: Path) -> None:
        self.process = root / "proc"
        self.process.mkdir(parents=True)
        self.mounted = root / "sys fs"
        self._mountinfo: list[str] = []

    def member_of(self, *lines: str) -> None:
        (self.process / "cgroup").write_text("\n".join(lines) + "\n")

    def mount(self, name: str, kind: str, options: str, root: str = "/") -> Path:
        folder = self.mounted / name
        folder.mkdir(parents=True, exist_ok=True)
        shown = str(folder).replace(" ", "\\040")
        self._mountinfo.append(f"31 23 0:28 {root} {shown} rw,relatime shared:9 - {kind} {kind} {options}")
        (self.process / "mountinfo").write_text("22 1 8:1 / / rw - ext4 /dev/sda rw\n" + "\n".join(self._mountinfo))
        return folder

    @property
    def groups(self) -> ControlGroups:
        return ControlGroups(self.process)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def group(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content + "\n")


def test_that_a_process_without_proc_has_no_limits(tmp_path: Path) -> None:
    groups = ControlGroups(tmp_path / "nowhere")
    assert groups.memory_limit_bytes() is groups.memory_headroom_bytes() is groups.cpu_quota() is None


def test_that_a_limit_of_version_2_counts_wherever_it_stands_above_the_process(machine: Machine) -> None:
    machine.member_of("0::/user.slice/job.scope")
    root = machine.mount("", "cgroup2", "rw")
    group(root / "user.slice", memory__max=str(600 * MIB), memory__current="0")
    group(root / "user.slice" / "job.scope", memory__max="max")
    group(root / "other", memory__max=str(100 * MIB))
    assert machine.groups.memory_limit_bytes() == 600 * MIB


def test_that_the_least_of_several_limits_counts(machine: Machine) -> None:
    machine.member_of("0::/a/b")
    root = machine.mount("", "cgroup2", "rw")
    group(root / "a", memory__max=str(600 * MIB))
    group(root / "a" / "b", memory__max=str(900 * MIB), memory__high=str(500 * MIB))
    assert machine.groups.memory_limit_bytes() == 500 * MIB


def test_that_a_limit_of_version_1_is_found_in_the_group_of_the_process(machine: Machine) -> None:
    machine.member_of("4:memory:/service/42", "3:cpu,cpuacct:/", "0::/")
    memory = machine.mount("memory", "cgroup", "rw,memory")
    machine.mount("unified", "cgroup2", "rw")
    group(memory, memory__limit_in_bytes=UNLIMITED_V1)
    group(memory / "service", memory__limit_in_bytes=str(700 * MIB))
    group(memory / "service" / "42", memory__limit_in_bytes=UNLIMITED_V1)
    assert machine.groups.memory_limit_bytes() == 700 * MIB


def test_that_no_limit_of_version_1_is_no_limit(machine: Machine) -> None:
    machine.member_of("4:memory:/")
    group(machine.mount("memory", "cgroup", "rw,memory"), memory__limit_in_bytes=UNLIMITED_V1)
    assert machine.groups.memory_limit_bytes() is None


def test_that_a_container_finds_the_limit_at_the_top_of_what_it_sees(machine: Machine) -> None:
    # the path is that of the host, but the mount shows this container's group as its top
    machine.member_of("4:memory:/docker/abc")
    memory = machine.mount("memory", "cgroup", "rw,memory", root="/docker/abc")
    group(memory, memory__limit_in_bytes=str(300 * MIB))
    assert machine.groups.memory_limit_bytes() == 300 * MIB


def test_that_a_group_outside_the_namespace_falls_back_to_the_top(machine: Machine) -> None:
    machine.member_of("0::/../../elsewhere")
    root = machine.mount("", "cgroup2", "rw")
    group(root, memory__max=str(200 * MIB))
    group(root.parent.parent / "elsewhere", memory__max=str(1 * MIB))
    assert machine.groups.memory_limit_bytes() == 200 * MIB


def test_that_pages_of_files_count_as_free(machine: Machine) -> None:
    machine.member_of("0::/job")
    statistics = f"anon {250 * MIB}\ninactive_file {90 * MIB}\nactive_file {60 * MIB}\nslab {5 * MIB}"
    root = machine.mount("", "cgroup2", "rw")
    group(root / "job", memory__max=str(500 * MIB), memory__current=str(400 * MIB), memory__stat=statistics)
    assert machine.groups.memory_headroom_bytes() == 250 * MIB


def test_that_version_1_counts_the_pages_of_the_whole_tree(machine: Machine) -> None:
    machine.member_of("4:memory:/job")
    memory = machine.mount("memory", "cgroup", "rw,memory")
    statistics = f"inactive_file 0\ntotal_inactive_file {40 * MIB}\ntotal_active_file {10 * MIB}"
    files = {"memory__limit_in_bytes": str(500 * MIB), "memory__usage_in_bytes": str(450 * MIB)}
    group(memory / "job", **files, memory__stat=statistics)
    assert machine.groups.memory_headroom_bytes() == 100 * MIB


def test_that_the_tightest_group_decides_what_is_left(machine: Machine) -> None:
    machine.member_of("0::/a/b")
    root = machine.mount("", "cgroup2", "rw")
    group(root / "a", memory__max=str(1000 * MIB), memory__current=str(980 * MIB))
    group(root / "a" / "b", memory__max=str(300 * MIB), memory__current=str(10 * MIB))
    assert machine.groups.memory_headroom_bytes() == 20 * MIB


def test_that_a_group_over_its_limit_leaves_nothing(machine: Machine) -> None:
    machine.member_of("0::/a")
    root = machine.mount("", "cgroup2", "rw")
    group(root / "a", memory__high=str(100 * MIB), memory__current=str(130 * MIB))
    assert machine.groups.memory_headroom_bytes() == 0


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [("max 100000", "max 100000", None), ("200000 100000", "max 100000", 2.0), ("400000 100000", "150000 100000", 1.5)],
)
def test_that_quotas_of_processors_are_found(machine: Machine, outer: str, inner: str, expected: float | None) -> None:
    machine.member_of("0::/a/b")
    root = machine.mount("", "cgroup2", "rw")
    group(root / "a", cpu__max=outer)
    group(root / "a" / "b", cpu__max=inner)
    assert machine.groups.cpu_quota() == expected


def test_that_a_quota_of_version_1_is_found_beside_another_controller(machine: Machine) -> None:
    machine.member_of("3:cpu,cpuacct:/job")
    folder = machine.mount("cpu,cpuacct", "cgroup", "rw,cpu,cpuacct")
    group(folder, cpu__cfs_quota_us="-1", cpu__cfs_period_us="100000")
    group(folder / "job", cpu__cfs_quota_us="50000", cpu__cfs_period_us="100000")
    assert machine.groups.cpu_quota() == 0.5


def test_that_the_groups_of_this_process_can_be_read() -> None:
    groups = ControlGroups()
    limit, headroom = groups.memory_limit_bytes(), groups.memory_headroom_bytes()
    assert (limit is None) == (headroom is None)
    assert limit is None or 0 <= headroom <= limit
