"""What the options of a command mean, as keys of a settings file; only what was given counts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

# options whose key in the settings file is another, or that belong to its section "folder"
_KEYS = {"jobs_at_a_time": "jobs"}
_PLAIN = (
    "scaffold",
    "output",
    "name",
    "description",
    "priority",
    "watch",
    "validity",
    "jobs_at_a_time",
    "threads",
    "memory_limit",
    "job_timeout",
    "no_progress_timeout",
    "batch_timeout",
    "max_retries",
    "retry_delay",
    "start_at",
    "method",
    "executor",
    "hooks",
    "force",
    "strict",
    "stop_on_first_failure",
    "save_projects",
    "state_dir",
    "database_url",
)
_FOLDER = ("pattern", "recursive", "wse", "stage_record", "column", "timezone", "datum_offset", "max_gap")


def settings_given(options: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a settings file for the options of a command by the names of its parameters."""
    keys = {_KEYS.get(name, name): options.get(name) for name in _PLAIN}
    keys["allow_unknown_columns"] = options.get("allow_unknown_columns") or None
    keys["plots"] = False if options.get("no_plots") else None
    folder = {name: options.get(name) for name in _FOLDER}
    jobs: Path | None = options.get("jobs")
    if jobs is not None and jobs.is_dir():
        folder["path"] = jobs
    else:
        keys["jobs_csv"] = jobs
    keys["jobs"] = _number_or_word(keys["jobs"])
    given = {name: value for name, value in keys.items() if value is not None and value != []}
    within = {name: value for name, value in folder.items() if value is not None}
    return given | ({"folder": within} if within else {})


def changes_given(options: Mapping[str, Any]) -> dict[str, Any]:
    """As :func:`settings_given`, but only what changes how a batch goes on, by the fields of the run settings.

    Raises
    ------
    IvyError
        With everything that will not do.
    """
    from ..batch.inputs.batch_file import batch_file

    given = settings_given(options)
    checked = batch_file(given, base=Path.cwd(), place=lambda key: "--" + "-".join(map(str, key)).replace("_", "-"))
    return checked.run.model_dump(exclude_unset=True)


def _number_or_word(text: str | None) -> int | str | None:
    return int(text) if text is not None and text.isdecimal() else text
