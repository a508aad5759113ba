"""Typed access to the state of a project, in which every key may be missing and any value may be wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError, Problem
from ..cell_numbers import parse_number
from .arrays import decode_string_array

FloatArray = NDArray[np.float64]
Result = TypeVar("Result")

SET_AGAIN = "Set it again in the desktop application and save the project"
_TRUE = {"true", "yes", "1"}
_FALSE = {"false", "no", "0", ""}


@dataclass(frozen=True, slots=True)
class ProjectValues:
    """Values by key; whatever is wrong with one is collected, and its default stands in so that reading goes on.

    ``problems`` and ``warnings`` are shared by the nested parts of the same project.
    """

    data: Mapping[str, object]
    where: str
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    prefix: str = ""

    def part(self, key: str) -> ProjectValues:
        """The values of a nested dictionary; an empty one if it is missing."""
        value = self.data.get(key)
        if value is not None and not isinstance(value, Mapping):
            self.report(f"'{self.prefix}{key}' is not a dictionary")
        nested = value if isinstance(value, Mapping) else {}
        return ProjectValues(nested, self.where, self.problems, self.warnings, f"{self.prefix}{key}.")

    def has(self, key: str) -> bool:
        """Whether the key is there with a value other than null."""
        return self.data.get(key) is not None

    def number(self, key: str, default: Result) -> float | Result:
        """A finite number, also one that was written as text."""
        value = self.data.get(key)
        if value is None:
            return default
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
            return float(value)
        if isinstance(value, str):
            try:
                return parse_number(value)
            except ValueError:
                pass
        self.report(f"'{self.prefix}{key}' is not a finite number: {_shown(value)}")
        return default

    def integer(self, key: str, default: Result, minimum: int) -> int | Result:
        """A whole number of at least ``minimum``."""
        value = self.number(key, None)
        if value is None:
            return default
        if value != round(value) or value < minimum:
            self.report(f"'{self.prefix}{key}' is not a whole number of at least {minimum}: {value:g}")
            return default
        return int(value)

    def flag(self, key: str, default: bool) -> bool:
        """Yes or no."""
        value = self.data.get(key)
        if value is None:
            return default
        if isinstance(value, bool | int) and value in (0, 1):
            return bool(value)
        word = value.strip().lower() if isinstance(value, str) else "?"
        if word in _TRUE | _FALSE:
            return word in _TRUE
        self.report(f"'{self.prefix}{key}' is neither true nor false: {_shown(value)}")
        return default

    def text(self, key: str, default: str = "") -> str:
        """Text without surrounding blanks."""
        value = self.data.get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.report(f"'{self.prefix}{key}' is not text: {_shown(value)}")
            return default
        return value.strip()

    def array(self, key: str) -> FloatArray | None:
        """An array of finite numbers, of either encoding; None if it is missing or wrong."""
        value = self.data.get(key)
        if value is None:
            return None
        array = self.attempt(lambda: decode_string_array(value, f"{self.where}, key '{self.prefix}{key}'"))
        if array is not None and not np.isfinite(array).all():
            self.report(f"'{self.prefix}{key}' holds values that are not finite")
            return None
        return array

    def attempt(self, work: Callable[[], Result]) -> Result | None:
        """Result of a piece of work, or None with its problems collected."""
        try:
            return work()
        except IvyError as error:
            self.problems.extend(error.problems)
            return None

    def report(self, what: str, remedy: str = SET_AGAIN) -> None:
        """Collect a problem."""
        self.problems.append(Problem(what, self.where, remedy))

    def warn(self, what: str) -> None:
        """Collect a warning, once."""
        sentence = f"{self.where}: {what}"
        if sentence not in self.warnings:
            self.warnings.append(sentence)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
