"""Commands from other processes: files that are renamed into a folder, which the owner of the batch reads.

The answer is an event in the log with the command's id.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ...domain.errors import OutputError
from ...formats.atomic_file import write_bytes

_log = logging.getLogger(__name__)


def _new_id() -> str:
    # the time first, so that commands are read in the order in which they were given
    return f"{time.time_ns():020d}-{secrets.token_hex(4)}"


class Command(BaseModel):
    """Something that somebody wants of a batch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command_id: str = Field(default_factory=_new_id)


class Pause(Command):
    """Start no more jobs; those that run finish."""

    name: Literal["pause"] = "pause"


class Resume(Command):
    """Go on."""

    name: Literal["resume"] = "resume"


class Cancel(Command):
    """Cancel jobs, or the whole batch if none is named."""

    name: Literal["cancel"] = "cancel"
    job_ids: tuple[str, ...] = ()


class RetryJobs(Command):
    """Run unsuccessful jobs again, all of them if none is named."""

    name: Literal["retry"] = "retry"
    job_ids: tuple[str, ...] = ()


class AddJobs(Command):
    """More jobs for the batch, each as JSON."""

    name: Literal["add"] = "add"
    jobs: tuple[dict[str, object], ...]


AnyCommand = Annotated[Pause | Resume | Cancel | RetryJobs | AddJobs, Field(discriminator="name")]
_COMMANDS: TypeAdapter[AnyCommand] = TypeAdapter(AnyCommand)


class Inbox:
    """The folder in which the commands for one batch arrive."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, command: AnyCommand) -> None:
        """Leave a command for the owner.

        Raises
        ------
        OutputError
            If the folder cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        write_bytes(self._folder / f"{command.command_id}.json", _COMMANDS.dump_json(command))

    def waiting(self) -> list[AnyCommand]:
        """Commands in the order in which they were given; one that cannot be read is put aside."""
        commands = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                commands.append(_COMMANDS.validate_json(path.read_bytes()))
            except (OSError, ValidationError):
                _log.warning("the command in %s cannot be read and is put aside", path)
                with contextlib.suppress(OSError):
                    path.rename(path.with_suffix(".unreadable"))
        return commands

    def done(self, command: AnyCommand) -> None:
        """Take a command out; its answer stands in the log."""
        try:
            (self._folder / f"{command.command_id}.json").unlink(missing_ok=True)
        except OSError as error:
            what = f"a command cannot be taken out of the inbox ({error.strerror or error})"
            raise OutputError(what, where=str(self._folder), remedy="Check the permissions of the folder") from error
