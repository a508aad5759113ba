"""Colours of notices and verdicts, readable in the light and in the dark theme."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtGui import QGuiApplication, QPalette


@dataclass(frozen=True, slots=True)
class Tones:
    """Colours of a notice in one theme."""

    ground: str
    border: str
    text: str


@dataclass(frozen=True, slots=True)
class NoticeLook:
    """Colours of a notice; what it is asked for is that of the present theme."""

    light: Tones
    dark: Tones

    @property
    def _now(self) -> Tones:
        is_dark = QGuiApplication.palette().color(QPalette.ColorRole.Base).lightness() < 128
        return self.dark if is_dark else self.light

    @property
    def ground(self) -> str:
        """Colour of the ground."""
        return self._now.ground

    @property
    def text(self) -> str:
        """Colour of the text."""
        return self._now.text

    @property
    def style(self) -> str:
        """Style sheet of a widget that is the notice itself."""
        tones = self._now
        return f"background: {tones.ground}; color: {tones.text}; border: 1px solid {tones.border}; border-radius: 4px;"


PROBLEM = NoticeLook(Tones("#fbe0dc", "#c0392b", "#6b1a11"), Tones("#4a2522", "#c0574b", "#ffd5ce"))
WARNING = NoticeLook(Tones("#fdf0d0", "#c98a06", "#5c3f00"), Tones("#453510", "#b98a2c", "#fbe3ae"))
GOOD = NoticeLook(Tones("#dff2e1", "#2e8b57", "#14502c"), Tones("#1f3d2a", "#4ea873", "#c9f0d5"))
NOTE = NoticeLook(Tones("#e3edf7", "#4a7fb5", "#173a5e"), Tones("#21374c", "#5b93c9", "#cfe4f8"))
NOT_JUDGED = NoticeLook(Tones("#e4e6e8", "#7b828a", "#303438"), Tones("#3c424a", "#7b828a", "#e3e7ec"))
