"""Where the state of a batch lies: in its output folder, or elsewhere with a pointer in the output folder."""

from __future__ import annotations

import contextlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from ...domain.errors import IvyError, OutputError
from ...formats.atomic_file import write_bytes

FOLDER_NAME = ".ivytools"
POINTER_NAME = "batch.json"
DATABASE_NAME = "state.sqlite3"
SQLITE = "sqlite:///"
_RUN_FIRST = "Give the output folder of an earlier 'ivytools-batch run'"


class Pointer(BaseModel):
    """Which batch an output folder holds, and in which database; never a password."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    batch_id: str
    database_url: str
    state_directory: str | None = None


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The places of a batch's state.

    ``own`` is the folder beside the results: it holds the pointer, the owner's lock, the inbox and the logs.
    ``database_url`` may hold a password, which is never written down.
    """

    output_directory: Path
    database_url: str
    state_directory: Path | None = None

    @property
    def own(self) -> Path:
        """The folder of the batch beside its results."""
        return self.output_directory / FOLDER_NAME

    @property
    def inbox(self) -> Path:
        """Where commands of other processes arrive."""
        return self.own / "commands"

    @property
    def logs(self) -> Path:
        """Where each attempt writes its log."""
        return self.output_directory / "logs"

    @property
    def shared_lock(self) -> Path | None:
        """Folder of the lock of a database file that several batches share; it has one writer at a time."""
        return self.state_directory

    def prepare(self) -> None:
        """Make the folders.

        Raises
        ------
        OutputError
            If they cannot be made.
        """
        for folder in (self.own, self.inbox, *([self.state_directory] if self.state_directory else [])):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                what = f"the folder of the batch's state cannot be made ({error.strerror or error})"
                raise OutputError(what, where=str(folder), remedy="Choose another with --state-dir") from error

    def forget_if_unused(self) -> None:
        """Take away what :meth:`prepare` made in an output folder in which no batch came to be."""
        if (self.own / POINTER_NAME).exists():
            return
        shutil.rmtree(self.own, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.output_directory.rmdir()

    def point_to(self, batch_id: str) -> None:
        """Note which batch the output folder holds."""
        pointer = Pointer(
            batch_id=batch_id,
            database_url=without_password(self.database_url),
            state_directory=str(self.state_directory) if self.state_directory else None,
        )
        write_bytes(self.own / POINTER_NAME, pointer.model_dump_json(indent=1).encode("utf-8"))


def state_folder(
    output_directory: Path, *, database_url: str | None = None, state_directory: Path | None = None
) -> StateFolder:
    """The state of a batch that is about to be created."""
    output = output_directory.expanduser().absolute()
    elsewhere = state_directory.expanduser().absolute() if state_directory is not None else None
    url = database_url or sqlite_url((elsewhere or output / FOLDER_NAME) / DATABASE_NAME)
    return StateFolder(output, url, elsewhere)


def find_state(output_directory: Path, *, database_url: str | None = None) -> tuple[StateFolder, str]:
    """The state of the batch that an output folder holds, and the batch's id.

    A folder that was copied to another place or machine still finds a database that lies in it.

    Parameters
    ----------
    database_url
        Goes before the address in the pointer, which holds no password.

    Raises
    ------
    IvyError
        If the folder holds no batch.
    """
    output = output_directory.expanduser().absolute()
    if not output.is_dir():
        raise IvyError("there is no such folder", where=str(output_directory), remedy=_RUN_FIRST)
    path = output / FOLDER_NAME / POINTER_NAME
    try:
        pointer = Pointer.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise IvyError("the folder holds no batch", where=str(output_directory), remedy=_RUN_FIRST) from None
    except (OSError, ValueError, ValidationError) as error:
        what = f"what the folder says of its batch cannot be read ({type(error).__name__})"
        raise IvyError(what, where=str(path), remedy="Run the batch again into the same folder") from error
    elsewhere = Path(pointer.state_directory) if pointer.state_directory else None
    url = database_url or pointer.database_url
    if database_url is None and elsewhere is None and url.startswith("sqlite:"):
        url = sqlite_url(output / FOLDER_NAME / DATABASE_NAME)
    return StateFolder(output, url, elsewhere), pointer.batch_id


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite database; the path may hold any character."""
    return f"{SQLITE}{path}"


def without_password(url: str) -> str:
    """The address of a database as it may be written down and shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    user = f"{parts.username}@" if parts.username else ""
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{user}{parts.hostname or ''}{port}"))
