"""Settings of the local executor."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class StartMethod(StrEnum):
    """How a job's process comes to be."""

    AUTO = "auto"
    FORKSERVER = "forkserver"
    SPAWN = "spawn"


class LocalSettings(BaseModel):
    """How processes on this machine are started and stopped."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start_method: StartMethod = Field(
        default=StartMethod.AUTO,
        description="How a job's process starts: forked from a server that has everything loaded (forkserver, Linux "
        "only), or afresh (spawn, slower); auto takes the quicker one that the system allows",
    )
    preload: bool = Field(
        default=True, description="Load the numerics once, in the server that job processes are forked from"
    )
    terminate_after_s: float = Field(
        default=5.0, ge=0.0, description="Seconds that a cancelled job has to stop by itself before it is sent SIGTERM"
    )
    kill_after_s: float = Field(
        default=15.0, ge=0.0, description="Seconds after which a cancelled job that still runs is killed"
    )

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if self.kill_after_s < self.terminate_after_s:
            raise ValueError("kill_after_s must not be less than terminate_after_s")
        if self.start_method is StartMethod.FORKSERVER and sys.platform != "linux":
            raise ValueError("forkserver works on Linux only; choose auto or spawn")
        return self

    @property
    def forks(self) -> bool:
        """Whether processes are forked from a server."""
        return sys.platform == "linux" and self.start_method is not StartMethod.SPAWN
