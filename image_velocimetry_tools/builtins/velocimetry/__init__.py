"""Our velocimetry methods: space-time images (``stiv``) and feature tracking (``klt``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plugins.interfaces import PluginSpec
from .settings import KltSettings, StivSettings

if TYPE_CHECKING:
    from ...plugins.velocimetry import VelocimetryMethod


def _stiv(settings: StivSettings) -> VelocimetryMethod:
    from .stiv import StivMethod

    return StivMethod(settings)


def _klt(settings: KltSettings) -> VelocimetryMethod:
    from .klt import KltMethod

    return KltMethod(settings)


STIV = PluginSpec(
    name="stiv",
    title="Space-time image velocimetry in two dimensions: the streaks that moving texture draws",
    create=_stiv,
    settings=StivSettings,
    version="1",
)

KLT = PluginSpec(
    name="klt",
    title="Feature tracking by the pyramidal method of Lucas and Kanade, as in KLT-IV",
    create=_klt,
    settings=KltSettings,
    version="1",
)
