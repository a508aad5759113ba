"""Which monitor a command gets."""

from __future__ import annotations

import io

import pytest
from store_values import a_batch, some_jobs, started

from image_velocimetry_tools.batch.store.records import StoredEvent
from image_velocimetry_tools.cli.monitors import open_monitor
from image_velocimetry_tools.cli.monitors.json_lines import JsonLines
from image_velocimetry_tools.cli.monitors.live_table import LiveTable
from image_velocimetry_tools.cli.monitors.plain_lines import PlainLines
from image_velocimetry_tools.cli.monitors.quiet import Quiet
from image_velocimetry_tools.cli.terminal import TerminalView


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("out", "quiet", "json", "kind"),
    [
        (Screen(), False, False, LiveTable),
        (io.StringIO(), False, False, PlainLines),
        (Screen(), True, False, Quiet),
        (io.StringIO(), True, False, Quiet),
        (Screen(), False, True, JsonLines),
        (io.StringIO(), True, True, JsonLines),
    ],
)
def test_that_options_and_stream_choose(out: io.StringIO, quiet: bool, json: bool, kind: type) -> None:
    assert isinstance(open_monitor(TerminalView(quiet=quiet), json=json, out=out), kind)


def test_that_quiet_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    monitor = open_monitor(TerminalView(quiet=True))
    monitor.begin(a_batch(), some_jobs(1))
    monitor.event(StoredEvent(1, started()), [])
    monitor.close()
    assert capsys.readouterr() == ("", "")
