"""Whether two values say the same, to within what arithmetic there and back leaves of a number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import numpy as np

# far below a millionth of a pixel, and far above the rounding of a level that was changed and changed back
_RELATIVE = 1e-9
_ABSOLUTE = 1e-9


def is_same(first: object, second: object) -> bool:
    """Whether values are equal, part by part; numbers with a tolerance of 1e-9, relative or absolute.

    Dataclasses, mappings, lists, tuples and arrays are compared by their parts, all else with ``==``.
    """
    if first is second:
        return True
    if isinstance(first, bool) or isinstance(second, bool):
        return first == second
    if isinstance(first, (int, float)) and isinstance(second, (int, float)):
        both_unknown = math.isnan(first) and math.isnan(second)
        return both_unknown or math.isclose(first, second, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
    if isinstance(first, np.ndarray) or isinstance(second, np.ndarray):
        return _are_same_arrays(first, second)
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return first.keys() == second.keys() and all(is_same(first[key], second[key]) for key in first)
    if isinstance(first, (list, tuple)) and isinstance(second, (list, tuple)):
        return len(first) == len(second) and all(map(is_same, first, second))
    if is_dataclass(first) and type(first) is type(second):
        return all(is_same(getattr(first, part.name), getattr(second, part.name)) for part in fields(first))
    return bool(first == second)


def _are_same_arrays(first: object, second: object) -> bool:
    if not isinstance(first, np.ndarray) or not isinstance(second, np.ndarray) or first.shape != second.shape:
        return False
    if first.dtype.kind == second.dtype.kind == "f":
        return bool(np.allclose(first, second, rtol=_RELATIVE, atol=_ABSOLUTE, equal_nan=True))
    return bool(np.array_equal(first, second))
