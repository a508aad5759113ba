"""The settings of a user: name, units, looks, paper, how often unsaved work is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from ...domain.units import DisplayUnits
from ..models.workbench import Workbench

MOST_MINUTES = 120.0


@dataclass(frozen=True, slots=True)
class ShownSettings:
    """The settings in the form."""

    user_name: str
    display_units: DisplayUnits
    theme: Literal["light", "dark"]
    page_size: Literal["A4", "Letter"]
    autosave_minutes: float


class SettingsView(Protocol):
    """The box with the settings."""

    def bind(self, presenter: SettingsPresenter) -> None: ...
    def show_form(self, settings: ShownSettings) -> None: ...
    def show_problem(self, sentence: str) -> None: ...
    def close_form(self) -> None: ...


class SettingsPresenter:
    """Shows the preferences and takes changed ones over, the units into the open project as well."""

    def __init__(self, view: SettingsView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        view.bind(self)

    def begin(self) -> None:
        """Show the form."""
        values = self._bench.preferences.values
        self._view.show_form(
            ShownSettings(
                self._bench.preferences.user_name,
                self._bench.document.project.display_units,
                values.theme,
                values.page_size,
                values.autosave_minutes,
            )
        )

    def accept(self, settings: ShownSettings) -> None:
        """Take the settings over."""
        if not 0.0 < settings.autosave_minutes <= MOST_MINUTES:
            self._view.show_problem(f"Keep unsaved work every 0.5 to {MOST_MINUTES:g} minutes")
            return
        self._bench.preferences.change(
            user_name=" ".join(settings.user_name.split()),
            display_units=settings.display_units,
            theme=settings.theme,
            page_size=settings.page_size,
            autosave_minutes=settings.autosave_minutes,
        )
        project, units = self._bench.document.project, settings.display_units
        if units is not project.display_units:
            self._bench.document.edit(f"Switch to {units} units", replace(project, display_units=units))
        self._view.close_form()
