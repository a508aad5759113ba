"""The hook ``notify``: tells a web service or people by e-mail what a batch does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plugins.interfaces import PluginSpec
from .settings import NotifierSettings

if TYPE_CHECKING:
    from .notifier import Notifier


def _create(settings: NotifierSettings) -> Notifier:
    from .notifier import Notifier

    return Notifier(settings)


NOTIFY = PluginSpec(
    name="notify",
    title="Webhook and e-mail when a batch or a job ends",
    create=_create,
    settings=NotifierSettings,
)
