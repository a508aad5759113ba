"""What the program remembers of a user between sessions: units, looks, recent projects, folders, the window."""

from __future__ import annotations

import getpass
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...domain.errors import OutputError
from ...domain.units import DisplayUnits
from ...formats.atomic_file import write_bytes
from .events import Event

logger = logging.getLogger(__name__)

MOST_RECENT = 10


class Preferences(BaseModel):
    """The remembered values."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    display_units: DisplayUnits = DisplayUnits.METRIC
    theme: Literal["light", "dark"] = "light"
    page_size: Literal["A4", "Letter"] = "A4"
    user_name: str = ""
    autosave_minutes: float = Field(default=2.0, gt=0.0)
    recent_projects: tuple[str, ...] = ()
    folders: dict[str, str] = Field(default_factory=dict)
    batches: tuple[str, ...] = ()
    panels: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """What panels of plugins remember, by names that begin with their own."""
    window: str = ""
    """Place and size of the window, as the view encodes it."""


class PreferencesModel:
    """The preferences of the session, written whenever one changes.

    A file that cannot be read or written costs no work: the program goes on with what it has, and the log says so.

    Attributes
    ----------
    changed
        Emitted with the new preferences.
    """

    def __init__(self, path: Path | None) -> None:
        self.changed: Event[Preferences] = Event()
        self._path = path
        self._values = _read(path)

    @property
    def values(self) -> Preferences:
        """The preferences as they are."""
        return self._values

    @property
    def user_name(self) -> str:
        """Who signs comments: the name that was entered, else that of the account."""
        if self._values.user_name:
            return self._values.user_name
        try:
            return getpass.getuser()
        except (OSError, KeyError):
            return "unknown user"

    def change(self, **values: Any) -> None:
        """Change some of them."""
        changed = Preferences.model_validate(self._values.model_dump() | values)
        if changed == self._values:
            return
        self._values = changed
        self._write()
        self.changed.emit(changed)

    def folder(self, kind: str) -> str:
        """The folder last used for a kind of file; empty if there is none any more."""
        folder = self._values.folders.get(kind, "")
        return folder if folder and Path(folder).is_dir() else ""

    def remember_folder(self, kind: str, folder: Path) -> None:
        """Note the folder that was used for a kind of file."""
        self.change(folders=self._values.folders | {kind: str(folder)})

    def remember_project(self, path: Path) -> None:
        """Put a project first among the recent ones."""
        path = path.absolute()
        others = [known for known in self._values.recent_projects if Path(known).absolute() != path]
        self.change(recent_projects=(str(path), *others)[:MOST_RECENT])

    def forget_project(self, path: Path) -> None:
        """Take a project that is gone from the recent ones."""
        self.change(recent_projects=tuple(known for known in self._values.recent_projects if Path(known) != path))

    def _write(self) -> None:
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(self._path, self._values.model_dump_json(indent=1).encode("utf-8"))
        except (OSError, OutputError) as error:
            logger.warning("the preferences cannot be kept in %s: %s", self._path, error)


def _read(path: Path | None) -> Preferences:
    if path is None or not path.exists():
        return Preferences()
    try:
        stored = json.loads(path.read_text("utf-8"))
        return _usable(stored if isinstance(stored, dict) else {})
    except (OSError, ValueError) as error:
        logger.warning("the preferences in %s cannot be read and start anew: %s", path, error)
        return Preferences()


def _usable(stored: Mapping[str, Any]) -> Preferences:
    """The values that are what they should be; one that is not must not cost the others."""
    kept: dict[str, Any] = {}
    for name, value in stored.items():
        try:
            Preferences.model_validate({name: value})
        except ValidationError as error:
            logger.warning("the preference '%s' starts anew: %s", name, error)
        else:
            kept[name] = value
    return Preferences.model_validate(kept)
