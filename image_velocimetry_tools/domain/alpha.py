"""The ratio of mean to surface velocity of a measurement, and who said what it is."""

from __future__ import annotations

from enum import StrEnum

USUAL_ALPHA = 0.85
"""Of a natural channel (Rantz and others, 1982)."""


class AlphaSource(StrEnum):
    """Where the alpha of a job comes from; what stands first counts."""

    GIVEN = "given"
    """In the row of the job, or for all jobs of the batch."""
    DATED = "dated"
    """In the table of settings with dates."""
    PROJECT = "project"
    """In the project of the site, where somebody set it in the window."""
    USUAL = "usual"
    """Nobody said anything."""

    @property
    def words(self) -> str:
        """The source for people."""
        return _WORDS[self]


_WORDS = {
    AlphaSource.GIVEN: "given for the job",
    AlphaSource.DATED: "from the settings with dates",
    AlphaSource.PROJECT: "set in the project",
    AlphaSource.USUAL: "the usual value",
}


def alpha_words(alpha: float, source: str) -> str:
    """An alpha with its source, as far as that is known.

    Examples
    --------
    >>> alpha_words(0.92, "project")
    '0.92 (set in the project)'
    """
    known = source in tuple(AlphaSource)
    return f"{alpha:g} ({AlphaSource(source).words})" if known else f"{alpha:g}"
