"""The hook ``discharge-log``: what it is called, and its settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from image_velocimetry_tools.plugins.interfaces import PluginSpec

if TYPE_CHECKING:
    from .log import DischargeLog


class DischargeLogSettings(BaseModel):
    """Settings of the log."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path = Field(Path("discharge_log.csv"), description="CSV file; relative to the results folder of the batch")
    separator: Literal[",", ";"] = Field(",", description="What stands between the columns")
    failures: bool = Field(True, description="Also write jobs without a discharge")


def _create(settings: DischargeLogSettings) -> DischargeLog:
    from .log import DischargeLog

    return DischargeLog(settings)


DISCHARGE_LOG = PluginSpec(
    name="discharge-log",
    title="One line per finished job in a CSV file that grows from batch to batch",
    create=_create,
    settings=DischargeLogSettings,
    api_version=(1, 0),
)
