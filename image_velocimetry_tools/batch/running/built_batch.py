"""A batch that a script builds up step by step before it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import BatchResult, RunSettings, ScaffoldConfig
from ..labels import BatchLabels
from ..models import BatchStatus, PlannedJob

if TYPE_CHECKING:
    from .background_batch import BackgroundBatch


@dataclass(slots=True)
class Batch:
    """A batch that is built up video by video, and what came of it."""

    batch_id: str
    labels: BatchLabels
    output_directory: Path | None = None
    settings: RunSettings = field(default_factory=RunSettings)
    status: BatchStatus = BatchStatus.CREATED
    jobs: list[PlannedJob] = field(default_factory=list)
    result: BatchResult | None = None
    site: ScaffoldConfig | None = None
    background: BackgroundBatch | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.labels.name

    @property
    def description(self) -> str:
        """What it is about."""
        return self.labels.description

    @property
    def priority(self) -> int:
        """0 to 10."""
        return self.labels.priority
