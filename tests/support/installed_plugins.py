"""Packages with plugins, installed for a test: real metadata and modules in a folder of the search path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

GOOD = """
from image_velocimetry_tools.plugins.hooks import BatchHooks
from image_velocimetry_tools.plugins.interfaces import PluginSpec

class Hooks(BatchHooks):
    def __init__(self, settings):
        self.settings = settings

SPEC = PluginSpec(name="{name}", title="{title}", create=Hooks)
"""


def install_package(
    folder: Path, distribution: str, module: str, code: str, points: Mapping[str, str], version: str = "1.0"
) -> None:
    """Put a package into ``folder``; ``points`` are its entry points, ``group:name`` to the attribute of the module."""
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    lines = [
        f"[{key.partition(':')[0]}]\n{key.partition(':')[2]} = {module}:{value}\n" for key, value in points.items()
    ]
    install_metadata(folder, distribution, "\n".join(lines), version)


def install_metadata(folder: Path, distribution: str, entry_points: str, version: str = "1.0") -> None:
    """Only the metadata of a package, with any text as its entry points."""
    info = folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(entry_points, encoding="utf-8")


def install_good_hook(folder: Path, name: str, distribution: str = "", title: str = "A good one") -> None:
    """A hook that works; the module is called after the distribution."""
    distribution = distribution or f"dist-{name}"
    module = f"module_{distribution}_{name}".replace("-", "_")
    install_package(
        folder, distribution, module, GOOD.format(name=name, title=title), {f"ivytools.hooks:{name}": "SPEC"}
    )
