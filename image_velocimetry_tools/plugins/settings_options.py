"""The settings of a plugin as options of the command line and keys of the YAML file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic import BaseModel, ValidationError

from ..domain.errors import IvyError, Problem
from .interfaces import PluginSpec

_WORDS = {"integer": "INTEGER", "number": "NUMBER", "string": "TEXT", "boolean": "true|false"}
_FORMATS = {"path": "PATH", "file-path": "PATH", "directory-path": "PATH", "password": "SECRET", "uri": "URL"}
_LIMITS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
    "minItems": "at least so many:",
}


@dataclass(frozen=True, slots=True)
class SettingOption:
    """One setting as an option.

    Parameters
    ----------
    flag
        The option: ``--klt-window-px`` for the field ``window_px`` of the plugin ``klt``.
    metavar
        What its value looks like: ``INTEGER``, ``a|b``; empty for a switch.
    default
        Its default as text; empty where there is none, or a secret.
    is_switch
        Whether it stands for yes and takes no value; ``no_flag`` is then its opposite.
    is_list
        Whether it takes several values, separated by commas or given one after the other.
    is_secret
        Whether its value must never be shown.
    """

    flag: str
    field: str
    metavar: str
    default: str
    help: str
    is_switch: bool = False
    is_list: bool = False
    is_secret: bool = False

    @property
    def no_flag(self) -> str:
        """The option that switches it off."""
        return f"--no-{self.flag[2:]}"


def setting_options(spec: PluginSpec) -> tuple[SettingOption, ...]:
    """The settings of a plugin as options, in their order; settings with an inner structure are left to YAML."""
    schema = spec.settings.model_json_schema(by_alias=False)
    definitions = schema.get("$defs", {})
    options = []
    for name, description in schema.get("properties", {}).items():
        kinds = _alternatives(description, definitions)
        if kinds and not any(_is_structure(kind, definitions) for kind in kinds):
            options.append(_option(spec, name, kinds, definitions))
    return tuple(options)


def _option(spec: PluginSpec, name: str, kinds: list[dict[str, Any]], definitions: Mapping[str, Any]) -> SettingOption:
    field = spec.settings.model_fields[name]
    is_switch = [kind.get("type") for kind in kinds] == ["boolean"]
    is_secret = any(kind.get("format") == "password" for kind in kinds)
    limits = [f"{word} {kind[key]:g}" for kind in kinds for key, word in _LIMITS.items() if key in kind]
    text = " ".join((field.description or "").split())
    return SettingOption(
        flag=f"--{spec.name}-{name.replace('_', '-')}",
        field=name,
        metavar="" if is_switch else "|".join(_metavar(kind, definitions) for kind in kinds),
        default="" if is_secret else _shown(field.get_default(call_default_factory=True)),
        help=f"{text} ({', '.join(limits)})" if limits else text,
        is_switch=is_switch,
        is_list=any(kind.get("type") == "array" for kind in kinds),
        is_secret=is_secret,
    )


def _alternatives(description: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The types that a value may have, but for null."""
    if "$ref" in description:
        description = definitions[description["$ref"].rpartition("/")[2]]
    if "anyOf" in description:
        return [kind for part in description["anyOf"] for kind in _alternatives(part, definitions)]
    return [] if description.get("type") == "null" else [dict(description)]


def _is_structure(kind: Mapping[str, Any], definitions: Mapping[str, Any]) -> bool:
    if kind.get("type") == "array":
        inner = _alternatives(kind.get("items", {}), definitions)
        return not inner or any(part.get("type") not in _WORDS and "enum" not in part for part in inner)
    return kind.get("type") not in _WORDS and "enum" not in kind and "const" not in kind


def _metavar(kind: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if kind.get("type") == "array":
        inner = "|".join(_metavar(part, definitions) for part in _alternatives(kind["items"], definitions))
        return f"{inner},…"
    if "enum" in kind:
        return "|".join(str(value) for value in kind["enum"])
    if "const" in kind:
        return str(kind["const"])
    return _FORMATS.get(kind.get("format", ""), _WORDS[kind["type"]])


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list | tuple | set | frozenset):
        return ",".join(_shown(part) for part in value)
    return str(value)


def read_settings(spec: PluginSpec, values: Mapping[str, Any]) -> BaseModel:
    """The settings of a plugin from text of the command line or values of a YAML file.

    Names may have hyphens for underscores; a list may be one text with commas.

    Raises
    ------
    IvyError
        If names are unknown or values do not do; all of them at once.
    """
    fields = spec.settings.model_fields
    named = {str(name).replace("-", "_"): value for name, value in values.items()}
    problems = [_unknown(spec, name, fields) for name in named if name not in fields]
    options = {option.field: option for option in setting_options(spec)}
    known = {name: _listed(options.get(name), value) for name, value in named.items() if name in fields}
    try:
        settings = spec.settings.model_validate(known, by_alias=False, by_name=True)
    except ValidationError as error:
        problems += _value_problems(spec, error, options)
    if problems:
        raise IvyError.from_problems(problems)
    return settings


def _listed(option: SettingOption | None, value: object) -> object:
    if option is None or not option.is_list:
        return value
    texts = value if isinstance(value, list | tuple) else [value]
    parts = [part.strip() for text in texts if isinstance(text, str) for part in text.split(",") if part.strip()]
    return parts if all(isinstance(text, str) for text in texts) else texts


def _unknown(spec: PluginSpec, name: str, fields: Iterable[str]) -> Problem:
    what = f"'{name}' is no setting of the plugin {spec.name}"
    return Problem(what, f"settings of {spec.name}", nearest_remedy(name, fields, "It has no settings: leave it out"))


def _value_problems(
    spec: PluginSpec, error: ValidationError, options: Mapping[str, SettingOption]
) -> Iterable[Problem]:
    # A value that may be of several types gives one complaint for each of them.
    told: dict[str, Problem] = {}
    for one in error.errors(include_url=False):
        name = str(one["loc"][0]) if one["loc"] else ""
        why = one["msg"].removeprefix("Value error, ").rstrip(".")
        why = why[:1].lower() + why[1:]
        option = options.get(name)
        if not name:
            told.setdefault(why, Problem(why, f"settings of {spec.name}", "Change the settings"))
            continue
        value = "the value" if option is None or option.is_secret else repr(one["input"])
        place = f"setting {name} of {spec.name}"
        remedy = f"It is {option.metavar}: {option.help}" if option and option.metavar else "Give another value"
        told.setdefault(name, Problem(f"{value} does not do: {why}", place, remedy.rstrip(".")))
    return told.values()


def nearest_remedy(name: str, known: Iterable[str], otherwise: str, prefix: str = "") -> str:
    """What to do about an unknown name: the nearest known one, else all of them, else ``otherwise``.

    ``prefix`` is put before the names when they are shown.
    """
    names = sorted(known)
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if nearest:
        return f"Did you mean '{prefix}{nearest[0]}'"
    return f"Choose from {', '.join(f'{prefix}{one}' for one in names)}" if names else otherwise
