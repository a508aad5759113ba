"""The report as one HTML page that needs nothing else: no network, no fonts, no pictures beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ....formats.atomic_file import replace_file
from ..blocks import ReportContents
from ..drawings.drawing import Drawing
from .svg import style_sheet, svg


def write_html(
    contents: ReportContents, target: Path, *, progress: Callable[[float], None], check: Callable[[], None]
) -> None:
    """Write the page piece by piece.

    Parameters
    ----------
    contents
        What the report says.
    target
        The file, which appears only when it is whole.
    progress
        Told the finished share.
    check
        Called between the pieces; it may raise to stop the work.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    total = max(1, len(contents.parts))

    def on_part(index: int) -> str:
        check()
        progress(index / total)
        return ""

    template = _environment().get_template("report.html")
    stream = template.stream(report=contents, styles=Markup(style_sheet()), on_part=on_part)
    stream.enable_buffering(100)
    with replace_file(target) as file:
        for piece in stream:
            check()
            file.write(piece.encode("utf-8"))
    progress(1.0)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["svg"] = lambda drawing: Markup(svg(drawing))
    environment.tests["drawing"] = lambda cell: isinstance(cell, Drawing)
    return environment
