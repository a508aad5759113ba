"""Playlists in the extended M3U format, UTF-8 (``.m3u8``), as media players read them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_OF_URLS = "%!#$&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """One video of a list; one with a ``url`` is listed by that.

    ``start_s`` and ``end_s`` limit what is played, in players that know VLC's options. ``duration_s`` None is unknown.
    """

    path: Path
    title: str
    duration_s: float | None = None
    start_s: float | None = None
    end_s: float | None = None
    url: str | None = None


def format_playlist(entries: Iterable[PlaylistEntry], title: str, relative_to: Path | None = None) -> str:
    """The text of a playlist; paths are relative to a folder, or absolute if there is none or no way from there."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_one_line(title)}"]
    for entry in entries:
        duration = "-1" if entry.duration_s is None else f"{entry.duration_s:.3f}"
        lines.append(f"#EXTINF:{duration},{_one_line(entry.title)}")
        if entry.start_s is not None:
            lines.append(f"#EXTVLCOPT:start-time={entry.start_s:.3f}")
        if entry.end_s is not None:
            lines.append(f"#EXTVLCOPT:stop-time={entry.end_s:.3f}")
        lines.append(location(entry.path, relative_to) if entry.url is None else quote(entry.url, safe=_OF_URLS))
    return "\n".join(lines) + "\n"


def location(path: Path, relative_to: Path | None = None) -> str:
    """A path as players understand it in a playlist.

    A name that would be taken for a comment, another line or an address is written as a ``file:`` address in full.
    """
    absolute = path.absolute()
    if relative_to is None:
        text = str(absolute)
    else:
        try:
            text = Path(os.path.relpath(absolute, relative_to.absolute())).as_posix()
        except ValueError:  # another drive
            text = str(absolute)
    is_plain = text.isprintable() and text == text.strip() and not text.startswith("#") and ":/" not in text[2:]
    return text if is_plain else absolute.as_uri()


def _one_line(text: str) -> str:
    return " ".join(text.split())
