"""Finding plugins without importing them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from installed_plugins import install_good_hook, install_metadata, install_package

from image_velocimetry_tools.plugins import discovery
from image_velocimetry_tools.plugins.discovery import GROUPS, discover_plugins, is_safe_mode

HOOKS = "ivytools.hooks"


def found(group: str = HOOKS) -> dict[str, discovery.PluginEntry]:
    return {entry.name: entry for entry in discover_plugins().entries if entry.group == group}


def test_that_packages_can_bring_plugins_of_five_groups() -> None:
    assert set(GROUPS) == {
        "ivytools.velocimetry",
        "ivytools.executors",
        "ivytools.exporters",
        "ivytools.hooks",
        "ivytools.panels",
    }


def test_that_an_installed_package_is_found_with_its_version(site: Path) -> None:
    install_good_hook(site, "good", "Some.Package")
    entry = found()["good"]
    assert (entry.distribution, entry.version, entry.origin) == ("Some.Package", "1.0", "Some.Package 1.0")
    assert not entry.is_ours


def test_that_finding_a_plugin_does_not_import_it(site: Path) -> None:
    install_package(site, "explosive", "module_explosive", "raise RuntimeError('imported')", {f"{HOOKS}:boom": "SPEC"})
    assert "boom" in found()
    assert "module_explosive" not in sys.modules


def test_that_one_package_may_bring_plugins_of_several_groups(site: Path) -> None:
    points = {f"{HOOKS}:one": "A", "ivytools.exporters:two": "B", "console_scripts:three": "C"}
    install_package(site, "several", "module_several", "", points)
    assert "one" in found()
    assert "two" in found("ivytools.exporters")
    assert not any(entry.name == "three" for entry in discover_plugins().entries)


def test_that_the_first_of_two_equal_names_counts_and_the_other_is_said(site: Path) -> None:
    install_good_hook(site, "twice", "beta")
    install_good_hook(site, "twice", "alpha")
    assert found()["twice"].distribution == "alpha"
    [failure] = [one for one in discover_plugins().failures if one.name == "twice"]
    assert str(failure) == (
        "the hook 'twice' of beta 1.0 is left out, since alpha 1.0 has one of the same name. "
        "Uninstall one of the packages, or ask the author of beta for another name."
    )


def test_that_ours_comes_before_anyone_elses(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_good_hook(site, "mine", "aaa")
    install_good_hook(site, "mine", "bbb")
    monkeypatch.setattr(discovery, "OUR_DISTRIBUTION", "bbb")
    assert found()["mine"].is_ours


def test_that_equal_names_in_different_groups_are_two_plugins(site: Path) -> None:
    points = {f"{HOOKS}:same": "A", "ivytools.exporters:same": "B"}
    install_package(site, "same", "module_same", "", points)
    assert not [failure for failure in discover_plugins().failures if failure.name == "same"]


def test_that_damaged_metadata_of_a_package_leaves_the_others_alone(site: Path) -> None:
    install_metadata(site, "damaged", f"[{HOOKS}]\nthis line has no equals sign\n")
    install_good_hook(site, "good")
    assert "good" in found()
    [failure] = [one for one in discover_plugins().failures if one.distribution == "damaged"]
    assert "entry points are damaged" in failure.reason
    assert failure.remedy == "Reinstall the package"


def test_that_entry_points_that_are_no_text_leave_the_others_alone(site: Path) -> None:
    install_metadata(site, "binary", "")
    (site / "binary-1.0.dist-info" / "entry_points.txt").write_bytes(b"\xff\xfe[ivytools.hooks]")
    install_good_hook(site, "good")
    assert "good" in found()


@pytest.mark.parametrize(("text", "wanted"), [("1", True), ("yes", True), ("", False), ("0", False), ("False", False)])
def test_that_safe_mode_is_asked_for_by_the_environment(
    text: str, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVYTOOLS_SAFE_MODE", text)
    assert is_safe_mode() is wanted


def test_that_looking_for_plugins_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom image_velocimetry_tools.plugins.discovery import discover_plugins\ndiscover_plugins()\n"
        "print([m for m in ('numpy', 'pydantic', 'cv2', 'scipy', 'distributed') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
