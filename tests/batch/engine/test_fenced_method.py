"""Velocimetry plugins that fail when they are used."""

from __future__ import annotations

import logging

import pytest

from image_velocimetry_tools.batch.engine.fenced_method import created_method
from image_velocimetry_tools.batch.folders.identity import MethodChoice
from image_velocimetry_tools.domain.errors import Cancelled, IvyError, VelocimetryError


def chosen(name: str) -> MethodChoice:
    return MethodChoice(name.lower(), reference=f"broken_methods:{name}")


def test_that_an_exception_of_a_method_names_the_plugin_and_leaves_its_traceback_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    method = created_method(chosen("BUG"))
    assert method is not None
    with (
        caplog.at_level(logging.ERROR),
        pytest.raises(IvyError, match=r"plugin bug: it failed \(ZeroDivisionError") as found,
    ):
        method.measure_tiles(None, None, pixel_size_m=1.0, interval_s=1.0)
    assert found.value.stage == "velocimetry"
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(("name", "kind"), [("SENTENCE", VelocimetryError), ("STOPPED", Cancelled)])
def test_that_sentences_and_cancelling_come_through_as_they_are(name: str, kind: type[BaseException]) -> None:
    method = created_method(chosen(name))
    assert method is not None
    with pytest.raises(kind):
        method.line_search(None)


def test_that_a_method_that_cannot_be_made_says_so() -> None:
    with pytest.raises(IvyError, match=r"plugin unmade: it failed \(RuntimeError: no licence\)"):
        created_method(chosen("UNMADE"))


def test_that_a_method_that_is_not_installed_where_the_job_runs_says_so() -> None:
    with pytest.raises(IvyError, match="cannot be loaded where the job runs"):
        created_method(MethodChoice("gone", reference="no_such_module:SPEC"))
