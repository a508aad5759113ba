"""Videos that have a URL in place of a path."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def is_url(text: str) -> bool:
    """Whether a text names a file by URL and not by path; ``C:\\`` is a path."""
    return _URL.match(text) is not None


def file_name_of_url(url: str) -> str:
    """Name of the file at a URL, safe as the name of a file on any system; ``video`` if it has none.

    >>> file_name_of_url("https://host/clips/high%20flow.mp4?version=2")
    'high flow.mp4'
    """
    # unquoted a name may hold what parts folders
    name = re.split(r"[/\\]", unquote(PurePosixPath(urlsplit(url).path).name))[-1]
    name = re.sub(r'[<>:"|?*\x00-\x1f]', "_", name).strip()
    return "video" if name in ("", ".", "..") else name
