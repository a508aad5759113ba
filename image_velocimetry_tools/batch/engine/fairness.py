"""Whose turn it is when several batches share one engine. Pure.

Batches of higher priority go first. Among equals the owners take turns, then the batches of an owner; whoever has
waited longest for a turn is next. Within a batch the jobs go by priority, time and position.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from .admission import Decision


@dataclass(frozen=True, slots=True)
class Candidate:
    """A job that waits. ``not_before`` is the earliest moment of a retry, None for a job that can start at once."""

    batch_id: str
    job_id: str
    owner: str = ""
    batch_priority: int = 5
    job_priority: int = 5
    position: int = 0
    not_before: datetime | None = None


@dataclass(slots=True)
class Turns:
    """Who was served when: the number of the latest turn of each owner and batch."""

    _count: int = 0
    _owners: dict[str, int] = field(default_factory=dict)
    _batches: dict[str, int] = field(default_factory=dict)

    def serve(self, candidate: Candidate) -> None:
        """Note that a job of the candidate's batch starts."""
        self._count += 1
        self._owners[candidate.owner] = self._batches[candidate.batch_id] = self._count

    def forget(self, batch_ids: Iterable[str], owners: Iterable[str] = ()) -> None:
        """Drop batches that are over, and owners without any other."""
        for batch_id in batch_ids:
            self._batches.pop(batch_id, None)
        for owner in owners:
            self._owners.pop(owner, None)

    def latest_of_owner(self, owner: str) -> int:
        """Number of the owner's latest turn, 0 before the first."""
        return self._owners.get(owner, 0)

    def latest_of_batch(self, batch_id: str) -> int:
        """Number of the batch's latest turn, 0 before the first."""
        return self._batches.get(batch_id, 0)

    def copy(self) -> Turns:
        """The same history, to go on with on trial."""
        return Turns(self._count, dict(self._owners), dict(self._batches))


def fair_order(candidates: Iterable[Candidate], turns: Turns, now: datetime) -> Iterator[Candidate]:
    """The candidates that may start now, in the order in which they would be served; ``turns`` stays as it is."""
    queues = _queues(
        candidate for candidate in candidates if candidate.not_before is None or candidate.not_before <= now
    )
    trial = turns.copy()
    while queues:
        batch_id = min(queues, key=lambda name: _turn_key(queues[name][0][-1], trial))
        *_, candidate = heapq.heappop(queues[batch_id])
        if not queues[batch_id]:
            del queues[batch_id]
        trial.serve(candidate)
        yield candidate


_Key = tuple[str, str]


@dataclass(slots=True)
class Overtaking:
    """Lets small jobs go before one that does not fit yet, but not for ever.

    Parameters
    ----------
    most
        How often a job may be overtaken before everybody waits for it.
    """

    most: int = 8
    _overtaken: dict[_Key, int] = field(default_factory=dict)

    def first_to_start(
        self, ordered: Iterable[Candidate], may_start: Callable[[Candidate], Decision]
    ) -> tuple[Candidate | None, Decision]:
        """The first candidate that may start, with the decision; else None with that on the first of all.

        A candidate that can never start is handed out with its final decision: whoever asks must take it away.
        """
        passed: list[_Key] = []
        first = Decision(False)
        for candidate in ordered:
            key, decision = (candidate.batch_id, candidate.job_id), may_start(candidate)
            if decision.ok or decision.is_final:
                self._overtaken.pop(key, None)
                if decision.ok:
                    for other in passed:
                        self._overtaken[other] = self._overtaken.get(other, 0) + 1
                return candidate, decision
            first = first if passed else decision
            passed.append(key)
            if self._overtaken.get(key, 0) >= self.most:
                break
        return None, first

    def forget(self, batch_id: str) -> None:
        """Drop the jobs of a batch that is over."""
        self._overtaken = {key: count for key, count in self._overtaken.items() if key[0] != batch_id}


_Entry = tuple[int, int, str, Candidate]


def _queues(candidates: Iterable[Candidate]) -> dict[str, list[_Entry]]:
    """Heaps of the candidates of each batch, the next one on top."""
    queues: dict[str, list[_Entry]] = {}
    for candidate in candidates:
        # the id makes equal positions comparable
        entry = (-candidate.job_priority, candidate.position, candidate.job_id, candidate)
        queues.setdefault(candidate.batch_id, []).append(entry)
    for queue in queues.values():
        heapq.heapify(queue)
    return queues


def _turn_key(candidate: Candidate, turns: Turns) -> tuple[int, int, str, int, str]:
    owner, batch_id = candidate.owner, candidate.batch_id
    return -candidate.batch_priority, turns.latest_of_owner(owner), owner, turns.latest_of_batch(batch_id), batch_id
