"""The executor that runs attempts on the workers of a Dask cluster.

Cheap to import: ``distributed`` comes with its use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....plugins.interfaces import PluginSpec
from .settings import DaskSettings

if TYPE_CHECKING:
    from ....plugins.executors import Executor


def _dask(settings: DaskSettings) -> Executor:
    from .connection import connect
    from .executor import DaskExecutor

    return DaskExecutor(settings, connect)


DASK = PluginSpec(
    name="dask",
    title="Jobs on the workers of a Dask cluster, of other machines or of this one",
    create=_dask,
    settings=DaskSettings,
)
