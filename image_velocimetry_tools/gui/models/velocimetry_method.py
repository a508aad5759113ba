"""The settings of a velocimetry method as a form: made from its pydantic model, so that every plugin has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from ...domain.project import Project
from ...plugins.interfaces import PluginSpec
from ...plugins.settings_options import setting_options

Kind = Literal["whole", "number", "switch", "choice", "text"]

_UNITS = {"px": "px", "m": "m", "mps": "m/s", "s": "s", "deg": "degrees"}
_DECIMALS = 3
_LARGEST = 1e6


@dataclass(frozen=True, slots=True)
class MethodSetting:
    """One field of the form; ``minimum`` and ``maximum`` limit numbers, ``choices`` are the words of a choice."""

    name: str
    label: str
    kind: Kind
    value: Any
    help: str
    minimum: float = -_LARGEST
    maximum: float = _LARGEST
    choices: tuple[str, ...] = ()


def method_form(spec: PluginSpec, values: Mapping[str, object]) -> tuple[MethodSetting, ...]:
    """The form of a method; settings that are not in ``values`` show their default."""
    properties = spec.settings.model_json_schema(by_alias=False).get("properties", {})
    fields = []
    for option in setting_options(spec):
        default = spec.settings.model_fields[option.field].get_default(call_default_factory=True)
        value = values.get(option.field, default)
        fields.append(_field(option.field, properties[option.field], value, option.help))
    return tuple(fields)


def _field(name: str, description: Mapping[str, Any], value: object, help_text: str) -> MethodSetting:
    kind = _kind(description)
    return MethodSetting(
        name=name,
        label=_label(name),
        kind=kind,
        value="" if kind == "text" and value is None else value,
        help=help_text,
        minimum=_limit(description, "minimum", "exclusiveMinimum", -_LARGEST, 1.0),
        maximum=_limit(description, "maximum", "exclusiveMaximum", _LARGEST, -1.0),
        choices=tuple(str(word) for word in description.get("enum", ())),
    )


def _kind(description: Mapping[str, Any]) -> Kind:
    if "enum" in description:
        return "choice"
    kinds: dict[str, Kind] = {"integer": "whole", "number": "number", "boolean": "switch"}
    return kinds.get(str(description.get("type")), "text")


def _limit(description: Mapping[str, Any], included: str, excluded: str, otherwise: float, inward: float) -> float:
    if included in description:
        return float(description[included])
    if excluded in description:
        step = 1.0 if description.get("type") == "integer" else 10.0**-_DECIMALS
        return float(description[excluded]) + inward * step
    return otherwise


def _label(name: str) -> str:
    *words, last = name.split("_")
    if words and last in _UNITS:
        return f"{' '.join(words).capitalize()} ({_UNITS[last]})"
    return " ".join((*words, last)).capitalize()


def with_method(project: Project, method: str) -> Project:
    """The project with another method, with its default settings; the same one if it has it."""
    if method == project.velocimetry.method:
        return project
    settings = replace(project.velocimetry, method=method, method_settings=MappingProxyType({}))
    return replace(project, velocimetry=settings)


def with_method_settings(project: Project, values: Mapping[str, object]) -> Project:
    """The project with other settings of its method; the same one if they are equal."""
    if dict(values) == dict(project.velocimetry.method_settings):
        return project
    settings = replace(project.velocimetry, method_settings=MappingProxyType(dict(values)))
    return replace(project, velocimetry=settings)
