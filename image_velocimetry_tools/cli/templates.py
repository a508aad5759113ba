"""``ivytools-batch templates``: settings that are kept under a name."""

from __future__ import annotations

from dataclasses import replace as changed
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Quiet, Verbose
from .run_options import RunCommand, RunOptions, takes_run_options
from .session import open_view

if TYPE_CHECKING:
    from ..batch.controllers.templates import TemplatesController

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

TemplateName = Annotated[str, typer.Argument(help="Name of the template.", metavar="NAME")]


@app.callback()
def templates() -> None:
    """Keep settings under a name; 'run --template NAME' uses them.

    They lie in the folder of the user's settings, or in that which IVYTOOLS_CONFIG_DIR names.
    """


@app.command("save", cls=RunCommand)
@takes_run_options
def save(
    ctx: typer.Context,
    template_name: TemplateName,
    options: RunOptions,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the template of that name.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Keep options of 'run' as a template; only what is given is kept.

    --config and --template may be given too: what they say is kept with it. Paths are kept in full, secrets not at all.
    """
    source = ctx.get_parameter_source("database_url")
    # what the environment says holds for this session, not for whoever uses the template
    said = changed(options, database_url=None) if source is not None and source.name == "ENVIRONMENT" else options
    raise typer.Exit(_controller(quiet, verbose).save(template_name, said.wanted(ctx), replace=replace))


@app.command("list")
def list_templates(quiet: Quiet = False, verbose: Verbose = False) -> None:
    """List the templates."""
    raise typer.Exit(_controller(quiet, verbose).list())


@app.command("show")
def show(template_name: TemplateName, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Print a template, as --config reads it."""
    raise typer.Exit(_controller(quiet, verbose).show(template_name))


@app.command("delete")
def delete(template_name: TemplateName, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Remove a template."""
    raise typer.Exit(_controller(quiet, verbose).delete(template_name))


@app.command("example")
def example(quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Print a file of settings with every key, its meaning and an example; nothing in it is active."""
    raise typer.Exit(_controller(quiet, verbose).example())


def _controller(quiet: bool, verbose: bool) -> TemplatesController:
    view = open_view(quiet, verbose)
    from ..batch.controllers.templates import TemplatesController

    return TemplatesController(view)
