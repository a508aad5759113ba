"""Colours of notices and verdicts, readable in the light and in the dark theme."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeLook:
    """Colours of a notice."""

    ground: str
    border: str
    text: str

    @property
    def style(self) -> str:
        """Style sheet of a widget that is the notice itself."""
        return f"background: {self.ground}; color: {self.text}; border: 1px solid {self.border}; border-radius: 4px;"


PROBLEM = NoticeLook("#fbe0dc", "#c0392b", "#6b1a11")
WARNING = NoticeLook("#fdf0d0", "#c98a06", "#5c3f00")
GOOD = NoticeLook("#dff2e1", "#2e8b57", "#14502c")
NOTE = NoticeLook("#e3edf7", "#4a7fb5", "#173a5e")
NOT_JUDGED = NoticeLook("#e4e6e8", "#7b828a", "#303438")
