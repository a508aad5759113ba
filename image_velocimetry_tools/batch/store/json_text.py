"""JSON texts as the store keeps them."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel


def json_text(value: Any) -> str:
    """A value as JSON; infinities stay, and file names that are no valid Unicode too."""
    return json.dumps(value, separators=(",", ":"))


def model_text(model: BaseModel) -> str:
    """A model as JSON; reading it back gives an equal model."""
    # Not model_dump_json: it makes null of an infinity.
    return json_text(model.model_dump(mode="json"))


def from_text(text: str) -> Any:
    """What :func:`json_text` wrote."""
    return json.loads(text)
