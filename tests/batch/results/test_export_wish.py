"""Which exporters a wish makes, with which settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from example_exporters import install_example_exporters

from image_velocimetry_tools.batch.results.export_wish import ExportWish, naming, wished_exporters
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.plugins.registry import PluginRegistry


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PluginRegistry:
    install_example_exporters(tmp_path, monkeypatch)
    return PluginRegistry()


def settings_of(exporter: object) -> Any:
    return exporter.settings  # type: ignore[attr-defined]


def test_that_shared_settings_reach_the_exporters_that_have_them(registry: PluginRegistry) -> None:
    made = wished_exporters(ExportWish(("ids", "points"), shared={"prefix": "may_"}), registry)
    assert list(made) == ["ids", "points"]
    assert settings_of(made["ids"]).prefix == "may_"


def test_that_what_is_said_for_one_exporter_goes_before_what_is_shared(registry: PluginRegistry) -> None:
    own = {"ids": {"prefix": "own_"}}
    made = wished_exporters(ExportWish(("ids",), shared={"prefix": "may_"}, plugin_settings=lambda _: own), registry)
    assert settings_of(made["ids"]).prefix == "own_"


def test_that_what_was_not_given_leaves_the_default(registry: PluginRegistry) -> None:
    made = wished_exporters(ExportWish(("ids", "ids"), shared={"prefix": None, "names": None}), registry)
    assert settings_of(made["ids"]).prefix == "x"


def test_that_an_option_that_no_exporter_has_is_refused(registry: PluginRegistry) -> None:
    with pytest.raises(IvyError, match="--names means nothing for points, netcdf") as caught:
        wished_exporters(ExportWish(("points", "netcdf"), shared=naming("{number}")), registry)
    assert len(caught.value.problems) == 1


def test_that_all_that_is_wrong_is_said_at_once(registry: PluginRegistry) -> None:
    def unused(chosen: set[str]) -> dict[str, Any]:
        assert chosen == {"zipp", "zip"}
        raise IvyError("there are options for video, which is not used")

    wish = ExportWish(("zipp", "zip"), shared=naming("alphabetical"), plugin_settings=unused)
    with pytest.raises(IvyError) as caught:
        wished_exporters(wish, registry)
    first, second, third = map(str, caught.value.problems)
    assert "options for video" in first
    assert "there is no exporter 'zipp'. Did you mean 'zip'" in second
    assert "'alphabetical' does not do" in third


@pytest.mark.parametrize("names", [None, "numbered", "original"])
def test_that_a_word_for_names_is_no_pattern(names: str | None) -> None:
    assert naming(names) == {"names": names}
