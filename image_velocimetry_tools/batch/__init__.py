"""Many measurements of one site: jobs, their execution and their results.

Names are loaded on first use (PEP 562), so that importing the package costs nothing.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .config import BatchConfig, BatchVideoConfig
    from .controllers.one_video import BatchController
    from .job.executor import JobExecutor
    from .jobs import BatchCSVParser
    from .models import BatchJob
    from .orchestrator import BatchOrchestrator
    from .plan.scaffold_loader import ScaffoldLoader
    from .processor import BatchProcessor

# Without a handler Python would print warnings to the terminal; what is logged goes to the batch's log file.
logging.getLogger("image_velocimetry_tools").addHandler(logging.NullHandler())

_MODULE_OF = {
    "BatchCSVParser": "jobs",
    "BatchConfig": "config",
    "BatchController": "controllers.one_video",
    "BatchJob": "models",
    "BatchOrchestrator": "orchestrator",
    "BatchProcessor": "processor",
    "BatchVideoConfig": "config",
    "JobExecutor": "job.executor",
    "ScaffoldLoader": "plan.scaffold_loader",
}

__all__ = [
    "BatchCSVParser",
    "BatchConfig",
    "BatchController",
    "BatchJob",
    "BatchOrchestrator",
    "BatchProcessor",
    "BatchVideoConfig",
    "JobExecutor",
    "ScaffoldLoader",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
