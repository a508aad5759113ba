"""How many jobs run at a time when nobody says so: as many as cores and memory allow, without thrashing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .admission import AdmissionPolicy, RunningJob

_STEADY_LOOKS = 5
_FIRST_PROBATION, _LONGEST_PROBATION = 10, 1280


def auto_slots(cores: int, admitted_bytes: int, job_bytes: int) -> int:
    """Jobs at a time: one for each core, as far as so many of them fit into the memory, at least one."""
    fitting = admitted_bytes // job_bytes if job_bytes > 0 else cores
    return max(1, min(cores, fitting))


@dataclass(slots=True)
class AutoSlots:
    """The number of slots as it follows the machine; starts low enough to be safe and rises one by one.

    A lack of memory lowers it at once; it rises after several looks in a row that found room. After a job ran out of
    memory it falls by one and stays there until a number of jobs went well, twice as many after each time.

    Parameters
    ----------
    cores
        Processors of this machine.
    slots
        Jobs at a time at first.
    """

    cores: int
    slots: int = 1
    _ceiling: int = 0
    _looks_with_room: int = 0
    _went_well: int = 0
    _probation: int = _FIRST_PROBATION

    def __post_init__(self) -> None:
        self._ceiling = max(1, self.cores)
        self.slots = max(1, min(self.slots, self._ceiling))

    @classmethod
    def for_jobs(cls, cores: int, policy: AdmissionPolicy, available_bytes: int, job_bytes: int) -> AutoSlots:
        """As many as fit now; ``policy`` says how much memory is given out, ``job_bytes`` what a usual job needs."""
        return cls(cores, _wanted(cores, policy, (), available_bytes, job_bytes))

    def look(self, policy: AdmissionPolicy, running: Sequence[RunningJob], available_bytes: int, job_bytes: int) -> int:
        """Take a look at the memory, about once a second; answers the number of slots from now on."""
        wanted = min(self._ceiling, _wanted(self.cores, policy, running, available_bytes, job_bytes))
        if wanted < self.slots:
            self.slots, self._looks_with_room = wanted, 0
        elif wanted == self.slots:
            self._looks_with_room = 0
        else:
            self._looks_with_room += 1
            if self._looks_with_room >= _STEADY_LOOKS:
                self.slots, self._looks_with_room = self.slots + 1, 0
        return self.slots

    def ran_out_of_memory(self) -> None:
        """A job was ended for want of memory: fall back."""
        self.slots = self._ceiling = max(1, self.slots - 1)
        self._went_well = self._looks_with_room = 0
        self._probation = min(2 * self._probation, _LONGEST_PROBATION)

    def finished(self) -> None:
        """A job went well."""
        self._went_well += 1
        if self._went_well >= self._probation and self._ceiling < self.cores:
            self._ceiling, self._went_well = self._ceiling + 1, 0


def _wanted(
    cores: int, policy: AdmissionPolicy, running: Sequence[RunningJob], available_bytes: int, job_bytes: int
) -> int:
    admitted = int(policy.admitted_share * policy.memory_limit_bytes)
    room_bytes = available_bytes - sum(job.growth_bytes for job in running)
    free_now = len(running) + max(0, room_bytes) // job_bytes if job_bytes > 0 else cores
    return max(1, min(auto_slots(cores, admitted, job_bytes), free_now))
