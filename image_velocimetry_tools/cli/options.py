"""Options that several commands share, so that they mean and say the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Scaffold = Annotated[
    Path, typer.Argument(help="Project file (.ivy) that was set up by hand for the site.", metavar="SCAFFOLD")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Print more about what is being done.")]
NoPlots = Annotated[bool, typer.Option("--no-plots", help="Draw no section and no space-time images.")]
AllowUnknown = Annotated[
    bool,
    typer.Option("--allow-unknown-columns", help="Carry unknown columns through to the summary, do not refuse them."),
]
