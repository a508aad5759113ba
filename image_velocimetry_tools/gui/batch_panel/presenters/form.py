"""The form of a batch that is about to be started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ....domain.units import UnitSystem
from ....plugins.panels import PanelHost
from ...presenters.dialogs import FileKind
from ..models.set_up import SetUp, scaffold_words
from ..models.sheet_units import levels_in_unit
from ..models.video_rows import level_words
from ..shown import ShownLevels, ShownSetUp
from .view import BatchPanelView


class FormPresenter:
    """Scaffold, folder, options, and where levels of videos come from.

    Parameters
    ----------
    methods
        Velocimetry methods to choose from.

    Attributes
    ----------
    revision
        Grows with every change.
    """

    def __init__(self, view: BatchPanelView, host: PanelHost, methods: Sequence[str]) -> None:
        self._view, self._host, self._methods = view, host, tuple(methods)
        self.set_up = SetUp()
        self.levels = ShownLevels()
        self.revision = 0
        self._usual_alpha = ""

    def change(self, **values: str | bool) -> None:
        """Take over values of the form by their names in :class:`SetUp`."""
        self.set_up = replace(self.set_up, **values)  # type: ignore[arg-type]
        self.revision += 1

    def choose_scaffold(self) -> None:
        """Use a project file as scaffold."""
        path = self._host.dialogs.open_file("Choose the scaffold", FileKind.PROJECT)
        if path is not None:
            self._set(scaffold=path, uses_current_project=False)

    def use_current_project(self, wanted: bool) -> None:
        """Use the project of the window as scaffold, or the file that was chosen before."""
        if wanted or self.set_up.scaffold is not None:
            self._set(uses_current_project=wanted)
        else:
            self.choose_scaffold()
            self.show()

    def use_scaffold(self, path: Path) -> None:
        """Go on with the project that was open in the window, by this file of it."""
        self._set(scaffold=path, uses_current_project=False)

    def use_units(self, units: UnitSystem) -> None:
        """Bring levels of videos that are added into the units of the scaffold."""
        levels = levels_in_unit(self.levels, units)
        if levels != self.levels:
            self.levels = levels
            self.show()

    def show_usual_alpha(self, words: str) -> None:
        """What rows get that say nothing of alpha, if the form says nothing either."""
        if words != self._usual_alpha:
            self._usual_alpha = words
            self.show()

    def choose_output(self) -> None:
        """Choose the folder of the results."""
        folder = self._host.dialogs.open_folder("Choose the folder for the results")
        if folder is not None:
            self._set(output=folder)

    def choose_settings_file(self) -> None:
        """Take further settings from a file."""
        path = self._host.dialogs.open_file("Choose a file of batch settings", FileKind.SETTINGS)
        if path is not None:
            self._set(settings_file=path)

    def clear_settings_file(self) -> None:
        """Take no settings from a file."""
        self._set(settings_file=None)

    def choose_levels(self) -> None:
        """Say where the levels of videos that are added come from."""
        chosen = self._view.ask_levels(self.levels)
        if chosen is not None:
            self.levels = chosen
            self.show()

    def _set(self, **values: object) -> None:
        self.set_up = replace(self.set_up, **values)  # type: ignore[arg-type]
        self.revision += 1
        self.show()

    def show(self) -> None:
        """Bring the values to the view."""
        chosen, path = self.set_up, self._host.project_path()
        self._view.show_set_up(
            ShownSetUp(
                name=chosen.name,
                scaffold=scaffold_words(chosen.scaffold),
                uses_current_project=chosen.uses_current_project,
                current_project=path.name if path is not None else "not saved yet",
                output=str(chosen.output or ""),
                jobs_at_a_time=chosen.jobs_at_a_time,
                alpha=chosen.alpha,
                usual_alpha=self._usual_alpha,
                method=chosen.method,
                methods=self._methods,
                max_retries=chosen.max_retries,
                job_timeout=chosen.job_timeout,
                save_projects=chosen.save_projects,
                plots=chosen.plots,
                allow_unknown_columns=chosen.allow_unknown_columns,
                settings_file=str(chosen.settings_file or ""),
                levels=level_words(self.levels),
            )
        )
