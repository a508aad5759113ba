"""YAML files of settings: read safely, with the line of every key, and written with a comment on every key.

Numbers are read as in YAML 1.2: ``1:30`` and ``-10:00`` stay text, where YAML 1.1 sees numbers to the base of sixty.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ...domain.errors import IvyError, Problem
from ..csv_text import read_text

KeyPath = tuple[str | int, ...]
_MOST_NODES = 20_000
_REMEDY = "Write one key per line with its value, such as 'jobs: 2'"


class SettingsFileError(IvyError):
    """A file of settings cannot be read, or says what cannot be."""


@dataclass(frozen=True, slots=True)
class YamlSettings:
    """The mapping of a file, and the line on which each key (by its path) stands."""

    path: Path
    data: dict[str, Any]
    lines: Mapping[KeyPath, int] = field(default_factory=dict)

    def place(self, key: KeyPath) -> str:
        """Where a key, or the nearest one above it, stands: ``batch.yaml, line 4, key 'folder.wse'``."""
        known = next((key[:end] for end in range(len(key), 0, -1) if key[:end] in self.lines), ())
        line = f", line {self.lines[known]}" if known else ""
        name = f", key '{'.'.join(map(str, key))}'" if key else ""
        return f"{self.path}{line}{name}"


@dataclass(frozen=True, slots=True)
class YamlEntry:
    """One key for a file: its value, what it means, and whether it is only shown as a possibility."""

    key: str
    value: object
    comment: str
    is_active: bool = True
    entries: tuple[YamlEntry, ...] = ()


def _scalar(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError("a list is marked as a number")
    return str(node.value)


class _Loader(yaml.SafeLoader):
    """The safe loader without numbers to the base of sixty, and with exponents as everybody writes them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith((":int", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?[0-9]+$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)
# "010" is ten to everybody but YAML 1.1.
_Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(_scalar(node)))
_Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(_scalar(node)))


def read_yaml_settings(path: str | Path) -> YamlSettings:
    """Read a mapping of settings.

    Raises
    ------
    SettingsFileError
        If the file is missing, no YAML or no mapping; with every key that occurs twice.
    """
    path = Path(path)
    text, _ = read_text(path, SettingsFileError, "file of settings")
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        walk = _Walk(path)
        walk.visit(node, ())
        if walk.problems:
            raise SettingsFileError.from_problems(walk.problems)
        data = loader.construct_document(node) if node is not None else {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _unreadable(path, error) from error
    finally:
        loader.dispose()
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        what = "the file of settings is no list of keys with values"
        raise SettingsFileError(what, where=str(path), remedy=_REMEDY)
    return YamlSettings(path, data, walk.lines)


def format_yaml_settings(entries: Iterable[YamlEntry], title: str = "") -> str:
    """Text of a file with a comment over every key; keys that are not active are commented out."""
    lines = [f"# {line}" if line else "#" for line in textwrap.wrap(title, 110)]
    for entry in entries:
        lines += ["", *_entry_lines(entry, active=True)] if lines else _entry_lines(entry, active=True)
    return "\n".join(lines) + "\n"


def _entry_lines(entry: YamlEntry, *, active: bool, indent: str = "") -> list[str]:
    shown = active and entry.is_active
    mark = "" if shown else "#"
    lines = [f"{indent}# {line}" for line in textwrap.wrap(entry.comment, 110 - len(indent))]
    if entry.entries:
        lines.append(f"{indent}{mark}{entry.key}:")
        for inner in entry.entries:
            lines += _entry_lines(inner, active=shown, indent=f"{indent}  ")
        return lines
    text = yaml.safe_dump({entry.key: entry.value}, sort_keys=False, allow_unicode=True, width=10_000)
    return lines + [f"{indent}{mark}{line}" for line in text.rstrip("\n").splitlines()]


class _Walk:
    """Notes the line of every key, and keys that occur twice, of which YAML would silently take the last."""

    def __init__(self, path: Path) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[Problem] = []
        self._path = path
        self._nodes = 0

    def visit(self, node: yaml.Node | None, at: KeyPath) -> None:
        self._nodes += 1
        # Aliases of aliases multiply, and one of itself never ends.
        if self._nodes > _MOST_NODES:
            raise ValueError("it holds far more than settings")
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                path, line = (*at, str(key.value)), key.start_mark.line + 1
                if path in self.lines:
                    what = f"the key '{'.'.join(map(str, path))}' is also on line {self.lines[path]}"
                    self.problems.append(Problem(what, f"{self._path}, line {line}", "Keep one of them"))
                self.lines[path] = line
                self.visit(value, path)
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self.visit(value, (*at, index))


def _unreadable(path: Path, error: Exception) -> SettingsFileError:
    mark = getattr(error, "problem_mark", None)
    where = f"{path}, line {mark.line + 1}" if mark is not None else str(path)
    reason = " ".join(str(getattr(error, "problem", None) or error).split())
    what = f"the file of settings is not valid YAML ({reason})"
    return SettingsFileError(what, where=where, remedy="Check colons, quotes and indentation")
