"""How much of the discharge depends on one station alone."""

from __future__ import annotations

from enum import StrEnum

SOME_PERCENT, MUCH_PERCENT = 5.0, 10.0


class ShareGrade(StrEnum):
    """Share of a station in the discharge: the customary limits are 5 and 10 percent."""

    NONE = "none"
    LITTLE = "little"
    SOME = "some"
    MUCH = "much"


def share_grade(share_percent: float) -> ShareGrade:
    """The grade of a station that takes part in the discharge."""
    if share_percent >= MUCH_PERCENT:
        return ShareGrade.MUCH
    return ShareGrade.SOME if share_percent >= SOME_PERCENT else ShareGrade.LITTLE
