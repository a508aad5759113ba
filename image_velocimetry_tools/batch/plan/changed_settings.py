"""Settings of a run with changes, checked; what is wrong with them is said in the user's words."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from ...domain.errors import IvyError, Problem
from ..config import RunSettings

_SHOULD_BE = "Input should be "


def changed_settings(settings: RunSettings | None, changes: Mapping[str, Any]) -> RunSettings:
    """Settings with some fields changed, checked.

    Raises
    ------
    IvyError
        With a sentence for every field that is not known or has a value that will not do.
    """
    base = settings or RunSettings()
    try:
        return RunSettings.model_validate(base.model_dump() | dict(changes))
    except ValidationError as error:
        raise settings_error(error) from error


def settings_error(error: ValidationError) -> IvyError:
    """One problem for every field; the kinds of value that it may have are said together."""
    problems: list[Problem] = []
    wanted: dict[str, list[str]] = {}
    given: dict[str, object] = {}
    for one in error.errors(include_url=False):
        name = str(one["loc"][0]) if one["loc"] else "settings"
        if one["type"] == "extra_forbidden":
            problems.append(_unknown(name))
            continue
        wanted.setdefault(name, []).append(one["msg"].removeprefix(_SHOULD_BE))
        given[name] = one["input"]
    problems += [
        Problem(f"it must be {' or '.join(told)}, not {given[name]!r}", where=f"setting '{name}'", remedy="Correct it")
        for name, told in wanted.items()
    ]
    return IvyError.from_problems(problems)


def _unknown(name: str) -> Problem:
    near = get_close_matches(name, RunSettings.model_fields, n=1)
    remedy = f"Use '{near[0]}'" if near else f"Known settings: {', '.join(RunSettings.model_fields)}"
    return Problem(f"there is no setting '{name}'", remedy=remedy)
