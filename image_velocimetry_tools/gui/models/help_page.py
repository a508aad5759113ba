"""The help of the window: the page of the documentation without what only a website has."""

from __future__ import annotations

import re
from pathlib import Path

HELP_PAGE = Path(__file__).parents[1] / "help" / "ivytools.md"

_PICTURE = re.compile(r"^!\[[^\]]*\]\([^)]*\)\n\n?", re.MULTILINE)
_LINK_TO_OTHER_PAGE = re.compile(r"\[([^\]]*)\]\((?!#|https?:)[^)]*\)")


def help_text(path: Path = HELP_PAGE) -> str:
    """The page as Markdown without pictures, which the reader has before their eyes, and without other pages."""
    text = _PICTURE.sub("", path.read_text(encoding="utf-8"))
    return _LINK_TO_OTHER_PAGE.sub(r"\1", text)


def anchor_of(heading: str) -> str:
    """What links call a heading."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
