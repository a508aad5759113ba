"""How velocities are measured: the interface of velocimetry methods."""

from __future__ import annotations

from typing import Protocol

from ..services.measuring.velocimetry import Velocimetry

VELOCIMETRY_GROUP = "ivytools.velocimetry"


class VelocimetryMethod(Velocimetry, Protocol):
    """Measures the surface velocity at each point of a job from the tiles round it.

    It is made from the settings model of its plugin, whose ``version`` changes whenever its figures do.
    """
