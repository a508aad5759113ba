"""What a plugin must state about itself before it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

from .interfaces import API_VERSION, PluginSpec
from .settings_options import setting_options

# Names become part of command line options.
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def spec_problems(found: object, name: str) -> list[tuple[str, str]]:
    """What is wrong with the object that an entry point refers to: (reason, remedy), none if all is well.

    Parameters
    ----------
    found
        What the entry point refers to.
    name
        The name of the entry point.
    """
    if not isinstance(found, PluginSpec):
        remedy = "Its entry point must refer to an instance of image_velocimetry_tools.plugins.interfaces.PluginSpec"
        return [(f"refers to a {type(found).__name__}, which is no PluginSpec", remedy)]
    # The rest of a plugin for other interfaces cannot be judged.
    return list(_version_problems(found)) or [*_name_problems(found, name), *_settings_problems(found)]


def _version_problems(spec: PluginSpec) -> Iterator[tuple[str, str]]:
    wanted = spec.api_version
    if not (isinstance(wanted, tuple) and len(wanted) == 2 and all(type(part) is int for part in wanted)):
        yield f"states {wanted!r} as api_version", "It must be two whole numbers, such as (1, 0)"
        return
    ours, theirs = ".".join(map(str, API_VERSION)), ".".join(map(str, wanted))
    statement = f"was written for version {theirs} of the interfaces, this program has {ours}"
    if wanted > API_VERSION:
        yield statement, "Install a newer IVyTools, or an older version of the plugin"
    elif wanted[0] != API_VERSION[0]:
        yield statement, "Install a newer version of the plugin"


def _name_problems(spec: PluginSpec, name: str) -> Iterator[tuple[str, str]]:
    if spec.name != name:
        yield f"calls itself '{spec.name}'", f"Entry point and PluginSpec must have one name, '{name}'"
    elif not _NAME.fullmatch(name):
        yield "has a name that cannot be part of an option", "Use lower-case letters, digits and single hyphens"
    if not isinstance(spec.title, str) or not spec.title.strip():
        yield "has no title", "Its PluginSpec needs one line that says what it does"
    if not callable(spec.create):
        yield "has a create that cannot be called", "It must be a class or a function that takes the settings"


def _settings_problems(spec: PluginSpec) -> Iterator[tuple[str, str]]:
    model = spec.settings
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        yield "has settings that are no pydantic model", "Derive them from pydantic.BaseModel"
        return
    bare = [name for name, field in model.model_fields.items() if field.is_required()]
    if bare:
        yield f"has settings without a default: {', '.join(bare)}", "Give every setting a default"
    silent = [name for name, field in model.model_fields.items() if not (field.description or "").strip()]
    if silent:
        yield f"has settings without a description: {', '.join(silent)}", "Give every setting a description"
    if bare:
        return
    try:
        model()
        setting_options(spec)
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        yield f"has settings that cannot be described ({what})", "Use types that have a JSON schema and valid defaults"
