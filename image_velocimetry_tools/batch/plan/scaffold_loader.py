"""The scaffold of a batch, loaded once and checked whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from ...domain.errors import ScaffoldError
from ..config import ScaffoldConfig


class ConfigurationSource(Protocol):
    """The part of :class:`ProjectService` that the loader needs."""

    def load_scaffold_configuration(self, scaffold_path: Path) -> Mapping[str, Any]:
        """Fields of :class:`ScaffoldConfig` but for the path."""
        ...


class ScaffoldLoader:
    """Reads ``.ivy`` projects as scaffolds.

    Parameters
    ----------
    project_service
        Source of the configuration; :class:`ProjectService` if None.
    """

    def __init__(self, project_service: ConfigurationSource | None = None) -> None:
        self._service = project_service

    def load(self, path: Path | str) -> ScaffoldConfig:
        """Load a project and check that it can serve as a scaffold.

        Raises
        ------
        ScaffoldError
            With every problem at once, if the file is missing, broken or lacks what a measurement needs.
        GroundControlError, SectionError
            If the points or the cross-section inside cannot be used.
        """
        path = Path(path).expanduser()
        if not path.exists():
            raise ScaffoldError("the scaffold does not exist", where=str(path), remedy="Check the path")
        if not path.is_file():
            remedy = "Give the .ivy file that the desktop application saved"
            raise ScaffoldError("the scaffold is not a file", where=str(path), remedy=remedy)
        return ScaffoldConfig(scaffold_path=path, **self._configuration(path))

    def _configuration(self, path: Path) -> Mapping[str, Any]:
        if self._service is None:
            from ...services.project_service import ProjectService

            self._service = ProjectService()
        return self._service.load_scaffold_configuration(path)
