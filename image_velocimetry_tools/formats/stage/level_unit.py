"""The unit of the levels of a stage record, where its header or its comments say it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...domain.units import METRES_PER_FOOT
from ..column_titles import column_title

_CODE = re.compile(r"_([0-9]{5})(?:_[0-9]{5})?$")
_GAGE_HEIGHT = "00065"


def metres_of_level(title: str, comments: Iterable[str] = ()) -> float | None:
    """Length in metres of the unit of a column of levels; None if nothing says it.

    Parameters
    ----------
    title
        Of the column. A parameter code of NWIS says the unit: 00065 is gage height in feet.
    comments
        Lines of the header, in which NWIS describes the codes of the others.

    Examples
    --------
    >>> metres_of_level("43559_00065"), metres_of_level("stage_m"), metres_of_level("level")
    (0.3048, 1.0, None)
    """
    code = _CODE.search(title)
    if code is None:
        return column_title(title).metres
    if code[1] == _GAGE_HEIGHT:
        return METRES_PER_FOOT
    described = {column_title(line).metres for line in comments if re.search(rf"\b{code[1]}\b", line)}
    return described.pop() if len(described) == 1 else None
