"""The options that say what is measured and how, once for all commands that take them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, get_type_hints

import typer

from ..plugins.executors import EXECUTOR_GROUP
from ..plugins.hooks import HOOK_GROUP
from ..plugins.velocimetry import VELOCIMETRY_GROUP
from .options import (
    AllowUnknown,
    BatchTimeout,
    Column,
    Config,
    DatabaseUrl,
    DatumOffset,
    Description,
    Executor,
    Force,
    Hooks,
    Jobs,
    JobsAtATime,
    JobTimeout,
    MaxGap,
    MaxRetries,
    MemoryLimit,
    Method,
    Name,
    NoPlots,
    NoProgressTimeout,
    OptionalScaffold,
    Output,
    Pattern,
    Priority,
    Recursive,
    RetryDelay,
    SaveProjects,
    Scheduler,
    StageRecord,
    StartAt,
    StateDir,
    StopOnFirst,
    Strict,
    Template,
    Threads,
    Timezone,
    Validity,
    Watch,
    Wse,
)
from .plugin_options import command_with_plugin_options, plugin_settings
from .settings_given import settings_given

if TYPE_CHECKING:
    from ..batch.controllers.run import Wanted

#: Class of a command that takes these options, and those of the plugins that a run uses.
RunCommand = command_with_plugin_options(VELOCIMETRY_GROUP, EXECUTOR_GROUP, HOOK_GROUP)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What was given on the command line, one field per argument or option, in the order of the help."""

    scaffold: OptionalScaffold = None
    jobs: Jobs = None
    output: Output = None
    config: Config = None
    template: Template = None
    name: Name = None
    description: Description = None
    priority: Priority = None
    allow_unknown_columns: AllowUnknown = False
    pattern: Pattern = None
    recursive: Recursive = None
    wse: Wse = None
    stage_record: StageRecord = None
    column: Column = None
    timezone: Timezone = None
    datum_offset: DatumOffset = None
    max_gap: MaxGap = None
    watch: Watch = None
    validity: Validity = None
    jobs_at_a_time: JobsAtATime = None
    threads: Threads = None
    memory_limit: MemoryLimit = None
    job_timeout: JobTimeout = None
    no_progress_timeout: NoProgressTimeout = None
    batch_timeout: BatchTimeout = None
    max_retries: MaxRetries = None
    retry_delay: RetryDelay = None
    start_at: StartAt = None
    method: Method = None
    executor: Executor = None
    scheduler: Scheduler = None
    hooks: Hooks = None
    force: Force = None
    strict: Strict = None
    stop_on_first_failure: StopOnFirst = None
    save_projects: SaveProjects = None
    no_plots: NoPlots = False
    state_dir: StateDir = None
    database_url: DatabaseUrl = None

    def wanted(self, ctx: typer.Context) -> Wanted:
        """What they mean, as keys of a settings file, with the settings of plugins that stand beside them."""
        from ..batch.controllers.run import Wanted

        return Wanted(settings_given(asdict(self)), self.config, self.template, plugin_settings(ctx, self.scheduler))


def takes_run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command with a parameter ``options`` of :class:`RunOptions` one parameter for each field in its place."""
    shared = _fields_as_parameters()

    @functools.wraps(command)
    def with_fields(**given: Any) -> None:
        options = RunOptions(**{one.name: given.pop(one.name) for one in shared})
        command(**given, options=options)

    own = inspect.signature(command, eval_str=True).parameters.values()
    parameters = [
        one.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in own
        for one in (shared if parameter.name == "options" else [parameter])
    ]
    with_fields.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_fields.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_fields


def _fields_as_parameters() -> list[inspect.Parameter]:
    annotations = get_type_hints(RunOptions, include_extras=True)
    kind = inspect.Parameter.KEYWORD_ONLY
    return [
        inspect.Parameter(one.name, kind, default=one.default, annotation=annotations[one.name])
        for one in fields(RunOptions)
    ]
