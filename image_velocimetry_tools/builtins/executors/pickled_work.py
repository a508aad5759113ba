"""A piece of work on its way into another process."""

from __future__ import annotations

import io
import json
import os
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from ...domain.errors import IvyError

_REMEDY = "Move it into a module of its own, or choose the executor 'inline'"


@dataclass(frozen=True, slots=True)
class PickledWork:
    """Work with what its process needs before it can be unpickled: where modules lie, and how many cores to use."""

    threads: int
    directory: str
    module_path: list[str]
    pickled: bytes

    @classmethod
    def of(cls, work: Callable[..., Any], threads: int) -> PickledWork:
        """Pickle work for a process like this one.

        Raises
        ------
        IvyError
            If it cannot be pickled, or is defined in the script itself: that would have to run again to get at it.
        """
        stream = io.BytesIO()
        try:
            _WorkPickler(stream, pickle.HIGHEST_PROTOCOL).dump(work)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise IvyError(f"the work cannot be sent to another process ({error})", remedy=_REMEDY) from error
        return cls(max(1, threads), os.getcwd(), list(sys.path), stream.getvalue())

    def as_bytes(self) -> bytes:
        """A line of JSON, then the pickle."""
        header = {"threads": self.threads, "directory": self.directory, "module_path": self.module_path}
        return json.dumps(header).encode() + b"\n" + self.pickled

    @classmethod
    def from_bytes(cls, data: bytes) -> PickledWork:
        """The inverse of :meth:`as_bytes`."""
        header, _, pickled = data.partition(b"\n")
        return cls(pickled=pickled, **json.loads(header))

    def unpickled(self) -> Callable[..., Any]:
        """The work; imports the modules that it needs."""
        return pickle.loads(self.pickled)  # written by our own parent process


class _WorkPickler(pickle.Pickler):
    def reducer_override(self, obj: object) -> Any:
        if isinstance(obj, type | FunctionType) and obj.__module__ == "__main__":
            raise pickle.PicklingError(f"{obj.__qualname__} is defined in the script that was started")
        return NotImplemented
