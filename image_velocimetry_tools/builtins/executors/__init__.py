"""Executors of our own: a child process per attempt on this machine, and a thread of this process for debugging."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...plugins.interfaces import NoSettings, PluginSpec
from .settings import LocalSettings

if TYPE_CHECKING:
    from ...plugins.executors import Executor


def _local(settings: LocalSettings) -> Executor:
    from .local import LocalExecutor

    return LocalExecutor(settings)


def _inline(settings: NoSettings) -> Executor:
    from .inline import InlineExecutor

    return InlineExecutor()


def _warm_up_local() -> Callable[[], None]:
    from .forking import warm_up

    return warm_up()


LOCAL = PluginSpec(
    name="local",
    title="One process per job on this machine; a job that crashes harms no other",
    create=_local,
    settings=LocalSettings,
    warm_up=_warm_up_local,
)
INLINE = PluginSpec(
    name="inline",
    title="One job after the other inside the program itself, for debugging; a crash ends everything",
    create=_inline,
)
