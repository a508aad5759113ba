"""One JSON object to a web address."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ... import __version__
from ...domain.errors import IvyError
from .retrying import Unreachable

TOO_MANY_REQUESTS = 429


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    # urllib follows by GET, which would lose the message without a word.
    def redirect_request(self, *arguments: Any, **options: Any) -> None:
        return None


def post_json(url: str, content: Mapping[str, Any], timeout_s: float) -> None:
    """Post an object; any answer of the 200s is success.

    Raises
    ------
    Unreachable
        If there is no connection, or the server cannot answer for now.
    IvyError
        If the server refuses the message. No text holds more of the address than its host.
    """
    where = f"webhook at {urlsplit(url).hostname}"
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": f"ivytools/{__version__}"}
    try:
        body = json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=timeout_s):
            return
    except urllib.error.HTTPError as error:
        error.close()
        answer = f"the server answered {error.code} {http.client.responses.get(error.code, '')}".rstrip()
        if error.code >= 500 or error.code == TOO_MANY_REQUESTS:
            raise Unreachable(f"{where}: {answer}") from None
        raise IvyError(answer, where=where, remedy="Check the address of the webhook") from None
    except http.client.InvalidURL:
        # its text quotes the address
        raise IvyError("the address is not valid", where=where, remedy="Check the address of the webhook") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise Unreachable(f"{where}: no connection ({type(error).__name__}: {reason})") from None
