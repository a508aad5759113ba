from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel, Field

from image_velocimetry_tools.builtins.velocimetry import KLT, STIV
from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.gui.models.velocimetry_method import (
    MethodSetting,
    method_form,
    with_method,
    with_method_settings,
)
from image_velocimetry_tools.plugins.interfaces import PluginSpec


class _Settings(BaseModel):
    reach_m: float = Field(default=2.0, gt=0.0, lt=5.0, description="Reach")
    windows: int = Field(default=3, gt=1, description="Windows")
    is_fast: bool = Field(default=False, description="Whether it hurries")
    kind: Literal["a", "b"] = Field(default="b", description="Kind")
    note: str | None = Field(default=None, description="Note")


def _form() -> dict[str, MethodSetting]:
    spec = PluginSpec("other", "Other", lambda settings: None, _Settings)
    return {setting.name: setting for setting in method_form(spec, {"windows": 7})}


def test_that_every_kind_of_setting_has_its_field() -> None:
    assert {name: setting.kind for name, setting in _form().items()} == {
        "reach_m": "number", "windows": "whole", "is_fast": "switch", "kind": "choice", "note": "text",
    }  # fmt: skip


def test_that_fields_show_stored_values_else_defaults() -> None:
    values = {name: setting.value for name, setting in _form().items()}
    assert values == {"reach_m": 2.0, "windows": 7, "is_fast": False, "kind": "b", "note": ""}


def test_that_limits_labels_and_words_come_from_the_model() -> None:
    form = _form()
    assert (form["reach_m"].minimum, form["reach_m"].maximum) == (pytest.approx(0.001), pytest.approx(4.999))
    assert form["windows"].minimum == 2.0
    assert form["reach_m"].label == "Reach (m)"
    assert form["is_fast"].label == "Is fast"
    assert form["kind"].choices == ("a", "b")
    assert form["note"].help == "Note"


def test_that_our_methods_have_forms() -> None:
    assert [setting.name for setting in method_form(STIV, {})] == ["estimator"]
    form = {setting.name: setting for setting in method_form(KLT, {})}
    assert form["window_px"].value == 15
    assert (form["window_px"].minimum, form["window_px"].maximum) == (5.0, 63.0)


def test_that_another_method_starts_with_its_own_settings() -> None:
    project = with_method_settings(Project(), {"estimator": "theta"})
    assert dict(with_method(project, "klt").velocimetry.method_settings) == {}
    assert with_method(project, "stiv") is project
    assert with_method_settings(project, {"estimator": "theta"}) is project
