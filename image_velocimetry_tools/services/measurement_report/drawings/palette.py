"""Colours and line styles of the report, the same on paper and on the screen."""

from __future__ import annotations

from dataclasses import dataclass

LIGHT = {
    "page": "#f6f7f9", "sheet": "#ffffff", "text": "#17212b", "quiet": "#5b6875", "rule": "#dde3e9",
    "accent": "#0b5a9c", "good": "#1b7f4b", "doubtful": "#b26a00", "rejected": "#b3261e", "water": "#cfe4f5",
    "bed": "#7a6244", "band": "#0b5a9c", "good-paper": "#e7f4ec", "doubtful-paper": "#fff1d6",
    "rejected-paper": "#fde7e4", "light": "#ffffff", "dark": "#101418", "streak": "#ffb000", "drawn": "#ff4fd8",
    "control": "#ffe14d", "validation": "#5fe0ff",
}  # fmt: skip
DARK = LIGHT | {
    "page": "#12171d", "sheet": "#1a2129", "text": "#e4e9ee", "quiet": "#9aa7b4", "rule": "#313c48",
    "accent": "#7cb8ee", "good": "#5cc48c", "doubtful": "#e8b04b", "rejected": "#f2877f", "water": "#24435e",
    "bed": "#b99b73", "band": "#7cb8ee", "good-paper": "#183326", "doubtful-paper": "#3a3118",
    "rejected-paper": "#43201d",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Style:
    """How a shape is drawn: names of colours, empty for none; widths in units of the drawing."""

    stroke: str = ""
    fill: str = ""
    width: float = 1.0
    dash: tuple[float, ...] = ()
    opacity: float = 1.0


STYLES = {
    "grid": Style("rule", width=0.8),
    "axis": Style("quiet"),
    "zero": Style("quiet", width=0.8),
    "water": Style(fill="water"),
    "bed": Style("bed", width=2.2),
    "level": Style("band", width=1.4),
    "vertical": Style("band", width=0.8, opacity=0.5),
    "edge": Style(fill="text"),
    "profile": Style("band", width=1.2, opacity=0.5),
    "used": Style("sheet", "band"),
    "filled": Style("sheet", "doubtful"),
    "unused": Style("quiet", width=1.6),
    "share-small": Style(fill="good", opacity=0.8),
    "share-middle": Style(fill="doubtful", opacity=0.8),
    "share-large": Style(fill="rejected", opacity=0.8),
    "halo": Style("dark", width=4.0, opacity=0.65),
    "thin-halo": Style("dark", width=3.0, opacity=0.55),
    "section-line": Style("light", width=1.6),
    "mask": Style("light", "dark", width=1.0, dash=(4.0, 3.0), opacity=0.35),
    "arrow": Style("streak", width=2.0),
    "arrow-unused": Style("light", width=1.4, opacity=0.7),
    "dot": Style("dark", "streak", width=0.6),
    "dot-unused": Style("dark", "light", width=0.6),
    "control": Style("control", width=1.8),
    "validation": Style("validation", width=1.8),
    "control-unused": Style("light", width=1.4, opacity=0.8),
    "streak": Style("streak", width=1.8),
    "drawn": Style("drawn", width=1.8),
}
