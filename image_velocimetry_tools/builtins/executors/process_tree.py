"""Processes that belong to an attempt: their memory, and what is left of them."""

from __future__ import annotations

import os

import psutil


def tree_memory_bytes(pid: int, created: float | None) -> int | None:
    """Resident memory of a process and its descendants; None if it is gone."""
    try:
        root = psutil.Process(pid)
        if created is not None and root.create_time() != created:
            return None
        members = [root, *root.children(recursive=True)]
    except psutil.Error:
        return None
    return sum(map(_resident_bytes, members))


def kill_remains(pid: int, created: float | None) -> bool:
    """Kill what still runs of a process and of the group that it led; whether there was anything."""
    remains = [process for process in _remains(pid) if created is None or process.create_time() >= created]
    for process in remains:
        try:
            process.kill()
        except psutil.Error:
            continue  # it went by itself
    return bool(remains)


def _remains(pid: int) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if _belongs(process, pid) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue  # it went while we looked
    return found


def _belongs(process: psutil.Process, leader_pid: int) -> bool:
    if os.name == "posix":
        return os.getpgid(process.pid) == leader_pid
    return bool(process.pid == leader_pid or process.ppid() == leader_pid)


def _resident_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
