"""What is wrong with a file of settings, in the user's words and by the user's keys."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from typing import Any

from pydantic import ValidationError

from ...domain.errors import Problem
from ...formats.jobs.batch_yaml import KeyPath

_SHOULD_BE = "Input should be "


def unknown_key(name: object, known: Collection[str], place: Callable[[KeyPath], str], section: str = "") -> Problem:
    """A key that means nothing, with the nearest that does."""
    folded = {key.replace("_", ""): key for key in known}
    plain = str(name).lower().replace("-", "").replace("_", "").replace(" ", "")
    nearest = difflib.get_close_matches(plain, folded, n=1, cutoff=0.5)
    remedy = f"Call it '{folded[nearest[0]]}' if that is meant, or remove it" if nearest else "Remove it"
    key = (section, str(name)) if section else (str(name),)
    return Problem(f"unknown key '{'.'.join(key)}'", place(key), remedy)


def value_problems(
    error: ValidationError,
    run_keys: Mapping[str, str],
    folder_keys: Collection[str],
    place: Callable[[KeyPath], str],
) -> list[Problem]:
    """Problems of values, one for each key; the types that a value may have are said together.

    ``run_keys`` are the keys by fields of the run settings, ``folder_keys`` those of the section ``folder``.
    """
    wanted: dict[KeyPath, list[str]] = {}
    values: dict[KeyPath, object] = {}
    problems: list[Problem] = []
    for detail in error.errors(include_url=False):
        key = _key(detail["loc"], run_keys)
        if detail["type"] == "extra_forbidden":
            problems.append(unknown_key(key[-1], folder_keys, place, str(key[0]) if len(key) > 1 else ""))
            continue
        wanted.setdefault(key, []).append(_expectation(detail["msg"]))
        values[key] = detail["input"]
    problems += [
        Problem(f"must be {' or '.join(dict.fromkeys(told))}, not {_shown(values[key])}", place(key), _remedy(key))
        for key, told in wanted.items()
    ]
    return problems


def _key(location: tuple[Any, ...], run_keys: Mapping[str, str]) -> KeyPath:
    """The key of a file; what follows in the location of an error are the types that were tried."""
    head = str(location[0])
    if head == "run" and len(location) > 1:
        return (run_keys[str(location[1])],)
    if head == "folder" and len(location) > 1:
        name = str(location[1])
        return (head, "max_gap" if name == "max_gap_min" else name)
    return (head, *map(str, location[1:3])) if head.endswith("_settings") else (head,)


def _expectation(message: str) -> str:
    told = message.removeprefix(_SHOULD_BE) if message.startswith(_SHOULD_BE) else message
    return told[:1].lower() + told[1:]


def _remedy(key: KeyPath) -> str:
    if key == ("jobs",):
        return "It is the number of jobs at a time; the CSV of jobs goes by 'jobs_csv'"
    return "Correct the value"


def _shown(value: object) -> str:
    text = repr(str(value) if hasattr(value, "__fspath__") else value)
    return text if len(text) <= 60 else f"{text[:57]}..."
