"""Settings of plugins as options and as values of a YAML file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, SecretStr, model_validator

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.plugins.interfaces import PluginSpec
from image_velocimetry_tools.plugins.settings_options import SettingOption, read_settings, setting_options


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(BaseModel):
    depth: int = 1


class Settings(BaseModel):
    """One field of every kind."""

    window_px: Annotated[int, Field(ge=3, le=99)] = Field(21, description="Side of the window")
    ratio: float | None = Field(None, description="Share of something")
    subpixel: bool = Field(True, description="Refine below a pixel")
    colour: Colour = Field(Colour.RED, description="Colour of arrows")
    kind: Literal["a", "b"] = Field("a", description="Kind")
    path: Path = Field(Path("x.csv"), description="File")
    names: tuple[str, ...] = Field((), description="Names")
    levels: list[float] = Field([1.0, 2.0], description="Levels")
    colours: tuple[Colour, ...] = Field((Colour.RED,), description="Colours")
    jobs: int | Literal["auto"] = Field("auto", description="How many")
    token: SecretStr | None = Field(None, description="Secret")
    inner: Inner = Field(Inner(), description="Structure")
    table: dict[str, int] = Field({}, description="Table")

    @model_validator(mode="after")
    def _fit(self) -> Settings:
        if self.kind == "b" and not self.subpixel:
            raise ValueError("kind b needs subpixel.")
        return self


SPEC = PluginSpec("klt", "Tracks", list, Settings)


def options() -> dict[str, SettingOption]:
    return {option.field: option for option in setting_options(SPEC)}


def read(**values: Any) -> Any:
    return read_settings(SPEC, values)


def test_that_every_flat_setting_is_an_option() -> None:
    shown = {option.flag: (option.metavar, option.default) for option in options().values()}
    assert shown == {
        "--klt-window-px": ("INTEGER", "21"),
        "--klt-ratio": ("NUMBER", ""),
        "--klt-subpixel": ("", "yes"),
        "--klt-colour": ("red|blue", "red"),
        "--klt-kind": ("a|b", "a"),
        "--klt-path": ("PATH", "x.csv"),
        "--klt-names": ("TEXT,…", ""),
        "--klt-levels": ("NUMBER,…", "1.0,2.0"),
        "--klt-colours": ("red|blue,…", "red"),
        "--klt-jobs": ("INTEGER|auto", "auto"),
        "--klt-token": ("SECRET", ""),
    }


def test_that_limits_are_part_of_the_help() -> None:
    assert options()["window_px"].help == "Side of the window (at least 3, at most 99)"


def test_that_a_switch_has_an_opposite() -> None:
    assert options()["subpixel"].is_switch
    assert options()["subpixel"].no_flag == "--no-klt-subpixel"


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("window_px", "9", 9),
        ("ratio", "0.5", 0.5),
        ("subpixel", "false", False),
        ("colour", "blue", Colour.BLUE),
        ("path", "a b.csv", Path("a b.csv")),
        ("names", "a, b", ("a", "b")),
        ("names", ["a", "b,c"], ("a", "b", "c")),
        ("names", "", ()),
        ("levels", "1,2.5", [1.0, 2.5]),
        ("levels", [1, 2.5], [1.0, 2.5]),
        ("colours", "red,blue", (Colour.RED, Colour.BLUE)),
        ("jobs", "4", 4),
        ("jobs", "auto", "auto"),
        ("inner", {"depth": 3}, Inner(depth=3)),
    ],
)
def test_that_text_and_yaml_values_are_read(field: str, text: object, value: object) -> None:
    assert getattr(read(**{field: text}), field) == value


def test_that_hyphens_in_names_of_a_yaml_file_do() -> None:
    assert read_settings(SPEC, {"window-px": 9}).window_px == 9  # type: ignore[attr-defined]


def test_that_all_problems_are_told_together() -> None:
    with pytest.raises(IvyError) as caught:
        read(window_px="2", colour="green", windw_px=3, jobs="some")
    texts = [str(problem) for problem in caught.value.problems]
    assert texts == [
        "settings of klt: 'windw_px' is no setting of the plugin klt. Did you mean 'window_px'.",
        "setting window_px of klt: '2' does not do: input should be greater than or equal to 3. "
        "It is INTEGER: Side of the window (at least 3, at most 99).",
        "setting colour of klt: 'green' does not do: input should be 'red' or 'blue'. "
        "It is red|blue: Colour of arrows.",
        texts[3],
    ]
    assert texts[3].startswith("setting jobs of klt: 'some' does not do")


def test_that_settings_that_do_not_fit_together_are_told() -> None:
    with pytest.raises(IvyError, match=r"settings of klt: kind b needs subpixel\. Change the settings"):
        read(kind="b", subpixel=False)


def test_that_a_secret_is_not_shown() -> None:
    with pytest.raises(IvyError) as caught:
        read(token=12345)
    assert "12345" not in str(caught.value)
    assert options()["token"].is_secret


@given(st.builds(dict, window_px=st.integers(3, 99), ratio=st.floats(0, 1), subpixel=st.booleans()))
def test_that_what_an_option_shows_is_read_as_the_same(values: dict[str, Any]) -> None:
    texts = {name: str(value) for name, value in values.items()}
    assert read(**texts) == read(**values)
