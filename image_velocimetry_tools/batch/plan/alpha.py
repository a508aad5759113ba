"""Which alpha a job is measured with."""

from __future__ import annotations

from ...domain.alpha import AlphaSource
from ...domain.scaffold import Scaffold


def alpha_of(
    given: float | None, scaffold: Scaffold, source: AlphaSource = AlphaSource.GIVEN
) -> tuple[float, AlphaSource]:
    """The alpha of a job and who said it.

    Parameters
    ----------
    given
        What ``source`` says, which goes before everything else; None if it says nothing.
    """
    if given is not None:
        return given, source
    return scaffold.alpha, AlphaSource.PROJECT if scaffold.is_alpha_set else AlphaSource.USUAL
