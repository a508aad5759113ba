"""Words on velocities: what methods are called, and why a velocity was set aside or should be looked at."""

from __future__ import annotations

from enum import StrEnum


class PointFlag(StrEnum):
    """Remarks on one measured point; those in :data:`REJECTING` set the point aside."""

    MASKED = "masked"
    OUTSIDE_PICTURE = "search line leaves the picture"
    NO_TEXTURE = "no moving texture"
    WEAK_PEAK = "weak correlation"
    AMBIGUOUS = "two velocities fit"
    LINE_TOO_SHORT = "search line too short for the speed"
    TOO_FAST = "faster than the velocity limit"
    UNSTEADY = "parts of the clip disagree"
    LOW_QUALITY = "quality too low"
    FAN_EDGE = "direction at the edge of the search range"
    OUTLIER = "unlike its neighbours"
    REVERSE = "against the expected flow"
    FILLED = "filled from its neighbours"


REJECTING = frozenset(
    {
        PointFlag.MASKED,
        PointFlag.OUTSIDE_PICTURE,
        PointFlag.NO_TEXTURE,
        PointFlag.WEAK_PEAK,
        PointFlag.AMBIGUOUS,
        PointFlag.LINE_TOO_SHORT,
        PointFlag.TOO_FAST,
        PointFlag.UNSTEADY,
        PointFlag.LOW_QUALITY,
        PointFlag.OUTLIER,
    }
)

# methods of other plugins go by their names
_METHOD_LABELS = {"stiv": ("STIV", "Space-time images (STIV)"), "klt": ("KLT", "Feature tracking (KLT)")}


def method_label(name: str, *, short: bool = False) -> str:
    """What a method is called on the screen; ``short`` where there is little room."""
    brief, whole = _METHOD_LABELS.get(name, (name, name))
    return brief if short else whole
