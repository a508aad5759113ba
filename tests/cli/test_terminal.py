"""The view of the command line."""

from __future__ import annotations

import io

from image_velocimetry_tools.cli.terminal import TerminalView


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_that_quiet_lets_errors_through_only() -> None:
    out, err = io.StringIO(), io.StringIO()
    view = TerminalView(quiet=True, out=out, err=err)
    view.say("said")
    view.warn("warned")
    view.facts([("a", "b")])
    view.table(("x",), [("y",)])
    view.progress("p", 0.5)
    view.problem("wrong")
    assert (out.getvalue(), err.getvalue()) == ("", "error: wrong\n")


def test_that_details_are_for_those_who_ask() -> None:
    for verbose, expected in ((False, ""), (True, "more\n")):
        out = io.StringIO()
        view = TerminalView(verbose=verbose, out=out, err=io.StringIO())
        view.detail("more")
        view.progress("job decode", 0.5)
        assert out.getvalue() == expected


def test_that_columns_line_up() -> None:
    out = io.StringIO()
    view = TerminalView(out=out, err=io.StringIO())
    view.table(("job", "discharge"), [("a", "1.5"), ("long_name", "")])
    view.facts([("width", "3 m"), ("a", "b")])
    assert out.getvalue() == "job        discharge\na          1.5\nlong_name\nwidth  3 m\na      b\n"


def test_that_a_terminal_gets_a_bar_that_goes_away() -> None:
    out, err = Screen(), io.StringIO()
    view = TerminalView(out=out, err=err)
    view.progress("job_001 (1 of 2) decode", 0.25)
    view.say("[bold]job_001[/bold] completed")
    view.progress("job_002 (2 of 2) decode", 0.75)
    view.problem("broken")
    view.say("done")
    shown = out.getvalue()
    assert "job_002 (2 of 2) decode" in shown
    assert "[bold]job_001[/bold] completed" in shown
    assert shown.endswith("done\n")
    assert err.getvalue() == "error: broken\n"


def test_that_a_console_that_cannot_show_a_character_goes_on() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", newline="")
    TerminalView(out=out, err=io.StringIO()).say("3 m³/s")
    assert raw.getvalue() == b"3 m?/s\n"
