"""Loading plugins one by one, and what becomes of broken ones."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from installed_plugins import GOOD, install_good_hook, install_metadata, install_package

from image_velocimetry_tools.domain.errors import Cancelled, IvyError
from image_velocimetry_tools.plugins.interfaces import API_VERSION, PluginSpec
from image_velocimetry_tools.plugins.registry import PluginRegistry, plugin_error, plugin_registry

HOOKS = "ivytools.hooks"
MAJOR, MINOR = API_VERSION
START = "from image_velocimetry_tools.plugins.interfaces import PluginSpec\nfrom pydantic import BaseModel, Field\n"

BROKEN = {
    "import": ("import a_package_that_is_not_there", "cannot be loaded (ModuleNotFoundError: No module named"),
    "exit": ("import sys\nsys.exit('no licence')", "cannot be loaded (SystemExit: no licence)"),
    "syntax": ("def (", "cannot be loaded (SyntaxError"),
    "attribute": ("", "cannot be loaded (AttributeError"),
    "class": ("class SPEC: name = 'class'", "refers to a type, which is no PluginSpec"),
    "name": (START + "SPEC = PluginSpec(name='other', title='t', create=list)", "calls itself 'other'"),
    "major": (
        START + f"SPEC = PluginSpec(name='major', title='t', create=list, api_version=({MAJOR - 1}, 9))",
        f"was written for version {MAJOR - 1}.9 of the interfaces, this program has {MAJOR}.{MINOR}",
    ),
    "minor": (
        START + f"SPEC = PluginSpec(name='minor', title='t', create=list, api_version=({MAJOR}, {MINOR + 1}))",
        f"was written for version {MAJOR}.{MINOR + 1} of the interfaces",
    ),
    "version": (
        START + "SPEC = PluginSpec(name='version', title='t', create=list, api_version='1.0')",
        "states '1.0' as api_version",
    ),
    "default": (
        START + "class S(BaseModel):\n    a: int = Field(description='d')\n"
        "SPEC = PluginSpec(name='default', title='t', create=list, settings=S)",
        "has settings without a default: a",
    ),
    "description": (
        START + "class S(BaseModel):\n    b: int = 1\n"
        "SPEC = PluginSpec(name='description', title='t', create=list, settings=S)",
        "has settings without a description: b",
    ),
    "model": (
        START + "SPEC = PluginSpec(name='model', title='t', create=list, settings=dict)",
        "has settings that are no pydantic model",
    ),
    "schema": (
        START + "from typing import Callable\nclass S(BaseModel):\n    c: Callable = Field(print, description='d')\n"
        "SPEC = PluginSpec(name='schema', title='t', create=list, settings=S)",
        "has settings that cannot be described",
    ),
    "title": (START + "SPEC = PluginSpec(name='title', title=' ', create=list)", "has no title"),
    "create": (START + "SPEC = PluginSpec(name='create', title='t', create=None)", "has a create that cannot be"),
    "Capital": (
        START + "SPEC = PluginSpec(name='Capital', title='t', create=list)",
        "has a name that cannot be part of an option",
    ),
}


def install_broken(site: Path, name: str) -> None:
    install_package(site, f"dist-{name}", f"module_broken_{name}", BROKEN[name][0], {f"{HOOKS}:{name}": "SPEC"})


@pytest.mark.parametrize("name", BROKEN)
def test_that_a_broken_plugin_is_named_with_its_reason(name: str, site: Path) -> None:
    install_broken(site, name)
    registry = PluginRegistry()
    with pytest.raises(IvyError) as caught:
        registry.get(HOOKS, name)
    assert f"the hook '{name}' of dist-{name} 1.0 {BROKEN[name][1]}" in str(caught.value)
    assert all(problem.remedy for problem in caught.value.problems)
    assert {(one.group, one.name, one.distribution) for one in registry.failures()} >= {
        (HOOKS, name, f"dist-{name} 1.0")
    }


def test_that_broken_plugins_do_not_stop_the_good_ones(site: Path) -> None:
    for name in BROKEN:
        install_broken(site, name)
    install_good_hook(site, "good")
    registry = PluginRegistry()
    assert "good" in [spec.name for spec in registry.specs(HOOKS)]
    assert {failure.name for failure in registry.failures()} >= set(BROKEN)


def test_that_getting_one_plugin_imports_no_other(site: Path) -> None:
    install_good_hook(site, "wanted", "wanted")
    install_good_hook(site, "other", "other")
    registry = PluginRegistry()
    assert {"wanted", "other"} <= set(registry.names(HOOKS))
    assert not {"module_wanted_wanted", "module_other_other"} & set(sys.modules)
    assert registry.get(HOOKS, "wanted").title == "A good one"
    assert "module_wanted_wanted" in sys.modules
    assert "module_other_other" not in sys.modules


def test_that_a_plugin_is_imported_only_once(site: Path) -> None:
    install_good_hook(site, "good")
    registry = PluginRegistry()
    assert registry.get(HOOKS, "good") is registry.get(HOOKS, "good")


def test_that_an_unknown_name_gets_the_nearest_one(site: Path) -> None:
    install_good_hook(site, "discharge-log")
    with pytest.raises(IvyError, match=r"there is no hook 'discarge-log'\. Did you mean 'discharge-log'; 'ivytools"):
        PluginRegistry().get(HOOKS, "discarge-log")


def test_that_safe_mode_leaves_foreign_plugins_out(site: Path) -> None:
    install_good_hook(site, "foreign")
    install_metadata(site, "damaged", f"[{HOOKS}]\nnonsense\n")
    registry = PluginRegistry(safe_mode=True)
    assert "foreign" not in registry.names(HOOKS)
    assert "foreign" in [entry.name for entry in registry.entries(HOOKS)]
    assert not [spec for spec in registry.specs(HOOKS) if spec.name == "foreign"]
    assert not [failure for failure in registry.failures() if failure.distribution == "damaged"]
    with pytest.raises(IvyError, match="is left out, since IVYTOOLS_SAFE_MODE is set"):
        registry.get(HOOKS, "foreign")


def test_that_safe_mode_follows_the_environment(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_good_hook(site, "foreign")
    monkeypatch.setenv("IVYTOOLS_SAFE_MODE", "1")
    assert "foreign" not in PluginRegistry().names(HOOKS)


SETTABLE = (
    START + "class S(BaseModel):\n    size_px: int = Field(3, ge=1, description='Size')\n"
    "def make(settings):\n    {body}\n"
    "SPEC = PluginSpec(name='settable', title='t', create=make, settings=S)"
)


def settable(site: Path, body: str) -> PluginRegistry:
    code = SETTABLE.replace("{body}", body)
    install_package(site, "settable", "module_settable", code, {f"{HOOKS}:settable": "SPEC"})
    return PluginRegistry()


def test_that_a_plugin_is_made_from_checked_settings(site: Path) -> None:
    registry = settable(site, "return settings.size_px")
    assert registry.create(HOOKS, "settable") == 3
    assert registry.create(HOOKS, "settable", {"size-px": "21"}) == 21


def test_that_all_wrong_settings_are_told_at_once(site: Path) -> None:
    registry = settable(site, "return settings")
    with pytest.raises(IvyError) as caught:
        registry.create(HOOKS, "settable", {"size_px": 0, "sise_px": 4})
    assert len(caught.value.problems) == 2
    assert "Did you mean 'size_px'" in str(caught.value)
    assert "0 does not do" in str(caught.value)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("raise ValueError('odd size')", r"plugin settable: it failed \(ValueError: odd size\)"),
        ("raise SystemExit(3)", r"plugin settable: it failed \(SystemExit: 3\)"),
        ("1 / 0", r"plugin settable: it failed \(ZeroDivisionError"),
    ],
)
def test_that_a_failure_while_a_plugin_is_made_names_the_plugin(site: Path, body: str, text: str) -> None:
    with pytest.raises(IvyError, match=text):
        settable(site, body).create(HOOKS, "settable")


def test_that_a_plugins_own_sentence_is_kept() -> None:
    spec = PluginSpec("dask", "t", list)
    error = plugin_error(spec, IvyError("nobody answers", where="tcp://x:1", remedy="Start a scheduler", stage="start"))
    assert str(error) == "plugin dask, tcp://x:1: nobody answers. Start a scheduler."
    assert error.stage == "start"


def test_that_cancelling_is_no_failure_of_the_plugin(site: Path) -> None:
    registry = settable(site, "from image_velocimetry_tools.domain.errors import Cancelled\n    raise Cancelled")
    with pytest.raises(Cancelled):
        registry.create(HOOKS, "settable")


def test_that_a_process_has_one_registry() -> None:
    assert plugin_registry() is plugin_registry()


def test_that_a_good_plugin_gets_its_settings(site: Path) -> None:
    install_package(site, "plain", "module_plain", GOOD.format(name="plain", title="t"), {f"{HOOKS}:plain": "SPEC"})
    made: Any = PluginRegistry().create(HOOKS, "plain")
    assert type(made.settings).__name__ == "NoSettings"
