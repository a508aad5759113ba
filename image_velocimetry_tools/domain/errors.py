"""Errors that a user can act on: what is wrong, where, and what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from .units import METRIC, UnitSystem


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in the user's words.

    Parameters
    ----------
    what
        What is wrong, without a full stop.
    where
        File, line, column, job or key that the problem is about; empty if there is none.
    remedy
        What the user can do about it, as an imperative without a full stop.
    template, lengths_m
        See :meth:`of_lengths`.
    """

    what: str
    where: str = ""
    remedy: str = ""
    template: str = field(default="", compare=False, repr=False)
    lengths_m: tuple[float, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def of_lengths(cls, template: str, lengths_m: Sequence[float], *, where: str = "", remedy: str = "") -> Problem:
        """A problem whose words hold lengths in places marked ``{}``; they can be told in other units later."""
        lengths = tuple(float(length) for length in lengths_m)
        return cls(_with_lengths(template, lengths, METRIC), where, remedy, template, lengths)

    def in_units(self, units: UnitSystem) -> Problem:
        """The problem with its lengths in display units."""
        return replace(self, what=_with_lengths(self.template, self.lengths_m, units)) if self.template else self

    def __str__(self) -> str:
        sentence = f"{self.where}: {self.what}" if self.where else self.what
        return f"{sentence}. {self.remedy}." if self.remedy else f"{sentence}."


def _with_lengths(template: str, lengths_m: Sequence[float], units: UnitSystem) -> str:
    return template.format(*(f"{length * units.length:.3f} {units.length_label}" for length in lengths_m))


class IvyError(Exception):
    """A failure with a cause that the user can understand and mend.

    Parameters
    ----------
    what, where, remedy
        See :class:`Problem`.
    stage
        Name of the processing stage that failed (``"decode"``, ``"rectify"``, ...), if known.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "", stage: str = "") -> None:
        self.problems: tuple[Problem, ...] = (Problem(what, where, remedy),)
        self.stage = stage
        super().__init__(str(self.problems[0]))

    @property
    def remedy(self) -> str:
        """What to do about the first problem."""
        return self.problems[0].remedy

    @classmethod
    def from_problems(cls, problems: Iterable[Problem]) -> IvyError:
        """One error that carries several problems, so that the user sees all of them at once."""
        collected: Sequence[Problem] = tuple(problems)
        if not collected:
            raise ValueError("an error needs at least one problem")
        first = collected[0]
        error = cls(first.what, where=first.where, remedy=first.remedy)
        error.problems = tuple(collected)
        error.args = ("\n".join(str(problem) for problem in collected),)
        return error

    def tell_in(self, units: UnitSystem) -> None:
        """Tell lengths in display units from now on."""
        self.problems = tuple(problem.in_units(units) for problem in self.problems)
        self.args = ("\n".join(str(problem) for problem in self.problems),)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.problems, self.stage))


def _rebuild(cls: type[IvyError], problems: tuple[Problem, ...], stage: str) -> IvyError:
    error = cls.from_problems(problems)
    error.stage = stage
    return error


@contextmanager
def lengths_told_in(units: UnitSystem) -> Iterator[None]:
    """Within, errors tell their lengths in the units that the user reads."""
    try:
        yield
    except IvyError as error:
        error.tell_in(units)
        raise


class ScaffoldError(IvyError):
    """A project file cannot serve as the scaffold of a batch."""


class JobsCsvError(IvyError):
    """The jobs CSV, or rows of it, cannot be used."""


class StageRecordError(IvyError):
    """A stage record cannot be read, or has no level for a time."""


class GroundControlError(IvyError):
    """Ground control points that do not determine a camera."""


class SectionError(IvyError):
    """A cross-section that cannot be read or does not fit the water level."""


class VideoError(IvyError):
    """A video that cannot be read or does not hold the clip that was asked for."""


class RectificationError(IvyError):
    """Image and world do not fit together."""


class VelocimetryError(IvyError):
    """Surface velocities cannot be measured."""


class DischargeError(IvyError):
    """No trustworthy discharge follows from the measured velocities."""


class FetchError(IvyError):
    """A video that has a URL cannot be fetched; ``can_pass``: another attempt may succeed."""

    can_pass = False


class OutputError(IvyError):
    """Results cannot be written."""


def output_error(path: Path, error: OSError) -> OutputError:
    """What a failed write means to the user."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutputError("the disk is full", where=str(path), remedy="Free some space or choose another folder")
    if error.errno == errno.ENOENT:
        return OutputError("the folder does not exist", where=str(path.parent), remedy="Create it or choose another")
    reason = error.strerror or str(error)
    return OutputError(f"cannot be written ({reason})", where=str(path), remedy="Choose a folder that you can write to")


class Cancelled(Exception):
    """The user asked for the work to stop."""
