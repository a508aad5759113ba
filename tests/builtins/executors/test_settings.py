"""Settings of the local executor, and what the entry points refer to."""

from __future__ import annotations

import sys

import pytest
from pydantic import ValidationError

from image_velocimetry_tools.builtins.executors import INLINE, LOCAL
from image_velocimetry_tools.builtins.executors.settings import LocalSettings, StartMethod
from image_velocimetry_tools.plugins.interfaces import PluginSpec


def test_that_force_cannot_come_before_the_request_to_terminate() -> None:
    with pytest.raises(ValidationError, match="kill_after_s must not be less"):
        LocalSettings(terminate_after_s=5.0, kill_after_s=1.0)


def test_that_the_fork_server_is_refused_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not LocalSettings().forks
    with pytest.raises(ValidationError, match="Linux only"):
        LocalSettings(start_method=StartMethod.FORKSERVER)


@pytest.mark.parametrize(("spec", "slots"), [(LOCAL, None), (INLINE, 1)], ids=["local", "inline"])
def test_that_executors_are_made_from_their_settings(spec: PluginSpec, slots: int | None) -> None:
    executor = spec.create(spec.settings())
    assert executor.slots() == slots
    executor.close()
    assert all(field.description and not field.is_required() for field in spec.settings.model_fields.values())
